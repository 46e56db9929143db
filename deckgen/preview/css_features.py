"""What cards use of CSS, by the engine that brought it, and a stylesheet as an older engine reads it.

``css_features.txt`` is the list. What stands in no line of it is left as it is.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from deckgen.model.values import Struct

_LIST = Path(__file__).with_name("css_features.txt")
_NAMES_OF_ONES_OWN = {"animation", "counter-reset", "content", "syntax"}
_HOLD_RULES = {"media", "supports", "keyframes"}


class Feature(Struct, frozen=True):
    """A part of CSS or HTML, the Chrome and Safari that brought it, and what a card shows without it."""

    name: str
    chrome: float
    safari: float
    without: str


def features() -> list[Feature]:
    """Return the features of the list: on each line two versions, then names, then the remark."""
    lines = [line for line in _LIST.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    found = []
    for chrome, safari, rest in (line.split(maxsplit=2) for line in lines):
        names, _, without = rest.partition(" -- ")
        found += [Feature(name, float(chrome), float(safari), without) for name in names.split()]
    return found


@lru_cache(maxsize=64)
def style_in_chrome(css: str, version: int) -> str:
    """Return a stylesheet without the declarations and rules that this version of Chrome would skip."""
    newer = {feature.name for feature in features() if feature.chrome > version}
    return "\n".join(_kept(rules_of(css), newer))


def rules_of(css: str) -> list[Any]:
    """Return the rules of a stylesheet as tinycss2 reads them."""
    from tinycss2 import parse_stylesheet  # noqa: PLC0415 - for the preview alone

    return list(parse_stylesheet(css, skip_comments=True, skip_whitespace=True))


def rules_in(node: Any) -> list[Any]:
    """Return the declarations and rules of a block; an at-rule may have none."""
    from tinycss2 import parse_blocks_contents  # noqa: PLC0415 - as above

    return list(parse_blocks_contents(node.content or (), skip_comments=True, skip_whitespace=True))


def _kept(nodes: Iterable[Any], newer: set[str]) -> Iterator[str]:
    """Yield, as CSS, the nodes and what is in them that need nothing newer."""
    from tinycss2 import serialize  # noqa: PLC0415 - as above

    for node in nodes:
        if node.type == "error" or not newer.isdisjoint(names_in(node)):
            continue
        if node.type == "declaration":
            yield f"{node.serialize()};"
        elif node.type == "qualified-rule" or (
            node.type == "at-rule" and node.lower_at_keyword in _HOLD_RULES
        ):
            keyword = f"@{node.at_keyword}" if node.type == "at-rule" else ""
            yield f"{keyword}{serialize(node.prelude)}{{{' '.join(_kept(rules_in(node), newer))}}}"
        else:
            yield node.serialize()


def names_in(node: Any) -> Iterator[str]:
    """Yield, as the list names them, the features that a declaration or the head of a rule uses."""
    from tinycss2 import serialize  # noqa: PLC0415 - as above

    if node.type == "declaration" and not node.lower_name.startswith("--"):
        yield node.lower_name
        yield from _names_of_values(node.value, node.lower_name)
    elif node.type == "declaration":  # of a property of one's own, which takes anything
        yield from (name for name in _names_of_values(node.value, "") if not name.startswith(":"))
    elif node.type == "at-rule":
        head = serialize(node.prelude)
        yield f"@{node.lower_at_keyword}"
        yield from re.findall(r"\([a-z-]+", head)
        yield from (f"{name}()" for name in re.findall(r"([a-z-]+)\(", head))
    elif node.type == "qualified-rule":
        yield from re.findall(r"::?[\w-]+|\[[\w-]+\W?=|[+~>]", serialize(node.prelude))


def _names_of_values(nodes: Iterable[Any], name: str) -> Iterator[str]:
    """Yield functions, units, and the keywords of a property, each as ``property:keyword``."""
    for node in nodes:
        if node.type == "function":
            yield f"{node.lower_name}()"
            yield from _names_of_values([] if node.lower_name == "var" else node.arguments, name)
        elif node.type == "dimension":
            yield node.lower_unit
        elif node.type == "ident" and name not in _NAMES_OF_ONES_OWN:
            yield f"{name}:{node.lower_value}"
