"""no-question: a statement on the front that asks for nothing."""

from __future__ import annotations

import pytest
from one_rule import concept, note, places


@pytest.mark.parametrize(
    "prompt",
    [
        "The harm that a backfill does nightly.",
        "Each of seven words makes a statement.",
        "In a cluster every nightly job suffers.",
    ],
)
def test_a_statement_of_seven_words_asks_for_nothing(prompt: str):
    assert places("no-question", concept(prompt)) == ["3:14 warning"]


@pytest.mark.parametrize(
    "prompt",
    [
        "The harm that a backfill does.",  # six words
        "The harm that a backfill does each night",  # no full stop
        "Backfills do harm to the nightly jobs.",  # does not start as a statement
        "The harm that a backfill does, and why.",
        "The harm of backfills: name three of them.",
        "The harm that __ does to nightly jobs.",
        "The harm that a backfill does to … each.",
        "Is the harm of a backfill done? Yes.",
    ],
)
def test_terms_commands_blanks_and_questions_are_left_alone(prompt: str):
    assert places("no-question", concept(prompt)) == []


def test_a_front_that_sets_a_scene_may_be_a_statement():
    scene = "The harm that a backfill does nightly."
    assert places("no-question", note("questions", ask=scene, tests="T", structure=["S"], rubric=["R"])) == []


def test_each_front_is_looked_at():
    source = note("concepts", prompt="What?", answer="A", reverse="The harm that a backfill does nightly.")
    assert places("no-question", source) == ["5:15 warning"]
