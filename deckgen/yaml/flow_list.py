"""A text that stands in place of a list, as the list that its author means."""

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
    from yaml import safe_dump  # noqa: PLC0415 - for hints alone

    return safe_dump(list(words), default_flow_style=True, width=1_000, allow_unicode=True).strip()


def as_item(word: str) -> str:
    """Return a text as an item of a list in YAML, in quotes where it needs them."""
    return as_flow_list([word])[1:-1]
