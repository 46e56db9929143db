"""Notes that were renamed and reworded at once, in a clone where no package tells what they said."""

from __future__ import annotations

from pathlib import Path

import pytest
from author import Author, concept, outline
from scratch_git import commit, git

TESTING = concept(
    "testing-effect", prompt="Why does recall help?", answer="It makes the path to a fact stronger."
)
SPACING = concept(
    "spacing", prompt="When to review?", answer="Just before one would forget, so that it takes an effort."
)
REWORDED = {**TESTING, "id": "why-recall", "answer": "It makes a *path* to the fact stronger."}


@pytest.fixture
def author(tmp_path: Path) -> Author:
    """An author who has the build of two notes in git, in a part of the repository, and no package."""
    author = Author(tmp_path)
    git(tmp_path, "init", "--quiet")
    author.notes("ch01/more/notes.yaml", concepts=[TESTING, SPACING])
    author.build()
    commit(author.root)
    author.package.unlink()
    return author


def said(author: Author) -> list[tuple[str, str]]:
    """Return the code and the hint of each finding that a build would have, points aside."""
    findings = author.plan()[2]
    return [(one.code.name, one.hint) for one in findings if not one.code.name.startswith("point-")]


@pytest.mark.parametrize("is_committed", [False, True])
def test_a_note_renamed_and_reworded_is_known_by_its_words_in_git(author: Author, *, is_committed: bool):
    author.notes("ch01/more/notes.yaml", concepts=[REWORDED, SPACING])
    if is_committed:
        commit(author.root)
    (finding,) = said(author)
    assert finding == ("maybe-renamed", "Add `aliases: [testing-effect]` to it if it is the same note.")
    author.notes("ch01/more/notes.yaml", concepts=[{**REWORDED, "aliases": ["testing-effect"]}, SPACING])
    assert said(author) == []


def test_words_of_a_note_type_of_ones_own_are_known_from_git(author: Author):
    fields = [{"name": "hint"}, {"name": "word"}]
    author.write(
        "notetypes/term/notetype.yaml",
        {"name": "Term", "list": "terms", "fields": fields, "cards": [{"name": "say"}]},
    )
    for side in ("front", "back"):
        author.write(f"notetypes/term/say.{side}.html", "{{Word}}")
    term = {"id": "t", "covers": ["first/p0"], "word": "a word of five letters"}
    author.write("ch01/terms.yaml", {"terms": [term]})
    author.build()
    commit(author.root)
    author.write("ch01/terms.yaml", {"terms": [{**term, "id": "u", "hint": "New."}]})
    assert [code for code, _ in said(author)] == ["maybe-renamed"]


def test_of_a_renamed_chapter_with_a_reworded_note_the_chapter_alone_is_reported(author: Author):
    (author.root / "ch01").rename(author.root / "ch07")
    author.write("ch07/outline.yaml", outline("ch07", "One"))
    author.notes("ch07/more/notes.yaml", concepts=[REWORDED, SPACING])
    assert [code for code, _ in said(author)] == ["renamed-without-alias"]
    author.write("ch07/outline.yaml", {**outline("ch07", "One"), "aliases": ["ch01"]})
    assert [code for code, _ in said(author)] == ["maybe-renamed"]
    author.notes("ch07/more/notes.yaml", concepts=[{**REWORDED, "aliases": ["testing-effect"]}, SPACING])
    assert said(author) == []
