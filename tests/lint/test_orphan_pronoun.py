"""orphan-pronoun: a question about something that is not on the card."""

from __future__ import annotations

import pytest
from one_rule import concept, messages, note, places

RULE = "orphan-pronoun"


@pytest.mark.parametrize(
    ("prompt", "place"),
    [
        ("What does it cost?", "3:24"),
        ("It is slow. Why?", "3:14"),
        ("Why is this so? ", None),
        ("How could this be avoided?", "3:24"),
        ("How often does this happen?", "3:29"),
        ("What are they?", "3:23"),
        ("What is that?", "3:22"),
        ("Why do these work?", "3:21"),
    ],
)
def test_a_pronoun_without_a_noun_before_it_is_found(prompt: str, place: str | None):
    assert places(RULE, concept(prompt)) == ([f"{place} warning"] if place else [])


@pytest.mark.parametrize(
    "prompt",
    [
        "What does a retry cost?",
        "What does a retry cost when it fails?",
        "It is 3 a.m. The pager rings. What do you do first?",
        "It's midnight. Which job starts?",
        "It was raining. Which sensor fails?",
        "It is unsafe to retry. Why?",
        "It is likely that a broker fails. What is lost?",
        "How long is it between two heartbeats?",
        "How far is it from the leader to its followers?",
        "This is the rarest kind of white blood cell.",  # a riddle
        "What is this kind of retry?",
        "What is this: `x`?",
        'What does this mean: "retry"?',
        "What does this mean: retry?",
        "What is its cost?",
        "What is their cost?",
        "What does it do? `retry()`",
        "What does it show?\n![A lag](a.png)",
        "What is it, if not a retry?",
    ],
)
def test_what_stands_for_the_weather_or_for_what_follows_is_left_alone(prompt: str):
    assert places(RULE, concept(prompt)) == []


def test_a_scene_may_come_before_the_pronoun():
    source = note("questions", ask="What does it cost?", tests="T", structure=["S"], rubric=["R"])
    assert places(RULE, source) == []


def test_each_front_is_looked_at_and_the_word_is_named():
    source = note("concepts", prompt="What is `x`?", answer="A", reverse="What do they cost?")
    assert places(RULE, source) == ["5:23 warning"]
    assert "`they`" in messages(RULE, source)[0]


@pytest.mark.parametrize(
    ("prompt", "place"),
    [
        ("As we saw above, which topic keeps offsets?", "3:14 warning"),
        ("Why does the join in the example fail?", "3:32 warning"),
        ("What is the fourth step of the plan?", "3:22 warning"),
        ("Which of the above options is cheapest?", "3:20 warning"),
        ("In the previous section, why did it stop?", "3:14 warning"),
        ("In this chapter, what does ownership mean?", "3:14 warning"),
        ("In the example `a join b`, which side is sent?", ""),
        ("Above which size is no table broadcast?", ""),
        ("Which example of skew is the commonest?", ""),
        ("What is the last step of a two-phase commit?", ""),
        ("Why is this approach preferred over a full reload?", "3:21 warning"),
        ("When is this caching strategy a bad choice?", "3:22 warning"),
        ("Which join does the query below use?", "3:30 warning"),
        ("How does the second approach avoid a lock?", "3:23 warning"),
        ("If a client retries each write, what makes this pattern safe?", ""),
        ("A job reads a table twice. Why is this approach slow?", ""),
        ("What does this code print: `1 << 3`?", ""),
        ("What does this query return?\n\n    SELECT 1", ""),
        ("What do you call this kind of join?", ""),
        ("This algorithm swaps neighbours until all are in order. What is its cost?", ""),  # a riddle
        ("In this pattern an object tells others of its changes. Which one is it?", ""),
        ("You run a query twice. Why is the second query faster?", ""),
        ("What is the second approach to late data?", ""),
    ],
)
def test_what_only_the_book_says_is_found(prompt: str, place: str):
    assert places(RULE, concept(prompt)) == ([place] if place else [])
