"""What a build changes for readers: the notes, cards, decks and media that they get, and when each note changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from author import Author, cloze, concept, outline

from deckgen.build.plan import BuildRequest, plan_build
from deckgen.cli.change_lines import change_lines
from deckgen.lock.changes import find_changes
from deckgen.lock.model import Lock, LockedDeck
from deckgen.lock.read import parse_lock
from deckgen.lock.stamps import BuildTime
from deckgen.package.spool import Spool


@pytest.fixture
def author(tmp_path: Path) -> Author:
    return Author(tmp_path)


def lock(author: Author) -> Lock:
    return parse_lock((author.root / "deckgen.lock").read_text(), "deckgen.lock", "test")[0]


def stamps(author: Author) -> dict[str, int]:
    return {name.removeprefix("ch01/"): line.mod for name, line in lock(author).notes.items()}


def picture(author: Author, name: str, content: bytes) -> None:
    (author.root / "media").mkdir(exist_ok=True)
    (author.root / "media" / name).write_bytes(b"\x89PNG\r\n\x1a\n" + content)


def test_a_note_has_the_time_of_the_build_that_first_saw_its_content(author: Author):
    author.notes(concepts=[concept("a"), concept("b")])
    author.build()
    first = author.now
    author.notes(concepts=[concept("a"), concept("b", answer="Edited"), concept("c")])
    changes = author.build()
    assert stamps(author) == {"a": first, "b": author.now, "c": author.now}
    assert (changes.new, changes.changed, changes.unchanged) == (("ch01/c",), ("ch01/b",), 1)
    edited = author.now
    author.notes(concepts=[concept("c"), concept("b", answer="Edited")])
    changes = author.build()
    assert stamps(author) == {"a": author.now, "b": edited, "c": edited}
    assert (changes.retired, changes.unchanged) == (("ch01/a",), 2)
    changes = author.build()
    assert (changes.is_nothing(), changes.unchanged) == (True, 2)
    assert stamps(author)["a"] == author.now - 3600


def test_a_change_rises_above_the_last_stamp_though_the_clock_lies_behind(author: Author):
    author.notes(concepts=[concept("a")])
    author.build()
    first = author.now
    author.now -= 7200
    author.notes(concepts=[concept("a", answer="Edited")])
    assert "clock-behind" in author.codes()
    author.build()
    assert stamps(author) == {"a": first + 1}


def test_of_several_changes_the_one_that_is_latest_for_the_clock_is_told(author: Author):
    author.notes(concepts=[concept("a")])
    author.build()
    author.notes(concepts=[concept("a"), concept("b")])
    author.build()
    author.now -= 1800
    author.notes(concepts=[concept("a", answer="Edited"), concept("b", answer="Edited")])
    messages = [one.message for one in author.plan()[2] if one.code.name == "clock-behind"]
    assert ["An earlier build was stamped" in message for message in messages] == [True]


def test_a_build_of_a_fixed_time_ships_what_is_new_and_no_change(author: Author):
    def codes() -> list[str]:
        request = BuildRequest(BuildTime(author.now * 1000, fixed=True))
        with Spool() as spool:
            found = plan_build(author.root, request, spool).findings
        return [one.code.name for one in found if not one.code.name.startswith("point-")]

    author.notes(concepts=[concept("a"), concept("b")])
    author.build()
    author.notes(concepts=[concept("a")])
    assert codes() == ["source-date-epoch"]
    author.build()
    author.notes(concepts=[concept("a"), concept("c", prompt="New?")])
    assert codes() == []
    author.notes(concepts=[concept("a", answer="Edited")])
    assert codes() == ["source-date-epoch"]
    author.notes(concepts=[concept("a")])
    author.write("deckgen.yaml", {"name": "Test", "id": "test", "theme": {"size": 19}})
    assert codes() == ["source-date-epoch"]


def test_what_readers_have_of_a_wrong_clock_goes_on_above_it_from_change_to_change(author: Author):
    later = author.now + 10_000_000
    author.notes(concepts=[concept("a")])
    author.build()
    file = author.root / "deckgen.lock"
    text = file.read_text().replace(f" {author.now} ", f" {later} ")
    file.write_text(text.replace("lock 2 test\n", f"lock 2 test\nahead {later}\n"))
    for number in (1, 2):
        author.notes(concepts=[concept("a", answer=f"Edited {number}")])
        assert author.codes() == set()
        author.build()
        assert stamps(author) == {"a": later + number}


def test_a_note_that_is_retired_behind_the_clock_is_told_too(author: Author):
    author.notes(concepts=[concept("a"), concept("b")])
    author.build()
    author.now -= 7200
    author.notes(concepts=[concept("b")])
    assert "clock-behind" in author.codes()
    author.now += 7200
    assert "clock-behind" not in author.codes()


def test_notes_of_one_build_have_anki_ids_up_to_its_time_the_first_the_lowest(author: Author):
    author.notes(concepts=[concept("b"), concept("a"), concept("c")])
    author.build()
    now = author.now * 1000
    assert {name: line.anki_id - now for name, line in lock(author).notes.items()} == {
        "ch01/b": -2,
        "ch01/a": -1,
        "ch01/c": 0,
    }
    ids = {name: line.anki_id for name, line in lock(author).notes.items()}
    author.now -= 3600
    author.notes(concepts=[concept("b"), concept("a"), concept("c"), concept("d")])
    author.build()
    assert {name: line.anki_id for name, line in lock(author).notes.items()} == {**ids, "ch01/d": now - 3}


def test_decks_that_are_new_are_told_once(author: Author):
    author.notes(concepts=[concept("a")], clozes=[cloze("x", "{{c1::x}}")])
    assert author.build().decks == (("", "Test::01 One"),)
    author.write("ch02/outline.yaml", outline("ch02", "Two"))
    author.notes("ch02/notes.yaml", concepts=[concept("b")])
    assert author.build().decks == (("", "Test::02 Two"),)
    author.notes("ch02/more.yaml", clozes=[cloze("y", "{{c1::y}}")])  # a kind more in a deck that is there
    assert author.build().decks == ()


@pytest.mark.parametrize(
    ("title", "settings", "renames"),
    [
        ("Uno", {}, (("Test::01 One", "Test::01 Uno"),)),
        ("One", {"subdecks": {"concepts": "Facts"}}, (("Test::01 One", "Test::01 One::Facts"),)),
    ],
)
def test_a_deck_under_another_name_is_an_error_unless_its_author_insists(
    author: Author, title: str, settings: dict[str, object], renames: tuple[tuple[str, str], ...]
):
    author.notes(concepts=[concept("a"), concept("b")])
    author.build()
    author.write("deckgen.yaml", {"name": "Test", "id": "test", **settings})
    author.write("ch01/outline.yaml", outline("ch01", title))
    found = [one for one in author.plan()[2] if one.code.name == "deck-renamed"]
    assert len(found) == 1  # for all notes of the deck
    assert found[0].span.path == "ch01/outline.yaml"
    ((old, new),) = renames
    assert f"`{old}` would become `{new}`" in found[0].message
    keep = "subdecks: {concepts: ''}" if settings else "deck: Test::01 One"
    assert keep in found[0].hint
    author.request = {"allow_deck_rename": True}
    assert author.build().decks == renames
    author.request = {}
    assert author.build().is_nothing()


def pasted(hint: str) -> dict[str, Any]:
    """Return what a hint says to write, as YAML has it."""
    return dict(yaml.safe_load(hint.partition("`")[2].partition("` in ")[0]))


@pytest.mark.parametrize("title", ["Windows: plans # 1", "Plans # 1", "- dash", "'quoted'", "a, b"])
def test_what_keeps_the_name_of_a_deck_can_be_pasted(author: Author, title: str):
    author.write("ch01/outline.yaml", outline(title=title))
    author.notes(concepts=[concept("a")])
    author.build()
    author.write("ch01/outline.yaml", outline(title="Other"))
    (found,) = [one for one in author.plan()[2] if one.code.name == "deck-renamed"]
    author.write("ch01/outline.yaml", {**outline(title="Other"), **pasted(found.hint)})
    assert "deck-renamed" not in author.codes()


@pytest.mark.parametrize("name", ["Test", "Interviews: year # 1"])
def test_another_name_of_the_project_is_one_finding_that_one_line_mends(author: Author, name: str):
    author.write("deckgen.yaml", {"name": name, "id": "test", "subdecks": {"clozes": "Gaps"}})
    author.write("ch02/outline.yaml", outline("ch02", "Two"))
    author.write("ch03/outline.yaml", {**outline("ch03", "Three"), "deck": "Elsewhere::Three"})
    for chapter in ("ch01", "ch02", "ch03"):
        author.notes(f"{chapter}/a.yaml", concepts=[concept("a")], clozes=[cloze("b", "{{c1::b}}")])
    author.build()
    author.write("deckgen.yaml", "id: test\nname: Other\nsubdecks: {clozes: Gaps}\n")
    (found,) = [one for one in author.plan()[2] if one.code.name == "deck-renamed"]
    assert (found.span.path, found.span.line) == ("deckgen.yaml", 2)
    assert found.message.startswith(f"The deck `{name}` would become `Other`")
    author.write("deckgen.yaml", {"id": "test", "subdecks": {"clozes": "Gaps"}, **pasted(found.hint)})
    assert "deck-renamed" not in author.codes()


def test_a_deck_that_moves_to_the_name_of_the_project_is_not_blamed_on_that_name(author: Author):
    author.write("ch02/outline.yaml", {**outline("ch02", "Two"), "deck": "Elsewhere::02 Two"})
    for chapter in ("ch01", "ch02"):
        author.notes(f"{chapter}/a.yaml", concepts=[concept("a")])
    author.build()
    author.write("ch02/outline.yaml", outline("ch02", "Two"))
    (found,) = [one for one in author.plan()[2] if one.code.name == "deck-renamed"]
    assert found.span.path == "ch02/outline.yaml"


def test_the_later_of_two_names_of_a_deck_is_the_later_in_the_lock_though_the_clock_lies_behind(
    author: Author,
):
    author.notes(concepts=[concept("a")])
    author.build()
    author.request = {"allow_deck_rename": True}
    author.write("ch01/outline.yaml", outline("ch01", "Uno"))
    author.build()
    assert lock(author).decks["ch01/concepts"] == LockedDeck("Test::01 Uno", author.now)
    renamed = author.now
    author.now -= 7200
    author.write("ch01/outline.yaml", outline("ch01", "Un"))
    author.build()
    assert lock(author).decks["ch01/concepts"] == LockedDeck("Test::01 Un", renamed + 1)


def test_a_subdeck_that_was_shipped_is_kept_by_its_name(author: Author):
    author.write("deckgen.yaml", {"name": "Test", "id": "test", "subdecks": {"concepts": "Facts"}})
    author.notes(concepts=[concept("a")])
    author.build()
    author.write("deckgen.yaml", {"name": "Test", "id": "test", "subdecks": {"concepts": "Things"}})
    (found,) = [one for one in author.plan()[2] if one.code.name == "deck-renamed"]
    assert "`Test::01 One::Facts` would become `Test::01 One::Things`" in found.message
    assert "subdecks: {concepts: Facts}" in found.hint
    author.write("deckgen.yaml", {"name": "Test", "id": "test", "subdecks": {"concepts": "Facts"}})
    author.write("ch01/outline.yaml", outline("ch01", "Uno"))
    (found,) = [one for one in author.plan()[2] if one.code.name == "deck-renamed"]
    assert "`Test::01 One` would become `Test::01 Uno`" in found.message
    assert "deck: Test::01 One`" in found.hint


def test_media_that_come_and_go_are_told(author: Author):
    picture(author, "a.png", b"a")
    picture(author, "b.png", b"b")
    author.notes(
        concepts=[concept("a", answer="![b](b.png) ![a](a.png)"), concept("b", answer="![a](a.png)")]
    )
    changes = author.build()
    assert (len(changes.media_added), changes.media_dropped) == (2, ())
    shipped = [file.package_name for file in author.plan()[0].media]
    assert shipped == sorted(shipped)
    assert sorted(lock(author).media.values()) == ["media/a.png", "media/b.png"]
    author.notes(concepts=[concept("a"), concept("b", answer="![a](a.png)")])
    changes = author.build()
    assert (changes.media_added, len(changes.media_dropped)) == ((), 1)
    assert list(lock(author).media.values()) == ["media/a.png"]


def test_a_chapter_that_was_not_built_keeps_its_lines(author: Author):
    picture(author, "a.png", b"a")
    author.write("ch02/outline.yaml", outline("ch02", "Two"))
    author.notes(concepts=[concept("a", answer="![a](a.png)")])
    author.notes("ch02/notes.yaml", concepts=[concept("b")])
    author.build()
    before = lock(author)
    author.request = {"chapters": {"ch02"}}
    author.notes(concepts=[concept("a", answer="Edited")])
    assert author.build().is_nothing()
    assert lock(author) == before


def test_a_forgotten_note_keeps_its_line(author: Author):
    author.notes(concepts=[concept("a"), concept("b")])
    author.build()
    author.notes(concepts=[concept("b")])
    author.build()
    file = author.root / "deckgen.lock"
    file.write_text(file.read_text().replace("retired ch01/a", "forgotten ch01/a"))
    before = lock(author)
    assert author.build().is_nothing()
    assert lock(author) == before
    assert lock(author).notes["ch01/a"].forgotten


@pytest.mark.parametrize("part", ["new", "retired", "renamed", "decks", "media", "note_types"])
def test_nothing_is_said_to_change_only_where_nothing_does(author: Author, part: str):
    author.notes(concepts=[concept("a")])
    author.build()
    before = lock(author)
    same = find_changes(before, before, {})
    assert same.is_nothing()
    line = before.notes["ch01/a"]
    after = {
        "new": Lock("test", {**before.notes, "ch01/b": line}, before.note_types, before.decks),
        "retired": parse_lock(
            (author.root / "deckgen.lock").read_text().replace("note ch01", "retired ch01"), "", "test"
        )[0],
        "renamed": Lock("test", {"ch01/b": line}, before.note_types, before.decks),
        "decks": Lock("test", before.notes, before.note_types, {"ch01/concepts": LockedDeck("Other")}),
        "media": Lock("test", before.notes, before.note_types, before.decks, {"a.png": "media/a.png"}),
        "note_types": Lock(
            "test", before.notes, {**before.note_types, "b": before.note_types["concepts"]}, before.decks
        ),
    }[part]
    assert not find_changes(before, after, {"ch01/b": "ch01/a"} if part == "renamed" else {}).is_nothing()
    if part == "media":
        assert not find_changes(after, before, {}).is_nothing()


TERM_FIELDS: list[dict[str, Any]] = [
    {"name": "both", "joins": ["word", "hint"]},
    {"name": "word"},
    {"name": "hint", "type": "text"},
]


def write_terms(author: Author, fields: list[dict[str, Any]], front: str = "{{Both}}", **term: Any) -> None:
    note_type = {"name": "Term", "list": "terms", "fields": fields, "cards": [{"name": "say"}]}
    author.write("notetypes/term/notetype.yaml", note_type)
    author.write("notetypes/term/say.front.html", front)
    author.write("notetypes/term/say.back.html", "{{Hint}}")
    author.notes(terms=[{"id": "t", "covers": ["first/p0"], "word": "W", "hint": "H", **term}])


def test_words_and_fields_that_an_author_makes_otherwise_are_a_change(author: Author):
    write_terms(author, TERM_FIELDS)
    author.build()
    both, word, hint = TERM_FIELDS
    for write in (
        lambda: author.write("deckgen.yaml", {"name": "Test", "id": "test", "words": {"or": "oder"}}),
        lambda: write_terms(author, [{**both, "joins": ["hint", "word"]}, word, hint]),
        lambda: write_terms(author, [both, word, {**hint, "type": "list"}], hint=["H"]),
    ):
        write()
        assert "rendered-anew" not in author.codes()
        assert author.build().changed == ("ch01/t",)
        assert author.build().is_nothing()


def test_a_note_type_that_goes_leaves_retired_notes_alone_and_may_come_back(author: Author):
    write_terms(author, TERM_FIELDS)
    author.build()
    author.notes(concepts=[concept("a")])
    note_type = (author.root / "notetypes").rename(author.root / ".kept")
    lines = list(change_lines(author.build()))
    assert "note type terms: only retired notes are left" in lines
    note_type.rename(author.root / "notetypes")
    write_terms(author, TERM_FIELDS)
    lines = list(change_lines(author.build()))
    assert "note type terms: in use again" in lines


def test_a_note_that_was_retired_unshipped_counts_as_retired_once_it_is_shipped(author: Author):
    author.notes(concepts=[concept("a"), concept("b")])
    author.build()
    author.write("deckgen.yaml", {"name": "Test", "id": "test", "retired": "report"})
    author.notes(concepts=[concept("a")])
    author.build()
    author.write("deckgen.yaml", {"name": "Test", "id": "test"})
    changes = author.build()
    assert (changes.changed, changes.retired) == ((), ("ch01/b",))
    assert author.build().is_nothing()
