"""Which points of the outlines are taught, and what is said of those that are not and of wrong ``covers``."""

from __future__ import annotations

import textwrap

import pytest
from measured import measured

from deckgen.coverage.measure import Count, Coverage, PointCoverage
from deckgen.model.diagnostics import Finding
from deckgen.source.note_files import read_notes
from deckgen.source.note_type_folders import built_in_note_types
from deckgen.source.outline_files import read_outline

NOTE_TYPES = {note_type.kind: note_type for note_type in built_in_note_types()}
OUTLINE = """\
id: ch01
number: 1
title: One
sections:
  - id: basics
    title: Basics
    points:
      - {id: first, text: The first thing}
      - {id: both, text: The two kinds, needs: [concepts, red_flags]}
  - id: later
    title: Later
    points:
      - {id: last, text: The last}
"""
IDLE = "concepts:\n  - {id: a, prompt: P, answer: A}\n"  # covers nothing


def measure(
    notes: str, outline: str = OUTLINE, *, faults_elsewhere: int = 0
) -> tuple[Coverage, list[Finding]]:
    chapter, faults = read_outline(outline.encode(), "ch01/outline.yaml", NOTE_TYPES, "Test")
    second = outline.replace("ch01", "ch02").replace("number: 1", "number: 2")
    other, _ = read_outline(second.encode(), "ch02/outline.yaml", NOTE_TYPES, "Test")
    found, more = read_notes(textwrap.dedent(notes).encode(), "ch01/a.yaml", "ch01", NOTE_TYPES)
    assert len([*faults, *more]) == faults_elsewhere
    return measured({"ch01": chapter, "ch02": other}, found)


def point(notes: str, name: str) -> PointCoverage:
    return next(one for one in measure(notes)[0].points if one.full_id == name)


def told(notes: str, *, faults_elsewhere: int = 0) -> list[str]:
    """Return the findings, but those on points of which no note says anything: place and code."""
    return [
        f"{one.span.line}:{one.span.column} {one.code.name}"
        for one in measure(notes, faults_elsewhere=faults_elsewhere)[1]
        if one.span.path == "ch01/a.yaml"
    ]


def said_of_points(notes: str, outline: str = OUTLINE, *, faults_elsewhere: int = 0) -> list[str]:
    """Return the findings on the points of the first chapter: line, code, message and hint."""
    return [
        f"{one.span.line} {one.code.name} {one.message} {one.hint}"
        for one in measure(notes, outline, faults_elsewhere=faults_elsewhere)[1]
        if one.span.path == "ch01/outline.yaml"
    ]


def concept(name: str, covers: str, more: str = "") -> str:
    return f"  - {{id: {name}, covers: [{covers}], {more}prompt: What is the first thing of them all?, answer: The last of the two kinds}}\n"


def red_flag(name: str, covers: str) -> str:
    return f"  - {{id: {name}, covers: [{covers}], says: The first thing, signals: Two kinds, instead: The last}}\n"


def test_points_come_in_the_order_of_the_outlines_with_their_names():
    points = measure(IDLE)[0].points
    assert [one.full_id for one in points] == [
        f"{chapter}/{name}"
        for chapter in ("ch01", "ch02")
        for name in ("basics/first", "basics/both", "later/last")
    ]
    assert [one.local_id for one in points[:3]] == ["basics/first", "basics/both", "later/last"]


def test_a_point_is_taught_by_the_notes_that_cover_it():
    notes = f"concepts:\n{concept('a', 'basics/first')}{concept('b', 'basics/first, later/last')}"
    first = point(notes, "ch01/basics/first")
    assert (first.is_taught, first.note_ids, first.kinds) == (
        True,
        ("ch01/a", "ch01/b"),
        ("concepts", "concepts"),
    )
    assert point(notes, "ch01/later/last").note_ids == ("ch01/b",)
    assert not point(notes, "ch01/basics/both").is_taught
    assert not point(notes, "ch02/basics/first").is_taught


@pytest.mark.parametrize(
    ("notes", "missing", "taught"),
    [
        (IDLE, ("concepts", "red_flags"), False),
        (f"concepts:\n{concept('a', 'basics/both')}", ("red_flags",), False),
        (f"red_flags:\n{red_flag('r', 'basics/both')}", ("concepts",), False),
        (f"concepts:\n{concept('a', 'basics/both')}red_flags:\n{red_flag('r', 'basics/both')}", (), True),
    ],
)
def test_a_point_needs_a_note_of_each_kind_that_it_names(
    notes: str, missing: tuple[str, ...], *, taught: bool
):
    both = point(notes, "ch01/basics/both")
    assert (both.missing_kinds, both.is_taught) == (missing, taught)
    assert not both.is_on_one_card  # it is not taught, or by two
    assert both.needs_in_words() == (f"needs {', '.join(missing)}" if missing else "")  # and never "1 cards"


