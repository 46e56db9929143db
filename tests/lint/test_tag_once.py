"""tag-once: a tag of a single note, one letter from a tag of several."""

from __future__ import annotations

import pytest
from one_rule import messages, places

RULE = "tag-once"


def tagged(*tags: str) -> str:
    lines = (f"  - {{id: n{i}, tags: ['{tag}'], prompt: P{i}, answer: A}}\n" for i, tag in enumerate(tags))
    return f"concepts:\n{''.join(lines)}"


@pytest.mark.parametrize("slip", ["kafak", "kafkaa", "kafk", "afka", "kafxa", "KAFXA"])
def test_a_tag_that_is_a_letter_from_another_is_a_slip(slip: str):
    assert places(RULE, tagged("kafka", slip, "kafka")) == ["3:21 info"]


@pytest.mark.parametrize(
    "tags",
    [
        ("kafka", "kafka", "spark"),
        ("kafka", "kafak"),  # neither of several notes
        ("kafka", "kafka", "kafak", "kafak"),  # both of several notes
        ("kafka", "kafka", "kfk"),  # two letters
        ("week1", "week1", "week2"),
        ("ward_a", "ward_a", "ward_b"),
        ("sla", "sla", "slo"),  # three letters: another abbreviation
        ("LO4", "LO4", "LO5"),
        ("kafka", "kafka", "Kafka"),  # which tag-style knows
    ],
)
def test_numbered_tags_and_tags_unlike_any_other_are_no_slips(tags: tuple[str, ...]):
    assert places(RULE, tagged(*tags)) == []


def test_four_letters_are_enough():
    assert places(RULE, tagged("slos", "slos", "slas")) == ["4:21 info"]


def test_the_tag_that_is_meant_is_named_with_its_notes():
    (message,) = messages(RULE, tagged("kafka", "kafka", "kafka", "kafak"))
    assert "`kafak`" in message
    assert "`kafka`" in message
    assert "3 notes" in message


def test_a_note_may_say_that_its_tag_is_meant():
    ignoring = tagged("kafka", "kafka", "kafak").replace(
        "id: n2,", "id: n2, lint: {ignore: [tag-once], reason: r},"
    )
    assert places(RULE, ignoring) == []
