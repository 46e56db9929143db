"""table: the line of dashes that makes a table."""

from __future__ import annotations

import pytest
from one_rule import concept, note, places

LONG = "Donaudampfschifffahrtskapitaene"


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        (f"| a | b |\n|---|---|\n| {LONG} | 2 |", "4:25"),
        (f"a | b\n:-: | -\n{LONG} | 2", "4:21"),
        (f"| a |\n  |---|\n| {LONG} |", "4:23"),
        (f"so:\n\n| {LONG} |\n| - |", "4:58"),
        ("|---|---|", None),  # nothing above it
        ("a or b\n---\nc | d", None),  # a heading
        ("| a | b |\nno dashes | here", None),
        ("a || b", None),
    ],
)
def test_a_table_is_found_at_its_dashes(answer: str, place: str | None):
    assert places("table", concept("What?", answer)) == ([f"{place} warning"] if place else [])


def test_each_field_is_looked_at():
    table = f"| a |\n|---|\n| {LONG} |"
    source = note("concepts", prompt=f"So:\n\n{table}", answer="A", why=table)
    assert [place.split(":")[0] for place in places("table", source)] == ["3", "5"]


@pytest.mark.parametrize(
    ("rows", "is_wide"),
    [
        ("| n | m | sum |\n|---|---|---|\n| 1 | 2 | 3 |", False),
        ("| what one does | why |\n|---|---|\n| many short words in a cell | they wrap |", False),
        ("| partitioning | replication |\n|---|---|\n| **sharding** | `copying` |", False),
        ("| partitioning | replication |\n|---|---|\n| redistribution | acknowledgement \\| x |", False),
        ("| partitioning | replication |\n|---|---|\n| redistribution | acknowledgements | 1 |", True),
        (
            "| linear | $\\mathcal{O}(1)$ |\n|---|---|\n| binary | $\\mathcal{O}(\\log_2 n) + \\mathcal{O}(1)$ |",
            False,
        ),
        ("| linear | $a$ |\n|---|---|\n| binary | $abcdefghijk lmnopqrstuvwxyz abcdefghi$ |", True),
        (f"| a |\n|---|\n| 1 |\n\n{LONG}", False),  # what follows is no part of it
    ],
)
def test_a_table_is_as_wide_as_the_longest_words_of_its_columns(rows: str, *, is_wide: bool):
    assert bool(places("table", concept("What?", rows))) is is_wide
