"""What a build goes by besides its notes, its note types and the lock."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from deckgen.lock.stamps import BuildTime
from deckgen.model.diagnostics import Span
from deckgen.model.note_type import NOWHERE, NoteType
from deckgen.model.values import Struct, field


class ChapterDeck(Struct, frozen=True):
    """The deck of a chapter, and where its outline names it; ``aliases`` are the chapter's earlier ids."""

    name: str
    span: Span
    aliases: tuple[str, ...] = ()


class ShippingOptions(Struct, frozen=True):
    """What is shipped, besides the notes: ``plan_build`` makes it, ``lock`` and ``package`` read it.

    ``chapters`` limits the build to some chapters, None means all. ``decks`` are those of the chapters.
    ``lock_span`` is where a finding points that no source file is to blame for. ``refresh`` sends what is
    only rendered in another way. ``retired`` is the banner of retired notes, as HTML with `{search}` in it.
    ``a_day`` are the kinds whose new cards have a pace. ``description`` is that of the decks, as HTML.
    ``named_at`` is where the project's name stands.
    ``stamps_elsewhere`` are stamps that were given elsewhere, by the GUID of a note and the Anki id of a note
    type; ``other_ids`` are ids that notes had elsewhere, or in a newer lock, with their GUIDs.
    """

    now: BuildTime
    project_name: str
    decks: Mapping[str, ChapterDeck]
    lock_span: Span
    chapters: Collection[str] | None = None
    ships_retired: bool = True
    allow_schema_change: bool = False
    allow_deck_rename: bool = False
    refresh: bool = False
    retired: str = ""
    a_day: Mapping[str, int] = field(default_factory=dict)
    description: str = ""
    named_at: Span = NOWHERE
    stamps_elsewhere: Mapping[str | int, int] = field(default_factory=dict)
    other_ids: Mapping[str, str] = field(default_factory=dict)

    def least_stamp(self, name: str | int) -> int:
        """Return the stamp that a change gets: the time of the build, or just above those given elsewhere."""
        return max(self.now.seconds, self.stamps_elsewhere.get(name, 0) + 1)

    def span_of(self, note_type: NoteType) -> Span:
        """Return where a finding on a note type points: the built-in ones have no file in the project."""
        return note_type.span if note_type.span.path else self.lock_span
