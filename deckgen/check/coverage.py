"""Coverage: which points of the outlines are taught, by which notes, and which notes teach no point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from deckgen.diagnostics import Code, Finding, Severity, did_you_mean
from deckgen.model import Chapter, Note, Point, Section

POINT_UNCOVERED = Code(
    "point-uncovered",
    Severity.WARNING,
    "A point of the outline is taught by no note",
    "The outline says what the chapter wants known. A point without a note will not be known.",
)
POINT_LACKS_KIND = Code(
    "point-lacks-kind",
    Severity.WARNING,
    "A point lacks a kind of note that it needs",
    "`needs` in the outline says which kinds must teach a point: a red flag is known when one can say it "
    "better, a trade-off when one can argue both sides.",
)
COVERS_UNKNOWN = Code(
    "covers-unknown",
    Severity.ERROR,
    "A note covers a point that does not exist",
    "A point is named `section/point` in the note's own chapter, or `chapter/section/point`.",
    bad="covers: [ownership/end-to-ned]",
    good="covers: [ownership/end-to-end]",
)
COVERS_NOTHING = Code(
    "covers-nothing",
    Severity.WARNING,
    "A note covers no point",
    "Either the outline lacks a point, or the note teaches what nobody asked for.",
    bad="- id: blast-radius\n  prompt: What is a blast radius?",
    good="- id: blast-radius\n  covers: [ownership/downstream-impact]\n  prompt: What is a blast radius?",
)
CODES = (POINT_UNCOVERED, POINT_LACKS_KIND, COVERS_UNKNOWN, COVERS_NOTHING)


@dataclass(frozen=True, slots=True)
class PointCoverage:
    """One point, and the full ids of the notes that cover it, by kind."""

    chapter: Chapter
    section: Section
    point: Point
    notes: Mapping[str, tuple[str, ...]]

    @property
    def full_id(self) -> str:
        """The point's id in the project: ``ch36/ownership/end-to-end``."""
        return f"{self.chapter.id.value}/{self.section.id.value}/{self.point.id.value}"

    @property
    def missing_kinds(self) -> tuple[str, ...]:
        """The kinds that the point needs and has no note of."""
        return tuple(kind for kind in self.point.needs if kind not in self.notes)

    @property
    def is_taught(self) -> bool:
        """Whether some note covers the point, and one of each kind that it needs."""
        return bool(self.notes) and not self.missing_kinds


@dataclass(frozen=True, slots=True)
class Coverage:
    """The coverage of each point of some chapters, in their order."""

    points: tuple[PointCoverage, ...]

    @property
    def taught(self) -> int:
        """How many points are taught."""
        return sum(point.is_taught for point in self.points)

    @property
    def percent(self) -> int:
        """Whole per cent of the points that are taught, rounded down; 100 where there is none."""
        return 100 * self.taught // len(self.points) if self.points else 100


def measure_coverage(
    chapters: Mapping[str, Chapter], notes: Iterable[Note]
) -> tuple[Coverage, list[Finding]]:
    """Match notes with the points that they cover; a draft covers nothing.

    Args:
        chapters: by id; notes may cover points of each.
        notes: all notes of the project.

    Returns:
        The coverage of every point, and the findings on points and on ``covers``.
    """
    findings: list[Finding] = []
    taught_by: dict[str, dict[str, list[str]]] = {
        point: {} for chapter in chapters.values() for point in chapter.points
    }
    for note in notes:
        covered = note.covered_points()
        if not covered:
            message = f"The note `{note.id.value}` covers no point of an outline."
            hint = "Add `covers: [section/point]`, or the point to the outline."
            findings.append(COVERS_NOTHING.at(note.id.span, message, hint))
        for name, text in covered:
            if name not in taught_by:
                hint = _nearest_point(text.value, note.chapter, taught_by)
                findings.append(COVERS_UNKNOWN.at(text.span, f"There is no point `{text.value}`.", hint))
            elif not note.draft:
                taught_by[name].setdefault(note.kind, []).append(note.full_id)
    coverage = Coverage(
        tuple(
            PointCoverage(
                chapter, section, point, {kind: tuple(ids) for kind, ids in taught_by[name].items()}
            )
            for chapter in chapters.values()
            for name, (section, point) in chapter.points.items()
        )
    )
    return coverage, findings + [finding for point in coverage.points for finding in _point_findings(point)]


def _nearest_point(written: str, chapter: str, points: Iterable[str]) -> str:
    near = [name.removeprefix(f"{chapter}/") for name in points]
    return did_you_mean(written, near, "Name a point of the outline, as `section/point`.")


def _point_findings(coverage: PointCoverage) -> Iterable[Finding]:
    point = coverage.point
    place = f"{coverage.section.id.value}/{point.id.value}"
    if not coverage.notes:
        hint = f"Write a note with `covers: [{place}]`."
        yield POINT_UNCOVERED.at(
            point.id.span, f"No note teaches `{place}`: {point.text.value.strip()}", hint
        )
    for kind in coverage.missing_kinds if coverage.notes else ():
        message = f"`{place}` needs a note of the kind `{kind}` and has none."
        yield POINT_LACKS_KIND.at(
            point.id.span, message, f"Write one under `{kind}:` with `covers: [{place}]`."
        )
