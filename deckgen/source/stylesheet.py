"""Reads and checks the author's own stylesheet, ``theme: {stylesheet: brand.css}``; checks any other style.

tinycss2 parses CSS as browsers do (CSS Syntax Module Level 3). It is imported only for a project that has a
style of its own.
"""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from deckgen.model.diagnostics import Code, Finding, Severity, Span, span_at
from deckgen.model.notes import MediaFile
from deckgen.model.text import Text
from deckgen.source.css_loads import END_OF_STYLE, beyond_reading, loads, on_network
from deckgen.source.element_risks import shortened
from deckgen.source.files import is_file, read_file
from deckgen.source.media import MediaLibrary
from deckgen.source.packed_files import pack_files
from deckgen.yaml.decode import decode
from deckgen.yaml.mapping_reader import BAD_VALUE

STYLESHEET_ADDRESS = Code(
    "stylesheet-address",
    Severity.ERROR,
    "A stylesheet loads something that no package holds",
    "Cards are read offline, and a package holds the files of the project that `url(…)` names; what a "
    "stylesheet loads from elsewhere, or in another way, would be missing.",
)
STYLESHEET_SYNTAX = Code(
    "stylesheet-syntax",
    Severity.ERROR,
    "A stylesheet cannot be read",
    "Browsers silently skip what they cannot read in a stylesheet, often with all that follows: cards would "
    "not look as you intend.",
)
CODES = (STYLESHEET_ADDRESS, STYLESHEET_SYNTAX)

_HARMLESS = r"(?i)\s*(?:data:|#)"
_MOST_FINDINGS = 100  # in a file
_END = "deckgen-end"


def read_stylesheet(
    root: Path, name: Text | None, library: MediaLibrary
) -> tuple[str, tuple[MediaFile, ...], list[Finding]]:
    """Read the author's own stylesheet in the project at ``root``.

    Returns:
        Its text with the names that files have in the package, the files that it loads, and the findings.
    """
    text, findings = _read(root, name)
    if name is None or not text:
        return "", (), findings
    packed, media, more = pack_files(text, name.value, library)
    return packed, media, findings + more


def _read(root: Path, name: Text | None) -> tuple[str, list[Finding]]:
    if name is None:
        return "", []
    if not is_file(root / name.value):
        hint = "Write its path from the folder of deckgen.yaml, or delete the key."
        return "", [BAD_VALUE.at(name.span, f"There is no stylesheet `{name.value}`.", hint)]
    if not name.value.lower().endswith(".css"):
        hint = "Name a file that ends in `.css`."
        return "", [BAD_VALUE.at(name.span, f"`{name.value}` is not a stylesheet.", hint)]
    data, findings = read_file(root, name.value, name.span)
    text, more = decode(data or b"", name.value)
    text = text or ""
    if beyond := _beyond_reading(text, name.value):
        return "", [*findings, *more, beyond]
    return text, [*findings, *more, *_addresses(text, name.value), *style_faults(text, name.value)]


def _beyond_reading(text: str, path: str) -> Finding | None:
    if found := beyond_reading(text):
        offset, message, hint = found
        return STYLESHEET_SYNTAX.at(span_at(path, text, offset), message, hint)
    return None


def _addresses(text: str, path: str) -> Iterator[Finding]:
    """Report what loads something, and each ``</style`` that would end the style element."""
    from tinycss2 import parse_component_value_list  # noqa: PLC0415 - few projects have a stylesheet

    named = "Remove it, or put the file into the project and name it by `url(…)`."
    nodes = parse_component_value_list(text)
    for node in _escaped(nodes, text.replace("\f", "\n").split("\n")) if "\\" in text else ():
        message = "The name of `url(…)` is escaped here, so that its file is not packed."
        yield STYLESHEET_ADDRESS.at(_span(node, path), message, "Write `url(` without a backslash.")
    for load in loads(nodes):
        if load.address is not None and load.by != "@import" and _is_packed(load.address, load.by):
            continue
        message = f"`{shortened(load.shown)}` loads something that no package holds."
        hint = "Write the rules of that file here, in its place." if load.by == "@import" else named
        yield STYLESHEET_ADDRESS.at(_span(load.node, path), message, hint)
    for match in re.finditer(END_OF_STYLE, text):
        span = span_at(path, text, match.start())
        yield STYLESHEET_ADDRESS.at(span, f"`{match[0]}` would end the card's style.", "Remove it.")


