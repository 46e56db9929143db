"""A few lines of a lock are read and replaced as if the whole of it were: an edit writes what a whole build does."""

from __future__ import annotations

import pytest
from lock_text import CONCEPTS, HEADER

from deckgen.lock.format import format_lock
from deckgen.lock.model import Lock
from deckgen.lock.read import parse_lock
from deckgen.lock.splice import LockText
from deckgen.model.values import replace


def note(name: str, mod: int = 20) -> str:
    return f"note ch01/{name} concepts {name.upper()} aaaa ffff {mod} {ord(name[0])} 0"


OTHERS = ["deck ch01/concepts Test", note("z").replace("note ", "forgotten "), "media a.png media/a.png"]
LATER = [CONCEPTS, note("y").replace("note ", "retired "), "void 7"]


def lock_of(*lines: str) -> Lock:
    lock, findings = parse_lock("".join(f"{line}\n" for line in (HEADER, *lines)), "deckgen.lock", "test")
    assert not findings
    return lock


WHOLE = lock_of(*OTHERS, note("a"), note("ab"), note("b"), note("c"), *LATER)
TEXT = LockText(format_lock(WHOLE))


@pytest.mark.parametrize("names", [["a"], ["c"], ["a", "b"], ["a", "ab", "b", "c"]])
def test_a_part_has_its_notes_and_all_but_the_notes_of_the_whole(names: list[str]):
    text = TEXT.part(f"ch01/{name}" for name in names)
    assert text is not None
    part, findings = parse_lock(text, "deckgen.lock", "test")
    assert findings == []
    assert part == replace(WHOLE, notes={f"ch01/{name}": WHOLE.notes[f"ch01/{name}"] for name in names})


@pytest.mark.parametrize("count", range(1, 9))
def test_a_part_of_a_lock_of_any_length_ends_as_a_lock_does(count: int):
    text = format_lock(lock_of(OTHERS[0], *(note(name) for name in "abcdefgh"[:count]), CONCEPTS))
    assert LockText(text).part(f"ch01/{name}" for name in "abcdefgh"[:count]) is not None
    assert parse_lock(LockText(text).part(["ch01/a"]) or "", "deckgen.lock", "test")[1] == []


@pytest.mark.parametrize("name", ["y", "z", "x", "", "d"])
def test_a_part_of_a_note_that_the_lock_does_not_ship_is_none(name: str):
    assert TEXT.part(["ch01/a", f"ch01/{name}"]) is None
    with pytest.raises(KeyError):
        TEXT.with_notes({f"ch01/{name}": WHOLE.notes["ch01/a"]})


@pytest.mark.parametrize("names", [[], ["a"], ["ab", "c"]])
def test_other_lines_of_some_notes_give_the_text_that_the_whole_lock_would(names: list[str]):
    changed = {
        f"ch01/{name}": replace(WHOLE.notes[f"ch01/{name}"], source_hash="bbbb", mod=30, cards=(0, 1))
        for name in names
    }
    assert TEXT.with_notes(changed) == format_lock(replace(WHOLE, notes={**WHOLE.notes, **changed}))
    assert TEXT.text == format_lock(WHOLE)
