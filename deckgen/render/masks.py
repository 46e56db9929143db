"""What Markdown must not touch, swapped for placeholders: formulas, cloze marks, tags, literal characters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import escape
from operator import attrgetter
from typing import NamedTuple

from deckgen.cloze.parser import Clozes, parse_markdown
from deckgen.cloze.tokens import Token, content_span, markdown_tokens
from deckgen.model.diagnostics import Code, Severity
from deckgen.render.cloze_problems import CLOZE_OUTSIDE, MarkupProblem, problems_of, problems_outside
from deckgen.render.editor_html import as_editor_writes
from deckgen.render.literal_marks import TAGS, literal_marks

# Parts characters that Anki would take for a mark together. An entity does not: Anki's editor decodes it.
_PARTED = "<wbr>"

# Placeholders are written {X}, X from a private plane of Unicode: the braces are punctuation to
# Markdown, as the marks that they stand for are.
_FIRST = 0xF0000
_PLACEHOLDER = re.compile("\\{([\U000f0000-\U000ffffd])\\}")
_PLACEHOLDER_IN_TAG = re.compile("<[a-z][^>]*\\{[\U000f0000-\U000ffffd]\\}[^>]*>")
_ENCODED_PLACEHOLDER = re.compile(r"%7B%F3%B[0-9A-F]%[0-9A-F]{2}%[0-9A-F]{2}%7D")

TAGS_CROSS = Code(
    "tags-cross",
    Severity.WARNING,
    "Tags that do not nest are shown as text",
    "Where a tag does not end inside the bold text, the paragraph or the tag that it starts in, browsers "
    "move its end, and the rest of the card may change. So all tags of such a text are shown.",
    bad="answer: <b>The log <i>is</b> the database</i>.",
    good="answer: <b>The log <i>is</i></b> the database.",
)
CODES = (TAGS_CROSS,)
_NEST = (
    "End each tag inside the bold text, the paragraph or the tag that it starts in; "
    "`<rt>` stands in `<ruby>`."
)

VOID = re.compile(r"<(?:br|hr|img|input|wbr)\b")
_OF_RUBY = ("<rt", "<rp")
_OPENING, _CLOSING = re.compile(f"<({TAGS})>"), re.compile(f"</({TAGS})>")
# A harmless tag, or a character from the plane of the placeholders.
_TAG_OR_PRIVATE = re.compile(f"</?(?:{TAGS})>|<(?:br|BR) ?/?>|[\U000f0000-\U000ffffd]")
_TABLE_RULE = re.compile(r"^[ \t|]*:?-[-:| \t]*$", re.MULTILINE)
_PIPE = re.compile(r"(?<!\\)(\|)")  # in code, where it ends no cell
# In a formula these are spaces to TeX, and Anki's editor rewrites all but the plain one.
_NO_PLAIN_SPACE = re.compile(rf"\A\n+|\n+\Z|[\xa0\x00-\x08\x0b-\x1f\x7f]|{_PARTED}")
_MARK_IN_FORMULA = re.compile(r"([{}:])(?=\1)")
# What a formula starts and ends with, and what confuses the editor in it. A caret beside one on its own line
# makes the editor write <br> there, unless there is text, if only a line break.
_FORMULA_MARKS = {"formula": ("\\(", "\\)", "\\["), "display": ("\n\\[", "\\]\n", "\\(")}


class Masked(NamedTuple):
    """A text with placeholders, and what each stands for: its HTML, and its source.

    ``deletions`` holds the hidden text of each cloze number, as it is written; ``escapes`` is where the
    backslashes stand that Markdown drops.
    """

    text: str
    masks: list[tuple[str, str]]
    deletions: dict[int, str]
    problems: list[MarkupProblem]
    source: str
    has_tags: bool
    escapes: list[int]

    def html_of(self, mark: str) -> str:
        """Return the HTML that a placeholder's character stands for."""
        return self.masks[ord(mark) - _FIRST][0]


