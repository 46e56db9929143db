r"""maths: a formula that is shown as text.

deckgen takes ``$…$`` and ``$$…$$`` (cloze/tokens.py); ``\(…\)`` is Markdown for plain brackets.
"""

import re
from collections.abc import Iterator

from deckgen.cloze.patterns import LETTER
from deckgen.cloze.tokens import content_span, markdown_tokens
from deckgen.lint.plain_text import prose
from deckgen.lint.rule import ERROR, IF_CODE, TEXT, WARNING, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView, TextView
from deckgen.model.text import Edit

_LEFT = re.compile(r"(?<!\\)\\[(\[]")
_RIGHT = {r"\(": r"\)", r"\[": r"\]"}
_TEX = re.compile(r"\\[a-zA-Z]{2,}|[\^_{]|=")
_OPEN = re.compile(r"\\[(\[](?=[^()\[\]]*\\[a-zA-Z]{2,})")
_SENTENCE = re.compile(r"[^\W\d_]{2,}\s+[^\W\d_]{2,}")
# What looks like TeX between two dollars that make no formula.
_DOLLARS = re.compile(
    r"\$(?=[^$\n]*\$)[^$\n]*(?:\\[a-zA-Z]{2,}|[\w)]\^[\w{]|\w_\{|(?<![A-Za-z0-9])[A-Za-z]_\w(?!\w))[^$\n]*\$(?![\w{(])"
)
# A formula right before an ordinal's end or a plural's: variables of a shell have longer names.
_BEFORE_LETTERS = (
    rf"(?<!{LETTER})(?<!\$)(\$(?![\s$]|[A-Za-z_]\w\w+\$)[^$\n]{{1,40}}(?<!\s)\$)"
    r"(?:th|st|nd|rd|te[mnrs]?|(?<=\^.\$)s)(?!\w)"
)
# TeX that no path and no escape looks like.
_BARE = r"\\(?:[dt]?frac|sqrt|sum|int|prod|lim|[dt]?binom|math(?:bb|bf|cal|rm)|overline|vec|hat|bar)[{_^]"
_EMPTY = r"(?m)^[ \t]*(\$\$\s*\$\$)[ \t]*$"
# A formula that holds a word, a large amount or the start of another word: none that TeX would set well.
_WORD_IN_DOLLARS = re.compile(r"[A-Za-z]{3,}|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\.[A-Za-z]\w*")
# Brackets of a regular expression or of a shell's command: by what stands beside them, or in them.
_BEFORE_EXPRESSION = r"(?<=[\w/|'^\\\])}])\\[(\[]"
_BEHIND_EXPRESSION = r"\\[{|(]|\*(?!\*)|\S{0,80}\\[1-9]"
_IN_EXPRESSION = (
    r"\A\s+-[A-Za-z]|\A\s*[A-Za-z]{2,}\s*\Z|\.[*+]|\\(?:[dwsbDWSB](?![A-Za-z])|[.?*+])|\w\\\||\[\^|\A[?*+]"
    r"|(?<!\S)-(?:[a-z]{2,}\s|[a-z]\s+-[a-z])"
)
_ABOUT_TEX = r"(?i)\b(?:mathjax|(?:la)?tex)\b"  # what a text asks about, it does not use


@rule(
    "maths",
    ERROR,
    "A formula is shown as text",
    r"Write formulas between dollar signs: `$x^2$`, without spaces next to them. In Markdown `\(x^2\)` is "
    r"text in brackets, and its backslashes are lost.",
    bad=r"""concepts:
  - id: variance
    prompt: What is the variance of a mean of n independent values?
    answer: The variance of one, \(\sigma^2\), divided by n.
""",
    good=r"""concepts:
  - id: variance
    prompt: What is the variance of a mean of n independent values?
    answer: The variance of one, $\sigma^2$, divided by n.
""",
    group=TEXT,
    source="Five public decks, in which single dollar signs were prices or code: these are not reported",
    measured=Measured(15382, 532, 27, 27),
    remark="526 are in one deck, which was written for another program.",
)
def check(note: NoteView, _limits: Limits) -> Problems:
    r"""Report `\(…\)` and `\[…\]`, and TeX between dollars that make no formula, or outside of dollars."""
    for view in note.views_with("$", "\\"):
        problems = list(_problems(view))
        yield from problems
        if not problems and (match := re.search(_BARE, prose(view.text.value))):
            message = f"`{match[0]}` is shown as it is typed: TeX makes a formula only between dollars."
            yield Problem(view.at(match.start()), message, f"Write `$…$` around it; {IF_CODE}", WARNING)


