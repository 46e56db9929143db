"""What the next package holds: each note with the time its content last changed, and the new lock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from deckgen.diagnostics import Finding
from deckgen.ids import content_hash, entity_id, note_guid
from deckgen.model import MediaFile, RenderedNote
from deckgen.notetypes.definition import NoteType
from deckgen.package.lock import Lock, LockedNote, LockedNoteType
from deckgen.package.slots import Slots, card_key, field_names, first_slots


@dataclass(frozen=True, slots=True)
class ShippedNoteType:
    """A note type with its slots, as the package holds it."""

    anki_id: int
    name: str
    mod: int
    note_type: NoteType
    slots: Slots


@dataclass(frozen=True, slots=True)
class ShippedNote:
    """A note as the package holds it: its fields by slot, its cards by slot."""

    id: str
    guid: str
    anki_id: int
    mod: int
    kind: str
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    cards: tuple[int, ...]
    deck: str


@dataclass(frozen=True, slots=True)
class Shipment:
    """All that one build ships, in the order in which new cards come, and the lock that records it."""

    note_types: Mapping[str, ShippedNoteType]
    notes: tuple[ShippedNote, ...]
    media: tuple[MediaFile, ...]
    lock: Lock


def note_type_id(project: str, kind: str, generation: int) -> int:
    """Return the id by which Anki knows a note type."""
    return entity_id("notetype", project, kind, str(generation))


def prepare_shipment(
    notes: Iterable[RenderedNote],
    note_types: Mapping[str, NoteType],
    lock: Lock,
    project_name: str,
    now_ms: int,
) -> tuple[Shipment, list[Finding]]:
    """Compare the notes with the lock and stamp what changed.

    Args:
        notes: all notes to ship, in the order in which their cards shall be learnt.
        note_types: by kind.
        lock: of the last build.
        project_name: the first part of the note types' names in Anki.
        now_ms: the time of this build, in milliseconds since 1970.

    Returns:
        What to ship with the lock that then holds, and the findings.
    """
    notes = list(notes)
    now = now_ms // 1000
    kinds = dict.fromkeys(note.kind for note in notes)
    shipped_types = {
        kind: _ship_note_type(note_types[kind], lock.note_types.get(kind), lock.project, project_name, now)
        for kind in note_types
        if kind in kinds or kind in lock.note_types
    }
    new_ids = _free_ids(
        sum(note.id not in lock.notes for note in notes),
        {note.anki_id for note in lock.notes.values()},
        now_ms,
    )
    shipped, locked = [], {}
    for note in notes:
        fields, cards = _in_slots(note, shipped_types[note.kind])
        digest = content_hash(*fields, "\t".join(note.tags), str(cards))
        old = lock.notes.get(note.id)
        new = LockedNote(
            kind=note.kind,
            guid=old.guid if old else note_guid(lock.project, note.id),
            hash=digest,
            mod=_stamp(digest, old, now),
            anki_id=old.anki_id if old else new_ids.pop(),
            cards=cards,
        )
        locked[note.id] = new
        shipped.append(
            ShippedNote(
                note.id, new.guid, new.anki_id, new.mod, note.kind, fields, note.tags, cards, note.deck
            )
        )
    media = {file.package_name: file for note in notes for file in note.media}
    new_lock = Lock(
        project=lock.project,
        notes={**lock.notes, **locked},
        note_types={
            **lock.note_types,
            **{kind: _locked_type(shipped_type) for kind, shipped_type in shipped_types.items()},
        },
        decks=lock.decks,
        media={name: media[name].path for name in sorted(media)},
    )
    return Shipment(shipped_types, tuple(shipped), tuple(media[name] for name in sorted(media)), new_lock), []


def _stamp(digest: str, old: LockedNote | LockedNoteType | None, now: int) -> int:
    """Return when the content last changed: unchanged keeps its time, changed goes above it."""
    if old is None:
        return now
    return old.mod if old.hash == digest else max(now, old.mod + 1)


def _free_ids(count: int, taken: Collection[int], now_ms: int) -> list[int]:
    """Return ids that no note has, the last one first: milliseconds up to now, as Anki's own are."""
    ids: list[int] = []
    candidate = now_ms
    while len(ids) < count:
        if candidate not in taken:
            ids.append(candidate)
        candidate -= 1
    return ids


def _in_slots(note: RenderedNote, shipped: ShippedNoteType) -> tuple[tuple[str, ...], tuple[int, ...]]:
    names = field_names(shipped.note_type, shipped.slots)
    fields = tuple(note.fields.get(name, "") for name in names)
    if shipped.note_type.is_cloze:
        return fields, note.cards
    keys = [card_key(card) for card in shipped.note_type.cards]
    return fields, tuple(sorted(shipped.slots.cards.index(keys[card]) for card in note.cards))


def _ship_note_type(
    note_type: NoteType, old: LockedNoteType | None, project: str, project_name: str, now: int
) -> ShippedNoteType:
    slots = old.slots if old else first_slots(note_type)
    name = f"{project_name} · {note_type.name}"
    digest = _note_type_hash(note_type, slots, name)
    anki_id = note_type_id(project, note_type.kind, note_type.generation)
    return ShippedNoteType(anki_id, name, _stamp(digest, old, now), note_type, slots)


def _note_type_hash(note_type: NoteType, slots: Slots, name: str) -> str:
    sides = [text for card in note_type.cards for text in (card.name, card.front, card.back)]
    return content_hash(name, note_type.style, *field_names(note_type, slots), *slots.cards, *sides)


def _locked_type(shipped: ShippedNoteType) -> LockedNoteType:
    digest = _note_type_hash(shipped.note_type, shipped.slots, shipped.name)
    return LockedNoteType(shipped.note_type.generation, digest, shipped.mod, shipped.slots)
