"""vague-front: a prompt that does not say what a full answer holds."""

from __future__ import annotations

import pytest
from one_rule import concept, listed, messages, note, places, words

RULE = "vague-front"


@pytest.mark.parametrize(
    ("prompt", "found"),
    [
        ("Explain idempotency.", True),
        ("Could you please describe retries", False),
        ("Could you describe retries", True),
        ("Tell me about retries.", True),
        ("Introduction to retries", True),
        ("Give a short overview of retries.", True),
        ("Explain why retries need a pause.", False),
        ("Explain retries in terms of load.", False),
        ("Describe the protocol for a glucose test.", False),
        ("Compare retries.", False),
        ("Which retries explain load?", False),
        ("Explained retries", False),
    ],
)
def test_explain_and_the_like_say_what_is_to_be_explained(prompt: str, *, found: bool):
    assert places(RULE, concept(prompt)) == (["3:14 warning"] if found else [])


@pytest.mark.parametrize(
    ("prompt", "count", "found"),
    [
        ("Idempotency", 40, False),
        ("Idempotency", 41, True),
        ("A dead letter", 41, True),
        ("The dead letter queue", 41, True),
        ("The old dead letter queue", 41, False),
        ("Define idempotency", 41, False),
        ("Idempotency?", 1, True),
        ("Idempotency:", 41, False),
        ("A __ letter", 41, False),
    ],
)
def test_a_bare_term_stands_for_40_words_at_most(prompt: str, count: int, *, found: bool):
    assert places(RULE, concept(prompt, words(count))) == (["3:14 warning"] if found else [])


def test_the_words_of_a_list_are_counted_together():
    assert places(RULE, listed("Idempotency", words(20), words(20))) == []
    assert places(RULE, listed("Idempotency", words(20), words(21))) == ["3:14 warning"]
    assert "42 words" in messages(RULE, listed("Idempotency", words(20), words(22)))[0]


def test_each_front_is_looked_at_and_one_finding_is_enough():
    source = note("concepts", prompt="What?", answer="A", reverse="Explain retries.")
    assert places(RULE, source) == ["5:15 warning"]
    source = note("concepts", prompt="Explain retries.", answer=words(50), reverse="Explain retries.")
    assert places(RULE, source) == ["3:14 warning"]


def test_a_drill_may_say_tell_me_about():
    assert (
        places(
            RULE, note("questions", ask="Tell me about a failure.", tests="T", structure=["S"], rubric=["R"])
        )
        == []
    )


@pytest.mark.parametrize(
    ("prompt", "found"),
    [
        ("Kafka?", True),
        ("Consumer lag?", True),
        ("Airflow basics", True),
        ("Spark memory fundamentals.", True),
        ("Name three things.", True),
        ("List five facts about Kafka", True),
        ("Why?", False),
        ("What next?", False),
        ("Kafka", False),
        ("Kafka consumer groups?", True),
        ("Quicksort complexity?", False),
        ("Stack or heap?", False),
        ("Port of Redis?", False),
        ("2 + 2?", False),
        ("Which basics does a consumer need?", False),
    ],
)
def test_a_topic_asks_for_nothing(prompt: str, *, found: bool):
    assert places(RULE, concept(prompt)) == (["3:14 warning"] if found else [])


@pytest.mark.parametrize(
    ("prompt", "found"),
    [
        ("Name three things that a data contract holds.", True),
        ("What are some benefits of a cache?", True),
        ("Give me at least 2 signs of skew.", True),
        ("Describe four ways to shard a table", True),
        ("Name the three parts of a JWT.", False),
        ("Name three of the four isolation levels.", False),
        ("What are some examples of a monoid?", False),
        ("Name two kinds of joins.", False),
        ("Which three parts has a JWT?", False),
    ],
)
def test_any_three_of_many_are_others_at_each_review(prompt: str, *, found: bool):
    assert places(RULE, concept(prompt)) == (["3:14 info"] if found else [])


FILTER = "A compact array of bits that tells whether a set holds a key"


@pytest.mark.parametrize(
    ("prompt", "answer", "found"),
    [
        ("Bloom filter", f"{FILTER}. It can err on one side but never on the other.", True),
        ("Bloom filter", f"{FILTER}.\n\nUsed to skip reads from disk.", True),
        ("Bloom filter", f"{FILTER}.", False),
        ("Bloom filter", f"{FILTER}. For example, one can ask it for an address.", False),
        ("Bloom filter", "An array of bits. It can err on one side.", False),
        ("What is a Bloom filter?", f"{FILTER}. It can err on one side but never on the other.", False),
    ],
)
def test_a_bare_term_asks_for_its_meaning_alone(prompt: str, answer: str, *, found: bool):
    assert places(RULE, concept(prompt, answer)) == (["3:14 info"] if found else [])
