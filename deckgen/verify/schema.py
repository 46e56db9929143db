"""How Anki compares two note types, and which cards a note type wants for a note.

Each rule names its place in ``rslib/src/`` of ankitects/anki.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from deckgen.model.template import SPECIAL_FIELDS, TemplateError, parse_template, shows_a_field
from deckgen.verify.anki_text import (
    cloze_ordinals,
    is_empty,
    normal_field_name,
    normal_template_name,
)
from deckgen.verify.contents import PackagedField, PackagedNoteType, PackagedTemplate

_TAG = re.compile(r"\{\{(\{*\s*[#^/]?\s*)([^{}]*?)(\s*)\}\}")


def same_schema(old: PackagedNoteType, new: PackagedNoteType) -> bool:
    """Tell whether two note types have the same fields and card templates, in order.

    That is ``equal_schema`` in import_export/package/apkg/import/notes.rs. What kind of note type they
    are, and all else, does not count.
    """
    return (
        len(old.fields) == len(new.fields)
        and len(old.templates) == len(new.templates)
        and all(map(is_match, old.fields, new.fields))
        and all(map(is_match, old.templates, new.templates))
    )


def is_match(old: PackagedField | PackagedTemplate, new: PackagedField | PackagedTemplate) -> bool:
    """Tell whether two fields or templates are one: by id where both have one, else by name (merge.rs)."""
    if old.id is not None and new.id is not None:
        return old.id == new.id
    return old.name == new.name


def unique_names(note_type: PackagedNoteType) -> PackagedNoteType:
    """Return a note type as Anki reads it: no name twice (notetype/mod.rs: ensure_names_unique)."""
    fields = _unique([field.name for field in note_type.fields])
    templates = _unique([template.name for template in note_type.templates])
    return replace(
        note_type,
        fields=tuple(replace(part, name=name) for part, name in zip(note_type.fields, fields, strict=True)),
        templates=tuple(
            replace(part, name=name) for part, name in zip(note_type.templates, templates, strict=True)
        ),
    )


def _unique(names: list[str]) -> list[str]:
    seen: set[str] = set()
    result = []
    for name in names:
        free = name
        while free.casefold() in seen:
            free += "+"
        seen.add(free.casefold())
        result.append(free)
    return result


def normal_names(note_type: PackagedNoteType) -> PackagedNoteType:
    """Return a note type as Anki stores it: without the characters it strips from names."""
    return unique_names(
        replace(
            note_type,
            name=normal_template_name(note_type.name),
            fields=tuple(replace(field, name=normal_field_name(field.name)) for field in note_type.fields),
            templates=tuple(
                replace(template, name=normal_template_name(template.name))
                for template in note_type.templates
            ),
        )
    )


def renamed_fields(old: PackagedNoteType, new: PackagedNoteType) -> dict[str, str]:
    """Return the fields that have another name than before in the same place."""
    pairs = zip(old.fields, new.fields, strict=False)
    return {before.name: after.name for before, after in pairs if before.name != after.name}


def with_renames(note_type: PackagedNoteType, renames: Mapping[str, str]) -> PackagedNoteType:
    """Return a note type whose templates follow a rename of its fields.

    Anki does so even to templates that were written with the new names: one that means a new field by
    a name that another field had before is turned to that other field (notetype/mod.rs:
    update_templates_for_renamed_and_removed_fields).
    """

    def rename(match: re.Match[str]) -> str:
        *filters, name = match[2].split(":")
        return "{{" + match[1] + ":".join((*filters, renames.get(name, name))) + match[3] + "}}"

    templates = tuple(
        replace(each, front=_TAG.sub(rename, each.front), back=_TAG.sub(rename, each.back))
        for each in note_type.templates
    )
    return replace(note_type, templates=templates)


def wanted_cards(note_type: PackagedNoteType, fields: tuple[str, ...], tags: Collection[str]) -> set[int]:
    """Return the ordinals of the cards that Anki makes for a note (notetype/cardgen.rs)."""
    if note_type.is_cloze:
        return cloze_ordinals(fields)
    names = [field.name for field in note_type.fields]
    filled = {name for name, text in zip(names, fields, strict=False) if not is_empty(text)}
    for special in SPECIAL_FIELDS - {"FrontSide", *names}:
        if special != "Tags" or tags:
            filled.add(special)
    return {
        ordinal
        for ordinal, template in enumerate(note_type.templates)
        if _makes_a_card(template.front, filled)
    }


def _makes_a_card(front: str, filled: set[str]) -> bool:
    try:
        return shows_a_field(parse_template(front), filled)
    except TemplateError:
        return False
