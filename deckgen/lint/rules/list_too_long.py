import re

from deckgen.lint.rule import PROMPTS, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView

# "Name some causes", "List at least 5 signs", "Give me 2 drawbacks" of six.
_ANY_WILL_DO = re.compile(
    r"\b(?:some|any|at least|examples?)\b|^\s*(?:give|name|list)(?: me)? (?:an?|one|two|three|[1-3])\b"
)


@rule(
    "list-too-long",
    WARNING,
    "A list is too long to recall",
    "Nobody recalls eight things at once for long: each review fails on another one. A cloze for each item "
    "keeps the list together and asks for one item at a time.",
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
    group=PROMPTS,
    source="Wozniak 10 (avoid enumerations)",
    measured=Measured(13840, 132, 36, 33),
    remark="Fronts that ask for some, any or fewer items are left alone: on these it was wrong four times of "
    "four.",
    roles=("answers",),
    limits=(Limit("items", 5, "The most items that a list may have."),),
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report the first item over the limit, unless the question asks for any few of them."""
    for items in note.back_lists():
        if len(items) > limits["items"]:
            if any(_ANY_WILL_DO.search(front.lower) for front in note.fronts):
                return
            hint = "Make a cloze of each item, or two notes of the list."
            message = f"The answer is a list of {len(items)} items."
            yield Problem(items[limits["items"]](), message, hint)
