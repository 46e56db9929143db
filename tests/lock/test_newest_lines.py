"""The newest line of each note, from locks that git put back: read from their text alone."""

from __future__ import annotations

import pytest

from deckgen.lock.earlier_locks import traces_in, unknown_to, with_newest, with_stamps
from deckgen.lock.format import changed_lines
from deckgen.lock.model import Lock, LockedDeck
from deckgen.lock.read import parse_lock
from deckgen.model.ids import entity_id, note_guid

SLOTS = "prompt,answer,-,- Recall,-"
GROWN = "prompt,answer,hint,- Recall,-"


def note(name: str, mod: int, *, word: str = "note", first: str = "", digest: str = "h") -> str:
    guid = note_guid("test", f"ch01/{first or name}")
    renamed = f" ch01/{first}" if first else ""
    return f"{word} ch01/{name} concepts {guid} {digest} r-{digest} {mod} {mod}000 0{renamed}"


def note_type(mod: int, slots: str = SLOTS) -> str:
    return f"notetype concepts plain 1100000000000 t{mod} {mod} {slots}"


def lock(*lines: str) -> Lock:
    result, findings = parse_lock("\n".join(("lock 2 test", *lines, "")), "deckgen.lock", "test")
    assert not findings
    return result


def mods(result: Lock) -> dict[str, int]:
    return {note_id: line.mod for note_id, line in result.notes.items()}


OLD = lock("deck ch01/concepts Test", note("a", 100), note("b", 100), note_type(100))


def test_of_each_note_the_line_with_the_latest_stamp_counts():
    traces = traces_in([note("a", 200, digest="new"), note("a", 300, digest="newest"), note("b", 90)], OLD)
    newest, taken = with_newest(OLD, traces, add_notes=True)
    assert (mods(newest), taken) == ({"ch01/a": 300, "ch01/b": 100}, ("ch01/a",))
    assert newest.notes["ch01/a"].source_hash == "newest"
    assert newest.notes["ch01/a"].anki_id == 100_000  # the card keeps its Anki id


def test_an_equal_stamp_changes_nothing():
    assert with_newest(
        OLD, traces_in([note("a", 100, digest="other"), note_type(100)], OLD), add_notes=True
    ) == (
        OLD,
        (),
    )


def test_a_note_is_known_by_its_guid_under_whatever_id_it_stood():
    newest, taken = with_newest(OLD, traces_in([note("renamed", 200, first="a")], OLD), add_notes=True)
    assert (mods(newest), taken) == ({"ch01/a": 200, "ch01/b": 100}, ("ch01/a",))


@pytest.mark.parametrize("add_notes", [True, False])
def test_a_note_that_the_lock_lacks_is_added_only_if_asked_for(*, add_notes: bool):
    newest, taken = with_newest(OLD, traces_in([note("c", 50)], OLD), add_notes=add_notes)
    assert ("ch01/c" in newest.notes, taken) == (add_notes, ("ch01/c",) if add_notes else ())


def test_a_note_whose_id_another_has_now_is_not_added():
    newest, taken = with_newest(OLD, traces_in([note("a", 200, first="another")], OLD), add_notes=True)
    assert (newest, taken) == (OLD, ())


def test_a_renamed_note_keeps_the_id_that_its_guid_follows_from():
    renamed = lock(note("b", 100, first="a"), note_type(100))
    newest, _ = with_newest(renamed, traces_in([note("a", 200)], renamed), add_notes=True)
    assert (mods(newest), newest.notes["ch01/b"].first_id) == ({"ch01/b": 200}, "ch01/a")


def test_lines_of_another_project_tell_nothing():
    foreign = note("c", 200).replace(note_guid("test", "ch01/c"), note_guid("other", "ch01/c"))
    its_type = note_type(200).replace("1100000000000", str(entity_id("notetype", "other", "concepts")))
    traces = traces_in([foreign, its_type], OLD)
    assert not traces.notes
    assert not traces.note_types
    assert with_newest(OLD, traces, add_notes=True) == (OLD, ())


def test_a_note_type_that_the_lock_lacks_is_known_by_the_key_under_which_it_was_first_shipped():
    own = str(entity_id("notetype", "test", "terms"))
    terms, words = (
        note_type(mod).replace("concepts", key).replace("1100000000000", own)
        for mod, key in ((200, "terms"), (300, "words"))
    )
    assert set(traces_in([words, terms], OLD).note_types) == {"terms", "words"}
    assert set(traces_in([words], OLD).note_types) == set()


def test_a_stamp_of_a_package_above_the_line_s_is_taken_up_and_its_content_is_unknown():
    guid = OLD.notes["ch01/a"].guid
    raised, ids = with_stamps(OLD, {guid: 101, OLD.notes["ch01/b"].guid: 100, "another": 500})
    assert (mods(raised), ids) == ({"ch01/a": 101, "ch01/b": 100}, ("ch01/a",))
    assert (raised.notes["ch01/a"].source_hash, raised.notes["ch01/a"].rendered_hash) == ("?", "?")
    raised, ids = with_stamps(OLD, {1_100_000_000_000: 101, 5: 500})
    assert ids == ("concepts",)
    assert (raised.note_types["concepts"].mod, raised.note_types["concepts"].hash) == (101, "?")
    assert with_stamps(OLD, {guid: 100, 1_100_000_000_000: 100}) == (OLD, ())


