"""Note types as the next package holds them: in the slots that readers have, stamped when they change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from deckgen.lock.model import Lock, LockedNoteType
from deckgen.lock.options import BuildOptions
from deckgen.lock.slots import (
    SPARE,
    SPARE_CARDS,
    SPARE_FIELDS,
    Slots,
    first_slots,
    is_free,
    name_slots,
    take_slots,
    wanted_cards,
    wanted_fields,
)
from deckgen.lock.stamps import stamp
from deckgen.model.diagnostics import Code, Finding, Severity
from deckgen.model.ids import content_hash, entity_id
from deckgen.model.note_type import CardDefinition, FieldDefinition, NoteType, name_in_anki
from deckgen.model.sides import shipped_sides
from deckgen.model.values import Struct, replace

NOTETYPE_FULL = Code(
    "notetype-full",
    Severity.ERROR,
    "A note type has no spare slot left",
    "Every note type ships with spare fields and card templates, so that new ones change nothing that Anki "
    "compares. Beyond them the schema differs: on import, Anki would skip every note that readers have, with "
    "all its updates, and put new notes into a second note type `Name+`.",
)
NOTETYPE_FORM = Code(
    "notetype-form",
    Severity.ERROR,
    "A note type changed between cloze and plain",
    "Anki cannot turn one into the other on import: it would skip every note that readers have.",
)
NOTETYPE_NAME_TAKEN = Code(
    "notetype-name-taken",
    Severity.ERROR,
    "A field has the former name of another field of its note type",
    "Readers may skip releases. If a field has the name that another one has in a reader's collection, Anki "
    "rewrites the new templates, and cards show the other field.",
    bad="fields: [{name: term, aliases: [word]}, {name: word}]",
    good="fields: [{name: term, aliases: [word]}, {name: spelling}]",
)
CODES = (NOTETYPE_FULL, NOTETYPE_FORM, NOTETYPE_NAME_TAKEN)


class ShippedNoteType(Struct, frozen=True):
    """A note type with its slots, as the package holds it; ``key`` is its key in the lock."""

    key: str
    anki_id: int
    name: str
    mod: int
    hash: str
    note_type: NoteType
    slots: Slots

    def locked(self) -> LockedNoteType:
        """Return the line that the lock keeps of it."""
        return LockedNoteType(self.anki_id, self.note_type.is_cloze, self.hash, self.mod, self.slots)


def type_key(kind: str, generation: int) -> str:
    """Return a note type's key in the lock: its list, and its generation from the second on."""
    return kind if generation == 1 else f"{kind}@{generation}"


def keys_of(note_type: NoteType) -> tuple[str, ...]:
    """Return the keys under which a note type may stand in the lock, its present one first."""
    return tuple(type_key(kind, note_type.generation) for kind in (note_type.kind, *note_type.aliases))


def fit_note_type(
    note_type: NoteType, lock: Lock, options: BuildOptions
) -> tuple[ShippedNoteType, list[Finding]]:
    """Fit a note type into the slots that it was shipped with.

    Args:
        note_type: as its folder defines it.
        lock: of the last build.
        options: what else the build goes by.

    Returns:
        The note type with its slots, and what stands in the way of shipping it.
    """
    keys = keys_of(note_type)
    old = next((lock.note_types[key] for key in keys if key in lock.note_types), None)
    findings: list[Finding] = []
    if old is None:
        slots = first_slots(note_type)
    elif old.is_cloze is not note_type.is_cloze:
        slots = first_slots(note_type)
        findings.append(_form_finding(note_type, options))
    else:
        slots, unplaced, taken = _fit(note_type, old.slots)
        if unplaced and not options.allow_schema_change:
            findings.append(_full_finding(note_type, unplaced, options))
        findings += [_name_finding(note_type, name, options) for name in taken]
    anki_id = old.anki_id if old else entity_id("notetype", lock.project, keys[0])
    name = name_in_anki(note_type.name, options.project_name)
    mod, digest = _stamp(name, note_type, slots, old, options.least_stamp(anki_id))
    return ShippedNoteType(keys[0], anki_id, name, mod, digest, note_type, slots), findings


def _fit(note_type: NoteType, shipped: Slots) -> tuple[Slots, list[str], list[str]]:
    """Fit a note type into its slots, and grow them where they do not suffice.

    Returns:
        The slots, the keys for which they had to grow, and the names of fields that another slot has had.
    """
    fields, unplaced_fields = take_slots(wanted_fields(note_type, shipped), shipped.fields)
    if note_type.is_cloze:  # it has one card, whatever that is called
        cards = tuple(card.key for card in wanted_cards(note_type))
        unplaced_cards: list[str] = []
    else:
        cards, unplaced_cards = take_slots(wanted_cards(note_type), shipped.cards)
    if unplaced_fields:
        fields = (*fields, *unplaced_fields, *[SPARE] * SPARE_FIELDS)
    if unplaced_cards:
        cards = (*cards, *unplaced_cards, *[SPARE] * SPARE_CARDS)
    names, taken = name_slots(note_type, fields, shipped.names)
    return Slots(fields, cards, names), unplaced_fields + unplaced_cards, taken


