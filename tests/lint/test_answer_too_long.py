"""answer-too-long: the word at which an answer has grown too long."""

from __future__ import annotations

import pytest
from one_rule import concept, listed, messages, note, places, words

RULE = "answer-too-long"


@pytest.mark.parametrize(
    ("count", "expected"),
    [(40, []), (41, ["4:214 warning"]), (80, ["4:214 warning"]), (81, ["4:214 warning"])],
)
def test_an_answer_may_have_40_words_and_81_are_an_error(count: int, expected: list[str]):
    assert places(RULE, concept("What?", words(count))) == expected


def test_a_dash_is_no_word_and_markup_none_either():
    assert places(RULE, concept("What?", f"{words(20)} - **{words(20)}** …")) == []
    assert places(RULE, concept("What?", f"- {words(20)}\n- {words(20)}")) == []


@pytest.mark.parametrize(("count", "found"), [(60, []), (61, ["5:315 warning"]), (81, ["5:315 warning"])])
def test_what_is_said_aloud_may_have_60(count: int, found: list[str]):
    assert places(RULE, note("red_flags", says="A", signals="B", instead=words(count))) == found


@pytest.mark.parametrize(
    ("items", "place"),
    [
        ([40, 1], "4:218"),
        ([39, 2], "4:218"),
        ([39, 1, 1], "4:221"),
        ([41, 1], "4:215"),
        ([20, 20], None),
    ],
)
def test_the_words_of_a_list_are_counted_together(items: list[int], place: str | None):
    source = listed("What?", *map(words, items))
    assert places(RULE, source) == ([f"{place} warning"] if place else [])


def test_each_side_of_a_trade_off_is_an_answer_of_its_own():
    source = note(
        "trade_offs", option_a="A", option_b="B", choose_a=words(40), choose_b=words(41), decides="C"
    )
    assert places(RULE, source) == ["6:216 warning"]


def test_prompts_and_what_explains_are_no_answers():
    assert (
        places(RULE, note("concepts", prompt=words(50), answer="A", why=words(50), example=words(50))) == []
    )


def test_the_words_are_counted_in_the_message():
    assert "43 words" in messages(RULE, concept("What?", words(43)))[0]
