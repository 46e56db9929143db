"""What Anki's importer does with a package, step by step, as a model without Anki.

The rules are those of ``rslib/src/import_export/package/apkg/import/`` in ankitects/anki at 26.9, with the
options of a user who just opens the file: notes and note types updated if newer, note types not merged,
no scheduling. tests/test_verify.py holds this model against the real Anki.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from deckgen.verify.anki_text import (
    is_safe_name,
    name_with_hash,
    normal_deck_name,
    normal_field,
    normal_file_name,
    replace_media,
)
from deckgen.verify.collection import (
    Collection,
    Fate,
    HeldCard,
    HeldNote,
    ImportOutcome,
    MediaFate,
    MediaOutcome,
    NoteOutcome,
    NoteTypeOutcome,
)
from deckgen.verify.contents import PackageContents, PackagedMedia, PackagedNote, PackagedNoteType
from deckgen.verify.schema import (
    normal_names,
    renamed_fields,
    same_schema,
    unique_names,
    wanted_cards,
    with_renames,
)

_DEFAULT_DECK = "Default"
_SYSTEM_TAGS = frozenset({"marked", "leech"})


def import_package(package: PackageContents, collection: Collection) -> tuple[Collection, ImportOutcome]:
    """Return the collection after an import, and what it did; a refused package changes nothing."""
    under_way = _Import(collection, package)
    try:
        outcome = under_way.run()
    except _RefusedError as error:
        return collection, ImportOutcome(refusal=str(error))
    return under_way.collection(), outcome


class _RefusedError(Exception):
    pass


class _Import:
    """One import under way; a method a step, in Anki's order."""

    def __init__(self, collection: Collection, package: PackageContents) -> None:
        self.notes = dict(collection.notes)
        self.note_types = dict(collection.note_types)
        self.original_ids = dict(collection.original_ids)
        self.decks = dict(collection.decks)
        self.media = dict(collection.media)
        self.package = package
        self.remapped: dict[int, int] = {}
        self.incoming_media: dict[str, tuple[str, str]] = {}
        self.static_media: dict[str, str] = {}
        self.used_media: set[str] = set()
        self.outcomes: list[NoteOutcome] = []

    def run(self) -> ImportOutcome:
        held_media = dict(self.media)
        self._prepare_media()
        note_types = tuple(self._import_note_types())
        self._import_notes()
        cards = self._import_cards()
        self._copy_media()
        media = tuple(self._media_outcomes(held_media))
        return ImportOutcome(tuple(self.outcomes), note_types, media, cards)

    def collection(self) -> Collection:
        return Collection(self.notes, self.note_types, self.original_ids, self.decks, self.media)

    # As prepare_media in media.rs does.

    def _prepare_media(self) -> None:
        for media in self.package.media:
            if not is_safe_name(media.name):
                raise _RefusedError(f"The media name `{media.name}` has a folder in it.")
            name, held = normal_file_name(media.name), self.media.get(normal_file_name(media.name))
            if _is_static(name):
                if held is None:
                    self.static_media[name] = _there(media)
            elif held is None:
                self.incoming_media[name] = (name, media.sha1 or "")
            elif _there(media) != held:
                self.incoming_media[name] = (name_with_hash(name, _there(media)), _there(media))

    def _copy_media(self) -> None:
        for name in sorted(self.used_media):
            target, sha1 = self.incoming_media[name]
            if not sha1:
                raise _RefusedError(f"The media file `{name}` is listed, but not in the package.")
            self.media[target] = sha1
        self.media |= self.static_media

    def _media_outcomes(self, held: Mapping[str, str]) -> Iterator[MediaOutcome]:
        for media in self.package.media:
            name = normal_file_name(media.name)
            if held.get(name) == media.sha1:
                fate = MediaFate.SAME
            elif _is_static(name):
                fate = MediaFate.KEPT if name in held else MediaFate.ADDED
            elif name not in self.used_media:
                fate = MediaFate.KEPT if name in held else MediaFate.UNUSED
            else:
                fate = MediaFate.RENAMED if name in held else MediaFate.ADDED
            yield MediaOutcome(name, fate)

    # notes.rs: import_notetypes; only note types that some note uses are looked at (gather.rs)

    def _import_note_types(self) -> Iterator[NoteTypeOutcome]:
        used = {note.note_type_id for note in self.package.notes}
        for note_type in sorted(self.package.note_types.values(), key=lambda each: each.id):
            if note_type.id in used:
                yield self._note_type(unique_names(note_type))

    def _note_type(self, incoming: PackagedNoteType) -> NoteTypeOutcome:
        existing = self.note_types.get(incoming.id)
        if existing is None:
            added = self._add_note_type(incoming, incoming.id)
            return NoteTypeOutcome(incoming, Fate.NEW, None, added.name)
        target, fate = existing, Fate.UNTOUCHED
        if not same_schema(existing, incoming):
            earlier = self._earlier_split(incoming)
            if earlier is None:
                new_id = min((0, *self.note_types)) - 1
                added = self._add_note_type(incoming, new_id)
                self.remapped[incoming.id] = new_id
                return NoteTypeOutcome(incoming, Fate.CONFLICTING, existing, added.name)
            target, fate = earlier, Fate.CONFLICTING
            self.remapped[incoming.id] = earlier.id
        if target.mod < incoming.mod:
            renamed = with_renames(incoming, renamed_fields(target, normal_names(incoming)))
            updated = self._store(renamed, target.id)
            self._generate_cards(updated, target)
            fate = Fate.UPDATED if target is existing else fate
            return NoteTypeOutcome(incoming, fate, existing, updated.name)
        return NoteTypeOutcome(incoming, fate, existing, target.name)

    def _earlier_split(self, incoming: PackagedNoteType) -> PackagedNoteType | None:
        for anki_id, original in self.original_ids.items():
            held = self.note_types[anki_id]
            if original == incoming.id != anki_id and same_schema(held, incoming):
                return held
        return None

    def _add_note_type(self, incoming: PackagedNoteType, anki_id: int) -> PackagedNoteType:
        self.original_ids[anki_id] = incoming.id
        return self._store(incoming, anki_id)

    def _store(self, incoming: PackagedNoteType, anki_id: int) -> PackagedNoteType:
        if not (incoming.fields and incoming.templates):
            raise _RefusedError(f"The note type `{incoming.name}` has no field or no card template.")
        held = replace(normal_names(incoming), id=anki_id)
        others = {other.name.casefold() for other in self.note_types.values() if other.id != anki_id}
        while held.name.casefold() in others:
            held = replace(held, name=f"{held.name}+")
        self.note_types[anki_id] = held
        return held

    # notetype/schemachange.rs: a changed front makes Anki look which cards the notes it has now want

    def _generate_cards(self, new: PackagedNoteType, old: PackagedNoteType) -> None:
        if [template.front for template in new.templates] == [template.front for template in old.templates]:
            return
        for key, note in self.notes.items():
            full = not new.is_cloze and len(note.cards) == len(new.templates)
            if note.note_type != new.id or not note.cards or full:
                continue
            ordinals = wanted_cards(new, note.fields, note.tags) - {card.ordinal for card in note.cards}
            decks = {card.deck for card in note.cards}
            deck = decks.pop() if len(decks) == 1 else _DEFAULT_DECK
            added = tuple(HeldCard(ordinal, deck) for ordinal in sorted(ordinals))
            self.notes[key] = replace(note, cards=note.cards + added)

    # notes.rs: import_notes; GUIDs are looked up as they stood before the first note

    def _import_notes(self) -> None:
        by_guid = {note.guid: key for key, note in self.notes.items()}
        held = dict(self.notes)
        for note in self.package.notes:
            key = by_guid.get(note.guid)
            if key is None:
                key = len(self.notes)
                self._put(key, note, ())
                self.outcomes.append(NoteOutcome(note, Fate.NEW, key, None))
            else:
                self._existing(note, key, held[key])

    def _existing(self, note: PackagedNote, key: int, before: HeldNote) -> None:
        if self.remapped.get(note.note_type_id, note.note_type_id) != before.note_type:
            self.outcomes.append(NoteOutcome(note, Fate.CONFLICTING, None, before))
        elif before.mod < note.mod:
            self._put(key, note, before.cards)
            self.outcomes.append(NoteOutcome(note, Fate.UPDATED, key, before))
        else:
            self.outcomes.append(NoteOutcome(note, Fate.UNTOUCHED, key, before))

    def _put(self, key: int, note: PackagedNote, cards: tuple[HeldCard, ...]) -> None:
        note_type = self.note_types.get(self.remapped.get(note.note_type_id, note.note_type_id))
        if note_type is None:
            raise _RefusedError(f"The note `{note.guid}` is of a note type that is not in the package.")
        if len(note.fields) != len(note_type.fields):
            raise _RefusedError(
                f"The note `{note.guid}` has {len(note.fields)} fields, "
                f"and its note type `{note_type.name}` has {len(note_type.fields)}."
            )
        fields = tuple(normal_field(replace_media(text, self._use_media)) for text in note.fields)
        tags = kept_tags(note)
        self.notes[key] = HeldNote(note.guid, note_type.id, note.mod, fields, tags, cards)

    def _use_media(self, name: str) -> str | None:
        if not is_safe_name(name):
            return None
        normal = normal_file_name(name)
        if normal in self.incoming_media:
            self.used_media.add(normal)
            normal = self.incoming_media[normal][0]
        return normal if normal != name else None

    # cards.rs: a card is added where its note has none of its ordinal; no card is changed or removed

    def _import_cards(self) -> dict[int, tuple[HeldCard, ...]]:
        decks = dict(self._import_decks())
        keys = {outcome.packaged.id: outcome.key for outcome in self.outcomes}
        existing = {(key, card.ordinal) for key, note in self.notes.items() for card in note.cards}
        packaged: dict[int, list[HeldCard]] = {note.id: [] for note in self.package.notes}
        for each in self.package.cards:
            if each.note_id not in packaged:
                continue
            card = HeldCard(each.ordinal, decks.get(each.deck_id, _DEFAULT_DECK))
            packaged[each.note_id].append(card)
            key = keys[each.note_id]
            if key is not None and (key, card.ordinal) not in existing:
                self.notes[key] = replace(self.notes[key], cards=(*self.notes[key].cards, card))
        return {note_id: tuple(cards) for note_id, cards in packaged.items()}

    # decks.rs: decks are known by name alone. Those of cards are looked at, and their parents; Anki's own
    # default deck stays what it is (gather.rs).

    def _import_decks(self) -> Iterator[tuple[int, str]]:
        note_ids = {note.id for note in self.package.notes}
        used = {card.deck_id for card in self.package.cards if card.note_id in note_ids}
        names = {deck: normal_deck_name(name) for deck, name in self.package.decks.items()}
        by_name = {name.casefold(): deck for deck, name in names.items()}
        for deck in used & set(names):
            parts = names[deck].casefold().split("::")
            used |= {by_name.get("::".join(parts[:level]), deck) for level in range(1, len(parts))}
        shipped = (used & set(names)) - {1}
        for deck in sorted(shipped, key=lambda deck: (names[deck].count("::"), names[deck])):
            yield deck, self._deck_name(names[deck])

    def _deck_name(self, name: str) -> str:
        """Return a deck's name with the spelling that the collection has for it and its parents."""
        spelling = ""
        for part in name.split("::"):
            longer = f"{spelling}::{part}" if spelling else part
            spelling = self.decks.setdefault(longer.casefold(), longer)
        return spelling


def _is_static(name: str) -> bool:
    return name.startswith(("_", "latex-"))


def _there(media: PackagedMedia) -> str:
    if media.sha1 is None:
        raise _RefusedError(f"The media file `{media.name}` is listed, but not in the package.")
    return media.sha1


def kept_tags(note: PackagedNote) -> frozenset[str]:
    """Return the tags that arrive, in one case; Anki drops its own two from a package (gather.rs)."""
    return frozenset(tag.casefold() for tag in note.tags) - _SYSTEM_TAGS
