"""answer-seconds: parts of an answer that do not add up, and a model answer that takes too long."""

from __future__ import annotations

import pytest
from one_rule import messages, note, places, report, words

RULE = "answer-seconds"


def drill(*structure: str, **more: str) -> str:
    return note("questions", ask="A", tests="T", structure=list(structure), rubric=["R"], **more)


@pytest.mark.parametrize(
    ("structure", "seconds", "found"),
    [
        (["Situation (30 s)", "Action (60 s)"], {"seconds": "90"}, []),
        (
            ["Situation (30 s)", "Action (50 s)"],
            {"seconds": "90"},
            ["By this text the answer takes 80 seconds"],
        ),
        (
            ["**Tell** (10 sec): who.", "**Size** (20 seconds)"],
            {"seconds": "31"},
            ["By this text the answer takes 30 seconds"],
        ),
        # 90 seconds are the default.
        (["Situation (30 s)", "Action (60 s)"], {}, []),
        (
            ["Situation (30 s)", "Action (61 s)"],
            {},
            ["By this text the answer takes 91 seconds, and it may take 90."],
        ),
        # A part without seconds takes the rest.
        (["Situation (30 s)", "Action"], {"seconds": "90"}, []),
        (["Situation", "Action"], {"seconds": "90"}, []),
        (["Wait (30 days)", "Act (5 s later)"], {"seconds": "90"}, []),
        (
            ["Situation: 30 seconds", "20 s: what I did"],
            {"seconds": "90"},
            ["By this text the answer takes 50"],
        ),
        (["Act within 30 seconds of the alert", "Restart in 5 s"], {"seconds": "90"}, []),
    ],
)
def test_the_seconds_of_the_parts_add_up(structure: list[str], seconds: dict[str, str], found: list[str]):
    told = messages(RULE, drill(*structure, **seconds))
    assert len(told) == len(found)
    assert all(message.startswith(start) for message, start in zip(told, found, strict=True))


@pytest.mark.parametrize(
    ("count", "seconds", "found"),
    [(140, "60", []), (142, "60", []), (143, "60", ["6:14 warning"]), (209, "90", [])],
)
def test_a_model_answer_can_be_said_in_its_seconds(count: int, seconds: str, found: list[str]):
    source = note(
        "questions", ask="A", tests="T", structure=["S"], strong=words(count), rubric=["R"], seconds=seconds
    )
    assert places(RULE, source) == found


def test_the_message_tells_both_times_and_the_hint_that_the_limit_is_no_aim():
    found = report(RULE, drill("S", strong=words(280), seconds="60")).findings[0]
    assert found.message == "The model answer takes 120 seconds to say (280 words), and may take 60."
    assert "a limit, not an aim" in found.hint


@pytest.mark.parametrize(
    ("ask", "seconds", "told"),
    [
        ("Tell me about a backfill: 30 seconds on its plan, 40 on the run, 30 on the checks.", "90", 100),
        ("Tell me about a backfill: 30 seconds on its plan, 40 on the run, 20 on the checks.", "90", None),
        ("One minute on the outage, 45 seconds on the fix.", "90", 105),
        ("You have two minutes. Tell me about a failure.", "90", 120),
        ("Explain the outage to a finance chief in 60 seconds.", "90", 60),
        ("Explain the outage to a finance chief in 90 seconds.", "90", None),
        ("You have 90 seconds for this: 40 seconds on the fault, 50 on the fix.", "90", None),
        ("A broker stops for 30 seconds. Tell me what a consumer sees in 5 minutes of lag.", "90", None),
        ("The job took 30 seconds on Monday. What do you do?", "90", None),
    ],
)
def test_the_seconds_in_the_question_are_those_of_the_answer(ask: str, seconds: str, told: int | None):
    source = note("questions", ask=ask, tests="T", structure=["S"], rubric=["R"], seconds=seconds)
    expected = [f"By this text the answer takes {told} seconds, and it may take {seconds}."] if told else []
    assert messages(RULE, source) == expected
