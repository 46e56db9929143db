"""A chapter's bytes to its outline: the way through this wing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from deckgen.chapter.blocks import Block, Kind, read_blocks
from deckgen.chapter.codes import FROM_PROSE, NO_NUMBER, NO_TITLE, NOTHING_TO_TEACH
from deckgen.chapter.draft import Draft, DraftPoint, DraftSection
from deckgen.chapter.extract import Found, find_points
from deckgen.chapter.guess import guess_needs
from deckgen.chapter.heading import Heading, read_heading, split_front_matter
from deckgen.chapter.labels import clean_heading, shorten
from deckgen.chapter.names import Names
from deckgen.chapter.repair import decode_chapter, repair
from deckgen.diagnostics import Finding, Span, in_order
from deckgen.ids import file_digest


def take_outline(data: bytes, path: str) -> tuple[Draft | None, list[Finding]]:
    """Take the outline of a chapter.

    Args:
        data: the chapter's bytes, Markdown in whatever encoding is left of it.
        path: its file, for the findings.

    Returns:
        The outline, None where there is nothing to teach; and the findings.
    """
    text, findings = decode_chapter(data, path)
    text, more = repair(text, path)
    findings += more
    front, body, first_line = split_front_matter(text)
    blocks = read_blocks(body, first_line)
    heading = read_heading(blocks, front, PurePath(path).name)
    sections: list[DraftSection] = []
    names = Names()
    for title, line, part in _parts(blocks, heading):
        points, from_prose = find_points(part)
        if points:
            name = names.name(title, "section")
            sections.append(DraftSection(name, shorten(title), line, _named(points, title)))
        if from_prose:
            message = f"The points of `{title}` are the first sentences of its paragraphs."
            findings.append(FROM_PROSE.at(Span(path, line), message, "Reword them, or drop them."))
    if not sections:
        message = "The chapter holds nothing that an outline could list."
        hint = "Write what is to be taught as lists, labelled lines, tables or paragraphs."
        return None, list(in_order([*findings, NOTHING_TO_TEACH.at(Span(path), message, hint)]))
    number, title = heading.number or "1", heading.title or _title_from(path)
    findings += _guesses(heading, number, title, path)
    return Draft(number, title, tuple(sections), path, file_digest(data)), list(in_order(findings))


def _parts(blocks: list[Block], heading: Heading) -> Iterator[tuple[str, int, list[Block]]]:
    """Yield each section's title, line and blocks; what stands before the first is a section as well."""
    title, line, part = heading.title or "Introduction", heading.line, list[Block]()
    for at, block in enumerate(blocks):
        if at == heading.at:
            continue
        if block.kind is Kind.HEADING and block.level <= heading.level and at > heading.at:
            yield title, line, part
            text = " ".join(words.text for words in block.lines)
            title, line, part = clean_heading(text) or "Untitled", block.line, []
        else:
            part.append(block)
    yield title, line, part


def _named(points: list[Found], title: str) -> tuple[DraftPoint, ...]:
    """Give the points of a section their ids and what they are likely to need."""
    names = Names()
    named = []
    for found in points:
        words, first = (found.words, found.label) if found.is_named else (found.text, "")
        name = names.name(words, "point", first=first)
        label = f"{found.group} {found.label}"
        needs, because = guess_needs(found.text or found.label, label, f"{title} / {found.heading}")
        text = shorten(f"{found.group}: {found.words}") if found.group else found.words
        named.append(DraftPoint(name, text, found.words, found.line, needs, because))
    return tuple(named)


def _title_from(path: str) -> str:
    return PurePath(path).stem.replace("-", " ").replace("_", " ").strip().capitalize() or "Untitled"


def _guesses(heading: Heading, number: str, title: str, path: str) -> Iterator[Finding]:
    if not heading.number:
        hint = "Write `(Chapter N)` in its title, or set `id` and `number` in the outline."
        message = f"The chapter's number is nowhere to be seen; the outline says {number}."
        yield NO_NUMBER.at(Span(path, heading.line), message, hint)
    if not heading.title:
        message = f"The chapter has no title; the outline says `{title}`."
        yield NO_TITLE.at(Span(path, heading.line), message, "Set `title` in the outline.")
