"""Every code that deckgen can report, from the modules that report them."""

from __future__ import annotations

from deckgen import files, mapping_reader, positioned_yaml, yaml_syntax
from deckgen.chapter import codes as chapter
from deckgen.check import coverage, lint
from deckgen.diagnostics import Code
from deckgen.notetypes import loading
from deckgen.package import cards, clock, decks, identity, likeness, lock_reading, note_types
from deckgen.render import crossings, masks
from deckgen.render import notes as rendered_notes
from deckgen.source import media, notes, outline, project, stylesheet, theme

ALL_CODES: tuple[Code, ...] = (
    *files.CODES,
    *positioned_yaml.CODES,
    *yaml_syntax.CODES,
    *mapping_reader.CODES,
    *project.CODES,
    *theme.CODES,
    *stylesheet.CODES,
    *outline.CODES,
    *notes.CODES,
    *media.CODES,
    *loading.CODES,
    *coverage.CODES,
    *lint.CODES,
    *masks.CODES,
    *crossings.CODES,
    *rendered_notes.CODES,
    *lock_reading.CODES,
    *note_types.CODES,
    *identity.CODES,
    *likeness.CODES,
    *cards.CODES,
    *decks.CODES,
    *clock.CODES,
    *chapter.CODES,
)
