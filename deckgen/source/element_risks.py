"""What an element of HTML or SVG, or one of its attributes, loads or runs."""

from __future__ import annotations

import re

from deckgen.model.diagnostics import Code, Severity
from deckgen.source.css_loads import as_browsers_read, beyond_reading, loads_of, on_network

NOTETYPE_REMOTE = Code(
    "notetype-remote",
    Severity.WARNING,
    "A note type loads something from the network",
    "Each card with it asks that site: a phone in a tunnel shows less, and the site learns when, where and "
    "what your readers study.",
    bad='<img src="https://example.org/logo.png">',
    good='<img src="logo.png">',
)
NOTETYPE_SCRIPT = Code(
    "notetype-script",
    Severity.WARNING,
    "A note type runs a script",
    "It runs on every reader's device, where it can read the card and ask any site. Look at what it does "
    "before you ship a note type that is not your own.",
)
CODES = (NOTETYPE_REMOTE, NOTETYPE_SCRIPT)

# The elements of the HTML standard, obsolete ones as well, that load, run and send nothing but what their
# attributes name. Left out are base, embed, form, iframe, meta, noscript, object and their like.
_HTML = """
    a abbr acronym address area article aside audio b bdi bdo big blockquote body br button canvas caption
    center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em fieldset
    figcaption figure font footer h1 h2 h3 h4 h5 h6 head header hgroup hr html i img input ins kbd label
    legend li link main map mark marquee menu meter nav nobr ol optgroup option output p picture pre
    progress q rb rp rt rtc ruby s samp search section select slot small source span strike strong style
    sub summary sup table tbody td template textarea tfoot th thead time title tr track tt u ul var video
    wbr
"""
_SVG = """
    svg g defs symbol use switch view path rect circle ellipse line polyline polygon text tspan textpath
    image marker mask clippath pattern lineargradient radialgradient stop desc metadata foreignobject
    animate animatemotion animatetransform set mpath filter feblend fecolormatrix fecomponenttransfer
    fecomposite feconvolvematrix fediffuselighting fedisplacementmap fedistantlight fedropshadow feflood
    fefunca fefuncb fefuncg fefuncr fegaussianblur feimage femerge femergenode femorphology feoffset
    fepointlight fespecularlighting fespotlight fetile feturbulence
"""
# MathML Core, and what came before it.
_MATHML = """
    math annotation annotation-xml maction menclose merror mfenced mfrac mi mmultiscripts mn mo mover
    mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr
    munder munderover none semantics
"""
_HARMLESS = frozenset((_HTML + _SVG + _MATHML).split())
# Attributes that are text to browsers; `data-…` and `aria-…` are so too.
_TEXT_ATTRIBUTES = "abbr alt cite class dir id label lang name placeholder summary title value xmlns"
_TEXT = frozenset((*_TEXT_ATTRIBUTES.split(), "requiredfeatures", "requiredextensions"))
# Attributes that say something without a value.
_STAND_ALONE = """
    allowfullscreen async autofocus autoplay checked compact contenteditable controls default defer disabled
    download draggable hidden inert ismap itemscope loop multiple muted nomodule noresize noshade novalidate
    nowrap open playsinline popover readonly required reversed selected spellcheck translate
"""
_ALONE = frozenset(_STAND_ALONE.split())
_SHOWN_INLINE = {"img", "source", "audio", "video", "track", "input", "image", "feimage"}
_RUN = re.compile(r"(?:javascript|vbscript|data):", re.IGNORECASE)
_SEPARATORS = dict.fromkeys(("srcset", "imagesrcset", "ping", "attributionsrc"), r"[\s,]+") | {"values": ";"}
_LONGEST_SHOWN = 60


def is_harmless(element: str) -> bool:
    """Tell whether an element loads and runs nothing but what its attributes name.

    To a name with a hyphen browsers give no meaning of their own (the standard's "Custom elements").
    """
    return element.lower() in _HARMLESS or "-" in element


def is_text(attribute: str) -> bool:
    """Tell whether an attribute, in lower case, is text to browsers, whatever its value."""
    return attribute in _TEXT or attribute.startswith(("data-", "aria-", "xmlns:"))


def is_text_in_tag(element: str, attributes: str) -> bool:
    """Tell whether the attributes of an element are the words of a text: ``a<b and c>d``."""
    words = attributes.lower().split()
    return (
        bool(words)
        and "-" not in element
        and all(
            each.isalpha() and each not in _ALONE and not is_text(each) and not each.startswith("on")
            for each in words
        )
    )


def attribute_risk(element: str, name: str, value: str) -> tuple[Code, str] | None:
    """Return what an attribute of HTML or SVG loads or runs: a code, and what shows it; None if nothing.

    ``value`` is as browsers see it, without entities.
    """
    element, name = element.lower(), name.lower().removeprefix("xlink:")
    if (name.startswith("on") and value) or (
        name == "attributename" and value.strip().lower().startswith("on")
    ):
        return NOTETYPE_SCRIPT, name if name.startswith("on") else value
    if is_text(name) or element == "meta":
        return None
    is_followed = element in ("a", "area") and name == "href"
    for part in re.split(_SEPARATORS[name], value) if name in _SEPARATORS else (value,):
        address = as_browsers_read(part)
        if _RUN.match(address):
            is_shown = element in _SHOWN_INLINE and address[:5].lower() == "data:"
            if not is_shown:
                return NOTETYPE_SCRIPT, address
        elif on_network(address) and not is_followed and name != "style":
            return NOTETYPE_REMOTE, address
    return style_risk(value)


def style_risk(value: str) -> tuple[Code, str] | None:
    """Return what a style, or the value of a declaration, loads, in the form of ``attribute_risk``."""
    if found := beyond_reading(value):
        return NOTETYPE_REMOTE, value[found[0] :]
    elsewhere = (load.address or load.shown for load in loads_of(value) if load.is_elsewhere)
    shown = next(elsewhere, None)
    return (NOTETYPE_REMOTE, shown) if shown else None


def shortened(text: str) -> str:
    """Return a text to quote in a message."""
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
