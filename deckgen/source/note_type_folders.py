"""Reading note types: a definition, its templates and its style from a folder, checked.

The built-in note types and an author's own (``notetypes/`` in a project) come through the same
``load_note_type``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from deckgen.model.diagnostics import Code, Finding, Severity, Span, did_you_mean, has_errors
from deckgen.model.note_type import (
    BUILT_IN,
    COMMON_FIELDS,
    COMMON_KEYS,
    FIELD_ROLES,
    FIELD_TYPES,
    LAST_PLACE,
    LIST_ROLES,
    NOWHERE,
    POINT_SORTS,
    CardDefinition,
    FieldDefinition,
    NoteType,
    field_name,
)
from deckgen.model.template import (
    FILTERS,
    SPECIAL_FIELDS,
    Condition,
    Replacement,
    TemplateError,
    TemplateNode,
    cloze_fields,
    parse_template,
    references,
    unknown_filters,
)
from deckgen.model.text import Text
from deckgen.model.values import replace
from deckgen.source.files import is_file, read_file
from deckgen.source.folders import listing_of
from deckgen.yaml.mapping_reader import BAD_VALUE, EMPTY_TEXT, MappingReader, parse_mapping
from deckgen.yaml.nodes import Mapping as MappingNode
from deckgen.yaml.nodes import decode

NOTE_TYPE_TEMPLATE = Code(
    "notetype-template",
    Severity.ERROR,
    "A card template cannot work",
    "Anki refuses a template with an unclosed condition, and shows an error on each card that names a "
    "field which does not exist.",
    bad="<div>{{Promt}}</div>",
    good="<div>{{Prompt}}</div>",
)
NOTE_TYPE_FILE = Code(
    "notetype-file",
    Severity.ERROR,
    "A note type's folder lacks a file",
    "Each card needs its two sides: for a card `Recall` the files `recall.front.html` and `recall.back.html` "
    "beside `notetype.yaml`.",
)
NOTE_TYPE_CLASH = Code(
    "notetype-clash",
    Severity.ERROR,
    "Two names in the note types are the same",
    "Note types, lists, fields and cards are found by name; the same name twice would lose one of them.",
)
NOTE_TYPE_NAME = Code(
    "notetype-name",
    Severity.ERROR,
    "A name cannot be used",
    "Lists and fields are keys in YAML: lower-case words joined by `_`. Anki forbids `:`, `{`, `}`, quotes "
    "and a leading `#`, `^` or `/` in the names of fields.",
)
NOTE_TYPE_FILTER = Code(
    "notetype-filter",
    Severity.WARNING,
    "A template asks for a filter that Anki does not have",
    "Anki shows the field without it, and without the filters that would apply after it, unless the reader "
    "has an add-on that knows it; phones have no add-ons.",
    bad="<div>{{hnt:Prompt}}</div>",
    good="<div>{{hint:Prompt}}</div>",
)
CODES = (NOTE_TYPE_TEMPLATE, NOTE_TYPE_FILTER, NOTE_TYPE_FILE, NOTE_TYPE_CLASH, NOTE_TYPE_NAME)

_KEY = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*\Z")
_LABEL = re.compile(r'[^:{}"#^/\s][^:{}"]*\Z')


def base_style() -> str:
    """Return the styling that every note type's own follows: the colours, then the design."""
    return "".join((BUILT_IN / name).read_text(encoding="utf-8") for name in ("palette.css", "base.css"))


def built_in_note_types() -> tuple[NoteType, ...]:
    """Return the note types that deckgen ships, in their order."""
    base = base_style()
    names = [name for name in listing_of(os.fspath(BUILT_IN)) if is_file(BUILT_IN / name / "notetype.yaml")]
    loaded = (load_note_type(BUILT_IN / name, name, base)[0] for name in names)
    return _in_order(replace(note_type, span=NOWHERE) for note_type in loaded if note_type is not None)


def _in_order(note_types: Iterable[NoteType]) -> tuple[NoteType, ...]:
    return tuple(sorted(note_types, key=lambda note_type: note_type.order))


def load_note_types(folder: Path, name: str) -> tuple[tuple[NoteType, ...], list[Finding]]:
    """Return the built-in note types and the author's own in ``folder`` (``name`` in spans).

    An own note type whose list is that of a built-in one takes its place; what it says nothing of, its order
    and which points it teaches, stays as it was.
    """
    built_in = built_in_note_types()
    findings: list[Finding] = []
    base = base_style()
    own: dict[str, NoteType] = {}
    for child in (folder / name for name in listing_of(os.fspath(folder))):
        if not is_file(child / "notetype.yaml"):
            if listing_of(os.fspath(child)) and not child.name.startswith("_"):
                hint = "Write one, or delete the folder."
                span = Span(f"{name}/{child.name}/notetype.yaml")
                findings.append(NOTE_TYPE_FILE.at(span, "The folder holds no notetype.yaml.", hint))
            continue
        note_type, more = load_note_type(child, f"{name}/{child.name}", base)
        findings += more
        if note_type is None:
            continue
        twin = next(
            (other for other in own.values() if other.name == note_type.name), own.get(note_type.kind)
        )
        if twin:
            message = f"The note type `{note_type.name}` (list `{note_type.kind}`) stands here a second time."
            span = Span(f"{name}/{child.name}/notetype.yaml")
            findings.append(NOTE_TYPE_CLASH.at(span, message, "Give it a name and a list of its own."))
        else:
            own[note_type.kind] = note_type
    for old in built_in:
        new = own.get(old.kind, old)
        order = old.order if new.order == LAST_PLACE else new.order
        own[old.kind] = replace(new, order=order, teaches=new.teaches or old.teaches)
    return _in_order(own.values()), findings


