"""answer-many-sentences: where the fourth sentence begins."""

from __future__ import annotations

import pytest
from one_rule import concept, listed, messages, note, places, words


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ("One. Two. Three.", None),
        ("One. Two. Three.  Four.", "4:32"),
        ("One! Two? Three. Four", "4:31"),
        ("One. Two. Three. Four. Five.", "4:31"),
        ("One, e.g. two. Three vs. four. Five.", None),
        ("One, i.e. two. Three. Four. Five", "4:42"),
        ('"One." Two. (Three.) Four.', "4:37"),
        ("1.5 of 2.5 of 3.5 of 4.5", None),
    ],
)
def test_the_first_sentence_too_many_is_found_where_it_begins(answer: str, place: str | None):
    assert places("answer-many-sentences", concept("What?", answer)) == ([f"{place} info"] if place else [])


def test_long_answers_and_lists_are_other_rules_matters():
    four = "One. Two. Three. {}."
    assert len(places("answer-many-sentences", concept("What?", four.format(words(37))))) == 1
    assert places("answer-many-sentences", concept("What?", four.format(words(38)))) == []
    assert places("answer-many-sentences", concept("What?", "- One.\n- Two.\n- Three.\n- Four.")) == []
    assert places("answer-many-sentences", listed("What?", "One. Two. Three. Four.", "Five.")) == []


def test_each_answer_of_a_note_is_looked_at():
    many = "One. Two. Three. Four."
    source = note("trade_offs", option_a=many, option_b="B", choose_a="C", choose_b=many, decides=many)
    assert places("answer-many-sentences", source) == ["6:33 info", "7:32 info"]


def test_the_sentences_are_counted():
    assert (
        "5 sentences"
        in messages("answer-many-sentences", concept("What?", "One. Two. Three. Four. Five."))[0]
    )
