"""deckgen.lock: what was shipped, and when it last changed.

``format.py`` writes it as text, ``read.py`` reads that.
"""

from __future__ import annotations

from collections.abc import Mapping

from deckgen.lock.slots import Slots
from deckgen.model.values import Struct, field

UNKNOWN = "?"  # what is not known for sure: as a hash, it differs from any other


class LockedNote(Struct, frozen=True, gc=False):
    """A note as it was last shipped.

    ``note_type`` is the key of its note type in the lock; ``cards`` and the hashes are those of the
    ``PackedNote``, ``rendered_hash`` from when it was last stamped. ``mod``, that stamp, is in seconds since
    1970, ``anki_id`` in milliseconds. A ``forgotten`` note was retired and is shipped no more; its line
    stays, for its GUID is taken. ``first_id`` is the id that the GUID follows from, where the note was
    renamed since; ``UNKNOWN`` where a package told the GUID alone.
    """

    note_type: str
    guid: str
    source_hash: str
    rendered_hash: str
    mod: int
    anki_id: int
    cards: tuple[int, ...]
    hidden_hashes: tuple[str, ...] = ()
    retired: bool = False
    forgotten: bool = False
    first_id: str = ""


class LockedNoteType(Struct, frozen=True):
    """A note type as it was last shipped; ``anki_id`` is what Anki knows it by."""

    anki_id: int
    is_cloze: bool
    hash: str
    mod: int
    slots: Slots


class LockedDeck(Struct, frozen=True):
    """A deck's name; ``mod`` is when it was renamed, in seconds since 1970, if ever."""

    name: str
    mod: int = 0


class Lock(Struct, frozen=True):
    """All that was shipped.

    Notes are by full id, note types by list and generation (``concepts``, ``concepts@2``), decks by chapter
    and list (``ch36/concepts``), the paths of media by their names in the package. ``restarted_at`` is when
    the deck was started anew, in seconds since 1970, if ever: what was built before counts no more.
    ``future_until`` is the newest stamp that a wrong clock gave and that readers have, if any, so that stamps
    up to just above it may lie in the future; ``void_stamps`` are stamps that a wrong clock gave and that
    nobody has.
    """

    project: str
    notes: Mapping[str, LockedNote] = field(default_factory=dict)
    note_types: Mapping[str, LockedNoteType] = field(default_factory=dict)
    decks: Mapping[str, LockedDeck] = field(default_factory=dict)
    media: Mapping[str, str] = field(default_factory=dict)
    restarted_at: int = 0
    future_until: int = 0
    void_stamps: frozenset[int] = frozenset()
