"""``deckgen init``: write a small project to start from."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from string import Template

import click

from deckgen.cli.output import say, stop
from deckgen.cli.writing import save
from deckgen.model.ids import KEBAB, to_kebab
from deckgen.model.limits import leads_outside
from deckgen.source.project import SETTINGS_FILE, find_root

_STARTER = Path(__file__).parent.parent / "starter"
# What is copied, and under which name; a file whose name starts with a dot is easily lost from a package.
_FILES = {
    "ch01/outline.yaml": "ch01/outline.yaml",
    "ch01/notes.yaml": "ch01/notes.yaml",
    "gitignore": ".gitignore",
    "gitattributes": ".gitattributes",
    SETTINGS_FILE: SETTINGS_FILE,  # the last: without it the same command goes on where it was broken off
}


@click.command(name="init")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path), default=".")
@click.option(
    "--name", metavar="NAME", help="The first part of every deck's name.  [default: from the folder's]"
)
@click.option(
    "--id",
    "project_id",
    metavar="ID",
    help="The project's id, which never changes.  [default: from the name]",
)
def command(directory: Path, name: str | None, project_id: str | None) -> None:
    """Write a small project into DIRECTORY: a chapter with one note of each kind. Nothing is overwritten."""
    name = name or re.sub(r"[-_]+", " ", directory.resolve().name).strip().capitalize() or "Deck"
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
    for source, target in _FILES.items():
        _copy(source, directory, target, name, project_id)
    say(f"Next: deckgen build {shlex.quote(str(directory))}")


def _copy(source: str, directory: Path, path: str, name: str, project_id: str) -> None:
    target = directory / path
    if leads_outside(directory, target):
        stop(f"{target} is a link out of {directory}. Take it away, or name another folder.")
    if os.path.lexists(target):
        say(f"Kept  {target}")
        return
    # A name in quotes is YAML text whatever it holds.
    quoted = "'" + name.replace("'", "''") + "'" if re.search(r"[^\w ]", name) else name
    text = (_STARTER / source).read_text(encoding="utf-8")
    if source == SETTINGS_FILE:
        text = Template(text).substitute(name=quoted, id=project_id)
    save(text, target)
    say(f"Wrote {target}")
