"""cloze-too-many: a note whose deletions make many cards."""

from __future__ import annotations

import pytest
from one_rule import messages, note, places


def cloze(*numbers: object) -> str:
    return note("clozes", text="".join(f"{{{{c{number}::a}}}}" for number in numbers))


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([1, 2, 3, 4, 5], []),
        ([1, 2, 3, 4, 5, 5, 5], []),
        ([1, 2, 3, 4, 5, 6], ["3:57 warning"]),
        ([1, 2, 3, 4, 5, 6, 7], ["3:57 warning"]),
        ([1, 2, 3, 4, 5, 6, 7, 8], ["3:57 warning"]),
        ([6, 5, 4, 1, 1, 2, 3], ["3:66 warning"]),
        (["1,2,3", "4,5,6"], ["3:25 warning"]),
        (["1,2,3,4,5,6"], ["3:12 warning"]),
    ],
)
def test_a_note_makes_five_cards_and_an_eighth_is_an_error(numbers: list[object], expected: list[str]):
    assert places("cloze-too-many", cloze(*numbers)) == expected


def test_deletions_count_in_the_order_in_which_they_start():
    text = "{{c1::a {{c2::b}} }}{{c3::c}}{{c4::d}}{{c5::e {{c6::f}} }}"
    assert places("cloze-too-many", note("clozes", text=text)) == ["3:58 warning"]


def test_the_cards_are_counted():
    assert "7 cards" in messages("cloze-too-many", cloze(1, 2, 3, 4, 5, 6, 7, 7))[0]
