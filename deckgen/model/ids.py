"""Ids that stay the same from build to build: nothing here comes from a clock, an order or a path."""

from __future__ import annotations

import re
from hashlib import blake2b
from marshal import dumps
from typing import Any

# The printable characters that Anki's own GUIDs are written in (rslib/src/notes/mod.rs, base91).
_GUID_ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&()*+,-./:;<=>?@[]^_`{|}~"
# Anki's ids of note types and decks are milliseconds since 1970. Ours lie in 2001 to 2015:
# they can never be in the future, and never meet an id that Anki gives out today.
_FIRST_ID = 1_000_000_000_000
_ID_COUNT = 2**38

KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


def to_kebab(text: str) -> str:
    """Return a text as an id (``My déck`` as ``my-deck``); empty if it has no letter or digit."""
    if not text.isascii():
        from anyascii import anyascii  # noqa: PLC0415 - most ids are ASCII

        text = anyascii(text)
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def alias_of(earlier: str, note_id: str) -> str:
    """Return how a note names an earlier full id as its alias: without the chapter, where that is its own."""
    chapter, _, name = earlier.partition("/")
    return name if note_id.startswith(f"{chapter}/") else earlier


def short_digest(data: bytes) -> bytes:
    """Return eight bytes that change when ``data`` does."""
    return blake2b(data, digest_size=8).digest()


def digest_of(values: Any) -> bytes:
    """Return the short digest of plain values."""
    return short_digest(dumps(values, 0))  # its first version has no links: equal values, equal bytes


def digest_at(digests: bytes, index: int) -> bytes:
    """Return one of several short digests that stand in a row."""
    return digests[8 * index : 8 * index + 8]


def _hash64(*parts: str) -> int:
    return int.from_bytes(short_digest("\x1f".join(parts).encode()), "big")


def note_guid(project_id: str, note_id: str) -> str:
    """Return the GUID by which Anki knows a note: from the project's id and the note's full id."""
    number = _hash64("note", project_id, note_id)
    digits = []
    while number:
        number, digit = divmod(number, len(_GUID_ALPHABET))
        digits.append(_GUID_ALPHABET[digit])
    return "".join(reversed(digits))


def entity_id(*parts: str) -> int:
    """Return a constant id for a note type, field, card template or deck from what it is called."""
    return _FIRST_ID + _hash64(*parts) % _ID_COUNT


def content_hash(*parts: str) -> str:
    """Return 16 hex digits that change when any of ``parts`` does."""
    return short_digest("\x1f".join(parts).encode()).hex()


def file_digest(data: bytes) -> str:
    """Return 16 hex digits that change when a text file does; how its lines end makes no difference."""
    return short_digest(data.replace(b"\r\n", b"\n")).hex()
