"""The reader's own words: when each note that holds some last changed on this machine.

They come from a file that git ignores, so they must not touch the lock that is shared. Their stamps stand
in a file of their own beside it, ignored too. What is lost with it is one more update of those notes.
"""

from __future__ import annotations

from collections.abc import Mapping

from deckgen.lock.model import Lock
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


def with_private_stamps(lock: Lock, lines: Mapping[str, PrivateLine]) -> Lock:
    """Return a lock with the stamps of private texts, where they are newer."""
    raised = {
        note_id: replace(lock.notes[note_id], mod=max(lock.notes[note_id].mod, line.mod))
        for note_id, line in lines.items()
        if note_id in lock.notes
    }
    return replace(lock, notes={**lock.notes, **raised})


def stamp_private(
    shipment: Shipment, lines: Mapping[str, PrivateLine], now: BuildTime
) -> tuple[Shipment, dict[str, PrivateLine]]:
    """Raise the stamp of each note whose private text changed since it was last built here.

    Returns:
        The shipment, and the lines to keep for the next build: those of notes that this one leaves out, too.
    """
    kept = {note_id: line for note_id, line in lines.items() if note_id in shipment.lines}
    for note in shipment.notes:
        if not note.private_hash:
            continue
        mod, old = (
            shipment.lines[note.id].mod,
            lines.get(note.id) or lines.get(shipment.renamed.get(note.id, "")),
        )
        old_hash, old_mod = (old.hash, max(mod, old.mod)) if old else ("", mod)
        new_mod = stamp(note.private_hash, old_hash, old_mod, now.seconds)
        kept[note.id] = PrivateLine(note.private_hash, new_mod)
    return replace(shipment, lines=with_private_stamps(shipment.lock, kept).notes), kept
