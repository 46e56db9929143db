"""What cannot be read of a lock is said with its line, and none of it is used."""

from __future__ import annotations

import pytest
from lock_text import CONCEPTS, HEADER, findings, settled

from deckgen.lock.format import VERSION
from deckgen.lock.read import parse_lock

NOTE = "note ch01/a concepts GUID aaaa ffff 20 1700000000000 0"
LATEST = 2**33  # seconds: the year 2242


def test_what_a_build_writes_is_read_without_a_finding():
    lines = [
        "# deckgen.lock: a remark",
        HEADER,
        "deck ch01/concepts Test::01 One, and more",
        "forgotten ch01/z concepts GUIDZ aaaa ffff 20 1700000000001 0,1",
        "media abcd.png media/a picture.png",
        f"{NOTE.replace('1700000000000', str(1000 * LATEST - 1)).replace(' 20 ', f' {LATEST - 1} ')}",
        "note ch01/b concepts GUIDB aaaa ffff 0 0 0:abcdef,498:fedcba,499:aa ch02/a",
        "note ch01/d concepts GUIDD aaaa ffff 20 1700000000003 0 ?",
        f"notetype clozes cloze {1000 * LATEST - 1} aaaa 0 @source,back=Back%20side|Old,-,~ text,-",
        CONCEPTS,
        "retired ch01/c concepts GUIDC aaaa ffff 20 1700000000002 0",
    ]
    assert findings(*lines) == []
    assert settled(*lines[2:]) == lines[2:]
    assert findings(*lines[:4], "", *lines[4:], "") == []


@pytest.mark.parametrize(
    "line",
    [
        "note ch01/a concepts GUID aaaa ffff 20 1700000000000",
        f"{NOTE} more",
        f"{NOTE} ",
        f"{NOTE} ch01/b ch01/c",
        NOTE.replace(" 20 ", " then "),
        NOTE.replace(" 20 ", " -1 "),
        NOTE.replace(" 20 ", f" {LATEST} "),
        NOTE.replace("1700000000000", "-1"),
        NOTE.replace("1700000000000", str(1000 * LATEST)),
        NOTE.replace("000 0", "000 500"),
        NOTE.replace("000 0", "000 -1"),
        NOTE.replace("000 0", "000 0,500"),
        NOTE.replace("000 0", "000 0,x"),
        CONCEPTS.replace(" 10 ", " -1 "),
        CONCEPTS.replace(" 10 ", f" {LATEST} "),
        CONCEPTS.replace("1700000000000", str(1000 * LATEST)),
        CONCEPTS.removesuffix(" recall,-"),
        "nonsense",
        "card ch01/a",
        "lock one test",
        "lock 1 test",
    ],
)
def test_a_line_that_cannot_be_read_is_damaged(line: str):
    assert findings(HEADER, CONCEPTS, line) == ["3 lock-damaged"]


@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", "||||||| base", "=======", ">>>>>>> other"])
def test_a_conflict_marker_is_said_as_such(marker: str):
    assert findings(HEADER, CONCEPTS, marker, NOTE) == ["3 lock-conflict"]


def test_every_fault_is_said_in_one_run():
    assert findings(HEADER, "<<<<<<< HEAD", "nonsense", ">>>>>>> other") == [
        "2 lock-conflict",
        "3 lock-damaged",
        "4 lock-conflict",
    ]


def test_of_a_later_lock_nothing_more_is_read():
    assert findings(f"lock {VERSION + 1} test", "nonsense") == ["1 lock-later"]
    assert findings(HEADER, "nonsense") == ["2 lock-damaged"]


def test_the_lock_of_another_project_is_refused_by_name():
    assert findings("lock 2 another", CONCEPTS) == ["1 lock-other-project"]
    assert "`another`" in parse_lock("lock 2 another\n", "deckgen.lock", "test")[1][0].message


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "`lock"),
        (f"{CONCEPTS}\n", 1, "`lock"),
        (f"# {HEADER}\n{CONCEPTS}\n", 1, "`lock"),
        (f"{HEADER}\n{CONCEPTS}", 2, "last line"),
        (f"{HEADER}\n{CONCEPTS}\n{NOTE}", 3, "last line"),
        # Notes stand before their note types, decks before notes.
        (f"{HEADER}\n{NOTE}\n", 2, "note type"),
        (f"{HEADER}\ndeck ch01/concepts Test\n", 2, "decks"),
    ],
)
def test_a_lock_that_lost_lines_is_refused(text: str, line: int, said: str):
    (found,) = parse_lock(text, "deckgen.lock", "test")[1]
    assert (found.span.line, found.code.name) == (line, "lock-damaged")
    assert said in found.message


def test_what_a_damaged_line_may_have_held_is_not_missed_besides():
    assert findings(HEADER, NOTE, "nonsense") == ["3 lock-damaged"]


def test_the_note_type_that_is_missing_is_named():
    lines = [NOTE.replace("concepts", "terms"), NOTE.replace("ch01/a concepts", "ch01/b clozes")]
    (found,) = parse_lock("\n".join([HEADER, CONCEPTS, *lines, ""]), "deckgen.lock", "test")[1]
    assert "`clozes`" in found.message
