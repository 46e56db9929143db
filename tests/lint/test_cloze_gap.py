"""cloze-gap: deletions are numbered from c1 without a gap."""

from __future__ import annotations

import pytest
from one_rule import messages, note, places


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{{c1::a}} {{c2::b}} {{c3::c}}", None),
        ("{{c2::b}} {{c1::a}} {{c1::c}}", None),
        ("{{c1::a}} {{c3::b}} {{c5::c}}", "3:22"),
        ("{{c3::b}} {{c1::a}}", "3:12"),
        ("{{c2::a}} {{c2::b}} {{c3::c}}", "3:12"),  # the first of two
        ("{{c1,3::a}}", "3:12"),
        ("{{c1,2::a}} {{c3::b}}", None),
        ("{{c1::a {{c3::b}} }}", "3:20"),
        ("no deletion", None),
    ],
)
def test_the_first_number_after_a_gap_is_found(text: str, place: str | None):
    assert places("cloze-gap", note("clozes", text=text)) == ([f"{place} info"] if place else [])


@pytest.mark.parametrize("text", ["{{c0::a}} {{c2::b}}", "{{c1::a}} {{c501::b}}"])
def test_numbers_that_make_no_card_are_another_findings_matter(text: str):
    assert places("cloze-gap", note("clozes", text=text)) == []


def test_the_highest_number_may_follow_on_a_gap_too():
    assert places("cloze-gap", note("clozes", text="{{c1::a}} {{c499::b}}")) == ["3:22 info"]


def test_the_missing_number_and_the_next_one_are_named():
    (message,) = messages("cloze-gap", note("clozes", text="{{c1::a}} {{c2::b}} {{c4::c}}"))
    assert "c4" in message
    assert "c3" in message
    assert "c1 is missing before c2" in messages("cloze-gap", note("clozes", text="{{c2::b}}"))[0]
