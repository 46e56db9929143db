"""coverage-one-sided: a point that has most of its section's notes."""

from __future__ import annotations

import pytest
from one_rule import messages, places

RULE = "coverage-one-sided"
OUTLINE = """\
id: ch01
number: 1
title: One
sections:
  - id: one
    title: One
    points:
      - {id: a, text: A}
      - {id: b, text: B}
      - {id: c, text: C}
      - {id: e, text: E}
  - id: two
    title: Two
    points: [{id: d, text: D}]
"""


def covering(**notes: int) -> str:
    """Return so many notes for each point of the first section, or of the second for ``d``."""
    ids = [(point, n) for point, count in notes.items() for n in range(count)]
    lines = (
        f"  - {{id: {point}{n}, covers: [{'two' if point == 'd' else 'one'}/{point}], prompt: P {point}{n}, answer: A}}\n"
        for point, n in ids
    )
    return f"concepts:\n{''.join(lines)}"


@pytest.mark.parametrize(
    ("notes", "found"),
    [
        ({"a": 6}, True),
        ({"a": 5}, False),
        ({"a": 6, "b": 1, "c": 1}, True),
        ({"a": 8, "b": 2, "c": 2}, True),
        ({"a": 7, "b": 2, "c": 2}, False),  # 3.5 times the median
        ({"a": 6, "b": 6}, True),  # as many as the others in all
        ({"a": 6, "b": 7}, False),
        ({"a": 12, "b": 3, "c": 5}, True),
        ({"a": 11, "b": 3, "c": 5}, False),
        ({"d": 9}, False),  # the only point of its section
    ],
)
def test_a_point_with_four_times_the_notes_of_the_others(notes: dict[str, int], *, found: bool):
    says = places(RULE, covering(**notes), outline=OUTLINE)
    assert ("8:14 info" in says) == found


def test_the_notes_are_counted():
    (message,) = messages(RULE, covering(a=8, b=2, c=1), outline=OUTLINE)
    assert "`a` has 8 notes" in message
    assert "3 in all" in message
