import re

from deckgen.lint.plain_text import prose
from deckgen.lint.rule import TEXT, WARNING, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView

# What a line of a text starts with that is no item, quotation, heading or row.
_PROSE = r"^(?!(?:[-+*>|]|#|\d{1,9}[.)])(?:[ \t>|#]|$))(?=\S)"
# No other item follows that starts with the sign of the group, nor a list in the item.
_NO_MORE_1, _NO_MORE_2 = (
    rf"[^\n]*(?!\n\s*(?:\{group}|\d{{1,9}}[.)])[ ]|\n\s*[ ]{{2,}}[-+*][ ])$" for group in (1, 2)
)
# A line that starts as an item or a quotation, alone, below one that ends in the middle of a sentence; a sum
# or a measure, below any line that announces no list.
_LONE = re.compile(
    rf"{_PROSE}[^\n]*(?:[\w,/(][ \t]*\n[ ]{{0,3}}([-+*>])[ ]+(?=[\da-z]|\*/){_NO_MORE_1}"
    rf"|[^\s:][ \t]*\n[ ]{{0,3}}(\+(?=[ ])|-(?=[ ]\d)){_NO_MORE_2}"
    rf"|/\*+[ \t]*\n[ ]{{0,3}}(\*)[ ])",
    re.MULTILINE,
)
_ITEM = re.compile(r"^[ ]{0,3}(?:[-+*>]|\d{1,9}[.)])[ ]", re.MULTILINE)
# A comment of a shell: a heading stands apart from the text above it, and starts with a capital.
_COMMENT = re.compile(
    r"^(?![ \t]*(?:#|<)|[ \t]*$)[^\n]*(?:\n[ ]{0,3}(#)[ ](?![A-Z])|[^.!?\n]\n[ ]{0,3}(#)[ ])"
    r"|^[ ]{0,3}(?:#[ ][^\n]*\n(#)[ ]|(#)[ ][a-z][^\n]*\n(?![A-Z#])\S|(#)[ ][^\n]*\n[ ]{4,}\S"
    r"|(#{1,6})[ \t]*$)",
    re.MULTILINE,
)
# What a console shows before a command, and a sign alone, which ends a tag.
_PROMPT = re.compile(
    r"^[ ]{0,3}(>>>|>(?=[ ](?:[\w.$]+[ ](?:<-|=)[ ]|[\w.$]+\([^\n]*\)[ ;]*$|[^\n]*\w;$)))"
    r"|^(?![ ]{0,3}>)[^\n]*\n[ ]{0,3}(>)[ \t]*(?:\n(?![ ]{0,3}>)|\Z)",
    re.MULTILINE,
)
# Lines, or items, that each start with a sign of its own and say what it is for. A list has `-` or `*` alone,
# and a quotation that is meant starts with a capital, as do headings, or stands above its author's name.
_OPERATOR = "[!#$%&*+/<=>?@^|~-]"
_TAKEN = rf"[-+*](?=[ ]+\S)|>{_OPERATOR}*+(?=[ ]?[a-z\d])"
_OTHER = rf"(?!-+>|=+>|>[ ]){_OPERATOR}+(?=[ ])"
_EXPLAINED = re.compile(
    r"^([ ]{0,3}(?:[-*+][ ])?)(?:"
    r"(?![-*][ ][^\n]*\n\1[-*][ ]|>[ ][^\n]*\n\1[-*][ ]|[-+*][ ][^\n]*\n\1>[ ])"
    rf"({_TAKEN})[^\n]*\n\1(?!\2(?!{_OPERATOR})|\#)(?:{_TAKEN}|{_OTHER})"
    rf"|(?![\#>]|[-+*][ ]|\|[^\n]*\|$){_OTHER}[^\n]*\n\1({_TAKEN})"
    r"|(\#{1,6})(?=[ ][a-z])[^\n]*\n\1(?!\4[ ])\#{1,6}(?=[ ][a-z]))",
    re.MULTILINE,
)
_CONTINUED = re.compile(r"[ ](\\)\n(?=[ \t]*[\w-])")
_MAYBE = re.compile(r"\n[ ]{0,3}[-+*>#]|\A[ ]{0,3}[-+*>#]|[ ]\\\n")
_FENCE = "Put code between lines of three backticks"
_ESCAPED = f"{_FENCE}; in prose, write it at the end of the line before, or with a backslash in front of it."
_EACH = f"{_FENCE}; make other lines a list, with each sign in backticks."
_KINDS = (
    (_LONE, "this line becomes an item of a list or a quotation", _ESCAPED),
    (_COMMENT, "this line becomes a heading", f"{_FENCE}, or an empty line between headings and text."),
    (_PROMPT, "this line becomes a quotation", f"{_FENCE}."),
    (_EXPLAINED, "this line becomes an item, a quotation or a heading", _EACH),
    (_CONTINUED, "it breaks the line", f"{_FENCE}, or delete the space before the backslash."),
)


@rule(
    "line-start",
    WARNING,
    "The start or the end of a line is taken for markup",
    "A line that starts with `-`, `+`, `>` or `#` becomes an item, a quotation or a heading, and a backslash "
    "at the end of a line breaks it. In a program, in prose that an editor wrapped and in lines that explain "
    "such signs, the sign is then not shown.",
    bad="""\
concepts:
  - id: refresh
    prompt: Which commands bring a server up to date?
    answer: |
      # refresh the list
      apt update
""",
    good="""\
concepts:
  - id: refresh
    prompt: Which commands bring a server up to date?
    answer: |
      ```sh
      # refresh the list
      apt update
      ```
""",
    group=TEXT,
    source="CommonMark 0.31.2, Block quotes, List items and ATX headings",
    measured=Measured(3012, 1, 1, 1),
    remark="Notes on programming from many repositories; most have no program without a fence.",
)
def check(note: NoteView, _limits: Limits) -> Problems:
    """Report the first sign of each kind that Markdown takes although nothing around it is such a block."""
    for view in note.views_with("\n"):
        source = view.text.value
        if not _MAYBE.search(source):
            continue
        source = prose(source)
        problems: dict[int, Problem] = {}  # by place: one sign may be of two kinds
        for pattern, what, hint in _KINDS:
            matches = pattern.finditer(source)
            found = (match for match in matches if not _is_meant(source, view.text.value, match))
            if match := next(found, None):
                sign, start = match[match.lastindex or 0], match.start(match.lastindex or 0)
                problem = Problem(view.at(start), f"`{sign}` is not shown: {what}.", hint)
                problems.setdefault(start, problem)
        yield from problems.values()


def _is_meant(source: str, text: str, match: re.Match[str]) -> bool:
    """Tell whether a lone item goes on one in the line above, or an item has its sign in backticks.

    In ``source`` the code of ``text`` is left out.
    """
    if match.re is _EXPLAINED:
        return re.match(r"[ ]+`", text[match.end(match.lastindex or 0) :]) is not None
    if match.re is not _LONE:
        return False
    block = source[max(source.rfind("\n\n", 0, match.start()), 0) : match.start()]
    return _ITEM.search(block) is not None
