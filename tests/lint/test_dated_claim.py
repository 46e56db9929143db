"""dated-claim: words that will not stay true, in a note without ``as_of``."""

from __future__ import annotations

import pytest
from one_rule import concept, messages, note, places


@pytest.mark.parametrize(
    "words",
    ["Nowadays", "nowadays", "as of now", "as of today", "these days", "state of the art", "state-of-the-art",
     "recently released", "recently introduced", "latest version", "latest release", "newest Spark", "latest Spark"],
)  # fmt: skip
def test_words_that_date_a_claim_are_found(words: str):
    assert places("dated-claim", concept("Which join wins?", f"It is {words}, so")) == ["4:20 info"]
    assert f"`{words.removesuffix(' Spark')}`" in messages("dated-claim", concept("What?", words))[0]


@pytest.mark.parametrize(
    "words", ["currently", "the latest offset", "in 2026", "today", "now", "a stateful art"]
)
def test_words_about_the_state_of_a_program_are_left_alone(words: str):
    assert places("dated-claim", concept("Which join wins?", f"It is {words}, so")) == []


def test_a_note_with_a_date_may_say_so():
    source = note("concepts", as_of="2026-11", prompt="What wins nowadays?", answer="A")
    assert places("dated-claim", source) == []


def test_one_finding_a_note_is_enough():
    source = note("concepts", prompt="What wins?", answer="Nowadays, and these days", why="Nowadays it does")
    assert places("dated-claim", source) == ["4:14 info"]
