"""compound-question: where the second question of a card begins."""

from __future__ import annotations

import pytest
from one_rule import concept, note, places


@pytest.mark.parametrize(
    ("prompt", "place"),
    [
        ("What is a dead letter? Who drains it?", "3:37"),
        ("What is `a?`? Which part of it fails?", "3:28"),
        ("What is a queue and when do you drain it?", "3:34"),
        ("What fails? Why so often?", "3:26"),
        ("What is $x$? Who knows **that**?", "3:27"),
        ("What fails ? Who knows?", "3:27"),
        ("What fails?  And who is told?", "3:27"),
    ],
)
def test_the_second_question_is_found_where_it_begins(prompt: str, place: str):
    assert places("compound-question", concept(prompt)) == [f"{place} warning"]


@pytest.mark.parametrize(
    "prompt",
    [
        "What fails?",
        "Explain what it is and when it fails.",
        "What fails? Why?",
        "What fails? How so?",
        "How so? Why not?",
        "What does `a ? b : c` do where `c ?? d` is allowed?",
        "What is $? in bash?",
        "What does .*? do?",
        "What does x? mean in a regex?",
        "What does ?. do in JS, and x?.y?",
        "What is the ?? operator in C#?",
        "What does http://localhost:8080/api?q=1&r=2#top contain?",
        r"What does \? match?",
        "What does `x?` and ``why` ? `` mean?",
        'Who asks "Why now?" of whom?',
        "Who asks 'Why now?' of whom?",
        "What is a retry (why at all?) good for?",
        "Retry and why?",
        "A batch job and what follows?",  # one question word
        "What runs and why not?",
        "Which command is `who and what`?",
        "What is sand whatever the weather?",
    ],
)
def test_quoted_questions_code_and_closing_ones_are_left_alone(prompt: str):
    assert places("compound-question", concept(prompt)) == []


def test_each_front_is_looked_at():
    two = "What is it? Who drains it?"
    source = note("concepts", prompt="What is `what` there, and who?", answer="A? B? C?", reverse=two)
    assert places("compound-question", source) == ["5:27 warning"]
    source = note("concepts", prompt=two, answer="A", reverse=two)
    assert places("compound-question", source) == ["3:26 warning", "5:27 warning"]


@pytest.mark.parametrize("prompt", ["What fails? And how so?", "What fails? And why?"])
def test_a_closing_question_after_and_is_no_second_question(prompt: str):
    assert places("compound-question", concept(prompt)) == []
