"""duplicate-front: notes of one kind that ask the same."""

from __future__ import annotations

import pytest
from one_rule import messages, places

RULE = "duplicate-front"


def pair(one: str, other: str) -> str:
    return f"""\
concepts:
  - {{id: a, prompt: "{one}", answer: A}}
  - {{id: b, prompt: "{other}", answer: B}}
"""


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("What is lag?", "What is lag?", True),
        ("What is lag?", "what  is LAG", True),
        ("What is lag:", "What is lag!", True),
        ("What is lag?", "What is a lag?", False),
        ("What is `a.b`?", "What is `ab`?", False),
    ],
)
def test_case_spaces_and_closing_marks_do_not_count(one: str, other: str, *, found: bool):
    assert places(RULE, pair(one, other)) == (["3:22 warning"] if found else [])


def test_each_further_note_names_the_first():
    source = """\
        concepts:
          - {id: a, prompt: What is lag?, answer: A}
          - {id: b, prompt: What is lag?, answer: B}
          - {id: c, prompt: What is lag?, answer: C}
        """
    assert places(RULE, source) == ["3:21 warning", "4:21 warning"]
    assert all("`a`" in message and "line 2" in message for message in messages(RULE, source))


def test_the_whole_front_counts_and_a_cloze_is_known_by_its_text():
    source = """\
        trade_offs:
          - {id: a, option_a: A, option_b: B, choose_a: C, choose_b: D, decides: E, scenario: One}
          - {id: b, option_a: A, option_b: B, choose_a: C, choose_b: D, decides: E, scenario: Two}
          - {id: c, option_a: A, option_b: B, choose_a: P, choose_b: Q, decides: R, scenario: One}
        clozes:
          - {id: d, text: "Hide {{c1::this}} word"}
          - {id: e, text: "Hide this {{c1::word}}"}
          - {id: f, text: "Hide {{c1::this}} word."}
        """
    assert [place.split(":")[0] for place in places(RULE, source)] == ["4", "8"]


def test_notes_of_different_kinds_may_share_a_front():
    source = """\
        concepts:
          - {id: a, prompt: Tell me of lag., answer: A}
        questions:
          - {id: b, ask: Tell me of lag., tests: T, structure: [S], rubric: [R]}
        """
    assert places(RULE, source) == []


def test_fronts_of_nothing_but_marks_are_not_compared():
    assert places(RULE, pair("?", "!")) == []
