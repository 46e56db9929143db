"""The coverage report: points by section and kind, with the notes that teach them and their cards."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from deckgen.coverage.measure import Count, Coverage, PointCoverage
from deckgen.model.notes import Note
from deckgen.model.outline import Chapter, Section

ShowPath = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Cell:
    """The points that notes of one kind teach, and those that need the kind and lack it."""

    taught: tuple[PointCoverage, ...]
    lacking: tuple[PointCoverage, ...]


@dataclass(frozen=True, slots=True)
class SectionReport:
    """A section that holds points."""

    chapter: Chapter
    section: Section
    points: tuple[PointCoverage, ...]

    @property
    def taught(self) -> int:
        """How many of the points are taught."""
        return count_taught(self.points)


@dataclass(frozen=True, slots=True)
class Errors:
    """How many errors the outlines and the note files have: points and notes that were not counted."""

    outlines: int = 0
    notes: int = 0


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """A project's coverage, as commands, page and badge show it.

    ``kinds`` are those that a note has or a point needs; ``cards`` is the number of cards by the full id of
    their note.
    """

    name: str
    coverage: Coverage
    kinds: tuple[str, ...]
    sections: tuple[SectionReport, ...]
    notes: Mapping[str, Note]
    cards: Mapping[str, int]
    errors: Errors = Errors()

    @property
    def percent(self) -> int | None:
        """Whole per cent of the points that are taught; None if there is none, or an outline has an error."""
        return None if self.errors.outlines or not self.count.points else self.count.percent

    @property
    def count(self) -> Count:
        """How many of the points are taught, as far as the outlines could be read."""
        return self.coverage.count

    def errors_in_words(self) -> tuple[str, ...]:
        """Return a sentence on the errors of the outlines and one on those of the note files, if any."""
        outlines, notes = self.errors.outlines, self.errors.notes
        said = {
            f"The outlines have {_errors(outlines)}: once fixed, they may have more points.": outlines,
            f"The note files have {_errors(notes)}: once fixed, they may teach more.": notes,
        }
        return tuple(sentence for sentence, count in said.items() if count)

    def gaps(self) -> tuple[PointCoverage, ...]:
        """Return the points that are not taught."""
        return tuple(point for point in self.coverage.points if not point.is_taught)

    def on_one_card(self) -> tuple[PointCoverage, ...]:
        """Return the points that a single card teaches."""
        return tuple(point for point in self.coverage.points if point.is_on_one_card)

    def in_passing(self) -> tuple[PointCoverage, ...]:
        """Return the points that are taught only on cards which teach others too."""
        return tuple(point for point in self.coverage.points if point.is_in_passing)


def make_report(
    name: str,
    coverage: Coverage,
    kinds: Iterable[str],
    notes: Iterable[Note],
    cards: Mapping[str, int],
    *,
    errors: Errors = Errors(),
) -> CoverageReport:
    """Group a project's coverage by section and kind.

    ``cards`` counts them by the full id of their note; ``errors`` are of outlines and note files.
    """
    by_section: dict[str, list[PointCoverage]] = {}
    for point in coverage.points:
        by_section.setdefault(point.full_id.rpartition("/")[0], []).append(point)
    by_id = {note.full_id: note for note in notes}
    used = {note.kind for note in by_id.values()}
    used.update(kind for point in coverage.points for kind in point.point.needs)
    return CoverageReport(
        name,
        coverage,
        tuple(kind for kind in kinds if kind in used),
        tuple(
            SectionReport(points[0].chapter, points[0].section, tuple(points))
            for points in by_section.values()
        ),
        by_id,
        cards,
        errors,
    )


def _errors(count: int) -> str:
    return f"{count:,} error{'' if count == 1 else 's'}"


def cell(points: Iterable[PointCoverage], kind: str) -> Cell:
    """Return which of the points a kind teaches, and which need it and lack it."""
    points = tuple(points)
    return Cell(
        tuple(point for point in points if kind in point.kinds),
        tuple(point for point in points if kind in point.missing_kinds),
    )


def count_taught(points: Iterable[PointCoverage]) -> int:
    """Return how many of the points are taught."""
    return sum(point.is_taught for point in points)
