"""What a note type's templates and style load, run, or leave open to the text of a field.

A template has to be HTML as the standard has authors write it ("The HTML syntax", "Writing HTML documents"),
of elements that are known to be harmless. Browsers agree on such text, so that it can be read here without a
parser that mends faults as they do; whatever else stands there is reported.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from html import unescape
from itertools import chain, islice
from typing import NamedTuple

from deckgen.model.diagnostics import Code, Finding, Severity, Span, span_at
from deckgen.source.css_loads import as_browsers_read, beyond_reading, loads_of, on_network
from deckgen.source.formula_commands import FORMULA_COMMAND, formula_problem, reaching_command

NOTE_TYPE_REMOTE = Code(
    "notetype-remote",
    Severity.WARNING,
    "A note type loads something from the network",
    "Each card with it asks that site: a phone in a tunnel shows less, and the site learns when, where and "
    "what your readers study.",
    bad='<img src="https://example.org/logo.png">',
    good='<img src="logo.png">',
)
NOTE_TYPE_SCRIPT = Code(
    "notetype-script",
    Severity.WARNING,
    "A note type runs a script",
    "It runs on every reader's device, where it can read the card and ask any site. Look at what it does "
    "before you ship a note type that is not your own.",
)
NOTE_TYPE_MARKUP = Code(
    "notetype-markup",
    Severity.WARNING,
    "A template has HTML that deckgen cannot vouch for",
    "Browsers mend HTML that is not well formed, each in its own way, and some elements load other pages. "
    "What such HTML does on a card is not known before it is shown.",
    bad='<iframe src="page.html"></iframe>',
    good="<section>{{Answer}}</section>",
)
NOTE_TYPE_FIELD = Code(
    "notetype-field-in-tag",
    Severity.WARNING,
    "A field stands inside a tag, a style or a formula",
    "There the text of a note is part of the code: a quotation mark in it can end the attribute, and what "
    "follows is run. An empty field leaves out its place, so that the parts around it join.",
    bad='<img src="{{Picture}}">',
    good="<div>{{Picture}}</div>",
)
CODES = (NOTE_TYPE_REMOTE, NOTE_TYPE_SCRIPT, NOTE_TYPE_MARKUP, NOTE_TYPE_FIELD)

_BLANK = r"[ \t\n\r\f]"
_VALUE = r"""(?:"[^"<]*"|'[^'<]*'|[^\s"'=<>`{]+)"""
_ATTRIBUTE = rf"{_BLANK}+(?P<attribute>[a-zA-Z_:][a-zA-Z0-9_:.-]*)(?:{_BLANK}*={_BLANK}*(?P<value>{_VALUE}))?"
_EACH_ATTRIBUTE = re.compile(_ATTRIBUTE)
_UNNAMED = _ATTRIBUTE.replace("?P<attribute>", "?:").replace("?P<value>", "?:")
_PIECE = re.compile(
    r"(?P<comment><!--(?!-?>)(?:(?!--!?>|<!--).)*-->)|(?P<field>\{\{.*?\}\})"
    rf"|(?P<tag><(?P<name>/?[a-zA-Z][a-zA-Z0-9-]*)(?P<attributes>(?:{_UNNAMED})*+){_BLANK}*/?>)"
    r"|(?P<bad><(?=[a-zA-Z/!?{]))",
    re.DOTALL,
)
# Elements that load and run nothing but what their attributes name: of HTML, then of SVG.
_ELEMENTS = """
    a abbr address area article aside audio b bdi bdo big blockquote br button caption center cite code col
    colgroup data dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header
    hgroup hr i img input ins kbd label legend li link main map mark menu meter nav ol p picture pre
    progress q rp rt ruby s samp section small source span strike strong style sub summary sup table tbody
    td tfoot th thead time title tr track tt u ul var video wbr svg g defs symbol use path rect circle
    ellipse line polyline polygon text tspan textpath image marker mask clippath pattern lineargradient
    radialgradient stop filter desc
"""
HARMLESS = frozenset(_ELEMENTS.split())
_TEXT_INSIDE = ("style", "title", "script")  # no tags are read in these
# Attributes that are text to browsers; `data-…` and `aria-…` are so too.
_TEXT_ATTRIBUTES = "abbr alt cite class dir id label lang name placeholder summary title value xmlns"
_TEXT = frozenset((*_TEXT_ATTRIBUTES.split(), "requiredfeatures", "requiredextensions"))
_SHOWN_INLINE = {"img", "source", "audio", "video", "track", "input", "image", "feimage"}
_RUN = re.compile(r"(?:javascript|vbscript|data):", re.IGNORECASE)
_SEPARATORS = {"srcset": r"[\s,]+", "imagesrcset": r"[\s,]+", "values": ";"}
_REFERENCE = r"\{\{([^{}]*)\}\}"
_SAFE_IN_TEXT = r"[#^/].*|word:.*|CardFlag|CardID"
_FIELD_IN_FORMULA = re.compile(r"\\[(\[](?:[^\\{]|\{(?!\{)|\\(?![()\[\]]))*+\{\{(?!word:)")
_SOUND = r"\[sound:([^\[\]]*)\]"  # some of Anki's apps play what is on the network
_END_OF_STYLE = re.compile(r"</style", re.IGNORECASE)
_LONGEST_SHOWN = 60
_MOST_FINDINGS = 100  # in a file; each counts its lines


