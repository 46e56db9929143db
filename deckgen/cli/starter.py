"""The files that ``deckgen init`` writes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from string import Template

from deckgen.cli.outline import take
from deckgen.cli.schema import schema_texts
from deckgen.cli.stub import untaught_stubs
from deckgen.model.addresses import REPOSITORY
from deckgen.outline.taken_outline import format_outline
from deckgen.source.folders import FIRST_NOTES, SCHEMAS_FOLDER
from deckgen.source.project import OUTLINE_FILE, SETTINGS_FILE
from deckgen.source.schemas import FILES

_STARTER = Path(__file__).parent.parent / "starter"
_EXAMPLE = ("ch01/chapter.md", "ch01/outline.yaml", "ch01/notes.yaml")
# What is copied, and under which name; a file whose name starts with a dot is easily lost from a package.
_OF_A_PROJECT = {
    SETTINGS_FILE: SETTINGS_FILE,
    "gitignore": ".gitignore",
    "gitattributes": ".gitattributes",
    "editorconfig": ".editorconfig",
}
_OF_A_REPOSITORY = {
    "README.md": "README.md",
    "hooks.yml": ".pre-commit-config.yaml",
    "workflow.yml": ".github/workflows/deck.yml",
}


def project_files(name: str, project_id: str, *, is_own: bool) -> dict[str, bytes]:
    """Return the files of a project around its chapters, by their paths.

    What works at the root of a repository alone comes where ``is_own`` says that the project is one.
    """
    # A name in quotes is YAML text whatever it holds.
    quoted = "'" + name.replace("'", "''") + "'" if re.search(r"[^\w ]", name) else name
    words = {
        "id": project_id,
        "repository": REPOSITORY,
        "action": REPOSITORY.removeprefix("https://github.com/"),
    }
    files = _OF_A_PROJECT | (_OF_A_REPOSITORY if is_own else {})
    texts = {
        target: Template(_text(source)).substitute(words, name=quoted if source == SETTINGS_FILE else name)
        for source, target in files.items()
    }
    schemas = {f"{SCHEMAS_FOLDER}/{each}.schema.json": list(globs) for each, globs in FILES.items()}
    texts[".vscode/settings.json"] = json.dumps({"yaml.schemas": schemas}, indent=2) + "\n"
    texts[".vscode/extensions.json"] = (
        json.dumps({"recommendations": ["redhat.vscode-yaml"]}, indent=2) + "\n"
    )
    return {path: text.encode() for path, text in texts.items()}


def chapter_files(chapter: Path | None) -> dict[str, bytes]:
    """Return the first chapter with its outline: the example with its notes, or that of the author."""
    if chapter is None:
        return {path: _text(path).encode() for path in _EXAMPLE}
    taken = take(chapter, beside=chapter)
    outline = format_outline(taken).encode()
    return {f"{taken.id}/{chapter.name}": chapter.read_bytes(), f"{taken.id}/{OUTLINE_FILE}": outline}


def stub_files(root: Path, *, is_wanted: bool) -> dict[str, bytes]:
    """Return what is made from the files of a project: schemas for editors, and stubs if they are wanted.

    Stubs are comments, so that the project has no error before its author has filled one in.
    """
    files = {f"{SCHEMAS_FOLDER}/{name}": text for name, text in schema_texts(root).items()}
    for folder, text in untaught_stubs(root).items() if is_wanted else ():
        lines = [f"# {line}".rstrip() for line in text.splitlines()]
        head = "# Take away the `# ` before a list and its note, and fill in what is empty.\n"
        files[f"{folder}/{FIRST_NOTES}"] = head + "\n".join(lines) + "\n"
    return {path: text.encode() for path, text in files.items()}


def _text(source: str) -> str:
    return (_STARTER / source).read_text(encoding="utf-8")
