"""Reads outline.yaml: a chapter, its sections and the points that must be taught."""

import posixpath
import shlex
from collections.abc import Collection
from pathlib import PurePosixPath

from deckgen.model.diagnostics import Code, Finding, Severity, did_you_mean, has_errors
from deckgen.model.ids import file_digest, to_kebab
from deckgen.model.outline import Chapter, ChapterFile, Point, Section
from deckgen.model.text import Text
from deckgen.source.files import COPY_OR_ALLOW
from deckgen.source.formula_commands import formula_findings
from deckgen.source.id_fields import read_id
from deckgen.source.media import sounds_elsewhere
from deckgen.yaml.flow_list import as_entry
from deckgen.yaml.mapping_reader import BAD_VALUE, MappingReader, parse_mapping
from deckgen.yaml.nodes import YamlMapping

DUPLICATE_ID = Code(
    "duplicate-id",
    Severity.ERROR,
    "An id is used twice",
    "A note's id is what Anki knows it by, and what its review history hangs on: two notes with one id "
    "would overwrite each other. Points, sections and chapters are found by their ids in the same way.",
    bad="- id: blast-radius\n  prompt: One?\n- id: blast-radius\n  prompt: Two?",
    good="- id: blast-radius\n  prompt: One?\n- id: blast-radius-cost\n  prompt: Two?",
)
CHAPTER_CHANGED = Code(
    "chapter-changed",
    Severity.WARNING,
    "The chapter has changed since its outline was taken",
    "The outline names the chapter's file and the digest that it had. Points may be new, gone or reworded "
    "since: `deckgen outline CHAPTER --diff OUTLINE` shows them, and `--update` writes them in, keeping ids.",
)
CHAPTER_ELSEWHERE = Code(
    "chapter-elsewhere",
    Severity.INFO,
    "The chapter is not where its outline says",
    "`file` is relative to the outline's folder. `deckgen outline CHAPTER > OUTLINE` does not know that "
    "folder and writes a path from where it was run; `-o OUTLINE` writes the right one. While the file is "
    "not found, changes of the chapter go unnoticed. A chapter may well be kept out of the project.",
    bad="chapter: {file: chapter-5.md, digest: 0123456789abcdef}",
    good="chapter: {file: ../chapter-5.md, digest: 0123456789abcdef}",
)
CODES = (DUPLICATE_ID, CHAPTER_CHANGED, CHAPTER_ELSEWHERE)
_MOST_CARDS = 20  # that a point can need
# Folders above the project's root from which `deckgen outline` may have been run.
_ABOVE_ROOT = ("..", "../..")


def read_outline(
    data: bytes, path: str, kinds: Collection[str], project_name: str
) -> tuple[Chapter | None, list[Finding]]:
    """Read a chapter's outline.

    ``project_name`` is the first part of the default deck name.

    Returns:
        The chapter, None if the file cannot be read; and the findings. Where its id, number or title is
        missing, another text stands in, so that its notes are checked all the same.
    """
    root, findings = parse_mapping(data, path, "An outline")
    if root is None:
        return None, findings
    is_partial = has_errors(findings)
    reader = MappingReader(root, "an outline", findings)
    chapter_id = read_id(reader, "first-point")
    number, title = reader.text("number", required=True), reader.line("title", required=True)
    deck, aliases = reader.line("deck"), reader.words("aliases")
    taken_from = _read_chapter_file(reader.mapping("chapter"), findings)
    sections = _read_sections(reader.mappings("sections", required=True), kinds, findings)
    reader.close()
    if number and not (number.value.isascii() and number.value.isdigit() and len(number.value) <= 3):
        message = f"`number` takes a whole number from 0 to 999, not `{number.value[:40]}`."
        hint = "Write the chapter's number: it names the deck, which readers keep."
        findings.append(BAD_VALUE.at(number.span, message, hint))
    folder = str(PurePosixPath(path).parent)
    chapter_id, number = chapter_id or Text(folder, path), number or Text("0", path)
    title = title or chapter_id
    name = deck.value if deck else f"{project_name}::{_deck_part(number.value, title.value)}"
    if deck and any(not part.strip() for part in deck.value.split("::")):
        hint = "Write a name on both sides of each `::`."
        findings.append(BAD_VALUE.at(deck.span, "A part of the deck's name is empty.", hint))
    findings += formula_findings(deck)
    findings += sounds_elsewhere(title, *(section.title for section in sections))
    points = {
        f"{chapter_id.value}/{section.id.value}/{point.id.value}": (section, point)
        for section in sections
        for point in section.points
    }
    values = (chapter_id, number, title, name, sections, folder, points, aliases, taken_from, is_partial)
    return Chapter(*values), findings


def chapter_without_outline(folder: str, project_name: str) -> Chapter:
    """Return the chapter that a folder of notes is without an outline: of no points, named by the folder."""
    title = Text(folder, folder)
    deck = f"{project_name}::{folder.replace('::', ':').rstrip(': ')}"
    return Chapter(Text(to_kebab(folder) or "notes", folder), Text("", folder), title, deck, (), folder, {})


def _read_chapter_file(node: YamlMapping | None, findings: list[Finding]) -> ChapterFile | None:
    if node is None:
        return None
    reader = MappingReader(node, "`chapter`", findings)
    file, digest = reader.text("file", required=True), reader.text("digest", required=True)
    reader.close()
    return ChapterFile(file, digest) if file and digest else None


