"""table: the line of dashes that makes a table."""

from __future__ import annotations

import pytest
from one_rule import concept, note, places


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ("| a | b |\n|---|---|\n| 1 | 2 |", "4:25"),
        ("a | b\n:-: | -\n1 | 2", "4:21"),
        ("| a |\n  |---|\n| 1 |", "4:23"),
        ("so:\n\n| a |\n| - |", "4:28"),
        ("|---|---|", None),  # nothing above it
        ("a or b\n---\nc | d", None),  # a heading
        ("| a | b |\nno dashes | here", None),
        ("a || b", None),
    ],
)
def test_a_table_is_found_at_its_dashes(answer: str, place: str | None):
    assert places("table", concept("What?", answer)) == ([f"{place} warning"] if place else [])


def test_each_field_is_looked_at():
    table = "| a |\n|---|\n| 1 |"
    source = note("concepts", prompt=f"So:\n\n{table}", answer="A", why=table)
    assert [place.split(":")[0] for place in places("table", source)] == ["3", "5"]
