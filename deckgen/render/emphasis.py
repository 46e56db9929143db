"""Which asterisks and underscores are emphasis, and which are characters.

CommonMark looks at the characters beside each, and so reads `*p; /* a pointer */` and `@_, $_` as emphasis.
Here emphasis also stands at the edge of words, and encloses words. Bold text is judged less strictly, since
two asterisks are rare in code.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from deckgen.cloze.patterns import CODE_SIGNS, LETTER
from deckgen.model.diagnostics import Code, Severity
from deckgen.render.cloze_problems import MarkupProblem

EMPHASIS_SHOWN = Code(
    "emphasis-shown",
    Severity.WARNING,
    "Asterisks or underscores are shown that may be meant as emphasis",
    "In programs they are characters, as in `*p; /* a pointer */`, so what has signs of code in it or beside "
    "it is no emphasis. Where words stand between them, only the author knows.",
    bad="answer: It takes *O*(1).",
    good="answer: It takes <i>O</i>(1).",
)
CODES = (EMPHASIS_SHOWN,)

_RUN_OR_GAP = re.compile(r"\*+|(?<!\w)_+|_+(?!\w)|\n\s*\n")
_ALONE = re.compile(r"(?<!\S)[*_]+(?!\S)")  # of a list or a rule, or between spaces

# Strings, since `LETTER` takes milliseconds to compile, and most builds of an edit meet no such asterisk.
# Behind a blank anything may start emphasis but `*.log`, `*, ` and their like; elsewhere only a word or code.
_OPENS = (
    r"(?<!\S)[*_]++(?![\s),;:?!\]}|>~]|\.\w|/(?!\w))"
    rf"|(?:(?<!{LETTER})(?<![)\]{{}}=/@$&;<>%#+^!?\\.~|-])|(?<=\w[->])|(?<=\.\.)|(?<=[*_]/)|(?<=~~)|(?<=\}}\}}))"
    r"(?:[*_]++(?![\s!-#%&')*+,./:;=>?@\]^_|}~])|\*\*++(?![\s),;\]}|>/*]))"
    rf"|(?<=[^\W\d_])(\*\*+)[^\W\d_]+\1(?!\*|{LETTER})"  # Type**Script**
    r"|(?<=[+;&?{(|>])\*\*(?=[^\W\d_](?:[^*\n]*[\w.!?)])?\*\*(?![\w*]))"  # Ctrl+**C**
)
_CLOSES = (
    rf"(?<![\s(\[{{/|@$&=<^~+])[*_]++(?!{LETTER}|[/@$&=<+^%#\\(\[>|]|\.\w|\{{(?!\{{))"
    rf"|(?<=[\w.!?)])[*_]++(?=</|<br|/[*_])|(?<=\w)(?<!{LETTER})[*_]++(?=\()"
    rf"|(?<![\s(\[{{])\*\*++(?!{LETTER}|/)"
)
_OPENS_CELL, _CLOSES_CELL = r"(?<=\|)[*_]++(?=\w)", r"(?<=[\w.!?)])[*_]++(?=\|)"
# **J**ava, *un*real; but not a**b**c.
_CLOSES_IN_WORD = rf"(?<={LETTER})\*+(?={LETTER})(?![\w.-]*\*)"

# Where Markdown and these rules agree, whatever is beside it: the short cut in `literal_marks` relies on it.
_PLAIN = re.compile(r"(?<!\S)\*{1,2}(?=\w)|(?<=\w)\*{1,2}(?=[\s.,;:!?]|\Z)|(?<=[.:!?])\*{1,2}(?!\S)")

# What single signs enclose is no text: it has signs of code, or its first word ends in `;`.
_CODE = re.compile(rf"{CODE_SIGNS}|\A\w+;|[^\s*]\*[\w(]")
# Nor are `_FOO_H_`, `__init__`, `_n, n_` and `_x or y_`.
_NAMES = re.compile(r"\A(?:\w+_\w+|\w(?:(?:[\s,]+(?:and|or))?[\s,]+\w)+)\Z|(?<!\w)_|_(?!\w)")
_NAME = re.compile(r"(?a:\w+)\Z")
# The words beside two runs of asterisks, outside and inside of each, where the runs are those of pointers:
# `Node *next, Node* last`, `*T or T*`, `char *p or int* q`, `Foo *p or Bar* q`; but `again *and again*`.
_TYPE = r"(?:void|char|int|float|bool|unsigned|const|u?int\d+|\w+_t)"
_VARIABLE = r"[b-z]\d?"
_POINTERS = (
    r"(?!\w+ \*(?:after|and|by|for|in|or|than|to|upon) )(\w+) \*\w+ \1\* .*"
    rf"|.* \*([A-Z]|{_TYPE}) \2\* .*|{_TYPE} \*\w+ {_TYPE}\* .*|.* \*{_VARIABLE} {_TYPE}\* .*"
    rf"|.* \*{_VARIABLE} [A-Z]\w*\* {_VARIABLE}"
)
_BEFORE, _BEHIND = re.compile(r"([^\W\d]\w*)[ ]\(?\Z"), re.compile(r"[ ]?([^\W\d]\w*)")
_FIRST_AND_LAST = re.compile(r"([^\W\d]\w*)(?!\w)(?s:.*)(?<!\w)([^\W\d]\w*)\Z")
# Where Markdown would end emphasis: behind a character, and before no word.
_MAY_CLOSE = re.compile(r"(?<![\s*_])[*_]+(?![\w*])")
# What its author may have meant as emphasis: words between two signs, with no word beside these.
_LOOKS_MEANT = re.compile(
    r"(?<![\w*/)\]])([*_]{1,2})(?=[\w({$.])((?:(?!\1)[^\n]){1,200})(?<=[\w.,!?)}$%+#])(?<!\$(?=_))\1(?![\w*/])"
)
_LONGEST, _FAR = 200, 1_000  # how far is looked between two signs, and before them

_Run = tuple[int, int]


def not_emphasis(source: str, gaps: Iterable[_Run], *, has_table: bool) -> Iterator[_Run]:
    """Yield where asterisks and underscores stand that are characters.

    Args:
        source: the text.
        gaps: where its text starts and ends, between code, formulas and marks.
        has_table: whether a `|` may part cells.
    """
    opens = re.compile(f"{_OPENS}|{_OPENS_CELL}" if has_table else _OPENS)
    closes = re.compile(f"{_CLOSES}|{_CLOSES_CELL}" if has_table else _CLOSES)
    closes_in_word = re.compile(_CLOSES_IN_WORD)
    opened: dict[str, list[_Run]] = {}  # what may still be closed, by its signs
    for gap, match in _runs(source, gaps):
        signs, run = match[0], match.span()
        if signs.isspace():
            yield from _never_closed(source, opened)
            opened = {}
        elif pointer := _pointer_before(source, run, opened):
            yield from (opened[pointer].pop(), run)
        elif opened.get(signs) and (closes.match(source, run[0]) or closes_in_word.match(source, run[0])):
            first = opened[signs].pop()
            if not _encloses_words(source, first, run, gap):
                yield from (first, run)
        elif opened.get(signs) and _MAY_CLOSE.match(source, run[0]) and not opens.match(source, run[0]):
            yield from (opened[signs].pop(), run)  # nothing farther on is its end
        elif opens.match(source, run[0]):
            opened.setdefault(signs, []).append(run)
        elif not (_PLAIN.match(source, run[0]) or "***" in (*opened, signs)):
            yield run
    yield from _never_closed(source, opened)


def seem_emphasis(source: str, literals: Collection[_Run]) -> Iterator[MarkupProblem]:
    """Report what is shown with its signs, though it may be meant as emphasis.

    ``literals`` are where signs stand that are characters.
    """
    starts = {start for start, _ in literals}
    for match in _LOOKS_MEANT.finditer(source):
        is_code = (
            match[2].count("(") != match[2].count(")")
            or (match[1][0] == "_" and _NAME.match(match[2]))
            or _are_pointers(source, match.span(1), (match.end(2), match.end()))
        )
        if match.start() in starts and match.end(2) in starts and not is_code:
            tag = "b" if len(match[1]) > 1 else "i"
            message = f"`{match[0][:40]}` is shown as it is typed, with its `{match[1]}`."
            hint = f"If it is code, put it into backticks; if not, write `<{tag}>…</{tag}>` around the words."
            yield MarkupProblem(EMPHASIS_SHOWN, match.start(), message, hint)


def _runs(source: str, gaps: Iterable[_Run]) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield each empty line, and each run of signs that does not stand alone, with the start of its gap."""
    for start, end in gaps:
        for match in _RUN_OR_GAP.finditer(source, start, end):
            if match[0].isspace() or not _ALONE.match(source, match.start()):
                yield start, match


