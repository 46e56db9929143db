"""Coverage for programs: what ``coverage.schema.json`` beside this file describes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from deckgen.coverage.measure import PointCoverage, UnknownPoint
from deckgen.coverage.report import Report, SectionReport, cell
from deckgen.model.diagnostics import Span
from deckgen.model.notes import Note

SCHEMA_FILE = Path(__file__).with_name("coverage.schema.json")
# Raised when a key changes its meaning or goes; a new key does not raise it.
VERSION = 2

Place = Callable[[str], str]


def report_data(report: Report, fail_under: float, place: Place) -> dict[str, object]:
    """Return a report as values of JSON.

    Args:
        report: the coverage.
        fail_under: the per cent asked for.
        place: turns a path of the project into the one to show.
    """
    coverage = report.coverage
    return {
        "version": VERSION,
        "project": report.name,
        "points": len(coverage.points),
        "taught": report.count.taught,
        "percent": report.percent,
        "fail_under": fail_under,
        "errors": {"outlines": report.errors.outlines, "notes": report.errors.notes},
        "kinds": {
            kind: {"notes": sum(note.kind == kind and not note.draft for note in report.notes.values())}
            | counts
            for kind, counts in _counts(coverage.points, report.kinds).items()
        },
        "sections": [_section(section, report.kinds, place) for section in report.sections],
        "coverage": [_point(point, report.cards_of(point), place) for point in coverage.points],
        "notes": [_note(note, report.cards.get(note.full_id, 0), place) for note in report.notes.values()],
        "covers_nothing": [note.full_id for note in coverage.idle],
        "covers_unknown": [_unknown(unknown, place) for unknown in coverage.unknown],
    }


def _where(span: Span, place: Place) -> dict[str, object]:
    return {"path": place(span.path), "line": span.line, "column": span.column}


def _counts(points: Iterable[PointCoverage], kinds: Iterable[str]) -> Mapping[str, dict[str, int]]:
    cells = {kind: cell(points, kind) for kind in kinds}
    return {
        kind: {"points": len(found.taught), "lacking": len(found.lacking)} for kind, found in cells.items()
    }


def _section(section: SectionReport, kinds: Iterable[str], place: Place) -> dict[str, object]:
    return {
        "section": f"{section.chapter.id.value}/{section.section.id.value}",
        "title": section.section.title.value,
        "points": len(section.points),
        "taught": section.taught,
        "kinds": _counts(section.points, kinds),
        **_where(section.section.id.span, place),
    }


def _point(point: PointCoverage, cards: int, place: Place) -> dict[str, object]:
    return {
        "point": point.full_id,
        "text": point.point.text.value,
        "taught": point.is_taught,
        "needs": list(point.point.needs),
        "missing": list(point.missing_kinds),
        "notes": {kind: list(ids) for kind, ids in point.notes.items()},
        "drafts": list(point.drafts),
        "cards": cards,
        **_where(point.point.id.span, place),
    }


def _note(note: Note, cards: int, place: Place) -> dict[str, object]:
    return {
        "note": note.full_id,
        "kind": note.kind,
        "draft": note.draft,
        "cards": cards,
        "covers": [name for name, _ in note.points],
        **_where(note.id.span, place),
    }


def _unknown(unknown: UnknownPoint, place: Place) -> dict[str, object]:
    return {
        "note": unknown.note.full_id,
        "name": unknown.name.value,
        "nearest": list(unknown.nearest),
        **_where(unknown.name.span, place),
    }