def test_notes_stand_by_kind():
    notes = (
        f"concepts:\n{concept('a', 'basics/both')}{concept('b', 'basics/both')}"
        f"red_flags:\n{red_flag('r', 'basics/both')}"
    )
    both = point(notes, "ch01/basics/both")
    assert both.notes == {"concepts": ("ch01/a", "ch01/b"), "red_flags": ("ch01/r",)}
    assert both.note_ids == ("ch01/a", "ch01/b", "ch01/r")


def test_a_point_of_another_chapter_is_named_with_it():
    notes = f"concepts:\n{concept('a', 'ch02/basics/first')}"
    assert point(notes, "ch02/basics/first").is_taught
    assert not point(notes, "ch01/basics/first").is_taught
    assert told(notes) == []


def test_a_draft_teaches_nothing_yet_and_is_named():
    notes = f"concepts:\n{concept('d', 'basics/first', 'draft: true, ')}{concept('e', 'basics/first', 'draft: true, ')}"
    first = point(notes, "ch01/basics/first")
    assert (first.is_taught, first.note_ids, first.drafts) == (False, (), ("ch01/d", "ch01/e"))
    (hint,) = [
        one.hint for one in measure(notes)[1] if one.span.line == 8 and one.span.path.startswith("ch01")
    ]
    assert "`ch01/d`" in hint
    assert "`ch01/e`" not in hint
    assert told(f"concepts:\n{concept('d', 'basics/frist', 'draft: true, ')}") == ["2:22 covers-unknown"]


def test_a_note_that_covers_nothing_is_said_at_its_id():
    notes = f"concepts:\n{concept('a', 'basics/first')}  - {{id: idle, prompt: P, answer: A}}\n"
    assert told(notes) == ["3:10 covers-nothing"]
    assert [note.full_id for note in measure(notes)[0].idle] == ["ch01/idle"]


@pytest.mark.parametrize("key", ["", "id: a, covers: {x: y}, "])
def test_of_a_note_without_an_id_or_with_unreadable_covers_no_more_is_said(key: str):
    assert told(f"concepts:\n  - {{{key}prompt: P, answer: A}}\n", faults_elsewhere=1) == []


def test_a_point_that_a_note_names_twice_counts_once():
    notes = f"concepts:\n{concept('a', 'basics/first, basics/first')}"
    assert told(notes) == ["2:36 covers-twice"]
    assert point(notes, "ch01/basics/first").note_ids == ("ch01/a",)
    assert told(f"concepts:\n{concept('a', 'basics/first, ch01/basics/first')}") == ["2:36 covers-twice"]
    assert told(f"concepts:\n{concept('a', 'basics/x, basics/x')}") == [
        "2:22 covers-unknown",
        "2:32 covers-twice",
    ]
    assert told(f"concepts:\n{concept('a', 'basics/first')}{concept('b', 'basics/first')}") == []


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("basics/frist", ("basics/first",)),
        ("basic/first", ("basics/first", "ch02/basics/first")),
        ("later/first", ("basics/first", "ch02/basics/first")),
        ("ch02/basics/frist", ("ch02/basics/first",)),
        ("ch01/basics/frist", ("basics/first",)),
        ("ch09/basics/first", ("basics/first", "ch02/basics/first")),
        ("nothing/like-it", ()),
    ],
)
def test_a_name_that_is_no_point_is_an_error_with_those_it_may_stand_for(name: str, nearest: tuple[str, ...]):
    notes = f"concepts:\n{concept('a', name)}"
    coverage, findings = measure(notes)
    assert told(notes) == ["2:22 covers-unknown"]
    assert [one.nearest for one in coverage.unknown] == [nearest]
    assert (coverage.unknown[0].note.full_id, coverage.unknown[0].name.value) == ("ch01/a", name)
    hint = next(one.hint for one in findings if one.code.name == "covers-unknown")
    assert all(f"`{one}`" in hint for one in nearest)
    assert ("Did you mean" in hint) == bool(nearest)
    assert (" or " in hint) == (len(nearest) > 1)


def test_each_point_without_a_note_is_said_once_in_the_outline():
    found = [
        f"{one.span.line} {one.code.name}"
        for one in measure(f"concepts:\n{concept('a', 'basics/both')}")[1]
        if one.span.path == "ch01/outline.yaml"
    ]
    assert found == ["8 point-uncovered", "9 point-lacks-kind", "13 point-uncovered"]
    findings = measure(IDLE)[1]
    assert [one.span.line for one in findings if one.span.path == "ch01/outline.yaml"] == [8, 9, 13]


