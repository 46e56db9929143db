"""Markdown as plain words in the places where they stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckgen.lint.plain_text import without_markup


@given(st.text(alphabet="ab `~$*_[](){}<>:\\|-#\n1.&;!", max_size=60))
def test_plain_text_keeps_every_place(source: str):
    plain = without_markup(source)
    assert len(plain) == len(source)
    assert [n for n, letter in enumerate(plain) if letter == "\n" and source[n] != "\n"] == []


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("Neither 5 > 3 nor snake_case", "Neither 5 > 3 nor snake_case"),
        ("- one\n  2) two\n# three\n> four", "  one\n     two\n  three\n  four"),
        ("a `b*c` ``d`e`` `f", "a  b*c    d`e    f"),
        ("See:\n```sql\nSELECT\n```\nEnd", "See:\n      \n      \n   \nEnd"),
        ("~~~\nnever closed", "   \n            "),
        ("$x^2$ costs $5 a day, or 7$", "□□□□□ costs $5 a day, or 7$"),
        ("{{c1::one::hint}} {{c2::two}}", "      one               two  "),
        ("![alt](a.png) [link](b) <b>c</b> &amp;", "               link        c          "),
        ("_a_ and __b__, \\*c\\*", " a  and   b  ,   c  "),
    ],
)
def test_markup_is_blank_in_plain_text_and_words_stay(source: str, plain: str):
    assert without_markup(source) == plain
