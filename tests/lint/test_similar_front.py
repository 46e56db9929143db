"""similar-front: fronts that differ in a word or two."""

from __future__ import annotations

import pytest
from one_rule import messages, places

RULE = "similar-front"


def pair(one: str, other: str) -> str:
    return f"""\
concepts:
  - id: a
    prompt: {one}
    answer: A
  - id: b
    prompt: {other}
    answer: B
"""


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("a b c d e f g h x", "a b c d e f g h y", True),  # eight of ten
        ("a b c d e f g x", "a b c d e f g y", False),  # seven of nine
        ("a b c d", "a b c d e", True),
        ("a b c d e", "a b c d", True),
        ("a b c d?", "D c b a", True),
        ("a b c", "a b c c", False),  # three different words
        ("a b c d", "a b c d d", True),
        ("a b c d", "A b c d?", False),  # the same: duplicate-front says so
    ],
)
def test_four_fifths_of_all_words_shared_by_fronts_of_four_or_more(one: str, other: str, *, found: bool):
    assert places(RULE, pair(one, other)) == (["6:13 info"] if found else [])


def test_what_differs_is_named():
    (message,) = messages(RULE, pair("a b c d e f g h i x", "a b c d e f g h i y"))
    assert "9 of 11" in message
    assert "here: y;" in message
    assert "there: x." in message
    assert "here: nothing;" in messages(RULE, pair("a b c d e", "a b c d"))[0]
    many = "a b c d e f g h i j k l m n o p q r s t"
    assert "here: v, w, x, y;" in messages(RULE, pair(many, f"{many} z y x w v"))[0]


def test_what_sets_a_scene_is_compared_too_and_clozes_are_not():
    sides = "choose_a: C, choose_b: D, decides: E"
    source = f"""\
        trade_offs:
          - {{id: a, option_a: a b c d, option_b: e f g h i, {sides}}}
          - {{id: b, option_a: a b c d, option_b: e f g h j, {sides}}}
        """
    assert places(RULE, source) == ["3:23 info"]
    clozes = "clozes:\n  - {id: a, text: 'a b c d e f g h {{c1::i}}'}\n  - {id: b, text: 'a b c d e f g h {{c1::j}}'}\n"
    assert places(RULE, clozes) == []


def test_a_pair_may_be_ignored_at_the_later_note():
    ignoring = pair("a b c d", "a b c d e").replace(
        "- id: b\n", "- id: b\n    lint: {ignore: [similar-front], reason: r}\n"
    )
    assert places(RULE, ignoring) == []
