"""The outline that was read from a chapter, before anyone has edited it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DraftPoint:
    """A thing to be taught, as a line of the chapter says it.

    ``words`` are the line without the label of its group (``During incident: ``); ``needs`` is a
    guess, and ``because`` says what it is guessed from. ``line`` counts from 1 in the chapter.
    """

    id: str
    text: str
    words: str
    line: int
    needs: tuple[str, ...] = ()
    because: str = ""


@dataclass(frozen=True, slots=True)
class DraftSection:
    """A heading that holds something."""

    id: str
    title: str
    line: int
    points: tuple[DraftPoint, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A chapter's outline; ``file`` and ``digest`` say what it was taken from."""

    number: str
    title: str
    sections: tuple[DraftSection, ...]
    file: str = ""
    digest: str = ""

    @property
    def id(self) -> str:
        """The chapter's id: ``ch36``."""
        return f"ch{self.number.zfill(2)}"

    @property
    def points(self) -> Iterator[tuple[DraftSection, DraftPoint]]:
        """Each point with its section, in order."""
        return ((section, point) for section in self.sections for point in section.points)
