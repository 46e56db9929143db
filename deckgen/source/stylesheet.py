"""The author's own stylesheet, ``theme: {stylesheet: brand.css}``: read, and looked through for faults.

tinycss2 reads CSS as browsers do (CSS Syntax Module Level 3), escapes and all. It is imported where a
stylesheet is set, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deckgen.model.diagnostics import Code, Finding, Severity, Span
from deckgen.model.text import Text
from deckgen.source.files import is_file, read_file
from deckgen.yaml.mapping_reader import BAD_VALUE
from deckgen.yaml.nodes import decode

REACHES_OUT = Code(
    "stylesheet-address",
    Severity.ERROR,
    "A stylesheet reaches out of the card",
    "Cards are read offline, and a package holds just the media that fields name; what a stylesheet asks for "
    "would be missing. Pictures can stand in it as `data:` addresses.",
)
BROKEN = Code(
    "stylesheet-syntax",
    Severity.ERROR,
    "A stylesheet cannot be read",
    "Browsers skip what they cannot read of a stylesheet, often with all that follows, and say nothing: "
    "cards would look other than you mean.",
)
CODES = (REACHES_OUT, BROKEN)

# CSS Values 4 (url, src) and CSS Images 4: the functions in which a string is an address.
_TAKES_ADDRESS = {"url", "src", "image", "image-set", "cross-fade"}
# What comes from elsewhere, of which one cannot tell here whether it is an address.
_ELSEWHERE = {"var", "env", "attr", "if", "inherit"}
_HARMLESS = r"(?i)\s*(?:data:|#)"
_END_OF_STYLE = r"(?i)</style"
_END = "deckgen-end"
_LONGEST_SHOWN = 60


def read_stylesheet(root: Path, name: Text | None) -> tuple[str, list[Finding]]:
    """Read the author's own stylesheet in the project at ``root``."""
    if name is None:
        return "", []
    if not is_file(root / name.value) or not (root / name.value).resolve().is_relative_to(root.resolve()):
        hint = "Write its path from the folder of deckgen.yaml, or delete the key."
        return "", [BAD_VALUE.at(name.span, f"There is no stylesheet `{name.value}`.", hint)]
    if not name.value.lower().endswith(".css"):
        hint = "Name a file that ends in `.css`."
        return "", [BAD_VALUE.at(name.span, f"`{name.value}` is no stylesheet.", hint)]
    data, findings = read_file(root, name.value)
    text, more = decode(data or b"", name.value)
    text = text or ""
    return text, [*findings, *more, *_addresses(text, name.value), *_faults(text, name.value)]


def _addresses(text: str, path: str) -> Iterator[Finding]:
    """Yield each place that asks for something, and each that would end the style element."""
    from tinycss2 import parse_component_value_list  # noqa: PLC0415 - few projects have a stylesheet

    hint = "Take it out; a picture can stand in the stylesheet as a `data:` address."
    for node, what in _asking(parse_component_value_list(text)):
        shown = what if len(what) <= _LONGEST_SHOWN else f"{what[:_LONGEST_SHOWN]}…"
        yield REACHES_OUT.at(_span(node, path), f"`{shown}` asks for something outside of the card.", hint)
    for match in re.finditer(_END_OF_STYLE, text):
        before = text[: match.start()]
        span = Span(path, before.count("\n") + 1, match.start() - before.rfind("\n"))
        yield REACHES_OUT.at(span, f"`{match[0]}` would end the card's style.", "Take it out.")


def _asking(nodes: list[Any], function: str = "") -> Iterator[tuple[Any, str]]:
    """Yield what asks for something among ``nodes``, the arguments of ``function``, and below; as text."""
    for node in nodes:
        if node.type == "at-keyword" and node.lower_value == "import":
            yield node, "@import"
        elif node.type == "url" and not re.match(_HARMLESS, node.value):
            yield node, f"url({node.value})"
        elif node.type == "string" and function in _TAKES_ADDRESS and not re.match(_HARMLESS, node.value):
            yield node, f'{function}("{node.value}")'
        elif node.type == "function":
            name = node.lower_name.removeprefix("-webkit-")
            if function in _TAKES_ADDRESS and (name in _ELSEWHERE or name.startswith("--")):
                yield node, f"{function}({name}(…))"
            yield from _asking(node.arguments, name)
        else:
            yield from _asking(getattr(node, "content", None) or [], function)


def _faults(text: str, path: str) -> Iterator[Finding]:
    """Yield what a browser would skip: what is never closed, bad tokens, and what is no rule."""
    from tinycss2 import parse_component_value_list, parse_stylesheet  # noqa: PLC0415 - as above

    lines = set()
    unclosed = _unclosed(parse_component_value_list(f"{text}\n{_END}"))
    for node, what in [*unclosed, *_bad_tokens(parse_component_value_list(text))]:
        lines.add(node.source_line)
        yield BROKEN.at(_span(node, path), what, "Close it, or take it out.")
    for node in _no_rules(parse_stylesheet(text, skip_comments=True, skip_whitespace=True)):
        if node.source_line not in lines:
            hint = "Write rules such as `.kind { border-radius: 0; }`."
            yield BROKEN.at(_span(node, path), "Here is neither a rule nor a declaration of CSS.", hint)


def _unclosed(nodes: list[Any]) -> list[tuple[Any, str]]:
    """Return the blocks and the comment in which the end of the file lies."""
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
            known |= {"bad-url": "This is no address.", "eof-in-url": "This address is never closed."}
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
