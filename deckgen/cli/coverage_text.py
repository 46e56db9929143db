"""Coverage for a terminal: a table with bars, as wide as there is room, then what is missing."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from deckgen.cli.output import plural, wrapped
from deckgen.cli.terminal import one_line
from deckgen.coverage.measure import PointCoverage
from deckgen.coverage.report import CoverageReport, ShowPath, cell, count_taught
from deckgen.model.diagnostics import Span

_BAR = 6
_NARROWEST_NAME = 14
_NARROW, _NARROWEST = (
    30,
    20,
)  # columns of a terminal: below one, no bars and headings; no table below the other
_SHOWN = 20  # entries of a list, unless all are asked for


def coverage_text(report: CoverageReport, show_path: ShowPath, *, show_all: bool) -> str:
    """Return the report as lines.

    ``show_all`` lists every point, and cuts no list short.
    """
    width = shutil.get_terminal_size().columns
    lists = _Lists(show_path, width, None if show_all else _SHOWN)
    parts = [_tables(report, width, show_all=show_all) if report.sections else ""]
    if show_all:
        parts.append(lists.show("Points", [(point.local_id, _depth(point), point.point.id.span)
                                           for point in report.coverage.points]))  # fmt: skip
    gaps = [(point.local_id, _lack(point), point.point.id.span) for point in report.gaps()]
    parts.append(lists.show("Not taught", gaps))
    idle = [(note.full_id, "", note.id.span) for note in report.coverage.idle]
    parts.append(lists.show("Notes that cover nothing", idle))
    parts.append(_sum(report, show_all=show_all))
    return "".join(parts)


def _sum(report: CoverageReport, *, show_all: bool) -> str:
    share = "as far as the outlines can be read" if report.errors.outlines else f"({report.percent} %)"
    text = f"{report.count.taught} of {plural(report.count.points, 'point')} taught {share}\n"
    if not report.count.points and not report.errors.outlines:
        text = "No outline has a point: no coverage is claimed.\n"
    text += "".join(f"{wrapped(sentence)}\n" for sentence in report.errors_in_words())
    shallow = {
        "by one card only": report.on_one_card(),
        "in passing only": report.in_passing(),
    }
    end = "\n" if show_all else " (--all shows which)\n"
    return text + "".join(f"{len(points)} {words}{end}" for words, points in shallow.items() if points)


def _lack(point: PointCoverage) -> str:
    drafts = f"draft {', '.join(point.drafts)}" if point.drafts else ""
    refused = f"does not count: {', '.join(point.refused)}" if point.refused else ""
    return ", ".join(filter(None, (point.needs_in_words(), drafts, refused)))


def _depth(point: PointCoverage) -> str:
    passing = ", passing" if point.is_in_passing else ""
    return f"{plural(len(point.taught_by), 'note')}, {plural(point.cards, 'card')}{passing}"


class _Lists:
    """Lists of places, each entry on one line where there is room and on two where there is not."""

    def __init__(self, show_path: ShowPath, width: int, limit: int | None) -> None:
        self._show_path, self._width, self._limit = show_path, width, limit

    def show(self, heading: str, entries: Sequence[tuple[str, str, Span]]) -> str:
        """Return a heading and an entry for each: a name, what is said of it, and where it stands."""
        if not entries:
            return ""
        lines = [f"{heading} ({len(entries):,}):"]
        shown = [(one_line(name), one_line(remark), span) for name, remark, span in entries[: self._limit]]
        places = [f"{one_line(self._show_path(span.path))}:{span.line}" for _, _, span in shown]
        widest = max(map(len, places))
        rows = [
            f"  {place:<{widest}}  {name}" + (f"  {remark}" if remark else "")
            for place, (name, remark, _) in zip(places, shown, strict=True)
        ]
        for row, place, (name, remark, _) in zip(rows, places, shown, strict=True):
            fits = len(row) <= self._width
            lines += [row] if fits else [f"  {place}", *(f"    {part}" for part in (name, remark) if part)]
        if len(shown) < len(entries):
            lines.append(f"  … and {len(entries) - len(shown):,} more (--all shows them)")
        return "\n".join(lines) + "\n"


def _tables(report: CoverageReport, width: int, *, show_all: bool) -> str:
    """Return one table of sections and kinds, or two where the terminal is too narrow for one."""
    terminal = sys.stdout.isatty()
    lines = io.StringIO()
    console = Console(
        file=lines,
        width=max(width, _NARROWEST),
        force_terminal=terminal,
        color_system="standard" if terminal and not os.environ.get("NO_COLOR") else None,
        highlight=False,
    )
    count = len(f"{len(report.coverage.points)}") * 2 + 1
    room = width - _NARROWEST_NAME - 1 - _BAR - 1 - count
    if sum(len(kind) + 1 for kind in report.kinds) + sum(map(_mark_width, _lacking(report).values())) <= room:
        console.print(_sections(report, _lacking(report), show_all=show_all))
    else:
        console.print(_sections(report, {}, show_all=show_all, bars=width >= _NARROW))
        console.print(_kinds(report, "lacking" if width >= _NARROW else ""))
    return "\n".join(line.rstrip() for line in lines.getvalue().split("\n"))


def _lacking(report: CoverageReport) -> Mapping[str, int]:
    """Return how many points lack each kind."""
    return {kind: len(cell(report.coverage.points, kind).lacking) for kind in report.kinds}


def _mark_width(lacking: int) -> int:
    return len(f" !{lacking}") if lacking else 0


def _table(columns: Iterable[str]) -> Table:
    """Return a table whose first column, the names, gives way where there is no room."""
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("")
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _name(name: str, style: str = "") -> Text:
    return Text(one_line(name), style=style, no_wrap=True, overflow="ellipsis")


def _sections(
    report: CoverageReport, kinds: Mapping[str, int], *, show_all: bool, bars: bool = True
) -> Table:
    """Return a row for each chapter and, below it, one for each of its sections.

    Of several chapters only the sections that lack something are shown, unless all are asked for. What lacks
    one of the ``kinds`` stands in a column of its own, so that the numbers stay below each other.
    """
    columns = [column for kind, lacking in kinds.items() for column in ((kind, "") if lacking else (kind,))]
    table = _table((*([""] if bars else []), "taught", *columns))
    chapters: dict[str, list[PointCoverage]] = {}
    for point in report.coverage.points:
        chapters.setdefault(point.chapter.id.value, []).append(point)
    for chapter, points in chapters.items():
        table.add_row(_name(chapter, "bold"), *_row(points, kinds, bars=bars))
        for section in report.sections:
            is_wanted = show_all or len(chapters) == 1 or section.taught < len(section.points)
            if is_wanted and section.chapter.id.value == chapter:
                name = _name(f" {section.section.id.value}")
                table.add_row(name, *_row(section.points, kinds, bars=bars))
    return table


def _row(
    points: Sequence[PointCoverage], kinds: Mapping[str, int], *, bars: bool
) -> list[Text | ProgressBar]:
    taught = count_taught(points)
    colour = "green" if taught == len(points) else "yellow"
    bar = ProgressBar(
        len(points), taught, width=_BAR, complete_style=colour, finished_style=colour, style="dim"
    )
    row: list[Text | ProgressBar] = [*([bar] if bars else []), Text(f"{taught}/{len(points)}")]
    for kind, lacking in kinds.items():
        found = cell(points, kind)
        row.append(Text(f"{len(found.taught)}") if found.taught else Text("·", style="dim"))
        if lacking:
            row.append(Text(f"!{len(found.lacking)}" if found.lacking else "", style="red"))
    return row


def _kinds(report: CoverageReport, heading: str) -> Table:
    """Return a row for each kind: how many points it teaches, and how many lack it."""
    table = _table(("points", heading))
    for kind in report.kinds:
        found = cell(report.coverage.points, kind)
        lacking = Text(f"!{len(found.lacking)}", style="red") if found.lacking else Text("·", style="dim")
        table.add_row(_name(kind), Text(f"{len(found.taught)}"), lacking)
    return table
