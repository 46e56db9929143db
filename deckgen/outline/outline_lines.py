"""Finds the lines of each section and point of an outline, so that they can be moved whole.

YAML libraries that keep comments attach each to the entry above it, and move or lose it with that entry.
Here the lines between two entries belong to the lower one, as authors mean them, and whatever does not
change stays the same to the byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from deckgen.yaml.nodes import compose


@dataclass(frozen=True, slots=True)
class EntryLines:
    """A list entry: the comments and blank lines above it, its own lines, and the column of its dash."""

    above: tuple[str, ...]
    lines: tuple[str, ...]
    indent: int

    def moved_to(self, indent: int) -> EntryLines:
        """Return the entry with its dash in another column."""
        shift = indent - self.indent
        above, lines = (tuple(_shifted(line, shift) for line in part) for part in (self.above, self.lines))
        return EntryLines(above, lines, indent)


@dataclass(frozen=True, slots=True)
class SectionLines:
    """A section: its ``entry`` up to the points, the points by id, and the lines after them."""

    entry: EntryLines
    points: Mapping[str, EntryLines]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutlineLines:
    """An outline: the lines before its sections, the sections by id, and the lines after them."""

    before: tuple[str, ...]
    sections: Mapping[str, SectionLines]
    after: tuple[str, ...]


class UnusualLayoutError(ValueError):
    """An entry does not start on a line of its own; ``line`` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def root_of(text: str) -> MappingNode:
    """Return the root of an outline that is known to be sound."""
    root = compose(text)
    if not isinstance(root, MappingNode):
        raise UnusualLayoutError(1)
    return root


def value_of(node: MappingNode, key: str) -> Node | None:
    """Return the value of a key."""
    return next((value for name, value in node.value if name.value == key), None)


def items_of(node: Node | None) -> list[MappingNode]:
    """Return the entries of a list; none where it is empty or absent."""
    return (
        [item for item in node.value if isinstance(item, MappingNode)]
        if isinstance(node, SequenceNode)
        else []
    )


def find_lines(text: str, before: MappingNode) -> OutlineLines:
    """Find the lines of each section and point.

    Args:
        text: an outline in which words were replaced.
        before: its root before that; the ids there are those of the result.

    Raises:
        UnusualLayoutError: two entries share a line.
    """
    lines = text.split("\n")
    nodes, named = (items_of(value_of(root, "sections")) for root in (root_of(text), before))
    spans = list(_spans(nodes, lines))
    sections = {
        id_of(old): _section(node, old, lines, span)
        for node, old, span in zip(nodes, named, spans, strict=True)
    }
    if not spans:
        at = next((number for number, line in enumerate(lines) if line.startswith("sections:")), len(lines))
        return OutlineLines((*lines[:at], "sections:"), {}, tuple(lines[at + 1 :]))
    first, last = spans[0][0], spans[-1][2]
    return OutlineLines(tuple(lines[:first]), sections, tuple(lines[last:]))


def _section(
    node: MappingNode, named: MappingNode, lines: Sequence[str], span: tuple[int, int, int]
) -> SectionLines:
    above, start, end = span
    if node.flow_style:
        raise UnusualLayoutError(start + 1)
    nodes = items_of(value_of(node, "points"))
    spans = list(_spans(nodes, lines))
    points = {
        id_of(old): EntryLines(tuple(lines[top:at]), tuple(lines[at:below]), _dash(point, lines))
        for point, old, (top, at, below) in zip(
            nodes, items_of(value_of(named, "points")), spans, strict=True
        )
    }
    first, last = (spans[0][0], spans[-1][2]) if spans else (end, end)
    entry = EntryLines(tuple(lines[above:start]), tuple(lines[start:first]), _dash(node, lines))
    return SectionLines(entry, points, tuple(lines[last:end]))


def _spans(nodes: Sequence[MappingNode], lines: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Yield for each entry the first line above it, its first line, and the line after its last."""
    before = -1
    for node in nodes:
        start, end = node.start_mark.line, _end(node) + 1
        while not lines[end - 1].strip():
            end -= 1
        if start < before:
            raise UnusualLayoutError(start + 1)
        top = start
        while top > max(before, 0) and (
            not lines[top - 1].strip() or lines[top - 1].lstrip().startswith("#")
        ):
            top -= 1
        _dash(node, lines)
        yield top, start, end
        before = end


def _dash(node: MappingNode, lines: Sequence[str]) -> int:
    mark = node.start_mark
    before = lines[mark.line][: mark.column]
    if before.strip() != "-":
        raise UnusualLayoutError(mark.line + 1)
    return before.index("-")


def _end(node: Node) -> int:
    """Return the last line of a node, counted from 0; libyaml ends a block where the next one begins."""
    if isinstance(node, ScalarNode):
        return node.end_mark.line - (1 if node.style in ("|", ">") and not node.end_mark.column else 0)
    if not isinstance(node, CollectionNode) or node.flow_style or not node.value:
        return int(node.end_mark.line)
    children = (part for child in node.value for part in (child if isinstance(child, tuple) else (child,)))
    return max(_end(child) for child in children)


def id_of(node: MappingNode) -> str:
    """Return the id of an entry."""
    value = value_of(node, "id")
    return value.value if isinstance(value, ScalarNode) else ""


def _shifted(line: str, by: int) -> str:
    if by >= 0:
        return " " * by + line if line.strip() else line
    return line[min(-by, len(line) - len(line.lstrip())) :]
