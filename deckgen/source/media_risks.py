"""Files of a package that are no media: what they would load or run, if a card opens them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from deckgen.model.diagnostics import Code, Finding, Severity, Span, span_at
from deckgen.model.limits import FILE_MB
from deckgen.model.notes import MediaFile
from deckgen.source.css_loads import beyond_reading, loads_of
from deckgen.source.element_risks import attribute_risk, is_harmless, is_text, shortened
from deckgen.source.files import too_large

MEDIA_ACTIVE = Code(
    "media-active",
    Severity.WARNING,
    "A file of the package loads or runs something",
    "A page, a script, a style or an SVG can ask the network or run code on every reader's device, where a "
    "template opens it. A picture needs none of that.",
)
MEDIA_KIND = Code(
    "media-kind",
    Severity.ERROR,
    "A file is shown that is no picture",
    "A card shows a broken picture for it, and the package would carry a page or a program to every reader.",
    bad="answer: '![Lag](lag.html)'",
    good="answer: '![Consumer lag over a day](lag.png)'",
)
MEDIA_NAMES_FILE = Code(
    "media-names-file",
    Severity.WARNING,
    "A file of the package names another file",
    "A package holds the files that notes, templates and the styles of note types and theme name, each under "
    "a name of its own. What such a file names itself is not packed, and the card does without it.",
)
MEDIA_UNREAD = Code(
    "media-unread",
    Severity.WARNING,
    "An SVG or a style of the package cannot be read",
    "What it loads or runs is not known, and a card may show nothing of it.",
)
CODES = (MEDIA_ACTIVE, MEDIA_KIND, MEDIA_NAMES_FILE, MEDIA_UNREAD)

# What browsers show as a picture.
_ON_EVERY_DEVICE = (".png", ".jpg", ".jpeg", ".jfif", ".gif", ".svg", ".webp", ".bmp", ".ico")
PICTURES = frozenset((*_ON_EVERY_DEVICE, ".apng", ".avif", ".jxl", ".heic", ".tif", ".tiff"))
# What browsers open as a page or run; `.xml` and `.svgz` may hold either.
_PAGES = (".html", ".htm", ".xhtml", ".xht", ".xml", ".xsl", ".svgz", ".mht")
_PROGRAMS = frozenset((*_PAGES, ".js", ".mjs", ".wasm"))
_LISTS = ".m3u .m3u8 .pls .xspf .asx .wax .wvx .wpl .mpd .smil .ram .sdp .cue"
_PLAYLISTS = frozenset(_LISTS.split())
# Players look at how a file starts before they look at its name.
_PLAYLIST = (
    rb"(?i)(?:\xef\xbb\xbf)?\s*(?:#EXTM3U|\[(?:playlist|reference)\]|RTSPtext|ffconcat|# mpv EDL|v=0\s"
    rb"|<(?:asx|smil|mpd)\b)"
)
_IN_ITSELF = r"(?i)\s*(?:#|data:|\Z)"
_FIRST_BYTES = 1_000
_MOST_FINDINGS = 100  # in a file
_SVG, _XHTML = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"
_XLINK = "http://www.w3.org/1999/xlink"


class _Risk(NamedTuple):
    """Something that a file loads, runs or names, and where; with a hint where that is not the usual one."""

    code: Code
    shown: str
    line: int = 1
    column: int = 1
    hint: str = ""


def risks_of(media: MediaFile) -> Iterator[Finding]:
    """Report what a file would load or run, and what it names that the package lacks, each once a file."""
    suffix = media.location.suffix.lower()
    if suffix in _PROGRAMS:
        message = "The file can run scripts where a card opens it."
        yield MEDIA_ACTIVE.at(Span(media.path), message, "Take it out, or show a picture of it.")
    try:
        if suffix not in (".css", ".svg"):
            with media.location.open("rb") as file:
                is_playlist = suffix in _PLAYLISTS or re.match(_PLAYLIST, file.read(_FIRST_BYTES))
            if is_playlist:
                message = "The file is a playlist, and players fetch what it names."
                yield MEDIA_ACTIVE.at(Span(media.path), message, "Take a recording in its place.")
            return
        size = media.location.stat().st_size
        if large := too_large("The file", Span(media.path), size, FILE_MB):
            yield large
            return
        data = media.location.read_bytes()
    except OSError:  # it was there a moment ago; whoever packs it reports that
        return
    found = _in_style(data.decode(errors="replace")) if suffix == ".css" else _in_svg(data)
    once: dict[tuple[Code, str], _Risk] = {}
    for risk in islice(found, _MOST_FINDINGS):
        once.setdefault((risk.code, risk.shown), risk)
    for risk in once.values():
        yield _finding(risk, Span(media.path, risk.line, risk.column), suffix)


def _finding(risk: _Risk, span: Span, suffix: str) -> Finding:
    shown = shortened(risk.shown)
    if risk.code is MEDIA_UNREAD:
        return MEDIA_UNREAD.at(span, f"The file cannot be read: {shown}.", risk.hint)
    if risk.code is MEDIA_ACTIVE:
        message = f"`{shown}` in the file loads or runs something where a card opens it."
        hint = "Take it out of the file; what it needs can stand in the file itself."
        return MEDIA_ACTIVE.at(span, message, hint)
    hint = "Move the rule to the style that names this file." if suffix == ".css" else "Draw it in this file."
    return MEDIA_NAMES_FILE.at(span, f"The file names `{shown}`, which is not packed with it.", hint)


def _in_style(text: str) -> Iterator[_Risk]:
    if found := beyond_reading(text):
        offset, message, hint = found
        span = span_at("", text, offset)
        yield _Risk(MEDIA_UNREAD, message[0].lower() + message[1:-1], span.line, span.column, hint)
        return
    for load in loads_of(text):
        place = load.node.source_line, load.node.source_column
        if load.is_elsewhere:
            yield _Risk(MEDIA_ACTIVE, load.address or load.shown, *place)
        elif load.address and not re.match(_IN_ITSELF, load.address):
            yield _Risk(MEDIA_NAMES_FILE, load.address, *place)


def _in_svg(data: bytes) -> Iterator[_Risk]:
    """Yield what an SVG loads or runs; browsers read it as XML, and so does expat."""
    from xml.parsers.expat import ExpatError, ParserCreate  # noqa: PLC0415 - few projects have an SVG

    found: list[_Risk] = []
    opened: list[tuple[str, tuple[int, int], list[str]]] = []  # name, place, the texts in it

    def place() -> tuple[int, int]:
        return parser.CurrentLineNumber, parser.CurrentColumnNumber + 1

    def start(name: str, attributes: Mapping[str, str]) -> None:
        opened.append((name.rpartition(" ")[2], place(), []))
        add(_in_element(name, attributes), *place())

    def end(_name: str) -> None:
        name, begun, texts = opened.pop()
        if name == "style":
            add(_in_style("".join(texts)), *begun)

    def text(data: str) -> None:
        opened[-1][2].append(data)

    def instruction(target: str, data: str) -> None:
        if target == "xml-stylesheet":  # the one that browsers follow
            add([_Risk(MEDIA_ACTIVE, f"<?{target} {data}?>")], *place())

    def add(risks: Iterable[_Risk], line: int, column: int) -> None:
        found.extend(risk._replace(line=line, column=column) for risk in risks)

    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    parser.ProcessingInstructionHandler = instruction
    try:
        parser.Parse(data, True)
    except (ExpatError, ValueError, LookupError) as error:  # the latter two for encodings
        is_known = isinstance(error, ExpatError)
        words = f"{error}".partition(":")[0]
        reason = f"it is not well formed XML ({words})" if is_known else "its encoding is not known here"
        hint = "Save it once more from the program that drew it, as SVG in UTF-8."
        yield _Risk(MEDIA_UNREAD, reason, parser.ErrorLineNumber, parser.ErrorColumnNumber + 1, hint)
    yield from found


def _in_element(name: str, attributes: Mapping[str, str]) -> Iterator[_Risk]:
    """Yield what an element of an SVG loads or runs; names have their namespace before a space."""
    namespace, _, element = name.rpartition(" ")
    is_page = namespace == _XHTML
    if namespace not in (_SVG, _XHTML, ""):
        return  # what a drawing program keeps for itself
    if element in ("script", "handler", "listener") or (is_page and not is_harmless(element)):
        yield _Risk(MEDIA_ACTIVE, f"<{element}>")
    for key, value in attributes.items():
        space, _, attribute = key.rpartition(" ")
        if space not in ("", _XLINK) or is_text(attribute):
            continue
        if risk := attribute_risk(element, attribute, value):
            yield _Risk(MEDIA_ACTIVE, risk[1])
        elif attribute in ("href", "src") and element != "a" and not re.match(_IN_ITSELF, value):
            yield _Risk(MEDIA_NAMES_FILE, value)
        else:
            yield from _in_style(value)
