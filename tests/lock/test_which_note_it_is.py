"""Which note of the last build each note is: by its id, an alias, and what that says of its history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from author import Author, cloze, concept, outline

from deckgen.lock.locked import Lock
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
    assert changes.renamed == (("ch01/a", "ch01/b"),)
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
    assert found(author) == [("duplicate-id", 9)]
    author.notes(concepts=[concept("b", aliases=["a"], prompt="What is a?")])
    author.build()
    author.notes(concepts=[concept("b", prompt="What is a?"), concept("a", prompt="Another?")])
    assert found(author) == [("id-reused", 7)]
    assert "`ch01/b`" in messages(author, "id-reused")[0]
    author.notes(concepts=[concept("b", prompt="What is a?"), concept("c", prompt="Another?")])
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
    file.write_text(file.read_text().replace(line, line + other))
    shipped = author.now
    author.notes(concepts=[concept("b", aliases=["a"], prompt="What is a?")])
    assert found(author) == []
    changes = author.build()
    assert (changes.retired, changes.new) == ((), ())
    assert {name: line.mod for name, line in lock(author).notes.items()} == {"ch01/b": shipped}


@pytest.mark.parametrize(
    ("aliases", "known"), [(["blast-raduis"], False), (["no-such", "blast-radius"], True), ([], True)]
)
def test_an_alias_that_names_nothing_is_said(author: Author, aliases: list[str], *, known: bool):
    author.notes(concepts=[concept("blast-radius"), concept("z")])
    author.build()
    author.notes(concepts=[concept("reach", aliases=aliases, prompt="New?", answer="New"), concept("z")])
    assert ("alias-unknown" in author.codes()) == (not known)
    if not known:
        assert "`ch01/blast-raduis`" in messages(author, "alias-unknown")[0]
        assert "`ch01/blast-radius`" in hints(author, "alias-unknown")[0]


def test_before_the_first_build_an_alias_names_nothing_and_nothing_is_said(author: Author):
    author.notes(concepts=[concept("a", aliases=["b"])])
    assert found(author) == []


@pytest.mark.parametrize(
    ("new", "code", "alias"),
    [
        (concept("b", prompt="What is a?"), "renamed-without-alias", "a"),  # the same content
        (concept("b", prompt="Another?"), None, None),
    ],
)
def test_a_new_note_with_what_one_that_is_gone_had_looks_renamed(
    author: Author, new: dict[str, Any], code: str | None, alias: str | None
):
    author.notes(concepts=[concept("a"), concept("z")])
    author.build()
    author.notes(concepts=[new, concept("z")])
    assert [name for name, _ in found(author)] == ([code] if code else [])
    if code:
        assert f"aliases: [{alias}]" in hints(author, code)[0]


def test_the_same_id_in_another_chapter_looks_moved(author: Author):
    author.write("ch02/outline.yaml", outline("ch02", "Two"))
    author.notes(concepts=[concept("a"), concept("z")])
    author.build()
    author.notes(concepts=[concept("z")])
    author.notes("ch02/notes.yaml", concepts=[concept("a", prompt="Edited?")])
    assert found(author) == [("renamed-without-alias", 2)]
    assert "aliases: [ch01/a]" in hints(author, "renamed-without-alias")[0]


def test_what_was_retired_before_is_not_looked_for(author: Author):
    author.notes(concepts=[concept("a"), concept("z")])
    author.build()
    author.notes(concepts=[concept("z")])
    author.build()
    author.notes(concepts=[concept("b", prompt="What is a?"), concept("z")])
    assert found(author) == []


@pytest.mark.parametrize(
    ("before", "after", "like"),
    [
        (concept("reach-of-failure"), concept("reach-of-a-failure", prompt="New?"), True),
        (concept("failure-reach"), concept("failure-cost", prompt="New?"), True),  # half of the words
        (concept("failure-reach-one"), concept("failure-cost", prompt="New?"), False),
        (concept("failure-reach"), concept("failure-cost-new", prompt="New?"), False),
        (concept("reach"), concept("cost", prompt="New?"), False),
    ],
)
def test_a_new_note_whose_id_is_like_that_of_one_that_is_gone(
    author: Author, before: dict[str, Any], after: dict[str, Any], *, like: bool
):
    author.notes(concepts=[before, concept("z")])
    author.build()
    author.notes(concepts=[after, concept("z")])
    assert found(author) == ([("maybe-renamed", 2)] if like else [])
    if like:
        assert f"`ch01/{before['id']}`" in messages(author, "maybe-renamed")[0]
        assert f"aliases: [{before['id']}]" in hints(author, "maybe-renamed")[0]


def test_of_several_that_are_gone_the_likest_is_named(author: Author):
    author.notes(
        concepts=[
            concept("lag-in-kafka"),
            concept("lag-of-consumers"),
            concept("lag-in-a-group"),
            concept("z"),
        ]
    )
    author.build()
    author.notes(concepts=[concept("lag-in-a-consumer-group", prompt="New?"), concept("z")])
    assert "`ch01/lag-in-a-group`" in messages(author, "maybe-renamed")[0]


@pytest.mark.parametrize(
    ("text", "like"),
    [("{{c1::one}} {{c2::three}} here", True), ("{{c1::four}} {{c2::three}} here", False)],
)
def test_a_new_cloze_that_hides_half_of_what_one_that_is_gone_hid(author: Author, text: str, *, like: bool):
    author.notes(clozes=[cloze("a", "{{c1::one}} and {{c2::two}}"), cloze("z", "{{c1::z}}")])
    author.build()
    author.notes(clozes=[cloze("b", text), cloze("z", "{{c1::z}}")])
    assert found(author) == ([("maybe-renamed", 2)] if like else [])


def test_a_note_of_another_kind_is_not_like_one_that_is_gone(author: Author):
    author.notes(concepts=[concept("reach-of-failure"), concept("z")])
    author.build()
    author.notes(concepts=[concept("z")], clozes=[cloze("reach-of-a-failure", "{{c1::x}}")])
    assert found(author) == []


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