def load_note_type(folder: Path, name: str, base_style: str) -> tuple[NoteType | None, list[Finding]]:
    """Read one note type from its folder.

    Args:
        folder: where ``notetype.yaml``, the templates and ``style.css`` stand.
        name: the folder's name in spans.
        base_style: the styling that precedes the note type's own.

    Returns:
        The note type (None where not even its list can be told) and the findings.
    """
    path = f"{name}/notetype.yaml"
    data, findings = read_file(folder, "notetype.yaml", Span(path))
    if data is None:
        return None, findings
    root, more = parse_mapping(data, path, "A note type")
    findings += more
    if root is None:
        return None, findings
    reader = MappingReader(root, "a note type", findings)
    title = reader.text("name", required=True)
    kind = reader.text("list", required=True)
    about = reader.text("about")
    is_cloze = reader.flag("cloze")
    subdeck, aliases = reader.text("subdeck"), reader.texts("aliases")
    order, teaches = reader.number("order", 1, LAST_PLACE), reader.choice("teaches", POINT_SORTS)
    generation = reader.number("generation", 1, 99)
    fields = _read_fields(reader.mappings("fields", required=True), findings)
    cards = _read_cards(reader.mappings("cards", required=True), folder, name, fields, findings)
    reader.close()
    if kind and not _KEY.match(kind.value):
        hint = "Use lower-case words joined by `_`: `war_stories`."
        findings.append(NOTE_TYPE_NAME.at(kind.span, f"`{kind.value}` cannot name a list.", hint))
    style, more = _read_text(folder / "style.css", f"{name}/style.css", required=False)
    findings += more
    if not (title and kind):
        return None, findings
    for key, found in (("fields", fields), ("cards", cards)):
        if not found and not has_errors(findings):
            hint = "Give the note type at least one: without, there is no card to show."
            findings.append(EMPTY_TEXT.at(kind.span, f"`{key}` is empty.", hint))
    note_type = NoteType(
        name=title.value,
        kind=kind.value,
        fields=fields,
        cards=cards,
        style=base_style + style,
        is_cloze=is_cloze,
        subdeck=subdeck.value if subdeck else "",
        about=about.value if about else "",
        order=order or LAST_PLACE,
        teaches=teaches or "",
        generation=generation or 1,
        aliases=tuple(alias.value for alias in aliases),
        span=kind.span,
    )
    if not has_errors(findings):
        findings += _check_cloze(note_type, Span(path))
    return replace(note_type, is_faulty=has_errors(findings)), findings


def _check_cloze(note_type: NoteType, span: Span) -> list[Finding]:
    fronts_with_cloze = [card for card in note_type.cards if cloze_fields(card.front_nodes)]
    if note_type.is_cloze and (len(note_type.cards) != 1 or not fronts_with_cloze):
        message = "A cloze note type has exactly one card, whose front uses the `cloze:` filter."
        return [
            NOTE_TYPE_TEMPLATE.at(
                span, message, "Write `{{cloze:Text}}` in its front, and delete other cards."
            )
        ]
    if not note_type.is_cloze and fronts_with_cloze:
        message = f"The card `{fronts_with_cloze[0].name}` uses `cloze:`, but the note type is not a cloze."
        return [NOTE_TYPE_TEMPLATE.at(span, message, "Add `cloze: true` to notetype.yaml.")]
    return []


def _read_fields(nodes: Iterable[MappingNode], findings: list[Finding]) -> tuple[FieldDefinition, ...]:
    fields: list[FieldDefinition] = []
    for node in nodes:
        reader = MappingReader(node, "a field", findings)
        key, label = reader.text("name", required=True), reader.text("label")
        default, about = reader.text("default"), reader.text("about")
        type_ = reader.choice("type", FIELD_TYPES) or "text"
        role = reader.choice("role", FIELD_ROLES) or ""
        required, private = reader.flag("required"), reader.flag("private")
        aliases = tuple(alias.value for alias in reader.texts("aliases"))
        reader.close()
        if key is None:
            continue
        if role in LIST_ROLES and type_ != "list":
            message = f"`{key.value}` has the role `{role}`, but is no list."
            reader.report(BAD_VALUE, key, message, "Add `type: list` to the field.")
        name = label.value if label else field_name(key.value)
        field = FieldDefinition(
            key.value,
            name,
            type_,
            required=required,
            private=private,
            default=default.value if default else "",
            about=about.value if about else "",
            aliases=aliases,
            role=role,
        )
        finding = _field_fault(field, key, fields)
        if finding:
            findings.append(finding)
        else:
            fields.append(field)
    return tuple(fields)


