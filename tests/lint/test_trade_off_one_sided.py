"""trade-off-one-sided: one side is argued at length, the other is not."""

from __future__ import annotations

import pytest
from one_rule import messages, note, places, words

RULE = "trade-off-one-sided"


def trade_off(choose_a: int, choose_b: int) -> str:
    return note(
        "trade_offs",
        option_a="A",
        option_b="B",
        choose_a=words(choose_a),
        choose_b=words(choose_b),
        decides="D",
    )


@pytest.mark.parametrize(
    ("choose_a", "choose_b", "place"),
    [
        (10, 25, None),
        (10, 26, "5:16"),
        (26, 10, "6:16"),
        (5, 13, None),  # eight words more
        (5, 14, "5:16"),
        (10, 10, None),
    ],
)
def test_the_side_with_less_than_two_fifths_of_the_words_is_found(
    choose_a: int, choose_b: int, place: str | None
):
    assert places(RULE, trade_off(choose_a, choose_b)) == ([f"{place} info"] if place else [])


def test_the_words_of_both_are_counted():
    message = messages(RULE, trade_off(5, 20))[0]
    assert "5 words" in message
    assert "20" in message
