"""list-too-long: the first item too many."""

from __future__ import annotations

import pytest
from one_rule import concept, listed, messages, note, places

RULE = "list-too-long"


def items(count: int) -> str:
    return "\n".join(["- item"] * count)


@pytest.mark.parametrize(
    ("count", "expected"),
    [(3, []), (4, ["info"]), (5, ["info"]), (6, ["warning"]), (8, ["warning"])],
)
def test_a_list_may_have_three_items_and_six_are_a_warning(count: int, expected: list[str]):
    """The fourth item starts after three lines, each with an escaped end."""
    found = places(RULE, concept("Which?", items(count)))
    assert found == [f"4:{14 + 3 * len('- item/n') + 2} {severity}" for severity in expected]


def test_a_list_in_yaml_counts_as_one_in_markdown():
    assert places(RULE, listed("Which?", *["a"] * 3)) == []
    assert places(RULE, listed("Which?", *["a"] * 4)) == ["4:30 info"]


def test_each_list_is_counted_alone_and_numbered_ones_too():
    three = "- a\n- b\n- c"
    assert places(RULE, concept("Which?", f"{three}\n\nAnd then:\n\n{three}")) == []
    numbered = "\n".join(f"{number}. x" for number in range(1, 7))
    assert len(places(RULE, concept("Which?", f"{three}\n\nAnd then:\n\n{numbered}"))) == 1
    assert len(places(RULE, concept("Which?", f"{items(6)}\n\nAnd then:\n\n{items(8)}"))) == 2


@pytest.mark.parametrize(
    ("prompt", "found"),
    [
        ("Name some causes of lag.", False),
        ("Give me 2 drawbacks of polling.", False),
        ("List three signs.", False),
        ("Name at least five signs.", False),
        ("Name 4 signs.", True),
        ("Name the causes.", True),
        ("Which does one name a cause?", True),
    ],
)
def test_where_any_few_will_do_the_list_may_be_long(prompt: str, *, found: bool):
    assert bool(places(RULE, concept(prompt, items(6)))) == found


def test_lists_that_are_not_recalled_may_be_long():
    assert places(RULE, note("concepts", prompt=items(8), answer="A", why=items(8))) == []
    assert places(RULE, note("questions", ask="A", tests="T", structure=["S"] * 8, rubric=["R"] * 8)) == []


def test_the_items_are_counted():
    assert "7 items" in messages(RULE, concept("Which?", items(7)))[0]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("Parquet, ORC, Avro, JSON, CSV and XML.", True),
        ("owner; schema; types; units; freshness; volume", True),
        ("Parquet, ORC, Avro, CSV.", True),
        ("Parquet, ORC and CSV.", False),
        ("Parquet, ORC, Avro, above all Parquet.", False),
        (
            "First the load stops, then its readers are told, and last the rows are counted, kept, and sent.",
            False,
        ),
        ("Six of them. A, b, c, d, e, f.", True),
        ("What it holds in the end are files, tables, views, the catalog, and backups.", False),
        ("What it holds in the end are files, tables, views, the catalog, logs, and backups.", True),
        ("It holds files (such as Parquet, ORC, Avro, JSON, CSV, XML) and tables.", False),
        ("It holds files, for example Parquet, ORC, Avro, JSON, CSV, XML.", False),
        ("It runs `f(a, b, c, d, e, f, g)` on each file.", False),
        ("It holds Parquet, ORC, Avro, JSON, CSV, XML, etc.", False),
        ("mov eax, 1; add ebx, 2; sub ecx, 3", False),
        ("`mov eax, ebx; add ebx, ecx; sub ecx, edx`", False),
        ("+, -, *, /, %, ++, --", False),
        ("mov ax, bx, cx, dx, si", False),
        ("vfmadd x1, x2, x3, x4", False),
        ("SELECT id, name, email, age, city, country FROM users", False),
        ("from typing import Any, Literal, NamedTuple, Protocol", False),
        ("int width, height, depth, weight;", False),
        ("ax, bx, cx, dx, si, di", True),
        ("*.py, *.js, *.c, *.h, *.go, *.rs", False),
    ],
)
def test_a_list_written_with_commas_counts_as_one(answer: str, *, found: bool):
    assert bool(places(RULE, concept("What can a lake hold?", answer))) is found
