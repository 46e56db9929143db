"""Notes: as their author wrote them, as HTML, and as a package needs them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from deckgen.model.diagnostics import Span
from deckgen.model.outline import Chapter
from deckgen.model.text import FieldValue, Text
from deckgen.model.values import Struct, force_setattr


class Ignored(Struct, frozen=True):
    """What a note's ``lint:`` says: the rules that skip it, and why; ``span`` is where it says so."""

    codes: tuple[Text, ...]
    reason: Text | None
    span: Span


class Note(Struct, frozen=True):
    """One entry of a note file. ``kind`` is the list that it stands in (``concepts``, ...).

    ``full_id`` is the id that is unique in the project (``ch36/blast-radius``); ``points`` holds the full id
    of each point that the note says it covers, with the text that says so. Both follow from the rest.
    ``reasons`` says why it teaches a point, by the point's name in ``covers``.

    A note that ``is_faulty`` has an error: it is checked, and makes no card. ``unread`` are the keys that it
    has, or needs, and that could not be read; without an id it has an empty one.
    """

    chapter: str
    id: Text
    kind: str
    fields: Mapping[str, FieldValue]
    covers: tuple[Text, ...] = ()
    tags: tuple[Text, ...] = ()
    source: Text | None = None
    as_of: Text | None = None
    aliases: tuple[Text, ...] = ()
    draft: bool = False
    lint: Ignored | None = None
    is_faulty: bool = False
    unread: frozenset[str] = frozenset()
    reasons: Mapping[str, Text] = {}
    full_id: str = ""
    points: tuple[tuple[str, Text], ...] = ()

    def __post_init__(self) -> None:
        chapter = self.chapter
        points = [
            (f"{chapter}/{text.value}" if text.value.count("/") == 1 else text.value, text)
            for text in self.covers
        ]
        force_setattr(self, "full_id", f"{chapter}/{self.id.value}")  # asked for often: worked out once
        force_setattr(self, "points", tuple(points))

    def full_aliases(self) -> tuple[tuple[str, Text], ...]:
        """Return each earlier full id of the note, with the text that says so."""
        return tuple(
            (alias.value if "/" in alias.value else f"{self.chapter}/{alias.value}", alias)
            for alias in self.aliases
        )


def earlier_ids(note: Note, chapter: Chapter) -> tuple[str, ...]:
    """Return the full ids under which the note may have been shipped, its own aliases first."""
    own = [alias for alias, _ in note.full_aliases()]
    local = [note.id.value, *(alias.value for alias in note.aliases if "/" not in alias.value)]
    return (*own, *(f"{earlier}/{name}" for earlier in chapter.aliases for name in local))


class MediaUnreadableError(OSError):
    """A picture or recording that was there when the notes were read can no longer be read."""


class MediaFile(Struct, frozen=True):
    """A picture or recording: its path in the project, and the flat name it has in the package."""

    path: str
    package_name: str
    location: Path

    def size(self) -> int:
        """Return the number of bytes; raise as ``chunks`` does."""
        try:
            return self.location.stat().st_size
        except OSError as error:
            raise MediaUnreadableError(error.errno, error.strerror, self.path) from None

    def chunks(self, size: int = 1 << 16) -> Iterator[bytes]:
        """Yield the file's bytes, ``size`` at a time.

        Raises:
            MediaUnreadableError: it is gone, closed to the user, or on a disk that fails.
        """
        try:
            with self.location.open("rb") as file:
                while chunk := file.read(size):
                    yield chunk
        except OSError as error:
            raise MediaUnreadableError(error.errno, error.strerror, self.path) from None


class RenderedNote(Struct, frozen=True, gc=False):
    """A note as HTML, before it is put into the slots of its note type.

    ``fields`` are HTML by the field's name in the note type; ``cards`` are the places of its cards
    in the note type (for clozes: ordinal - 1), ``hidden`` the words that each card of a cloze hides.
    ``span`` is where its id stands. ``hash`` is of what its author wrote, ``story_hash`` of the reader's
    own words on it, empty where there are none.
    """

    id: str
    kind: str
    span: Span
    fields: Mapping[str, str]
    tags: tuple[str, ...]
    cards: tuple[int, ...]
    deck: str
    media: tuple[MediaFile, ...] = ()
    aliases: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    hash: str = ""
    story_hash: str = ""


class PackedNote(Struct, frozen=True, gc=False):
    """A rendered note as the package needs it, while its texts wait in the spool.

    ``cards`` are slots of the note type (for clozes: ordinal - 1), ``hidden_hashes`` short hashes of what
    each card of a cloze hides. ``source_hash`` is of what its author wrote, with tags, cards and names of
    media; ``rendered_hash`` is of what that became. Both are without the reader's own words;
    ``private_hash`` is with them, where they are on the note or were, else empty. ``spool_number`` is that
    of its texts in the spool; ``path``, ``line`` and ``column`` say where its id stands.
    """

    id: str
    kind: str
    cards: tuple[int, ...]
    source_hash: str
    rendered_hash: str
    deck: str
    spool_number: int
    path: str
    line: int
    column: int
    media: tuple[MediaFile, ...] = ()
    aliases: tuple[str, ...] = ()
    hidden_hashes: tuple[str, ...] = ()
    private_hash: str = ""

    @property
    def span(self) -> Span:
        """Where its id stands."""
        return Span(self.path, self.line, self.column)
