"""What a style loads, as browsers read it.

tinycss2 parses CSS as they do (CSS Syntax Module Level 3). It is imported only for a style that may load
something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from deckgen.model.limits import MOST_LEVELS

# CSS Values 4 (url, src) and CSS Images 4: the functions in which a string is an address.
_TAKES_ADDRESS = {"url", "src", "image", "image-set", "cross-fade"}
# Functions whose result is unknown here and may be an address.
_UNKNOWN = {"var", "env", "attr", "if", "inherit"}
_NETWORK = r"(?i)(?!about:)[a-z][a-z0-9+.-]*:|[/\\]{2}"
_DROPPED = r"\A[\x00-\x20]+|[\t\n\r]+"
# The parser goes back to the start of the line at each token.
_MOST_STEPS = 20_000_000_000
# Without one of these a style names no address; an escape may stand for any character.
_MAY_LOAD = r"[(@\\]"
END_OF_STYLE = r"(?i)</style"  # in an element of HTML, whatever CSS makes of it
_STRING = r"""(?:"[^"]*"|'[^']*')"""
_IMPORT = (
    rf"(?i)(?P<string>{_STRING})|(?P<brace>[{{}}])"
    rf"""|@import\b(?:{_STRING}|url\([^)]{{,1000}}\)|[^;"'{{}}@])*+(?:;|\Z)"""
)


class Load(NamedTuple):
    """Something that a style loads.

    ``by`` is ``@import`` or the name of the function; ``address`` is None where it is not known before the
    card is shown.
    """

    node: Any
    by: str
    address: str | None
    shown: str

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is not known to be a file of the project, or a part of the text itself."""
        if self.address is None:
            return True
        is_inline = self.by != "@import" and self.address.lstrip()[:5].lower() == "data:"
        return not is_inline and on_network(self.address)


def on_network(address: str) -> bool:
    """Tell whether an address has a scheme or a host, as the URL standard reads it."""
    return re.match(_NETWORK, as_browsers_read(address)) is not None


def as_browsers_read(address: str) -> str:
    """Return an address without the characters that the URL standard drops."""
    return re.sub(_DROPPED, "", address)


def imports_first(css: str) -> str:
    """Return a style with each ``@import`` that is in no block at its start: browsers ignore it behind rules.

    There are no comments in the style.
    """
    imports, rest, depth, done = "", "", 0, 0
    for match in re.finditer(_IMPORT, css) if "@import" in css.lower() else ():
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if not (match["string"] or match["brace"] or depth):
            imports += match[0].removesuffix(";") + ";\n"
            rest += css[done : match.start()]
            done = match.end()
    return imports + rest + css[done:]


def beyond_reading(text: str) -> tuple[int, str, str] | None:
    """Return where the parser must stop, why, and the mend: huge numbers, deep nesting, very long lines."""
    steps = 0
    for line in re.finditer(r"[^\n]{10000,}", text):
        steps += len(line[0]) * len(re.findall(r"[^\w+/=-]+", line[0]))
        if steps > _MOST_STEPS:
            return line.start(), "This line is too long to be read.", "Break it into several."
    depth = 0
    for match in re.finditer(r"[0-9]{1000,}|[(\[{]|[)\]}]", text):
        depth += -min(depth, 1) if match[0] in ")]}" else match[0] in "([{"
        if len(match[0]) > 1:
            return match.start(), "No browser reads so long a number.", "Take it out."
        if depth > MOST_LEVELS:
            return match.start(), "Too many blocks nest here.", "Take it out."
    return None


def loads_of(text: str) -> Iterator[Load]:
    """Yield what a style, or the value of a declaration, loads; it must not be ``beyond_reading``."""
    if re.search(_MAY_LOAD, text):
        from tinycss2 import parse_component_value_list  # noqa: PLC0415 - few projects have a style

        yield from loads(parse_component_value_list(text))


def loads(nodes: list[Any], function: str = "", importing: Any = None) -> Iterator[Load]:
    """Yield what the nodes of a style, and those inside them, load.

    Args:
        nodes: of the style.
        function: the CSS function that has them as arguments.
        importing: the ``@import`` that they belong to.
    """
    is_name = False
    for node in nodes:
        if node.type == "at-keyword":
            importing = node if node.lower_value == "import" else None
            is_name = node.lower_value == "namespace"  # the address of one is not asked for
        elif node == ";":
            importing, is_name = None, False
        elif is_name and node.type in ("url", "function"):
            continue
        elif node.type == "url" or (node.type == "string" and (importing or function in _TAKES_ADDRESS)):
            if importing:
                yield Load(importing, "@import", node.value, "@import")
            elif node.type == "url":
                yield Load(node, "url", node.value, f"url({node.value})")
            else:
                yield Load(node, function, node.value, f'{function}("{node.value}")')
            importing = None
        elif node.type == "function":
            name = node.lower_name.removeprefix("-webkit-")
            if function in _TAKES_ADDRESS and (name in _UNKNOWN or name.startswith("--")):
                yield Load(node, function, None, f"{function}({name}(…))")
            yield from loads(node.arguments, name, importing)
        else:
            is_name = is_name and node.type != "{} block"
            yield from loads(getattr(node, "content", None) or [], function)