class _Risk(NamedTuple):
    """A finding before its line is counted; ``offset`` is where in the text."""

    offset: int
    code: Code
    message: str
    hint: str


def template_risks(text: str, path: str, numbers: Collection[str] = ()) -> Iterator[Finding]:
    """Report what a template loads or runs, and where a field could make it do so; the first hundred.

    Args:
        text: of the template, which Anki can read.
        path: its path in the project.
        numbers: the fields that hold a number, and so can stand in an attribute.
    """
    for risk in islice(chain(_text_risks(text), _tag_risks(text, numbers)), _MOST_FINDINGS):
        yield risk.code.at(span_at(path, text, risk.offset), risk.message, risk.hint)


def style_risks(text: str, path: str) -> Iterator[Finding]:
    """Report what the style of a note type loads from the network, and what would end it early."""
    if found := beyond_reading(text):
        offset, message, hint = found
        yield NOTE_TYPE_MARKUP.at(span_at(path, text, offset), message, hint)
        return
    for load in loads_of(text):
        if load.is_elsewhere:
            risk = _remote(0, load.address or load.shown)
            place = Span(path, load.node.source_line, load.node.source_column)
            yield risk.code.at(place, risk.message, risk.hint)
    if match := _END_OF_STYLE.search(text):
        message = f"`{match[0]}` would end the card's style, and make HTML of what follows."
        yield NOTE_TYPE_MARKUP.at(span_at(path, text, match.start()), message, "Take it out.")


def _text_risks(text: str) -> Iterator[_Risk]:
    """Yield what Anki and its MathJax make of the text between tags."""
    if match := _FIELD_IN_FORMULA.search(text):
        hint = "Let the notes write the whole formula, `$…$`, and show the field alone."
        yield _Risk(match.start(), NOTE_TYPE_FIELD, "A field stands in a formula here.", hint)
    if command := reaching_command(text):
        yield _Risk(max(text.find(command), 0), FORMULA_COMMAND, *formula_problem(command))
    for match in re.finditer(_SOUND, text):
        if "{{" in match[1]:
            hint = "Let the notes write `[sound:…]`, and show the field alone."
            yield _Risk(match.start(), NOTE_TYPE_FIELD, "A field names what is played here.", hint)
        elif on_network(match[1]):
            yield _remote(match.start(1), match[1])


def _tag_risks(text: str, numbers: Collection[str]) -> Iterator[_Risk]:
    """Yield what the tags load or run, up to the first that is not well formed."""
    position = 0
    while match := _PIECE.search(text, position):
        position = match.end()
        if match["bad"]:
            yield _malformed(text, match.start())
            return
        if not match["tag"] or match["name"].startswith("/"):
            continue
        name = match["name"].lower()
        yield from _element_risks(name, match.start())
        for each in _EACH_ATTRIBUTE.finditer(text, *match.span("attributes")):
            yield from _attribute_risks(name, each, numbers)
        if name in _TEXT_INSIDE:
            end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(text, position)
            stop = end.start() if end else len(text)
            yield from _risks_inside(name, text[position:stop], position)
            position = stop


def _malformed(text: str, offset: int) -> _Risk:
    shown = re.split(r"[>\n]", text[offset : offset + _LONGEST_SHOWN])[0]
    if "{{" in shown:
        return _field_in_tag(offset)
    message = f"`{shown}` is not written as tags are, so that deckgen reads no further."
    hint = 'Write `<name attribute="value">`, a space before each attribute; or `&lt;` for the sign itself.'
    return _Risk(offset, NOTE_TYPE_MARKUP, message, hint)


def _element_risks(name: str, offset: int) -> Iterator[_Risk]:
    if name == "script":
        yield _script(offset, "<script")
    elif name not in HARMLESS and not name.startswith("fe"):
        message = f"deckgen does not know what `<{name}>` does on a card."
        hint = "Take another element, such as `<div>` or `<section>`."
        yield _Risk(offset, NOTE_TYPE_MARKUP, message, hint)


