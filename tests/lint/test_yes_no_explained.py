"""yes-no-explained: a yes-or-no question whose answer gives a reason."""

from __future__ import annotations

import pytest
from one_rule import concept, listed, note, places

RULE = "yes-no-explained"


@pytest.mark.parametrize(
    ("prompt", "answer", "found"),
    [
        ("Is it safe to retry an append?", "No, for it may double", True),  # five words
        ("Is it safe to retry an append?", "No, it may double", False),
        ("Is it safe to retry an append?", "The rows may then be double", False),
        ("Why is it unsafe to retry an append?", "No, for it may double", False),
        ("Is it safe to retry, and why?", "No, for it may double", False),
        ("A broker fails. Is it safe to retry?", "No, for it may double", False),
        ("True or false: retries are safe.", "False, for they may double", True),
    ],
)
def test_a_verdict_with_a_reason(prompt: str, answer: str, *, found: bool):
    assert places(RULE, concept(prompt, answer)) == (["3:14 info"] if found else [])


def test_the_first_item_of_a_list_may_be_the_verdict():
    assert places(RULE, listed("Is it safe to retry?", "No, for it may double", "B")) == ["3:14 info"]


def test_drills_are_left_alone():
    source = note(
        "questions", ask="Is it safe?", tests="No, for it may well double", structure=["S"], rubric=["R"]
    )
    assert places(RULE, source) == []
