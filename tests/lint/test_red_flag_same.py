"""red-flag-same: a better sentence that is the weak one, or nobody's."""

from __future__ import annotations

import pytest
from one_rule import note, places

WEAK = "It was the upstream team."


@pytest.mark.parametrize(
    ("instead", "expected"),
    [
        ("I stopped the load first.", []),
        ("Well, it was the upstream team!", ["5:15 warning"]),
        ("It was the upstream TEAM", ["5:15 warning"]),
        ("I say it was the upstream teams", []),
        ("Blame is avoided and the cause is found.", ["5:15 info"]),
        ("You said that you load hourly. How do late rows get in?", []),
        ("We\u2019ve found the cause.", []),
        ("We've found the cause.", []),
        ("The cause was mine.", []),
        ("In an incident the cause is found.", ["5:15 info"]),
    ],
)
def test_the_better_sentence_differs_and_can_be_spoken(instead: str, expected: list[str]):
    assert (
        places("red-flag-same", note("red_flags", says=WEAK, signals="Shrugs.", instead=instead)) == expected
    )
