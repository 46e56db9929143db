"""Reads a chapter's outline from its bytes: calls the other modules of this package in order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath

from deckgen.model.diagnostics import Finding, Span, in_order
from deckgen.model.ids import file_digest
from deckgen.model.note_type import NoteType
from deckgen.outline.blocks import Block, BlockKind, read_blocks
from deckgen.outline.chapter_codes import (
    CHAPTER_EMPTY,
    CHAPTER_TOO_DEEP,
    CHAPTER_UNNUMBERED,
    CHAPTER_UNTITLED,
    FRONT_MATTER_UNCLOSED,
    POINTS_FROM_PROSE,
    PROSE_WITHOUT_POINT,
)
from deckgen.outline.chapter_title import FrontMatter, Heading, read_heading, split_front_matter
from deckgen.outline.decode import decode_chapter
from deckgen.outline.guess import guess_needs, kinds_by_sort
from deckgen.outline.inline import joined
from deckgen.outline.labels import clean_heading
from deckgen.outline.numbering import without_bare_numbers
from deckgen.outline.point_ids import Names
from deckgen.outline.points import FoundPoint
from deckgen.outline.repair import repair
from deckgen.outline.section_reader import find_points
from deckgen.outline.sentences import labelled, shorten
from deckgen.outline.taken_outline import TakenOutline, TakenPoint, TakenSection

# Line numbers in a message: more are of no use.
_MOST_PLACES = 10


def take_outline(
    data: bytes, path: str, note_types: Iterable[NoteType] = ()
) -> tuple[TakenOutline | None, list[Finding]]:
    """Take the outline of a chapter.

    ``note_types`` are those that points may need.

    Returns:
        The outline, None where there is nothing to teach; and the findings.
    """
    text, findings = decode_chapter(data, path)
    if text is None:
        return None, findings
    text, more = repair(text, path)
    findings += more
    front = split_front_matter(text)
    blocks = without_bare_numbers(read_blocks(front.body, front.first_line))
    heading = read_heading(blocks, front.values, PurePath(path).name)
    sections, more = _sections(blocks, heading, path, kinds_by_sort(note_types))
    findings += more
    too_deep = [Span(path, block.line) for block in blocks if block.kind is BlockKind.TOO_DEEP]
    message, hint = "This is nested too deeply to be read.", "Reduce the nesting."
    findings += [CHAPTER_TOO_DEEP.at(span, message, hint) for span in too_deep]
    if not sections:
        message = "The chapter contains nothing that an outline could list."
        hint = "Write what is to be taught as lists, labelled lines, tables or paragraphs."
        return None, list(in_order([*findings, CHAPTER_EMPTY.at(Span(path), message, hint)]))
    number, title = heading.number or "1", heading.title or _title_from(path)
    findings += _guesses(heading, front, number, title, path)
    return TakenOutline(number, title, tuple(sections), path, file_digest(data)), list(in_order(findings))


def _sections(
    blocks: list[Block], heading: Heading, path: str, kinds: Mapping[str, str]
) -> tuple[list[TakenSection], list[Finding]]:
    """Return the sections, and findings on running text in them."""
    sections: list[TakenSection] = []
    findings: list[Finding] = []
    names, left = Names(), list[int]()
    for title, line, part in _parts(blocks, heading):
        found = find_points(part, title)
        left += found.left
        if found.points:
            name = names.name(title, "section")
            points = _named(found.points, title, kinds)
            sections.append(TakenSection(name, shorten(title), line, points))
        if found.is_from_prose:
            message = f"Some points of `{title}` are the first sentences of its paragraphs."
            findings.append(POINTS_FROM_PROSE.at(Span(path, line), message, "Reword or delete them."))
    return sections, [*findings, *_prose_left(left, path)]


def _prose_left(lines: list[int], path: str) -> Iterator[Finding]:
    """Report the paragraphs without a point."""
    if lines:
        first, more = lines[:_MOST_PLACES], len(lines) - _MOST_PLACES
        places = ", ".join(map(str, first)) + (f" and {more} more" if more > 0 else "")
        count = "1 paragraph" if len(lines) == 1 else f"{len(lines)} paragraphs"
        message = f"{count} of running text gave no point: line{'s' * (len(lines) > 1)} {places}."
        hint = "Add a point to the outline for what only they say; or set the words in bold in the chapter."
        yield PROSE_WITHOUT_POINT.at(Span(path, lines[0]), message, hint)


def _parts(blocks: list[Block], heading: Heading) -> Iterator[tuple[str, int, list[Block]]]:
    """Yield each section's title, line and blocks; blocks before the first heading are a section as well."""
    title, line, part = heading.title or "Introduction", heading.line, list[Block]()
    for at, block in enumerate(blocks):
        if at == heading.at:
            continue
        if block.kind is BlockKind.HEADING and block.level <= heading.level and at > heading.at:
            yield title, line, part
            text = joined(block.lines).text if block.lines else ""
            title, line, part = clean_heading(text) or "Untitled", block.line, []
        else:
            part.append(block)
    yield title, line, part


def _named(points: Sequence[FoundPoint], title: str, kinds: Mapping[str, str]) -> tuple[TakenPoint, ...]:
    """Return the points of a section with ids, and the kinds of note that they probably need."""
    names = Names()
    named = []
    for found in points:
        words, first = (found.words, found.label) if found.is_named else (found.text, "")
        name = names.name(words, "point", first=first)
        label = ": ".join(filter(None, (found.group, found.label)))
        needs, because = guess_needs(found.text or found.label, label, f"{title} / {found.heading}", kinds)
        text = shorten(labelled(found.group, found.words), len(found.group))
        named.append(TakenPoint(name, text, found.words, found.line, needs, because))
    return tuple(named)


def _title_from(path: str) -> str:
    return PurePath(path).stem.replace("-", " ").replace("_", " ").strip().capitalize() or "Untitled"


def _guesses(heading: Heading, front: FrontMatter, number: str, title: str, path: str) -> Iterator[Finding]:
    if not heading.number:
        hint = "Write `(Chapter N)` in its title, or set `id` and `number` in the outline."
        given = front.values.get("chapter", front.values.get("number", ""))
        why = f"`{given}` is not a number from 0 to 999" if given else "The chapter has no number"
        message = f"{why}; the outline says {number}."
        yield CHAPTER_UNNUMBERED.at(Span(path, heading.line), message, hint)
    if not heading.title:
        message = f"The chapter has no title; the outline says `{title}`."
        yield CHAPTER_UNTITLED.at(Span(path, heading.line), message, "Set `title` in the outline.")
    if front.is_unclosed:
        message = "The front matter has no end; it is read as far as its keys go."
        yield FRONT_MATTER_UNCLOSED.at(Span(path), message, "Close it with the line that it starts with.")
