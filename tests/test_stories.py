"""The reader's own stories: which note each is of, and what is said of one that is of none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from author import Author, concept, outline, question

from deckgen.build.project_reader import read_sources


@pytest.fixture
def author(tmp_path: Path) -> Author:
    author = Author(tmp_path)
    author.notes(questions=[question("first-mistake")])
    return author


def told(author: Author, stories: Any) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return the stories by the notes that they are of, and message and hint of each finding on them."""
    author.write("stories.yaml", stories)
    sources, findings = read_sources(author.root)
    here = [(one.message, one.hint) for one in findings if one.span.path == "stories.yaml"]
    return {name: text.value for name, text in sources.stories.items()}, here


def test_a_story_follows_its_note_and_its_chapter_through_their_aliases(author: Author):
    author.write("ch01/outline.yaml", {**outline("ch05"), "aliases": ["ch01"]})
    author.notes(questions=[question("best-mistake", aliases=["first-mistake"]), question("failure")])
    for key in ("ch05/best-mistake", "ch05/first-mistake", "ch01/first-mistake", "first-mistake"):
        assert told(author, {key: "Mine.", "ch01/failure": "It broke."}) == (
            {"ch05/best-mistake": "Mine.", "ch05/failure": "It broke."},
            [],
        )


def test_a_story_under_an_id_that_a_note_has_is_of_that_note_whoever_had_the_id_before(author: Author):
    author.write("ch02/outline.yaml", {**outline("ch02", "Two"), "aliases": ["ch01"]})
    author.notes("ch02/notes.yaml", questions=[question("first-mistake")])
    assert told(author, {"ch01/first-mistake": "Mine."}) == ({"ch01/first-mistake": "Mine."}, [])


def test_a_story_of_no_note_is_shown_an_id_of_this_deck(author: Author):
    example = "Write the note's full id, such as `ch01/first-mistake`."
    assert told(author, {"ch09/elsewhere": "Mine."})[1] == [("No note has the id `ch09/elsewhere`.", example)]
    assert told(author, {"ch01/first-mistaek": "Mine."})[1][0][1] == "Did you mean `ch01/first-mistake`?"
    assert told(author, {"frist-mistake": "Mine."})[1][0][1] == "Did you mean `first-mistake`?"


def test_a_short_id_that_several_chapters_have_is_shown_in_full(author: Author):
    author.write("ch02/outline.yaml", outline("ch02", "Two"))
    author.notes("ch02/notes.yaml", questions=[question("first-mistake")])
    ((message, hint),) = told(author, {"first-mistake": "Mine."})[1]
    assert message == "Several chapters have a note `first-mistake`."
    assert hint == "Write `ch01/first-mistake` or `ch02/first-mistake`."


def test_of_two_stories_of_one_note_none_is_lost_in_silence(author: Author):
    stories, findings = told(author, {"first-mistake": "Mine.", "ch01/first-mistake": "Another."})
    assert stories == {"ch01/first-mistake": "Mine."}
    assert findings == [("The note `ch01/first-mistake` has a story above.", "Merge the two, or delete one.")]


def test_a_story_of_a_note_that_shows_none_is_said_and_changes_nothing(author: Author):
    author.notes(questions=[question("first-mistake")], concepts=[concept("a")])
    author.build()
    stories, findings = told(author, {"ch01/a": "Lost.", "ch01/first-mistake": "Mine."})
    assert stories == {"ch01/first-mistake": "Mine."}
    assert [message for message, _ in findings] == [
        "`ch01/a` is one of `concepts`, which have no field for a story."
    ]
    assert author.plan()[1].changed == ("ch01/first-mistake",)


@pytest.mark.parametrize(
    ("path", "broken"),
    [
        ("ch01/outline.yaml", "id: ch01\nnumber: 1\ntitle: Getting: started\nsections: []\n"),
        ("ch01/notes.yaml", "questions:\n- {id: first-mistake, ask: A}}\n"),
    ],
)
def test_a_story_whose_note_could_not_be_read_is_not_said_to_be_of_none(
    author: Author, path: str, broken: str
):
    author.write(path, broken)
    assert told(author, {"ch01/first-mistake": "Mine."})[1] == []
