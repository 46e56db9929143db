"""GUIDs in the lock that cannot be right: one on two notes, or two exchanged."""

from __future__ import annotations

from collections import defaultdict

from deckgen.lock.model import Lock, LockedNote
from deckgen.model.diagnostics import Code, Finding, Severity, Span
from deckgen.model.ids import note_guid

LOCK_GUIDS = Code(
    "lock-guids",
    Severity.ERROR,
    "The lock gives a note the GUID of another",
    "Anki knows a note by its GUID alone. A note with the GUID of another takes over that one's cards and "
    "review history, and of two notes with one GUID readers get only one.",
)
CODES = (LOCK_GUIDS,)

_HINT = "Copy the lines from an earlier lock: `git log -p -- deckgen.lock` shows them."


def guid_findings(lock: Lock, text: str, path: str) -> list[Finding]:
    """Report lines with a GUID that cannot be theirs.

    A note has the GUID that follows from its id, or from an earlier id of it. So of two lines with one GUID,
    one has the id that it follows from: a note that one branch renamed. Two lines that have each other's were
    exchanged.

    Args:
        lock: as read.
        text: of its file.
        path: of its file.
    """
    own = {note_id: own_guid(lock.project, note_id, note) for note_id, note in lock.notes.items()}
    owner = {guid: note_id for note_id, guid in own.items()}
    having: dict[str, list[str]] = defaultdict(list)
    for note_id, note in lock.notes.items():
        having[note.guid].append(note_id)
    findings = []
    for note_id, note in lock.notes.items():
        other = owner.get(note.guid)
        if other not in (None, note_id) and lock.notes[other].guid == own[note_id] and note_id < other:
            message = f"`{note_id}` and `{other}` have each other's GUIDs: their histories would be swapped."
            findings.append(LOCK_GUIDS.at(_place(text, path, note_id), message, _HINT))
    for guid, ids in having.items():
        if len(ids) > 1 and owner.get(guid) not in ids:
            message = f"`{ids[0]}` and `{ids[1]}` have the same GUID: readers would get only one of them."
            findings.append(LOCK_GUIDS.at(_place(text, path, ids[1]), message, _HINT))
    return findings


def own_guid(project: str, note_id: str, note: LockedNote) -> str:
    """Return the GUID that follows from the id under which a line stands."""
    generation = note.note_type.partition("@")[2]
    name = note_id.partition("@")[0]
    return note_guid(project, f"{name}@{generation}" if generation else name)


def _place(text: str, path: str, note_id: str) -> Span:
    numbered = enumerate(text.split("\n"), 1)
    return next((Span(path, number) for number, line in numbered if f" {note_id} " in line), Span(path))
