"""Ids that stay the same for ever: they are compared with those of packages that readers have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckgen.model.ids import (
    KEBAB,
    content_hash,
    digest_at,
    digest_of,
    entity_id,
    file_digest,
    note_guid,
    short_digest,
    to_kebab,
)


def test_guids_and_ids_are_those_of_earlier_packages():
    assert note_guid("test", "ch01/a") == "s.3_:89Vqs"
    assert entity_id("notetype", "test", "concepts") == 1272827901595
    assert content_hash("a", "b") == "f84c4d669fe0d410"
    assert file_digest(b"a\nb\n") == "0bfbaa59380ad112"


@given(st.text("ab-/", max_size=8), st.text("ab-/", max_size=8))
def test_each_note_of_each_project_has_a_guid_of_its_own(one: str, other: str):
    assert note_guid(one, other) != note_guid(other, one) or one == other
    assert note_guid(one, "a") != note_guid(one, "b")


@given(st.text(min_size=1, max_size=8))
def test_ids_lie_in_the_past_of_every_anki(name: str):
    assert 1_000_000_000_000 <= entity_id(name) < 1_000_000_000_000 + 2**38 < 1_300_000_000_000


def test_a_hash_changes_with_each_part_and_where_one_part_ends():
    assert (
        len({content_hash("a", "b"), content_hash("b", "a"), content_hash("ab"), content_hash("a", "c")}) == 4
    )


@pytest.mark.parametrize(
    ("title", "name"), [("My  déck, 2nd!", "my-deck-2nd"), ("Привет", "privet"), ("--", ""), ("", "")]
)
def test_a_title_in_any_script_gives_an_id(title: str, name: str):
    assert to_kebab(title) == name


def test_equal_values_have_one_digest_and_others_have_another():
    word = "AB".lower()
    assert digest_of((word, word, 1)) == digest_of(("ab", "AB".lower(), 1)) != digest_of(("ab", 1))
    row = [short_digest(word) for word in (b"one", b"two", b"three")]
    assert [digest_at(b"".join(row), index) for index in range(3)] == row


def test_how_lines_end_makes_no_difference_to_a_file():
    assert file_digest(b"a\r\nb\r\n") == file_digest(b"a\nb\n") != file_digest(b"a\nb")


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("a", True),
        ("a-b-2", True),
        ("A", False),
        ("a--b", False),
        ("-a", False),
        ("a-", False),
        ("a\n", False),
        ("", False),
    ],
)
def test_kebab_case_is_lower_case_words_with_hyphens_between(name: str, *, fits: bool):
    assert bool(KEBAB.match(name)) == fits
