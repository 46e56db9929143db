"""absolutes: always, never and best on a side of a trade-off."""

from __future__ import annotations

import pytest
from one_rule import messages, note, places


def trade_off(choose_a: str, choose_b: str = "When it is late", decides: str = "The delay") -> str:
    return note(
        "trade_offs",
        option_a="batch",
        option_b="stream",
        choose_a=choose_a,
        choose_b=choose_b,
        decides=decides,
    )


@pytest.mark.parametrize(
    ("choose_a", "place"),
    [
        ("Always batch", "5:16"),
        ("Never stream", "5:16"),
        ("- Always batch", "5:18"),
        ("It is always right", "5:19"),
        ("It should never wait", "5:19"),
        ("It is by far the best", "5:19"),
        ("One is always better off", "5:20"),
        ("It never a good idea was", "5:19"),
        ("There is no need ever to wait", "5:25"),
        ("I see no reason at all", "5:22"),
        ("A queue, the best way", "5:25"),
    ],
)
def test_an_absolute_is_found_where_it_starts(choose_a: str, place: str):
    assert places("absolutes", trade_off(choose_a)) == [f"{place} info"]


@pytest.mark.parametrize(
    "choose_a",
    [
        "When the best effort suffices",
        "If data never arrives late",
        "When there is a need",
        "It is almost always late",
    ],
)
def test_a_case_in_which_a_side_holds_is_left_alone(choose_a: str):
    assert places("absolutes", trade_off(choose_a)) == []


def test_each_side_and_what_decides_are_looked_at_and_nothing_else():
    source = trade_off("Always batch", "Always stream", "Always the delay")
    assert places("absolutes", source) == ["5:16 info", "6:16 info", "7:15 info"]
    source = note(
        "trade_offs", option_a="Always batch", option_b="b", choose_a="C", choose_b="D", decides="E"
    )
    assert places("absolutes", source) == []


def test_other_kinds_may_speak_in_absolutes():
    assert places("absolutes", note("concepts", prompt="Always?", answer="It is always right")) == []


def test_the_words_are_quoted():
    assert "`is always`" in messages("absolutes", trade_off("It is always right"))[0]
