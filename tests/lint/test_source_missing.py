"""source-missing: notes without a source, where most have one."""

from __future__ import annotations

import pytest
from one_rule import messages, places

RULE = "source-missing"


def notes(*sources: bool) -> str:
    lines = (
        f"  - {{id: n{number}, {'source: Page 7, ' if has_one else ''}prompt: P{number}, answer: A}}\n"
        for number, has_one in enumerate(sources)
    )
    return f"concepts:\n{''.join(lines)}"


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ([True, False], ["3:10 warning"]),
        ([False, True, True, False], ["2:10 warning", "5:10 warning"]),
        ([True, False, False], []),
        ([False, False], []),
        ([True, True], []),
    ],
)
def test_where_half_of_the_notes_have_a_source_each_should(sources: list[bool], expected: list[str]):
    assert places(RULE, notes(*sources)) == expected


def test_the_note_is_named_and_may_say_that_it_needs_none():
    assert "`n1`" in messages(RULE, notes(True, False))[0]
    ignoring = notes(True, False).replace("id: n1,", "id: n1, lint: {ignore: [source-missing], reason: r},")
    assert places(RULE, ignoring) == []
