"""Retired notes: what is shipped of a note that its project has no more.

A package cannot delete. A note that it leaves out stays with every reader, and goes on being asked. So a
note that leaves the source is sent once more, with a banner in place of its content and a tag by which the
reader can delete it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape

from deckgen.lock.deck_names import deck_key
from deckgen.lock.model import Lock, LockedDeck, LockedNote
from deckgen.lock.note_types import ShippedNoteType, retired_note_type
from deckgen.lock.options import ShippingOptions
from deckgen.lock.stamps import stamp
from deckgen.model.ids import content_hash
from deckgen.model.notes import PackedNote
from deckgen.model.template import cloze_fields
from deckgen.model.text import unescape
from deckgen.model.values import replace
from deckgen.package.spool import NoteTexts, Spool

_FIRST_FIELD = r"(?:\{\{c\d+::)?([^\s{}]+)(?:\}\}.*)?"


def retired_tag(project: str) -> str:
    """Return the tag of retired notes."""
    return f"{project}::retired"


def retired_search(project: str) -> str:
    """Return the search that finds retired notes in Anki's browser."""
    return f"tag:{retired_tag(project)}"


def retired_fields(
    note_id: str, line: LockedNote, shipped: ShippedNoteType, project: str, banner: str
) -> tuple[str, ...]:
    """Return the fields, by slot, of a retired note; ``banner`` is what it says, as HTML with `{search}`.

    The first field names the note, for Anki shows it in its browser and refuses an empty one. A cloze's
    keeps its ordinals, so that no card counts as empty while readers have it.
    """
    names = shipped.slots.field_names()
    fields = dict.fromkeys(names, "")
    if shipped.note_type.is_cloze:
        (cloze, *_) = cloze_fields(shipped.note_type.cards[0].front_nodes) or (names[0],)
        fields[names[0]] = escape(note_id)
        fields[cloze] = " ".join(f"{{{{c{card + 1}::{escape(note_id)}}}}}" for card in line.cards)
    else:
        fields[names[0]] = escape(note_id)
    fields["Retired"] = banner.replace("{search}", escape(retired_search(project)))
    return tuple(fields[name] for name in names)


def retired_id(fields: tuple[str, ...]) -> str:
    """Return the id of the note that ``retired_fields`` gave these fields, empty where they name none."""
    match = re.fullmatch(_FIRST_FIELD, unescape(fields[0]))
    return match[1] if match else ""


def retired_digest(note_id: str, cards: tuple[int, ...]) -> str:
    """Return the hash of a retired note's content.

    That it is retired is all that its author says: how the banner is worded is no change.
    """
    return content_hash("retired", note_id, str(cards))


def types_of_retired(
    gone: Mapping[str, LockedNote], types: Mapping[str, ShippedNoteType], lock: Lock, options: ShippingOptions
) -> dict[str, ShippedNoteType]:
    """Return the note types that only retired notes use."""
    keys = sorted({line.note_type for line in gone.values()} - types.keys())
    return {
        key: retired_note_type(key, lock.note_types[key], options) for key in keys if key in lock.note_types
    }


def retire(
    gone: Mapping[str, LockedNote],
    types: Mapping[str, ShippedNoteType],
    lock: Lock,
    decks: Mapping[str, LockedDeck],
    options: ShippingOptions,
    *,
    spool: Spool,
) -> Iterator[tuple[PackedNote, LockedNote]]:
    """Yield the notes that are gone as they are shipped, with their lines, sorted by id."""
    tags = (retired_tag(lock.project),)
    span = options.lock_span
    for note_id, old in sorted(gone.items()):
        shipped_type = types.get(old.note_type)
        if shipped_type is None:
            continue
        fields = retired_fields(note_id, old, shipped_type, lock.project, options.retired)
        digest = retired_digest(note_id, old.cards)
        mod = stamp(digest, old.source_hash, old.mod, options.least_stamp(old.guid))
        line = replace(old, source_hash=digest, rendered_hash=digest, mod=mod, retired=True)
        kind = old.note_type.partition("@")[0]
        deck = decks.get(deck_key(note_id, kind), LockedDeck(options.project_name)).name
        number = spool.add(NoteTexts(fields, tags))
        yield (
            PackedNote(
                note_id, kind, old.cards, digest, digest, deck, number, span.path, span.line, span.column
            ),
            line,
        )
