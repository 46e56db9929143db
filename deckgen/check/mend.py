"""Mends source files at known places, so that comments and layout stay as they are.

A YAML library that keeps comments would write each touched file anew, with its own quotes, folding and
indentation. Here only the letters in question change; afterwards the file is read again, and an edit whose
text did not become what was meant is taken back.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple

from deckgen.diagnostics import Span, exact_spans
from deckgen.model import Edit, Text
from deckgen.positioned_yaml import Mapping, Node, Sequence, parse


class Mended(NamedTuple):
    """A source with what could be mended in it, and the edits made."""

    source: str
    made: tuple[Edit, ...]


def mend(source: str, path: str, edits: Iterable[Edit]) -> Mended:
    """Make each edit that can be made safely.

    Args:
        source: a note file's text.
        path: its name in the spans.
        edits: those of this file, in any order; of two that overlap the last by place is made.
    """
    # From the end, so that earlier places stay where they are.
    ordered = _apart(sorted(edits, key=lambda edit: (edit.text.span, edit.start), reverse=True))
    if (whole := _all_made(source, path, ordered)) is not None:
        return Mended(whole, ordered)
    made: tuple[Edit, ...] = ()
    for edit in ordered:
        if (changed := _all_made(source, path, (*made, edit))) is not None:
            result, made = changed, (*made, edit)
    return Mended(result if made else source, made)


def _apart(ordered: Iterable[Edit]) -> tuple[Edit, ...]:
    """Drop what overlaps an edit that comes after it in the text."""
    kept: list[Edit] = []
    for edit in ordered:
        if not kept or kept[-1].text.span != edit.text.span or edit.end <= kept[-1].start:
            kept.append(edit)
    return tuple(kept)


def _all_made(source: str, path: str, edits: Iterable[Edit]) -> str | None:
    """Return the source with all edits made, None where one cannot be, or changes more than it should."""
    places = _offsets(source, [edit.text.at(edit.start) for edit in edits])
    meant: dict[Span, str] = {}
    changed: str | None = source
    for edit, place in zip(edits, places, strict=True):
        changed = _replaced(changed, edit, place) if changed is not None else None
        value = meant.get(edit.text.span, edit.text.value)
        meant[edit.text.span] = value[: edit.start] + edit.replacement + value[edit.end :]
    if changed is None:
        return None
    before, after = (parse(text.encode(), path)[0] for text in (source, changed))
    wanted = [meant.get(text.span, text.value) for text in _texts(before)]
    return changed if [text.value for text in _texts(after)] == wanted else None


def _offsets(source: str, spans: list[Span]) -> list[int]:
    """Return where in the source each span is."""
    lines = source.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    exact = exact_spans(spans, lines)
    return [starts[exact[span].line - 1] + exact[span].column - 1 for span in spans]


def _replaced(source: str, edit: Edit, start: int) -> str | None:
    """Return the source with the edit made, None where its letters are not found where they should be."""
    old, new = (
        _written(text, edit.text.style) for text in (edit.text.value[edit.start : edit.end], edit.replacement)
    )
    if source[start : start + len(old)] != old:
        return None
    return source[:start] + new + source[start + len(old) :]


def _written(text: str, style: str) -> str:
    """Return a text as a scalar of this style writes it."""
    if style == '"':
        return text.replace("\\", "\\\\").replace('"', '\\"')
    return text.replace("'", "''") if style == "'" else text


def _texts(node: Node | None) -> Iterable[Text]:
    if isinstance(node, Text):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _texts(item)
    elif isinstance(node, Mapping):
        for _, value in node.entries.values():
            yield from _texts(value)
