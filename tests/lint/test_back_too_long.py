"""back-too-long: an answer with reasons and examples that do not fit on a phone together."""

from __future__ import annotations

import pytest
from one_rule import messages, note, places, words

RULE = "back-too-long"


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"answer": words(40), "why": words(40)}, []),
        ({"answer": words(40), "why": words(41)}, ["The back has 81 words."]),
        ({"answer": words(1), "why": words(420)}, ["The back has 421 words."]),
        ({"answer": words(30), "why": words(30), "example": words(30)}, ["The back has 90 words."]),
        # An answer alone is for answer-too-long.
        ({"answer": words(81)}, []),
    ],
)
def test_all_that_a_back_shows_is_counted(fields: dict[str, str], found: list[str]):
    assert messages(RULE, note("concepts", prompt="Why?", **fields)) == found


def test_the_longest_text_below_the_answer_is_where_to_cut():
    assert places(RULE, note("concepts", prompt="Why?", answer="A", why=words(20), example=words(70))) == [
        "6:15 warning"
    ]


def test_what_is_said_aloud_and_its_rubric_are_on_the_back_too():
    flag = {"says": words(50), "signals": words(20), "instead": words(40), "rubric": [words(20)]}
    assert messages(RULE, note("red_flags", **flag)) == []
    assert messages(RULE, note("red_flags", **flag, principle="P")) == ["The back has 81 words."]


def test_a_cloze_has_what_stands_below_it():
    cloze = {"text": "A {{c1::gap}}"}
    assert messages(RULE, note("clozes", **cloze, extra=words(80))) == []
    assert messages(RULE, note("clozes", **cloze, extra=words(81))) == ["The back has 81 words."]


def test_the_three_cards_of_a_trade_off_each_show_a_part_and_a_drill_is_long():
    sides = {
        "option_a": "A",
        "option_b": "B",
        "choose_a": words(30),
        "choose_b": words(30),
        "decides": words(30),
    }
    assert messages(RULE, note("trade_offs", **sides, example=words(60))) == []
    drill = {"ask": "A", "tests": words(90), "structure": [words(90)], "rubric": ["R"]}
    assert messages(RULE, note("questions", **drill)) == []
