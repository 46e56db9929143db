"""Coverage for a terminal: a table with bars, as wide as there is room, then what is missing."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence

from rich.console import Console
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from deckgen.check.coverage import PointCoverage
from deckgen.cli.report import plural
from deckgen.coverage_report.report import Report, cell, count_taught
from deckgen.diagnostics import Span

_BAR = 6
_NARROWEST_NAME = 14
_SHOWN = 20  # entries of a list, unless all are asked for

Place = Callable[[str], str]


def coverage_text(report: Report, place: Place, *, show_all: bool) -> str:
    """Return the report as lines.

    Args:
        report: the coverage.
        place: turns a path of the project into the one to show.
        show_all: list every point, and no list cut short.
    """
    width = shutil.get_terminal_size().columns
    lists = _Lists(place, width, None if show_all else _SHOWN)
    parts = [_tables(report, width, show_all=show_all) if report.sections else ""]
    if show_all:
        parts.append(lists.show("Points", [(point.local_id, _depth(report, point), point.point.id.span)
                                           for point in report.coverage.points]))  # fmt: skip
    gaps = [(point.local_id, _lack(point), point.point.id.span) for point in report.gaps()]
    parts.append(lists.show("Not taught", gaps))
    idle = [(note.full_id, "", note.id.span) for note in report.coverage.idle]
    parts.append(lists.show("Notes that cover nothing", idle))
    parts.append(_sum(report, show_all=show_all))
    return "".join(parts)


def _sum(report: Report, *, show_all: bool) -> str:
    coverage = report.coverage
    is_whole = report.percent is not None
    share = f"({report.percent} %)" if is_whole else "as far as the outlines can be read"
    text = f"{coverage.taught} of {plural(len(coverage.points), 'point')} taught {share}\n"
    text += "".join(f"{sentence}\n" for sentence in report.errors_in_words())
    single = len(report.on_one_card())
    if single:
        text += f"{single} by one card only" + ("\n" if show_all else " (--all shows which)\n")
    return text


def _lack(point: PointCoverage) -> str:
    drafts = f"draft {', '.join(point.drafts)}" if point.drafts else ""
    needs = f"needs {', '.join(point.missing_kinds)}" if point.missing_kinds else ""
    return ", ".join(filter(None, (needs, drafts)))


def _depth(report: Report, point: PointCoverage) -> str:
    notes, cards = len(point.note_ids), report.cards_of(point)
    return f"{plural(notes, 'note')}, {plural(cards, 'card')}"


class _Lists:
    """Lists of places, each entry on one line where there is room and on two where there is not."""

    def __init__(self, place: Place, width: int, limit: int | None) -> None:
        self._place, self._width, self._limit = place, width, limit

    def show(self, heading: str, entries: Sequence[tuple[str, str, Span]]) -> str:
        """Return a heading and an entry for each: a name, what is said of it, and where it stands."""
        if not entries:
            return ""
        shown = entries[: self._limit]
        lines = [f"{heading} ({len(entries):,}):"]
        for name, remark, span in shown:
            where = f"{self._place(span.path)}:{span.line}"
            line = f"  {where}  {name}" + (f"  {remark}" if remark else "")
            fits = len(line) <= self._width
            lines += [line] if fits else [f"  {where}", *(f"    {part}" for part in (name, remark) if part)]
        if len(shown) < len(entries):
            lines.append(f"  … and {len(entries) - len(shown):,} more (--all shows them)")
        return "\n".join(lines) + "\n"


def _tables(report: Report, width: int, *, show_all: bool) -> str:
    """Return one table of sections and kinds, or two where the terminal is too narrow for one."""
    terminal = sys.stdout.isatty()
    lines = io.StringIO()
    console = Console(
        file=lines,
        width=width,
        force_terminal=terminal,
        color_system="standard" if terminal and not os.environ.get("NO_COLOR") else None,
        highlight=False,
    )
    count = len(f"{len(report.coverage.points)}") * 2 + 1
    room = width - _NARROWEST_NAME - 1 - _BAR - 1 - count
    if sum(len(kind) + 1 for kind in report.kinds) <= room:
        console.print(_sections(report, report.kinds, show_all=show_all))
    else:
        console.print(_sections(report, (), show_all=show_all))
        console.print(_kinds(report))
    return "\n".join(line.rstrip() for line in lines.getvalue().split("\n"))


def _table(first: str, columns: Iterable[str]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    table.add_column(first, overflow="ellipsis", no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _sections(report: Report, kinds: Sequence[str], *, show_all: bool) -> Table:
    """Return a row for each chapter and, below it, one for each of its sections.

    Of several chapters only the sections that lack something are shown, unless all are asked for.
    """
    table = _table("", ("", "taught", *kinds))
    chapters: dict[str, list[PointCoverage]] = {}
    for point in report.coverage.points:
        chapters.setdefault(point.chapter.id.value, []).append(point)
    for chapter, points in chapters.items():
        table.add_row(*_row(Text(chapter, style="bold"), points, kinds))
        for section in report.sections:
            is_wanted = show_all or len(chapters) == 1 or section.taught < len(section.points)
            if is_wanted and section.chapter.id.value == chapter:
                table.add_row(*_row(Text(f" {section.section.id.value}"), section.points, kinds))
    return table


def _row(name: Text, points: Sequence[PointCoverage], kinds: Sequence[str]) -> list[Text | ProgressBar]:
    taught = count_taught(points)
    colour = "green" if taught == len(points) else "yellow"
    bar = ProgressBar(
        len(points), taught, width=_BAR, complete_style=colour, finished_style=colour, style="dim"
    )
    return [name, bar, Text(f"{taught}/{len(points)}"), *(_cell(points, kind) for kind in kinds)]


def _cell(points: Sequence[PointCoverage], kind: str) -> Text:
    found = cell(points, kind)
    taught = (f"{len(found.taught)}", "") if found.taught else ("·", "dim")
    lacking = (f" !{len(found.lacking)}", "red") if found.lacking else ""
    return Text.assemble(taught, lacking)


def _kinds(report: Report) -> Table:
    """Return a row for each kind: how many points it teaches, and how many lack it."""
    table = _table("", ("points", "lacking"))
    for kind in report.kinds:
        found = cell(report.coverage.points, kind)
        lacking = Text(f"!{len(found.lacking)}", style="red") if found.lacking else Text("·", style="dim")
        table.add_row(Text(kind), Text(f"{len(found.taught)}"), lacking)
    return table
