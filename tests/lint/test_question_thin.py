"""question-thin: a drill that one cannot grade oneself by."""

from __future__ import annotations

import pytest
from one_rule import messages, note, places

RULE = "question-thin"
STAR = ["Situation", "Task", "Action", "Result"]
GOOD = ["Two numbers", "Calm", "Kind"]


def question(*, ask: str = "Tell me.", structure: list[str] = STAR, rubric: list[str] = GOOD) -> str:
    return note("questions", ask=ask, tests="Calm", structure=structure, rubric=rubric)


def test_a_full_drill_is_left_alone():
    assert places(RULE, question()) == []


@pytest.mark.parametrize(
    ("rubric", "expected"),
    [
        (["2 numbers"], ["6:15 warning"]),
        (["2 numbers", "Calm"], ["6:28 warning"]),
        (["2 numbers", "Calm", "Kind"], []),
    ],
)
def test_a_rubric_has_three_lines(rubric: list[str], expected: list[str]):
    assert places(RULE, question(rubric=rubric)) == expected


@pytest.mark.parametrize(("count", "lines"), [(1, "1 line."), (2, "2 lines.")])
def test_the_lines_are_counted(count: int, lines: str):
    assert lines in messages(RULE, question(rubric=["2 numbers", "Calm"][:count]))[0]


@pytest.mark.parametrize(
    ("ask", "rubric", "thin"),
    [
        ("Tell me about a failure.", ["Calm", "Order", "Blame"], True),
        ("Tell me about a failure.", ["Calm", "Order", "Measuring the damage"], False),
        ("Tell me about a failure.", ["Calm", "7 rows", "Blame"], False),
        ("Tell me about a new colleague.", ["Calm", "Order", "The time-to-productivity"], False),
        ("Tell me about a conflict with a peer.", ["Calm", "Their side", "What I gave"], False),
    ],
)
def test_a_rubric_asks_for_a_number_where_one_can_be_had(ask: str, rubric: list[str], *, thin: bool):
    assert places(RULE, question(ask=ask, rubric=rubric)) == (["6:15 warning"] if thin else [])


def test_the_rubric_of_a_single_sentence_asks_for_no_number():
    flag = note(
        "red_flags", says="A", signals="B", instead="I did it.", rubric=["Mine", "Kind", "Good: both"]
    )
    assert places(RULE, flag) == []


@pytest.mark.parametrize(
    ("structure", "thin"),
    [(["Opening", "How many rows"], False), (["How many rows", "Opening"], True)],
)
def test_the_last_part_of_the_structure_may_ask_for_the_number(structure: list[str], *, thin: bool):
    found = places(RULE, question(structure=structure, rubric=["Calm", "Order", "Blame"]))
    assert found == (["6:15 warning"] if thin else [])


@pytest.mark.parametrize(
    ("structure", "missing"),
    [
        (["Situation", "Result"], "task, action"),
        (["Situations", "The task", "Actions"], "result"),
        (["Situation", "Stakeholders", "Approach"], None),  # one part: another scheme
        (STAR, None),
        (["Situation", "Plan", "Fix", "Result"], None),  # all four, two of them in other words
        (["Situation", "Fix", "Result"], "task"),
        (["Challenge", "Action", "Result"], None),
        (["Situation", "Obstacle", "Action", "Result"], None),
        (["Situation", "What was asked of me", "Action", "Result"], None),
        (["Context", "Approach", "Outcome"], None),
        (["Opening", "Body"], None),
        (["Situation and task", "Action", "Result"], None),
        (["What comes first, before all else: situation", "Task", "Action", "Result"], "situation"),
    ],
)
def test_a_star_that_was_begun_is_to_be_whole(structure: list[str], missing: str | None):
    assert places(RULE, question(structure=structure)) == (["5:18 warning"] if missing else [])
    assert messages(RULE, question(structure=structure)) == (
        [f"The structure lacks: {missing}."] if missing else []
    )


def test_all_faults_of_one_drill_are_found():
    assert places(RULE, question(structure=STAR[:3], rubric=["Calm"])) == [
        "6:15 warning",
        "6:15 warning",
        "5:18 warning",
    ]


def test_a_count_of_ticks_is_no_number_in_the_answer():
    thin = ["It was clear.", "It was calm.", "Good: 4 of these 5."]
    told = note(
        "questions", ask="A?", tests="T", structure=["Situation", "Task", "Action", "Result"], rubric=thin
    )
    assert messages(RULE, told) == ["The rubric asks for no number."]
