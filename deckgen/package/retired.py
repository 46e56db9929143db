"""Retired notes: what is shipped of a note that its project has no more.

A package cannot delete. A note that it leaves out stays with every reader, and goes on being asked. So a
note that leaves the source is sent once more, with a banner in place of its content and a tag by which the
reader can delete it.
"""

from __future__ import annotations

import re
from html import escape, unescape

from deckgen.lock.model import LockedNote
from deckgen.lock.note_types import ShippedNoteType
from deckgen.model.ids import content_hash
from deckgen.model.template import cloze_fields

_FIRST_FIELD = re.compile(r"(?:\{\{c\d+::)?([^\s{}]+)(?:\}\}.*)?")


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
    match = _FIRST_FIELD.fullmatch(unescape(fields[0]))
    return match[1] if match else ""


def retired_digest(note_id: str, cards: tuple[int, ...]) -> str:
    """Return the hash of a retired note's content.

    That it is retired is all that its author says: how the banner is worded is no change.
    """
    return content_hash("retired", note_id, str(cards))
