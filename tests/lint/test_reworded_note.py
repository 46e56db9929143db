"""reworded-note: a question asked twice in other words, with much the same answer."""

from __future__ import annotations

import json

import pytest
from one_rule import messages, places

ANSWER = "It spreads incoming traffic over several servers, so that none is overloaded."
SAME = "To spread the incoming traffic over several servers, so none of them is overloaded."


def two(first: tuple[str, str], second: tuple[str, str]) -> str:
    notes = "".join(
        f"  - {{id: {name}, prompt: {json.dumps(prompt)}, answer: {json.dumps(answer)}}}\n"
        for name, (prompt, answer) in (("one", first), ("two", second))
    )
    return f"concepts:\n{notes}"


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (("What is a load balancer?", ANSWER), ("What is the purpose of a load balancer?", SAME), True),
        (("What is the purpose of a load balancer?", SAME), ("What is a load balancer?", ANSWER), True),
        # The same words in another order or form; the same front is for duplicate-front.
        (("What is a load balancer?", ANSWER), ("What are load balancers?", SAME), True),
        (("What is a load balancer?", ANSWER), ("What is a load balancer", SAME), False),
        (
            ("How does a proxy differ from a load balancer?", ANSWER),
            ("What distinguishes a load balancer and a proxy?", SAME),
            True,
        ),
        (
            ("Why are load balancers needed?", ANSWER),
            ("For what reason are load balancers needed?", SAME),
            True,
        ),
        # The one turns the other round.
        (
            ("Which load has a proxy over a balancer?", ANSWER),
            ("Which load has a balancer over a proxy?", SAME),
            False,
        ),
        (("What does one step over?", ANSWER), ("What does one step into?", SAME), False),
        (("What is a load balancer?", ANSWER), ("Why a load balancer?", SAME), False),
        # Each asks for something of its own.
        (("What is a load balancer?", ANSWER), ("What is a reverse proxy?", SAME), False),
        (
            ("What is a load balancer?", ANSWER),
            ("What is the cost of a load balancer?", "One hop more."),
            False,
        ),
        (
            ("What is a load balancer?", ANSWER),
            ("How is a load balancer different from a proxy?", SAME),
            False,
        ),
        # Formulas differ by a sign, and short answers are alike by chance.
        (
            ("How is x written?", "`a over b over c over d`"),
            ("How else is x written?", "`a over b over c`"),
            False,
        ),
        (("Which ports does a proxy use?", "80"), ("Which ports does a proxy use by default?", "80"), False),
    ],
)
def test_one_front_within_the_other_and_answers_alike(
    first: tuple[str, str], second: tuple[str, str], *, found: bool
):
    told = messages("reworded-note", two(first, second))
    assert told == (["`one` (ch01/a.yaml, line 2) asks for much the same."] if found else [])


def test_it_stands_at_the_later_front():
    source = two(("What is a load balancer?", ANSWER), ("What is the purpose of a load balancer?", SAME))
    assert places("reworded-note", source) == ["3:24 info"]