class _Masker:
    """Copies a text, with placeholders for what Markdown must not touch."""

    def __init__(self, source: str, clozes: Clozes | None, *, tags: bool) -> None:
        self._source = source
        self._clozes = clozes
        self._has_table = _TABLE_RULE.search(source) is not None
        self.has_tags = _TAG_OR_PRIVATE.search(source) is not None
        self._takes_tags = tags and self.has_tags
        self._allowed_tags = frozenset({"br"})
        self.out: list[str] = []
        self.masks: list[tuple[str, str]] = []
        self._places: dict[tuple[str, str], int] = {}
        self.problems: list[MarkupProblem] = []

    def mask(self, tokens: list[Token]) -> None:
        position = 0
        if self._takes_tags:
            self._allowed_tags = _allowed_tags(_between(self._source, tokens))
        literals = literal_marks(self._source, tokens, has_table=self._has_table)
        signs = [(its.start, its.end) for its in literals if self._source[its.start] in "*_"]
        if len(signs) > 1:
            from deckgen.render.emphasis import seem_emphasis  # noqa: PLC0415 - its patterns take a while

            self.problems += seem_emphasis(self._source, signs)
        for token in sorted([*tokens, *literals], key=attrgetter("start")) if literals else tokens:
            if token.start >= position:
                self._write_text(self._source[position : token.start])
                self._write_token(token)
                position = token.end
        self._write_text(self._source[position:])

    def _write_token(self, token: Token) -> None:
        if token.kind in ("fence", "code"):
            for piece, html in self._pieces(token, token.start, token.end):
                if html is None and self._has_table and token.kind == "code":
                    for part in _PIPE.split(piece):
                        self._write(part, part if part == "|" else None)
                else:
                    self._write(piece, html)
        elif token.kind == "literal":
            text = self._source[token.start : token.end]
            self._write(text, escape(text, quote=False))
        elif token.kind in _FORMULA_MARKS:
            pieces = self._pieces(token, *content_span(token))
            content = "".join(
                [escape(piece, quote=False) if html is None else html for piece, html in pieces]
            )
            self._write(self._source[token.start : token.end], _formula(token.kind, content))
        else:
            self._write(self._source[token.start : token.end], self._html_of(token))

    def _write_text(self, text: str) -> None:
        position = 0
        for match in _TAG_OR_PRIVATE.finditer(text) if self.has_tags else ():
            self.out.append(text[position : match.start()])
            tag = match[0].lower()
            is_tag = tag.strip("</ >") in self._allowed_tags
            html = "<br>" if tag.startswith("<br") else tag
            self._write(match[0], html if is_tag else escape(match[0]))
            position = match.end()
        self.out.append(text[position:])

    def _write(self, source: str, html: str | None) -> None:
        """Write a placeholder for ``html``; without it, the source itself."""
        if html is None:
            self.out.append(source)
            return
        mask = html, source
        if mask not in self._places or source.startswith("{{c"):  # each of these must reach the card
            self._places[mask] = len(self.masks)
            self.masks.append(mask)
        self.out.append(f"{{{chr(_FIRST + self._places[mask])}}}")

    def _pieces(self, token: Token, start: int, end: int) -> Iterator[tuple[str, str | None]]:
        """Split code or a formula at its cloze marks: each piece, and the HTML of a mark."""
        if self._clozes:
            for mark in token.inside:
                yield self._source[start : mark.start], None
                yield self._source[mark.start : mark.end], self._html_of(mark)
                start = mark.end
        yield self._source[start:end], None

    def _html_of(self, token: Token) -> str | None:
        """Return the HTML of a cloze mark or an escape; None where Markdown reads it as text."""
        if self._clozes is None:
            return None
        text = self._source[token.start : token.end]
        if token.kind == "escape":
            return f"{_PARTED}{text[1]}{_PARTED}" if text[1] in "{}:" else None
        if token.start in self._clozes.literals:
            return "".join([f"{character}{_PARTED}" for character in text])
        return text if token.start in self._clozes.marks else None


def _formula(kind: str, content: str) -> str:
    """Return a formula as MathJax reads it, and as Anki's editor, which makes an element of it, leaves it."""
    left, right, other = _FORMULA_MARKS[kind]
    if other in content:  # the editor would find the wrong ends; parted, it is text there, and not to MathJax
        left = left.replace("\\", f"\\{_PARTED}")
    return f"{left}{_NO_PLAIN_SPACE.sub(' ', content)}{right}"


def _between(source: str, tokens: list[Token]) -> str:
    """Return what stands between tokens: no code, in which a tag is the subject."""
    starts, ends = (0, *(token.end for token in tokens)), (*(token.start for token in tokens), len(source))
    return " ".join([source[start:end] for start, end in zip(starts, ends, strict=True)])


def _allowed_tags(source: str) -> frozenset[str]:
    """Return the harmless tags that close as often as they open; others would run on into the card."""
    opened, closed = (Counter(map(str.lower, tag.findall(source))) for tag in (_OPENING, _CLOSING))
    return frozenset({"br", *(tag for tag in opened if opened[tag] == closed[tag])})


