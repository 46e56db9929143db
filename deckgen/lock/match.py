"""Which line of the lock each note is: by its id, an earlier id, and what that says of its history."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from deckgen.lock.guids import LOCK_GUIDS
from deckgen.lock.merged_lines import merge_double
from deckgen.lock.model import UNKNOWN, Lock, LockedNote
from deckgen.lock.options import ChapterDeck
from deckgen.model.diagnostics import Code, Finding, Severity, did_you_mean
from deckgen.model.ids import alias_of, note_guid
from deckgen.model.notes import PackedNote
from deckgen.model.values import Struct, replace

ID_REUSED = Code(
    "id-reused",
    Severity.ERROR,
    "An id belonged to another note before",
    "A note keeps its GUID through a rename. A new note under the old id would get the same GUID, and take "
    "over the other's review history.",
    bad="- id: blast-radius  # was the id of `failure-reach` before its rename",
    good="- id: blast-radius-meaning",
)
KIND_CHANGED = Code(
    "kind-changed",
    Severity.ERROR,
    "A note moved to another kind",
    "Anki never changes the note type of a note on import: it would skip the note as conflicting, now and "
    "with every later update.",
)
ALIAS_SHIPPED = Code(
    "alias-shipped",
    Severity.WARNING,
    "Readers have a note under its id, and another under its alias",
    "Both were shipped as notes of their own, so readers have a history on each. The one under the alias is "
    "retired.",
)
ALIAS_UNKNOWN = Code(
    "alias-unknown",
    Severity.WARNING,
    "An alias names nothing that was shipped",
    "An alias carries on the history of the note that readers have under that id. A misspelt alias carries "
    "on none, and the note arrives as a new one.",
    bad="- id: reach-of-a-failure\n  aliases: [blast-raduis]",
    good="- id: reach-of-a-failure\n  aliases: [blast-radius]",
)
ID_RETURNS = Code(
    "id-returns",
    Severity.INFO,
    "A retired note comes back",
    "Readers get it back, too, with the history that it had.",
)
CODES = (ID_REUSED, KIND_CHANGED, ALIAS_SHIPPED, ALIAS_UNKNOWN, ID_RETURNS)


class Matches(Struct, frozen=True):
    """The line of the lock that each note continues, by the note's id, and the id of that line.

    ``guids`` are those of the notes that continue none; ``merged`` are lines of the lock that another line
    of the same note stands for.
    """

    lines: Mapping[str, tuple[str, LockedNote]]
    guids: Mapping[str, str]
    merged: frozenset[str]


def match_notes(
    notes: Collection[PackedNote],
    type_keys: Mapping[str, str],
    lock: Lock,
    other_ids: Mapping[str, str],
) -> tuple[Matches, list[Finding]]:
    """Find the line of the lock that each note continues.

    Args:
        notes: all that are to be shipped.
        type_keys: the key in the lock of each kind's note type.
        lock: of the last build.
        other_ids: ids that notes of the lock had elsewhere, or since, with their GUIDs.

    Returns:
        The matches, and a finding for each id whose history is in doubt.
    """
    lines: dict[str, tuple[str, LockedNote]] = {}
    fresh: list[PackedNote] = []
    merged: set[str] = set()
    findings: list[Finding] = []
    unnamed = _unnamed_lines(notes, lock)
    for note in notes:
        names = dict.fromkeys((note.id, *note.aliases)) if note.aliases else (note.id,)
        found = [name for name in names if name in lock.notes]
        is_fresh = not found or _is_other_generation(lock.notes[found[0]], type_keys[note.kind])
        if is_fresh and unnamed:
            guid = _guid_of(note, type_keys, lock)
            traces = (guid,) if found else (guid, other_ids.get(note.id, ""), note.rendered_hash)
            if trace := next((trace for trace in traces if trace in unnamed), ""):
                found = [unnamed.pop(trace)]
                is_fresh = _is_other_generation(lock.notes[found[0]], type_keys[note.kind])
        if is_fresh:
            fresh.append(note)
            continue
        first, line = found[0], lock.notes[found[0]]
        for other in found[1:]:
            if lock.notes[other].guid == line.guid:
                line = replace(merge_double(line, lock.notes[other]), first_id=line.first_id)
                merged.add(other)
            elif not lock.notes[other].retired or _replaced(lock.notes[other], line):
                findings.append(_alias_finding(note, other, is_late=lock.notes[other].retired))
        if line.note_type != type_keys[note.kind]:
            findings.append(
                _kind_finding(note, first, line.note_type, is_gone=line.note_type not in type_keys.values())
            )
        elif line.retired:
            message = f"`{note.id}` was retired and comes back, with the history that readers had on it."
            hint = "If it is a different note, give it an id of its own."
            findings.append(ID_RETURNS.at(note.span, message, hint))
        lines[note.id] = (first, line)
    findings += _guid_findings(notes, lines)
    merged |= _other_lines(lock, lines)
    guids, more = _fresh_guids(fresh, type_keys, lock, lines, other_ids)
    return Matches(lines, guids, frozenset(merged)), findings + more


def _unnamed_lines(notes: Iterable[PackedNote], lock: Lock) -> dict[str, str]:
    """Return the ids of the lines that no note has the id of: by GUID, or by what was rendered.

    The latter is for lines that `deckgen recover` found no id for.
    """
    names = {name for note in notes for name in (note.id, *note.aliases)}
    unnamed = {note_id: line for note_id, line in lock.notes.items() if note_id not in names}
    ids = {line.rendered_hash: note_id for note_id, line in unnamed.items() if line.first_id == UNKNOWN}
    return ids | {line.guid: note_id for note_id, line in unnamed.items()}


def _guid_of(note: PackedNote, type_keys: Mapping[str, str], lock: Lock) -> str:
    """Return the GUID that follows from a note's id."""
    generation = type_keys[note.kind].partition("@")[2]
    return note_guid(lock.project, f"{note.id}@{generation}" if generation else note.id)


