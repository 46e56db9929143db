"""The YAML or TOML that may stand before a chapter."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from deckgen.model.text import Text
from deckgen.yaml.nodes import Mapping as MappingNode
from deckgen.yaml.nodes import parse

_FENCED = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*\n(.*?)^(?:\1|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_OPEN = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*\n((?:[\w-]+[ \t]*[:=].*\n?|[ \t]+\S.*\n?|- .*\n?)+)")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A chapter's front matter, and what comes after it.

    ``values`` have lower-case keys; ``first_line`` is the number of the first line of ``body``;
    ``is_unclosed``: nothing says where it ends.
    """

    body: str
    values: Mapping[str, str] = field(default_factory=dict)
    first_line: int = 1
    is_unclosed: bool = False


def split_front_matter(text: str) -> FrontMatter:
    """Part a chapter's front matter from the rest; without a last fence it goes as far as its keys do."""
    fenced = _FENCED.match(text)
    match = fenced or _OPEN.match(text)
    values = _read(match[1], match[2]) if match else None
    if match is None or values is None:
        return FrontMatter(text)
    line = text.count("\n", 0, match.end()) + 1
    return FrontMatter(text[match.end() :], values, line, is_unclosed=fenced is None)


def _read(fence: str, text: str) -> dict[str, str] | None:
    return _read_yaml(text) if fence == "---" else _read_toml(text)


def _read_yaml(text: str) -> dict[str, str] | None:
    root, findings = parse(text.encode(errors="replace"), "front matter")
    if not isinstance(root, MappingNode) or findings:
        return None if text.strip() else {}
    return {key.lower(): node.value for key, (_, node) in root.entries.items() if isinstance(node, Text)}


def _read_toml(text: str) -> dict[str, str] | None:
    try:
        return {key.lower(): str(value) for key, value in tomllib.loads(text).items()}
    except tomllib.TOMLDecodeError:
        return None
