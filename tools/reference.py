"""Write the reference pages in ``docs/`` from the code: commands, keys, findings, lint rules.

``make docs`` runs this; a test fails where a page is not what the code says.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from manual import commands
from rules_page import rules_page

from deckgen.cli.documented import EXIT_CODES, Documented
from deckgen.codes import ALL_CODES
from deckgen.lint.all_rules import RULES
from deckgen.model.diagnostics import Code
from deckgen.source.note_type_folders import built_in_note_types
from deckgen.source.schemas import FILES, schemas

DOCS = Path(__file__).parent.parent / "docs"
_WRITTEN = "This page is written from the code by `make docs`."
_TITLES = {
    "notes": "Notes",
    "outline": "outline.yaml",
    "settings": "deckgen.yaml",
    "notetype": "notetype.yaml",
    "stories": "stories.yaml",
}
_TYPES = {
    "#/definitions/id": "id",
    "#/definitions/text": "text",
    "#/definitions/texts": "list of texts",
    "#/definitions/words": "list of words",
    "#/definitions/colour": "colour",
    "#/definitions/colours": "colours",
}


def pages() -> dict[str, str]:
    """Return the text of each page by its file's name."""
    return {
        "commands.md": "\n".join(_commands()),
        "findings.md": "\n".join(_findings()),
        "keys.md": "\n".join(_keys()),
        "rules.md": rules_page(),
    }


def _commands() -> Iterator[str]:
    yield f"# Commands\n\n{_WRITTEN} `deckgen COMMAND --help` prints the part on one command.\n"
    for name, command in commands().items():
        context = click.Context(command, info_name=f"deckgen {name}")
        usage = " ".join([f"deckgen {name}", *command.collect_usage_pieces(context)])
        yield f"## {name}\n\n```text\n{usage}\n```\n\n{inspect.cleandoc(command.help or '')}\n"
        yield "| option | |\n|---|---|"
        for parameter in command.params:
            if isinstance(parameter, click.Option) and (record := parameter.get_help_record(context)):
                yield f"| {_code(record[0])} | {_cell(record[1])} |"
        yield ""
        for line, what in command.examples.items() if isinstance(command, Documented) else ():
            yield f"- `{line}`: {what}"
        yield ""
    yield "## Exit codes\n\n| code | |\n|---|---|"
    yield from (f"| {code} | {what} |" for code, what in EXIT_CODES.items())


def _findings() -> Iterator[str]:
    yield f"# Findings\n\n{_WRITTEN} `deckgen explain CODE` prints the part on one code. "
    yield "How well a card teaches is for the [lint rules](rules.md), which have a page of their own.\n"
    rules = {rule.code for rule in RULES}
    for code in sorted(set(ALL_CODES) - rules, key=lambda code: code.name):
        yield f"## {code.name}\n\n{code.title} ({code.severity}). {code.why}\n"
        yield from _examples(code)


def _examples(code: Code) -> Iterator[str]:
    for lead, example in (("Instead of", code.bad), ("write", code.good)):
        if example:
            yield f"{lead}\n\n```text\n{example.strip()}\n```\n"


def _keys() -> Iterator[str]:
    yield f"# Keys of every file\n\n{_WRITTEN} A key with * is required. `deckgen schema` has the same for "
    yield "[editors](editors.md), with the note types and points of your project.\n"
    note_types = {note_type.kind: note_type for note_type in built_in_note_types()}
    made = schemas(note_types, {}, [], [])
    for name in FILES:
        yield f"## {_TITLES[name]}\n"
        schema = made[name]
        if name == "stories":
            yield "The full id of a note, `chapter/note`, and your story: Markdown text.\n"
        elif name == "notes":
            yield from _kinds(schema, list(made["notes"]["properties"]))
        else:
            yield from _table(schema)


def _kinds(schema: Mapping[str, Any], kinds: list[str]) -> Iterator[str]:
    """Describe what all kinds share once, then what each has of its own."""
    entries = {kind: schema["properties"][kind]["items"] for kind in kinds}
    shared = set.intersection(*(set(entry["properties"]) for entry in entries.values()))
    first = entries[kinds[0]]
    yield "A list for each kind. Every note may have:\n"
    yield from _table(first, lambda key: key in shared)
    for kind, entry in entries.items():
        yield f"### {kind}\n\n{schema['properties'][kind]['description']}\n"
        yield from _table(entry, lambda key: key not in shared)


def _table(schema: Mapping[str, Any], wanted: Any = lambda _: True) -> Iterator[str]:
    yield "| key | type | |\n|---|---|---|"
    yield from _rows("", schema, wanted)
    yield ""


def _rows(prefix: str, schema: Mapping[str, Any], wanted: Any = lambda _: True) -> Iterator[str]:
    required = schema.get("required", [])
    for key, value in schema.get("properties", {}).items():
        if not wanted(key):
            continue
        star = "*" if key in required else ""
        yield f"| {_code(prefix + key)}{star} | {_cell(_type(value))} | {_cell(_about(value))} |"
        inner = value.get("items", value)
        for each in inner.get("anyOf", [inner]):
            yield from _rows(f"{prefix}{key}.", each)


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return _TYPES[schema["$ref"]]
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(f"`{value}`" for value in schema["enum"]) if schema["enum"] else "name"
    if schema.get("type") == "array":
        items = schema.get("items", {})
        return "list" if "properties" in items or not items else f"list: {_type(items)}"
    if schema.get("type") == "integer" and "maximum" in schema:
        return f"{schema['minimum']} to {schema['maximum']}"
    names = {"object": "mapping", "string": "word", "boolean": "`true` or `false`", "integer": "number"}
    return names.get(schema.get("type", ""), "")


def _about(schema: Mapping[str, Any]) -> str:
    default = f" Default: `{schema['default']}`." if schema.get("default") is not None else ""
    return f"{schema.get('description', '')}{default}"


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    for name, text in pages().items():
        (DOCS / name).write_text(text.rstrip() + "\n", encoding="utf-8")
