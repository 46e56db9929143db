"""code-too-wide: lines of code that a phone breaks."""

from __future__ import annotations

import pytest
from one_rule import concept, messages, note, places

WIDE = "x" * 41


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        (f"```\n{'x' * 40}\n```", None),
        (f"```\n{WIDE}\n```", "4:59"),
        (f"```\n{WIDE}", "4:59"),  # never closed: to the end
        (f"~~~\nshort\n{WIDE}\n~~~", "4:66"),
        (f"```\n{'x' * 40}  y\n```", "4:61"),  # at the first letter that goes over
        (f"{WIDE}\n\n```\nshort\n```\n\n{WIDE}", None),
        (f"`{WIDE}`", None),
    ],
)
def test_a_line_of_41_letters_in_a_block_is_found_at_the_41st(answer: str, place: str | None):
    assert places("code-too-wide", concept("What?", answer)) == ([f"{place} info"] if place else [])


def test_the_first_wide_line_of_each_block_is_reported_in_each_field():
    block = f"```\n{WIDE}\n{WIDE}\n```"
    source = note("concepts", prompt=block, answer=f"{block}\n\n{block}", why="none", example=block)
    assert [place.split(":")[0] for place in places("code-too-wide", source)] == ["3", "4", "4", "6"]
    source = "concepts:\n  - id: a\n    prompt: P\n    answer: |\n"
    source += "".join(f"      {line}\n" for line in ["```", "a", WIDE, "```", "", "~~~", WIDE, WIDE, "~~~"])
    assert places("code-too-wide", source) == ["7:47 info", "11:47 info"]


def test_the_letters_are_counted():
    assert "45 characters" in messages("code-too-wide", concept("What?", f"```\n{'x' * 45}\n```"))[0]
