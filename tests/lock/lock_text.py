"""The text of a lock, as tests write and read it: without its header, and with the note types it needs."""

from __future__ import annotations

from deckgen.lock.format import VERSION, format_lock
from deckgen.lock.read import parse_lock

HEADER = f"lock {VERSION} test"
CONCEPTS = "notetype concepts plain 1700000000000 aaaa 10 front,-,- recall,-"


def findings(*lines: str) -> list[str]:
    """Return what is wrong with a lock of these lines, each as ``line code``."""
    found = parse_lock("".join(f"{line}\n" for line in lines), "deckgen.lock", "test")[1]
    assert all(one.span.path == "deckgen.lock" for one in found)
    return [f"{one.span.line} {one.code.name}" for one in found]


def settled(*lines: str) -> list[str]:
    """Return the lines that are written again once a lock with a header and these lines was read."""
    lock, found = parse_lock("".join(f"{line}\n" for line in (HEADER, *lines)), "deckgen.lock", "test")
    assert not found, found
    return format_lock(lock).splitlines()[2:]


def settled_notes(*lines: str) -> list[str]:
    """Return the same of notes alone, whose note type ``concepts`` is there."""
    return [line for line in settled(CONCEPTS, *lines) if not line.startswith("notetype ")]