def _pointer_before(source: str, run: _Run, opened: Mapping[str, list[_Run]]) -> str:
    """Return the signs of the last run that is open, if it and ``run`` are of pointers; nothing if not."""
    last, signs = max(((runs[-1], signs) for signs, runs in opened.items() if runs), default=(run, ""))
    return signs if signs[:1] == "*" and _are_pointers(source, last, run) else ""


def _are_pointers(source: str, first: _Run, last: _Run) -> bool:
    """Tell whether two runs of asterisks are those of pointers, and so enclose nothing."""
    (before, start), (end, after) = first, last
    inside = _FIRST_AND_LAST.match(source[start : min(end, start + _FAR)])
    if not inside:
        return False
    declared = _BEFORE.search(source[max(before - _LONGEST, 0) : before])
    following = _BEHIND.match(source[after : after + _LONGEST])
    names = (declared and declared[1]) or "", *inside.groups(), (following and following[1]) or ""
    return re.fullmatch(_POINTERS, "{} *{} {}* {}".format(*names)) is not None


def _never_closed(source: str, opened: dict[str, list[_Run]]) -> Iterator[_Run]:
    if "***" not in opened:
        for runs in opened.values():
            yield from (run for run in runs if not _PLAIN.match(source, run[0]))


def _encloses_words(source: str, first: _Run, last: _Run, gap: int) -> bool:
    """Tell whether two signs enclose text; ``gap`` is where the text starts in which the last one stands."""
    (before, start), (end, after) = first, last
    content = source[start : min(end, start + _LONGEST)]
    if after - end > 1:  # `**/dist/**` and `__init__` are none
        is_path = content[:1] == content[-1:] == "/"
        return not (is_path if source[end] == "*" else _NAME.match(content) or "__" in content)
    if start < gap:  # there is code between them, or a formula
        return True
    if _CODE.search(content) or (source[end] == "_" and _NAMES.search(content)):
        return False
    following = source[after : after + 1]
    is_one_word = not re.search(r"\s", content)
    return not (
        (is_one_word and content.count("(") != content.count(")"))
        or (following.isalnum() and following.isascii() and not content.isalpha())
        or (following == ")" and source.rfind("(", max(before - _FAR, 0), before) < 0)
    )
