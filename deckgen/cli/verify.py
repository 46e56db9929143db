"""``deckgen verify``: say what a reader's Anki will do with a new package after an old one."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from deckgen.cli.output import format_option, paint, plural, print_json, severity_colour, strict_option
from deckgen.model.diagnostics import Severity
from deckgen.verify.collection import Fate, MediaFate
from deckgen.verify.contents import PackageContents, PackageError
from deckgen.verify.predict import predict
from deckgen.verify.prediction import Prediction, Problem
from deckgen.verify.reading import read_package

_SHOWN = 5
_package = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(name="verify")
@click.argument("old", type=_package)
@click.argument("new", type=_package)
@format_option
@strict_option
def command(old: Path, new: Path, format_: str, strict: bool) -> None:
    """Say what Anki will do with the package NEW for a reader who imported OLD.

    Both may come from any tool. The reader's options are Anki's own; it exits with 1 if something of NEW
    would be skipped or lost.
    """
    packages = _read(old, "OLD"), _read(new, "NEW")
    prediction = predict(*packages, int(time.time()))
    if format_ == "json":
        print_json(prediction_to_json(prediction))
    else:
        for line in summary_lines(prediction):
            click.echo(line)
        for problem in prediction.problems:
            for line in _problem_lines(problem):
                click.echo(line, err=True)
    limit = Severity.WARNING if strict else Severity.ERROR
    sys.exit(1 if any(problem.kind.severity >= limit for problem in prediction.problems) else 0)


def _read(path: Path, name: str) -> PackageContents:
    """Read a package; end with exit code 2 if it is none."""
    try:
        return read_package(path)
    except PackageError as error:
        raise click.BadParameter(f"`{path}` cannot be read. {error}", param_hint=name) from None
    except OSError as error:
        raise click.BadParameter(
            f"`{path}` cannot be read: {error.strerror or error}.", param_hint=name
        ) from None


def summary_lines(prediction: Prediction) -> Iterator[str]:
    """Yield what the import will do, in counts."""
    notes = Counter(note.fate for note in prediction.notes)
    yield _row("Notes", [(notes[fate], _word(fate)) for fate in Fate])
    added = sum(len(note.added_cards) for note in prediction.notes) + len(prediction.generated)
    staying = sum(len(note.stays_in) for note in prediction.notes)
    cards = [(added, "new"), (len(prediction.blank), "blank"), (staying, "stay in another deck")]
    yield _row("Cards", cards)
    types = Counter(note_type.fate for note_type in prediction.note_types)
    yield _row("Note types", [(types[fate], _word(fate, "split")) for fate in Fate])
    media = Counter(file.fate for file in prediction.media)
    yield _row("Media", [(media[fate], _MEDIA_WORDS[fate]) for fate in MediaFate])
    if prediction.staying:
        yield f"{plural(len(prediction.staying), 'note')} of OLD, not in NEW: left to the reader."


_MEDIA_WORDS = {
    MediaFate.ADDED: "new",
    MediaFate.SAME: "the same",
    MediaFate.RENAMED: "renamed",
    MediaFate.KEPT: "not replaced",
    MediaFate.UNUSED: "not used",
}


def _word(fate: Fate, conflicting: str = "skipped") -> str:
    return conflicting if fate is Fate.CONFLICTING else str(fate)


def _row(title: str, parts: list[tuple[int, str]]) -> str:
    return f"{title + ':':<12}{', '.join(f'{count:,} {word}' for count, word in parts if count) or 'none'}"


def _problem_lines(problem: Problem) -> Iterator[str]:
    terminal = sys.stderr.isatty()
    kind = problem.kind
    colour = severity_colour(kind.severity)
    severity = paint(str(kind.severity), stream_is_terminal=terminal, fg=colour, bold=True)
    name = paint(kind.name, stream_is_terminal=terminal, bold=True)
    yield f"{severity} {name} {problem.message}:"
    yield from (f"    {subject}" for subject in problem.subjects[:_SHOWN])
    if len(problem.subjects) > _SHOWN:
        yield f"    and {len(problem.subjects) - _SHOWN:,} more (`--format json` has them all)"
    yield f"  {kind.hint}"


def prediction_to_json(prediction: Prediction) -> dict[str, object]:
    """Return the prediction for ``--format json``."""
    return {
        "notes": [
            {
                "guid": note.guid,
                "name": note.name,
                "fate": note.fate,
                "changed": note.is_changed,
                "new_cards": [{"ordinal": card.ordinal, "deck": card.deck} for card in note.added_cards],
                "cards_in_another_deck": [
                    {"ordinal": ordinal, "stays_in": old, "not_in": new}
                    for ordinal, old, new in note.stays_in
                ],
            }
            for note in prediction.notes
        ],
        "note_types": [
            {
                "id": note_type.id,
                "name": note_type.name,
                "fate": note_type.fate,
                "changed": note_type.is_changed,
                "arrives_as": note_type.arrives_as,
            }
            for note_type in prediction.note_types
        ],
        "media": [{"name": file.name, "fate": file.fate} for file in prediction.media],
        "not_in_new": list(prediction.staying),
        "generated_cards": [
            {"guid": guid, "ordinal": card.ordinal, "deck": card.deck} for guid, card in prediction.generated
        ],
        "blank_cards": [{"guid": guid, "ordinal": ordinal} for guid, ordinal in prediction.blank],
        "problems": [
            {
                "problem": problem.kind.name,
                "severity": str(problem.kind.severity),
                "message": problem.message,
                "hint": problem.kind.hint,
                "subjects": list(problem.subjects),
            }
            for problem in prediction.problems
        ],
    }
