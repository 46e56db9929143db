"""Stamps that a wrong clock gave: put back where nobody has them, gone on above where readers do."""

from __future__ import annotations

import pytest
from lock_text import CONCEPTS, HEADER

from deckgen.lock.earlier_locks import traces_in
from deckgen.lock.format import format_lock
from deckgen.lock.future_stamps import with_stamps_kept, with_stamps_reset
from deckgen.lock.model import Lock
from deckgen.lock.read import parse_lock
from deckgen.lock.stamps import BuildTime, check_lock_stamps, check_stamps
from deckgen.model.diagnostics import Span

PLACE = Span("deckgen.lock", 1)
NOW = 1_760_000_000
LATER = NOW + 10_000_000
CLOCK = BuildTime(NOW * 1000)
TERMS = CONCEPTS.replace("concepts", "terms")


def note(name: str, mod: int, anki_id: int, *, guid: str = "") -> str:
    return f"note ch01/{name} concepts {guid or name} aaaa ffff {mod} {anki_id} 0"


def lock_of(*lines: str) -> Lock:
    lock, findings = parse_lock("".join(f"{line}\n" for line in (HEADER, *lines)), "deckgen.lock", "test")
    assert not findings
    return lock


def lines_of(lock: Lock) -> list[str]:
    return format_lock(lock).splitlines()[2:]


def test_what_has_a_void_stamp_is_of_now_and_its_id_too_where_that_lies_in_the_future():
    late_type = CONCEPTS.replace(" 10 ", f" {LATER} ")
    late_ids = [LATER * 1000, NOW * 1000]
    lock = lock_of(
        note("a", LATER, late_ids[0]), note("b", NOW - 5, late_ids[1]), note("c", LATER, 7), late_type, TERMS
    )
    assert lines_of(with_stamps_reset(lock, {LATER}, CLOCK)) == [
        note("a", NOW, NOW * 1000 - 1),  # the id of b is taken
        note("b", NOW - 5, NOW * 1000),
        note("c", NOW, 7),
        late_type.replace(str(LATER), str(NOW)),
        TERMS,
        f"void {LATER}",
    ]


def test_a_deck_started_anew_in_the_future_was_started_now():
    lock = lock_of(f"anew {LATER}", note("a", NOW - 5, 7), CONCEPTS)
    assert with_stamps_reset(lock, {LATER}, CLOCK).restarted_at == NOW
    assert with_stamps_reset(lock_of("anew 5", CONCEPTS), {LATER}, CLOCK).restarted_at == 5


@pytest.mark.parametrize(
    ("mod", "elsewhere", "expected"),
    [
        (LATER, 0, LATER),
        (5, LATER, LATER),
        (LATER, LATER + 1, LATER + 1),
        (NOW, NOW, 0),
        (NOW + 1, 0, NOW + 1),
    ],
)
def test_readers_have_stamps_up_to_the_newest_that_lies_in_the_future(
    mod: int, elsewhere: int, expected: int
):
    lock = lock_of(note("a", mod, 7), CONCEPTS)
    assert with_stamps_kept(lock, [elsewhere], CLOCK).future_until == expected


@pytest.mark.parametrize(("stamp", "expected"), [(LATER, []), (LATER + 1, []), (LATER + 2, ["clock-wrong"])])
def test_a_change_may_be_stamped_just_above_what_readers_have(stamp: int, expected: list[str]):
    found = check_stamps(stamp, CLOCK, PLACE, future_until=LATER)
    assert [one.code.name for one in found] == expected


@pytest.mark.parametrize(("stamp", "expected"), [(LATER, []), (LATER + 1, ["clock-behind"])])
def test_what_readers_have_is_not_said_again(stamp: int, expected: list[str]):
    found = check_lock_stamps([5, stamp], CLOCK, PLACE, future_until=LATER)
    assert [one.code.name for one in found] == expected


def test_lines_with_void_stamps_tell_nothing():
    late_type = CONCEPTS.replace(" 10 ", f" {LATER} ")
    lines = [note("a", LATER, 7), note("a", 20, 7), note("a", 30, 7), CONCEPTS, late_type]
    void = [f"void {LATER}", "void 30"]
    own = [note("a", 20, 7), CONCEPTS]
    anew = [f"anew {LATER}", "anew 5"]
    for traces in (
        traces_in([*lines, *void, "void ?", *anew], lock_of(*own)),
        traces_in([*lines, *anew], lock_of(*own, *void)),
    ):
        assert traces.notes["a"][1].mod == 20
        assert traces.note_types["concepts"].mod == 10
        assert traces.restarted_at == 5
        assert traces.void_stamps == {LATER, 30}


def test_of_lines_after_a_time_only_their_stamps_are_told():
    lines = [note("a", LATER, 7), note("a", NOW, 7), note("b", LATER + 1, 8), f"anew {LATER + 2}", CONCEPTS]
    traces = traces_in(lines, lock_of(note("a", 20, 7), note("b", 20, 8), CONCEPTS), latest=NOW)
    assert {guid: line.mod for guid, (_, line) in traces.notes.items()} == {"a": NOW}
    assert (traces.restarted_at, traces.void_stamps) == (0, {LATER, LATER + 1, LATER + 2})
