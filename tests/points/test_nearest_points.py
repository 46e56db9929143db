"""The points that a wrong name may stand for, and those that a note is about."""

from __future__ import annotations

import pytest

from deckgen.coverage.idle_notes import PointsByWords
from deckgen.coverage.nearest_points import PointFinder

POINTS = [
    "ch01/ownership/end-to-end",
    "ch01/ownership/not-waiting",
    "ch01/incidents/blameless",
    "ch01/incidents/first-message",
    "ch02/incidents/blameless",
    "ch02/reviews/end-to-end",
    "ch02/reviews/end-of-day",
    "ch02/reviews/end-to-start",
    "ch02/reviews/end-to-ends",
]


@pytest.mark.parametrize(
    ("name", "chapter", "found"),
    [
        ("ch01/ownership/end-to-ned", "ch01", ("ownership/end-to-end",)),
        ("ch01/owner/not-waiting", "ch01", ("ownership/not-waiting",)),
        # A point that moved: the chapter's own first.
        ("ch02/ownership/blameless", "ch02", ("incidents/blameless", "ch01/incidents/blameless")),
        ("ch01/ownership/blameless", "ch01", ("incidents/blameless", "ch02/incidents/blameless")),
        # Three at most.
        (
            "ch02/reviews/end-to-en",
            "ch02",
            ("reviews/end-to-end", "reviews/end-to-ends", "reviews/end-to-start"),
        ),
        (
            "ch02/reviews/end-to-en",
            "ch01",
            ("ch02/reviews/end-to-end", "ch02/reviews/end-to-ends", "ch02/reviews/end-to-start"),
        ),
        # A chapter that is not there: sections like the one named, of all.
        ("ch03/incidents/blameles", "ch03", ("ch02/incidents/blameless", "ch01/incidents/blameless")),
        ("blameless", "ch01", ("incidents/blameless", "ch02/incidents/blameless")),
        ("ch01/zzz/qqq", "ch01", ()),
        ("", "ch01", ()),
    ],
)
def test_a_wrong_name_is_answered_with_the_likeliest_points(name: str, chapter: str, found: tuple[str, ...]):
    assert PointFinder(POINTS).nearest(name, chapter) == found


@pytest.mark.parametrize("chapter", ["ch01", "ch09"])
def test_points_are_looked_for_in_the_two_sections_most_like_the_one_named(chapter: str):
    finder = PointFinder([f"ch01/{section}/with-jitter" for section in ("retries", "retrial", "retry")])
    found = finder.nearest(f"{chapter}/retrie/with-jiter", "ch01")
    assert found == ("retries/with-jitter", "retrial/with-jitter")


LABELS = {
    "basics/partitions": "A topic is divided into partitions",
    "basics/offsets": "An offset is a place in a partition",
    "basics/topics": "A topic is a log",
    "later/lag": "Lag is what a group has not read",
}


@pytest.mark.parametrize(
    ("text", "count", "found"),
    [
        ("Which offset comes next?", 3, ("basics/offsets",)),
        ("PARTITIONING by key", 3, ("basics/offsets", "basics/partitions")),  # by the start of the word
        ("A topic and its partitions", 3, ("basics/partitions", "basics/topics", "basics/offsets")),
        ("A topic and its partitions", 1, ("basics/partitions",)),
        ("lag is a log", 3, ()),  # words of three letters tell nothing
        ("Nothing of it", 3, ()),
    ],
)
def test_a_text_is_about_the_points_whose_telling_words_it_has(text: str, count: int, found: tuple[str, ...]):
    assert PointsByWords(LABELS).about(text, count) == found


def test_a_rare_word_tells_more_than_one_that_many_points_have():
    points = {
        "a/a": "cluster cluster quorum",
        "a/b": "cluster broker",
        "a/c": "cluster leader",
        "a/d": "cluster retry",
    }
    assert PointsByWords(points).about("a quorum in the cluster", 1) == ("a/a",)
    assert PointsByWords(points).about("a leader in the cluster", 1) == ("a/c",)
