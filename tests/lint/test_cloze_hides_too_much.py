"""cloze-hides-too-much: a deletion of many words, or of most of its text."""

from __future__ import annotations

import pytest
from one_rule import messages, note, places, words

LONG = words(30)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"{{{{c1::{words(8)}}}}} {LONG}", None),
        (f"{{{{c1::{words(9)}}}}} {LONG}", "3:12"),
        (f"Say {{{{c1::{words(9)}}}}} {LONG}", "3:16"),
        # A hint is a cue: up to twelve.
        (f"{{{{c1::{words(12)}::who?}}}} {LONG}", None),
        (f"{{{{c1::{words(13)}::who?}}}} {LONG}", "3:12"),
        # Most of a text, from six words on: six of twelve are half, of eleven more.
        (f"{{{{c1::{words(6)}}}}} {words(6)}", None),
        (f"{{{{c1::{words(6)}}}}} {words(5)}", "3:12"),
        (f"{{{{c1::{words(5)}}}}} {words(2)}", None),
        (f"{{{{c1::{words(6)}::who?}}}} {words(5)}", None),
        # Markup and signs are no words.
        (f"{{{{c1::**{words(4)}** - {words(4)}}}}} {LONG}", None),
        ("{{c1::word}}", None),
    ],
)
def test_what_a_deletion_may_hide(text: str, place: str | None):
    assert places("cloze-hides-too-much", note("clozes", text=text)) == (
        [f"{place} warning"] if place else []
    )


def test_each_deletion_is_looked_at():
    text = f"{{{{c1::{words(9)}}}}} {{{{c2::b}}}} {{{{c3::{words(9)}}}}} {LONG}"
    assert places("cloze-hides-too-much", note("clozes", text=text)) == ["3:12 warning", "3:75 warning"]


def test_the_words_are_counted_in_the_message():
    assert (
        "10 words"
        in messages("cloze-hides-too-much", note("clozes", text=f"{{{{c1::{words(10)}}}}} {LONG}"))[0]
    )
    assert (
        "6 of 8 words"
        in messages("cloze-hides-too-much", note("clozes", text=f"{{{{c1::{words(6)}}}}} a b"))[0]
    )