def chapter_path(chapter: Chapter) -> str | None:
    """Return the path, from the project's root, of the file that the outline was taken from."""
    file = chapter.taken_from.file.value if chapter.taken_from else ""
    return posixpath.normpath(posixpath.join(chapter.folder, file)) if file else None


def chapter_paths_elsewhere(chapter: Chapter) -> list[str]:
    """Return where else the chapter may be: its path taken from each folder above, the nearest first."""
    file = chapter.taken_from.file.value if chapter.taken_from else ""
    above = [str(folder) for folder in PurePosixPath(chapter.folder).parents]
    paths = [posixpath.normpath(posixpath.join(folder, file)) for folder in (*above, *_ABOVE_ROOT) if file]
    return [path for path in dict.fromkeys(paths) if path != chapter_path(chapter)]


def elsewhere_findings(chapter: Chapter, found: str) -> list[Finding]:
    """Report a chapter that is not read: its file is out of the project, or not where the outline says.

    ``found`` is the path where it is, from the project's root.
    """
    if chapter.taken_from is None:
        return []
    file = chapter.taken_from.file
    if found == chapter_path(chapter):
        message = f"The chapter `{file.value}` lies outside the project, so that its changes go unnoticed."
        return [CHAPTER_ELSEWHERE.at(file.span, message, COPY_OR_ALLOW)]
    right = posixpath.relpath(found, chapter.folder)
    message = f"There is no `{file.value}` as seen from this outline's folder, but `{right}` is there."
    hint = f"Write `{as_entry('file', right)}`, if that is the chapter."
    return [CHAPTER_ELSEWHERE.at(file.span, message, hint)]


def chapter_findings(chapter: Chapter, data: bytes) -> list[Finding]:
    """Report a chapter that has changed: ``data``, its file now, is not what the outline was taken from."""
    taken_from = chapter.taken_from
    if taken_from is None or taken_from.digest.value == file_digest(data):
        return []
    file, outline = taken_from.file.value, taken_from.file.path.rsplit("/", 1)[-1]
    message = f"The chapter `{file}` has changed since this outline was taken."
    chapter_file = shlex.quote(f"./{file}" if file.startswith("-") else file)
    command = f"deckgen outline {chapter_file} --diff {shlex.quote(outline)}"
    hint = f"From the outline's folder, see what is new: `{command}`, then add `--update`."
    return [CHAPTER_CHANGED.at(taken_from.digest.span, message, hint)]


def _deck_part(number: str, title: str) -> str:
    """Return the last part of the default deck name, such as ``07 Caching``, so that decks sort by number.

    Anki splits names at ``::``, which a colon at the end and the ``::`` of a subdeck would give as well.
    """
    return f"{number.zfill(2)} {title}".replace("::", ":").rstrip(": ")


def _read_sections(
    nodes: list[YamlMapping], kinds: Collection[str], findings: list[Finding]
) -> tuple[Section, ...]:
    sections: dict[str, Section] = {}
    for node in nodes:
        reader = MappingReader(node, "a section", findings)
        section_id, title = read_id(reader, "first-point"), reader.prose("title", required=True)
        points = _read_points(reader.mappings("points"), kinds, findings)
        reader.close()
        if section_id and not _is_taken(section_id, sections, findings):
            sections[section_id.value] = Section(section_id, title or section_id, points)
    return tuple(sections.values())


def _read_points(
    nodes: list[YamlMapping], kinds: Collection[str], findings: list[Finding]
) -> tuple[Point, ...]:
    points: dict[str, Point] = {}
    for node in nodes:
        reader = MappingReader(node, "a point", findings)
        point_id, text = read_id(reader, "first-point"), reader.prose("text", required=True)
        needs, cards = _read_needs(reader, findings)
        reader.close()
        for need in needs:
            if need.value not in kinds:
                hint = did_you_mean(need.value, kinds, f"The kinds are {', '.join(kinds)}.")
                reader.report(BAD_VALUE, need, f"`{need.value}` is not a kind of note.", hint)
        if point_id and not _is_taken(point_id, points, findings):
            wanted = tuple(need.value for need in needs if need.value in kinds)
            points[point_id.value] = Point(point_id, text or point_id, wanted, cards)
    return tuple(points.values())


def _read_needs(reader: MappingReader, findings: list[Finding]) -> tuple[tuple[Text, ...], int]:
    """Return the kinds that a point needs, and how many cards: a list of kinds, or `{kinds: …, cards: …}`."""
    node = reader.mapping("needs") if reader.is_mapping("needs") else None
    if node is None:
        return reader.texts("needs", of_words=True), 1
    needs = MappingReader(node, "`needs`", findings)
    kinds, cards = needs.texts("kinds", of_words=True), needs.number("cards", 1, _MOST_CARDS)
    needs.close()
    return kinds, cards or 1


def _is_taken(new: Text, others: Collection[str], findings: list[Finding]) -> bool:
    if new.value not in others:
        return False
    message = f"The id `{new.value}` is used twice."
    findings.append(DUPLICATE_ID.at(new.span, message, "Give this one an id of its own."))
    return True
