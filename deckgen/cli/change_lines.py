"""What a build changes for readers, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deckgen.cli.output import plural
from deckgen.cli.terminal import one_line
from deckgen.lock.changes import Changes, TypeChange

_NAMES_SHOWN = 5


def change_lines(changes: Changes) -> Iterator[str]:
    """Yield one line for each way in which something changed."""
    for word, ids in (
        ("new", changes.new),
        ("changed", changes.changed),
        ("retired", changes.retired),
        ("back from retirement", changes.returned),
    ):
        if ids:
            yield f"{plural(len(ids), 'note')} {word}: {some(ids)}"
    for earlier, note_id in changes.renamed:
        yield one_line(f"{earlier} is now {note_id}, with its history")
    for earlier, note_id in changes.moved:
        yield one_line(f"{note_id}: the cards that readers have stay in the deck that {earlier} was in")
    for change in changes.note_types:
        yield type_line(change)
    for old, new in changes.decks:
        yield one_line(f"deck {old} is now {new}" if old else f"new deck: {new}")
    for word, names in (("new", changes.media_added), ("dropped", changes.media_dropped)):
        if names:
            yield f"media {word}: {some(names)}"


def type_line(change: TypeChange) -> str:
    """Return what happened to a note type."""
    if change.is_new:
        return one_line(f"new note type: {change.key}")
    parts = [
        f"{what} {word}: {some(names)}"
        for what, word, names in (
            ("field", "added", change.fields_added),
            ("field", "dropped", change.fields_dropped),
            ("card", "added", change.cards_added),
            ("card", "dropped", change.cards_dropped),
        )
        if names
    ]
    parts += [one_line(f"{earlier} is now {key}") for earlier, key in change.renamed]
    if change.is_retired:
        otherwise = "only retired notes are left"
    else:
        otherwise = "in use again" if change.is_returned else "styling or templates changed"
    return f"note type {one_line(change.key)}: {'; '.join(parts) or otherwise}"


def some(names: Sequence[str]) -> str:
    """Return the first of some names, and how many more there are."""
    shown = one_line(", ".join(names[:_NAMES_SHOWN]))
    rest = len(names) - _NAMES_SHOWN
    return f"{shown} and {rest:,} more" if rest > 0 else shown
