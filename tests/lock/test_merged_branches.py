"""What a union merge of two branches leaves double in the lock is settled when it is read."""

from __future__ import annotations

from itertools import permutations

import pytest
from lock_text import CONCEPTS, HEADER, findings, settled, settled_notes


def note(
    mod: int, content: str, cards: str = "0", *, word: str = "note", anki_id: int = 1_700_000_000_000
) -> str:
    rendered = "?" if content == "?" else "ffff"
    return f"{word} ch01/a concepts GUID {content} {rendered} {mod} {anki_id} {cards}"


def retired(mod: int, content: str, cards: str = "0") -> str:
    return note(mod, content, cards, word="retired")


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        # One content: the later line stands.
        (note(20, "aaaa"), note(20, "aaaa"), note(20, "aaaa")),
        (note(20, "aaaa"), note(30, "aaaa"), note(30, "aaaa")),
        (note(20, "aaaa", anki_id=5), note(30, "aaaa", anki_id=6), note(30, "aaaa", anki_id=6)),
        # Two contents: the later reaches all readers, whichever they have.
        (note(20, "aaaa"), note(30, "bbbb"), note(30, "bbbb")),
        # Of one stamp: neither would, so the hash is unknown and the next build stamps it above both.
        (note(20, "aaaa"), note(20, "bbbb"), note(20, "?")),
        # One branch retires and the other keeps: it is kept, whichever is later.
        (retired(30, "aaaa"), note(20, "bbbb"), note(30, "aaaa")),
        (retired(20, "aaaa"), note(30, "bbbb"), note(30, "bbbb")),
        (retired(20, "aaaa"), note(30, "aaaa"), note(30, "aaaa")),
        (retired(30, "aaaa"), note(20, "aaaa"), note(30, "aaaa")),
        (retired(20, "aaaa"), note(20, "bbbb"), note(20, "?")),
        (retired(20, "aaaa"), retired(30, "aaaa"), retired(30, "aaaa")),
        (retired(20, "aaaa"), retired(30, "bbbb"), retired(30, "bbbb")),
        # Readers may have the cards of both.
        (note(20, "aaaa", "0,1"), note(30, "bbbb", "0,2"), note(30, "bbbb", "0,1,2")),
        (note(20, "aaaa", "8"), note(30, "bbbb", "1"), note(30, "bbbb", "1,8")),
        (note(20, "aaaa", "0,1"), note(30, "aaaa", "0"), note(30, "aaaa", "0")),
        # Of what a card hides, the later line knows.
        (note(20, "aaaa", "0:xx,1:yy"), note(30, "bbbb", "0:zz,2:ww"), note(30, "bbbb", "0:zz,1:yy,2:ww")),
        (note(20, "aaaa", "0:xx"), note(30, "bbbb", "0:zz"), note(30, "bbbb", "0:zz")),
    ],
)
def test_two_lines_of_one_note_become_one(one: str, other: str, wanted: str):
    assert settled_notes(one, other) == settled_notes(other, one) == [wanted]


def test_of_two_lines_of_one_second_that_of_the_living_note_stands():
    living, gone = note(20, "aaaa", anki_id=5), note(20, "aaaa", word="retired", anki_id=6)
    assert settled_notes(living, gone) == settled_notes(gone, living) == [living]


def test_three_lines_of_one_note_become_one():
    for lines in permutations([note(20, "aaaa", "0"), note(30, "bbbb", "1"), note(40, "cccc", "2")]):
        assert settled_notes(*lines) == [note(40, "cccc", "0,1,2")]


def test_a_forgotten_note_is_forgotten_and_a_living_one_is_not():
    forgotten = note(20, "aaaa", word="forgotten")
    assert settled_notes(forgotten) == [forgotten]
    assert settled_notes(forgotten, note(30, "bbbb")) == [note(30, "bbbb")]


