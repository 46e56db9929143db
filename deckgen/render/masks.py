"""What Markdown must not touch: formulas, cloze marks and a few HTML tags, swapped for placeholders.

One scan over the source, left to right, so that each mark is seen in its place: a dollar sign in a code
span is no formula, two braces in a formula close no cloze.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from deckgen.escaping import escape
from deckgen.model.diagnostics import Code, Severity

CLOZE_SYNTAX = Code(
    "cloze-syntax",
    Severity.ERROR,
    "A cloze deletion is not written as Anki reads it",
    "A deletion is `{{c1::hidden}}` or `{{c1::hidden::hint}}`, with a number from 1 to 500 (Anki makes "
    "no card for higher ones), or several: `{{c1,2::hidden}}`. Anki shows anything else as plain text, or "
    "drops what follows.",
    bad="text: Retries need {{c1:idempotent}} writes.",
    good="text: Retries need {{c1::idempotent}} writes.",
)
CLOZE_UNCLOSED = Code(
    "cloze-unclosed",
    Severity.ERROR,
    "A cloze deletion is never closed",
    "Anki drops the text after it from the card.",
    bad="text: Retries need {{c1::idempotent writes.",
    good="text: Retries need {{c1::idempotent}} writes.",
)
CLOZE_OUTSIDE = Code(
    "cloze-outside",
    Severity.WARNING,
    "A cloze deletion stands where it makes no card",
    "Deletions work in the text of a cloze note alone; elsewhere the braces show.",
    bad="concepts:\n  - id: retries\n    prompt: Retries need {{c1::idempotent}} writes.",
    good="clozes:\n  - id: retries\n    text: Retries need {{c1::idempotent}} writes.",
)
CLOZE_SEVERAL = Code(
    "cloze-several",
    Severity.WARNING,
    "A cloze deletion has several numbers",
    "Anki up to 25.09 knows no deletion with more than one number: in place of the card it shows an error. "
    "26.09 hides the words on each of the cards.",
    bad="text: '{{c1,2::Retries}} need {{c1::idempotent}} writes.'",
    good="text: '{{c1::Retries}} need {{c2::idempotent}} writes.'",
)
CODES = (CLOZE_SYNTAX, CLOZE_UNCLOSED, CLOZE_OUTSIDE, CLOZE_SEVERAL)

# An escaped mark must not reach Anki as the mark itself.
_ENTITIES = {"{": "&#123;", "}": "&#125;", ":": "&#58;"}
_MAX_ORDINAL = 500  # higher ones share the last card, which is blank (rslib/src/notetype/cardgen.rs)
_MAX_DEPTH = 10  # Anki drops deeper marks (rslib/src/cloze.rs)

# Placeholders are written {X}, X from a private plane of Unicode: the braces are punctuation to
# Markdown, as the marks that they stand for are.
_FIRST = 0xF0000
_PLACEHOLDER = re.compile("\\{([\U000f0000-\U000ffffd])\\}")
_ENCODED_PLACEHOLDER = re.compile(r"%7B%F3%B[0-9A-F]%[0-9A-F]{2}%[0-9A-F]{2}%7D")

_TAGS = "b|i|u|s|em|strong|sub|sup|small|mark|kbd|del|ins|q"
_OPENING, _CLOSING = re.compile(f"<({_TAGS})>"), re.compile(f"</({_TAGS})>")
_SCAN = re.compile(
    # The first line passes over all but a few characters: six times as fast as trying each alternative.
    r"""
    (?=[\\`~${}:<\U000f0000-\U000ffffd]) (?:
      (?P<escape> \\[^\w\s] )
    | (?P<fence> (?:(?<![^\n])|(?<=\n\ )|(?<=\n\ \ )|(?<=\n\ \ \ ))(?P<rail>`{3,}|~{3,})
        [^\n]*\n (?:.*?\n)?? \ {0,3}(?P=rail)[`~]*[ \t]*$ )
    | (?P<code> (?<!`)(?P<ticks>`+)(?!`) .+? (?<!`)(?P=ticks)(?!`) )
    | (?P<display> \$\$ (?P<block>(?:\\.|[^$\\])+?) \$\$ )
    | (?P<formula> (?<![\w$])\$(?![\s$]) (?P<inline>(?:\\.|[^$\\`])+?) (?<!\s)\$(?![\w{$]) )
    | (?P<open> \{\{[cC](?P<numbers>[\d,]*)(?P<colons>:{1,2}) )
    | (?P<brace> \{\{(?!\{) )
    | (?P<close> \}\} )
    | (?P<hint> :: )
    | (?P<tag> </?(?:TAGS)>|<br\ ?/?> )
    | (?P<private> [\U000f0000-\U000ffffd] )
    )
    """.replace("TAGS", _TAGS),
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_IN_CODE = re.compile(
    r"(?P<open>\{\{c(?P<numbers>[\d,]+)(?P<colons>::))|(?P<brace>\{\{(?!\{))|(?P<close>\}\})|(?P<hint>::)"
)


class Problem(NamedTuple):
    """What is wrong at an offset of a text."""

    code: Code
    offset: int
    message: str
    hint: str


class Masked(NamedTuple):
    """A text with placeholders, what each stands for (as HTML, and as its source), and its clozes.

    ``deletions`` holds what each cloze ordinal hides, as it is written.
    """

    text: str
    masks: list[tuple[str, str]]
    deletions: dict[int, str]
    problems: list[Problem]
    source: str

    def html_of(self, mark: str) -> str:
        """Return the HTML that a placeholder's character stands for."""
        return self.masks[ord(mark) - _FIRST][0]


class _Open(NamedTuple):
    """Braces that are open: of a deletion, or of the text within one (Jinja, TeX).

    ``context`` is where the code or formula starts that they stand in, -1 for plain text: braces close
    in the context where they were opened. ``ordinals`` are those of a deletion, none for mere braces;
    ``start`` is where its hidden text begins. ``depth`` counts the deletions that are open here.
    """

    offset: int
    context: int
    depth: int
    ordinals: tuple[int, ...] = ()
    start: int = 0


_PLAIN = -1


class _Scanner:
    """The state of one scan over a text."""

    def __init__(self, source: str, *, clozes: bool) -> None:
        self._source = source
        self._clozes = clozes
        self._out: list[str] = []
        self._masks: list[tuple[str, str]] = []
        self._open: list[_Open] = []
        self._deletions: dict[int, str] = {}
        self._problems: list[Problem] = []
        self._paired_tags = _paired_tags(source)

    def scan(self) -> Masked:
        position = 0
        while match := _SCAN.search(self._source, position):
            self._out.append(self._source[position : match.start()])
            position = self._take(match)
        self._out.append(self._source[position:])
        self._end(_PLAIN)
        return Masked("".join(self._out), self._masks, self._deletions, self._problems, self._source)

    def _take(self, match: re.Match[str]) -> int:
        """Put out one mark; return where the scan goes on."""
        text = match.group()
        if match["fence"] or match["code"]:
            for piece, html in self._inside(text, match.start()):
                self._out.append(piece) if html is None else self._mask(html, piece)
        elif match["display"]:
            self._formula(match, "block", r"\[", r"\]")
        elif match["formula"] and _is_price(match["inline"]):
            self._out.append("$")
            return match.start() + 1
        elif match["formula"]:
            self._formula(match, "inline", r"\(", r"\)")
        elif match["private"] or (match["tag"] and text.strip("</ >") in self._paired_tags):
            self._mask(text, text)
        elif match["open"] or match["brace"] or match["close"] or match["hint"]:
            html = self._cloze_mark(match, match.start(), _PLAIN)
            self._out.append(text) if html is None else self._mask(html, text)
        elif self._clozes and text[1] in _ENTITIES:
            self._mask(_ENTITIES[text[1]], text)
        else:
            self._out.append(text)
        return match.end()

    def _mask(self, html: str, literal: str) -> None:
        self._out.append(f"{{{chr(_FIRST + len(self._masks))}}}")
        self._masks.append((html, literal))

    def _formula(self, match: re.Match[str], group: str, left: str, right: str) -> None:
        pieces = self._inside(match[group], match.start(group))
        content = "".join(escape(piece, quote=False) if html is None else html for piece, html in pieces)
        self._mask(f"{left}{content}{right}", match.group())

    def _inside(self, text: str, start: int) -> list[tuple[str, str | None]]:
        """Split code or a formula at its cloze marks: each piece, and its HTML where it is a mark."""
        if not self._clozes:
            return [(text, None)]
        pieces: list[tuple[str, str | None]] = []
        position = 0
        for match in _IN_CODE.finditer(text):
            pieces.append((text[position : match.start()], None))
            pieces.append((match.group(), self._cloze_mark(match, start + match.start(), start)))
            position = match.end()
        self._end(start)
        return [*pieces, (text[position:], None)]

    def _end(self, context: int) -> None:
        """Report the deletions that are still open where their context ends."""
        where = "the text" if context == _PLAIN else "the code or the formula"
        while self._open and self._open[-1].context == context:
            left = self._open.pop()
            if left.ordinals:
                hint = f"Close it with `}}}}` before {where} ends."
                self._problems.append(
                    Problem(CLOZE_UNCLOSED, left.offset, "This deletion is never closed.", hint)
                )

    def _cloze_mark(self, match: re.Match[str], offset: int, context: int) -> str | None:
        """Return the HTML of a mark, None where it is mere text."""
        if match["open"]:
            return self._open_cloze(match, offset, context)
        top = self._open[-1] if self._open else None
        if top is None:
            return None
        if match["brace"]:
            self._open.append(_Open(offset, context, top.depth))
            return None
        if match["hint"]:
            return "::" if top.ordinals and top.context == context else "&#58;&#58;"
        if top.context == context:
            self._open.pop()
            if top.ordinals:
                hidden = self._source[top.start : offset]
                for ordinal in top.ordinals:
                    self._deletions[ordinal] = f"{self._deletions.get(ordinal, '')}{hidden}"
                return "}}"
        return "&#125;&#125;"

    def _open_cloze(self, match: re.Match[str], offset: int, context: int) -> str | None:
        text = match.group()
        if not self._clozes:
            hint = "Move the note to `clozes`, or write the words without braces."
            self._problems.append(
                Problem(CLOZE_OUTSIDE, offset, "A cloze deletion makes no card here.", hint)
            )
            return None
        numbers = [int(number) for number in match["numbers"].split(",") if number]
        depth = self._open[-1].depth if self._open else 0
        fault = _fault(match, numbers, match.string[match.end() :], depth)
        if fault:
            self._problems.append(Problem(CLOZE_SYNTAX, offset, *fault))
            return None
        if len(numbers) > 1:
            message = f"`{text}` makes cards in the newest Anki alone: older ones show an error."
            hint = "Give the deletion one number."
            self._problems.append(Problem(CLOZE_SEVERAL, offset, message, hint))
        self._open.append(_Open(offset, context, depth + 1, tuple(numbers), offset + len(text)))
        return text


def _fault(match: re.Match[str], numbers: list[int], after: str, depth: int) -> tuple[str, str] | None:
    text = match.group()
    if text[2] == "C":
        return f"`{text}` is no deletion: the c is lower case.", "Write `{{c1::…}}`."
    if match["colons"] != "::":
        return f"`{text}` is no deletion: two colons follow the number.", "Write `{{c1::…}}`."
    if not numbers or match["numbers"].strip(",") != match["numbers"]:
        return f"`{text}` is no deletion: it has no number.", "Write `{{c1::…}}`."
    if not all(1 <= number <= _MAX_ORDINAL for number in numbers):
        return f"`{text}` makes no card: numbers go from 1 to {_MAX_ORDINAL}.", "Number deletions from c1 up."
    if re.match(r"\s*(\}\}|::)", after):
        return "This deletion hides nothing.", "Write the hidden words after `::`."
    if depth >= _MAX_DEPTH:
        return "Deletions are nested too deep for Anki.", "Take one level out."
    return None


def _is_price(content: str) -> bool:
    """Tell whether dollars enclose prose that starts with an amount: ``$5 a day, or 7$``."""
    return content[0].isdigit() and re.search(r"(?<![\\{A-Za-z])[A-Za-z]{2,}", content) is not None


def _paired_tags(source: str) -> frozenset[str]:
    """Return the allowed tags that close as often as they open; others would run on into the card."""
    opened, closed = Counter(_OPENING.findall(source)), Counter(_CLOSING.findall(source))
    return frozenset({"br", *(tag for tag in opened if opened[tag] == closed[tag])})


def mask(source: str, *, clozes: bool) -> Masked:
    """Swap what Markdown must not touch for placeholders; ``clozes`` where deletions make cards."""
    return _Scanner(source, clozes=clozes).scan()


def lost_deletion(html: str, masked: Masked) -> Problem | None:
    """Report the first deletion that Markdown does not show, or makes part of an address."""
    for place, (mark, _) in enumerate(masked.masks):
        if mark.startswith("{{c") and chr(_FIRST + place) not in html:
            offset = max(masked.source.find(mark), 0)
            hint = "Put it into the text; the first line of a code block names no more than its language."
            return Problem(CLOZE_OUTSIDE, offset, "A cloze deletion is not shown where it stands.", hint)
    for match in _ENCODED_PLACEHOLDER.finditer(html):
        mark = masked.masks[_place_in(match)][1]
        if mark.startswith("{{c") or mark == "}}":
            offset = max(masked.source.find("://"), 0)
            hint = "Put a space between the two, or write the address as `<https://…>`."
            return Problem(CLOZE_OUTSIDE, offset, "A deletion and an address run into each other.", hint)
    return None


def unmask(html: str, masks: list[tuple[str, str]]) -> str:
    """Put back what was masked: as HTML, or as literal text within code that Markdown itself found."""
    if not masks:
        return html

    def as_html(match: re.Match[str]) -> str:
        return masks[ord(match[1]) - _FIRST][0]

    def in_address(match: re.Match[str]) -> str:
        from urllib.parse import quote  # noqa: PLC0415 - rare, and the import is not free

        return quote(masks[_place_in(match)][1])

    return _PLACEHOLDER.sub(as_html, _ENCODED_PLACEHOLDER.sub(in_address, html))


def _place_in(encoded: re.Match[str]) -> int:
    """Return the place among the masks of a placeholder that stands in an address."""
    from urllib.parse import unquote  # noqa: PLC0415 - as above

    return ord(unquote(encoded[0])[1]) - _FIRST
