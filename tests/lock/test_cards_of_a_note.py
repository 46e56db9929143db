"""What becomes of the cards that readers have: those that go blank, and deletions that trade their numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
from author import Author, cloze, concept

A, B, C, D = "alpha", "beta", "gamma", "delta"


@pytest.fixture
def author(tmp_path: Path) -> Author:
    return Author(tmp_path)


def told(author: Author) -> list[tuple[str, str]]:
    """Return the code of each finding on cards, and what it names: cards in backticks, numbers, renumberings."""
    return [
        (one.code.name, one.message)
        for one in author.plan()[2]
        if one.code.name in ("card-removed", "cloze-renumbered")
    ]


def text(*hidden: str | None) -> str:
    """Return a text that hides these words, the first as c1; None leaves a number out."""
    return " ".join(f"{{{{c{number}::{words}}}}}" for number, words in enumerate(hidden, 1) if words)


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ([A, B], [B, A], ["c2 became c1", "c1 became c2"]),
        ([A, B, C], [B, C], ["c2 became c1", "c3 became c2"]),  # the first was taken out
        ([A, B], [C, A, B], ["c1 became c2", "c2 became c3"]),  # one was put in before
        ([A, B], [A, None, B], ["c2 became c3"]),
        ([A, B], [A, C], []),  # reworded
        ([A, B], [A, B, C], []),
        ([A, B, C], [A, None, C], []),  # a gap does no harm
        ([A, A], [A, A, B], []),
        ([A, A, B], [B, A], ["c3 became c1"]),
        ([A, A, B], [C, B, A], ["c3 became c2", "c1 became c3"]),
    ],
)
def test_deletions_that_trade_their_numbers_are_said(
    author: Author, before: list[str], after: list[str | None], moved: list[str]
):
    author.notes(clozes=[cloze("x", text(*before))])
    author.build()
    author.notes(clozes=[cloze("x", text(*after))])
    messages = [message for code, message in told(author) if code == "cloze-renumbered"]
    assert [f"({', '.join(moved)})" in message for message in messages] == [True] * bool(moved)


@pytest.mark.parametrize(
    ("before", "after", "reworded"),
    [
        ([A, B, C], [A, "beta two", "gamma two", D], "c2, c3"),
        ([A, B, C], ["alpha two", "beta two"], "c1, c2"),
        ([A, B, C, D], [A, "beta two", "gamma two"], "c2, c3"),
        ([A, B, C], [A, B, "gamma two", D], None),  # one alone is as likely reworded
        ([A, B, C], [A, "beta two", "gamma two"], None),  # as many as before
        ([A, B], ["alpha two", "beta two"], None),
        ([A, B, C], ["alpha two", "beta two", C, D], None),  # the last one that both have is the same
        ([A, B, C, D], [A, None, "gamma two", "delta two"], None),  # one went in the middle: no shift
        ([A, B, C, D], [A, None, "gamma two", "delta two", "five", "six"], None),
        ([A], ["alpha two", B], None),
    ],
)
def test_words_that_change_to_the_end_as_a_deletion_comes_or_goes_may_be_renumbered(
    author: Author, before: list[str], after: list[str | None], reworded: str | None
):
    author.notes(clozes=[cloze("x", text(*before))])
    author.build()
    author.notes(clozes=[cloze("x", text(*after))])
    messages = [message for code, message in told(author) if code == "cloze-renumbered"]
    assert [f"{reworded} now hide other words" in message for message in messages] == [True] * bool(reworded)


@pytest.mark.parametrize(
    ("after", "gone"),
    [([A, B], "card c3 "), ([A], "cards c2, c3 "), ([A, B, C], None), ([A, B, C, D], None)],
)
def test_the_deletions_that_are_gone_leave_blank_cards(author: Author, after: list[str], gone: str | None):
    same = cloze("same", text(A))  # a note before it that stays as it is
    author.notes(clozes=[same, cloze("x", text(A, B, C))])
    author.build()
    author.notes(clozes=[same, cloze("x", text(*after))])
    found = told(author)
    assert [code for code, _ in found] == ["card-removed"] * bool(gone)
    assert all(str(gone) in message for _, message in found)
    changes = author.build()
    blank = {"card c3 ": (("ch01/x", 2),), "cards c2, c3 ": (("ch01/x", 1), ("ch01/x", 2))}
    assert changes.blank == (blank[gone] if gone else ())
    assert changes.cards_added == ((("ch01/x", 3),) if D in after else ())
    assert told(author) == []


def test_a_card_that_a_concept_has_no_more_is_called_by_its_name(author: Author):
    author.notes(concepts=[concept("a", reverse="What was a?"), concept("b")])
    author.build()
    author.notes(concepts=[concept("a"), concept("b", reverse="What was b?")])
    ((code, message),) = told(author)
    assert code == "card-removed"
    assert "`Reverse`" in message
    changes = author.build()
    assert (changes.blank, changes.cards_added) == ((("ch01/a", 1),), (("ch01/b", 1),))
    assert changes.changed == ("ch01/a", "ch01/b")


def test_of_a_note_that_comes_back_nothing_is_said_about_its_cards(author: Author):
    author.notes(clozes=[cloze("x", text(A, B)), cloze("z", text(D))])
    author.build()
    author.notes(clozes=[cloze("z", text(D))])
    author.build()
    author.notes(clozes=[cloze("x", text(B, A)), cloze("z", text(D))])
    assert told(author) == []


def test_of_a_note_in_another_kind_nothing_more_is_said(author: Author):
    author.notes(clozes=[cloze("x", text(A, B)), cloze("z", text(A, B))])
    author.build()
    author.notes(concepts=[concept("x")], clozes=[cloze("z", text(A))])
    assert ["`ch01/z`" in message for _, message in told(author)] == [True]
