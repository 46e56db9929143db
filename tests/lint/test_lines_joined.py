"""lines-joined: lines that their author ended on purpose, and that Markdown makes one."""

from __future__ import annotations

import textwrap

import pytest
from one_rule import concept, mended, messages, places

RULE = "lines-joined"
THREE = "Stop the consumers\nReset the offsets\nStart the consumers"
LONG = "It is a long line of prose that an editor broke to fit into a window of this width"


def literal(**fields: str) -> str:
    """Return a note file with one concept, each field under `|`."""
    lines = (
        f"    {key}: |\n{textwrap.indent(value, ' ' * 6)}\n"
        for key, value in {"prompt": "What?", **fields}.items()
    )
    return f"concepts:\n  - id: a\n{''.join(lines)}"


@pytest.mark.parametrize(
    ("answer", "count"),
    [
        ("Shall I compare thee\nto a summer's day?", 2),
        (THREE, 3),
        ("int f() {\n  return 1;\n}", 3),
        ("Lag:\n`kafka-lag`\n`offsets`", 3),
        (
            f"{LONG}, and it goes on and on and on, until it is longer than that,\nso this one ends on purpose.",
            2,
        ),
        (f"or\n{LONG}", 2),
        ("静けさや\n岩にしみ入る\n蝉の声", 3),
        ("1. Stop them\n\nthen\nstart them", 2),
        ("```\na\nb\n```\n\nthen\nstart", 2),
    ],
)
def test_lines_that_end_on_purpose_are_found(answer: str, count: int):
    assert messages(RULE, literal(answer=answer)) == [f"These {count} lines become one on the card."]


@pytest.mark.parametrize(
    "answer",
    [
        "One line",
        "One\n\nTwo",
        "- one\n- two",
        "1. one\n2. two",
        "# Title\ntext",
        "> one\n> two",
        "| a |\n|---|\n| b |",
        "one\\\ntwo",
        "one  \ntwo",
        "one<br>\ntwo",
        "```\none\ntwo\n```",
        "$$\na\nb\n$$",
        f"{LONG}\n{LONG}\nand ends.",
        f"It was so.\n{LONG}.",
        "太陽と惑星をむすぶ線は、同じ時間に同じ\n面積をはく。これを面積速度一定の法則という。",
    ],
)
def test_other_lines_are_left_alone(answer: str):
    assert places(RULE, literal(answer=answer)) == []


def test_each_paragraph_and_each_field_is_looked_at():
    source = literal(prompt="a\nb", answer="A", why="```\nx\n```\n\nc\nd\n\ne\nf")
    assert places(RULE, source) == ["4:7 warning", "13:7 warning", "16:7 warning"]


def test_a_mend_ends_each_line_with_a_backslash():
    source = literal(answer=f"Do this:\n\n{THREE}\n\nThat is all.")
    broken = THREE.replace("\n", "\\\n")
    assert (
        mended(RULE, f"Do this:\n\n{THREE}\n\nThat is all.\n", source)
        == f"Do this:\n\n{broken}\n\nThat is all.\n"
    )


def test_a_line_break_in_quotes_is_left_to_the_finding_on_the_escape():
    assert places(RULE, concept("What?", THREE)) == []
