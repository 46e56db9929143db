"""``deckgen schema``: JSON Schemas of a project's files, for editors."""

from __future__ import annotations

import json
from pathlib import Path

import click

from deckgen.build.project_reader import read_sources
from deckgen.cli.output import OneOf, print_json, project_option, root_of
from deckgen.cli.writing import save
from deckgen.lint.engine import known_words
from deckgen.source.schemas import FILES, schemas


@click.command(name="schema")
@click.argument("name", type=OneOf(tuple(FILES)), required=False)
@project_option
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path), help="Write all into this folder."
)
def command(name: str | None, project: Path, output: Path | None) -> None:
    """Print the JSON Schema of the files called NAME, with the kinds and points of the project.

    `deckgen schema -o .schemas` writes one for each, and docs/editors.md says how an editor finds them.
    """
    if (name is None) is (output is None):
        message = f"Give a name ({', '.join(FILES)}), or a folder for all of them with --output."
        raise click.UsageError(message)
    sources, _ = read_sources(root_of(project))
    made = schemas(sources.note_types, sources.chapters, sources.notes, known_words())
    if output is None:
        print_json(made[name or ""])
        return
    for each, schema in made.items():
        save(json.dumps(schema, indent=1, ensure_ascii=False) + "\n", output / f"{each}.schema.json")
        click.echo(f"Wrote {output / f'{each}.schema.json'}")
