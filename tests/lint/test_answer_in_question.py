"""answer-in-question: what can be read off the front."""

from __future__ import annotations

import pytest
from one_rule import concept, listed, messages, places

LEADER = "Which broker elects the partition leader after a crash?"


@pytest.mark.parametrize(
    ("prompt", "answer", "found"),
    [
        (LEADER, "The broker elects the partition leader", True),
        # Five content words, four of them given: 80 per cent; six and four are 66.
        (LEADER, "The broker elects the partition leader quickly", True),
        (LEADER, "The broker quickly elects the partition leader again", False),
        # Eight and six: just 75 per cent.
        (
            "Which slow old broker node elects leaders?",
            "slow old broker node elects leaders by zookeeper quorum",
            True,
        ),
        # Of four content words or fewer, each must be given.
        (LEADER, "The broker elects leader zookeeper", False),
        (LEADER, "broker partition leader crash", True),
        (LEADER, "broker leader", True),
        (LEADER, "The leader", False),  # one content word is a name
    ],
)
def test_a_short_answer_whose_words_the_question_gives(prompt: str, answer: str, *, found: bool):
    assert places("answer-in-question", concept(prompt, answer)) == (["4:14 warning"] if found else [])


def test_answers_above_the_limit_of_words_are_left_alone():
    twelve = "it is the broker that elects the partition leader after the crash"
    assert places("answer-in-question", concept(LEADER, twelve)) == ["4:14 warning"]
    assert places("answer-in-question", concept(LEADER, f"{twelve} so")) == []


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("What bundle branch block does the trace show?", "Right bundle branch block"),
        ("Which is better, broker leader or controller?", "broker leader"),
        ("Vatican City", "Vatican City"),
        ("Old partition leader broker", "Partition leader"),  # four words: a name still
        (LEADER, "$broker$ leader partition"),
        (LEADER, "`broker` leader"),
        (LEADER, "broker -> leader"),
        (LEADER, "broker leader x"),
        ("Which 2 brokers elect a leader?", "brokers 2"),
    ],
)
def test_names_formulas_code_and_choices_are_left_alone(prompt: str, answer: str):
    assert places("answer-in-question", concept(prompt, answer)) == []


@pytest.mark.parametrize(
    ("prompt", "found"),
    [
        ("Leader election broker?", True),
        ("The old partition leader broker", True),
        ("A partition leader broker", False),
    ],
)
def test_a_front_of_five_words_or_with_a_question_mark_is_no_name(prompt: str, *, found: bool):
    assert bool(places("answer-in-question", concept(prompt, "Leader broker"))) == found


def test_a_list_is_another_rules_matter():
    assert places("answer-in-question", listed(LEADER, "broker leader", "partition leader")) == []


def test_the_words_that_are_given_away_are_named():
    assert "broker, leader." in messages("answer-in-question", concept(LEADER, "Leader broker"))[0]


@pytest.mark.parametrize(
    ("prompt", "answer", "found"),
    [
        ("What does a schema registry do?", "It is a registry that registers schemas.", True),
        ("What does a job scheduler do?", "It schedules jobs.", True),
        ("What is idempotency?", "Idempotency is the property of being idempotent.", True),
        ("Which command tells what a command is?", "`type` and the command.", False),
        ("What does a schema registry do?", "It registers the versions of schemas.", False),
        ("What is the default linkage of a global?", "External linkage.", False),
    ],
)
def test_an_answer_in_other_forms_of_the_questions_words_is_circular(
    prompt: str, answer: str, *, found: bool
):
    assert places("answer-in-question", concept(prompt, answer)) == (["4:14 warning"] if found else [])
