"""``deckgen new``: write the start of what an author adds to a project."""

from __future__ import annotations

import os
import re
from pathlib import Path
from string import Template

import click

from deckgen.cli.documented import Documented
from deckgen.cli.output import display_path, project_option, root_of, say, stop
from deckgen.cli.writing import save
from deckgen.model.ids import to_kebab
from deckgen.model.limits import leads_outside
from deckgen.source.files import hint_here
from deckgen.source.media import MediaLibrary
from deckgen.source.note_type_folders import load_note_types
from deckgen.source.portable_names import is_portable
from deckgen.source.project import NOTE_TYPES_FOLDER

_STARTER = Path(__file__).parent.parent / "starter_note_type"


@click.group(name="new")
def command() -> None:
    """Write the start of a note type of your own."""


@command.command(
    name="notetype",
    cls=Documented,
    examples={"deckgen new notetype Term": "Write notetypes/term, whose notes stand under `terms:`."},
)
@click.argument("name")
@project_option
def notetype(name: str, project: Path) -> None:
    """Write a note type called NAME into notetypes/: a question, an answer and a hint, to change as you like.

    Its files say what each line is for.
    """
    root = root_of(project)
    css, name = to_kebab(name), re.sub(" +", " ", name.strip(" "))
    if not re.fullmatch(r"\w[\w -]*", name) or not re.match(r"[a-z]", css):
        raise click.BadParameter(
            "A name starts with a letter, and has letters, digits and spaces.", param_hint="NAME"
        )
    if not is_portable(css):
        raise click.BadParameter(f"Windows cannot have a folder called `{css}`.", param_hint="NAME")
    kind = f"{css.replace('-', '_')}s"
    folder = root / NOTE_TYPES_FOLDER / css
    known, _ = load_note_types(root, NOTE_TYPES_FOLDER, MediaLibrary(root))
    if os.path.lexists(folder) or any(kind == each.kind or name == each.name for each in known):
        stop(f"There is a note type `{name}`, or one with the list `{kind}`. Choose another name.")
    if leads_outside(root, folder):
        stop(f"{folder} is behind a link out of {root}. Take the link away first.")
    for source in sorted(_STARTER.iterdir()):
        text = Template(source.read_text(encoding="utf-8"))
        target = folder / source.name
        save(text.substitute(name=name, noun=name.lower(), list=kind, css=css), target, root)
        say(f"Wrote {display_path(root, str(target))}")
    say(hint_here(f"Next: `deckgen stub --kind {kind}` prints notes of it to fill in.", root))