def _guid_findings(
    notes: Iterable[PackedNote], lines: Mapping[str, tuple[str, LockedNote]]
) -> Iterator[Finding]:
    """Report each note whose GUID another note has too: one branch renamed it, another went on with it."""
    owners: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for note in notes:
        if note.id not in lines:
            continue
        owner = owners.setdefault(lines[note.id][1].guid, note.id)
        kinds[note.id] = note.kind
        earlier = lines[note.id][0]
        if owner != note.id and lines[owner][0] == earlier:  # by an alias; one of a note was reported
            if earlier in (note.id, owner):
                other = owner if earlier == note.id else note.id
                message = f"`{other}` would take over the history of `{earlier}`, which exists."
                alias, chapter = earlier.partition("/")[0], other.partition("/")[0]
                hint = (
                    f"Delete the alias `{alias}` in the outline of `{chapter}`, or give the note another id."
                )
                yield LOCK_GUIDS.at(note.span, message, hint)
        elif owner != note.id:
            message = (
                f"`{note.id}` and `{owner}` have the same GUID in the lock: readers would get only one of "
                "them."
            )
            kept, renamed = (note.id, owner) if lines[owner][1].first_id else (owner, note.id)
            hint = f"If they are two notes, delete the line of `{renamed}` in the lock."
            if note.kind == kinds[owner]:
                hint = f"If it is one note, keep `{kept}` with `aliases: [{alias_of(renamed, kept)}]`. {hint}"
            yield LOCK_GUIDS.at(note.span, message, hint)


def _other_lines(lock: Lock, lines: Mapping[str, tuple[str, LockedNote]]) -> set[str]:
    """Return the ids of lines that stand for a note which another line continues: its GUID is theirs."""
    continued = {line.guid: earlier for earlier, line in lines.values()}
    return {
        note_id
        for note_id, line in lock.notes.items()
        if continued.get(line.guid, note_id) != note_id and note_id not in lines
    }


def _is_other_generation(line: LockedNote, type_key: str) -> bool:
    """Tell whether the line is of an earlier generation of the same note type: its notes start anew."""
    return line.note_type != type_key and line.note_type.partition("@")[0] == type_key.partition("@")[0]


def _replaced(retired: LockedNote, line: LockedNote) -> bool:
    """Tell whether a note was first shipped when the other was retired: a rename that had no alias yet."""
    # An Anki id is the time of the first build in milliseconds, less one for each note that was new there.
    return line.anki_id // 1000 + 1 >= retired.mod


