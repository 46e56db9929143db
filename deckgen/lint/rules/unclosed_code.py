import re

from deckgen.cloze.tokens import markdown_tokens
from deckgen.lint.plain_text import prose
from deckgen.lint.rule import ERROR, TEXT, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView

# A backtick with a space after it may be meant as the character.
_LONE = re.compile(r"``+|`(?=\S)")
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
    """Report each fence or backtick that stays open."""
    for view in note.views_with("`", "~~~"):
        source = view.text.value
        if _is_one_span(source):
            continue
        opened = [(match.start(), "backtick") for match in _LONE.finditer(prose(source))]
        opened += [
            (token.start, "fence")
            for token in (markdown_tokens(source) if view.has_code_block else ())
            if token.kind == "fence" and not _closes(source[token.start : token.end])
        ]
        for offset, what in sorted(opened):
            message = f"This {what} opens code that is never closed."
            yield Problem(view.at(offset), message, "Close it, or delete it.")


def _is_one_span(source: str) -> bool:
    """Tell whether the only code is one span in single backticks, as in most texts with code."""
    return source.count("`") == 2 and "``" not in source and "\\" not in source and "~~~" not in source


def _closes(block: str) -> bool:
    return "\n" in block and _FENCED.search(block.rstrip()[block.find("\n") :]) is not None
