"""Every code that deckgen can report, from the modules that report them."""

from __future__ import annotations

from deckgen.build import built_here, git_history, plan, repository, what_readers_have
from deckgen.coverage import claims, measure
from deckgen.lint import engine
from deckgen.lock import (
    card_history,
    deck_names,
    guids,
    match,
    note_type_history,
    note_types,
    read,
    renames,
    stamps,
)
from deckgen.model.diagnostics import Code
from deckgen.outline import chapter_codes
from deckgen.render import backslashes, cloze_overlaps, cloze_problems, emphasis, masks, renderer
from deckgen.source import (
    card_templates,
    card_words,
    element_risks,
    files,
    formula_commands,
    media,
    media_risks,
    note_fields,
    note_files,
    note_type_folders,
    outline_files,
    picture_size,
    portable_names,
    project,
    stories,
    stylesheet,
    template_risks,
    theme,
)
from deckgen.yaml import decode, dropped, mapping_reader, nodes, syntax

ALL_CODES: tuple[Code, ...] = (
    *files.CODES,
    *decode.CODES,
    *dropped.CODES,
    *nodes.CODES,
    *syntax.CODES,
    *mapping_reader.CODES,
    *project.CODES,
    *portable_names.CODES,
    *theme.CODES,
    *stylesheet.CODES,
    *outline_files.CODES,
    *note_files.CODES,
    *stories.CODES,
    *note_fields.CODES,
    *media.CODES,
    *picture_size.CODES,
    *card_templates.CODES,
    *element_risks.CODES,
    *template_risks.CODES,
    *media_risks.CODES,
    *formula_commands.CODES,
    *card_words.CODES,
    *note_type_folders.CODES,
    *measure.CODES,
    *claims.CODES,
    *engine.CODES,
    *cloze_problems.CODES,
    *cloze_overlaps.CODES,
    *backslashes.CODES,
    *emphasis.CODES,
    *masks.CODES,
    *renderer.CODES,
    *read.CODES,
    *note_types.CODES,
    *guids.CODES,
    *match.CODES,
    *renames.CODES,
    *card_history.CODES,
    *note_type_history.CODES,
    *deck_names.CODES,
    *stamps.CODES,
    *what_readers_have.CODES,
    *built_here.CODES,
    *git_history.CODES,
    *repository.CODES,
    *plan.CODES,
    *chapter_codes.CODES,
)
