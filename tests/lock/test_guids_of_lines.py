"""A GUID follows from the project and the note's id, or its first one: any other is told with its line."""

from __future__ import annotations

import pytest
from lock_text import CONCEPTS, HEADER, settled_notes

from deckgen.lock.guids import first_id, guid_findings
from deckgen.lock.model import Lock
from deckgen.lock.read import parse_lock
from deckgen.model.diagnostics import Finding
from deckgen.model.ids import note_guid

GROWN = CONCEPTS.replace("concepts", "concepts@2")


def note(name: str, of: str, first: str = "", *, kind: str = "concepts", mod: int = 20) -> str:
    """Return the line of a note with the GUID that follows from another id, or is some other text."""
    guid = note_guid("test", f"ch01/{of}") if of.islower() else of
    renamed = f" {first}" if first else ""
    return f"note ch01/{name} {kind} {guid} aaaa ffff {mod} {1000 + ord(name[0])} 0{renamed}"


def read(*lines: str) -> tuple[Lock, list[Finding]]:
    return parse_lock(
        "".join(f"{line}\n" for line in (HEADER, *lines, CONCEPTS, GROWN)), "deckgen.lock", "test"
    )


def found(*lines: str, known: str = "") -> list[tuple[int, str, str]]:
    """Return the line, the message and the hint of each finding on a lock with these lines of notes."""
    lock, faults = read(*lines)
    assert not faults
    text = "\n".join((HEADER, *lines))
    findings = guid_findings(lock, text, "deckgen.lock", {note_guid("test", known)}, "LOG")
    return [(one.span.line, one.message, one.hint) for one in findings]


@pytest.mark.parametrize(
    "line",
    [
        note("a", "a"),
        note("b", "a", "ch01/a"),
        note("a", "FOREIGN", "?"),  # a package told it
        note("a", "a@2", kind="concepts@2"),
        note("b", "a@2", "ch01/a", kind="concepts@2"),
        note("a@1", "a"),  # an earlier generation, beside the present one
        note("a", "a").replace("note ", "retired "),
    ],
)
def test_a_guid_that_follows_from_an_id_is_right(line: str):
    assert found(line, note("z", "z")) == []
    assert settled_notes(line.replace("concepts@2", "concepts")) == [line.replace("concepts@2", "concepts")]


def test_a_note_and_one_that_was_renamed_from_it_may_share_a_guid():
    assert found(note("a", "a"), note("b", "a", "ch01/a"), note("c", "a", "ch01/a")) == []


@pytest.mark.parametrize(
    "line",
    [
        note("a", "FOREIGN"),
        note("a", "b", "ch01/c"),
        note("a", "a", kind="concepts@2"),
        note("a", "FOREIGN").replace("note ", "forgotten "),
    ],
)
def test_any_other_guid_is_of_another_deck(line: str):
    ((place, message, hint),) = found(note("z", "z"), line)
    assert (place, "a note of another deck" in message, "as a note of this deck" in message) == (
        3,
        True,
        True,
    )
    assert hint.startswith("Delete the line")


def test_where_an_earlier_lock_has_the_notes_own_line_it_can_be_put_back():
    ((place, message, hint),) = found(note("a", "FOREIGN"), known="ch01/a")
    assert (place, "lose the history that they have" in message) == (2, True)
    assert hint == "Put back its own line from LOG."


def test_two_guids_that_changed_places_are_told_once_with_the_first_line():
    ((place, message, hint),) = found(note("a", "b"), note("b", "a"))
    assert (place, message.split(" have ")[0]) == (2, "`ch01/a` and `ch01/b`")
    assert "both lines" in hint
    assert [place for place, _, _ in found(note("a", "b"), note("b", "a"), note("c", "FOREIGN"))] == [2, 4]


def test_a_line_with_the_guid_of_another_note_is_told_and_the_others_is_not():
    ((place, message, _),) = found(note("a", "a"), note("b", "a"))
    assert (place, message.split(":")[0]) == (3, "`ch01/b` has the GUID of `ch01/a`")
    ((place, message, _),) = found(note("c", "a"), note("d", "a", "ch01/a"))
    assert (place, message.split(":")[0]) == (2, "`ch01/c` has the GUID of `ch01/d`")
    # The note itself is named before one that was renamed from its id.
    (_, (_, message, _)) = found(
        note("a", "a", "ch01/b"), note("b", "c"), note("c", "b"), note("d", "b", "ch01/b")
    )
    assert message.split(" have ")[0] == "`ch01/b` and `ch01/c`"


def test_three_guids_that_changed_places_are_told_with_each_line():
    assert [place for place, _, _ in found(note("a", "b"), note("b", "c"), note("c", "a"))] == [2, 3, 4]


@pytest.mark.parametrize("order", [1, -1])
def test_two_lines_of_one_id_with_two_guids_are_a_finding_that_names_the_wrong_one(order: int):
    _, (fault,) = read(*[note("a", "a"), note("a", "FOREIGN", mod=30)][::order])
    assert (fault.span.line, fault.code.name) == (3, "lock-guids")
    assert "`FOREIGN`" in fault.hint
    _, (fault,) = read(*[note("b", "b"), note("b", "a", "ch01/a")][::order])
    assert "has this id now" in fault.hint


def test_lines_of_two_generations_of_one_id_may_have_two_guids():
    assert read(note("a", "a"), note("a", "a@2", kind="concepts@2"))[1] == []


@pytest.mark.parametrize(
    ("note_id", "earlier", "line", "wanted"),
    [
        ("a", "a", note("a", "a"), ""),
        ("b", "b", note("b", "a", "ch01/a"), "ch01/a"),
        ("b", "a", note("a", "a"), "ch01/a"),
        ("c", "b", note("b", "a", "ch01/a"), "ch01/a"),
        ("a", "b", note("b", "a", "ch01/a"), ""),  # back under its first id
        ("a", "r", note("r", "a", "?"), ""),  # the sources know what a package did not tell
        ("b", "r", note("r", "FOREIGN", "?"), "?"),
    ],
)
def test_a_line_keeps_the_id_that_its_guid_follows_from(note_id: str, earlier: str, line: str, wanted: str):
    (held,) = read(line)[0].notes.values()
    assert first_id("test", f"ch01/{note_id}", f"ch01/{earlier}", held) == wanted
