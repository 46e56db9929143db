"""Texts that wait in a temporary file until they are wanted, so that many of them need little memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from marshal import dumps, loads
from typing import IO, Self

_BUFFER = 1 << 18  # bytes


class TextStore:
    """A temporary file of texts, to be closed when none of them is wanted any more."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._end = 0
        self._names: dict[tuple[str, ...], tuple[str, ...]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            with suppress(OSError):  # what there was no room for is not wanted any more
                self._file.close()

    def keep(self, texts: Mapping[str, str]) -> KeptTexts:
        """Keep texts by their names; all that is kept is kept before any of it is read.

        Raises:
            OSError: there is no room for them.
        """
        if self._file is None:
            from tempfile import TemporaryFile  # noqa: PLC0415 - slow to import, and a small edit needs none

            self._file = TemporaryFile(prefix="deckgen-", buffering=_BUFFER)  # noqa: SIM115 - closed at the exit
        names = tuple(texts)
        start = self._end
        self._end += self._file.write(dumps([*texts.values()]))
        return KeptTexts(self, self._names.setdefault(names, names), start, self._end)

    def read(self, start: int, end: int) -> list[str]:
        """Return the texts that were kept from one place in the file to another."""
        assert self._file is not None  # noqa: S101 - there are such places once something was kept
        self._file.seek(start)
        texts: list[str] = loads(self._file.read(end - start))  # noqa: S302 - what this process wrote
        return texts


class KeptTexts(Mapping[str, str]):
    """Texts by name, read from the file whenever they are asked for: ``copy`` them for more than one."""

    __slots__ = ("_end", "_names", "_start", "_store")

    def __init__(self, store: TextStore, names: tuple[str, ...], start: int, end: int) -> None:
        self._store = store
        self._names = names
        self._start = start
        self._end = end

    def copy(self) -> dict[str, str]:
        """Return the texts as a dictionary."""
        return dict(zip(self._names, self._store.read(self._start, self._end), strict=True))

    def __getitem__(self, name: str) -> str:
        return self.copy()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


Texts = dict[str, str] | KeptTexts
