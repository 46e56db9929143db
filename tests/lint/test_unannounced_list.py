"""unannounced-list: a list that its question does not ask for."""

from __future__ import annotations

import pytest
from one_rule import concept, listed, messages, note, places, words

RULE = "unannounced-list"
ASKS = "What does a dead letter hold?"
THREE = "- a\n- b\n- c"


@pytest.mark.parametrize(
    ("prompt", "answer", "found"),
    [
        (ASKS, THREE, True),
        (ASKS, "- a\n- b", False),
        ("A dead letter", THREE, False),  # a term of three words
        ("A dead letter holds", THREE, True),
        ("What is it? What does it hold?", THREE, False),  # two questions
        (ASKS, f"{words(8)}\n\n{THREE}", True),
        (ASKS, f"{words(9)}\n\n{THREE}", False),
        (ASKS, "a b c", False),
        ("Which three things does it hold?", THREE, False),
        ("What are the parts of a dead letter?", THREE, False),
        ("Which guarantees hold there?", THREE, False),
        ("What is the triad of this fever?", THREE, False),
        ("Compartments of the cochlea (outer to inner)", THREE, False),
        ("How does it work?", THREE, False),
        ("What is a batch and a stream?", THREE, False),
    ],
)
def test_a_list_of_three_must_be_announced(prompt: str, answer: str, *, found: bool):
    assert places(RULE, concept(prompt, answer)) == (["3:14 warning"] if found else [])


def test_a_list_in_yaml_is_one_too():
    assert places(RULE, listed(ASKS, "a", "b")) == []
    assert places(RULE, listed(ASKS, "a", "b", "c")) == ["3:14 warning"]


def test_of_several_lists_the_first_long_one_counts():
    assert places(RULE, concept(ASKS, f"- a\n- b\n\nThen:\n\n{THREE}\n\nAnd:\n\n{THREE}")) == ["3:14 warning"]


def test_what_is_not_asked_for_may_be_a_list():
    assert places(RULE, note("concepts", prompt=ASKS, answer="A", why=THREE)) == []
    source = note("trade_offs", option_a=ASKS, option_b=ASKS, choose_a=THREE, choose_b=THREE, decides=THREE)
    assert places(RULE, source) == []


def test_the_items_are_counted():
    assert "list of 4" in messages(RULE, concept(ASKS, f"{THREE}\n- d"))[0]