def test_what_to_write_is_said():
    findings = measure(f"concepts:\n{concept('a', 'basics/both')}")[1]
    uncovered, lacks, *_ = findings
    assert "`basics/first`: The first thing" in uncovered.message
    assert "covers: [basics/first]" in uncovered.hint
    assert "`red_flags`" in lacks.message
    assert "`red_flags:` with `covers: [basics/both]`" in lacks.hint


def test_what_is_wrong_is_named():
    findings = measure(
        f"concepts:\n{concept('a', 'basics/first, basics/first')}  - {{id: idle, prompt: P, answer: A}}\n"
    )[1]
    said = {one.code.name: one.message for one in findings}
    assert "`basics/first`" in said["covers-twice"]
    assert "`idle`" in said["covers-nothing"]


@pytest.mark.parametrize(
    ("taught", "points", "percent"), [(0, 0, 100), (0, 3, 0), (2, 3, 66), (3, 3, 100), (199, 200, 99)]
)
def test_per_cent_are_whole_and_rounded_down(taught: int, points: int, percent: int):
    assert Count(taught, points).percent == percent


@pytest.mark.parametrize(
    ("count", "limit", "below"),
    [
        (Count(2, 3), 66.6, False),
        (Count(2, 3), 66.7, True),
        (Count(1, 2), 50, False),
        (Count(0, 0), 100, False),
        (Count(0, 1), 0, False),
        (Count(0, 1), 1, True),
    ],
)
def test_a_limit_is_compared_with_the_exact_share(count: Count, limit: float, *, below: bool):
    assert count.is_below(limit) is below


def test_the_points_that_are_taught_are_counted():
    notes = f"concepts:\n{concept('a', 'basics/both, basics/first')}"
    assert measure(notes)[0].count == Count(1, 6)


def test_a_note_with_an_error_is_to_be_mended_and_no_other_to_be_written_in_its_place():
    notes = "concepts:\n  - {id: a, covers: [basics/first, basics/both], prompt: P}\n"  # it lacks its answer
    uncovered = [line.partition(":")[0] for line in said_of_points(notes, faults_elsewhere=1)]
    assert uncovered == [
        "9 point-lacks-kind `basics/both` needs a note of the kind `red_flags` and has none. Write one under `red_flags",
        "13 point-uncovered No note teaches `later/last`",
    ]
    outline = OUTLINE.replace("thing}", "thing, needs: {cards: 2}}")
    assert not [line for line in said_of_points(notes, outline, faults_elsewhere=1) if "first" in line]
    assert measure(notes, faults_elsewhere=1)[0].points[0].drafts == ()


def test_a_claim_that_does_not_count_is_to_be_mended_before_a_note_is_written():
    notes = "concepts:\n" + "".join(
        f"  - {{id: {name}, covers: [later/last], prompt: Who owns it?, answer: Me}}\n" for name in "ab"
    )
    (line,) = [line for line in said_of_points(notes) if "later" in line]
    assert line.endswith(" Mend what `ch01/a` covers, or write a note with `covers: [later/last]`.")


def test_a_point_with_too_few_cards_is_said():
    outline = OUTLINE.replace("thing}", "thing, needs: {cards: 2}}")
    one = f"concepts:\n{concept('a', 'basics/first')}"
    draft = concept("d", "basics/first", "draft: true, ")
    assert said_of_points(one, outline)[0] == (
        "8 point-lacks-cards `basics/first` needs 2 cards and has 1. Write another note with `covers: [basics/first]`."
    )
    assert "Finish the draft `ch01/d`, or write another note" in said_of_points(one + draft, outline)[0]
    assert "first" not in said_of_points(one + concept("b", "basics/first"), outline)[0]


def test_of_a_point_whose_id_is_an_error_nothing_more_is_said():
    outline = OUTLINE.replace("id: last", "id: The Last")
    assert [line.split()[0] for line in said_of_points(IDLE, outline, faults_elsewhere=1)] == ["8", "9"]


def test_a_note_of_a_chapter_that_asks_for_nothing_need_cover_nothing():
    outline = "id: ch01\nnumber: 1\ntitle: One\nsections: []\n"
    assert measure(IDLE, outline)[1] == []
    assert measure(IDLE, outline)[0].count.percent == 100
    assert measure(IDLE)[0].count.percent == 0


def test_a_point_with_one_card_of_its_own_is_not_taught_in_passing_alone():
    both = f"concepts:\n{concept('a', 'basics/first, later/last')}{concept('b', 'basics/first')}"
    first, last = (point(both, f"ch01/{name}") for name in ("basics/first", "later/last"))
    assert (first.is_in_passing, first.is_on_one_card) == (False, False)
    assert (last.is_in_passing, last.is_on_one_card) == (True, True)
