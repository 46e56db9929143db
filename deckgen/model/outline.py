"""The outline of a chapter: its sections, and the points that its notes must teach."""

from __future__ import annotations

from collections.abc import Mapping

from deckgen.model.text import Text
from deckgen.model.values import Struct


class Point(Struct, frozen=True, gc=False):
    """A line of a chapter's outline that must be taught; ``needs`` empty means by any kind.

    ``cards`` is how many cards it needs at least.
    """

    id: Text
    text: Text
    needs: tuple[str, ...] = ()
    cards: int = 1


class Section(Struct, frozen=True, gc=False):
    """A part of a chapter."""

    id: Text
    title: Text
    points: tuple[Point, ...]


class ChapterFile(Struct, frozen=True):
    """What an outline was taken from: a file, named from the outline's folder, and its digest then."""

    file: Text
    digest: Text


class Chapter(Struct, frozen=True):
    """An outline: what a chapter wants taught. ``folder`` is where its notes stand.

    ``points`` holds each point by its full id (``ch36/ownership/end-to-end``), in the outline's order;
    ``aliases`` are earlier ids of the chapter. ``is_partial`` tells that a part of the file was not read.
    """

    id: Text
    number: Text
    title: Text
    deck: str
    sections: tuple[Section, ...]
    folder: str
    points: Mapping[str, tuple[Section, Point]]
    aliases: tuple[str, ...] = ()
    taken_from: ChapterFile | None = None
    is_partial: bool = False


def is_point(name: str, chapters: Mapping[str, Chapter]) -> bool:
    """Tell whether a full id is that of a point; ``chapters`` are by id."""
    chapter = chapters.get(name.partition("/")[0])
    return chapter is not None and name in chapter.points
