"""Compares a revised chapter with an outline in use: which points are new, gone, reworded or moved.

Notes refer to points by id, so a point is looked for by its words, in all sections, before it counts as new.
An author's wording stays if it has all the words of the chapter's line.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deckgen.model.outline import Chapter, Point, Section
from deckgen.outline.matching import match_sections, pair_points, says_the_same, titles_agree
from deckgen.outline.point_ids import Names
from deckgen.outline.taken_outline import TakenOutline, TakenPoint, TakenSection


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: ``what`` is new, gone, reworded or moved; ``place`` a section or ``section/point``."""

    what: str
    place: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class RevisedPoint:
    """A point of the revised outline.

    ``old`` is the present section and point, None if it is new; ``new_text`` is the chapter's wording, empty
    to keep the outline's.
    """

    id: str
    taken: TakenPoint
    old: tuple[Section, Point] | None
    new_text: str


@dataclass(frozen=True, slots=True)
class RevisedSection:
    """A section of the revised outline; ``old`` and ``new_title`` as for a point."""

    id: str
    taken: TakenSection
    old: Section | None
    new_title: str
    points: tuple[RevisedPoint, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """The revised outline, and how it differs from the one in use."""

    sections: tuple[RevisedSection, ...]
    changes: tuple[Change, ...]


def compare(taken: TakenOutline, chapter: Chapter) -> Revision:
    """Compare a chapter's outline, read again, with the one in use.

    If the chapter has not changed since that was taken, different words are the author's own and stay.
    """
    unchanged = chapter.taken_from is not None and chapter.taken_from.digest.value == taken.digest
    homes = match_sections(taken.sections, chapter.sections)
    pairs = pair_points(taken.sections, chapter.sections, homes)
    names = Names(section.id.value for section in chapter.sections)
    sections = []
    for index, section in enumerate(taken.sections):
        old = homes.get(index)
        name = old.id.value if old else names.name(section.title, "section")
        keeps = old and (unchanged or titles_agree(section.title, old.title.value))
        mine = [pairs.get((index, number)) for number in range(len(section.points))]
        points = _revised_points(section, old, mine, unchanged=unchanged)
        sections.append(RevisedSection(name, section, old, "" if keeps else section.title, points))
    return Revision(tuple(sections), tuple(_changes(sections, chapter)))


def _revised_points(
    section: TakenSection,
    home: Section | None,
    olds: Sequence[tuple[Section, Point] | None],
    *,
    unchanged: bool,
) -> tuple[RevisedPoint, ...]:
    """Give each point its present id, or a new one that this section does not have."""
    names = Names(point.id.value for point in home.points) if home else Names()
    revised = []
    for taken, old in zip(section.points, olds, strict=True):
        if old and (old[0] is home or names.take(old[1].id.value)):
            name = old[1].id.value
        else:
            name = names.name(taken.words, "point")
        keeps = old and (unchanged or says_the_same(taken, old[1].text.value))
        revised.append(RevisedPoint(name, taken, old, "" if keeps else taken.text))
    return tuple(revised)


def _changes(sections: Sequence[RevisedSection], chapter: Chapter) -> Iterable[Change]:
    order = {id(section): at for at, section in enumerate(chapter.sections)}
    strays = _out_of_order([order[id(section.old)] if section.old else None for section in sections])
    for at, section in enumerate(sections):
        if section.old is None:
            yield Change("new", section.id, after=section.taken.title)
        elif section.new_title:
            yield Change("reworded", section.id, section.old.title.value, section.new_title)
        if at in strays:
            yield Change("moved", section.id)
        yield from _point_changes(section)
    yield from _gone(sections, chapter)


def _point_changes(section: RevisedSection) -> Iterable[Change]:
    order = {id(point): at for at, point in enumerate(section.old.points)} if section.old else {}
    strays = _out_of_order([order.get(id(point.old[1])) if point.old else None for point in section.points])
    for at, point in enumerate(section.points):
        place = f"{section.id}/{point.id}"
        if point.old is None:
            yield Change("new", place, after=point.taken.text)
            continue
        old_section, old = point.old
        if old_section is not section.old or at in strays:
            yield Change(
                "moved", place, before=f"{old_section.id.value}/{old.id.value}", after=old.text.value
            )
        if point.new_text:
            yield Change("reworded", place, old.text.value, point.new_text)


def _gone(sections: Sequence[RevisedSection], chapter: Chapter) -> Iterable[Change]:
    kept_sections = {id(section.old) for section in sections}
    kept_points = {id(point.old[1]) for section in sections for point in section.points if point.old}
    for section in chapter.sections:
        if id(section) not in kept_sections:
            yield Change("gone", section.id.value, before=section.title.value)
        for point in section.points:
            if id(point) not in kept_points:
                yield Change("gone", f"{section.id.value}/{point.id.value}", before=point.text.value)


def _out_of_order(places: Sequence[int | None]) -> set[int]:
    """Return the smallest set of indices without which the places are in ascending order."""
    tails: list[int] = []
    lengths: dict[int, int] = {}
    for index, place in enumerate(places):
        if place is not None:
            length = bisect_left(tails, place)
            tails[length : length + 1] = [place]
            lengths[index] = length
    keep, wanted = set(), len(tails) - 1
    ceiling = float("inf")
    for index in reversed(lengths):
        place = places[index]
        if place is not None and lengths[index] == wanted and place < ceiling:
            keep.add(index)
            wanted, ceiling = wanted - 1, place
    return set(lengths) - keep
