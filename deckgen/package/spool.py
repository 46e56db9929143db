"""The spool: texts of notes in a temporary file, from the time they are rendered until they are written."""

from __future__ import annotations

from array import array
from contextlib import suppress
from io import BytesIO
from marshal import dumps, loads
from typing import IO, NamedTuple, Self

_IN_MEMORY = 1 << 20  # bytes; a small build needs no file
_BUFFER = 1 << 14  # bytes; texts are read nearly in the order in which they came


class NoSpoolError(OSError):
    """The folder for temporary files takes no texts."""


class NoteTexts(NamedTuple):
    """What a note says: its fields by slot, as HTML, and its tags, sorted."""

    fields: tuple[str, ...]
    tags: tuple[str, ...]


class Spool:
    """Texts that wait, each under the number that ``add`` gave it. To be closed at the end."""

    def __init__(self) -> None:
        self._file: IO[bytes] = BytesIO()
        self._ends = array("q", [0])
        self._is_at_end = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # what there was no room for is not wanted any more
            self._file.close()

    def add(self, texts: NoteTexts) -> int:
        """Put texts at the end; return their number.

        Raises:
            NoSpoolError: the folder for temporary files has no room for them.
        """
        end = self._ends[-1]
        try:
            if end > _IN_MEMORY and isinstance(self._file, BytesIO):
                self._move_to_disk()
            if not self._is_at_end:
                self._file.seek(end)
                self._is_at_end = True
            self._ends.append(end + self._file.write(dumps((texts.fields, texts.tags))))
        except OSError as error:
            raise NoSpoolError(*error.args) from None
        return len(self._ends) - 2

    def read(self, number: int) -> NoteTexts:
        """Return the texts with this number."""
        start, end = self._ends[number : number + 2]
        self._file.seek(start)
        self._is_at_end = False
        return NoteTexts(*loads(self._file.read(end - start)))  # noqa: S302 - what this process wrote

    def _move_to_disk(self) -> None:
        from tempfile import TemporaryFile  # noqa: PLC0415 - slow to import, and a small build needs none

        file = TemporaryFile(prefix="deckgen-", buffering=_BUFFER)  # noqa: SIM115 - closed at the exit
        file.write(self._file.getbuffer())  # type: ignore[attr-defined]  # it is the BytesIO still
        self._file = file
