"""alternative-question: X or Y?, where the answer is one of them."""

from __future__ import annotations

import pytest
from one_rule import concept, listed, note, places


@pytest.mark.parametrize(
    ("prompt", "answer", "place"),
    [
        ("Is the copied table small or large?", "Small", "3:34"),
        ("Is the copied table small or large?", "The large table", "3:34"),
        ("Which is kept, the offset or the log?", "The log", "3:33"),
        ("Is it push, or pull?", "Pull.", "3:20"),
        ("Do consumers push or pull? Think.", "pull", "3:27"),
        ("Is the copied table small or large?", "The small copied table", None),  # four words
        ("Is the copied table small or large?", "Broadcast", None),
        ("Is the copied table small or large?", "Small heap", None),  # says what the question does not
        ("Which is it: more or less?", "Copied", None),
        ("Say if small or large.", "Small", None),
        ("Is the orange one small?", "Small", None),
    ],
)
def test_a_short_answer_out_of_two_that_are_offered(prompt: str, answer: str, place: str | None):
    assert places("alternative-question", concept(prompt, answer)) == ([f"{place} warning"] if place else [])


def test_an_answer_of_several_items_is_no_choice():
    assert places("alternative-question", listed("Is it small or large?", "small", "large")) == []


def test_notes_with_more_than_one_answer_are_left_alone():
    source = note("trade_offs", option_a="A", option_b="B", scenario="Is it small or large?", choose_a="small",
                  choose_b="large", decides="Size")  # fmt: skip
    assert places("alternative-question", source) == []
