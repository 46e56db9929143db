import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from unicodedata import east_asian_width

from deckgen.lint.plain_text import prose
from deckgen.lint.rule import TEXT, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView
from deckgen.model.text import Edit

# A line that is no part of a paragraph: empty, an item, a heading, a quotation, of a table, a rule, HTML.
_OTHER = re.compile(
    r"\s*(?:\Z|[-*+](?:\s|\Z)|\d{1,9}[.)]\s|#{1,6}\s|>|\||[-*_]{3,}\s*\Z|</?(?:p|div|img|table|tr|td)\b)"
)
_SENTENCE_END = re.compile(r"[.!?\u3002\uff01\uff1f]\s*\Z")
_WINDOW = 120  # no editor breaks lines as late as this by itself
_BROKEN = re.compile(r"(?:\\|  |<br ?/?>)\Z")


@rule(
    "lines-joined",
    WARNING,
    "Lines become one line",
    "In Markdown a line break is a space. A poem, the steps of a procedure or code without a fence is then "
    "one long line on the card.",
    bad="""\
concepts:
  - id: rerun
    prompt: In which order does a rerun happen?
    answer: |
      Stop the consumers
      Reset the offsets
      Start the consumers
""",
    good="""\
concepts:
  - id: rerun
    prompt: In which order does a rerun happen?
    answer: |
      1. Stop the consumers
      2. Reset the offsets
      3. Start the consumers
""",
    group=TEXT,
    source="CommonMark 0.31.2, Soft line breaks",
    measured=Measured(2954, 150, 26, 25),
    remark="Six decks of programming; nearly all are in one typed as plain text. Wrong on a wide window.",
    limits=(Limit("characters", 40, "lines up to this length end where their author wants it"),),
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report each paragraph whose lines are all short, or too uneven for one that fills a window."""
    for view in note.views_with("\n"):
        text = view.text
        if text.style != "|":  # YAML joined them, or an escape made them: it is said there
            continue
        for start, count in _paragraphs(text.value, limits["characters"]):
            lines = text.value[start:].split("\n")[:count]
            end = start + len("\n".join(lines))
            edit = Edit(text, start, end, "\\\n".join(line.rstrip() for line in lines))
            has_escapes = "\\" in text.value[start:end]  # other rules mend these
            message = f"These {count} lines become one on the card."
            hint = (
                "End each with a backslash, make them a list, or put code between lines of three backticks."
            )
            yield Problem(view.at(start), message, hint, edit=None if has_escapes else edit)


def _paragraphs(source: str, short: int) -> Iterator[tuple[int, int]]:
    """Yield where each paragraph starts whose lines were meant as lines, and how many it has."""
    start = 0
    lines = prose(source.rstrip(), ("fence", "display")).split("\n")
    for is_other, group in groupby(lines, lambda line: _OTHER.match(line) is not None):
        paragraph = list(group)
        if not is_other and len(paragraph) > 1 and _is_broken_on_purpose(paragraph, short):
            yield start, len(paragraph)
        start += sum(len(line) + 1 for line in paragraph)


def _is_broken_on_purpose(lines: Sequence[str], short: int) -> bool:
    """Tell whether a line ends where neither a sentence nor a window does."""
    if any(map(_BROKEN.search, lines)):
        return False
    widths = [_width(line) for line in lines]
    widest = max(widths)
    least = widest + 1 if widest <= short or widest > _WINDOW else widest / 2
    return any(
        width < least and not _SENTENCE_END.search(line)
        for line, width in zip(lines[:-1], widths, strict=False)
    )


def _width(line: str) -> int:
    """Return how many columns a line takes; most characters of East Asia take two."""
    return len(line) if line.isascii() else sum(1 + (east_asian_width(sign) in "WF") for sign in line)
