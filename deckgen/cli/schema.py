"""``deckgen schema``: JSON Schemas of a project's files, for editors."""

from __future__ import annotations

import json
from pathlib import Path

import click

from deckgen.build.project_reader import read_sources
from deckgen.cli.documented import Documented
from deckgen.cli.named_path import NamedPath
from deckgen.cli.one_of import OneOf
from deckgen.cli.output import print_json, project_option, root_of, say
from deckgen.cli.progress_line import shows
from deckgen.cli.writing import save
from deckgen.lint.engine import known_words
from deckgen.source.schemas import FILES, Schema, schemas


@click.command(
    name="schema",
    cls=Documented,
    examples={
        "deckgen schema -o .schemas": "Write all schemas into a folder.",
        "deckgen schema notes": "Print the schema of note files.",
    },
)
@click.argument("name", type=OneOf(tuple(FILES)), required=False, metavar="[NAME]")
@project_option
@click.option("-o", "--output", type=NamedPath(file_okay=False), help="Write all into this folder.")
def command(name: str | None, project: Path, output: Path | None) -> None:
    """Print the JSON Schema of the files called NAME, with the kinds and points of the project.

    NAME is `notes`, `outline`, `settings`, `notetype` or `stories`.

    `deckgen schema -o .schemas` writes one for each; `deckgen help editors` says how an editor finds them.
    """
    if (name is None) is (output is None):
        message = f"Give a name ({', '.join(FILES)}), or a folder for all of them with --output."
        raise click.UsageError(message)
    root = root_of(project)
    if output is None:
        print_json(_schemas(root)[name or ""])
        return
    for file, text in schema_texts(root).items():
        save(text, output / file, root)
        say(f"Wrote {output / file}")


def schema_texts(root: Path) -> dict[str, str]:
    """Return the schemas of the project at ``root`` by the names of their files."""
    return {
        f"{name}.schema.json": json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
        for name, schema in _schemas(root).items()
    }


def _schemas(root: Path) -> dict[str, Schema]:
    with shows("Reading"):
        sources, _ = read_sources(root)
    return schemas(sources.note_types, sources.chapters, sources.notes, known_words())
