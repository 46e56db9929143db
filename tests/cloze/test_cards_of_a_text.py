"""What each card of a cloze shows in the preview, on its question and on its answer."""

from __future__ import annotations

import re

import pytest

from deckgen.preview.cloze_html import cloze


def shown(text: str, ordinal: int, *, question: bool) -> str:
    """Return the words of a card."""
    return re.sub(r"<[^>]*>", "", cloze(text, ordinal, question=question))


@pytest.mark.parametrize(
    ("text", "ordinal", "front", "back"),
    [
        ("a {{c1::b}} c", 1, "a [...] c", "a b c"),
        ("a {{c1::b::hint}} c", 1, "a [hint] c", "a b c"),
        ("a {{c1::b::hint::more}} c", 1, "a [hint::more] c", "a b c"),
        ("{{c1::a}} {{c2::b}}", 2, "a [...]", "a b"),
        ("{{c1::a}} {{c1::b}}", 1, "[...] [...]", "a b"),
        ("{{c1,2::a}} {{c2::b}}", 2, "[...] [...]", "a b"),
        ("{{c1::a {{c2::b}} c}} d", 1, "[...] d", "a b c d"),
        ("{{c1::a {{c2::b}} c}} d", 2, "a [...] c d", "a b c d"),
        ("{{c1::a {{c2::b {{c3::c}}}} d}}", 2, "a [...] d", "a b c d"),
        ("{{c65535::a}} b", 65_535, "[...] b", "a b"),
        ("{{c1::a}} }} b", 1, "[...] }} b", "a }} b"),
        ("{{c1::a}} {{c2::never closed", 1, "[...] ", "a "),
        ("a {{c1::b}} c", 2, "", ""),
        ("{{c70000::a}} {{c1::b}}", 1, "{{c70000::a}} [...]", "{{c70000::a}} b"),
        ("{{c655350::a}} b", 65_535, "", ""),
    ],
)
def test_a_card_hides_its_own_deletions_and_shows_the_others(text: str, ordinal: int, front: str, back: str):
    assert (shown(text, ordinal, question=True), shown(text, ordinal, question=False)) == (front, back)


def test_a_theme_finds_the_numbers_of_a_deletion_sorted_as_anki_sorts_them():
    assert 'data-ordinal="1,8"' in cloze("{{c8,1::a}} b", 1, question=True)
