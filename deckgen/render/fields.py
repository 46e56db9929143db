"""The fields of one note as HTML, with the media that they show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

from deckgen.cloze.patterns import ADDRESS
from deckgen.model.diagnostics import Finding, Span
from deckgen.model.notes import MediaFile
from deckgen.model.text import UNSEEN, FieldValue, Text, unescape
from deckgen.render.markdown import to_html
from deckgen.source.media import LINK_UNREAD, MEDIA_LINK, PLAYED, MediaLibrary
from deckgen.source.media_risks import MEDIA_KIND, PICTURES
from deckgen.yaml.mapping_reader import EMPTY_TEXT

_IMAGE = r'<img src="([^"]*)"([^>]*)>'
_SOUND = r"\[sound:([^\]]+)\]"
_SHOWS_NOTHING = re.compile(rf"(?:<(?!img\b|hr\b)[^>]*>|&nbsp;|[{UNSEEN}])*+\Z")
_TAG = "<[^<>]*>"
CODE_IN_HTML = r"(?s)<(pre|code)\b.*?</\1>"
_UNREAD_LINK = (
    r"\[[^\[\]]*\]\((?P<spaced>\s*[^()\s]+\s[^()\n]*(?:\([^()\n]*\)[^()\n]*)*)\)|(?<![\w)\]])!?\[[^\[\]]*\]\(\s*\)"
    r"|(?P<apart>!\[[^\[\]\n]+\] +\([^()\n]+\))|(?P<sound>\[sound:)(?!(?:(?!\[sound:)[^\]\n])*\])"
)
_ADDRESS = r"(\]\()(?:<[^<>\n]*+>|(?:[^\s()<]|\([^\s()]*+\))*+)|(\[sound:)[^\[\]\n]*+"
_DEAD_LINK = rf'<a href="(?!{ADDRESS}|//)([^"]*)"'
_REFUSED = r"(?i)\]\(\s*<?(?:file|javascript|vbscript|data):"


class FieldRenderer:
    """Renders the fields of one note, and collects its media, deletions and findings.

    ``library`` may be None if the note refers to no file.
    """

    def __init__(self, library: MediaLibrary | None) -> None:
        self._library = library
        self.findings: list[Finding] = []
        self.media: dict[str, MediaFile] = {}
        self.deletions: dict[int, str] = {}

    def field(self, value: FieldValue, *, clozes: bool = False) -> str:
        """Return a field as HTML; ``clozes`` where deletions make cards."""
        if isinstance(value, Text):
            return self.text(value, clozes=clozes)
        items = "".join([f"<li>{self.text(item, clozes=clozes)}</li>" for item in value])
        return f"<ul>{items}</ul>"

    def text(self, text: Text, *, clozes: bool = False) -> str:
        """Return a text as HTML."""
        rendered = to_html(text.value, clozes=clozes)
        html = rendered.html
        if rendered.is_plain:
            return html
        if _SHOWS_NOTHING.match(html):
            hint = "Put a tag that is to be read into backticks, or write a text."
            if html.startswith("<pre"):
                hint = "Write the code on the lines below the first, which only names its language."
            self.findings.append(EMPTY_TEXT.at(text.span, "This text shows nothing on the card.", hint))
        if rendered.deletions:
            self.deletions.update(rendered.deletions)
        if rendered.problems:
            indent = len(text.value) - len(text.value.lstrip())
            self.findings += [
                problem.code.at(text.at(indent + problem.offset), problem.message, problem.hint)
                for problem in rendered.problems
            ]
        library = self._library
        if library is not None and "[sound:" in html:
            # Of a recording without an end each other one would be tried, up to the end of the text.
            ended, bracket, rest = html.rpartition("]")
            html = re.sub(_SOUND, lambda match: self._recording(match, text, library), ended + bracket) + rest
        if "](" in html or "] (" in html or "[sound:" in html:
            self.findings += _unread_links(html, text)
        if '<a href="' in html:
            self.findings += _link_findings(html, text)
        if library is not None and "<img" in html:
            html = re.sub(_IMAGE, lambda match: self._image(match, text, library), html)
        return html

    def _recording(self, match: re.Match[str], text: Text, library: MediaLibrary) -> str:
        place = _place_of(unescape(match[1]), text, "[sound:")
        found = library.resolve(unescape(match[1]), text.path, place)
        if isinstance(found, Finding):
            self.findings.append(found)
            return match[0]
        self.media[found.package_name] = found
        return f"[sound:{found.package_name}]"

    def _image(self, match: re.Match[str], text: Text, library: MediaLibrary) -> str:
        reference = _as_written(match[1], text)
        found = library.resolve(reference, text.path, _place_of(reference, text))
        if isinstance(found, Finding):
            self.findings.append(found)
            return match[0]
        self.media[found.package_name] = found
        if found.location.suffix.lower() in PLAYED:
            return f"[sound:{found.package_name}]"
        if found.location.suffix.lower() not in PICTURES:
            message = f"`{reference[:80]}` is no picture, recording or film."
            hint = "Show a picture of it, or link to where it is on the network."
            self.findings.append(MEDIA_KIND.at(_place_of(reference, text), message, hint))
        return f'<img src="{found.package_name}"{match[2]}>'


def _as_written(address: str, text: Text) -> str:
    """Return an address in HTML, where Markdown has put each sign in per cent, as its author wrote it."""
    address = unescape(address)
    return address if "%" not in address or address in text.value else unquote(address)


def _place_of(address: str, text: Text, before: str = "](") -> Span:
    """Return where an address stands behind ``before``; if it is spelt otherwise, the first ``before``."""
    places = _addresses_in(text.value)
    found = (places.get(f"{before}{written}") for written in (address, f"<{address}>", ""))
    return text.at(next((offset for offset in found if offset is not None), 0))


@lru_cache(maxsize=1)
def _addresses_in(source: str) -> dict[str, int]:
    """Return where each address stands first, by what is before it and itself; kept for a text of many."""
    places: dict[str, int] = {}
    for match in re.finditer(_ADDRESS, source):
        places.setdefault(match[1] or match[2], match.start())
        places.setdefault(match[0], match.start())
    return places


def _unread_links(html: str, text: Text) -> Iterator[Finding]:
    offset = 0
    for match in re.finditer(_UNREAD_LINK, unescape(re.sub(_TAG, "", re.sub(CODE_IN_HTML, "", html)))):
        address = match["spaced"]
        what, reason, hint = "read as a link or a picture", "it has no address", "Write one in its brackets"
        if match["sound"]:
            what, reason, hint = "played", "its bracket is not closed", "Write `]` behind the file's name"
        elif match["apart"]:
            reason, hint = "a space stands before its address", "Delete the space"
        elif address:
            reason = "its address has a space"
            hint = f"Write the address as `<{address.strip()[:40]}>`, or each space as `%20`"
            if sized := re.fullmatch(r"(.*\S)\s+=(\d+)(?:x\d*)?", address.strip()):
                file = f"<{sized[1]}>" if " " in sized[1] else sized[1]
                hint = f"Write `({file[:40]}){{width={sized[2]}}}`"
        offset = max(text.value.find(f"]({address}" if address else match[0], offset), offset)
        message = f"This is not {what}, because {reason}."
        yield LINK_UNREAD.at(text.at(offset), message, f"{hint}; if it is code, put it into backticks.")


def _link_findings(html: str, text: Text) -> Iterator[Finding]:
    for match in re.finditer(_DEAD_LINK, html):
        name = _as_written(match[1], text)
        refused = re.search(_REFUSED, text.value) if not name else None
        link = f"The link to `{name[:80]}`" if name else "This link"
        message = f"{link} leads nowhere on a reader's phone."
        hint = "If it is code, put it into backticks; a picture is shown by `![what it shows](…)`."
        yield MEDIA_LINK.at(text.at(refused.start()) if refused else _place_of(name, text), message, hint)
