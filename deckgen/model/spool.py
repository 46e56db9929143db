"""Rendered notes that wait in a temporary file until they are wanted, so that many need little memory."""

from __future__ import annotations

from contextlib import suppress
from io import BufferedRandom, RawIOBase
from marshal import dumps, loads
from typing import Self, cast

from deckgen.model.diagnostics import Span
from deckgen.model.notes import MediaFile, RenderedNote
from deckgen.model.values import Struct

_BUFFER = 1 << 16  # bytes


class NoteStore:
    """A temporary file of rendered notes, to be closed when none of them is wanted any more."""

    def __init__(self) -> None:
        self._file: BufferedRandom | None = None
        self._raw: RawIOBase | None = None
        self._end = 0
        self._numbers: dict[tuple[str, ...], int] = {}  # of the names that the fields of notes have
        self._names: list[tuple[str, ...]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            with suppress(OSError):  # what there was no room for is not wanted any more
                self._file.close()

    def keep(self, note: RenderedNote) -> KeptNote:
        """Keep a note; all that is kept is kept before any of it is read.

        Raises:
            OSError: there is no room for it.
        """
        assert self._raw is None  # noqa: S101 - it would be written where the last one was read
        if self._file is None:
            from tempfile import TemporaryFile  # noqa: PLC0415 - slow to import, and a small edit needs none

            file = TemporaryFile(prefix="deckgen-", buffering=_BUFFER)  # noqa: SIM115 - closed at the exit
            self._file = cast(BufferedRandom, file)
        names = tuple(note.fields)
        number = self._numbers.setdefault(names, len(self._names))
        if number == len(self._names):
            self._names.append(names)
        span = note.span
        rest = (number, [*note.fields.values()], note.tags, note.hidden, span.path, span.line, span.column)
        start = self._end
        self._end += self._file.write(dumps(rest))
        return KeptNote(
            note.id, note.kind, note.cards, note.deck, note.media, note.aliases, self, start, self._end
        )

    def read(self, note: KeptNote) -> RenderedNote:
        """Return a note as it was given."""
        if self._raw is None:  # without the buffer, which would be filled for every note
            assert self._file is not None  # noqa: S101 - there are such notes once something was kept
            self._file.flush()
            self._raw = self._file.raw
        self._raw.seek(note.start)
        rest = loads(self._raw.read(note.end - note.start))  # noqa: S302 - what this process wrote
        number, texts, tags, hidden, path, line, column = rest
        return RenderedNote(
            id=note.id,
            kind=note.kind,
            span=Span(path, line, column),
            fields=dict(zip(self._names[number], texts, strict=True)),
            tags=tags,
            cards=note.cards,
            deck=note.deck,
            media=note.media,
            aliases=note.aliases,
            hidden=hidden,
        )


class KeptNote(Struct, frozen=True, gc=False):
    """A rendered note that waits: what sorts and counts it is at hand, the rest stands in the store's file.

    Each look at the rest reads the file: ask for the note ``whole`` for more than one.
    """

    id: str
    kind: str
    cards: tuple[int, ...]
    deck: str
    media: tuple[MediaFile, ...]
    aliases: tuple[str, ...]
    store: NoteStore
    start: int
    end: int

    def whole(self) -> RenderedNote:
        """Return the note with all that it holds."""
        return self.store.read(self)

    @property
    def span(self) -> Span:
        """Where its id stands."""
        return self.whole().span

    @property
    def tags(self) -> tuple[str, ...]:
        """As the rendered note has them."""
        return self.whole().tags


Rendered = RenderedNote | KeptNote