def _name_finding(note_type: NoteType, name: str, options: BuildOptions) -> Finding:
    message = f"A field of `{note_type.name}` is named `{name}`, as another field of it once was."
    hint = "Give it a name, or a `label`, that no field of this note type has had."
    return NOTETYPE_NAME_TAKEN.at(options.place_of(note_type), message, hint)


def _full_finding(note_type: NoteType, unplaced: list[str], options: BuildOptions) -> Finding:
    words = ", ".join(f"`{key}`" for key in unplaced)
    message = f"No spare slot of `{note_type.name}` is left for {words}: Anki would skip all of its notes."
    hint = (
        f"Drop a field or card, write `generation: {note_type.generation + 1}` in its notetype.yaml (its "
        "notes then start anew), or build with --allow-schema-change and tell your readers how to import."
    )
    return NOTETYPE_FULL.at(options.place_of(note_type), message, hint)


def _form_finding(note_type: NoteType, options: BuildOptions) -> Finding:
    was, is_now = ("plain", "a cloze") if note_type.is_cloze else ("a cloze", "plain")
    message = (
        f"`{note_type.name}` was shipped as {was} and is now {is_now}: Anki would skip all of its notes."
    )
    hint = (
        f"Write `generation: {note_type.generation + 1}` in its notetype.yaml: its notes then start anew, "
        "and the old ones are retired."
    )
    return NOTETYPE_FORM.at(options.place_of(note_type), message, hint)


def retired_note_type(key: str, old: LockedNoteType, options: BuildOptions) -> ShippedNoteType:
    """Return a note type that the project has no more, so that its retired notes can be shipped.

    Nothing but its slots is known, and nothing but the banner of retired notes is shown.
    """
    fields = tuple(
        FieldDefinition(key, name, "text")
        for key, name in zip(old.slots.fields, old.slots.field_names(), strict=True)
        if not is_free(key) and not key.startswith("@")
    )
    front = f"{{{{cloze:{fields[0].name}}}}}" if old.is_cloze else ""
    cards = tuple(CardDefinition(name, front, "", (), ()) for name in old.slots.cards if not is_free(name))
    note_type = NoteType(key, key, fields, cards, style="", is_cloze=old.is_cloze)
    name = name_in_anki(f"{key} (retired)", options.project_name)
    mod, digest = _stamp(name, note_type, old.slots, old, options.least_stamp(old.anki_id))
    return ShippedNoteType(key, old.anki_id, name, mod, digest, note_type, old.slots)


def _stamp(
    name: str, note_type: NoteType, slots: Slots, old: LockedNoteType | None, now: int
) -> tuple[int, str]:
    """Return a note type's stamp, and the hash of what Anki would take over from it."""
    sides = [text for side in map(shipped_sides, note_type.cards) for text in (side.front, side.back)]
    names = [card.name for card in note_type.cards]
    digest = content_hash(name, note_type.style, *slots.field_names(), *slots.cards, *names, *sides)
    return stamp(digest, old, now), digest


def fit_note_types(
    note_types: Mapping[str, NoteType], lock: Lock, options: BuildOptions
) -> dict[str, tuple[ShippedNoteType, list[Finding]]]:
    """Fit every note type into its slots; return them by kind, each with what forbids to ship it."""
    return {kind: fit_note_type(note_type, lock, options) for kind, note_type in note_types.items()}


def used_note_types(
    fitted: Mapping[str, tuple[ShippedNoteType, list[Finding]]], used: Collection[str], lock: Lock
) -> tuple[dict[str, ShippedNoteType], list[Finding]]:
    """Return the note types that a note uses or that readers have, by key in the lock, and their findings.

    Args:
        fitted: as ``fit_note_types`` gives them.
        used: the kinds of the notes.
        lock: of the last build.
    """
    shipped: dict[str, ShippedNoteType] = {}
    findings: list[Finding] = []
    for kind, (note_type, more) in fitted.items():
        if kind in used or any(key in lock.note_types for key in keys_of(note_type.note_type)):
            shipped[note_type.key] = note_type
            findings += more
    return shipped, findings


def with_current_keys(lock: Lock, note_types: Iterable[NoteType]) -> Lock:
    """Return the lock with the earlier names of renamed note types replaced by their present ones."""
    renamed: Mapping[str, str] = {
        alias: keys[0] for keys in map(keys_of, note_types) for alias in keys[1:] if alias in lock.note_types
    }
    if not renamed:
        return lock
    notes = {
        note_id: replace(note, note_type=renamed.get(note.note_type, note.note_type))
        for note_id, note in lock.notes.items()
    }
    decks = {}
    for place, deck in lock.decks.items():
        chapter, _, kind = place.partition("/")
        decks[f"{chapter}/{renamed.get(kind, kind)}"] = deck
    types = {renamed.get(key, key): locked for key, locked in lock.note_types.items()}
    return replace(lock, notes=notes, note_types=types, decks=decks)