def test_what_was_retired_later_is_retired():
    newest, _ = with_newest(OLD, traces_in([note("a", 200, word="retired")], OLD), add_notes=True)
    assert newest.notes["ch01/a"].retired


def test_a_note_type_keeps_the_slots_that_readers_have():
    newest, taken = with_newest(OLD, traces_in([note_type(200, GROWN)], OLD), add_notes=True)
    assert newest.note_types["concepts"].slots.fields == ("prompt", "answer", "hint", "-")
    assert (newest.note_types["concepts"].mod, taken) == (200, ("concepts",))
    grown = lock(note("a", 100), note_type(100, GROWN))
    again, _ = with_newest(grown, traces_in([note_type(200)], grown), add_notes=True)
    assert again.note_types["concepts"].slots.fields == ("prompt", "answer", "hint", "-")


def test_a_note_type_that_was_a_cloze_once_stays_what_it_is():
    was = note_type(200).replace(" plain ", " cloze ")
    assert with_newest(OLD, traces_in([was], OLD), add_notes=True) == (OLD, ())


def test_what_came_before_a_new_start_counts_no_more():
    anew = lock("anew 150", note("a", 160), note("b", 160), note_type(160))
    assert with_newest(anew, traces_in([note("c", 149)], OLD), add_notes=True) == (anew, ())
    newest, _ = with_newest(anew, traces_in([note("c", 150)], OLD), add_notes=True)
    assert "ch01/c" in newest.notes
    later, _ = with_newest(OLD, traces_in(["anew 250", note("a", 200), note("b", 250)], OLD), add_notes=True)
    assert mods(later) == {"ch01/a": 100, "ch01/b": 250}


def test_of_two_new_starts_the_later_counts():
    lines = ["anew 150", "anew 250", "anew 50", note("a", 200)]
    assert with_newest(OLD, traces_in(lines, OLD), add_notes=True) == (OLD, ())


@pytest.mark.parametrize("add_notes", [True, False])
def test_a_note_of_a_kind_that_the_lock_lacks_brings_its_note_type_and_its_deck(*, add_notes: bool):
    own = str(entity_id("notetype", "test", "terms"))
    its_type = note_type(50).replace("concepts", "terms").replace("1100000000000", own)
    unused = its_type.replace("terms", "words").replace(own, str(entity_id("notetype", "test", "words")))
    lines = [
        "deck ch01/terms Test::Terms",
        "deck ch01/terms Earlier",
        note("c", 50).replace("concepts", "terms"),
    ]
    newest, taken = with_newest(
        OLD, traces_in([*lines, note("a", 200), its_type, unused], OLD), add_notes=add_notes
    )
    assert taken == (("ch01/a", "ch01/c") if add_notes else ("ch01/a",))
    assert set(newest.note_types) == ({"concepts", "terms"} if add_notes else {"concepts"})
    assert newest.decks == {**OLD.decks, **({"ch01/terms": LockedDeck("Test::Terms")} if add_notes else {})}


@pytest.mark.parametrize("add_notes", [True, False])
def test_of_a_deck_s_names_the_one_that_readers_were_given_last_counts(*, add_notes: bool):
    lines = ["deck ch01/concepts Test", "deck ch01/concepts@200 New", "deck ch01/concepts@150 Newish"]
    no_note_of_it = "deck ch02/concepts Other"
    newest, _ = with_newest(OLD, traces_in([*lines, no_note_of_it], OLD), add_notes=add_notes)
    assert newest.decks == {"ch01/concepts": LockedDeck("New", 200) if add_notes else LockedDeck("Test")}


def test_stamps_that_readers_have_by_the_lock_are_not_void_by_an_earlier_one():
    lines = [note("a", 300), "void 300", "ahead 300"]
    assert with_newest(OLD, traces_in(lines, OLD), add_notes=True) == (OLD, ())
    kept = lock("ahead 300", note("a", 100), note("b", 100), note_type(100))
    assert mods(with_newest(kept, traces_in(lines, kept), add_notes=True)[0])["ch01/a"] == 300


def test_lines_that_are_none_of_ours_are_left_out():
    assert not traces_in(["", "note", "note x", "# remark", "+++ b/deckgen.lock", "anew soon"], OLD).notes


def test_of_what_was_built_only_live_notes_that_the_lock_lacks_are_unknown():
    traces = traces_in([note("a", 200), note("c", 200), note("d", 200, word="retired")], OLD)
    assert [note_id for note_id, _ in unknown_to(OLD, traces)] == ["ch01/c"]


def test_what_a_killed_build_was_about_to_ship_is_known_from_the_lines_that_it_changed():
    before = lock(note("a", 100), note("b", 90), note_type(100))
    after = lock(note("a", 200, digest="new"), note("b", 90), note_type(200, GROWN))
    lines = list(changed_lines(before, after))
    assert lines == [note("a", 200, digest="new"), note_type(200, GROWN)]
    newest, _ = with_newest(before, traces_in(lines, before), add_notes=True)
    assert (mods(newest), newest.note_types) == (mods(after), after.note_types)
    assert list(changed_lines(after, after)) == []
