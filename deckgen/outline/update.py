"""Writes a revision into the outline in use; ids, ``needs``, comments and the author's layout stay.

Points that are gone from the chapter stay too, unless asked otherwise: the author may have added them.
"""

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from yaml.nodes import MappingNode, Node, ScalarNode

from deckgen.outline.outline_lines import (
    EntryLines,
    OutlineLines,
    find_lines,
    id_of,
    items_of,
    root_of,
    value_of,
)
from deckgen.outline.revise import RevisedPoint, RevisedSection, Revision
from deckgen.outline.taken_outline import TakenOutline, point_lines, scalar, section_head, source_lines

_POINTS = re.compile(r"^([ -]*points:)(?:\s*\[\s*\])?", re.MULTILINE)
_SECTION_INDENT, _POINT_INDENT = 2, 6


def update_outline(text: str, revision: Revision, taken: TakenOutline, *, drop_gone: bool = False) -> str:
    """Return the text of an outline with a revision written in.

    Args:
        text: the outline in use, free of errors, with LF line ends.
        revision: the result of comparing the chapter with it.
        taken: the chapter's outline, for the file and digest that it was taken from.
        drop_gone: leave out what is gone from the chapter; else it stays after its predecessor.

    Raises:
        UnusualLayoutError: a section or point does not start on a line of its own.
    """
    root = root_of(text)
    outline = find_lines(_with_new_words(text, root, revision, taken), root)
    gone = () if drop_gone else {change.place for change in revision.changes if change.what == "gone"}
    lines = [*_with_source(outline, taken), *_sections(outline, revision, gone), *outline.after]
    return "\n".join(lines).rstrip("\n") + "\n"


def _with_new_words(text: str, root: MappingNode, revision: Revision, taken: TakenOutline) -> str:
    """Replace the scalars that have a new value."""
    edits = sorted(_edits(root, revision, taken), key=lambda edit: -edit[0].start_mark.index)
    for node, words in edits:
        start = node.start_mark.index
        old = text[start : node.end_mark.index].rstrip()  # libyaml ends a block scalar at the next node
        quoted = json.dumps(words, ensure_ascii=False) if node.style else scalar(words)
        text = text[:start] + quoted + text[start + len(old) :]
    return text


def _edits(root: MappingNode, revision: Revision, taken: TakenOutline) -> Iterator[tuple[ScalarNode, str]]:
    nodes = {id_of(node): node for node in items_of(value_of(root, "sections"))}
    points = {
        (name, id_of(point)): point
        for name, node in nodes.items()
        for point in items_of(value_of(node, "points"))
    }
    found: list[tuple[Node | None, str]] = []
    for section in revision.sections:
        if section.old and section.new_title:
            found.append((value_of(nodes[section.old.id.value], "title"), section.new_title))
        for point in section.points:
            if point.old:
                node = points[point.old[0].id.value, point.old[1].id.value]
                found.append((value_of(node, "id"), point.id))
                found += [(value_of(node, "text"), point.new_text)] if point.new_text else []
    source = value_of(root, "chapter")
    if isinstance(source, MappingNode):
        found += [(value_of(source, "file"), taken.file), (value_of(source, "digest"), taken.digest)]
    return ((node, words) for node, words in found if isinstance(node, ScalarNode) and node.value != words)


def _with_source(outline: OutlineLines, taken: TakenOutline) -> list[str]:
    """Return the lines before the sections, with the ``chapter:`` that the outline was taken from."""
    before = list(outline.before)
    if not any(line.startswith("chapter:") for line in before):
        at = next((number for number, line in enumerate(before) if line.startswith("sections:")), len(before))
        while at and (not before[at - 1].strip() or before[at - 1].startswith("#")):
            at -= 1
        before[at:at] = source_lines(taken)
    return before


def _sections(outline: OutlineLines, revision: Revision, gone: Collection[str]) -> Iterator[str]:
    spaced = any("" in section.entry.above for section in outline.sections.values())
    spaced = spaced or len(outline.sections) < 2
    revised = {section.id: section for section in revision.sections}
    for number, name in enumerate(_with_gone(revised, outline.sections, gone)):
        old = outline.sections.get(name)
        above = list(old.entry.above) if old else []
        while above and not above[0].strip():
            del above[0]
        if number and spaced:
            yield ""
        yield from above
        yield from _section_lines(name, revised.get(name), outline, gone)


def _with_gone(names: Collection[str], old: Iterable[str], gone: Collection[str]) -> Iterator[str]:
    """Yield the ids and those that are gone, each of these after its predecessor among the ``old`` ids."""
    behind = defaultdict[str, list[str]](list)
    last = ""
    for name in old:
        if name in gone:
            behind[last].append(name)
        elif name in names:
            last = name
    for name in ("", *names):
        if name:
            yield name
        yield from behind[name]


def _section_lines(
    name: str, section: RevisedSection | None, outline: OutlineLines, gone: Collection[str]
) -> Iterator[str]:
    """Yield a section's lines; ``section`` is None if it is gone from the chapter and stays here."""
    old = outline.sections.get(name)
    indent, point_indent = _indents(outline)
    revised = {point.id: point for point in section.points} if section else {}
    points = old.points if old else {}
    if old:
        yield from _with_open_list(old.entry) if revised and not points else old.entry.lines
        point_indent = next((entry.indent for entry in old.points.values()), point_indent)
    elif section:
        yield from section_head(name, section.taken.title, " " * indent)
    mine = {point for point in points if f"{name}/{point}" in gone}
    for point in _with_gone(revised, points, mine):
        entry = _point_entry(revised[point], outline, point_indent) if point in revised else points[point]
        yield from entry.above
        yield from entry.lines
    yield from old.after if old else ()


def _with_open_list(head: EntryLines) -> list[str]:
    """Return the lines of a section without points, ending where the first one goes."""
    text = "\n".join(head.lines)
    opened, count = _POINTS.subn(r"\1", text, count=1)
    return (opened if count else f"{text}\n{' ' * head.indent}  points:").split("\n")


def _point_entry(point: RevisedPoint, outline: OutlineLines, indent: int) -> EntryLines:
    if point.old is None:
        return EntryLines((), tuple(point_lines(point.taken, point.id, " " * indent)), indent)
    entries = outline.sections[point.old[0].id.value].points
    return entries[point.old[1].id.value].moved_to(indent)


def _indents(outline: OutlineLines) -> tuple[int, int]:
    """Return the columns in which the outline has the dashes of sections and points."""
    for section in outline.sections.values():
        for point in section.points.values():
            return section.entry.indent, point.indent
    first = next(iter(outline.sections.values()), None)
    return (first.entry.indent, first.entry.indent + 4) if first else (_SECTION_INDENT, _POINT_INDENT)
