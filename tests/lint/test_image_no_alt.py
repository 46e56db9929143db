"""image-no-alt: pictures without a description."""

from __future__ import annotations

import pytest
from one_rule import concept, note, places


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("![](a.png)", ["4:14 warning"]),
        ("See ![ ](a.png) and ![](b.jpg)", ["4:18 warning", "4:34 warning"]),
        ("![A lag](a.png)", []),
        ("![](a.mp3) ![](b.mp4) ![](c.ogg)", []),
        ("![](mp3.png)", ["4:14 warning"]),
        ("[](a.png)", []),
    ],
)
def test_a_picture_with_empty_brackets_is_found_and_a_recording_needs_none(answer: str, expected: list[str]):
    assert places("image-no-alt", concept("Which?", answer)) == expected


def test_each_field_is_looked_at():
    source = note("concepts", prompt="![](a.png)", answer="A", why="![](b.png)")
    assert places("image-no-alt", source) == ["3:14 warning", "5:11 warning"]