def _field_fault(field: FieldDefinition, key: Text, others: list[FieldDefinition]) -> Finding | None:
    if not _KEY.match(field.key):
        hint = "Use lower-case words joined by `_`: `first_move`."
        return NOTE_TYPE_NAME.at(key.span, f"`{field.key}` cannot name a field.", hint)
    if not _LABEL.match(field.name):
        return NOTE_TYPE_NAME.at(key.span, f"Anki takes no field named `{field.name}`.", "Use plain words.")
    taken = {*SPECIAL_FIELDS, *COMMON_FIELDS, *(other.name for other in others)}
    if field.key in COMMON_KEYS or field.name in taken or field.name.startswith("Spare"):
        message = f"The field `{field.key}` has a name that is taken."
        return NOTE_TYPE_CLASH.at(key.span, message, "Give it another name, or another `label`.")
    return None


def _read_cards(
    nodes: Iterable[MappingNode],
    folder: Path,
    name: str,
    fields: tuple[FieldDefinition, ...],
    findings: list[Finding],
) -> tuple[CardDefinition, ...]:
    cards: list[CardDefinition] = []
    names = {field.name for field in fields} | set(COMMON_FIELDS) | SPECIAL_FIELDS
    keys = {field.key: field.name for field in fields}
    for node in nodes:
        reader = MappingReader(node, "a card", findings)
        title = reader.text("name", required=True)
        aliases = tuple(alias.value for alias in reader.texts("aliases"))
        speak = keys.get(reader.choice("speak", keys) or "", "")
        reader.close()
        if title is None:
            continue
        if any(card.name == title.value for card in cards):
            message = f"The card `{title.value}` stands here a second time."
            findings.append(NOTE_TYPE_CLASH.at(title.span, message, "Give it a name of its own."))
        stem = re.sub(r"[^a-z0-9]+", "-", title.value.lower()).strip("-")
        files = [f"{stem}.{side}.html" for side in ("front", "back")]
        sides = [_read_side(folder / file, f"{name}/{file}", title, names, findings) for file in files]
        (front, front_nodes), (back, back_nodes) = sides
        cards.append(CardDefinition(title.value, front, back, front_nodes, back_nodes, aliases, speak))
    return tuple(cards)


def _read_side(
    file: Path, path: str, title: Text, names: set[str], findings: list[Finding]
) -> tuple[str, tuple[TemplateNode, ...]]:
    text, more = _read_text(file, path, required=True, asked_at=title.span)
    findings += more
    try:
        nodes = parse_template(text)
    except TemplateError as error:
        hint = "Close each `{{#Field}}` with its own `{{/Field}}`, and each `{{` with `}}`."
        findings.append(NOTE_TYPE_TEMPLATE.at(_place(path, text, error.offset), str(error), hint))
        return text, ()
    for reference in references(nodes):
        for name in unknown_filters(reference) if isinstance(reference, Replacement) else ():
            hint = did_you_mean(name, FILTERS, f"Anki knows {', '.join(FILTERS)}.")
            place = _place(path, text, reference.offset)
            findings.append(NOTE_TYPE_FILTER.at(place, f"There is no filter `{name}`.", hint))
        if _names_a_field(reference.field, names, conditional=isinstance(reference, Condition)):
            continue
        known = names - SPECIAL_FIELDS
        hint = did_you_mean(reference.field, known, f"The fields are {', '.join(sorted(known))}.")
        message = f"There is no field `{reference.field}`."
        findings.append(NOTE_TYPE_TEMPLATE.at(_place(path, text, reference.offset), message, hint))
    return text, nodes


def _names_a_field(field: str, names: set[str], *, conditional: bool) -> bool:
    if not conditional:
        return field in names
    # A condition may ask for a cloze's number: {{#c1}}…{{/c1}} (the manual, "Cloze Templates").
    return field in names - {"FrontSide"} or re.fullmatch(r"c\d+", field) is not None


def _place(path: str, text: str, offset: int) -> Span:
    before = text[:offset]
    return Span(path, before.count("\n") + 1, offset - before.rfind("\n"))


def _read_text(
    file: Path, path: str, *, required: bool, asked_at: Span | None = None
) -> tuple[str, list[Finding]]:
    if not is_file(file):
        if not required:
            return "", []
        message = f"The file `{path}` does not exist."
        return "", [NOTE_TYPE_FILE.at(asked_at or Span(path), message, "Write it, beside notetype.yaml.")]
    data, findings = read_file(file.parent, file.name, Span(path))
    text, more = decode(data or b"", path)
    return text or "", findings + more
