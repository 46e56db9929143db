"""Reads note types from their folders: the definition, the card templates and the style.

The built-in note types and an author's own (``notetypes/`` in a project) are read by the same code.
"""

import os
import re
from collections.abc import Iterable, Iterator
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
from deckgen.model.notes import MediaFile
from deckgen.model.settings import NEW_A_DAY
from deckgen.model.template import SPECIAL_FIELDS, cloze_fields, parse_template
from deckgen.model.text import Text
from deckgen.model.values import replace
from deckgen.source.card_templates import (
    NOTETYPE_CLASH,
    NOTETYPE_FILE,
    NOTETYPE_TEMPLATE,
    read_cards,
    read_text,
    side_paths,
)
from deckgen.source.css_loads import beyond_reading, imports_first
from deckgen.source.files import is_file, read_file
from deckgen.source.folders import listing_of
from deckgen.source.formula_commands import formula_findings
from deckgen.source.media import MediaLibrary, sounds_elsewhere
from deckgen.source.packed_files import pack_files
from deckgen.source.stylesheet import style_faults
from deckgen.source.template_risks import style_risks, template_risks
from deckgen.yaml.mapping_reader import BAD_VALUE, EMPTY_TEXT, MappingReader, parse_mapping
from deckgen.yaml.nodes import YamlMapping

NOTETYPE_NAME = Code(
    "notetype-name",
    Severity.ERROR,
    "A name cannot be used",
    "Lists and fields are keys in YAML: lower-case words joined by `_`. Anki forbids `:`, `{`, `}`, quotes "
    "and a leading `#`, `^` or `/` in the names of fields.",
)
CODES = (NOTETYPE_NAME,)

_KEY = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*\Z")
_LABEL = re.compile(r'[^:{}"#^/\s][^:{}"]*\Z')


def base_style() -> str:
    """Return the style that all note types share and their own styles follow: colours, then layout."""
    parts = ((BUILT_IN / name).read_text(encoding="utf-8") for name in ("palette.css", "base.css"))
    return _without_comments("".join(parts))


def built_in_note_types() -> tuple[NoteType, ...]:
    """Return the note types that deckgen ships, in their order."""
    base = base_style()
    names = [name for name in listing_of(os.fspath(BUILT_IN)) if is_file(BUILT_IN / name / "notetype.yaml")]
    loaded = (load_note_type(BUILT_IN, name, base)[0] for name in names)
    return _in_order(replace(note_type, span=NOWHERE) for note_type in loaded if note_type is not None)


def _in_order(note_types: Iterable[NoteType]) -> tuple[NoteType, ...]:
    return tuple(sorted(note_types, key=lambda note_type: note_type.order))


def load_note_types(
    root: Path, name: str, library: MediaLibrary
) -> tuple[tuple[NoteType, ...], list[Finding]]:
    """Return the built-in note types and the author's own in the folder ``name`` of a project.

    ``library`` finds the files that their templates and styles load.

    An own note type of the same kind as a built-in one takes its place; what it says nothing of, its order
    and which points it teaches, stays as it was.
    """
    built_in = built_in_note_types()
    findings: list[Finding] = []
    base = base_style()
    own: dict[str, NoteType] = {}
    for child in (root / name / each for each in listing_of(os.fspath(root / name))):
        if not is_file(child / "notetype.yaml"):
            if listing_of(os.fspath(child)) and not child.name.startswith("_"):
                hint = "Write one, or delete the folder."
                span = Span(f"{name}/{child.name}/notetype.yaml")
                findings.append(NOTETYPE_FILE.at(span, "The folder has no notetype.yaml.", hint))
            continue
        note_type, more = load_note_type(root, f"{name}/{child.name}", base, library)
        findings += more
        if note_type is None:
            continue
        if any(note_type.name == other.name or note_type.kind == other.kind for other in own.values()):
            message = (
                f"There is another note type `{note_type.name}`, or one with the list `{note_type.kind}`."
            )
            span = Span(f"{name}/{child.name}/notetype.yaml")
            findings.append(NOTETYPE_CLASH.at(span, message, "Give it a name and a list of its own."))
        else:
            own[note_type.kind] = note_type
    for old in built_in:
        new = own.get(old.kind, old)
        order = old.order if new.order == LAST_PLACE else new.order
        own[old.kind] = replace(new, order=order, teaches=new.teaches or old.teaches)
    return _in_order(own.values()), findings


