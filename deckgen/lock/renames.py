"""Notes that look renamed and edited in one step: new ones that are like one that is gone.

The lock holds no words of a note, but it holds its id, its note type and, for clozes, a hash of what each
deletion hides. Two notes are alike where half of the words of their ids are the same, or half of what they
hide.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from deckgen.lock.model import LockedNote
from deckgen.model.diagnostics import Code, Finding, Severity, Span
from deckgen.model.notes import PackedNote

MAYBE_RENAMED = Code(
    "maybe-renamed",
    Severity.WARNING,
    "A new note is like one that is gone",
    "If it is the same note under another id, it arrives as a new one, and the old one is retired with its "
    "review history. If it is a different note, build: this is reported only until then.",
    bad="- id: reach-of-a-failure",
    good="- id: reach-of-a-failure\n  aliases: [reach-of-failure]",
)
CODES = (MAYBE_RENAMED,)

_LEAST = 0.5
# What more notes have in common than this tells nothing, and would make the search slow.
_COMMON = 20


def find_likely_renames(
    new: Iterable[PackedNote],
    lines: Mapping[str, LockedNote],
    gone: Mapping[str, LockedNote],
    certain: Collection[Span],
) -> list[Finding]:
    """Report each new note that is like one that is gone.

    Args:
        new: the notes that continue no line of the lock.
        lines: the line that each new note will have in the lock, by the note's id.
        gone: the lines that no note continues and that are not retired yet.
        certain: the places of the new notes that were found renamed already.
    """
    marks = {note_id: _marks(note_id, line.note_type, line.hidden) for note_id, line in gone.items()}
    having: dict[str, list[str]] = {}
    for note_id, own in marks.items():
        for mark in own:
            having.setdefault(mark, []).append(note_id)
    findings = []
    for note in new:
        if note.span in certain:
            continue
        own = _marks(note.id, lines[note.id].note_type, lines[note.id].hidden)
        shared = [having[mark] for mark in own if 0 < len(having.get(mark, ())) <= _COMMON]
        near = {note_id for ids in shared for note_id in ids}
        likeness = {note_id: _likeness(own, marks[note_id]) for note_id in near}
        best = max(sorted(near), key=lambda note_id: likeness[note_id], default="")
        if best and likeness[best] >= _LEAST:
            alias = best.partition("/")[2]
            message = (
                f"`{note.id}` is new and like `{best}`, which is gone: if it was renamed, its history would "
                "be lost."
            )
            hint = f"Add `aliases: [{alias}]` to it if it is the same note."
            findings.append(MAYBE_RENAMED.at(note.span, message, hint))
    return findings


def _marks(note_id: str, type_key: str, hidden: Iterable[str]) -> frozenset[str]:
    """Return what tells a note: words of its id and hashes of what it hides, each with its place."""
    chapter, _, name = note_id.partition("/")
    place = f"{chapter} {type_key}"
    words = [f"{place} w {word}" for word in name.split("-")]
    return frozenset([*words, *(f"{place} h {digest}" for digest in hidden)])


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return what share of the words, or of the hidden, two notes have in common: the larger one."""
    return max(_share(one, other, " w "), _share(one, other, " h "))


def _share(one: frozenset[str], other: frozenset[str], sort: str) -> float:
    mine, theirs = ({mark for mark in marks if sort in mark} for marks in (one, other))
    return len(mine & theirs) / max(len(mine), len(theirs)) if mine and theirs else 0.0
