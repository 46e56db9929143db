"""echo-answer: an answer that opens with its question's words."""

from __future__ import annotations

import pytest
from one_rule import concept, listed, messages, note, places

LONG = "What slows a consumer group with a hot partition?"  # slows consumer group hot partition


@pytest.mark.parametrize(
    ("prompt", "answer", "found"),
    [
        # Of five content words, four must be repeated.
        (LONG, "A consumer group with a hot partition is slowed", True),
        (LONG, "Slows consumer group hot", True),
        (LONG, "A consumer group with a hot key", False),
        (LONG, "A consumer group with a new partition", False),
        # Of four or fewer, three.
        ("What slows consumer groups down hot?", "Slows consumer groups by a key", True),
        ("What slows consumer groups?", "Slows consumer groups by a key", True),
        ("What slows consumer groups?", "Consumer groups wait", False),
        ("What slows consumer groups?", "The slows consumer groups", True),
        # The words of its opening only.
        ("What slows consumer groups?", "One member: slows consumer groups", False),
        ("What slows consumer groups?", "consumer consumer groups groups", False),
        ("What are a b c doing?", "A b c doing", False),
        # Of two, both, unless they name the subject.
        ("Why are retries dangerous?", "Retries are dangerous since a write may come twice", True),
        ("Why are retries dangerous?", "Retries double a write", False),
        ("What is consumer lag?", "Consumer lag is a distance", False),
    ],
)
def test_the_content_words_that_open_the_front_open_the_answer(prompt: str, answer: str, *, found: bool):
    assert places("echo-answer", concept(prompt, answer)) == (["4:14 info"] if found else [])


def test_only_the_first_words_of_the_front_count():
    prompt = "Which old broker of the cluster elects leaders when consumer groups rebalance?"
    assert places("echo-answer", concept(prompt, "Consumer groups rebalance leaders first")) == []


def test_a_list_is_left_alone():
    assert places("echo-answer", listed(LONG, "Slows consumer group hot partition", "b")) == []


def test_notes_with_several_answers_are_left_alone():
    source = note("trade_offs", option_a="slows consumer groups", option_b="B", choose_a="slows consumer groups",
                  choose_b="slows consumer groups", decides="slows consumer groups")  # fmt: skip
    assert places("echo-answer", source) == []


def test_the_repeated_words_are_named():
    assert (
        "slows, consumer, groups."
        in messages("echo-answer", concept("What slows consumer groups?", "Slows consumer groups so"))[0]
    )
