import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise

from deckgen.lint.rule import PROMPTS, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView
from deckgen.model.diagnostics import Span

# "Name some causes", "List at least 5 signs", "Give me 2 drawbacks" of six.
_ANY_WILL_DO = re.compile(
    r"\b(?:some|any|at least|examples?)\b|^\s*(?:give|name|list)(?: me)? (?:an?|one|two|three|[1-3])\b"
)
# An answer that is nothing but short items: "Parquet, ORC, Avro, JSON, CSV and XML."
_BETWEEN_ITEMS = re.compile(r"\s*[,;]\s*(?:and |or )?|\s+(?:and|or)\s+")
_MOST_WORDS, _FEWEST_COMMAS = 3, 3
# Anything else is an operand, an operator or a pattern: the line is code.
_ITEM = re.compile(r"\w.*[^\W\d_]{2}|[^\W\d_]{2}")
_ONE_SPAN = re.compile(r"\s*`[^`]*`[.\s]*\Z")


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
    remark="Lists written with commas were not measured on published decks. Fronts that ask for some, any or "
    "fewer items are left alone: on these it was wrong four times of four.",
    roles=("answers",),
    limits=(Limit("items", 5, "The most items that a list may have."),),
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report the first item over the limit, unless the question asks for any few of them."""
    lists = [*note.back_lists(), *_with_commas(note)]
    for items in lists:
        if len(items) > limits["items"]:
            if any(_ANY_WILL_DO.search(front.lower) for front in note.fronts):
                return
            hint = "Make a cloze of each item, or notes of three things at the most."
            message = f"The answer is a list of {len(items)} items."
            yield Problem(items[limits["items"]](), message, hint)


def _with_commas(note: NoteView) -> Iterator[list[Callable[[], Span]]]:
    """Yield the items of each answer that is a list on one line, as functions that return their places."""
    for field in note.backs:
        view = field[0]
        line = view.lower.rstrip(" .\n")
        if (
            len(field) > 1
            or line.count(",") + line.count(";") < _FEWEST_COMMAS
            or "\n" in line
            or ". " in line
            or _ONE_SPAN.match(view.text.value)
        ):
            continue
        ends = [match.end() for match in _BETWEEN_ITEMS.finditer(line)]
        starts = [0, *ends]
        items = [line[start:end].split() for start, end in pairwise([*starts, len(line)])]
        if all(1 <= len(item) <= _MOST_WORDS + 1 and _ITEM.match(" ".join(item)) for item in items):
            yield [partial(view.at, start) for start in starts]