def _problems(view: TextView) -> Problems:
    source = view.text.value
    if "\\(" in source or "\\[" in source:
        yield from _bracketed(view)
    if source.count("$") > 1:
        for match in _DOLLARS.finditer(prose(source)):
            message = "This looks like a formula, but is shown as text."
            hint = "Put no space next to the dollar signs; a number and words between them count as a price."
            yield Problem(view.at(match.start()), message, hint, WARNING)
        yield from _no_formula(view)
        yield from _words_in_dollars(view)


def _no_formula(view: TextView) -> Problems:
    """Report a formula with nothing in it, and one that ends right before a letter."""
    source = prose(view.text.value)
    for match in re.finditer(_EMPTY, source):
        hint = f"Write the formula between the dollars, or delete them; {IF_CODE}"
        yield Problem(view.at(match.start(1)), "This formula is empty: its dollars are shown.", hint, WARNING)
    for match in re.finditer(_BEFORE_LETTERS, source):
        message = f"`{match[0]}` is shown as it is typed: no formula ends right before a letter."
        hint = f"Write a hyphen behind `{match[1]}`; {IF_CODE}"
        yield Problem(view.at(match.start()), message, hint, WARNING)


def _words_in_dollars(view: TextView) -> Problems:
    """Report dollars around a word or an amount: they make a formula, and are not shown."""
    source = view.text.value
    for token in markdown_tokens(source):
        if token.kind in ("formula", "display"):
            start, end = content_span(token)
            if _WORD_IN_DOLLARS.fullmatch(source, start, end):
                message = (
                    f"The dollars of `{source[token.start : token.end]}` are not shown: they make a formula."
                )
                dollar = view.as_written(r"\$")
                hint = f"If it is code, put it into backticks; write a dollar as `{dollar}`."
                yield Problem(view.at(token.start), message, hint, WARNING)


def _bracketed(view: TextView) -> Problems:
    source = prose(view.text.value, ("fence", "code", "display", "formula"))
    position = 0
    for start, position in _in_brackets(source):
        left, inside = source[start : start + 2], source[start + 2 : position - 2]
        content = inside.strip()
        dollars = "$" if left == r"\(" else "$$"
        message = f"`{left}` does not start a formula: Markdown shows a bracket."
        if (
            not content
            or re.compile(_BEFORE_EXPRESSION).match(source, start)
            or re.compile(_BEHIND_EXPRESSION).match(source, position)
            or re.search(_IN_EXPRESSION, inside)
            or (not _TEX.search(content) and re.search(_ABOUT_TEX, source))
        ):
            hint = "Put the code into backticks, or write a formula between dollars."
            yield Problem(view.at(start), message, hint, WARNING)
        elif _TEX.search(content) or (left == r"\(" and not _SENTENCE.search(content)):
            edit = Edit(view.text, start, position, f"{dollars}{content}{dollars}")
            hint = f"Write it between `{dollars}` signs; {IF_CODE}"
            yield Problem(view.at(start), message, hint, edit=edit)
        else:
            hint = f"Delete the backslashes, or write a formula between `{dollars}` signs."
            yield Problem(view.at(start), message, hint, WARNING)
    rest = _OPEN.search(source, position)
    if rest:
        message = f"`{rest.group()}` is never closed, and does not start a formula."
        yield Problem(view.at(rest.start()), message, "Write the formula between `$` signs.")


def _in_brackets(source: str) -> Iterator[tuple[int, int]]:
    r"""Yield the start and end of each pair; `\[` may also keep a link from being one.

    The last right bracket is looked up first: otherwise each unclosed left one would be followed to the end.
    """
    last = {left: source.rfind(right) for left, right in _RIGHT.items()}
    position = 0
    while opened := _LEFT.search(source, position):
        position, left = opened.end(), opened.group()
        if last[left] >= position:
            end = source.index(_RIGHT[left], position)
            position = end + 2
            if not (left == r"\[" and source[position : position + 1] in ("(", "[", ":")):
                yield opened.start(), position
