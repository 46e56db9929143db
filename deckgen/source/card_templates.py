"""Reads the cards of a note type: their names, and their templates as parsed and checked."""

import re
from collections.abc import Iterable
from pathlib import Path

from deckgen.model.diagnostics import Code, Finding, Severity, Span, did_you_mean, has_errors, span_at
from deckgen.model.note_type import COMMON_FIELDS, CardDefinition, FieldDefinition
from deckgen.model.template import (
    FILTERS,
    SPECIAL_FIELDS,
    Condition,
    Replacement,
    TemplateError,
    TemplateNode,
    parse_template,
    references,
    unknown_filters,
)
from deckgen.model.text import Text
from deckgen.source.files import is_file, read_file
from deckgen.source.formula_commands import formula_findings
from deckgen.yaml.decode import decode
from deckgen.yaml.mapping_reader import MappingReader
from deckgen.yaml.nodes import YamlMapping

NOTETYPE_TEMPLATE = Code(
    "notetype-template",
    Severity.ERROR,
    "A card template cannot work",
    "Anki refuses a template with an unclosed condition, and shows an error on each card that names a "
    "field which does not exist.",
    bad="<div>{{Promt}}</div>",
    good="<div>{{Prompt}}</div>",
)
NOTETYPE_FILTER = Code(
    "notetype-filter",
    Severity.WARNING,
    "A template asks for a filter that Anki does not have",
    "Anki shows the field without it, and without the filters that would apply after it, unless the reader "
    "has an add-on that knows it; phones have no add-ons.",
    bad="<div>{{hnt:Prompt}}</div>",
    good="<div>{{hint:Prompt}}</div>",
)
NOTETYPE_COMMENT = Code(
    "notetype-comment",
    Severity.WARNING,
    "A comment in a template holds what older Ankis cannot read",
    "Up to 24.11, Anki fills in the fields in comments as well. Where one does not exist, or a condition is "
    "not closed, it shows an error in the place of each card.",
    bad="<!-- {{Promt}} -->{{Prompt}}",
    good="<!-- Promt -->{{Prompt}}",
)
NOTETYPE_FILE = Code(
    "notetype-file",
    Severity.ERROR,
    "A note type's folder lacks a file",
    "Each card needs its two sides: for a card `Recall` the files `recall.front.html` and `recall.back.html` "
    "beside `notetype.yaml`.",
)
NOTETYPE_CLASH = Code(
    "notetype-clash",
    Severity.ERROR,
    "Two names in the note types are the same",
    "Note types, lists, fields and cards are found by name; the same name twice would lose one of them.",
)
WORD = "word"  # `{{word:why}}`: a word in the language of the project
CODES = (NOTETYPE_TEMPLATE, NOTETYPE_FILTER, NOTETYPE_COMMENT, NOTETYPE_FILE, NOTETYPE_CLASH)


def read_cards(
    nodes: Iterable[YamlMapping],
    root: Path,
    name: str,
    fields: tuple[FieldDefinition, ...],
    findings: list[Finding],
) -> tuple[CardDefinition, ...]:
    """Read the cards of a note type and add what is wrong with them to ``findings``.

    ``name`` is the folder in ``root`` that holds the templates.
    """
    cards: list[CardDefinition] = []
    names = {field.name for field in fields} | set(COMMON_FIELDS) | SPECIAL_FIELDS
    keys = {field.key: field.name for field in fields}
    for node in nodes:
        reader = MappingReader(node, "a card", findings)
        title = reader.prose("name", required=True)
        aliases = reader.words("aliases")
        speak = keys.get(reader.choice("speak", keys) or "", "")
        reader.close()
        if title is None:
            continue
        findings += formula_findings(title)
        if any(card.name == title.value for card in cards):
            message = f"There are two cards named `{title.value}`."
            findings.append(NOTETYPE_CLASH.at(title.span, message, "Give it a name of its own."))
        paths, before = side_paths(name, title.value), len(findings)
        (front, front_nodes), (back, back_nodes) = (
            _read_side(root, path, title, names, findings) for path in paths
        )
        if fields and not _names_a_note_field(front_nodes) and not has_errors(findings[before:]):
            message = f"The front of `{title.value}` shows no field, so that Anki makes no card."
            hint = f"Write a field into it, such as `{{{{{fields[0].name}}}}}`."
            findings.append(NOTETYPE_TEMPLATE.at(Span(paths[0]), message, hint))
        cards.append(CardDefinition(title.value, front, back, front_nodes, back_nodes, aliases, speak))
    return tuple(cards)


