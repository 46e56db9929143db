"""``deckgen verify``: say what a reader's Anki does with a new package after an old one."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from deckgen.cli.documented import Documented
from deckgen.cli.named_path import NamedPath
from deckgen.cli.output import (
    format_option,
    makes_fail,
    needs_extra,
    paint,
    plural,
    print_json,
    reads_package,
    say,
    severity_colour,
    stop,
    strict_option,
)
from deckgen.cli.progress_line import shows
from deckgen.cli.terminal import one_line
from deckgen.model.values import to_builtins
from deckgen.verify.anki_process import AnkiFailedError, ask_anki, default_limits
from deckgen.verify.outcome import (
    CardOutcome,
    Fate,
    MediaOutcome,
    NoteOutcome,
    NoteTypeOutcome,
    Outcome,
    Problem,
)
from deckgen.verify.package_reader import read_notes

_SHOWN = 5
_package = NamedPath(exists=True, dir_okay=False)


@click.command(
    name="verify",
    cls=Documented,
    examples={
        "deckgen verify old.apkg new.apkg": "Show what an update does to readers.",
        "deckgen verify a b --format json": "Print all of it for a script.",
    },
)
@click.argument("old", type=_package)
@click.argument("new", type=_package)
@format_option
@strict_option
def command(old: Path, new: Path, format_: str, strict: bool) -> None:
    """Show what Anki does when a reader who has imported OLD imports NEW.

    Both may come from any tool. The real Anki imports them with its default options, into a collection that
    is then deleted. Exit code 1 if anything of NEW would be skipped or lost.
    """
    for path, name in ((old, "OLD"), (new, "NEW")):
        with reads_package(path, name):
            read_notes(path)
    with needs_extra("anki", "deckgen verify"):
        try:
            with shows("Importing both into Anki"):
                outcome = ask_anki(old, new, int(time.time()), default_limits(old, new))
        except AnkiFailedError as error:
            stop(str(error))
        except OSError as error:
            stop(f"Anki could not be run: {error.strerror or error}.")
    if format_ == "json":
        print_json(to_builtins(outcome))
    else:
        for line in summary_lines(outcome):
            say(line)
        for problem in outcome.problems:
            for line in _problem_lines(problem):
                say(line, err=True, painted=True)
    sys.exit(1 if any(makes_fail(problem.rank, strict=strict) for problem in outcome.problems) else 0)


def summary_lines(outcome: Outcome) -> Iterator[str]:
    """Yield what the import did, in counts."""
    yield _row("Notes", outcome.notes, {Fate.CONFLICTING: "skipped"})
    yield _row("Cards", outcome.cards, {Fate.ELSEWHERE: "stay in another deck"})
    yield _row("Note types", outcome.note_types, {Fate.CONFLICTING: "split"})
    yield _row(
        "Media", outcome.media, {Fate.SAME: "the same", Fate.KEPT: "not replaced", Fate.LOST: "not there"}
    )
    if outcome.not_in_new:
        yield f"The reader keeps {plural(len(outcome.not_in_new), 'note')} of OLD that NEW does not have."
    if outcome.retired:
        names = ", ".join(map(one_line, outcome.retired[:_SHOWN]))
        more = len(outcome.retired) - _SHOWN
        rest = f" and {more:,} more" if more > 0 else ""
        yield f"NEW retires {plural(len(outcome.retired), 'note')}: {names}{rest}."


def _row(
    title: str,
    things: Sequence[NoteOutcome | CardOutcome | NoteTypeOutcome | MediaOutcome],
    words: Mapping[Fate, str],
) -> str:
    counts = Counter(thing.fate for thing in things)
    parts = [f"{counts[fate]:,} {words.get(fate, fate)}" for fate in Fate if counts[fate]]
    return f"{title + ':':<12}{', '.join(parts) or 'none'}"


def _problem_lines(problem: Problem) -> Iterator[str]:
    terminal = sys.stderr.isatty()
    colour = severity_colour(problem.rank)
    severity = paint(problem.severity, stream_is_terminal=terminal, fg=colour, bold=True)
    name = paint(problem.problem, stream_is_terminal=terminal, bold=True)
    yield f"{severity} {name} {one_line(problem.message)}:"
    yield from (f"    {one_line(subject)}" for subject in problem.subjects[:_SHOWN])
    if len(problem.subjects) > _SHOWN:
        yield f"    and {len(problem.subjects) - _SHOWN:,} more (`--format json` has them all)"
    yield f"  {one_line(problem.hint)}"