def _alias_finding(note: PackedNote, other: str, *, is_late: bool) -> Finding:
    message = f"`{note.id}` and its alias `{other}` were both shipped; `{other}` is retired."
    hint = "Delete the alias, or keep the id that more readers have studied."
    if is_late:
        message = f"The alias `{other}` of `{note.id}` comes too late: the note was shipped as a new one."
        hint = f"Delete the alias, or go back to the id `{other}`, with the history that readers have on it."
    return ALIAS_SHIPPED.at(note.span, message, hint)


def _kind_finding(note: PackedNote, earlier: str, was: str, *, is_gone: bool) -> Finding:
    message = f"`{note.id}` was shipped under `{was}` and is now under `{note.kind}`: Anki would skip it."
    hint = "Move it back, or give it a new id: the old note is then retired."
    if earlier in note.aliases:
        alias = alias_of(earlier, note.id)
        message = f"`{note.id}` has the alias `{alias}`, which was shipped under `{was}`, not `{note.kind}`."
        hint = f"Move the note to `{was}`, or give it an id of its own without that alias."
    if is_gone:
        hint = (
            f"If the list was renamed, write `aliases: [{was}]` into its notetype.yaml; if not, give the "
            "note a new id: the old one is then retired."
        )
    return KIND_CHANGED.at(note.span, message, hint)


def _fresh_guids(
    fresh: Iterable[PackedNote],
    type_keys: Mapping[str, str],
    lock: Lock,
    lines: Mapping[str, tuple[str, LockedNote]],
    other_ids: Mapping[str, str],
) -> tuple[dict[str, str], list[Finding]]:
    """Return the GUIDs of notes that were never shipped; one that another note has is a finding.

    So is an id that the line of another note had since: then it is not known which of the two readers have.
    """
    taken = {line.guid: note_id for note_id, (_, line) in lines.items()}
    guids: dict[str, str] = {}
    findings = []
    for note in fresh:
        guids[note.id] = _guid_of(note, type_keys, lock)
        owner = taken.get(guids[note.id])
        if owner:
            message = f"`{note.id}` is a former id of `{owner}`, whose history the new note would take over."
            findings.append(ID_REUSED.at(note.span, message, "Give the new note an id of its own."))
        elif renamed := taken.get(other_ids.get(note.id, "")):
            message = f"`{renamed}` was renamed to `{note.id}` in git's history, and both are here."
            hint = "Give the one that readers do not have an id of its own."
            findings.append(ID_REUSED.at(note.span, message, hint))
    return guids, findings


def find_traded_ids(
    notes: Iterable[PackedNote], lines: Mapping[str, LockedNote], matches: Matches
) -> list[Finding]:
    """Report each note that took over the content that another one was shipped with."""
    changed = {
        note_id
        for note_id, (_, line) in matches.lines.items()
        if line.source_hash != lines[note_id].source_hash
    }
    if len(changed) < 2:
        return []
    owners = {line.source_hash: note_id for note_id, (_, line) in matches.lines.items()}
    findings = []
    for note in notes:
        owner = owners.get(lines[note.id].source_hash)
        if owner in changed and note.id in changed and owner != note.id:
            message = f"`{note.id}` now has the content of `{owner}`, and would take over its history."
            findings.append(ID_REUSED.at(note.span, message, "Give both notes their earlier ids."))
    return findings


def find_unknown_aliases(
    fresh: Iterable[PackedNote],
    notes: Iterable[PackedNote],
    known: Collection[str],
    chapters: Mapping[str, ChapterDeck],
) -> list[Finding]:
    """Report the aliases of new notes that name nothing that was ever shipped: without a lock, the first.

    A note that is new in a renamed chapter has a former id, too, by which no one ever knew it. Of the ids
    that are ``known``, those of ``notes`` are not proposed.
    """
    findings: list[Finding] = []
    for note in fresh:
        if any(alias in known for alias in note.aliases):
            continue
        former = tuple(f"{earlier}/" for earlier in chapters[note.id.partition("/")[0]].aliases)
        aliases = [alias for alias in note.aliases if not alias.startswith(former)]
        if aliases and (known or not findings):
            words = ", ".join(f"`{alias}`" for alias in aliases)
            hint = "If readers have the deck, restore its lock from git or a backup; else delete the alias."
            if known:
                hint = "Delete the alias, or name the id that was shipped."
                hint = did_you_mean(aliases[0], set(known).difference(one.id for one in notes), hint)
            message = f"`{note.id}` arrives as a new note: nothing was shipped as {words}."
            findings.append(ALIAS_UNKNOWN.at(note.span, message, hint))
    return findings
