"""The values that travel through deckgen. All are frozen; none knows where it goes next."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from deckgen.diagnostics import Span
from deckgen.values import Struct, field, force_setattr


class Text(Struct, frozen=True, gc=False):
    """A scalar as its author wrote it, and where its value starts in the file: path, line and column.

    ``style`` is YAML's: ``|`` or ``>`` for a block, a quote mark, or empty for a plain scalar. The place is
    a ``span`` for those who ask: a file holds a hundred scalars for each that is ever asked for its place.
    """

    value: str
    path: str
    line: int = 1
    column: int = 1
    style: str = ""

    @property
    def span(self) -> Span:
        """Where the value starts."""
        return Span(self.path, self.line, self.column)

    def at(self, offset: int) -> Span:
        """Return the span of the character at ``offset`` in the value."""
        offset = min(offset, len(self.value))
        nth = offset - bisect_left(_spaces(self.value), offset) + 1
        return Span(self.path, self.line, self.column, nth=nth)


@lru_cache(maxsize=1)
def _spaces(value: str) -> list[int]:
    """Return where white space stands; kept for a text of which many places are asked in turn."""
    return [match.start() for match in re.finditer(r"\s", value)]


FieldValue = Text | tuple[Text, ...]


class Ignored(Struct, frozen=True):
    """What a note's ``lint:`` says: the rules it shall be spared, and why; ``span`` is where it says so."""

    codes: tuple[Text, ...]
    reason: Text | None
    span: Span


class Edit(Struct, frozen=True):
    """A mechanical mend: what shall stand in a text from ``start`` to ``end``."""

    text: Text
    start: int
    end: int
    replacement: str


class Note(Struct, frozen=True):
    """One entry of a note file. ``kind`` is the list that it stands in (``concepts``, ...).

    ``full_id`` is the id that is unique in the project (``ch36/blast-radius``); ``points`` holds the full id
    of each point that the note says it covers, with the text that says so. Both follow from the rest.
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


class Point(Struct, frozen=True, gc=False):
    """A line of a chapter's outline that must be taught; ``needs`` empty means by any kind."""

    id: Text
    text: Text
    needs: tuple[str, ...] = ()


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
    ``aliases`` are earlier ids of the chapter.
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


class LintSettings(Struct, frozen=True):
    """What ``lint:`` in ``deckgen.yaml`` says, as written; the linter knows which names and values are right.

    ``limits`` holds, by the name of a rule, the name's own place and its limits by name.
    """

    ignore: tuple[Text, ...] = ()
    enable: tuple[Text, ...] = ()
    limits: Mapping[str, tuple[Text, Mapping[str, tuple[Text, Text]]]] = field(default_factory=dict)


class Settings(Struct, frozen=True):
    """What ``deckgen.yaml`` says.

    ``learn_first`` is a tag whose notes come before the others; ``theme`` is CSS that follows each note
    type's own style, ``stylesheet`` the file that follows it, and ``speech`` the language (``en_US``) in
    which questions are read aloud, if they are.
    """

    name: str
    id: str
    language: str = "en"
    subdecks: Mapping[str, str] = field(default_factory=dict)
    fail_under: int = 0
    ships_retired: bool = True
    learn_first: str = ""
    theme: str = ""
    stylesheet: Text | None = None
    speech: str = ""
    lint: LintSettings = LintSettings()


class MediaFile(Struct, frozen=True):
    """A picture or recording: its path in the project, and the flat name it has in the package."""

    path: str
    package_name: str
    location: Path


class RenderedNote(Struct, frozen=True, gc=False):
    """A note as Anki shall have it, before it is stamped and written.

    ``fields`` are HTML by the field's name in the note type; ``cards`` are the places of its cards
    in the note type (for clozes: ordinal - 1), ``hidden`` what each of them hides where it is a cloze's.
    ``span`` is where its id stands.
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

    def whole(self) -> RenderedNote:
        """Return the note itself: one that waits in a file has to be read."""
        return self