def load_note_type(
    root: Path, name: str, base_style: str, library: MediaLibrary | None = None
) -> tuple[NoteType | None, list[Finding]]:
    """Read one note type from its folder.

    ``name`` is the folder in ``root`` that holds it; ``base_style`` precedes the note type's own; ``library``
    finds the files that it loads, if it may load any.

    Returns:
        The note type, None if its name or its kind is unknown; and the findings.
    """
    path = f"{name}/notetype.yaml"
    data, findings = read_file(root, path)
    if data is None:
        return None, findings
    definition, more = parse_mapping(data, path, "A note type")
    findings += more
    if definition is None:
        return None, findings
    reader = MappingReader(definition, "a note type", findings)
    title = reader.prose("name", required=True)
    kind = reader.text("list", required=True)
    about, is_cloze = reader.word("about"), reader.flag("cloze")
    subdeck, aliases = reader.prose("subdeck"), reader.words("aliases")
    order, teaches = reader.number("order", 1, LAST_PLACE), reader.choice("teaches", POINT_SORTS)
    a_day = reader.number("a_day", 0, NEW_A_DAY)
    generation = reader.number("generation", 1, 99)
    fields = _read_fields(reader.mappings("fields", required=True), findings)
    cards = read_cards(reader.mappings("cards", required=True), root, name, fields, findings)
    reader.close()
    findings += formula_findings(title, subdeck)
    if kind and not _KEY.match(kind.value):
        hint = "Use lower-case words joined by `_`: `war_stories`."
        findings.append(NOTETYPE_NAME.at(kind.span, f"`{kind.value}` is not a valid name for a list.", hint))
    style, more = read_text(root, f"{name}/style.css")
    findings += more
    media: tuple[MediaFile, ...] = ()
    if library:
        findings += _risks(cards, style, name, fields)
        cards, style, media, more = _packed(cards, style, name, library)
        findings += more
    if not (title and kind):
        return None, findings
    for key, found in (("fields", fields), ("cards", cards)):
        if not found and not has_errors(findings):
            hint = "Give the note type at least one: without it there is no card to show."
            findings.append(EMPTY_TEXT.at(kind.span, f"`{key}` is empty.", hint))
    note_type = NoteType(
        name=title.value,
        kind=kind.value,
        fields=fields,
        cards=cards,
        style=imports_first(base_style + _without_comments(style)),
        is_cloze=is_cloze,
        subdeck=subdeck.value if subdeck else "",
        a_day=a_day or 0,
        about=about,
        order=order or LAST_PLACE,
        teaches=teaches or "",
        generation=generation or 1,
        aliases=aliases,
        span=kind.span,
        media=media,
    )
    if not has_errors(findings):
        findings += _check_cloze(note_type, Span(path))
    return replace(note_type, is_faulty=has_errors(findings)), findings


def _risks(
    cards: Iterable[CardDefinition], style: str, folder: str, fields: Iterable[FieldDefinition]
) -> Iterator[Finding]:
    """Yield what the templates and the style of an author's own note type load or run."""
    numbers = {field.name for field in fields if field.is_number}
    for card in cards:
        sides = ((card.front, card.front_nodes), (card.back, card.back_nodes))
        for path, (text, parsed) in zip(side_paths(folder, card.name), sides, strict=True):
            yield from template_risks(text, path, numbers) if parsed else ()
    # Without its comments a style may mean something else: `u/**/rl(…)`.
    path = f"{folder}/style.css"
    yield from [*style_risks(style, path)] or style_risks(_without_comments(style), path)
    if style and not beyond_reading(style):
        yield from style_faults(style, path)


