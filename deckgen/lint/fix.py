"""Edits source files in place, so that comments and layout stay as they are.

A YAML library that keeps comments would still rewrite the whole file with its own quotes, folding and
indentation. Here only the characters in question change. The file is then parsed again, and an edit that did
not give the intended text is undone.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from deckgen.model.diagnostics import Span, exact_spans
from deckgen.model.text import Edit, Text
from deckgen.yaml.nodes import Node, YamlMapping, YamlSequence, parse


class Mended(NamedTuple):
    """A file's text after the edits that could be made, and these edits."""

    source: str
    made: tuple[Edit, ...]


class _Change(NamedTuple):
    """An edit as a change to the file: ``replacement`` goes where ``start`` to ``end`` was."""

    edit: Edit
    start: int
    end: int
    replacement: str


def mend(source: str, path: str, edits: Iterable[Edit]) -> Mended:
    """Make each edit that can be made safely.

    Args:
        source: a note file's text.
        path: its path in the spans.
        edits: those of this file, in any order; of two that overlap, the later in the file is made.
    """
    # From the end, so that earlier places stay where they are.
    ordered = _apart(sorted(edits, key=lambda edit: (edit.text.span, edit.start), reverse=True))

    def add(
        done: tuple[str, tuple[_Change, ...]], more: tuple[_Change, ...]
    ) -> tuple[str, tuple[_Change, ...]]:
        """Make all of ``more`` at once; if that fails, each half by itself, down to single changes."""
        changes = (*done[1], *more)
        if (changed := _all_made(source, path, changes)) is not None:
            return changed, changes
        half = len(more) // 2
        return add(add(done, more[:half]), more[half:]) if half else done

    mended, made = add((source, ()), _found(source, ordered))
    return Mended(mended, tuple(change.edit for change in made))


def _apart(ordered: Iterable[Edit]) -> tuple[Edit, ...]:
    """Drop each edit that overlaps one later in the text."""
    kept: list[Edit] = []
    for edit in ordered:
        if not kept or kept[-1].text.span != edit.text.span or edit.end <= kept[-1].start:
            kept.append(edit)
    return tuple(kept)


def _found(source: str, edits: tuple[Edit, ...]) -> tuple[_Change, ...]:
    """Return each edit as a change to the source; one whose old text is not at its place is left out."""
    ends = [match.span() for match in re.finditer(r"\r\n?|\n", source)]
    starts = [0, *(end for _, end in ends)]
    lines = [source[start:end] for start, (end, _) in zip(starts, [*ends, (len(source), 0)], strict=True)]
    places = [edit.text.span if edit.source else edit.text.at(edit.start) for edit in edits]
    exact = exact_spans(places, lines)
    changes: list[_Change] = []
    for edit, place in zip(edits, places, strict=True):
        indent = _indent(edit, lines[exact[place].line - 1])
        old, new = edit.source or (
            _written(text, edit.text.style).replace("\n", f"\n{indent}")
            for text in (edit.text.value[edit.start : edit.end], edit.replacement)
        )
        start = starts[exact[place].line - 1] + exact[place].column - 1
        if source.startswith(old, start):
            changes.append(_Change(edit, start, start + len(old), new))
    return tuple(changes)


def _all_made(source: str, path: str, changes: Iterable[_Change]) -> str | None:
    """Return the source with all changes made, None if any text is then not what was intended."""
    meant: dict[Span, str] = {}
    changed = source
    for edit, start, end, replacement in changes:
        changed = changed[:start] + replacement + changed[end:]
        value = meant.get(edit.text.span, edit.text.value)
        meant[edit.text.span] = value[: edit.start] + edit.replacement + value[edit.end :]
    before, after = (parse(text.encode(), path)[0] for text in (source, changed))
    wanted = [meant.get(text.span, text.value) for text in _texts(before)]
    return changed if [text.value for text in _texts(after)] == wanted else None


def _indent(edit: Edit, line: str) -> str:
    """Return what stands before each line of a text under `|`, by the ``line`` of the file that is edited."""
    value = edit.text.value
    first = value.rfind("\n", 0, edit.start) + 1
    return line.removesuffix(value[first:].partition("\n")[0]) if edit.text.style == "|" else ""


def _written(text: str, style: str) -> str:
    """Return a text as it is written in a scalar of this style."""
    if style == '"':
        return text.replace("\\", "\\\\").replace('"', '\\"')
    return text.replace("'", "''") if style == "'" else text


def _texts(node: Node | None) -> Iterable[Text]:
    if isinstance(node, Text):
        yield node
    elif isinstance(node, YamlSequence):
        for item in node.items:
            yield from _texts(item)
    elif isinstance(node, YamlMapping):
        for _, value in node.entries.values():
            yield from _texts(value)
