"""lines-joined: lines that their author ended on purpose, and that Markdown makes one."""

from __future__ import annotations

import re
import textwrap

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markup_cases import markup_cases
from one_rule import concept, mended, messages, places, report

from deckgen.render.markdown import to_html

RULE = "lines-joined"
THREE = "Stop the consumers\nReset the offsets\nStart the consumers"
# Lines of every kind, as they may follow each other.
LINES = (
    *("Stop it", "Reset the offsets.", "A: Why?", "def f(x):", "    return x", "print(x)", '"a": "*x*"'),
    *("a | b", "--|--", "| a | b |", "- an item", "  goes on", "> quoted", "[1]: https://a.org", "<ul>"),
    *("<li>a", "`a", "b`", "```", "$$", "$x", "y$", "# a", "+ b", "x \\\\", "", "**bold", "text**", "a<br>"),
)
LONG = "It is a long line of prose that an editor broke to fit into a window of this width"


def literal(**fields: str) -> str:
    """Return a note file with one concept, each field under `|`."""
    lines = (
        f"    {key}: |\n{textwrap.indent(value, ' ' * 6)}\n"
        for key, value in {"prompt": "What?", **fields}.items()
    )
    return f"concepts:\n  - id: a\n{''.join(lines)}"


def test_the_marks_of_deletions_make_no_line_longer():
    text = "Explicit is better than {{c1::implicit::what?}}.\nSimple is better.\nFlat is better than {{c2::nested}}."
    source = f"clozes:\n  - id: a\n    text: |\n{textwrap.indent(text, ' ' * 6)}\n"
    assert messages(RULE, source) == ["These 3 lines become one on the card."]


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
        ("> Stop\n> Reset", 2),
        (f"> \u2013 {LONG}?\n> \u2013 {LONG}.\n> Sure", 3),
        ("1. Stop\n   and reset\n2. start", 2),
        ("- a\n-b", 2),
        (f"- {LONG}\n      - {LONG}", 2),
        ("A text\n    - with code", 2),
        ("Then:\n2. stop\n3. start", 3),
        (f"Then:\n2. {LONG}.\n3. {LONG}.", 3),
        ("| op | x |\n| or | y |", 2),
        ("+---+---+\n| a | b |\n+---+---+", 3),
        ("<key>\n  <id>7</id>\n</key>", 3),
        (f"A: {LONG}?\nB: {LONG}.", 2),
        (f"\u2013 {LONG}?\n\u2013 {LONG}.", 2),
        ("Stop it.\nReset it.\nStart it.", 3),
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
        "> one\n>\n> two",
        "| a |\n|---|\n| b |",
        "a | b\n--|--\n1 | 2\n3 | 4",
        "- one:\n\n    ```\n    a\n    b\n    ```",
        "One:\n\n    a\n    b",
        "<ul>\n<li>a\n</ul>",
        "> Be conservative in what you do,\n> be liberal in what you accept.",
        f"> {LONG},\n> which is\n> {LONG.lower()},\n> so it is.",
        "> Simple things should be simple,\n> complex ones possible.\n> \u2014 Alan Kay",
        "See [1].\n\n[1]: https://a.org\n[2]: https://b.org",
        "A `span of\ncode`",
        "Stop it.\nStart it.",
        "one\\\ntwo",
        "one  \ntwo",
        "one<br>\ntwo",
        "```\none\ntwo\n```",
        "$$\na\nb\n$$",
        f"{LONG}\n{LONG}\nand ends.",
        f"It was so.\n{LONG}.",
        "- The standard:\n  https://example.org/a-very-long-address/of-one-word\n- more",
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


@pytest.mark.parametrize(
    "answer",
    [
        "def f():\n    return 1",
        '{\n"a": "*x*",\n"b": 1\n}',
        "- a\n+ b\n@@ c",
        "print(1)\nprint(2)",
        "| a | b |\n| c | d |",
        "Code `a\nb` and\nmore",
        "{{c1::Stop\nreset}}\nstart",
        "> A\n> B",
        "- a\n  b\n- c",
    ],
)
def test_lines_that_may_be_more_than_words_are_left_to_their_author(answer: str):
    assert mended(RULE, answer, literal(answer=answer)) == answer


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        ("- stop\n- reset\nThen start", "Leave an empty line above"),
        ("> stop\nThen start", "Leave an empty line above"),
        ("- stop\n  Then start", "end each with a backslash"),
        ("> Stop\n> Start", "end each with a backslash"),
    ],
)
def test_the_hint_on_a_line_below_a_list_is_an_empty_line(answer: str, hint: str):
    (found,) = report(RULE, literal(answer=answer)).findings
    assert hint in found.hint


def test_a_line_break_in_quotes_is_left_to_the_finding_on_the_escape():
    assert places(RULE, concept("What?", THREE)) == []


@given(st.lists(st.sampled_from(LINES), min_size=2, max_size=7).map("\n".join))
@example(text="\n\n".join(source for _, source, _ in markup_cases()))
def test_a_mend_ends_lines_and_changes_nothing_else(text: str):
    text = f"Words\n\n{text}\n"
    after = mended(RULE, text, literal(answer=text))
    before_and_after = [re.sub(r"(?:<br>|\s)+", " ", to_html(source).html) for source in (text, after)]
    assert before_and_after[0] == before_and_after[1]
    assert mended(RULE, after, literal(answer=after)) == after
