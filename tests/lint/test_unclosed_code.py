"""unclosed-code: the backtick or the fence that stays open."""

from __future__ import annotations

import pytest
from one_rule import concept, messages, note, places

RULE = "unclosed-code"


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ("a `lone tick", "4:16"),
        ("`one` and `two", "4:24"),
        ("``two` ticks", "4:14"),
        ("```\ncode", "4:14"),
        ("so:\n\n~~~\ncode\n", "4:21"),
        ("```\ncode\n```\n\nand `more", "4:36"),
        ("an `open one\n\n```\ncode\n```", "4:17"),
        ("```", "4:14"),
        ("`` and more", "4:14"),
        ("```\na\n```\n\n```\nb", "4:29"),
        ("```\na\n``` and more", "4:14"),
        ("a `tick\n\nand `code` below", "4:16"),
        (r"code `\` and `more", "4:28"),
        ("```\na\n```sql\nb", "4:14"),
        (r"`\` and `two", "4:23"),
    ],
)
def test_what_stays_open_is_found_where_it_opens(answer: str, place: str):
    assert places(RULE, concept("What?", answer)) == [f"{place} error"]


@pytest.mark.parametrize(
    "answer",
    [
        "`code`",
        "`one` and `two`",
        "``a ` in it``",
        "The key ` alone",
        "ends with `",
        r"an escaped \`tick",
        r"\` and `code`",
        r"Write `\` before the character.",
        r"'`\\`' and `C:\temp\` or `D:\`",
        "| end | `a\\` |\n|---|---|\n| `b` | c |",
        "```\ncode\n```",
        "~~~\n`tick\n~~~",
        "~~~\ncode\n~~~\n\n```\ncode\n```\n",
        "```\nit holds ~~~\n```",
        "````\n```\n````",
        "~~~sql\ncode\n~~~   ",
        r"`\\` and `C:\temp\` or `D:\`",
        "| end | `a\\` |\n|---|---|\n| x | y |",
    ],
)
def test_closed_code_and_lone_ticks_are_left_alone(answer: str):
    assert places(RULE, concept("What?", answer)) == []


def test_it_is_said_whether_a_backtick_or_a_fence_is_open():
    assert "backtick" in messages(RULE, concept("What?", "`open"))[0]
    assert "fence" in messages(RULE, concept("What?", "```\nopen"))[0]


def test_each_field_is_looked_at():
    source = note("concepts", prompt="`open", answer="A", why="`open and\n\n```\nopen")
    assert places(RULE, source) == ["3:14 error", "5:11 error", "5:24 error"]
