"""The reader's own words: when each note that holds some last changed on this machine.

They come from a file that git ignores, so they must not touch the lock that is shared. Their stamps stand
in a file of their own beside it, ignored too. What is lost with it is one more update of those notes.
"""

from __future__ import annotations

from collections.abc import Mapping

from deckgen.lock.model import LockedNote
from deckgen.lock.stamps import BuildTime, stamp
from deckgen.model.values import Struct, replace
from deckgen.package.shipment import Shipment


class PrivateLine(Struct, frozen=True):
    """A hash of a note with the reader's own words, and the stamp it was given, in seconds since 1970."""

    hash: str
    mod: int


def parse_private(text: str) -> dict[str, PrivateLine]:
    """Read the stamps by the notes' full ids. A line that cannot be read is as good as none."""
    lines = (line.split(" ") for line in text.splitlines())
    return {
        parts[0]: PrivateLine(parts[1], int(parts[2]))
        for parts in lines
        if len(parts) == 3 and parts[2].isdigit() and len(parts[2]) < 11
    }


def format_private(lines: Mapping[str, PrivateLine]) -> str:
    """Return the text that ``parse_private`` reads."""
    return "".join(f"{note_id} {line.hash} {line.mod}\n" for note_id, line in sorted(lines.items()))


def stamp_private(
    shipment: Shipment, lines: Mapping[str, PrivateLine], now: BuildTime
) -> tuple[Shipment, dict[str, PrivateLine]]:
    """Raise the stamp of each note whose private text changed since it was last built here.

    Returns:
        The shipment, and the lines to keep for the next build.
    """
    kept: dict[str, PrivateLine] = {}
    stamped: dict[str, LockedNote] = {}
    for note in shipment.notes:
        if not note.private_hash:
            continue
        line, old = shipment.lines[note.id], lines.get(note.id)
        old_hash, old_mod = (old.hash, max(line.mod, old.mod)) if old else ("", line.mod)
        mod = stamp(note.private_hash, old_hash, old_mod, now.seconds)
        kept[note.id] = PrivateLine(note.private_hash, mod)
        stamped[note.id] = replace(line, mod=mod)
    return replace(shipment, lines={**shipment.lines, **stamped}), kept