def _attribute_risks(element: str, match: re.Match[str], numbers: Collection[str]) -> Iterator[_Risk]:
    name, written = match["attribute"], match["value"] or ""
    quote = written[:1] if written[:1] in ("'", '"') else ""
    value = written.removeprefix(quote).removesuffix(quote)
    if "{{" in value and not _is_safe(value, numbers, is_text=_is_text(name.lower()) and quote == '"'):
        yield _field_in_tag(match.start("value"))
        return
    if found := attribute_risk(element, name, unescape(value)):
        code, shown = found
        risk = _script if code is NOTE_TYPE_SCRIPT else _remote
        has_value = written and shown != name.lower()
        yield risk(match.start("value") + len(quote) if has_value else match.start("attribute"), shown)


def _is_safe(value: str, numbers: Collection[str], *, is_text: bool) -> bool:
    """Tell whether what Anki puts into an attribute leaves it one, whichever fields are empty."""
    depth = 0
    for reference in re.findall(_REFERENCE, value):
        if not (reference in numbers or (is_text and re.fullmatch(_SAFE_IN_TEXT, reference))):
            return False
        depth += {"#": 1, "^": 1, "/": -1}.get(reference[0], 0)
        if depth < 0:  # the condition starts outside, and so may leave out the start of the tag
            return False
    return depth == 0


def attribute_risk(element: str, name: str, value: str) -> tuple[Code, str] | None:
    """Return what an attribute of HTML or SVG loads or runs: a code, and what shows it; None if nothing.

    ``value`` is as browsers see it, without entities.
    """
    element, name = element.lower(), name.lower().removeprefix("xlink:")
    if name.startswith("on") or (name == "attributename" and value.strip().lower().startswith("on")):
        return NOTE_TYPE_SCRIPT, name if name.startswith("on") else value
    if _is_text(name):
        return None
    is_followed = element in ("a", "area") and name == "href"
    for part in re.split(_SEPARATORS[name], value) if name in _SEPARATORS else (value,):
        address = as_browsers_read(part)
        if _RUN.match(address):
            is_shown = element in _SHOWN_INLINE and address[:5].lower() == "data:"
            if not is_shown:
                return NOTE_TYPE_SCRIPT, address
        elif on_network(address) and not is_followed and name != "style":
            return NOTE_TYPE_REMOTE, address
    return _style_risk(value)


def _style_risk(value: str) -> tuple[Code, str] | None:
    if found := beyond_reading(value):
        return NOTE_TYPE_REMOTE, value[found[0] :]
    elsewhere = (load.address or load.shown for load in loads_of(value) if load.is_elsewhere)
    shown = next(elsewhere, None)
    return (NOTE_TYPE_REMOTE, shown) if shown else None


def _risks_inside(name: str, inside: str, offset: int) -> Iterator[_Risk]:
    """Yield what is wrong in an element that browsers read as text; in SVG, some read tags there."""
    if field := re.search(r"\{\{", inside):
        yield _field_in_tag(offset + field.start())
    if name == "script":
        return
    if tag := re.search(r"<[a-zA-Z/!?]", inside):
        hint = "Take the tag out, or write `&lt;` for the sign itself."
        yield _Risk(offset + tag.start(), NOTE_TYPE_MARKUP, f"A tag stands inside `<{name}>`.", hint)
    # In SVG a style may have entities.
    if name == "style" and (found := _style_risk(inside) or _style_risk(unescape(inside))):
        yield _remote(offset, found[1])


def _is_text(name: str) -> bool:
    return name in _TEXT or name.startswith(("data-", "aria-", "xmlns:"))


def _field_in_tag(offset: int) -> _Risk:
    message = "A field or a condition stands inside a tag or a style here."
    hint = "Put it between tags, `<div>{{Field}}</div>`; in an attribute only a field for numbers can stand."
    return _Risk(offset, NOTE_TYPE_FIELD, message, hint)


def _remote(offset: int, address: str) -> _Risk:
    hint = "Take it out, or put the file into the project and name it here."
    return _Risk(offset, NOTE_TYPE_REMOTE, f"Each card asks the network for `{shortened(address)}`.", hint)


def _script(offset: int, shown: str) -> _Risk:
    hint = "Take it out, if the card can do without; readers' apps run it."
    return _Risk(offset, NOTE_TYPE_SCRIPT, f"`{shortened(shown)}` makes a script of what follows.", hint)


def shortened(text: str) -> str:
    """Return a text to quote in a message."""
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
