"""The coverage report as JSON, as ``coverage.schema.json`` beside this file describes it."""

from collections.abc import Iterable, Mapping

from deckgen.coverage.measure import PointCoverage, UnknownPoint
from deckgen.coverage.report import CoverageReport, SectionReport, ShowPath, cell
from deckgen.model.diagnostics import Span
from deckgen.model.notes import Note

# To be raised when a key changes its meaning or goes, not for a new key.
VERSION = 2


def report_data(report: CoverageReport, fail_under: float, show_path: ShowPath) -> dict[str, object]:
    """Return a report as values of JSON.

    ``fail_under`` is the per cent asked for.
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
        "sections": [_section(section, report.kinds, show_path) for section in report.sections],
        "coverage": [_point(point, show_path) for point in coverage.points],
        "notes": [
            _note(note, report.cards.get(note.full_id, 0), show_path) for note in report.notes.values()
        ],
        "covers_nothing": [note.full_id for note in coverage.idle],
        "covers_unknown": [_unknown(unknown, show_path) for unknown in coverage.unknown],
    }


def _where(span: Span, show_path: ShowPath) -> dict[str, object]:
    return {"path": show_path(span.path), "line": span.line, "column": span.column}


def _counts(points: Iterable[PointCoverage], kinds: Iterable[str]) -> Mapping[str, dict[str, int]]:
    cells = {kind: cell(points, kind) for kind in kinds}
    return {
        kind: {"points": len(found.taught), "lacking": len(found.lacking)} for kind, found in cells.items()
    }


def _section(section: SectionReport, kinds: Iterable[str], show_path: ShowPath) -> dict[str, object]:
    return {
        "section": f"{section.chapter.id.value}/{section.section.id.value}",
        "title": section.section.title.value,
        "points": len(section.points),
        "taught": section.taught,
        "kinds": _counts(section.points, kinds),
        **_where(section.section.id.span, show_path),
    }


def _point(point: PointCoverage, show_path: ShowPath) -> dict[str, object]:
    return {
        "point": point.full_id,
        "text": point.point.text.value,
        "taught": point.is_taught,
        "in_passing": point.is_in_passing,
        "on_one_card": point.is_on_one_card,
        "needs": list(point.point.needs),
        "needs_cards": point.point.cards,
        "missing": list(point.missing_kinds),
        "notes": {kind: list(ids) for kind, ids in point.notes.items()},
        "drafts": list(point.drafts),
        "refused": list(point.refused),
        "cards": point.cards,
        **_where(point.point.id.span, show_path),
    }


def _note(note: Note, cards: int, show_path: ShowPath) -> dict[str, object]:
    return {
        "note": note.full_id,
        "kind": note.kind,
        "draft": note.draft,
        "cards": cards,
        "covers": [name for name, _ in note.points],
        **_where(note.id.span, show_path),
    }


def _unknown(unknown: UnknownPoint, show_path: ShowPath) -> dict[str, object]:
    return {
        "note": unknown.note.full_id,
        "name": unknown.name.value,
        "nearest": list(unknown.nearest),
        **_where(unknown.name.span, show_path),
    }
