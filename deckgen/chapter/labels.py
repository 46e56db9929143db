"""The words of a line, without what only decorates them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markdown_it.token import Token

_ARROWS = "\u2190-\u21ff\u27f0-\u27ff\u2900-\u297f\u2b00-\u2b4f\u2b5a-\u2bff"
# Emoji and dingbats, what joins and varies them, and what repair puts for a character it cannot tell.
# Marks in use as words stay: mathematical operators, ©, ®, ™, °, №.
_PICTURES = (
    "\u231a-\u231b\u2328\u23cf\u23e9-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2934-\u2935\u2b50-\u2b55\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001fbff\ue000-\uf8ff\ufe00-\ufe0f\u20e3\U000e0020-\U000e007f\ufffd"
)
_JOINED_PICTURES = re.compile(f"[0-9#*]\ufe0f?\u20e3|[{_PICTURES}](?:\u200d?[{_PICTURES}])*\u200d?")
_ARROW = re.compile(f"\\s*(?:[{_ARROWS}]\ufe0f?|(?<!\\S)[-=]+>(?!\\S))\\s*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\ufeff]+")
_MARKER = re.compile(f"\\s*(?:[0-9#*]\ufe0f?\u20e3|[{_PICTURES}{_ARROWS}]|[-=]+>(?=\\s)|[•‣▪◦·](?=\\s))")
_NUMBERING = re.compile(
    r"(?:(?:\d{1,3}|[ivxIVX]{1,5})[.)]|[a-zA-Z]\)|\((?:\d{1,3}|[ivx]{1,5}|[a-z])\)|[•‣▪◦·–—*-])\s+(?=\S)"
)
_HEADING_NUMBER = re.compile(
    r"(?:(?:section|part|step)\s+)?(?:\d{1,3}(?:\.\d{1,3})*|[IVX]{1,5}(?=[.):]))\s*[.):–—-]?\s+(?=\S)",
    re.IGNORECASE,
)
_EMPHASIS = re.compile(r"\*\*+|__+|~~+|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
# Most lines have none of what follows, and a large chapter has many lines.
_MARKS = re.compile(f"[*_~\\[>{_ARROWS}]")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]")
_TASK = re.compile(r"\s*\[[ xX]\]\s+")
_SUFFIX = re.compile(r"\s*[(\[]([^()\[\]]+)[)\]]$")
_URGING = re.compile(
    r"(?:very |most )?(?:important|be ready|must[ -]know|must[ -]read|key|crucial|critical)!*", re.IGNORECASE
)

# A label is read in a list and in a terminal: what runs on longer is cut at the end of a sentence or word.
LONGEST_LABEL = 160


def clean_label(text: str) -> str:
    """Return the words of a line: no emoji, arrows, emphasis marks, numbering, shouting suffix.

    An arrow between words says "to"; everything else is as the author wrote it.
    """
    if not (text.isascii() and text.isprintable()):
        text = _JOINED_PICTURES.sub("", _CONTROL.sub(" ", text))
    if _MARKS.search(text):
        text = _TASK.sub("", _EMPHASIS.sub("", _FOOTNOTE.sub("", text)), count=1)
        text = " to ".join(part for part in _ARROW.split(text) if part.strip())
    text = " ".join(text.split())
    return shorten(without_shouting(_NUMBERING.sub("", text, count=1)))


def clean_heading(text: str) -> str:
    """Return the words of a heading: a clean label without a number such as ``2.1`` and a last colon."""
    label = clean_label(text).rstrip(" :#")
    return _HEADING_NUMBER.sub("", label, count=1) or label


def starts_with_marker(text: str) -> bool:
    """Tell whether a line starts with an emoji, an arrow or a bullet: its author set it apart."""
    return bool(_MARKER.match(text))


def without_shouting(text: str) -> str:
    """Return a line without a suffix in brackets that only shouts: ``(VERY IMPORTANT)``.

    An abbreviation of the words before it, such as ``(RCA)``, is no shouting.
    """
    match = _SUFFIX.search(text)
    before = text[: match.start()] if match else ""
    if match is None or not before:
        return text
    inner = match[1].strip()
    initials = "".join(word[0] for word in re.findall(r"\w+", before)).upper()
    shouted = inner.isupper() and len(inner) > 2 and inner not in initials and not _is_abbreviation(inner)
    return before if shouted or _URGING.fullmatch(inner) else text


def _is_abbreviation(inner: str) -> bool:
    """Tell whether capitals are a name such as STAR or HTTP/2: one word of at most five letters."""
    return len(inner) <= 5 and " " not in inner


def shorten(text: str) -> str:
    """Return a text cut to the length of a label."""
    if len(text) <= LONGEST_LABEL:
        return text
    sentence = re.match(rf".{{20,{LONGEST_LABEL - 1}}}?[.!?。！？](?=\s|$)", text)
    if sentence:
        return sentence[0]
    cut = text[: LONGEST_LABEL - 1]
    return f"{cut.rsplit(' ', 1)[0].rstrip(' ,;:')}…"


def lines_of(children: Iterable[Token]) -> list[Line]:
    """Split the inline tokens of a paragraph at its line ends."""
    lines = [Line()]
    bold = 0
    in_page = False
    for token in children:
        if token.type in ("softbreak", "hardbreak"):
            lines.append(Line())
        elif token.type in ("strong_open", "strong_close"):
            bold += token.nesting
        elif token.type == "link_open":
            in_page = str(token.attrGet("href")).startswith("#")
        elif token.type == "link_close":
            in_page = False
        elif token.type in ("text", "code_inline", "image"):
            lines[-1].add(token.content, bold=bold > 0, in_page=in_page)
    return [line for line in lines if line.text.strip()]


class Line:
    """A line of a paragraph: its words, which of them are bold, and whether all are an in-page link."""

    __slots__ = ("_linked", "bold", "text")

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.bold: list[tuple[int, int]] = []
        self._linked = 0

    def add(self, text: str, *, bold: bool, in_page: bool) -> None:
        """Add words to the end of the line."""
        start = len(self.text)
        self.text += text
        if in_page:
            self._linked += len(text)
        if bold and text:
            if self.bold and self.bold[-1][1] == start:
                start = self.bold.pop()[0]
            self.bold.append((start, len(self.text)))

    @property
    def is_in_page_link(self) -> bool:
        """Whether the line only points to another place in the chapter: an entry of a table of contents."""
        return self._linked > 0 and self._linked == len(self.text.strip())
