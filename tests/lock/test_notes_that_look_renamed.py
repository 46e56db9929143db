"""New notes that look like one that is gone, and aliases that name nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from author import Author, cloze, concept, outline, question


@pytest.fixture
def author(tmp_path: Path) -> Author:
    return Author(tmp_path)


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


def test_an_alias_that_names_nothing_is_shown_no_id_that_a_note_has(author: Author):
    author.notes(concepts=[concept("blast-radius")])
    author.build()
    new = concept("reach", aliases=["blast-raduis"], prompt="New?", answer="New")
    author.notes(concepts=[concept("blast-radius"), new])
    assert hints(author, "alias-unknown") == ["Delete the alias, or name the id that was shipped."]


def test_two_notes_with_one_alias_are_not_said_to_stand_in_the_lock(author: Author):
    author.notes(concepts=[concept("a")])
    author.build()
    author.notes(concepts=[concept("b", aliases=["a"]), concept("c", aliases=["a"], prompt="C?")])
    assert "duplicate-id" in author.codes()
    assert messages(author, "lock-guids") == []


def test_an_alias_of_a_chapter_that_is_there_is_blamed_for_the_history_that_it_takes(author: Author):
    author.notes(concepts=[concept("a")])
    author.build()
    author.write("ch02/outline.yaml", {**outline("ch02", "Two"), "aliases": ["ch01"]})
    author.notes("ch02/notes.yaml", concepts=[concept("a", prompt="Another?", answer="B")])
    assert messages(author, "lock-guids") == [
        "`ch02/a` would take over the history of `ch01/a`, which exists."
    ]
    (hint,) = hints(author, "lock-guids")
    assert hint.startswith("Delete the alias `ch01` in the outline of `ch02`")
    author.write("ch02/outline.yaml", outline("ch02", "Two"))
    assert author.codes() == set()


def test_an_alias_without_a_lock_is_said_once_for_the_lock_may_be_missing(author: Author):
    author.notes(concepts=[concept("a", aliases=["b"]), concept("c", aliases=["d"], prompt="C?")])
    assert messages(author, "alias-unknown") == [
        "`ch01/a` arrives as a new note: nothing was shipped as `ch01/b`."
    ]
    assert "restore its lock" in hints(author, "alias-unknown")[0]


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


def test_a_note_that_readers_have_is_not_one_that_is_gone_though_both_say_the_same(author: Author):
    author.notes(concepts=[concept("a"), concept("b", prompt="What is a?")])
    author.build()
    author.notes(concepts=[concept("a")])
    assert found(author) == []


def test_the_same_id_in_another_chapter_looks_moved(author: Author):
    author.write("ch02/outline.yaml", outline("ch02", "Two"))
    author.notes(concepts=[concept("a"), concept("z")])
    author.build()
    author.notes(concepts=[concept("z")])
    author.notes("ch02/notes.yaml", concepts=[concept("a", prompt="Edited?")])
    assert found(author) == [("renamed-without-alias", 2)]
    assert "aliases: [ch01/a]" in hints(author, "renamed-without-alias")[0]


def test_a_renamed_chapter_is_said_once_and_mended_by_an_alias_in_its_outline(author: Author):
    author.write("ch08/outline.yaml", outline("ch08", "Eight"))
    author.notes(concepts=[concept("a"), concept("b"), concept("c")])
    author.notes("ch08/notes.yaml", concepts=[concept("x")])
    author.build()
    author.write("ch01/outline.yaml", outline("ch07", "One"))
    author.notes("ch08/notes.yaml", concepts=[concept("y", prompt="What is x?")])
    assert found(author) == [("renamed-without-alias", 1), ("renamed-without-alias", 2)]
    author.notes("ch08/notes.yaml", concepts=[concept("x")])
    assert found(author) == [("renamed-without-alias", 1)]
    assert "Add `aliases: [ch01]` to this outline" in hints(author, "renamed-without-alias")[0]
    author.write("ch01/outline.yaml", {**outline("ch07", "One"), "aliases": ["ch01"]})
    assert found(author) == []
    assert author.build().retired == ()


def test_a_renamed_chapter_is_said_at_once_beside_errors_that_keep_no_note_from_being_read(author: Author):
    story = {"ch01/q": "Mine."}
    author.write("ch08/outline.yaml", outline("ch08", "Eight"))
    author.notes(
        concepts=[concept("b", aliases=["a"]), concept("c", aliases=["old-c"])], questions=[question("q")]
    )
    author.notes("ch08/notes.yaml", concepts=[concept("x", prompt="X?", covers=["ch01/first/p0"])])
    author.write("stories.yaml", story)
    author.build()
    author.write("ch01/outline.yaml", outline("ch07", "One"))
    author.notes("ch08/notes.yaml", concepts=[concept("x", prompt="![X](x.png)?", covers=["ch01/first/p0"])])
    (error,) = [
        one
        for one in author.plan()[2]
        if one.span.path != "ch08/notes.yaml" and "point-" not in one.code.name
    ]
    assert "Add `aliases: [ch01]` to this outline" in error.hint
    author.write("ch01/outline.yaml", {**outline("ch07", "One"), "aliases": ["ch01"]})
    author.notes("ch08/notes.yaml", concepts=[concept("x", prompt="X?", covers=["ch07/first/p0"])])
    assert found(author) == []
    assert author.build().retired == ()


def test_a_renamed_folder_without_an_outline_is_mended_by_its_name_or_an_outline(author: Author):
    author.notes("caching/notes.yaml", concepts=[concept("a", covers=["ch01/first/p0"])])
    author.build()
    (author.root / "caching").rename(author.root / "caches")
    assert found(author) == [("renamed-without-alias", 1)]
    assert hints(author, "renamed-without-alias") == [
        "Name the folder `caching` again, or give it an outline with `aliases: [caching]`."
    ]
    author.write(
        "caches/outline.yaml",
        {**outline("caches"), "number": 2, "deck": "Test::caching", "aliases": ["caching"]},
    )
    assert found(author) == []


def test_a_chapter_and_a_note_renamed_at_once_are_mended_by_an_alias_in_the_outline(author: Author):
    author.notes(concepts=[concept("a", answer="Short"), concept("z")])
    author.build()
    author.write("ch01/outline.yaml", outline("ch07", "One"))
    author.notes(concepts=[concept("b", aliases=["a"], prompt="Other?", answer="Else"), concept("z")])
    assert found(author) == [("renamed-without-alias", 1)]
    author.write("ch01/outline.yaml", {**outline("ch07", "One"), "aliases": ["ch01"]})
    assert found(author) == []


def test_a_note_that_is_broken_is_not_gone(author: Author):
    author.notes(clozes=[cloze("a", "{{c1::x}}")])
    author.build()
    same = {"id": "b", "covers": ["first/p1"], "text": "a: {{c1::x}}"}
    author.notes(clozes=[cloze("a", "x"), same])
    assert author.codes() == {"note-without-card"}


def test_a_note_that_is_new_in_a_renamed_chapter_is_just_new(author: Author):
    author.notes(concepts=[concept("a")])
    author.build()
    author.write("ch01/outline.yaml", {**outline("ch07", "One"), "aliases": ["ch01"]})
    author.notes(concepts=[concept("a"), concept("b", prompt="New?")])
    assert found(author) == []
    author.notes(concepts=[concept("a"), concept("b", prompt="New?", aliases=["x"])])
    assert messages(author, "alias-unknown") == [
        "`ch07/b` arrives as a new note: nothing was shipped as `ch07/x`."
    ]


def test_what_was_retired_before_is_not_looked_for(author: Author):
    author.notes(concepts=[concept("a"), concept("z")])
    author.build()
    author.notes(concepts=[concept("z")])
    author.build()
    author.notes(concepts=[concept("b", prompt="What is a?"), concept("z")])
    assert found(author) == []


def test_a_retired_note_of_another_chapter_did_not_move(author: Author):
    author.write("ch02/outline.yaml", outline("ch02", "Two"))
    author.notes(concepts=[concept("a"), concept("z")])
    author.build()
    author.notes(concepts=[concept("z")])
    author.build()
    author.notes("ch02/notes.yaml", concepts=[concept("a", prompt="Another?")])
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


@pytest.mark.parametrize(("count", "said"), [(20, True), (21, False)])
def test_words_that_many_notes_have_tell_nothing(author: Author, count: int, *, said: bool):
    author.notes(concepts=[concept(f"lag-{number}") for number in range(count)])
    author.build()
    author.notes(concepts=[concept("lag-new", prompt="New?")])
    found = messages(author, "maybe-renamed")
    assert ["`ch01/lag-0`" in message for message in found] == [
        True
    ] * said  # of those alike, the first by its id


TESTING = concept(
    "testing-effect", prompt="Why does recall help?", answer="It makes the path to a fact stronger."
)
SPACING = concept(
    "spacing", prompt="When to review?", answer="Just before one would forget, so that it takes an effort."
)


@pytest.mark.parametrize(
    ("note", "like"),
    [
        ({**TESTING, "answer": "It makes a path to the fact stronger."}, True),
        ({**TESTING, "answer": "Effort."}, True),  # the same prompt
        ({**TESTING, "prompt": "What do tests do?"}, True),  # the same answer
        ({**TESTING, "prompt": "How does it help?", "answer": "The path to a fact gets stronger."}, True),
        (concept("b", prompt="Why does sleep help?", answer="It makes one rested."), False),
        (concept("b", prompt="When does recall fail?", answer="Where nothing reminds one of it."), False),
    ],
)
def test_a_note_renamed_and_reworded_is_known_by_the_words_of_the_last_package(
    author: Author, note: dict[str, Any], *, like: bool
):
    author.package = author.root / "build" / "test.apkg"
    author.notes(concepts=[TESTING, SPACING])
    author.build()
    author.notes(concepts=[{**note, "id": "why-recall"}, SPACING])
    assert found(author) == ([("maybe-renamed", 2)] if like else [])
    if like:
        assert hints(author, "maybe-renamed")[0].startswith("Add `aliases: [testing-effect]`")
    author.package.write_bytes(b"no package")
    assert found(author) == []


def test_a_first_field_of_one_word_tells_a_note_and_a_short_answer_does_not(author: Author):
    author.package = author.root / "build" / "test.apkg"
    recall = concept("recall", prompt="Recall?", answer="Twice.")
    author.notes(concepts=[recall, SPACING])
    author.build()
    author.notes(concepts=[{**recall, "id": "b", "answer": "It makes the path to a fact stronger."}, SPACING])
    assert found(author) == [("maybe-renamed", 2)]
    author.notes(concepts=[concept("b", prompt="How often does one try?", answer="Twice."), SPACING])
    assert found(author) == []


def test_a_draft_under_a_new_id_looks_renamed_unless_an_alias_names_its_note(author: Author):
    author.notes(concepts=[concept("a"), concept("z")])
    author.build()
    draft = concept("b", prompt="What is a?", draft=True)
    author.notes(concepts=[draft, concept("z")])
    assert found(author) == [("renamed-without-alias", 2)]
    author.notes(concepts=[{**draft, "aliases": ["a"]}, concept("z")])
    assert found(author) == []


def test_the_alias_of_a_note_that_moved_to_another_chapter_names_the_chapter(author: Author):
    author.package = author.root / "build" / "test.apkg"
    author.write("ch02/outline.yaml", outline("ch02", "Two"))
    author.notes(concepts=[TESTING, SPACING])
    author.build()
    author.notes(concepts=[SPACING])
    author.notes("ch02/notes.yaml", concepts=[{**TESTING, "id": "why-recall", "why": "New."}])
    assert "`aliases: [ch01/testing-effect]`" in hints(author, "maybe-renamed")[0]


def test_words_that_many_notes_of_the_deck_have_do_not_make_two_alike(author: Author):
    author.package = author.root / "build" / "test.apkg"
    author.notes(concepts=[concept(name, answer=f"{name} one.") for name in ("alpha", "beta", "gamma")])
    author.build()
    author.notes(concepts=[concept(name, answer=f"{name} one.") for name in ("delta", "beta", "gamma")])
    assert found(author) == []
