"""Files of a package that are no media: what they would load or run, if a card opens them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from deckgen.model.diagnostics import Code, Finding, Severity, Span
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
CODES = (MEDIA_ACTIVE, MEDIA_KIND, MEDIA_NAMES_FILE)

# What browsers show as a picture.
_ON_EVERY_DEVICE = (".png", ".jpg", ".jpeg", ".jfif", ".gif", ".svg", ".webp", ".bmp", ".ico")
PICTURES = frozenset((*_ON_EVERY_DEVICE, ".apng", ".avif", ".jxl", ".heic", ".tif", ".tiff"))
# What browsers open as a page or run; `.xml` and `.svgz` may hold either.
_PAGES = (".html", ".htm", ".xhtml", ".xht", ".xml", ".xsl", ".svgz", ".mht")
_PROGRAMS = frozenset((*_PAGES, ".js", ".mjs", ".wasm"))
_LISTS = ".m3u .m3u8 .pls .xspf .asx .wax .wvx .wpl .mpd .smil .ram .sdp .cue"
_PLAYLISTS = frozenset(_LISTS.split())
# Players look at how a file starts before they look at its name.
_PLAYLIST = re.compile(
    rb"(?i)(?:\xef\xbb\xbf)?\s*(?:#EXTM3U|\[(?:playlist|reference)\]|RTSPtext|ffconcat|# mpv EDL|v=0\s"
    rb"|<(?:asx|smil|mpd)\b)"
)
_IN_ITSELF = r"(?i)\s*(?:#|data:|\Z)"
_FIRST_BYTES = 1_000
_MOST_FINDINGS = 100  # in a file
_SVG, _XHTML = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"
_XLINK = "http://www.w3.org/1999/xlink"

Place = tuple[int, int]  # line and column


def risks_of(media: MediaFile) -> Iterator[Finding]:
    """Report what a file would load or run, and what it names that the package lacks, each once."""
    suffix = media.location.suffix.lower()
    if suffix in _PROGRAMS:
        message = "The file can run scripts where a card opens it."
        yield MEDIA_ACTIVE.at(Span(media.path), message, "Take it out, or show a picture of it.")
    try:
        if suffix not in (".css", ".svg"):
            with media.location.open("rb") as file:
                is_playlist = suffix in _PLAYLISTS or _PLAYLIST.match(file.read(_FIRST_BYTES))
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
    found: dict[tuple[Code, str], Place] = {}
    for code, shown, place in _in_style(data.decode(errors="replace")) if suffix == ".css" else _in_svg(data):
        found.setdefault((code, shortened(shown)), place)
    for (code, shown), place in islice(found.items(), _MOST_FINDINGS):
        if code is MEDIA_ACTIVE:
            message = f"`{shown}` in the file loads or runs something where a card opens it."
            hint = "Take it out of the file; what it needs can stand in the file itself."
        else:
            message = f"The file names `{shown}`, which is not packed with it."
            hint = "Move the rule to the style that names this file."
            hint = hint if suffix == ".css" else "Draw it in this file."
        yield code.at(Span(media.path, *place), message, hint)


def _in_style(text: str, element: Place | None = None) -> Iterator[tuple[Code, str, Place]]:
    """Yield what a style loads; each at its own place, or at that of the SVG's element that holds it."""
    if found := beyond_reading(text):
        yield MEDIA_ACTIVE, text[found[0] :], element or (1, 1)
        return
    for load in loads_of(text):
        place = element or (load.node.source_line, load.node.source_column)
        if load.is_elsewhere:
            yield MEDIA_ACTIVE, load.address or load.shown, place
        elif load.address and not re.match(_IN_ITSELF, load.address):
            yield MEDIA_NAMES_FILE, load.address, place


def _in_svg(data: bytes) -> Iterator[tuple[Code, str, Place]]:
    """Yield what an SVG loads or runs; browsers read it as XML, and so does expat."""
    from xml.parsers.expat import ExpatError, ParserCreate  # noqa: PLC0415 - few projects have an SVG

    found: list[tuple[Code, str, Place]] = []
    style: list[str] = []
    opened: list[str] = []
    style_at = (1, 1)

    def here() -> Place:
        return parser.CurrentLineNumber, parser.CurrentColumnNumber + 1

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal style_at
        opened.append(name.rpartition(" ")[2])
        style_at = here() if opened[-1] == "style" and not style else style_at
        found.extend(_in_element(name, attributes, here()))

    def instruction(target: str, data: str) -> None:
        if target == "xml-stylesheet":  # the one that browsers follow
            found.append((MEDIA_ACTIVE, f"<?{target} {data}?>", here()))

    def text(data: str) -> None:
        if opened[-1:] == ["style"]:
            style.append(data)

    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: opened.pop()
    parser.CharacterDataHandler = text
    parser.ProcessingInstructionHandler = instruction
    try:
        parser.Parse(data, True)
    except ExpatError as error:
        found.append((MEDIA_ACTIVE, f"{error}", here()))
    yield from found
    yield from _in_style("".join(style), style_at)


def _in_element(name: str, attributes: Mapping[str, str], place: Place) -> Iterator[tuple[Code, str, Place]]:
    """Yield what an element of an SVG loads or runs; names have their namespace before a space."""
    namespace, _, element = name.rpartition(" ")
    is_page = namespace == _XHTML
    if namespace not in (_SVG, _XHTML, ""):
        return  # what a drawing program keeps for itself
    if element in ("script", "handler", "listener") or (is_page and not is_harmless(element)):
        yield MEDIA_ACTIVE, f"<{element}>", place
    for key, value in attributes.items():
        space, _, attribute = key.rpartition(" ")
        if space not in ("", _XLINK) or is_text(attribute):
            continue
        if risk := attribute_risk(element, attribute, value):
            yield MEDIA_ACTIVE, risk[1], place
        elif attribute in ("href", "src") and element != "a" and not re.match(_IN_ITSELF, value):
            yield MEDIA_NAMES_FILE, value, place
        else:
            yield from _in_style(value, place)
