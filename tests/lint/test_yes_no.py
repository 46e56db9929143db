"""yes-no: a question whose answer is a bare yes or no."""

from __future__ import annotations

import pytest
from one_rule import concept, listed, places

RULE = "yes-no"


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("Is quicksort stable?", "No"),
        ("Is quicksort stable?", "No, not at all"),  # four words
        ("Do brokers ack?", "Yes"),
        ("Have you a plan?", "Yes"),
        ("In Kafka, do brokers ack?", "They do"),
        ("A broker fails. Is data lost?", "No"),
        ("True or false: quicksort is stable.", "False"),
        ("Is it a log or not?", "Yes"),
    ],
)
def test_a_guess_between_yes_and_no_is_found(prompt: str, answer: str):
    assert places(RULE, concept(prompt, answer)) == ["3:14 warning"]


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("Is quicksort stable?", "No, for it swaps far"),  # five words
        ("Why is quicksort unstable?", "It swaps"),
        ("Is quicksort stable, and why?", "No"),
        ("Is quicksort stable? Why?", "No"),
        ("Is it a log or a table?", "A log"),
        ("Have what ready before the call?", "A log"),
        ("Do not retry what?", "A log"),
        ("Which mission is meant? Is one who teaches how to live", "A log"),
        ("Should a leader crash, what does the cluster elect?", "A log"),
        ("Is quicksort stable.", "No"),
        ("Can, as a name, what?", "A log"),
        ("Is quicksort stable?", "![No](no.png)"),
    ],
)
def test_questions_that_ask_for_more_are_left_alone(prompt: str, answer: str):
    assert places(RULE, concept(prompt, answer)) == []


def test_a_list_is_no_bare_verdict():
    assert places(RULE, listed("Is quicksort stable?", "No", "Never")) == []
