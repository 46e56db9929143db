"""tag-style: a tag in capitals, or with many levels."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckgen.check.rule import DECK, Limit, Limits, Measured, Problem, Rule
from deckgen.check.views import NoteView
from deckgen.diagnostics import Code, Severity

CODE = Code(
    "tag-style",
    Severity.INFO,
    "A tag is hard to type or to find",
    "Anki keeps the first spelling of a tag that it met, so `Spark` in one deck renames `spark` in another. "
    "Levels below the third are not seen in its sidebar without three clicks.",
    bad="""\
concepts:
  - id: skew
    tags: [Spark]
    prompt: What shows a skewed key?
    answer: One task that runs far longer than the others.
""",
    good="""\
concepts:
  - id: skew
    tags: [spark]
    prompt: What shows a skewed key?
    answer: One task that runs far longer than the others.
""",
)

# `Spark`, `Data-Quality`; an abbreviation such as `SLO` has but one spelling.
_WORD_IN_CAPITALS = re.compile(r"[A-Z][a-z]{2}")


def check(note: NoteView, limits: Limits) -> Iterator[Problem]:
    """Report each tag with a capital letter or too many levels."""
    for tag in note.note.tags:
        if _WORD_IN_CAPITALS.search(tag.value):
            yield Problem(tag.span, f"The tag `{tag.value}` has capitals.", f"Write `{tag.value.lower()}`.")
        levels = tag.value.count("::") + 1
        if levels > limits["levels"]:
            yield Problem(tag.span, f"The tag `{tag.value}` has {levels} levels.", "Leave out a level.")


RULE = Rule(
    CODE,
    DECK,
    "The Anki manual, Editing (tags)",
    Measured(
        6950,
        83,
        14,
        14,
        "Names of persons, in decks whose other tags are in lower case. Abbreviations are left alone.",
    ),
    check,
    limits=(Limit("levels", 3, "Most levels of a tag."),),
)
