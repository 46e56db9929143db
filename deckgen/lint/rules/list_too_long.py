import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise

from deckgen.lint.plain_text import without_code
from deckgen.lint.rule import INFO, PROMPTS, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView, TextView
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
# A statement of a program, or an instruction with its operands: `mov ax, bx, cx, dx`.
_STATEMENT = re.compile(
    r"\s*(?:(?:select|import|from\s+[\w.]+\s+import|int|char|float|double|var|const|printf?|mov\w?|lea|cmp|xor|push|pop)\s"
    r"|\w+ \w{1,4}(?:,\s*\w{1,4}){3,}\s*\Z)"
)
_ONE_SPAN = re.compile(r"\s*`[^`]*`[.\s]*\Z")
# Items of at most four words, in a sentence: "folders for models, seeds, tests, macros, docs and analyses".
_SERIES = re.compile(
    r"(?<![\w'\u2019-])[\w'\u2019-]+(?:[,;]\s+[^\W\d][^\s,;.:?!(){}\[\]\\=]*(?:\s+[^\s,;.:?!(){}\[\]\\=]+){0,3}){4,}"
)
_COMMA = re.compile(r"[,;]\s+(?:and |or )?")
_EXAMPLES = re.compile(
    r"\b(?:such as|like|e\.g|for (?:example|instance)|examples?|includ(?:es?|ing)|etc|above all|mainly)\b"
    r"|\b(?:z\. ?b\.|zum beispiel|par exemple|por ejemplo)|[(\[{][^)\]}]{0,200}\Z"
)
_NOT_ITEMS = re.compile(r"\n|\. |[()\[\]{}\\=]")
_LONG = 5  # items of a list that is a warning, and of one in a sentence that is looked at


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
    measured=Measured(6938, 362, 76, 66),
    remark="Right on 34 of 40 lists of four or five items and on 32 of 36 longer ones; of 14 with commas, on "
    "12. Fronts that ask for some, any or fewer are left alone: on these it was wrong four times of four.",
    roles=("answers",),
    limits=(Limit("items", 3, "The most items that a list may have; six or more are a warning."),),
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report the first item over the limit, unless the question asks for any few of them."""
    for items in (*note.back_lists(), *_with_commas(note)):
        if len(items) > limits["items"]:
            if any(_ANY_WILL_DO.search(front.lower) for front in note.fronts):
                return
            hint = "Make a cloze of each item, or notes of three things at the most."
            message = f"The answer is a list of {len(items)} items."
            severity = WARNING if len(items) > _LONG else INFO
            yield Problem(items[limits["items"]](), message, hint, severity)


def _with_commas(note: NoteView) -> Iterator[list[Callable[[], Span]]]:
    """Yield the items of each list with commas in the answers, as functions that return their places."""
    for field in note.backs:
        view = field[0]
        is_prose = len(field) == 1 and not _STATEMENT.match(view.lower)
        starts = _short_items(view) or _series(view) if is_prose else []
        yield [partial(view.at, start) for start in starts]


def _short_items(view: TextView) -> list[int]:
    """Return where the items of an answer start that is one list; none if it is not."""
    line = view.lower.rstrip(" .\n")
    few = line.count(",") + line.count(";") < _FEWEST_COMMAS
    if (
        few
        or _NOT_ITEMS.search(view.text.value.rstrip())
        or _ONE_SPAN.match(view.text.value)
        or _EXAMPLES.search(line)
    ):
        return []
    starts = [0, *(match.end() for match in _BETWEEN_ITEMS.finditer(line))]
    items = [line[start:end].split() for start, end in pairwise([*starts, len(line)])]
    is_list = all(1 <= len(item) <= _MOST_WORDS + 1 and _ITEM.match(" ".join(item)) for item in items)
    return starts if is_list else []


def _series(view: TextView) -> list[int]:
    """Return where the items of a long list within a sentence start; none if they are but examples."""
    text = without_code(view.text.value, view.lower) if "," in view.lower else ""
    for match in _SERIES.finditer(text):
        before = text[max(0, match.start() - 200) : match.start()]
        sentence = re.split(r"[.?!]\s", before)[-1] + match[0]
        starts = [match.start(), *(match.start() + comma.end() for comma in _COMMA.finditer(match[0]))]
        if len(starts) > _LONG and not _EXAMPLES.search(sentence):
            return starts
    return []