def _names_a_note_field(nodes: tuple[TemplateNode, ...]) -> bool:
    shown = (each for each in references(nodes) if isinstance(each, Replacement) and each.filters != (WORD,))
    return any(each.field not in SPECIAL_FIELDS for each in shown)


def side_paths(folder: str, card: str) -> tuple[str, str]:
    """Return the paths of a card's two templates in the folder of its note type."""
    stem = re.sub(r"[\W_]+", "-", card.lower()).strip("-")
    return f"{folder}/{stem}.front.html", f"{folder}/{stem}.back.html"


def _read_side(
    root: Path, path: str, title: Text, names: set[str], findings: list[Finding]
) -> tuple[str, tuple[TemplateNode, ...]]:
    text, more = read_text(root, path, title.span)
    findings += more
    try:
        nodes = parse_template(text)
    except TemplateError as error:
        hint = "Close each `{{#Field}}` with its own `{{/Field}}`, and each `{{` with `}}`."
        findings.append(NOTETYPE_TEMPLATE.at(span_at(path, text, error.offset), str(error), hint))
        return text, ()
    for reference in references(nodes):
        if isinstance(reference, Replacement) and reference.filters == (WORD,):
            continue  # `card_words.py` puts it in
        if isinstance(reference, Replacement) and not reference.field and "tts-voices" in reference.filters:
            continue  # Anki lists the voices of the device, whatever the field
        for name in unknown_filters(reference) if isinstance(reference, Replacement) else ():
            hint = did_you_mean(name, FILTERS, f"Anki knows {', '.join(FILTERS)}.")
            place = span_at(path, text, reference.offset)
            findings.append(NOTETYPE_FILTER.at(place, f"There is no filter `{name}`.", hint))
        if _names_a_field(reference.field, names, conditional=isinstance(reference, Condition)):
            continue
        if text.startswith("{{=", reference.offset):
            message = "A template cannot set other signs for fields than `{{` and `}}`."
            hint = "Delete `{{=…=}}`, and write each field as `{{Field}}`."
            findings.append(NOTETYPE_TEMPLATE.at(span_at(path, text, reference.offset), message, hint))
            continue
        known = names - SPECIAL_FIELDS
        hint = did_you_mean(reference.field, known, f"The fields are {', '.join(sorted(known))}.")
        message = f"There is no field `{reference.field}`."
        findings.append(NOTETYPE_TEMPLATE.at(span_at(path, text, reference.offset), message, hint))
    if "<!--" in text and (offset := _unread_in_comments(text, nodes, names)) is not None:
        message = "Anki up to 24.11 cannot read what stands in braces in a comment here."
        findings.append(NOTETYPE_COMMENT.at(span_at(path, text, offset), message, "Take the braces out."))
    return text, nodes


def _unread_in_comments(text: str, nodes: tuple[TemplateNode, ...], names: set[str]) -> int | None:
    """Return where the first of the references stands that Anki up to 24.11 reads, and cannot; or None."""
    outside = {reference.offset for reference in references(nodes)}
    try:
        read = references(parse_template(text, has_comments=False))
    except TemplateError as error:
        return error.offset
    unknown = (
        each.offset
        for each in read
        if each.offset not in outside
        and not _names_a_field(each.field, names, conditional=isinstance(each, Condition))
        and not (isinstance(each, Replacement) and each.filters == (WORD,))
    )
    return next(unknown, None)


def _names_a_field(field: str, names: set[str], *, conditional: bool) -> bool:
    if not conditional:
        return field in names
    # A condition may ask for a cloze's number: {{#c1}}…{{/c1}} (the manual, "Cloze Templates").
    return field in names - {"FrontSide"} or re.fullmatch(r"c\d+", field) is not None


def read_text(root: Path, path: str, named_at: Span | None = None) -> tuple[str, list[Finding]]:
    """Read the file of a note type at ``path`` in the project.

    A file that does not exist is empty; if it is required, ``named_at`` is where the finding goes.
    """
    if not is_file(root / path):
        message = f"The file `{path}` does not exist."
        hint = "Write it, beside notetype.yaml."
        return "", [NOTETYPE_FILE.at(named_at, message, hint)] if named_at else []
    data, findings = read_file(root, path)
    text, more = decode(data or b"", path)
    return text or "", findings + more
