"""Reads ``theme:`` in deckgen.yaml: fonts and colours, as CSS that follows each note type's style."""

import re
from collections.abc import Iterator, Mapping

from deckgen.model.diagnostics import Code, Finding, Severity, did_you_mean
from deckgen.model.note_type import BUILT_IN
from deckgen.model.text import Text
from deckgen.model.values import Struct
from deckgen.yaml.mapping_reader import BAD_VALUE, UNKNOWN_KEY, MappingReader
from deckgen.yaml.nodes import YamlMapping

THEME_CONTRAST = Code(
    "theme-contrast",
    Severity.WARNING,
    "A colour of the theme is hard to read",
    "Text with a contrast of less than 4.5 : 1 cannot be read in bright light or with weak eyes (WCAG 2.2, "
    "1.4.3). Every colour of text is used on `paper` and on `panel`.",
    bad='theme:\n  light:\n    ink: "#9a9a9a"',
    good='theme:\n  light:\n    ink: "#3a3a3a"',
)
CODES = (THEME_CONTRAST,)

SCHEMES = ("light", "dark")
LEAST_CONTRAST = 4.5
_BACKGROUNDS = ("paper", "panel")
_SELECTORS = {"light": ".card", "dark": ".card.nightMode"}
_HEX = r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})"
# A name in quotes, or words none of which starts with a digit (CSS Fonts 4, 2.1: a sequence of identifiers).
_WORD = r"-?[^\W\d][\w-]*"
_NAME = rf"""(?:{_WORD}(?: +{_WORD})*|"[\w-][\w -]*"|'[\w-][\w -]*')"""
_FONT = rf"{_NAME}(?: *, *{_NAME})*"

Colours = Mapping[str, str]


class Theme(Struct, frozen=True):
    """CSS made from the settings, and the stylesheet that is added to it."""

    css: str = ""
    stylesheet: Text | None = None


def palette() -> dict[str, dict[str, str]]:
    """Return the built-in colours (``#rrggbb``) by scheme and name."""
    blocks = re.findall(r"\{(.*?)\}", (BUILT_IN / "palette.css").read_text(encoding="utf-8"), re.DOTALL)
    return {
        scheme: dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
        for scheme, block in zip(SCHEMES, blocks, strict=True)
    }


def _accents() -> tuple[str, ...]:
    """Return the names of the colours that tell kinds apart: ``.concept { --accent: var(--concept); }``."""
    base = (BUILT_IN / "base.css").read_text(encoding="utf-8")
    return tuple(re.findall(r"^\.([a-z-]+) \{ --accent: var\(--\1\); \}", base, re.MULTILINE))


def read_theme(node: YamlMapping | None, findings: list[Finding]) -> Theme:
    """Read the settings under ``theme:``; a wrong one is reported and left out."""
    if node is None:
        return Theme()
    reader = MappingReader(node, "`theme`", findings)
    font, size = reader.text("font"), reader.number("size", 16, 32)
    stylesheet = reader.text("stylesheet")
    rules = []
    if font and not re.fullmatch(_FONT, font.value):
        hint = "Write font names, the preferred one first: `font: Georgia, serif`."
        reader.report(BAD_VALUE, font, f"`{font.value}` is not a list of fonts.", hint)
    elif font:
        rules.append(f".card {{ --font: {font.value}; }}\n")
    if size:
        rules.append(f".card {{ --size: {size / 16:g}rem; }}\n")
    for scheme in SCHEMES:
        colours = _read_colours(reader.mapping(scheme), scheme, findings)
        values = "".join(f" --{name}: {value};" for name, value in colours.items())
        rules += [f"{_SELECTORS[scheme]} {{{values} }}\n"] if values else []
    reader.close()
    return Theme("".join(rules), stylesheet)


def _read_colours(node: YamlMapping | None, scheme: str, findings: list[Finding]) -> dict[str, str]:
    """Return the colours of one scheme that an author set, by their names in CSS."""
    built_in = palette()[scheme]
    known = ("accent", *built_in)
    colours: dict[str, str] = {}
    keys: dict[str, tuple[str, Text]] = {}
    for key, (place, value) in node.entries.items() if node else ():
        name = key.replace("_", "-")
        if name not in known:
            taken = node.entries if node else ()
            hint = did_you_mean(key, known, f"The keys are {', '.join(known)}.", taken)
            findings.append(UNKNOWN_KEY.at(place.span, f"`{key}` is not a colour of the theme.", hint))
        elif not isinstance(value, Text) or not (match := re.fullmatch(_HEX, value.value)):
            written = value.value if isinstance(value, Text) else ""
            message = f"`{written}` is not a colour." if written else f"`{key}` has no colour."
            hint = f'Write six digits, in quotes since `#` starts a comment: `{key}: "#1c2027"`.'
            findings.append(BAD_VALUE.at((value if written else place).span, message, hint))
        else:
            # `accent` is for the kinds that have no colour of their own, wherever it stands.
            own = {each.replace("_", "-") for each in node.entries} if node and name == "accent" else set()
            for each in [kind for kind in _accents() if kind not in own] if name == "accent" else (name,):
                colours[each] = _six_digits(match[1])
                keys[each] = key, value
    findings += _contrast_findings(built_in | colours, keys)
    return colours


def _six_digits(digits: str) -> str:
    return f"#{digits if len(digits) == 6 else ''.join(digit * 2 for digit in digits)}".lower()


def _contrast_findings(colours: Colours, keys: Mapping[str, tuple[str, Text]]) -> Iterator[Finding]:
    """Report the author's colours that are hard to read; ``keys`` has the key and its place by colour."""
    reported = set()
    for name, background, ratio in low_contrasts(colours):
        key, place = keys.get(name) or keys[background]
        if place in reported:
            continue
        reported.add(place)
        if name in keys:
            what = f"`{key}` ({colours[name]}) on `{background}` ({colours[background]})"
            hint = f'With "{_readable(name, colours)}" it can be read on both.'
        else:
            what = f"On `{key}` ({colours[background]}), `{name}` ({colours[name]})"
            hint = f"Take another `{key}`, or set `{name}` as well."
        message = f"{what} has a contrast of {ratio:.1f} : 1, under {LEAST_CONTRAST} : 1."
        yield THEME_CONTRAST.at(place.span, message, hint)


def low_contrasts(colours: Colours) -> Iterator[tuple[str, str, float]]:
    """Yield each colour of text that is hard to read, the background it is worst on, and their contrast."""
    for name, value in colours.items():
        if name in (*_BACKGROUNDS, "line"):
            continue
        background = min(_BACKGROUNDS, key=lambda each: contrast(value, colours[each]))
        ratio = contrast(value, colours[background])
        if ratio < LEAST_CONTRAST:
            yield name, background, ratio


def _readable(name: str, colours: Colours) -> str:
    """Return the readable colour nearest to the one named, darkened or lightened as little as may be."""
    for share in range(100, -1, -1):
        for end in (0, 255):
            mixed = [end + (part - end) * share // 100 for part in _parts(colours[name])]
            value = "#{:02x}{:02x}{:02x}".format(*mixed)
            if all(contrast(value, colours[each]) >= LEAST_CONTRAST for each in _BACKGROUNDS):
                return value
    return "#000000"


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
