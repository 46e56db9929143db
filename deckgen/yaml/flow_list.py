"""Texts as YAML for hints to show; a text that stands in place of a list, as the list that is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable


def words_in(text: str) -> list[str]:
    """Return the words of a text; with commas between them, one may hold a space, which becomes a hyphen."""
    parts = re.split(r"[,\[\]]+" if "," in text else r"[\s\[\]]+", text)
    return [word for word in map(as_word, parts) if word]


def as_word(text: str) -> str:
    """Return a text as one word, such as a tag: `b: c :: d` becomes `b-c::d`."""
    levels = (re.sub(r"[,:;]*\s+", "-", level.strip(" ,:;")) for level in text.split("::"))
    return "::".join(filter(None, levels))


def as_flow_list(words: Iterable[str]) -> str:
    """Return a list of texts as YAML on one line."""
    return _dumped(list(words), is_flow=True)


def as_item(word: str) -> str:
    """Return a text as an item of a list in YAML, in quotes where it needs them."""
    return as_flow_list([word])[1:-1]


def as_entry(key: str, value: str) -> str:
    """Return a key and its text as a line of YAML, the text in quotes where it needs them."""
    return _dumped({key: value}, is_flow=False)


def _dumped(value: list[str] | dict[str, str], *, is_flow: bool) -> str:
    from yaml import safe_dump  # noqa: PLC0415 - for hints alone

    return safe_dump(value, default_flow_style=is_flow, width=1_000, allow_unicode=True).strip()
