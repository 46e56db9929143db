"""Names that a revert takes back, of decks and of fields, as a reader's Anki sees them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from anki_collection import Reader
from author import Author, concept, outline
from scratch_git import commit, git


@pytest.fixture
def author(tmp_path: Path) -> Author:
    author = Author(tmp_path)
    git(author.root, "init", "--quiet")
    return author


def release(author: Author, reader: Reader, **request: bool) -> None:
    author.request = request
    author.build()
    author.request = {}
    commit(author.root)
    reader.import_package(author.package)


def test_a_deck_name_that_a_revert_brings_back_is_refused_until_it_is_allowed(author: Author, reader: Reader):
    author.notes(concepts=[concept("a")])
    release(author, reader)
    author.write("ch01/outline.yaml", outline(title="Uno"))
    release(author, reader, allow_deck_rename=True)
    git(author.root, "revert", "--no-edit", "HEAD")
    (error,) = [one for one in author.plan()[2] if one.code.name == "deck-renamed"]
    assert error.message.startswith("The deck `Test::01 Uno` would become `Test::01 One`")
    release(author, reader, allow_deck_rename=True)
    assert author.codes() == set()
    git(author.root, "revert", "--no-edit", "HEAD")  # the lock of the first revert, and no build
    assert author.codes() == set()


def test_of_two_names_that_branches_gave_a_deck_the_later_counts(author: Author, reader: Reader):
    author.write(".gitattributes", "deckgen.lock merge=union\n")
    author.notes(concepts=[concept("a")])
    release(author, reader)
    git(author.root, "checkout", "--quiet", "-b", "side")
    author.write("ch01/outline.yaml", outline(title="Zero"))
    release(author, reader, allow_deck_rename=True)
    git(author.root, "checkout", "--quiet", "-")
    git(author.root, "merge", "--quiet", "side")
    assert author.codes() == set()


def test_a_field_name_that_a_revert_brings_back_keeps_its_slot(author: Author, reader: Reader):
    def write(field: str | dict[str, Any], key: str) -> None:
        fields = [{"name": "word"}, field] if isinstance(field, dict) else [{"name": "word"}, {"name": field}]
        note_type = {"name": "Term", "list": "terms", "fields": fields, "cards": [{"name": "say"}]}
        author.write("notetypes/term/notetype.yaml", note_type)
        author.write("notetypes/term/say.front.html", "{{Word}}")
        author.write("notetypes/term/say.back.html", f"{{{{{key.title()}}}}}")
        author.notes(terms=[{"id": "t", "covers": ["first/p0"], "word": "W", key: "H"}])

    write("hint", "hint")
    release(author, reader)
    write({"name": "clue", "aliases": ["hint"]}, "clue")
    release(author, reader)
    git(author.root, "revert", "--no-edit", "HEAD")
    assert author.codes() == {"lock-behind"}
    release(author, reader)
    ((fields, _),) = reader.notes().values()
    assert fields[:2] == ["W", "H"]
    (names,) = [
        [field["name"] for field in reader.col.models.get(its.id)["flds"]]
        for its in reader.col.models.all_names_and_ids()
        if "Term" in its.name
    ]
    assert names[:2] == ["Word", "Hint"]


@pytest.mark.parametrize("answer", ["A", "Edited"])
@pytest.mark.parametrize("is_committed", [True, False], ids=["in git", "built here"])
def test_a_note_renamed_since_an_older_lock_keeps_its_guid_without_the_alias(
    author: Author, answer: str, *, is_committed: bool
):
    author.notes(concepts=[concept("testing-effect"), concept("z")])
    author.build()
    commit(author.root)
    git(author.root, "tag", "first")
    renamed = concept("recall-works", prompt="What is testing-effect?")
    author.notes(concepts=[{**renamed, "aliases": ["testing-effect"]}, concept("z")])
    author.build()
    if is_committed:
        commit(author.root)
    git(author.root, "checkout", "--quiet", "first", "--", "deckgen.lock")
    author.notes(concepts=[{**renamed, "answer": answer}, concept("z")])
    changes = author.build()
    assert (changes.new, changes.retired) == ((), ())
    assert changes.renamed == (("ch01/testing-effect", "ch01/recall-works"),)
    assert bool(changes.changed) == (answer == "Edited")


def test_a_new_note_under_the_old_id_beside_the_renamed_one_is_refused(author: Author):
    author.notes(concepts=[concept("alpha"), concept("z")])
    author.build()
    commit(author.root)
    git(author.root, "tag", "first")
    renamed = concept("beta", prompt="What is alpha?")
    author.notes(concepts=[{**renamed, "aliases": ["alpha"]}, concept("z")])
    author.build()
    commit(author.root)
    git(author.root, "checkout", "--quiet", "first", "--", "deckgen.lock")
    other = concept("alpha", prompt="Which letter comes first in Greek?")
    author.notes(concepts=[renamed, other, concept("z")])
    assert "id-reused" in author.codes()
    author.notes(concepts=[renamed, {**other, "id": "first-letter"}, concept("z")])
    changes = author.build()
    assert changes.renamed == (("ch01/alpha", "ch01/beta"),)
    assert changes.new == ("ch01/first-letter",)


def write_terms(author: Author, *, generation: int) -> None:
    note_type = {"name": "Term", "list": "terms", "fields": [{"name": "word"}], "cards": [{"name": "say"}]}
    author.write("notetypes/term/notetype.yaml", {**note_type, "generation": generation})
    author.write("notetypes/term/say.front.html", "{{Word}}")
    author.write("notetypes/term/say.back.html", "{{Word}}")
    author.notes(terms=[{"id": name, "covers": ["first/p0"], "word": name} for name in "tu"])


@pytest.mark.parametrize("is_reverted", [True, False], ids=["by git", "by hand"])
def test_a_generation_that_is_taken_back_is_retired_and_the_one_before_returns(
    author: Author, reader: Reader, *, is_reverted: bool
):
    def live() -> int:
        return sum("test::retired" not in tags for _, tags in reader.notes().values())

    write_terms(author, generation=1)
    release(author, reader)
    reviews = reader.answer(1) and reader.reviews()
    for taken_back in range(2):
        write_terms(author, generation=2)
        release(author, reader)
        assert (live(), len(reader.notes())) == (2, 4)
        if is_reverted and not taken_back:
            git(author.root, "revert", "--no-edit", "HEAD")
        else:
            write_terms(author, generation=1)
        assert author.codes() <= {"lock-behind", "id-returns"}
        release(author, reader)
        assert (live(), len(reader.notes())) == (2, 4)
        assert author.codes() == set()
    assert reader.reviews() == reviews
