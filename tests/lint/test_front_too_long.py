"""front-too-long: the word at which a front has grown too long."""

from __future__ import annotations

import pytest
from one_rule import concept, messages, note, places, words

RULE = "front-too-long"


@pytest.mark.parametrize(("count", "expected"), [(30, []), (31, ["3:164 warning"]), (90, ["3:164 warning"])])
def test_a_question_may_have_30_words(count: int, expected: list[str]):
    assert places(RULE, concept(words(count))) == expected


def test_each_front_is_measured_alone():
    source = note("concepts", prompt=words(30), answer=words(99), reverse=words(31))
    assert places(RULE, source) == ["5:165 warning"]


def question(ask: str) -> str:
    return note("questions", ask=ask, tests="T", structure=["S"], rubric=["R"])


@pytest.mark.parametrize(("count", "expected"), [(45, []), (46, ["3:236 warning"])])
def test_what_sets_a_scene_may_have_45(count: int, expected: list[str]):
    assert places(RULE, question(words(count))) == expected


def trade_off(option_a: int, option_b: int, scenario: int) -> str:
    return note("trade_offs", option_a=words(option_a), option_b=words(option_b), choose_a="C", choose_b="D",
                decides="E", scenario=words(scenario))  # fmt: skip


@pytest.mark.parametrize(
    ("counts", "place"),
    [
        ((5, 10, 30), None),
        ((5, 10, 31), "8:166"),  # 30 of the longest are within the limit
        ((31, 10, 5), "3:166"),
        ((20, 20, 20), "3:41"),
        ((46, 46, 46), "3:16"),
    ],
)
def test_all_that_sets_the_scene_counts_and_the_longest_part_is_to_be_cut(
    counts: tuple[int, ...], place: str | None
):
    assert places(RULE, trade_off(*counts)) == ([f"{place} warning"] if place else [])


def test_the_words_are_counted():
    assert "33 words" in messages(RULE, concept(words(33)))[0]
    assert "47 words" in messages(RULE, trade_off(10, 10, 27))[0]
