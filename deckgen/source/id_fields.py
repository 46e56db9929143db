"""Reads the `id` of a note, a chapter, a section or a point."""

from __future__ import annotations

from deckgen.model.ids import KEBAB, to_kebab
from deckgen.model.text import Text
from deckgen.model.values import replace
from deckgen.source.project import BAD_ID
from deckgen.yaml.mapping_reader import MappingReader


def read_id(reader: MappingReader, example: str) -> Text | None:
    """Return an id; one that is not kebab-case is reported, with ``example`` where it has no letter.

    Where it has a slash, a line break or the like, it counts as it should be written: what names it is a
    line, in which a slash parts a chapter from a note.
    """
    text = reader.text("id", required=True)
    if text is None or KEBAB.match(text.value):
        return text
    right = to_kebab(text.value) or example
    reader.report(BAD_ID, text, f"The id `{text.value}` is not kebab-case.", f"Write it as `{right}`.")
    return text if text.value.isprintable() and "/" not in text.value else replace(text, value=right)
