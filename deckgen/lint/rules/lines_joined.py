import re
from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width

from deckgen.cloze.patterns import CLOSE, OPEN
from deckgen.lint.plain_text import line_starts, prose
from deckgen.lint.rule import TEXT, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.rules.foreign_mark import OTHER_TAGS
from deckgen.lint.views import NoteView
from deckgen.model.text import Edit, Text

# Two lines, of which the second starts no item, heading, table or code of its own. Behind a text, only an
# item 1 does, and none that is indented by much.
_TWO_LINES = re.compile(
    r"\S[ \t]*\n(?:[ ]{4,}[-*+][ ]|[ \t>]*(?!(?:[-*+]|0{0,8}1[.)]|#{1,6})\s|[`~]{3}|[\s>]))"
)
# A paragraph in HTML, or a list item that is none: where it stands, and the text in it.
_PARAGRAPH = re.compile(
    r'<(p|li) data-sourcepos="(\d+):(\d+)-(\d+):\d+">([^<]*(?:<(?!/?(?:p|li|ul|ol|blockquote|pre)\b)[^<]*)*)'
)
_SENTENCE_END = re.compile(r"[.!?\u3002\uff01\uff1f]\s*\Z")
_WINDOW = 120  # no editor breaks lines as late as this by itself
_BROKEN = re.compile(r"(?:\\|  |<br ?/?>)\Z")
_ROW = re.compile(r"\||\+-")
# Who speaks, or the number of an item in a list that does not start with 1, and so is none below a text.
_SPEAKER = re.compile(r"\d{1,3}[.)]\s|[\u2013\u2014]\s|[^\W\d][\w .]{,15}:\s")
# How a line starts that goes on with a sentence, or says whose words are quoted.
_GOES_ON = re.compile(r"[a-z\xdf-\xff]|\(|--|[\u2013\u2014]\s*[A-Z]")
_NO_ITEM = re.compile(r"[-*+]\s")  # an item would be no line of a paragraph
_MARKER = re.compile(r"\S+\s+")
_VERSES = 3  # so many short lines are no prose, however each of them ends
# What no line of prose or verse has, and a program, a link or a formula may.
_MAYBE_CODE = re.compile(r"^[ \t]|[][{}<>|`$\\_#=;@~^]|\w\(|\)$|^\W{2}", re.MULTILINE)
_CLOZE_MARK = re.compile(rf"{OPEN}|(?:::[^{{}}]*)?{CLOSE}")
_XML = rf"(?i)<(?!/?(?:{OTHER_TAGS})\b|!--)"
_LIST = "Make them a list, or end each with a backslash."
_CODE = "Put code between lines of three backticks; make other lines a list, or end each with a backslash."
_BELOW = "Leave an empty line above what is no part of the item; end each line that is one with a backslash."
_TABLE = "Write a line such as `|---|---|` below the first row, or put them between lines of three backticks."


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
    measured=Measured(5402, 157, 30, 28),
    remark="Six decks of programming; nearly all are in one typed as plain text. Wrong where a sentence "
    "goes on in the next line.",
    limits=(Limit("characters", 40, "lines up to this length end where their author wants it"),),
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report each paragraph whose lines are all short, or too uneven for one that fills a window."""
    for view in note.views_with("\n"):
        text = view.text
        if text.style != "|":  # YAML joined them, or an escape made them: it is said there
            continue
        for start, lines in _paragraphs(text.value):
            if _is_table(lines) or _is_broken_on_purpose(lines, limits["characters"]):
                message = f"These {len(lines)} lines become one on the card."
                edit = _edit(text, start, lines)
                is_below = _is_in_item(text, start) and lines[-1][:1] not in (" ", "\t", ">")
                hint = _TABLE if _is_table(lines) else _LIST if edit else _BELOW if is_below else _CODE
                yield Problem(view.at(start), message, hint, edit=edit)


def _edit(text: Text, start: int, lines: Sequence[str]) -> Edit | None:
    """Return the edit that ends each line with a backslash; none where they may be more than plain words.

    In an item of a list the lines below it may be meant as items, too, or as text behind the list.
    """
    written = "\n".join(lines)
    if _is_in_item(text, start) or _MAYBE_CODE.search(written):
        return None
    return Edit(text, start, start + len(written), "\\\n".join(line.rstrip() for line in lines))


def _is_in_item(text: Text, start: int) -> bool:
    """Tell whether the mark of an item or of a quotation stands before a paragraph."""
    return start > 0 and text.value[start - 1] != "\n"


def _paragraphs(source: str) -> Iterator[tuple[int, list[str]]]:
    """Yield where each paragraph of several lines starts, and these lines."""
    source = prose(source.rstrip(), ("fence", "display"))
    if not _TWO_LINES.search(source):
        return
    from deckgen.cloze.commonmark import to_html  # noqa: PLC0415 - few texts are looked at so closely

    lines = source.split("\n")
    starts = line_starts(source)
    # To comrak, XML is a block of HTML, and no paragraph. Of HTML itself `foreign-mark` speaks.
    for match in _PARAGRAPH.finditer(to_html(re.sub(_XML, ".", source), places=True)):
        breaks = match[5].strip().count("\n")
        first, column, last = (int(match[number]) - 1 for number in (2, 3, 4))
        if match[1] == "li":
            marker = _MARKER.match(lines[first], column)
            column, last = marker.end() if marker else column, first + breaks
        if breaks:
            yield starts[first] + column, [lines[first][column:], *lines[first + 1 : last + 1]]


def _is_table(lines: Sequence[str]) -> bool:
    """Tell whether two lines or more are rows of a table that lacks the line below its head."""
    return sum(_ROW.match(line) is not None for line in lines) > 1


def _is_broken_on_purpose(lines: Sequence[str], short: int) -> bool:
    """Tell whether it is a dialogue, items or verse, or a line ends where no sentence and no window does."""
    if any(map(_BROKEN.search, lines)):
        return False
    is_quotation = all(line.lstrip().startswith(">") for line in lines[1:])
    lines = [line.lstrip("> \t") for line in lines]
    if is_quotation and all(map(_GOES_ON.match, lines[1:])):
        return False
    if any(map(_NO_ITEM.match, lines[1:])) or sum(_SPEAKER.match(line) is not None for line in lines) > 1:
        return True
    widths = [_width(line) for line in lines]
    widest = max(widths)
    if widest <= short and len(lines) >= _VERSES:
        return True
    if widest <= short or widest > _WINDOW:
        return any(not _SENTENCE_END.search(line) for line in lines[:-1])
    return any(
        width < widest / 2
        and width + _width(after.partition(" ")[0]) < widest
        and not _SENTENCE_END.search(line)
        for line, after, width in zip(lines, lines[1:], widths, strict=False)
    )


def _width(line: str) -> int:
    """Return how many columns a line takes on a card; most characters of East Asia take two."""
    line = _CLOZE_MARK.sub("", line) if "{{" in line else line
    return len(line) if line.isascii() else sum(1 + (east_asian_width(sign) in "WF") for sign in line)
