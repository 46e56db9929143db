"""The promise: import again with Anki's default options, and just what changed is updated. Nothing is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from anki_collection import ImportLog, Reader
from author import Author, cloze, concept, outline
from conftest import MakeProject, Run

from deckgen.cli.change_lines import change_lines
from deckgen.lock.read import parse_lock

TERM = {
    "name": "Term",
    "list": "terms",
    "fields": [{"name": "word", "required": True}, {"name": "meaning"}, {"name": "origin"}],
    "cards": [{"name": "Define"}, {"name": "Recall"}],
}


@pytest.fixture
def author(tmp_path: Path) -> Author:
    return Author(tmp_path)


class Session:
    """A reader who has imported and reviewed a deck, and what they had before the next import."""

    def __init__(self, author: Author, reader: Reader) -> None:
        self.author, self.reader = author, reader
        reader.import_package(author.package)
        self.answered = reader.answer(50)
        assert self.answered
        self.remember()

    def remember(self) -> None:
        self.cards, self.reviews, self.notes = self.reader.cards(), self.reader.reviews(), self.reader.notes()
        self.types = self.reader.note_types()

    def update(self) -> ImportLog:
        """Build, import, and check what must hold after any import: all that was learnt is there."""
        self.author.build()
        log = self.reader.import_package(self.author.package)
        assert (log.conflicting, log.other) == (0, 0)
        assert self.reader.reviews() == self.reviews
        cards = self.reader.cards()
        assert {key: cards.get(key) for key in self.cards} == self.cards
        return log

    def note(self, words: str) -> Any:
        (note_id,) = self.reader.col.find_notes(words)
        return self.reader.col.get_note(note_id)


@pytest.fixture
def start(author: Author, reader: Reader):
    def begin(**kinds: list[dict[str, Any]]) -> Session:
        author.notes(**kinds)
        author.build()
        return Session(author, reader)

    return begin


def test_nothing_changed_updates_nothing(start):
    session = start(concepts=[concept("a"), concept("b")], clozes=[cloze("c", "{{c1::x}} {{c2::y}}")])
    assert session.update() == ImportLog(new=0, updated=0, duplicate=3, conflicting=0, other=0)


@pytest.mark.parametrize(
    "edited",
    [concept("a", answer="Edited"), concept("a", tags=["mine"]), concept("a", why="Because"), concept("a", source="p. 1")],
    ids=["field", "tag", "field added", "source"],
)  # fmt: skip
def test_an_edit_updates_its_note_alone(start, author: Author, edited: dict[str, Any]):
    session = start(concepts=[concept("a"), concept("b")])
    author.notes(concepts=[edited, concept("b")])
    log = session.update()
    assert (log.new, log.updated, log.duplicate) == (0, 1, 1)


def test_what_a_reader_added_to_an_unchanged_note_stays(start, author: Author, reader: Reader):
    session = start(concepts=[concept("a"), concept("b")])
    mine = session.note("What is b?")
    mine.tags.append("marked")
    mine["Example"] = "My own example"
    reader.col.update_note(mine)
    session.remember()
    author.notes(concepts=[concept("a", answer="Edited"), concept("b")])
    assert session.update().updated == 1
    assert "marked" in session.note("What is b?").tags
    assert session.note("What is b?")["Example"] == "My own example"


def test_a_note_that_moves_to_another_file_section_or_place_keeps_all(start, author: Author):
    session = start(concepts=[concept("a"), concept("b")])
    author.notes(concepts=[concept("b")])
    author.notes("ch01/deeper/other.yaml", concepts=[concept("a")])
    assert session.update().updated == 0
    author.notes("ch01/deeper/other.yaml", concepts=[concept("a", covers=["second/p4"])])
    assert session.update().updated == 1  # its tags name the section


def test_an_alias_carries_a_renamed_note(start, author: Author):
    session = start(concepts=[concept("a"), concept("b")])
    author.notes(concepts=[concept("renamed", prompt="What is a?", aliases=["a"]), concept("b")])
    log = session.update()
    assert (log.new, log.updated) == (0, 0)
    author.notes(concepts=[concept("renamed", prompt="What is a now?"), concept("b")])
    assert "alias-shipped" not in author.codes()
    log = session.update()
    assert (log.new, log.updated) == (0, 1)  # the alias may go once the lock knows the new id


def test_an_alias_carries_a_note_into_another_chapter_and_its_cards_stay_where_they_are(start, author: Author, reader: Reader):  # fmt: skip
    session = start(concepts=[concept("a"), concept("b")])
    author.write("ch02/outline.yaml", outline("ch02", "Two"))
    author.notes(concepts=[concept("b")])
    author.notes("ch02/notes.yaml", concepts=[concept("a", aliases=["ch01/a"], covers=["first/p0"])])
    changes = author.plan()[1]
    assert changes.moved == (("ch01/a", "ch02/a"),)
    assert "ch02/a: the cards that readers have stay in the deck that ch01/a was in" in list(
        change_lines(changes)
    )
    log = session.update()
    assert (log.new, log.updated) == (0, 1)
    assert {deck for deck, *_ in reader.cards().values()} == {"Test::01 One"}


def test_a_renamed_chapter_carries_its_notes(start, author: Author):
    session = start(concepts=[concept("a"), concept("b", aliases=["earlier"])])
    author.write("ch01/outline.yaml", {**outline("ch07"), "number": "01", "aliases": ["ch01"]})
    log = session.update()
    assert (log.new, log.updated) == (0, 2)  # tags name the chapter


def test_a_rename_without_an_alias_is_found(start, author: Author):
    start(concepts=[concept("a"), concept("b")])
    author.notes(concepts=[concept("renamed", prompt="What is a?"), concept("b")])
    assert "renamed-without-alias" in author.codes()


def test_an_id_that_another_note_had_is_refused(start, author: Author):
    session = start(concepts=[concept("a"), concept("b")])
    author.notes(concepts=[concept("renamed", prompt="What is a?", aliases=["a"]), concept("b")])
    session.update()
    author.notes(
        concepts=[concept("renamed", prompt="What is a?"), concept("b"), concept("a", prompt="New?")]
    )
    assert "id-reused" in author.codes()


def test_two_notes_that_trade_ids_are_found(start, author: Author):
    start(concepts=[concept("a", prompt="One?"), concept("b", prompt="Two?", answer="B")])
    author.notes(concepts=[concept("b", prompt="One?"), concept("a", prompt="Two?", answer="B")])
    assert "id-reused" in author.codes()


def test_a_removed_note_is_retired_and_comes_back_with_its_history(start, author: Author, reader: Reader):
    session = start(concepts=[concept("a"), concept("b")], clozes=[cloze("c", "{{c1::x}} {{c2::y}}")])
    author.notes(concepts=[concept("b")])
    log = session.update()
    assert (log.updated, log.duplicate) == (2, 1)
    assert len(reader.col.find_notes("tag:test::retired")) == 2
    for card_id in reader.col.find_cards("tag:test::retired"):
        output = reader.col.get_card(card_id).render_output()
        assert "This note is retired" in output.question_text
        assert "What is a?" not in output.question_text + output.answer_text
    assert not reader.col.get_empty_cards().notes

    assert session.update().updated == 0  # retired once, left alone from then on
    author.notes(concepts=[concept("a"), concept("b")], clozes=[cloze("c", "{{c1::x}} {{c2::y}}")])
    assert author.plan()[1].returned == ("ch01/a", "ch01/c")
    assert session.update().updated == 2
    assert not reader.col.find_notes("tag:test::retired")
    assert session.note("What is a?")["Retired"] == ""


def test_retired_notes_can_be_reported_and_not_shipped(tmp_path: Path, reader: Reader):
    author = Author(tmp_path, {"retired": "report"})
    author.notes(concepts=[concept("a"), concept("b")])
    author.build()
    session = Session(author, reader)
    author.notes(concepts=[concept("b")])
    assert session.update() == ImportLog(new=0, updated=0, duplicate=1, conflicting=0, other=0)
    assert session.note("What is a?")["Retired"] == ""
    author.notes(concepts=[concept("a"), concept("b")])
    assert session.update().updated == 0


def test_building_a_chapter_retires_nothing_of_another(start, author: Author, reader: Reader):
    author.write("ch02/outline.yaml", outline("ch02", "Two"))
    author.notes("ch02/notes.yaml", concepts=[concept("z")])
    session = start(concepts=[concept("a")])
    author.notes(concepts=[concept("a", answer="Edited")])
    author.request = {"chapters": {"ch01"}}
    assert session.update() == ImportLog(new=0, updated=1, duplicate=0, conflicting=0, other=0)
    author.request = {}
    assert session.update() == ImportLog(new=0, updated=0, duplicate=2, conflicting=0, other=0)
    assert not reader.col.find_notes("tag:test::retired")


def test_a_note_set_back_to_draft_is_left_as_readers_have_it(start, author: Author):
    session = start(concepts=[concept("a"), concept("b")])
    author.notes(concepts=[concept("a", draft="true", answer="Half done"), concept("b")])
    assert session.update() == ImportLog(new=0, updated=0, duplicate=1, conflicting=0, other=0)
    assert session.note("What is a?")["Answer"] == "A"


def test_a_note_set_back_to_draft_and_renamed_with_an_alias_is_left_and_comes_back_with_its_history(
    start, author: Author
):
    session = start(concepts=[concept("a"), concept("b")])
    author.notes(concepts=[concept("c", aliases=["a"], draft="true"), concept("b")])
    assert session.update() == ImportLog(new=0, updated=0, duplicate=1, conflicting=0, other=0)
    author.notes(concepts=[concept("c", aliases=["a"], answer="Done"), concept("b")])
    assert session.update() == ImportLog(new=0, updated=1, duplicate=1, conflicting=0, other=0)


def test_a_note_set_back_to_draft_and_renamed_without_an_alias_is_told_before_it_is_retired(
    start, author: Author
):
    start(concepts=[concept("a"), concept("b")])
    renamed = {**concept("a"), "id": "c", "draft": "true"}
    author.notes(concepts=[renamed, concept("b")])
    assert author.codes() == {"renamed-without-alias"}
    author.notes(concepts=[{**renamed, "aliases": ["a"]}, concept("b")])
    assert author.codes() == set()


def test_a_deletion_added_brings_its_card_and_one_removed_is_said(start, author: Author, reader: Reader):
    session = start(clozes=[cloze("c", "{{c1::x}} {{c2::y}}")])
    author.notes(clozes=[cloze("c", "{{c1::x}} {{c2::y}} {{c3::z}}")])
    assert session.update().updated == 1
    assert sorted(ord_ for _, ord_ in reader.cards()) == [0, 1, 2]
    author.notes(clozes=[cloze("c", "{{c1::x}} y {{c3::z}}")])
    assert "card-removed" in author.codes()
    session.update()
    assert [card_id for note in reader.col.get_empty_cards().notes for card_id in note.card_ids]


def test_deletions_that_trade_numbers_are_found(start, author: Author):
    start(clozes=[cloze("c", "{{c1::x}} {{c2::y}} {{c3::x}}")])
    author.notes(clozes=[cloze("c", "{{c1::y}} {{c2::z}} {{c3::x}}")])
    assert "cloze-renumbered" in author.codes()
    author.notes(clozes=[cloze("c", "{{c1::x}} {{c2::new words}} {{c3::x}}")])
    assert "cloze-renumbered" not in author.codes()


def test_styling_and_templates_stamp_the_note_type_alone(author: Author, reader: Reader):
    _write_type(author, TERM)
    author.notes(terms=[{"id": "t", "covers": ["first/p0"], "word": "Lag", "meaning": "Delay"}])
    author.build()
    session = Session(author, reader)
    author.write("notetypes/term/style.css", ".card { color: teal }")
    author.write("notetypes/term/define.back.html", "{{Meaning}} at last")
    assert session.update().updated == 0
    card = session.note("Lag").cards()[0]
    assert "color: teal" in card.note_type()["css"]
    assert "Delay at last" in card.answer()


def test_a_note_type_grows_within_its_slots(author: Author, reader: Reader):
    _write_type(author, TERM)
    note = {"id": "t", "covers": ["first/p0"], "word": "Lag", "meaning": "Delay", "origin": "Norse"}
    author.notes(terms=[note])
    author.build()
    session = Session(author, reader)

    fields = [
        {"name": "term", "aliases": ["word"]},
        {"name": "meaning"},
        {"name": "example"},
        {"name": "sound"},
    ]
    cards = [{"name": "Say what it means", "aliases": ["Define"]}, {"name": "Recall"}, {"name": "Sound"}]
    _write_type(author, {**TERM, "fields": fields, "cards": cards})
    note = {
        "id": "t",
        "covers": ["first/p0"],
        "term": "Lag",
        "meaning": "Delay",
        "example": "E",
        "sound": "lag",
    }
    author.notes(terms=[note, {**note, "id": "new", "term": "Skew", "sound": "skew"}])
    log = session.update()

    assert (log.new, log.updated) == (1, 1)
    assert reader.note_types() == session.types
    lag = session.note("Lag")
    assert (lag["Term"], lag["Example"], lag["Sound"]) == ("Lag", "E", "lag")
    assert "Norse" not in lag.fields
    assert [card.template()["name"] for card in lag.cards()] == ["Say what it means", "Recall", "Sound"]


def test_a_field_that_comes_back_takes_its_own_slot_again(author: Author, reader: Reader):
    """Readers may skip releases: Anki follows a name from slot to slot, in the templates too."""
    _write_type(author, TERM)
    note = {"id": "t", "covers": ["first/p0"], "word": "Lag", "meaning": "Delay", "origin": "Norse"}
    author.notes(terms=[note])
    author.build()
    session = Session(author, reader)
    _write_type(author, {**TERM, "fields": [TERM["fields"][0], TERM["fields"][2], {"name": "sound"}]})
    author.notes(
        terms=[{"id": "t", "covers": ["first/p0"], "word": "Lag", "origin": "Norse", "sound": "lag"}]
    )
    author.build()  # a release that this reader skips
    _write_type(author, {**TERM, "fields": [*TERM["fields"], {"name": "sound"}]})
    author.notes(terms=[{**note, "sound": "lag"}])
    assert session.update().updated == 1
    lag = session.note("Lag")
    assert (lag["Meaning"], lag["Origin"], lag["Sound"]) == ("Delay", "Norse", "lag")
    assert "{{Meaning}}" in lag.note_type()["tmpls"][1]["qfmt"]


def test_a_name_that_another_field_had_is_refused(author: Author):
    _write_type(author, TERM)
    author.notes(terms=[{"id": "t", "covers": ["first/p0"], "word": "Lag", "meaning": "Delay"}])
    author.build()
    renamed = [{"name": "term", "aliases": ["word"]}, *TERM["fields"][1:]]
    _write_type(author, {**TERM, "fields": renamed})
    author.notes(terms=[{"id": "t", "covers": ["first/p0"], "term": "Lag", "meaning": "Delay"}])
    author.build()
    file = "notetypes/term/notetype.yaml"
    author.write(file, {**TERM, "fields": [*renamed, {"name": "word"}]})
    assert "notetype-name-taken" in author.codes()
    author.write(file, {**TERM, "fields": [*renamed, {"name": "word", "label": "Spelling"}]})
    assert "notetype-name-taken" not in author.codes()


def test_fields_and_cards_may_change_their_order(author: Author, reader: Reader):
    _write_type(author, TERM)
    author.notes(terms=[{"id": "t", "covers": ["first/p0"], "word": "Lag", "meaning": "Delay"}])
    author.build()
    session = Session(author, reader)
    reordered = {**TERM, "fields": TERM["fields"][::-1], "cards": TERM["cards"][::-1]}
    author.write("notetypes/term/notetype.yaml", reordered)
    assert session.update().updated == 0


def test_a_renamed_list_of_an_own_note_type_keeps_its_notes(author: Author, reader: Reader):
    _write_type(author, TERM)
    note = {"id": "t", "covers": ["first/p0"], "word": "Lag", "meaning": "Delay"}
    author.notes(terms=[note, {**note, "id": "gone", "word": "Gone"}])
    author.build()
    session = Session(author, reader)
    _write_type(author, {**TERM, "list": "words", "aliases": ["terms"]})
    author.notes(words=[note])
    log = session.update()
    assert (log.new, log.updated) == (0, 2)  # the tag names the kind; the other note is retired
    assert reader.note_types() == session.types


def test_a_note_type_that_is_gone_retires_its_notes(author: Author, reader: Reader):
    _write_type(author, TERM)
    gap = {
        "name": "Gap",
        "list": "gaps",
        "cloze": True,
        "fields": [{"name": "text"}],
        "cards": [{"name": "Fill"}],
    }
    _write_type(author, gap, "{{cloze:Text}}")
    author.notes(
        terms=[{"id": "t", "covers": ["first/p0"], "word": "Lag", "meaning": "Delay"}],
        gaps=[{"id": "g", "covers": ["first/p0"], "text": "{{c1::a}} {{c3::b}}"}],
    )
    author.build()
    session = Session(author, reader)
    for file in sorted((author.root / "notetypes").rglob("*.*")):
        file.unlink()
    author.notes(concepts=[concept("a")])
    log = session.update()
    assert (log.new, log.updated) == (1, 2)
    assert len(reader.col.find_cards("tag:test::retired")) == 4
    assert not reader.col.get_empty_cards().notes


def test_a_note_type_without_a_free_slot_is_refused_and_a_new_generation_is_the_way_out(author: Author, reader: Reader):  # fmt: skip
    _write_type(author, TERM)
    note = {"id": "t", "covers": ["first/p0"], "word": "Lag", "meaning": "Delay"}
    author.notes(terms=[note])
    author.build()
    session = Session(author, reader)
    wide = {**TERM, "fields": [*TERM["fields"], *({"name": f"extra_{letter}"} for letter in "abcde")]}
    _write_type(author, wide)
    assert "notetype-full" in author.codes()

    _write_type(author, {**TERM, "generation": 2})
    assert "renamed-without-alias" not in author.codes()
    _write_type(author, {**wide, "generation": 2})
    log = session.update()
    assert (log.new, log.updated) == (1, 1)
    assert len(reader.col.find_notes("Lag")) == 1
    assert len(reader.col.find_notes("tag:test::retired")) == 1
    assert session.update() == ImportLog(new=0, updated=0, duplicate=2, conflicting=0, other=0)


def test_a_schema_change_that_is_asked_for_arrives_with_the_import_that_build_describes(author: Author, reader: Reader):  # fmt: skip
    _write_type(author, TERM)
    note = {"id": "t", "covers": ["first/p0"], "word": "Lag", "meaning": "Delay"}
    author.notes(terms=[note])
    author.build()
    session = Session(author, reader)
    wide = {**TERM, "fields": [*TERM["fields"], *({"name": f"extra_{letter}"} for letter in "abcde")]}
    _write_type(author, wide)
    author.notes(terms=[{**note, "extra_e": "E"}])
    author.request = {"allow_schema_change": True}
    author.build()
    log = reader.import_package(author.package, merge_notetypes=True, update_notes="always")
    assert (log.new, log.updated, log.conflicting) == (0, 1, 0)
    assert session.note("Lag")["Extra e"] == "E"
    assert reader.reviews() == session.reviews
    assert reader.note_types() == session.types
    author.request = {}
    assert session.update().updated == 0


def test_build_tells_how_to_import_a_schema_change(author: Author, run: Run):
    _write_type(author, TERM)
    author.notes(terms=[{"id": "t", "covers": ["first/p0"], "word": "Lag", "meaning": "Delay"}])
    author.build()
    wide = {**TERM, "fields": [*TERM["fields"], *({"name": f"extra_{letter}"} for letter in "abcde")]}
    _write_type(author, wide)
    assert run("build", author.root, "-o", "deck.apkg").exit_code == 1
    result = run("build", author.root, "-o", "deck.apkg", "--allow-schema-change")
    assert 'tick "Merge note types"' in result.stdout
    assert "Merge note types" not in run("build", author.root, "-o", "deck.apkg").stdout


def test_a_change_between_cloze_and_plain_is_refused(author: Author):
    gap = {"name": "Gap", "list": "gaps", "fields": [{"name": "text"}], "cards": [{"name": "Fill"}]}
    _write_type(author, gap)
    author.notes(gaps=[{"id": "g", "covers": ["first/p0"], "text": "{{c1::a}}"}])
    author.build()
    _write_type(author, {**gap, "cloze": True}, "{{cloze:Text}}")
    assert "notetype-form" in author.codes()


def test_an_edited_picture_reaches_the_reader(start, author: Author, reader: Reader):
    picture = author.root / "media" / "lag.png"
    picture.parent.mkdir()
    picture.write_bytes(b"one")
    session = start(concepts=[concept("a", example="![Lag](lag.png)"), concept("b")])
    picture.write_bytes(b"two")
    assert session.update().updated == 1
    name = session.note("What is a?")["Example"].split('"')[1]
    assert (Path(reader.col.media.dir()) / name).read_bytes() == b"two"


def test_a_story_updates_its_note_and_leaves_the_shared_lock_alone(author: Author, reader: Reader):
    question = {
        "id": "q",
        "covers": ["first/p0"],
        "ask": "Q?",
        "tests": "T",
        "structure": ["S"],
        "rubric": ["R"],
    }
    author.notes(questions=[question])
    author.build()
    session = Session(author, reader)
    lock = (author.root / "deckgen.lock").read_text()
    for story in ("I broke it.", "I broke it, and mended it."):
        author.write("stories.yaml", {"q": story})
        assert session.update().updated == 1
        assert session.note("Q?")["My story"] == story
        assert (author.root / "deckgen.lock").read_text() == lock
        assert session.update().updated == 0
    author.notes(questions=[{**question, "tests": "Edited"}])
    assert session.update().updated == 1
    (author.root / "stories.yaml").unlink()
    assert session.update().updated == 1
    assert session.note("Q?")["My story"] == ""


def test_a_package_built_for_others_holds_no_story(make_project: MakeProject, run: Run, reader: Reader):
    notes = "questions:\n  - {id: q, covers: [basics/first], ask: Q, tests: T, structure: [S], rubric: [R]}\n"
    root = make_project({"stories.yaml": "q: Secret."}, a=notes)
    assert run("build", root, "-o", "deck.apkg", "--no-stories").exit_code == 0
    reader.import_package(Path("deck.apkg"))
    assert "Secret" not in str(reader.notes())


def test_two_changes_within_a_second_both_arrive(make_project: MakeProject, run: Run, reader: Reader):
    notes = "concepts:\n  - {{id: a, covers: [basics/first], prompt: P?, answer: {}}}\n"
    for answer in ("One", "Two", "Three"):
        assert run("build", make_project(a=notes.format(answer)), "-o", "deck.apkg").exit_code == 0
        reader.import_package(Path("deck.apkg"))
        ((fields, _),) = reader.notes().values()
        assert answer in fields
    (note,) = parse_lock(Path("cards/deckgen.lock").read_text(), "deckgen.lock", "test")[0].notes.values()
    assert note.mod <= Path("deck.apkg").stat().st_mtime


def test_a_changed_deck_name_is_refused_until_the_author_chooses(start, author: Author, reader: Reader):
    session = start(concepts=[concept("a")])
    author.write("ch01/outline.yaml", outline(title="Uno"))
    assert "deck-renamed" in author.codes()
    author.write("ch01/outline.yaml", {**outline(title="Uno"), "deck": "Test::01 One"})
    assert "deck-renamed" not in author.codes()
    author.write("ch01/outline.yaml", outline(title="Uno"))
    author.request = {"allow_deck_rename": True}
    author.notes(concepts=[concept("a"), concept("b")])
    session.update()
    assert {deck for deck, *_ in reader.cards().values()} == {"Test::01 One", "Test::01 Uno"}


def _write_type(author: Author, definition: dict[str, Any], front: str | None = None) -> None:
    folder = f"notetypes/{definition['name'].lower()}"
    author.write(
        f"{folder}/notetype.yaml", {**definition, "cloze": str(definition.get("cloze", False)).lower()}
    )
    fields = [field["name"].replace("_", " ").capitalize() for field in definition["fields"]]
    for place, card in enumerate(definition["cards"]):
        stem = card["name"].lower().replace(" ", "-")
        author.write(f"{folder}/{stem}.front.html", front or f"{{{{{fields[place % len(fields)]}}}}} ")
        author.write(
            f"{folder}/{stem}.back.html",
            front or "".join(f"{{{{{name}}}}} " for name in fields),
        )
