"""list-too-long: a list of many items is to be recalled at once."""

from __future__ import annotations

from collections.abc import Iterator

from deckgen.check.rule import PROMPTS, Limit, Limits, Measured, Problem, Rule
from deckgen.check.views import NoteView
from deckgen.diagnostics import Code, Severity

CODE = Code(
    "list-too-long",
    Severity.WARNING,
    "A list is too long to recall",
    "Nobody recalls eight things in one go for long: each review fails on another one. A cloze for each item "
    "keeps the list together and asks for one at a time.",
    bad="""\
concepts:
  - id: backfill-checks
    prompt: Which six things does one settle before a backfill?
    answer: |
      - the range
      - a dry run
      - a throttle
      - a check before the swap
      - a way back
      - who is told
""",
    good="""\
clozes:
  - id: backfill-checks
    text: "Before a backfill: {{c1::the range}}, {{c2::a dry run}}, {{c3::a limit}}, {{c4::a way back}}."
""",
)


def check(note: NoteView, limits: Limits) -> Iterator[Problem]:
    """Report the first item too many."""
    for items in note.back_lists():
        if len(items) > limits["items"]:
            severity = Severity.ERROR if len(items) > limits["error_items"] else None
            hint = "Make a cloze of each item, or two notes of the list."
            message = f"The answer is a list of {len(items)} items."
            yield Problem(items[limits["items"]], message, hint, severity)


RULE = Rule(
    CODE,
    PROMPTS,
    "Wozniak 10 (avoid enumerations)",
    Measured(6733, 79, 20, 18, "Wrong where a list of examples is meant, any of which will do."),
    check,
    limits=(
        Limit("items", 5, "Most items of a list."),
        Limit("error_items", 7, "More items than these are an error."),
    ),
)
