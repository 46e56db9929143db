"""Notes that look renamed: new ones with the content of one that is gone, or like it.

Two notes of one note type are alike where half of the words of their ids are the same, or half of what they
hide, which the lock holds as hashes. The lock has no other words of a note, but the package that stands or
git has: two are alike, too, where half of their words are the same, or a whole field.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from deckgen.lock.model import LockedNote
from deckgen.model.diagnostics import Code, Finding, Severity, Span
from deckgen.model.ids import alias_of
from deckgen.model.notes import PackedNote
from deckgen.model.text import unescape
from deckgen.source.project import OUTLINE_FILE

RENAMED_WITHOUT_ALIAS = Code(
    "renamed-without-alias",
    Severity.ERROR,
    "A note looks renamed, and its history would be lost",
    "A note is known by its id. Under another one it arrives as a new note, and the old one is retired with "
    "its review history. `aliases` tells deckgen that it is the same note.",
    bad="- id: reach-of-a-failure",
    good="- id: reach-of-a-failure\n  aliases: [blast-radius]",
)
MAYBE_RENAMED = Code(
    "maybe-renamed",
    Severity.WARNING,
    "A new note is like one that is gone",
    "If it is the same note under another id, it arrives as a new one, and the old one is retired with its "
    "review history. If it is a different note, build: this is reported only until then.",
    bad="- id: reach-of-a-failure",
    good="- id: reach-of-a-failure\n  aliases: [reach-of-failure]",
)
CODES = (RENAMED_WITHOUT_ALIAS, MAYBE_RENAMED)

_LEAST = 0.5
# What more notes have in common than this tells nothing, and would make the search slow.
_COMMON = 20
_COMMON_SHARE = 0.2  # nor do words that more notes of the package have than this: "what", "is"
# A field of so many words tells a note by itself; the first one, by which notes are listed, always does.
_LEAST_WORDS = 4
_TAG = "<[^>]*>"
_WORD = "(?:(?![\u3040-\u9fff])\\w)+|[\u3040-\u9fff]"  # Chinese and Japanese have no spaces

_Marks = Mapping[str, frozenset[str]]


def find_unmarked_renames(
    new: Collection[PackedNote],
    gone: Mapping[str, LockedNote],
    outlines: Mapping[str, str],
) -> tuple[list[Finding], set[str]]:
    """Find each new note that has the content, or in another chapter the id, of one that is gone.

    Notes of a chapter that is gone are reported together, since one alias in the outline is enough for all.

    Args:
        new: the notes that continue no line of the lock.
        gone: the lines that no note continues and that are not retired yet.
        outlines: the path of each chapter's outline, by the chapter's id.

    Returns:
        The findings, and the ids of the notes that they explain: of new ones, and of those that are gone.
    """
    by_hash = {line.source_hash: note_id for note_id, line in gone.items()}
    by_name = {note_id.partition("/")[2]: note_id for note_id in gone}
    findings = []
    explained: set[str] = set()
    chapters: dict[tuple[str, str], None] = {}
    for note in new:
        names = [name.partition("/")[2] for name in (note.id, *note.aliases)]
        earlier = by_hash.get(note.source_hash) or next(
            (by_name[name] for name in names if name in by_name), ""
        )
        if earlier:
            explained |= {note.id, earlier}
            chapter, _, name = earlier.partition("/")
            if chapter not in outlines and name in names:
                chapters[chapter, note.id.partition("/")[0]] = None
                continue
            message = (
                f"`{note.id}` is new and `{earlier}` is gone: if it was renamed, its history would be lost."
            )
            alias = alias_of(earlier, note.id)
            hint = f"Add `aliases: [{alias}]` to it, or give it another id if it is another note."
            findings.append(RENAMED_WITHOUT_ALIAS.at(note.span, message, hint))
    for earlier, chapter in chapters:
        message = f"`{chapter}` has the notes of `{earlier}`, which is gone: they would lose their history."
        hint = f"Add `aliases: [{earlier}]` to this outline, or give the notes other ids if they are others."
        if outlines[chapter].rpartition("/")[2] != OUTLINE_FILE:
            hint = f"Name the folder `{earlier}` again, or give it an outline with `aliases: [{earlier}]`."
        findings.append(RENAMED_WITHOUT_ALIAS.at(Span(outlines[chapter]), message, hint))
        explained.update(note_id for note_id in gone if note_id.startswith(f"{earlier}/"))
    return findings, explained


def find_likely_renames(
    new: Iterable[PackedNote],
    lines: Mapping[str, LockedNote],
    gone: Mapping[str, LockedNote],
    texts: Mapping[str, tuple[str, ...]],
) -> list[Finding]:
    """Report each new note that is like one that is gone.

    Args:
        new: the notes that continue no line of the lock.
        lines: the line that each new note will have in the lock, by the note's id.
        gone: the lines that no note continues and that are not retired yet.
        texts: the fields of the new notes and of those that readers have, by GUID, as far as they are known.
    """
    common = _common_words(texts)
    marks = {note_id: _marks(note_id, line, texts, common) for note_id, line in gone.items()}
    having: dict[tuple[str, str], list[str]] = {}
    for note_id, own in marks.items():
        for mark in _each(own):
            having.setdefault(mark, []).append(note_id)
    findings = []
    for note in new:
        own = _marks(note.id, lines[note.id], texts, common)
        shared = [having[mark] for mark in _each(own) if 0 < len(having.get(mark, ())) <= _COMMON]
        near = {note_id for ids in shared for note_id in ids}
        likeness = {note_id: _likeness(own, marks[note_id]) for note_id in near}
        best = max(sorted(near), key=lambda note_id: likeness[note_id], default="")
        if best and likeness[best] >= _LEAST:
            message = (
                f"`{note.id}` is new and like `{best}`, which is gone: if it was renamed, its history would "
                "be lost."
            )
            hint = f"Add `aliases: [{alias_of(best, note.id)}]` to it if it is the same note."
            findings.append(MAYBE_RENAMED.at(note.span, message, hint))
    return findings


def _common_words(texts: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    counts = Counter(word for fields in texts.values() for word in _words(" ".join(fields)))
    return frozenset(word for word, count in counts.items() if count > max(2, _COMMON_SHARE * len(texts)))


def _words(html: str) -> set[str]:
    return set(re.findall(_WORD, unescape(re.sub(_TAG, " ", html)).casefold()))


def _marks(
    note_id: str, line: LockedNote, texts: Mapping[str, tuple[str, ...]], common: Collection[str]
) -> _Marks:
    """Return what tells a note: words of its id, hashes of what it hides, its words, and whole fields."""
    chapter, _, name = note_id.partition("/")
    fields = texts.get(line.guid, ())
    words = [_words(field).difference(common) for field in fields]
    marks = {
        "id": {f"{chapter} {word}" for word in name.split("-")},
        "hidden": {f"{chapter} {digest}" for digest in line.hidden_hashes},
        "words": set().union(*words),
    }
    for index, field in enumerate(fields):
        if field and (index == 0 or len(words[index]) >= _LEAST_WORDS):
            marks[f"field {index}"] = {field}
    return {sort: frozenset(f"{line.note_type} {mark}" for mark in each) for sort, each in marks.items()}


def _each(marks: _Marks) -> list[tuple[str, str]]:
    return [(sort, mark) for sort, each in marks.items() for mark in each]


def _likeness(one: _Marks, other: _Marks) -> float:
    """Return what share of the marks of one sort two notes have in common: the largest one."""
    return max(_share(one[sort], other[sort]) for sort in one.keys() & other.keys())


def _share(mine: frozenset[str], theirs: frozenset[str]) -> float:
    return len(mine & theirs) / max(len(mine), len(theirs)) if mine and theirs else 0.0
