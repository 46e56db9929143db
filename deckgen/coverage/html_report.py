"""The coverage report as one self-contained HTML page: a heat map of sections by kinds."""

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from deckgen.coverage.measure import PointCoverage
from deckgen.coverage.report import CoverageReport, SectionReport, ShowPath, cell
from deckgen.model.diagnostics import Span
from deckgen.model.note_type import field_name

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class MapCell:
    """A cell of the map, and the points in the panel that it opens.

    ``heat`` is from 0 (none of the section's points is taught) to 4 (all are). ``others`` are the points
    that the kind neither teaches nor must teach.
    """

    anchor: str
    name: str
    heat: int
    taught: tuple[PointCoverage, ...]
    lacking: tuple[PointCoverage, ...]
    others: tuple[PointCoverage, ...]


@dataclass(frozen=True, slots=True)
class MapRow:
    """A section of the map: the cell for the whole of it, then one for each kind."""

    section: SectionReport
    whole: MapCell
    cells: tuple[MapCell, ...]


def coverage_page(report: CoverageReport, show_path: ShowPath) -> str:
    """Return the page."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )

    def at(span: Span) -> str:
        return f"{show_path(span.path)}:{span.line}"

    chapters: dict[str, list[MapRow]] = {}
    for section in report.sections:
        chapters.setdefault(section.chapter.id.value, []).append(_row(section, report.kinds))
    return environment.get_template("page.html").render(
        report=report, chapters=chapters, at=at, words=field_name
    )


def _row(section: SectionReport, kinds: tuple[str, ...]) -> MapRow:
    anchor = f"{section.chapter.id.value}--{section.section.id.value}"
    title = section.section.title.value
    taught = tuple(point for point in section.points if point.is_taught)
    lacking = tuple(point for point in section.points if not point.is_taught)
    whole = MapCell(anchor, title, _heat(len(taught), section), taught, lacking, ())
    return MapRow(section, whole, tuple(_kind_cell(section, kind, anchor) for kind in kinds))


def _kind_cell(section: SectionReport, kind: str, anchor: str) -> MapCell:
    found = cell(section.points, kind)
    others = tuple(
        point for point in section.points if kind not in point.kinds and kind not in point.point.needs
    )
    name = f"{section.section.title.value}: {field_name(kind)}"
    heat = _heat(len(found.taught), section)
    return MapCell(f"{anchor}--{kind}", name, heat, found.taught, found.lacking, others)


def _heat(count: int, section: SectionReport) -> int:
    """Return 0 for none, 4 for all, and 1 to 3 by thirds between them."""
    total = len(section.points)
    return 4 if count == total else -(-3 * count // total)