def _escaped(nodes: list[Any], lines: list[str]) -> Iterator[Any]:
    r"""Yield each ``url(…)`` of a file whose name is not written as such: ``u\72l(…)`` is one to browsers."""
    for node in nodes:
        inside = (getattr(node, "arguments", None) or getattr(node, "content", None)) or []
        is_function = node.type == "function" and node.lower_name == "url"
        named = (
            [node]
            if node.type == "url"
            else [each for each in inside if is_function and each.type == "string"]
        )
        written = lines[node.source_line - 1][node.source_column - 1 :]
        if any(_is_packed(each.value, "url") for each in named) and not written.lower().startswith("url("):
            yield node
        yield from _escaped(inside, lines)


def _is_packed(address: str, function: str) -> bool:
    """Tell whether an address is part of the text, or a file of the project that `url(…)` names."""
    return re.match(_HARMLESS, address) is not None or (function == "url" and not on_network(address))


def style_faults(text: str, path: str) -> Iterator[Finding]:
    """Report what a browser would skip of a style, the first hundred places."""
    yield from islice(_style_faults(text, path), _MOST_FINDINGS)


def _style_faults(text: str, path: str) -> Iterator[Finding]:
    """Yield blocks that are never closed, bad tokens, and invalid rules."""
    from tinycss2 import parse_component_value_list, parse_stylesheet  # noqa: PLC0415 - as above

    lines = set()
    unclosed = _unclosed(parse_component_value_list(f"{text}\n{_END}"))
    for node, what in [*unclosed, *_bad_tokens(parse_component_value_list(text))]:
        lines.add(node.source_line)
        hint = "Remove it." if what.endswith("closes nothing.") else "Close it, or remove it."
        yield STYLESHEET_SYNTAX.at(_span(node, path), what, hint)
    rules = parse_stylesheet(re.sub(r";\s*\Z", "", text), skip_comments=True, skip_whitespace=True)
    for node in rules:
        first = next((each for each in getattr(node, "prelude", ()) if each.type != "whitespace"), None)
        if node.type == "qualified-rule" and first and first.type == "literal" and first.value in ";/":
            message = f"Browsers drop the rule behind this `{first.value}`."
            hint = "Delete it, or write `/* … */` around a remark."
            yield STYLESHEET_SYNTAX.at(_span(first, path), message, hint)
    for node in _no_rules(rules):
        if node.source_line not in lines and not _is_for_old_browsers(text, node):
            message = "This is neither a CSS rule nor a declaration."
            hint = "Write rules such as `.kind { border-radius: 0; }`."
            yield STYLESHEET_SYNTAX.at(_span(node, path), message, hint)


def _is_for_old_browsers(text: str, node: Any) -> bool:
    """Tell whether a fault ends a declaration such as `*zoom: 1`, or is a remark at the end."""
    lines = text.split("\n")[: node.source_line]
    lines[-1] = lines[-1][: node.source_column - 1]
    written = re.split(r"[;{}]", "\n".join(lines))[-1].lstrip()
    return written.startswith(("*", "#", "+")) or re.fullmatch(r"//[^\n]*\s*", written) is not None


def _unclosed(nodes: list[Any]) -> list[tuple[Any, str]]:
    """Return the blocks and the comment that are still open at the end of the file, each with a message."""
    found: list[tuple[Any, str]] = []
    while nodes:
        last = nodes[-1]
        if last.type == "ident" and last.value == _END:
            return found
        if last.type == "comment" and last.value.endswith(_END):
            return [*found, (last, "This comment is never closed.")]
        nodes = last.arguments if last.type == "function" else getattr(last, "content", None) or []
        opening = f"{last.name}(" if last.type == "function" else last.type[:1]
        found.append((last, f"`{opening}` is never closed."))
    return []


def _bad_tokens(nodes: list[Any]) -> Iterator[tuple[Any, str]]:
    for node in nodes:
        if node.type == "error":
            known = {
                "bad-string": "This string is never closed.",
                "eof-in-string": "This string is never closed.",
            }
            known |= {"bad-url": "This is not an address.", "eof-in-url": "This address is never closed."}
            yield node, known.get(node.kind, f"`{node.kind}` closes nothing.")
        yield from _bad_tokens((getattr(node, "arguments", None) or getattr(node, "content", None)) or [])


def _no_rules(nodes: list[Any]) -> Iterator[Any]:
    from tinycss2 import parse_blocks_contents  # noqa: PLC0415 - as above

    for node in nodes:
        if node.type == "error":
            yield node
        elif getattr(node, "content", None):
            yield from _no_rules(
                parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            )


def _span(node: Any, path: str) -> Span:
    return Span(path, node.source_line, node.source_column)
