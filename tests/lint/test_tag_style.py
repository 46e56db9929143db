"""tag-style: tags with commas, capitals or too many levels."""

from __future__ import annotations

import pytest
from one_rule import messages, places
from test_tag_once import tagged

RULE = "tag-style"


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (["Lineage"], ["2:21 info"]),
        (["Week_One", "Week_Two", "Quarter"], []),  # the habit of the deck
        (["spark", "kafka", "Lineage"], ["4:21 info"]),
        (["spark", "Lineage"], []),  # half of the tags
        (["spark", "kafka", "SLO"], []),
        (["spark", "kafka", "Io"], []),
        (["spark", "kafka,"], ["3:21 info"]),
        (["a::b::c::d"], []),
        (["a::b::c::d::e"], ["2:21 info"]),
        (["a:b:c:d:e"], []),
        (["spark", "spark,", "spark,"], ["3:21 info", "4:21 info"]),
    ],
)
def test_which_tags_are_odd(tags: list[str], expected: list[str]):
    assert [place.replace("warning", "info") for place in places(RULE, tagged(*tags))] == expected


def test_what_is_odd_is_named():
    assert messages(RULE, tagged("spark", "kafka", "Lineage"))[0] == "The tag `Lineage` has capitals."
    assert "`a,b`" in messages(RULE, tagged("a,b"))[0]
    assert "5 levels" in messages(RULE, tagged("a::b::c::d::e"))[0]
    assert len(messages(RULE, tagged("Lineage,"))) == 2


def test_a_note_may_say_that_its_tags_are_meant():
    ignoring = tagged("a,b").replace("id: n0,", "id: n0, lint: {ignore: [tag-style], reason: r},")
    assert places(RULE, ignoring) == []
