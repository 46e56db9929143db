"""Reads the notes of a file. A note with an error is marked as faulty, so that the rest of it is checked."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from deckgen.model.diagnostics import Code, Finding, Severity, Span, did_you_mean, has_errors, nearest
from deckgen.model.ids import KEBAB, to_kebab
from deckgen.model.note_type import NoteType
from deckgen.model.notes import Ignored, Note
from deckgen.model.text import Text
from deckgen.model.values import replace
from deckgen.source.formula_commands import FORMULA_COMMAND, formula_problem, reaching_command
from deckgen.source.id_fields import read_id
from deckgen.source.note_fields import foreign_names, read_fields
from deckgen.source.outline_files import DUPLICATE_ID
from deckgen.source.project import BAD_ID
from deckgen.yaml.flow_list import as_item, as_word
from deckgen.yaml.mapping_reader import (
    BAD_VALUE,
    UNKNOWN_KEY,
    WRONG_TYPE,
    MappingReader,
    mappings_in,
)
from deckgen.yaml.nodes import YamlMapping, parse, shape_of

BAD_TAG = Code(
    "bad-tag",
    Severity.ERROR,
    "A tag would not arrive in Anki as written",
    "Anki splits tags at spaces and calls an empty level `blank`.",
    bad="tags: [spark memory, 'topic::']",
    good="tags: [spark-memory, topic::spark]",
)
EMPTY_NOTE_FILE = Code(
    "empty-note-file",
    Severity.WARNING,
    "A note file has no notes",
    "The next build retires the notes that were in it, so a file emptied by accident takes them all away "
    "from readers.",
    bad="concepts:",
    good="concepts:\n  - id: retry-needs\n    covers: [basics/retries]\n    prompt: What does a retry need?"
    "\n    answer: Idempotent writes.",
)
CODES = (BAD_TAG, EMPTY_NOTE_FILE)

_DATE = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
_SPACE = re.compile(r"\s")


def read_notes(
    data: bytes, path: str, chapter: str, note_types: Mapping[str, NoteType]
) -> tuple[list[Note], list[Finding]]:
    """Read one note file.

    Returns:
        The notes in the file's order, those with errors among them, and the findings.
    """
    root, findings = parse(data, path)
    if root is None:
        return [], findings or [_empty_finding(path, has_stubs=b"# " in data)]
    if not isinstance(root, YamlMapping):
        hint = f"Start the file with a list such as `{next(iter(note_types))}:`."
        findings.append(
            WRONG_TYPE.at(root.span, f"A note file must be a mapping, not {shape_of(root)}.", hint)
        )
        return [], findings
    notes: list[Note] = []
    for kind, (key, node) in root.entries.items():
        note_type = note_types.get(kind)
        if note_type is None:
            guess = nearest(kind, note_types)
            hint = did_you_mean(kind, note_types, f"The kinds are {', '.join(note_types)}.", root.entries)
            findings.append(UNKNOWN_KEY.at(key.span, f"`{kind}` is not a kind of note.", hint))
            note_type = note_types[guess] if guess else None
        if note_type is not None:
            read = [
                _read_note(entry, chapter, note_type, findings)
                for entry in mappings_in(node, f"`{kind}`", findings)
            ]
            notes += read if kind in note_types else [replace(note, is_faulty=True) for note in read]
    if not notes and not findings:
        findings.append(_empty_finding(path, has_stubs=b"# " in data))
    return notes, findings


def _empty_finding(path: str, *, has_stubs: bool) -> Finding:
    gone = "elete the file if its notes are to be retired"
    hint = f"D{gone}; otherwise restore it from version control."
    if has_stubs:
        hint = f"Take away the `# ` before a list and its note, or d{gone}."
    return EMPTY_NOTE_FILE.at(Span(path), "This file has no notes.", hint)


def _read_note(node: YamlMapping, chapter: str, note_type: NoteType, findings: list[Finding]) -> Note:
    errors_before = len(findings)
    reader = MappingReader(node, "a note", findings)
    note_id = read_id(reader, "note-id")
    covers, reasons = _read_covers(reader, findings)
    tags, aliases = reader.texts("tags", of_words=True), reader.texts("aliases", of_words=True)
    source, as_of, draft = reader.prose("source"), reader.text("as_of"), reader.flag("draft")
    lint = _read_ignored(reader.mapping("lint"), findings)
    for tag in tags:
        check_tag(tag, reader)
    for alias in aliases:
        _check_alias(alias, chapter, reader)
    if as_of and not re.fullmatch(_DATE, as_of.value):
        hint = "Write it as `2026-11-24`, or `2026-11`."
        reader.report(BAD_VALUE, as_of, f"`{as_of.value}` is not a date.", hint)
    fields = {}
    if not note_type.is_faulty:
        fields = read_fields(reader, note_type, findings)
        reader.close(foreign=partial(foreign_names, note_type))
    unread = reader.unread() if findings else frozenset()
    has_more = len(findings) > errors_before
    is_faulty = bool(unread) or note_type.is_faulty or (has_more and has_errors(findings[errors_before:]))
    if is_faulty:
        wanted = (field.key for field in note_type.fields if field.required or reader.has(field.key))
        unread = unread.union(wanted).difference(fields)
        if not covers and (reader.has("covers") or reader.is_torn()):
            unread |= {"covers"}
    return Note(
        chapter,
        note_id or Text("", node.span.path, node.span.line, node.span.column),
        note_type.kind,
        fields,
        covers,
        tags,
        source,
        as_of,
        aliases,
        draft,
        lint,
        is_faulty,
        unread,
        reasons,
    )


def _read_covers(
    reader: MappingReader, findings: list[Finding]
) -> tuple[tuple[Text, ...], Mapping[str, Text]]:
    """Return the points that a note names, and by their names the reasons that it gives."""
    covers: list[Text] = []
    reasons: dict[str, Text] = {}
    for node in reader.items("covers", of_words=True):
        if not isinstance(node, YamlMapping):
            point, because = reader.item_text("covers", node, of_words=True), None
        else:
            claim = MappingReader(node, "an item of `covers`", findings)
            point, because = claim.text("point", required=True), claim.prose("because", required=True)
            claim.close()
        if point:
            covers.append(point)
            reasons |= {point.value: because} if because else {}
    return tuple(covers), reasons


def _read_ignored(node: YamlMapping | None, findings: list[Finding]) -> Ignored | None:
    if node is None:
        return None
    reader = MappingReader(node, "`lint`", findings)
    codes, reason = reader.texts("ignore", required=True, of_words=True), reader.text("reason")
    before = len(findings)
    reader.close()
    if reason is None and len(findings) > before:
        reason = Text("", node.span.path)  # a misspelt key may hold it
    return Ignored(codes, reason, node.span) if codes else None


def _check_alias(alias: Text, chapter: str, reader: MappingReader) -> None:
    parts = alias.value.split("/")
    if len(parts) > 2 or not all(KEBAB.match(part) for part in parts):
        name = to_kebab(parts[-1]) or "note-id"
        hint = f"Write the earlier id as `{name}`, or with its chapter as `{chapter}/{name}`."
        reader.report(BAD_ID, alias, f"`{alias.value}` cannot have been the id of a note.", hint)


def check_tag(tag: Text, reader: MappingReader) -> None:
    """Report a tag that Anki would split or rename, or that reaches out where a card shows it."""
    if command := reaching_command(tag.value):
        reader.report(FORMULA_COMMAND, tag, *formula_problem(command))
    if _SPACE.search(tag.value):
        word = as_word(tag.value)
        hint = f"Write `{as_item(word)}`, or two tags." if word else "Delete it."
        reader.report(
            BAD_TAG, tag, f"The tag `{tag.value}` contains a space, and Anki would split it there.", hint
        )
    elif not all(tag.value.split("::")):
        hint = "Name each level, or drop it."
        reader.report(BAD_TAG, tag, f"The tag `{tag.value}` has an empty level.", hint)


def own_tag_findings(notes: Iterable[Note], project_id: str) -> list[Finding]:
    """Report tags under the project's id: deckgen's own go there, among them the one of retired notes."""
    findings = []
    for note in notes:
        for tag in note.tags:
            if tag.value.partition("::")[0].lower() == project_id:
                message = f"The tag `{tag.value}` is under the project's id, where deckgen puts its own tags."
                findings.append(BAD_TAG.at(tag.span, message, "Start it with another word."))
    return findings


class UniqueIds:
    """The ids and aliases of the notes seen so far.

    ``wrong_aliases`` holds the full id of each note with an alias that names a note which exists, and that.
    """

    def __init__(self) -> None:
        self._taken: dict[str, Span] = {}
        self._aliases: dict[str, tuple[str, Text]] = {}
        self.wrong_aliases: set[tuple[str, str]] = set()

    def mark_twins(self, notes: Iterable[Note]) -> tuple[list[Note], list[Finding]]:
        """Return the notes, those whose id is taken as faulty ones, and findings on ids and aliases."""
        marked, findings = [], []
        for note in notes:
            is_twin = note.full_id in self._taken
            if is_twin:
                message = f"The id `{note.full_id}` is used twice; the first is {self._place(note.full_id)}."
                findings.append(DUPLICATE_ID.at(note.id.span, message, "Give this note an id of its own."))
            elif note.id.value:
                self._taken[note.full_id] = note.id.span
            if note.full_id in self._aliases and not is_twin:
                findings.append(self._wrong_alias(note.full_id))
            for name, alias in note.full_aliases():
                findings += self._alias_findings(name, alias, note)
            marked.append(replace(note, is_faulty=True) if is_twin else note)
        return marked, findings

    def _alias_findings(self, name: str, alias: Text, note: Note) -> Iterator[Finding]:
        first, _ = self._aliases.setdefault(name, (note.full_id, alias))
        if name in self._taken and name != note.full_id:
            self._aliases[name] = (note.full_id, alias)
            yield self._wrong_alias(name)
        elif first != note.full_id:
            message = f"`{first}` has the alias `{name}`, too, and only one note can continue another."
            yield DUPLICATE_ID.at(alias.span, message, "Delete the alias at one of the two.")

    def _wrong_alias(self, name: str) -> Finding:
        owner, alias = self._aliases[name]
        self.wrong_aliases.add((owner, name))
        message = f"The alias `{alias.value}` names a note that exists, {self._place(name)}."
        hint = "Delete the alias; if this note continues that one, delete that one or give it another id."
        return DUPLICATE_ID.at(alias.span, message, hint)

    def _place(self, name: str) -> str:
        return f"in {self._taken[name].path}, line {self._taken[name].line}"