def _packed(
    cards: Iterable[CardDefinition], style: str, folder: str, library: MediaLibrary
) -> tuple[tuple[CardDefinition, ...], str, tuple[MediaFile, ...], list[Finding]]:
    """Return cards and style with the names that files have in the package, the files, and the findings."""
    style, media, findings = pack_files(style, f"{folder}/style.css", library)
    packed = []
    for card in cards:
        sides = []
        for text, path in zip((card.front, card.back), side_paths(folder, card.name), strict=True):
            side, here, more = pack_files(text, path, library)
            sides.append(side)
            media, findings = (*media, *here), findings + more
        if sides != [card.front, card.back] and card.front_nodes and card.back_nodes:
            front, back = sides
            nodes = {"front_nodes": parse_template(front), "back_nodes": parse_template(back)}
            card = replace(card, front=front, back=back, **nodes)  # noqa: PLW2901
        packed.append(card)
    return tuple(packed), style, tuple(dict.fromkeys(media)), findings


def _without_comments(css: str) -> str:
    """Return a style without comments, which every card would carry; a string keeps what looks like one."""
    return re.sub(r"""("[^"]*"|'[^']*')|/\*.*?\*/\n?""", r"\1", css, flags=re.DOTALL)


def _check_cloze(note_type: NoteType, span: Span) -> list[Finding]:
    fronts_with_cloze = [card for card in note_type.cards if cloze_fields(card.front_nodes)]
    if note_type.is_cloze and (len(note_type.cards) != 1 or not fronts_with_cloze):
        message = "A cloze note type has exactly one card, whose front uses the `cloze:` filter."
        hint = "Write `{{cloze:Text}}` in its front, and delete other cards."
        return [NOTETYPE_TEMPLATE.at(span, message, hint)]
    if not note_type.is_cloze and fronts_with_cloze:
        message = f"The card `{fronts_with_cloze[0].name}` uses `cloze:`, but the note type is not a cloze."
        return [NOTETYPE_TEMPLATE.at(span, message, "Add `cloze: true` to notetype.yaml.")]
    return []


def _read_fields(nodes: Iterable[YamlMapping], findings: list[Finding]) -> tuple[FieldDefinition, ...]:
    fields: list[FieldDefinition] = []
    joined: list[Text] = []
    for node in nodes:
        reader = MappingReader(node, "a field", findings)
        key, joins = reader.text("name", required=True), reader.texts("joins", of_words=True)
        sort = reader.choice("type", FIELD_TYPES) or "text"
        default = reader.text("default") if sort == "number" else reader.prose("default")
        findings += [*formula_findings(default), *sounds_elsewhere(default)]
        field = FieldDefinition(
            key=key.value if key else "",
            name=reader.word("label", field_name(key.value) if key else ""),
            default=default.value if default else "",
            about=reader.word("about"),
            type=sort,
            role=reader.choice("role", FIELD_ROLES) or "",
            required=reader.flag("required"),
            private=reader.flag("private"),
            aliases=reader.words("aliases"),
            joins=tuple(text.value for text in joins),
        )
        reader.close()
        joined += joins
        if key is None:
            continue
        if field.role in LIST_ROLES and field.type != "list":
            message = f"`{field.key}` has the role `{field.role}`, but is not a list."
            reader.report(BAD_VALUE, key, message, "Add `type: list` to the field.")
        finding = _field_fault(field, key, fields)
        if finding:
            findings.append(finding)
        else:
            fields.append(field)
    written = [field.key for field in fields if field.is_written]
    for text in joined:
        if text.value not in written:
            hint = did_you_mean(text.value, written, f"The fields of a note are {', '.join(written)}.")
            findings.append(BAD_VALUE.at(text.span, f"There is no field `{text.value}` to join.", hint))
    return tuple(fields)


def _field_fault(field: FieldDefinition, key: Text, others: list[FieldDefinition]) -> Finding | None:
    if not _KEY.match(field.key):
        hint = "Use lower-case words joined by `_`: `first_move`."
        return NOTETYPE_NAME.at(key.span, f"`{field.key}` is not a valid name for a field.", hint)
    if not _LABEL.match(field.name):
        message = f"Anki does not allow a field named `{field.name}`."
        return NOTETYPE_NAME.at(key.span, message, "Use plain words.")
    taken = {*SPECIAL_FIELDS, *COMMON_FIELDS, *(other.name for other in others)}
    if field.key in COMMON_KEYS or field.name in taken or field.name.startswith("Reserved"):
        message = f"The field `{field.key}` has a name that is already taken."
        return NOTETYPE_CLASH.at(key.span, message, "Give it another name, or another `label`.")
    return None
