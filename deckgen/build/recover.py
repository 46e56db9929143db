"""A lock written anew from a package that was shipped, for one that was lost."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from deckgen.build.project_reader import Sources
from deckgen.lock.deck_names import deck_key
from deckgen.lock.format import format_lock
from deckgen.lock.guids import is_own
from deckgen.lock.model import UNKNOWN, Lock, LockedDeck, LockedNote, LockedNoteType
from deckgen.lock.note_types import fit_note_type, keys_of, type_key
from deckgen.lock.options import ShippingOptions
from deckgen.lock.read import parse_lock
from deckgen.lock.slots import slots_of_names
from deckgen.lock.stamps import BuildTime
from deckgen.model.diagnostics import Span
from deckgen.model.ids import content_hash, entity_id, note_guid
from deckgen.model.note_type import NoteType
from deckgen.model.notes import earlier_ids
from deckgen.model.values import Struct, decode_json, encode_json, replace
from deckgen.package.layout import private_slots, rendered_hash
from deckgen.package.retired import retired_digest, retired_id, retired_tag
from deckgen.source.folders import LOCK_FILE
from deckgen.verify.package_reader import CLOZE, Contents, PackagedNote, PackagedNoteType

_OWNER_TAG = re.compile(r"(.+?)::(?:kind::.+|retired)")
_RETIRED_TYPE = re.compile(r"(\S+) \(retired\) · .*")


class NotOursError(Exception):
    """A package that this project did not ship; its text is a sentence for the user."""


class _Type(Struct, frozen=True):
    """A note type of a package: its key and line in the lock, and what the project has of that kind."""

    key: str
    line: LockedNoteType
    note_type: NoteType | None


def recover_lock(
    contents: Contents, media: Collection[str], sources: Sources, earlier: Mapping[str, str]
) -> Lock:
    """Return the lock of the build that wrote a package, as far as the package tells.

    What the authors wrote is not known: a note will count as changed where it is rendered in another way.
    A note that nothing knows the id of gets one of its own; the next build retires it.

    Args:
        contents: of the package.
        media: the names of its pictures and recordings.
        sources: the project as it is now, for the ids of its notes and the keys of its note types.
        earlier: the ids that notes had in earlier locks, by GUID.

    Raises:
        NotOursError: the package is of another tool or project, or not as a build writes it.
    """
    project = sources.settings.id
    _check_owner(contents, project)
    types = {
        type_id: _recovered_type(type_id, packaged, contents.notes, sources)
        for type_id, packaged in contents.note_types.items()
    }
    note_types = {each.key: each.line for each in types.values()}
    names = _names_by_guid(sources)
    own = set(names.values())
    names = {guid: name for guid, name in earlier.items() if name not in own} | names
    notes = _recovered_notes(contents, types, names, project)
    decks = _recovered_decks(notes, contents, project, sources.settings.name)
    lock = Lock(project, notes, note_types, decks, dict.fromkeys(sorted(media), UNKNOWN))
    lock = replace(lock, note_types=_with_known_hashes(lock, types, contents, sources))
    if parse_lock(format_lock(lock), LOCK_FILE, project) != (lock, []):
        raise NotOursError("It is damaged, or was changed after it was built.")
    return lock


def _check_owner(contents: Contents, project: str) -> None:
    """Raise NotOursError unless a build of this project wrote the package."""
    if not contents.notes:
        raise NotOursError("It has no notes.")
    ids = {note.note_type for note in contents.notes}
    if not ids <= contents.note_types.keys() or not all(
        field.id == entity_id("field", str(type_id), str(slot))
        for type_id, packaged in contents.note_types.items()
        for slot, field in enumerate(packaged.flds)
    ):
        raise NotOursError("It was not written by deckgen.")
    tags = (_OWNER_TAG.fullmatch(tag) for note in contents.notes for tag in note.tags)
    owners = {match[1] for match in tags if match}
    if project not in owners:
        raise NotOursError(f"It belongs to the project `{min(owners, default='')}`, and this is `{project}`.")


def _recovered_type(
    type_id: int, packaged: PackagedNoteType, notes: Iterable[PackagedNote], sources: Sources
) -> _Type:
    key, note_type = _key_and_type(type_id, packaged, notes, sources)
    fields, cards = ([each.name for each in slots] for slots in (packaged.flds, packaged.tmpls))
    slots = slots_of_names(fields, cards, note_type)
    line = LockedNoteType(type_id, packaged.type == CLOZE, UNKNOWN, packaged.mod, slots)
    return _Type(key, line, note_type)


def _key_and_type(
    type_id: int, packaged: PackagedNoteType, notes: Iterable[PackagedNote], sources: Sources
) -> tuple[str, NoteType | None]:
    """Return a note type's key in the lock, and what the project has of that kind.

    Its id comes from the key under which it was shipped first; where the project does not have that any more,
    its notes' tags tell the kind, or its name where all of them are retired.
    """
    for note_type in sources.note_types.values():
        for generation in range(1, note_type.generation + 1):
            for kind in (note_type.kind, *note_type.aliases):
                if entity_id("notetype", sources.settings.id, type_key(kind, generation)) == type_id:
                    return type_key(note_type.kind, generation), note_type
    start = f"{sources.settings.id}::kind::"
    tags = (tag for note in notes if note.note_type == type_id for tag in note.tags)
    kind = next((tag.removeprefix(start) for tag in tags if tag.startswith(start)), "")
    if kind in sources.note_types:
        return keys_of(sources.note_types[kind])[0], sources.note_types[kind]
    retired = _RETIRED_TYPE.fullmatch(packaged.name)
    return kind or (retired[1] if retired else f"recovered-{_short_hash(str(type_id))}"), None


def _names_by_guid(sources: Sources) -> dict[str, str]:
    """Return each id that a note of the sources has or had, by the GUID that follows from it."""
    project = sources.settings.id
    names: dict[str, str] = {}
    for note in sources.notes:
        generations = range(2, sources.note_types[note.kind].generation + 1)
        for name in (note.full_id, *earlier_ids(note, sources.chapters[note.chapter])):
            for shipped_as in (name, *(f"{name}@{generation}" for generation in generations)):
                names[note_guid(project, shipped_as)] = name
    return names


def _recovered_notes(
    contents: Contents, types: Mapping[int, _Type], names: Mapping[str, str], project: str
) -> dict[str, LockedNote]:
    lines: dict[str, LockedNote] = {}
    for note in contents.notes:
        is_retired = retired_tag(project) in note.tags
        name = retired_id(note.fields) if is_retired else names.get(note.guid, "")
        if not name or name in lines:
            name = f"{_chapter(note, project)}/recovered-{_short_hash(note.guid)}"
        cards = contents.slots.get(note.id, ())
        its = types[note.note_type]
        if is_retired:
            source = packaged = retired_digest(name, cards)
        else:
            private = private_slots(its.note_type, its.line.slots) if its.note_type else ()
            source, packaged = UNKNOWN, rendered_hash(note.fields, note.tags, cards, private)
        line = LockedNote(its.key, note.guid, source, packaged, note.mod, note.id, cards, retired=is_retired)
        lines[name] = line if is_own(project, name, line) else replace(line, first_id=UNKNOWN)
    return lines


def _recovered_decks(
    notes: Mapping[str, LockedNote], contents: Contents, project: str, unnamed: str
) -> dict[str, LockedDeck]:
    """Return the decks of notes by the keys that the lock keeps them under.

    Args:
        notes: the lines of the lock; the id of a note that moved may name an earlier chapter.
        contents: of the package.
        project: the project's id.
        unnamed: the deck that a retired note is shipped in where the lock names none.
    """
    chapters = {note.id: _chapters(note, project) for note in contents.notes}
    surest_first = sorted(notes.items(), key=lambda each: (each[1].retired, len(chapters[each[1].anki_id])))
    decks: dict[str, LockedDeck] = {}
    for note_id, line in surest_first:
        deck = contents.decks.get(line.anki_id)
        if deck and not (line.retired and deck == unnamed):
            known, tagged = note_id.partition("/")[0], chapters[line.anki_id]
            chapter = known if known in tagged or not tagged else tagged[0]
            decks.setdefault(deck_key(chapter, line.note_type.partition("@")[0]), LockedDeck(deck))
    return decks


def _chapter(note: PackagedNote, project: str) -> str:
    return next(iter(_chapters(note, project)), "recovered")


def _chapters(note: PackagedNote, project: str) -> list[str]:
    """Return which chapters may be a note's by its tags: one without a point, else those of all points."""
    words = (tag.split("::")[1:] for tag in note.tags if tag.startswith(f"{project}::"))
    chapters = [each for each in words if each[0] not in ("kind", "retired")]
    return [each[0] for each in chapters if len(each) == 1] or sorted({each[0] for each in chapters})


def _short_hash(text: str) -> str:
    return content_hash(text)[:12]


def _with_known_hashes(
    lock: Lock, types: Mapping[int, _Type], contents: Contents, sources: Sources
) -> dict[str, LockedNoteType]:
    """Return the note types of a lock: with its hash each that a build would ship as the package has it."""
    from deckgen.package.models import Model  # noqa: PLC0415 - genanki is slow to import

    options = ShippingOptions(BuildTime(0), sources.settings.name, {}, Span(LOCK_FILE))
    lines = dict(lock.note_types)
    for type_id, its in types.items():
        if its.note_type is None or its.key not in keys_of(its.note_type):
            continue
        shipped, _ = fit_note_type(its.note_type, lock, options)
        model = decode_json(encode_json(Model(shipped).to_json(0, 1)), type=PackagedNoteType)
        if replace(model, mod=its.line.mod) == contents.note_types[type_id]:
            lines[its.key] = replace(its.line, hash=shipped.hash)
    return lines
