import re

from deckgen.lint.plain_text import prose
from deckgen.lint.rule import ERROR, TEXT, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView, code_block_ranges
from deckgen.model.diagnostics import Span

_TICKS = re.compile(r"`+")
_PARAGRAPH = re.compile(r".+(?:\n[ \t]*\S.*)*")
_FENCED = re.compile(r"^ {0,3}(`{3,}|~{3,})[ \t]*\Z", re.MULTILINE)


@rule(
    "unclosed-code",
    ERROR,
    "Code is never closed",
    "A lone backtick shows as a backtick, and a fence without its end turns all that follows into code.",
    bad="""\
concepts:
  - id: collect
    prompt: Which call brings a whole data frame to the driver?
    answer: "`collect()"
""",
    good="""\
concepts:
  - id: collect
    prompt: Which call brings a whole data frame to the driver?
    answer: "`collect()`"
""",
    group=TEXT,
    source="CommonMark 0.31.2, Code spans and Fenced code blocks",
    measured=Measured(15382, 12, 12, 12),
    remark="All are in one deck, whose cards were cut off at a fence. A backtick by itself is left alone.",
)
def check(note: NoteView, _limits: Limits) -> Problems:
    """Report the fence or the backtick that stays open."""
    for view in note.views_with("`", "~~~"):
        source = view.text.value
        if _is_one_span(source):
            continue
        end = 0
        for start, stop in code_block_ranges(source) if view.has_code_block else ():
            offset = _lone_tick(source[end:start])
            if offset is not None:
                yield _problem(view.at(end + offset), "backtick")
            end = stop
            if stop == len(source) and not _closes(source[start:stop]):
                yield _problem(view.at(start), "fence")
        offset = _lone_tick(source[end:])
        if offset is not None:
            yield _problem(view.at(end + offset), "backtick")


def _is_one_span(source: str) -> bool:
    """Tell whether the only code is one span in single backticks, as in most texts with code."""
    return source.count("`") == 2 and "``" not in source and "\\" not in source and "~~~" not in source


def _closes(block: str) -> bool:
    return "\n" in block and _FENCED.search(block.rstrip()[block.find("\n") :]) is not None


def _lone_tick(text: str) -> int | None:
    """Return the offset of the first run of backticks that is neither escaped nor a part of code."""
    for paragraph in _PARAGRAPH.finditer(text):  # no code goes on behind an empty line
        for run in _TICKS.finditer(prose(paragraph[0])):
            # A backtick with a space after it may be meant as the character.
            if len(run[0]) > 1 or paragraph[0][run.end() : run.end() + 1].strip():
                return paragraph.start() + run.start()
    return None


def _problem(span: Span, what: str) -> Problem:
    return Problem(span, f"This {what} opens code that is never closed.", "Close it, or delete it.")
