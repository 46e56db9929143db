"""What the shell offers to complete: the chapters, points, kinds and ids of the project, codes and topics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from deckgen.build.project_reader import ProjectReader

    _Items = list[CompletionItem]
    _Of = Callable[[click.Context, click.Parameter, str], _Items]


def _of_project(candidates: Callable[[ProjectReader], Mapping[str, str]]) -> _Of:
    """Return what completes by a project; nothing where there is none."""

    def complete(context: click.Context, _parameter: click.Parameter, start: str) -> _Items:
        from deckgen.build.project_reader import ProjectReader
        from deckgen.model.stage_cache import StageCache
        from deckgen.source.project import find_root

        given = context.params
        root = find_root(Path(given.get("project") or given.get("positional") or "."))
        return _items(candidates(ProjectReader(root, StageCache(keep=False))), start) if root else []

    return complete


def _items(candidates: Mapping[str, str], start: str) -> _Items:
    from click.shell_completion import CompletionItem

    return [CompletionItem(name, help=about) for name, about in candidates.items() if name.startswith(start)]


def _chapters(reader: ProjectReader) -> dict[str, str]:
    return {name: chapter.title.value for name, chapter in reader.chapters.items()}


def _points(reader: ProjectReader) -> dict[str, str]:
    """Return the points as `section/point`, then with their chapters, and the chapters."""
    full = {
        name: point.text.value for one in reader.chapters.values() for name, (_, point) in one.points.items()
    }
    return {name.partition("/")[2]: text for name, text in full.items()} | full | _chapters(reader)


def _retired(reader: ProjectReader) -> dict[str, str]:
    from deckgen.build.project_reader import read_lock

    lock, _ = read_lock(reader.files.root, reader.settings)
    return {name: "retired" for name, line in lock.notes.items() if line.retired and not line.forgotten}


def _kinds(reader: ProjectReader) -> dict[str, str]:
    return {name: note_type.about for name, note_type in reader.note_types.items()}


chapters, points, retired, kinds = map(_of_project, (_chapters, _points, _retired, _kinds))


def codes(_context: click.Context, _parameter: click.Parameter, start: str) -> _Items:
    """Complete the code of a finding, or a group of lint rules."""
    from deckgen.codes import ALL_CODES
    from deckgen.lint.rule import GROUPS

    return _items({code.name: code.title for code in ALL_CODES} | dict(GROUPS), start)


def rules(_context: click.Context, _parameter: click.Parameter, start: str) -> _Items:
    """Complete the last of several lint rules or groups with commas between them."""
    from deckgen.lint.engine import known_words

    before, comma, _ = start.rpartition(",")
    return _items({f"{before}{comma}{word}": "" for word in sorted(known_words())}, start)


def topics(_context: click.Context, _parameter: click.Parameter, start: str) -> _Items:
    """Complete a topic of the documents, or a command."""
    from deckgen.cli import COMMANDS
    from deckgen.cli.help import topics

    return _items(dict.fromkeys(topics(), "") | COMMANDS, start)
