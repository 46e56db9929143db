"""JSON Schemas of the files that authors write: by them an editor completes, explains and checks.

What is the same in every project stands in ``schemas.yaml``; the rest comes from the project's own note
types, outlines and notes. The schemas follow draft 7, which the YAML language server reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from deckgen.model.note_type import FIELD_ROLES, FIELD_TYPES, POINT_SORTS, FieldDefinition, NoteType
from deckgen.model.notes import Note
from deckgen.model.outline import Chapter
from deckgen.model.settings import NEW_A_DAY
from deckgen.source.card_words import ENGLISH, words_in
from deckgen.source.stories import takes_story
from deckgen.source.theme import SCHEMES, palette

# The files that each schema is for, as editors take them: what follows `!` is left out.
FILES = {
    "notes": ("*.yaml", "!deckgen.yaml", "!stories.yaml", "!outline.yaml", "!notetype.yaml", "!.*.yaml"),
    "outline": ("outline.yaml",),
    "settings": ("deckgen.yaml",),
    "notetype": ("notetype.yaml",),
    "stories": ("stories.yaml",),
}
_DRAFT = "http://json-schema.org/draft-07/schema#"
_TEXT = {"$ref": "#/definitions/text"}

Schema = dict[str, Any]


def schemas(
    note_types: Mapping[str, NoteType],
    chapters: Mapping[str, Chapter],
    notes: Iterable[Note],
    rules: Iterable[str],
) -> dict[str, Schema]:
    """Return the schemas of a project by the names in ``FILES``.

    Args:
        note_types: by kind.
        chapters: by id.
        notes: those of the project, whose ids stories go by.
        rules: the names of lint rules and their groups.
    """
    base = _base()
    rules = list(rules)
    made = {
        "notes": _notes(base["note"], note_types, chapters, rules),
        "outline": _outline(base["outline"], note_types),
        "settings": _settings(base["settings"], note_types, rules),
        "notetype": _note_type(base["note_type"]),
        "stories": base["stories"]
        | {"properties": {note.full_id: _TEXT for note in notes if takes_story(note, note_types)}},
    }
    return {
        name: {"$schema": _DRAFT, **schema, "definitions": base["definitions"]}
        for name, schema in made.items()
    }


def _base() -> Schema:
    import yaml  # noqa: PLC0415 - only for this command

    text = (Path(__file__).parent / "schemas.yaml").read_text(encoding="utf-8")
    base: Schema = yaml.safe_load(text)
    return base


def _notes(
    note: Schema, note_types: Mapping[str, NoteType], chapters: Mapping[str, Chapter], rules: list[str]
) -> Schema:
    points = [_point(*each) for each in _points(chapters)]
    name = {"anyOf": points} if points else _TEXT
    claim = note["covers"]["items"]["anyOf"][0]
    claim["properties"]["point"] = name
    note["covers"]["items"] = {"anyOf": [*name.get("anyOf", [name]), claim]}
    note["lint"]["properties"]["ignore"]["items"] = {"enum": rules}
    kinds = {
        kind: {
            "description": note_type.about,
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", *(field.key for field in note_type.fields if field.required)],
                "properties": note
                | {field.key: _field(field) for field in note_type.fields if field.is_written},
            },
        }
        for kind, note_type in note_types.items()
    }
    return {
        "title": "Notes of a chapter",
        "type": "object",
        "additionalProperties": False,
        "properties": kinds,
    }


def _points(chapters: Mapping[str, Chapter]) -> Iterable[tuple[str, str]]:
    """Yield each name that a point can be called by, with the text of the point."""
    for chapter in chapters.values():
        for full_id, (_, point) in chapter.points.items():
            yield full_id.partition("/")[2], point.text.value
            yield full_id, point.text.value


def _point(name: str, text: str) -> Schema:
    return {"const": name, "description": text}


def _field(field: FieldDefinition) -> Schema:
    schema: Schema = {"description": field.about} if field.about else {}
    if field.type == "list":
        return schema | {"type": "array", "items": _TEXT}
    if field.type == "number":
        return schema | {"type": "integer", "minimum": 0}
    return schema | _TEXT


def _outline(outline: Schema, note_types: Mapping[str, NoteType]) -> Schema:
    points = outline["properties"]["sections"]["items"]["properties"]["points"]
    kinds, depth = points["items"]["properties"]["needs"]["anyOf"]
    kinds["items"] = depth["properties"]["kinds"]["items"] = {"enum": list(note_types)}
    return outline


def _settings(settings: Schema, note_types: Mapping[str, NoteType], rules: list[str]) -> Schema:
    keys = settings["properties"]
    pace = {"type": "integer", "minimum": 0, "maximum": NEW_A_DAY}
    keys["subdecks"]["properties"] = {
        kind: _TEXT | {"description": note_type.about} for kind, note_type in note_types.items()
    }
    keys["a_day"]["properties"] = {
        kind: pace | {"description": note_type.about, "default": note_type.a_day}
        for kind, note_type in note_types.items()
    }
    keys["words"]["properties"] = {
        name: _TEXT | {"description": word} for name, word in words_in(ENGLISH).items()
    }
    for key in ("ignore", "enable"):
        keys["lint"]["properties"][key]["items"] = {"enum": rules}
    colour = {"$ref": "#/definitions/colour"}
    built_in = palette()
    for scheme in SCHEMES:
        names = {name.replace("-", "_"): value for name, value in built_in[scheme].items()}
        known = {name: colour | {"default": value} for name, value in names.items()}
        keys["theme"]["properties"][scheme] = {
            "description": keys["theme"]["properties"][scheme]["description"],
            "type": "object",
            "additionalProperties": False,
            "properties": known | {"accent": colour},
        }
    return settings


def _note_type(note_type: Schema) -> Schema:
    keys = note_type["properties"]
    keys["teaches"]["enum"] = list(POINT_SORTS)
    field = keys["fields"]["items"]["properties"]
    field["type"]["enum"] = list(FIELD_TYPES)
    field["role"]["enum"] = list(FIELD_ROLES)
    return note_type
