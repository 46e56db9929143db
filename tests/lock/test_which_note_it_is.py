"""Which note of the last build each note is: by its id, an alias, and what that says of its history."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from author import Author, cloze, concept, outline

from deckgen.lock.model import Lock
from deckgen.lock.read import parse_lock


@pytest.fixture
def author(tmp_path: Path) -> Author:
    return Author(tmp_path)


def lock(author: Author) -> Lock:
    return parse_lock((author.root / "deckgen.lock").read_text(), "deckgen.lock", "test")[0]


def guids(author: Author) -> dict[str, str]:
    """Return the GUID of each note in the lock, and its word where it is retired."""
    return {name: line.guid + " retired" * line.retired for name, line in lock(author).notes.items()}


def found(author: Author) -> list[tuple[str, int]]:
    """Return the code and the line of each finding that a build would have, points aside."""
    findings = author.plan()[2]
    return sorted(
        (one.code.name, one.span.line) for one in findings if not one.code.name.startswith("point-")
    )


def messages(author: Author, code: str) -> list[str]:
    return [one.message for one in author.plan()[2] if one.code.name == code]


def hints(author: Author, code: str) -> list[str]:
    return [one.hint for one in author.plan()[2] if one.code.name == code]


def test_a_note_keeps_its_guid_through_edits_and_a_rename_with_an_alias(author: Author):
    author.notes(concepts=[concept("a")])
    author.build()
    before = guids(author)["ch01/a"]
    author.notes(concepts=[concept("b", aliases=["a"], answer="Edited")])
    changes = author.build()
    assert (changes.renamed, changes.moved) == ((("ch01/a", "ch01/b"),), ())
    assert guids(author) == {"ch01/b": before}
    author.notes(concepts=[concept("b", answer="Edited")])  # the alias has done its work
    assert author.build().is_nothing()
    assert guids(author) == {"ch01/b": before}


def test_an_alias_in_another_chapter_names_it(author: Author):
    author.write("ch02/outline.yaml", outline("ch02", "Two"))
    author.notes(concepts=[concept("a")])
    author.build()
    before = guids(author)["ch01/a"]
    author.notes(concepts=[])
    author.notes("ch02/notes.yaml", concepts=[concept("a", aliases=["ch01/a"])])
    changes = author.build()
    assert changes.moved == changes.renamed == (("ch01/a", "ch02/a"),)
    assert guids(author) == {"ch02/a": before}


def test_a_new_note_under_the_id_of_a_renamed_one_is_an_error(author: Author):
    author.notes(concepts=[concept("a")])
    author.build()
    author.notes(concepts=[concept("b", aliases=["a"], prompt="What is a?"), concept("a", prompt="Another?")])
    assert found(author) == [("duplicate-id", 8)]
    author.notes(concepts=[concept("b", aliases=["a"], prompt="What is a?")])
    author.build()
    author.notes(concepts=[concept("b", prompt="What is a?"), concept("a", prompt="Another?")])
    assert found(author) == [("id-reused", 7)]
    assert "`ch01/b`" in messages(author, "id-reused")[0]
    author.notes(concepts=[concept("b", prompt="What is a?"), concept("c", prompt="Another?")])
    assert found(author) == []


@pytest.mark.parametrize("is_first", [True, False])
def test_an_alias_that_names_a_note_which_exists_is_one_finding_at_the_alias(
    author: Author, *, is_first: bool
):
    there, notes = concept("testing-effect"), [concept("c1"), concept("c2", prompt="What else?")]
    author.notes(concepts=[*notes, there])
    author.build()
    notes[1]["aliases"] = ["testing-effect"]
    author.notes(concepts=[*notes, there] if is_first else [there, *notes])
    (error,) = [one for one in author.plan()[2] if not one.code.name.startswith("point-")]
    line = (author.root / "ch01/notes.yaml").read_text().splitlines()[error.span.line - 1]
    assert line.strip() == "- testing-effect"
    assert error.message.startswith("The alias `testing-effect` names a note that exists, in ch01/notes.yaml")
    author.notes(concepts=notes)
    assert found(author) == [("alias-shipped", 7)]
    del notes[1]["aliases"]
    author.notes(concepts=[*notes, there])
    assert found(author) == []


def test_of_two_notes_with_one_alias_the_second_is_told(author: Author):
    author.notes(concepts=[concept("b", aliases=["a"]), concept("c", aliases=["a"], prompt="C?")])
    messages_here = messages(author, "duplicate-id")
    assert messages_here == ["`ch01/b` has the alias `ch01/a`, too, and only one note can continue another."]


def test_an_alias_of_a_note_of_another_kind_is_named(author: Author):
    author.notes(concepts=[concept("a")], clozes=[cloze("z", "{{c1::z}}")])
    author.build()
    author.notes(clozes=[cloze("z", "{{c1::z}}"), cloze("b", "{{c1::b}}", aliases=["a"])])
    (message,) = messages(author, "kind-changed")
    assert "`ch01/b` has the alias `a`, which was shipped under `concepts`" in message
    author.notes(clozes=[cloze("z", "{{c1::z}}"), cloze("b", "{{c1::b}}")])
    assert "kind-changed" not in author.codes()
    author.notes(concepts=[concept("b", aliases=["a"])], clozes=[cloze("z", "{{c1::z}}")])
    assert found(author) == []


def test_notes_that_traded_their_ids_are_an_error(author: Author):
    one, other = {"prompt": "One?", "answer": "1"}, {"prompt": "Other?", "answer": "2"}
    author.notes(concepts=[concept("a", **one), concept("b", **other)])
    author.build()
    author.notes(concepts=[concept("a", **other), concept("b", **one)])
    assert found(author) == [("id-reused", 2), ("id-reused", 7)]
    assert "`ch01/a`" in messages(author, "id-reused")[1]


def test_a_note_that_takes_over_what_an_edited_one_had_is_an_error(author: Author):
    one, other = {"prompt": "One?", "answer": "1"}, {"prompt": "Other?", "answer": "2"}
    author.notes(concepts=[concept("a", **one), concept("b", **other)])
    author.build()
    author.notes(concepts=[concept("a", **other), concept("b", prompt="New?")])
    assert found(author) == [("id-reused", 2)]


def test_a_note_may_become_what_an_unchanged_note_is(author: Author):
    one, other = {"prompt": "One?", "answer": "1"}, {"prompt": "Other?", "answer": "2"}
    author.notes(concepts=[concept("a", **one), concept("b", **other), concept("c")])
    author.build()
    author.notes(concepts=[concept("a", **other), concept("b", **other), concept("c", answer="Edited")])
    assert found(author) == []


def test_an_unchanged_note_may_be_what_an_edited_one_was(author: Author):
    same = {"prompt": "One?", "answer": "1"}
    author.notes(concepts=[concept("a", **same), concept("b", **same), concept("c")])
    author.build()
    author.notes(concepts=[concept("a", **same), concept("b", answer="B"), concept("c", answer="Edited")])
    assert found(author) == []


def test_one_edit_alone_takes_nobodys_history(author: Author):
    same = {"prompt": "One?", "answer": "1"}
    author.notes(concepts=[concept("a"), concept("b", **same)])
    author.build()
    author.notes(concepts=[concept("a", **same), concept("b", **same)])
    assert found(author) == []


def test_a_note_that_moves_to_another_kind_is_an_error(author: Author):
    author.notes(concepts=[concept("a")])
    author.build()
    author.notes(clozes=[cloze("a", "{{c1::x}}")])
    assert found(author) == [("kind-changed", 2)]
    (message,) = messages(author, "kind-changed")
    assert "`concepts`" in message
    assert "`clozes`" in message


def test_a_retired_note_comes_back_with_its_guid(author: Author):
    author.notes(concepts=[concept("a"), concept("b")])
    author.build()
    before = guids(author)
    author.notes(concepts=[concept("b")])
    assert author.build().retired == ("ch01/a",)
    assert guids(author) == {**before, "ch01/a": f"{before['ch01/a']} retired"}
    author.notes(concepts=[concept("a"), concept("b")])
    assert found(author) == [("id-returns", 2)]
    assert author.build().returned == ("ch01/a",)
    assert guids(author) == before
    assert found(author) == []


def test_a_retired_note_that_moves_to_another_kind_is_an_error_too(author: Author):
    author.notes(concepts=[concept("a"), concept("b")])
    author.build()
    author.notes(concepts=[concept("b")])
    author.build()
    author.notes(concepts=[concept("b")], clozes=[cloze("a", "{{c1::x}}")])
    assert found(author) == [("kind-changed", 8)]


def test_of_two_shipped_notes_that_an_alias_joins_the_other_is_retired(author: Author):
    author.notes(concepts=[concept("a"), concept("b")])
    author.build()
    before = guids(author)
    author.notes(concepts=[concept("b", aliases=["a"])])
    assert found(author) == [("alias-shipped", 2)]
    assert "`ch01/a`" in messages(author, "alias-shipped")[0]
    assert author.build().retired == ("ch01/a",)
    assert guids(author) == {"ch01/b": before["ch01/b"], "ch01/a": f"{before['ch01/a']} retired"}
    assert found(author) == []  # it is retired already


def test_of_several_aliases_the_first_that_was_shipped_is_the_note(author: Author):
    author.notes(concepts=[concept("a"), concept("b")])
    author.build()
    before = guids(author)
    author.notes(concepts=[concept("c", aliases=["never", "b", "a"])])
    author.build()
    assert guids(author)["ch01/c"] == before["ch01/b"]


def test_two_lines_of_one_note_under_its_id_and_its_alias_are_one_note(author: Author):
    author.notes(concepts=[concept("a")])
    author.build()
    file = author.root / "deckgen.lock"
    line = next(
        line for line in file.read_text().splitlines(keepends=True) if line.startswith("note ch01/a ")
    )
    other = line.replace("ch01/a", "ch01/b").replace(f" {author.now} ", f" {author.now - 5} ")
    other = other.replace("\n", " ch01/a\n")  # one branch renamed it
    file.write_text(file.read_text().replace(line, line + other))
    shipped = author.now
    author.notes(concepts=[concept("b", aliases=["a"], prompt="What is a?")])
    assert "alias-shipped" not in author.codes()
    changes = author.build()
    assert (changes.retired, changes.new) == ((), ())
    assert {name: line.mod for name, line in lock(author).notes.items()} == {"ch01/b": shipped}


def test_a_draft_is_neither_shipped_nor_retired(author: Author):
    author.notes(concepts=[concept("a"), concept("b")])
    author.build()
    before = (author.root / "deckgen.lock").read_text()
    author.notes(concepts=[concept("a", draft=True), concept("b")])
    assert author.build().is_nothing()
    assert (author.root / "deckgen.lock").read_text() == before


def test_building_one_chapter_retires_nothing_of_another(author: Author):
    author.write("ch02/outline.yaml", outline("ch02", "Two"))
    author.notes(concepts=[concept("a"), concept("b")])
    author.notes("ch02/notes.yaml", concepts=[concept("c")])
    author.build()
    author.notes(concepts=[concept("a")])
    author.notes("ch02/notes.yaml", concepts=[])
    author.request = {"chapters": {"ch01"}}
    assert author.build().retired == ("ch01/b",)
    author.request = {}
    assert author.build().retired == ("ch02/c",)


def test_what_is_gone_is_retired_in_the_lock_even_where_it_is_not_shipped(author: Author):
    author.notes(concepts=[concept("a"), concept("b")])
    author.build()
    author.notes(concepts=[concept("b")])
    author.write("deckgen.yaml", {"name": "Test", "id": "test", "retired": "report"})
    assert author.build().retired == ("ch01/a",)
    author.build()
    assert guids(author)["ch01/a"].endswith(" retired")


def test_a_retired_cloze_keeps_the_numbers_of_its_cards(author: Author):
    author.notes(clozes=[cloze("a", "{{c1::x}}, {{c3::y}}"), cloze("b", "{{c1::z}}")])
    author.build()
    author.notes(clozes=[cloze("b", "{{c1::z}}")])
    author.build()
    with zipfile.ZipFile(author.package) as package:
        data = package.read("collection.anki2")
    assert b"{{c1::ch01/a}} {{c3::ch01/a}}" in data


def test_renames_are_told_in_order(author: Author):
    author.notes(concepts=[concept("a"), concept("b")])
    author.build()
    author.notes(concepts=[concept("y", aliases=["b"]), concept("x", aliases=["a"])])
    assert author.build().renamed == (("ch01/a", "ch01/x"), ("ch01/b", "ch01/y"))


@pytest.mark.parametrize("kind", ["concepts", "clozes"])
def test_a_note_that_one_branch_renamed_and_another_kept_is_told_and_may_become_two(
    author: Author, kind: str
):
    others = {"concepts": [], "clozes": [cloze("g", "{{c1::x}}")]}
    author.notes(**{**others, "concepts": [concept("a")]})
    author.build()
    file = author.root / "deckgen.lock"
    text = file.read_text()
    line = next(line for line in text.splitlines(keepends=True) if " ch01/a " in line)
    renamed = line.replace("ch01/a concepts", f"ch01/b {kind}").replace("\n", " ch01/a\n")
    file.write_text(text.replace(line, line + renamed))
    new = {"concepts": concept("b"), "clozes": cloze("b", "{{c1::x}}")}[kind]
    notes = {**others, "concepts": [concept("never-shipped"), concept("a")]}
    author.notes(**{**notes, kind: [new, *notes[kind]]})
    assert author.codes() == {"lock-guids"}
    (hint,) = hints(author, "lock-guids")
    assert ("keep `ch01/a` with `aliases: [b]`" in hint) == (kind == "concepts")
    assert "delete the line of `ch01/b`" in hint
    file.write_text(text)
    assert author.build().new == ("ch01/b", "ch01/never-shipped")
    assert len(set(guids(author).values())) == 4


def test_an_alias_that_comes_after_the_note_was_shipped_as_a_new_one_is_said(author: Author):
    author.notes(concepts=[concept("a"), concept("z")])
    author.build()
    before = guids(author)
    author.notes(concepts=[concept("b", prompt="Another?"), concept("c", prompt="And?"), concept("z")])
    author.build()
    author.notes(concepts=[concept("b", aliases=["a"], prompt="Another?"), concept("z")])
    assert found(author) == [("alias-shipped", 2)]
    assert "comes too late" in messages(author, "alias-shipped")[0]
    assert "go back to the id `ch01/a`" in hints(author, "alias-shipped")[0]
    author.notes(concepts=[concept("a", prompt="Another?"), concept("z")])
    author.build()
    assert guids(author)["ch01/a"] == before["ch01/a"]
    assert guids(author)["ch01/b"].endswith(" retired")
    assert found(author) == []
