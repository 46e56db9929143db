"""GUIDs in the lock that cannot be right: those of another project, of another note, or two for one id."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from deckgen.lock.model import UNKNOWN, Lock, LockedNote
from deckgen.model.diagnostics import Code, Finding, Severity, Span
from deckgen.model.ids import note_guid
from deckgen.model.values import replace

LOCK_GUIDS = Code(
    "lock-guids",
    Severity.ERROR,
    "The lock gives a note the GUID of another",
    "Anki knows a note by its GUID alone. A note with the GUID of another takes over that one's cards and "
    "review history, and of two notes with one GUID readers get only one.",
)
CODES = (LOCK_GUIDS,)


def guid_findings(lock: Lock, text: str, path: str, known: Collection[str], where: str) -> Iterator[Finding]:
    """Yield a finding for each line whose GUID follows neither from its id nor from an earlier one of it.

    Args:
        lock: as read.
        text: of its file.
        path: of its file.
        known: the GUIDs of notes in earlier locks.
        where: what an earlier line can be copied from.
    """
    own = {note_id: own_guid(lock.project, note_id, note) for note_id, note in lock.notes.items()}
    # A line of a renamed note comes before one that stands under the first id itself.
    owner = {own[note_id]: note_id for note_id in sorted(own, key=lambda name: not lock.notes[name].first_id)}
    for note_id, note in lock.notes.items():
        if note.guid == own[note_id] or note.first_id == UNKNOWN:
            continue
        other = owner.get(note.guid)
        if other is None:
            message, hint = _foreign(note_id, where if own[note_id] in known else "")
        elif lock.notes[other].guid != own[note_id]:
            message = f"`{note_id}` has the GUID of `{other}`: readers would get only one of them."
            hint = f"Put back its own line from {where}; if it has none, delete this one."
        elif note_id < other:
            message = (
                f"`{note_id}` and `{other}` have each other's GUIDs: their histories would change places."
            )
            hint = f"Put back both lines from {where}."
        else:  # it was said with the other
            continue
        yield LOCK_GUIDS.at(_span_of_line(text, path, note_id, note), message, hint)


def _foreign(note_id: str, where: str) -> tuple[str, str]:
    """Return what to say of a line with a GUID of another project, and of how to mend it.

    Args:
        note_id: the id in the line.
        where: what its own line can be copied from, if it had one.
    """
    message = f"`{note_id}` has the GUID of a note of another deck"
    if where:
        hint = f"Put back its own line from {where}."
        return f"{message}: readers would lose the history that they have on it.", hint
    hint = "Delete the line. If you renamed a note by hand in the lock, add its earlier id to the end of it."
    return f"{message}: readers would get that one as a note of this deck.", hint


def double_fault(
    project: str, note_id: str, one: LockedNote, other: LockedNote
) -> tuple[Code, str, str] | None:
    """Return what is wrong with two lines of one id, as a merge leaves them, and how to mend it.

    A note starts anew with each generation of its note type, so their lines may differ.
    """
    if one.guid == other.guid or one.note_type != other.note_type:
        return None
    message = f"Two lines of `{note_id}` have different GUIDs: readers would lose the history of one."
    wrong = [line.guid for line in (one, other) if not is_own(project, note_id, line)]
    hint = "Keep the line of the note that has this id now, and delete the other."
    if len(wrong) == 1:
        hint = f"Delete the line with the GUID `{wrong[0]}`, which is another note's."
    return LOCK_GUIDS, message, hint


def own_guid(project: str, note_id: str, note: LockedNote) -> str:
    """Return the GUID that follows from the id under which a line stands, or from its first one."""
    generation = note.note_type.partition("@")[2]
    name = note.first_id or note_id.partition("@")[0]
    return note_guid(project, f"{name}@{generation}" if generation else name)


def first_id(project: str, note_id: str, earlier: str, line: LockedNote) -> str:
    """Return the ``first_id`` of a note that continues the line of an earlier id, or of its own."""
    if note_id == earlier:
        return line.first_id
    is_first = own_guid(project, note_id, replace(line, first_id="")) == line.guid
    return "" if is_first else line.first_id or earlier


def is_own(project: str, note_id: str, note: LockedNote) -> bool:
    """Tell whether the GUID of a line can be that of its note."""
    return note.first_id == UNKNOWN or note.guid == own_guid(project, note_id, note)


def _span_of_line(text: str, path: str, note_id: str, note: LockedNote) -> Span:
    start = f" {note_id} {note.note_type} {note.guid} "
    numbered = enumerate(text.split("\n"), 1)
    return next((Span(path, number) for number, line in numbered if start in line), Span(path))
