"""Notes that cover nothing and points that lack a note, brought together by their words."""

from __future__ import annotations

from measured import measured
from msgspec.structs import replace
from test_pytest_plugin import CHAPTER_36

from deckgen.coverage.idle_notes import IdleNotes


def test_words_bring_most_points_of_chapter_36_to_a_note_that_teaches_them():
    notes = [replace(note, covers=()) for note in CHAPTER_36.notes]
    coverage, _ = measured(CHAPTER_36.chapters, notes)
    idle = IdleNotes(coverage)
    teachers = {point.full_id: point.note_ids for point in CHAPTER_36.coverage.points}
    offered = {point.full_id: idle.notes_near(point) for point in coverage.points}
    right = [name for name, found in offered.items() if {note.full_id for note in found} & {*teachers[name]}]
    assert len(right) > 0.6 * len(teachers)
    assert max(map(len, offered.values())) == 3


def test_a_note_of_a_chapter_without_points_is_not_idle():
    chapters = {name: replace(chapter, sections=()) for name, chapter in CHAPTER_36.chapters.items()}
    note = replace(CHAPTER_36.notes[0], covers=())
    points = {name: replace(chapter, points={}) for name, chapter in chapters.items()}
    coverage, _ = measured(points, [note])
    assert not coverage.idle
