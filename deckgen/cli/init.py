"""``deckgen init``: write a small project to start from."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path

import click

from deckgen.cli.documented import Documented
from deckgen.cli.named_path import NamedPath
from deckgen.cli.output import say, stop
from deckgen.cli.starter import chapter_files, project_files, stub_files
from deckgen.cli.writing import save
from deckgen.model.ids import KEBAB, to_kebab
from deckgen.model.limits import leads_outside
from deckgen.source.folders import FIRST_NOTES, SCHEMAS_FOLDER
from deckgen.source.project import SETTINGS_FILE, find_root
from deckgen.source.schemas import FILES


@click.command(
    name="init",
    cls=Documented,
    examples={
        "deckgen init my-deck": "A project with a chapter and a note of each kind.",
        "deckgen init my-deck --from ch5.md": "The same for a chapter of yours: its outline, and stubs.",
    },
)
@click.argument("directory", type=NamedPath(file_okay=False), default=".")
@click.option(
    "--from",
    "chapter",
    type=NamedPath(exists=True, dir_okay=False),
    metavar="CHAPTER",
    help="Start from this chapter in Markdown, which is copied, instead of the example.",
)
@click.option(
    "--name", metavar="NAME", help="The first part of every deck's name.  [default: from the folder's]"
)
@click.option(
    "--id",
    "project_id",
    metavar="ID",
    help="The project's id, which never changes.  [default: from the name]",
)
def command(directory: Path, chapter: Path | None, name: str | None, project_id: str | None) -> None:
    """Write a small project into DIRECTORY: a chapter with one note of each kind. Nothing is overwritten.

    With it come settings for editors, a workflow for GitHub, hooks for pre-commit and what git needs to know.
    """
    words = re.sub(r"[-_]+", " ", directory.resolve().name).strip() or "Deck"
    name = name or words[0].upper() + words[1:]
    project_id = project_id or to_kebab(name)
    if not project_id:
        raise click.UsageError(f"Give the project an --id: `{name}` has no letter or digit to make one from.")
    if not KEBAB.match(project_id):
        raise click.BadParameter(f"`{project_id}` is not kebab-case: `my-deck`.", param_hint="--id")
    if "::" in name or "\n" in name or not name.strip():
        raise click.BadParameter(
            "A name must be on one line, without `::`, which splits decks in Anki.", param_hint="--name"
        )
    root = find_root(directory)
    if root is not None:
        stop(f"{root / SETTINGS_FILE} exists: this is a project already.")
    first = chapter_files(chapter)
    files = first | project_files(name, project_id, is_own=not _in_repository(directory))
    files[SETTINGS_FILE] = files.pop(SETTINGS_FILE)  # the last: until then the same command goes on
    later = {f"{folder.partition('/')[0]}/{FIRST_NOTES}" for folder in first}
    later |= {f"{SCHEMAS_FOLDER}/{name}.schema.json" for name in FILES}
    for target in (directory / path for path in (*files, *sorted(later))):
        if leads_outside(directory, target):
            stop(f"{target} is a link out of {directory}. Take it away, or name another folder.")
    _write_new(directory, files)
    _write_new(directory, stub_files(directory, is_wanted=chapter is not None))
    folder = shlex.quote(f"./{directory}" if str(directory).startswith("-") else str(directory))
    say(f"Next: {'fill in the notes, then deckgen check' if chapter else 'deckgen build'} {folder}")


def _in_repository(directory: Path) -> bool:
    """Tell whether a folder lies in a repository of something else, whose workflows and hooks hold there."""
    return any(os.path.lexists(folder / ".git") for folder in directory.resolve().parents)


def _write_new(directory: Path, files: Mapping[str, bytes]) -> None:
    """Write files by their paths in a folder, those alone that are not there yet."""
    for path, data in files.items():
        target = directory / path
        if os.path.lexists(target):
            say(f"Kept  {target}")
            continue
        save(data, target, directory)
        say(f"Wrote {target}")
