"""trade-off-no-decider: what decides is a measure, or a condition that one can test."""

from __future__ import annotations

import pytest
from one_rule import note, places


@pytest.mark.parametrize(
    ("decides", "vague"),
    [
        ("It depends on the use case.", True),
        ("The choice depends on requirements.", True),
        ("It depends.", True),
        ("It depends on when", True),  # a condition that is none
        ("It all depends on if", True),
        ("It depends on how long a session is.", False),
        ("This depends on the expected latency.", False),
        ("If it asks whether code runs at all, it is a feature flag.", False),
        ("Data that changes daily → look it up; else train on it.", False),
        ("5 % of the rows", False),
        ("Which team owns it?", False),
        ("Only where nobody else reads it", False),
    ],
)
def test_what_decides_can_be_measured_or_tested(decides: str, *, vague: bool):
    source = note("trade_offs", option_a="a", option_b="b", choose_a="One.", choose_b="Two.", decides=decides)
    assert places("trade-off-no-decider", source) == (["7:15 warning"] if vague else [])
