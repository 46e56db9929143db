import re
from itertools import takewhile, zip_longest

from deckgen.lint.plain_text import without_markup
from deckgen.lint.rule import TEXT, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView

_RULE_LINE = re.compile(
    r"^ {0,3}(?:\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?|\|[ \t]*:?-+:?[ \t]*\|)[ \t]*$",
    re.MULTILINE,
)
_FORMULA = re.compile(r"\$[^$\n]+\$")
_CELL_END = re.compile(r"(?<!\\)\|")


@rule(
    "table",
    WARNING,
    "A card has a table that is too wide for a phone",
    "A column is as wide as its longest word: a long one made a page of 360 pixels 604 wide. And such a "
    "table is many facts, which one card asks for all at once.",
    bad="""\
concepts:
  - id: delivery
    prompt: Which two faults do the delivery guarantees allow?
    answer: |
      | guarantee | fault | countermeasure |
      |---|---|---|
      | at most once | loss | retransmission |
      | at least once | duplicates | deduplication |
""",
    good="""\
concepts:
  - id: at-least-once
    prompt: Which fault does at-least-once delivery allow?
    answer: Duplicates.
""",
    group=TEXT,
    source="Measured in Chromium at 360 pixels; Wozniak 4",
    measured=Measured(15382, 3, 3, 3),
    remark="It fired on every table then.",
    limits=(Limit("characters", 30, "The most that the longest words of all columns may have."),),
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report the line of dashes that makes a table, if its columns are too wide together."""
    for view in note.views_with("|"):
        source = view.text.value
        match = _RULE_LINE.search(source)
        if not match or not match.start():
            continue
        head = source[: match.start()].splitlines()[-1]
        width = _width([head, *takewhile(str.strip, source[match.end() + 1 :].splitlines())])
        if width > limits["characters"]:
            message = (
                f"The longest words of this table's columns have {width} characters: too wide for a phone."
            )
            hint = "Make a note of each row, a list, or a cloze."
            yield Problem(view.at(match.start()), message, hint)


def _signs(formula: re.Match[str]) -> str:
    return re.sub(r"[{}^_$\s]", "", re.sub(r"\\[a-zA-Z]+", "x", formula[0]))


def _width(rows: list[str]) -> int:
    """Return how many characters the longest words of the columns have together; of formulas, the signs."""
    lengths = (
        [
            max(map(len, without_markup(cell).split()), default=0)
            for cell in _CELL_END.split(_FORMULA.sub(_signs, row))
        ]
        for row in rows
    )
    return sum(map(max, zip_longest(*lengths, fillvalue=0)))