def note_type(mod: int, content: str, fields: str = "front,-,-", cards: str = "recall,-") -> str:
    return f"notetype concepts plain 1700000000000 {content} {mod} {fields} {cards}"


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        (note_type(20, "aaaa"), note_type(30, "aaaa"), note_type(30, "aaaa")),
        (note_type(20, "aaaa"), note_type(30, "bbbb"), note_type(30, "bbbb")),
        (note_type(20, "aaaa"), note_type(20, "aaaa"), note_type(20, "aaaa")),
        (note_type(20, "aaaa"), note_type(20, "bbbb"), note_type(20, "?")),
        # What grew holds what was there, in the same slots, and stands: the later stamp with it.
        (note_type(20, "aaaa"), note_type(30, "bbbb", "front,back,-"), note_type(30, "bbbb", "front,back,-")),
        (note_type(30, "aaaa"), note_type(20, "bbbb", "front,back,-"), note_type(30, "?", "front,back,-")),
        (
            note_type(30, "aaaa"),
            note_type(20, "aaaa", cards="recall,reverse"),
            note_type(30, "aaaa", cards="recall,reverse"),
        ),
        (
            note_type(20, "aaaa"),
            note_type(30, "bbbb", "front,-,-,-"),
            note_type(30, "bbbb", "front,-,-,-"),
        ),
    ],
)
def test_two_lines_of_one_note_type_become_one(one: str, other: str, wanted: str):
    assert settled(one, other) == settled(other, one) == [wanted]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (note_type(20, "aaaa", "front,back,-"), note_type(30, "bbbb", "front,why,-")),
        (note_type(20, "aaaa", cards="recall,reverse"), note_type(30, "bbbb", cards="recall,again")),
        (
            note_type(20, "aaaa", "front,back,-"),
            note_type(30, "bbbb", "front,-,-", "recall,reverse"),
        ),
        (note_type(20, "aaaa", "front,~,-"), note_type(30, "bbbb", "front,back,-")),
    ],
)
def test_slots_that_two_branches_filled_apart_are_a_conflict(one: str, other: str):
    assert findings(HEADER, one, other) == ["3 lock-conflict"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("deck ch01/concepts B::One", "deck ch01/concepts A One"),
        ("deck ch01/concepts@9 B::One", "deck ch01/concepts@9 A One"),
        ("deck ch01/concepts A One", "deck ch01/concepts@9 B::One"),
        ("deck ch01/concepts@8 A One", "deck ch01/concepts@9 B::One"),
    ],
)
def test_of_two_deck_names_both_machines_take_the_same_the_later_if_one_is(one: str, other: str):
    lines = [note(20, "aaaa"), CONCEPTS]
    assert settled(one, other, *lines)[0] == settled(other, one, *lines)[0] == other


def test_of_two_times_at_which_the_deck_was_started_anew_the_later_holds():
    lines = [CONCEPTS, note(20, "aaaa")]
    assert settled("anew 5", "anew 9", *lines)[0] == settled("anew 9", "anew 5", *lines)[0] == "anew 9"


def on(note_id: str, guid: str, anki_id: int) -> str:
    return f"note ch01/{note_id} concepts {guid} aaaa ffff 20 {anki_id} 0"


@pytest.mark.parametrize(
    ("read", "written"),
    [
        ([on("a", "A", 5), on("b", "B", 6)], [on("a", "A", 5), on("b", "B", 6)]),
        # Two branches built at one time: the first by id keeps its Anki id, the other takes the next free one.
        ([on("a", "A", 5), on("b", "B", 5)], [on("a", "A", 5), on("b", "B", 6)]),
        ([on("b", "B", 5), on("a", "A", 5)], [on("a", "A", 5), on("b", "B", 6)]),
        (
            [on("a", "A", 5), on("b", "B", 5), on("c", "C", 6)],
            [on("a", "A", 5), on("b", "B", 7), on("c", "C", 6)],
        ),
        (
            [on("a", "A", 5), on("b", "B", 5), on("c", "C", 5)],
            [on("a", "A", 5), on("b", "B", 6), on("c", "C", 7)],
        ),
        (
            [on("c", "C", 5), on("b", "B", 5), on("a", "A", 5)],
            [on("a", "A", 5), on("b", "B", 6), on("c", "C", 7)],
        ),
        # Two lines of one note, which an alias joins, keep the one that they share.
        ([on("a", "A", 5), on("b", "A", 5)], [on("a", "A", 5), on("b", "A", 5)]),
    ],
)
def test_each_note_has_an_anki_id_of_its_own(read: list[str], written: list[str]):
    assert settled_notes(*read) == written


def test_what_two_branches_say_of_a_wrong_clock_holds_together():
    lines = ["void 7", "ahead 5", "void 3", "ahead 9", "void 7"]
    assert settled(*lines) == ["ahead 9", "void 3", "void 7"]
