"""similar-note: one note written twice in other words."""

from __future__ import annotations

import pytest
from one_rule import messages, places

RULE = "similar-note"
ANSWER = "Mainly through food and water that were touched by unwashed hands"


def pair(one: str, other: str, answer: str = ANSWER, other_answer: str = "") -> str:
    return f"""\
concepts:
  - id: a
    prompt: {one}
    answer: {answer}
  - id: b
    prompt: {other}
    answer: {other_answer or answer}
"""


MOTHER, ALL_THE = (
    "Who was the mother of all dances of the isles?",
    "Who was the mother of all the dances of the isles?",
)


@pytest.mark.parametrize(
    ("one", "other", "twice"),
    [
        (ALL_THE, MOTHER, True),
        (MOTHER, ALL_THE, True),
        (MOTHER, MOTHER, False),  # duplicate-front says so
        ("How is hepatitis A passed on?", "How is hepatitis E passed on?", False),
        ("When does puberty begin late in girls?", "When does puberty begin late in boys?", False),
        ("When is rate control better than rhythm?", "When is rhythm control better than rate?", False),
        (
            "Who fasts before a short operation (on insulin)?",
            "Who fasts before a short operation (not on insulin)?",
            False,
        ),
        (
            "Which tests show a septic joint early on?",
            "In children, which tests show a septic joint early on?",
            False,
        ),
        ("Which tests for joints show sepsis early on?", "Which tests of joints show sepsis early on?", True),
        ("Which tests will show a septic joint early on?", "Which tests show a septic joint early on?", True),
        (
            "Which of the tests show a septic joint in time?",
            "Which of the tests shown a septic joint in time?",
            False,
        ),
    ],
)
def test_only_what_asks_the_same_is_called_written_twice(one: str, other: str, *, twice: bool):
    assert places(RULE, pair(one, other)) == (["5:9 warning"] if twice else [])


def test_answers_must_be_alike_too():
    other = "Mainly through food and drink that somebody else had left at the table in a hurry"
    assert places(RULE, pair(MOTHER, ALL_THE, other_answer=other)) == []


def test_a_short_answer_proves_nothing_where_each_front_has_words_of_its_own():
    one, other = (
        "Which clumsy old registers has a machine's unit?",
        "Which clumsy old register has a machine's unit?",
    )
    seven = "one two three four five six seven"
    assert places(RULE, pair(one, other, seven)) == []
    assert places(
        RULE, pair("Has it registers, the old machine?", "Has it registers, old machine?", seven)
    ) == ["5:9 warning"]


def test_one_sentence_may_hide_one_word_here_and_another_there():
    text = "Private groups care for {}, {} and the safety of all people of the district."
    first, other = text.format("{{c1::order}}", "health"), text.format("order", "{{c1::health}}")
    source = f"clozes:\n  - {{id: a, text: '{first}'}}\n  - {{id: b, text: '{other}'}}\n"
    assert places(RULE, source) == []
    again = first.replace("and the safety", "and safety")
    source = f"clozes:\n  - {{id: a, text: '{first}'}}\n  - {{id: b, text: '{again}'}}\n"
    assert places(RULE, source) == ["3:10 warning"]


def test_the_words_that_both_have_are_shown():
    source = pair(
        "What is consumer lag in Kafka?",
        "What is the consumer lag in Kafka?",
        "The newest offset of a partition minus the offset that the group has committed.",
        "The newest offset of a partition minus the offset the group committed.",
    )
    (message,) = messages(RULE, source)
    assert "`what is … consumer lag in kafka?` (81 %)" in message
    assert "`the newest offset of a partition minus the offset … the group … committed.` (85 %)" in message
    assert "`a`" in message
    assert "line 2" in message


def test_what_two_long_notes_share_is_cut_to_20_words():
    answer = " ".join(f"w{number}" for number in range(300))
    (message,) = messages(
        RULE,
        pair(
            "What does a retry need before it is safe?", "What does a retry need, before it is safe?", answer
        ),
    )
    assert "w19 …`" in message
    assert "w20" not in message