def mask(source: str, *, clozes: bool, tags: bool = True) -> Masked:
    """Swap what Markdown must not touch for placeholders.

    Args:
        source: the text.
        clozes: whether deletions make cards.
        tags: whether harmless tags are HTML; else they are text.
    """
    tokens = list(markdown_tokens(source))
    parsed = parse_markdown(source, tokens) if clozes else None
    masker = _Masker(source, parsed, tags=tags)
    masker.mask(tokens)
    deletions: dict[int, str] = {}
    for deletion in parsed.deletions if parsed else ():
        for number in deletion.numbers:
            hidden = source[deletion.hidden : deletion.close]
            deletions[number] = f"{deletions.get(number, '')}{hidden}"
    problems = problems_of(source, parsed) if parsed else problems_outside(tokens)
    problems += masker.problems
    escapes = [token.start for token in tokens if token.kind == "escape" and source[token.end - 1].isascii()]
    has_tags = tags and masker.has_tags
    return Masked("".join(masker.out), masker.masks, deletions, problems, source, has_tags, escapes)


def lost_deletion(html: str, masked: Masked) -> MarkupProblem | None:
    """Return a problem for the first deletion that Markdown does not show or puts into an address."""
    for index, (mark, _) in enumerate(masked.masks):
        if mark.startswith("{{c") and chr(_FIRST + index) not in html:
            offset = max(masked.source.find(mark), 0)
            hint = "Move it into the text. The first line of a code block only names its language."
            return MarkupProblem(CLOZE_OUTSIDE, offset, "This cloze deletion is not shown on the card.", hint)
    for match in _ENCODED_PLACEHOLDER.finditer(html):
        mark = masked.masks[_index_in(match)][1]
        if mark.startswith("{{c") or mark == "}}":
            offset = max(masked.source.find("://"), 0)
            hint = "Put a space between the two, or write the address as `<https://…>`."
            return MarkupProblem(
                CLOZE_OUTSIDE, offset, "A deletion and an address run into each other.", hint
            )
    return None


def crossing_tags(source: str) -> MarkupProblem:
    """Return the problem of a text whose harmless tags cross each other or Markdown, and so are text."""
    opened = _OPENING.search(source)
    offset, tag = (opened.start(), opened[0]) if opened else (0, "<…>")
    message = f"`{tag}` and the tags behind it are shown as they are typed, since they do not nest."
    return MarkupProblem(TAGS_CROSS, offset, message, _NEST)


def is_nested(html: str) -> bool:
    """Tell whether each element ends inside the one that it starts in; a browser moves those that do not.

    A reading that is not right in its ruby is drawn small, above nothing.
    """
    opened: list[str] = []
    for tag in re.findall(r"</?[a-z][a-z0-9]*", html):
        if tag.startswith("</"):
            if not opened or opened.pop() != tag[2:]:
                return False
        elif not VOID.match(tag):
            if tag in _OF_RUBY and opened[-1:] != ["ruby"]:
                return False
            opened.append(tag[1:])
    return not opened


def unmask(html: str, masks: list[tuple[str, str]]) -> str:
    """Put back what was masked: its HTML; in an attribute its words; in an address those, percent-encoded."""
    if not masks:
        return html

    def as_html(match: re.Match[str]) -> str:
        return masks[ord(match[1]) - _FIRST][0]

    def as_words(match: re.Match[str]) -> str:
        html, source = masks[ord(match[1]) - _FIRST]
        if html.startswith("<") and not html.startswith(_PARTED):
            return ""
        if source.startswith("$"):
            html = escape(_MARK_IN_FORMULA.sub(r"\1 ", source))
        return html.replace(_PARTED, " ")

    def in_tag(match: re.Match[str]) -> str:
        return as_editor_writes(_PLACEHOLDER.sub(as_words, match[0]))

    def in_address(match: re.Match[str]) -> str:
        from urllib.parse import quote  # noqa: PLC0415 - rare, and the import is not free

        return quote(masks[_index_in(match)][1], safe="/*")

    html = _PLACEHOLDER_IN_TAG.sub(in_tag, _ENCODED_PLACEHOLDER.sub(in_address, html))
    return _PLACEHOLDER.sub(as_html, html).replace(_PARTED * 2, _PARTED)


def _index_in(encoded: re.Match[str]) -> int:
    """Return the index in ``masks`` of a placeholder that stands in an address."""
    from urllib.parse import unquote  # noqa: PLC0415 - as above

    return ord(unquote(encoded[0])[1]) - _FIRST
