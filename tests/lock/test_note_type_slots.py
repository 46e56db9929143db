"""Which slot each field and card of a note type takes, so that Anki sees one note type from build to build."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from anki_collection import Reader
from author import Author

from deckgen.lock.model import Lock, LockedNoteType
from deckgen.lock.read import parse_lock
from deckgen.lock.slots import Wanted, is_within, take_slots
from deckgen.model.ids import entity_id


@pytest.mark.parametrize(
    ("wanted", "shipped", "slots", "homeless"),
    [
        (["a", "b"], "a b -", "a b -", []),
        (["b", "a"], "a b -", "a b -", []),  # order is nothing
        (["a", "c"], "a b - -", "a ~ c -", []),  # a slot never used comes before one that was
        (["a", "c", "d"], "a b -", "a d c", []),
        (["a", "c", "d"], "a ~ b -", "a d ~ c", []),
        (["a", "c", "d"], "a b", "a c", ["d"]),
        (["c", "d", "e"], "a b", "c d", ["e"]),
        ([("c", "b")], "a b -", "~ c -", []),  # by an alias
        ([("b", "a"), ("a",)], "a -", "b a", []),
        ([], "a - ~", "~ - ~", []),
        (["a"], "", "", ["a"]),
    ],
)
def test_what_is_there_keeps_its_slot_and_what_is_new_takes_a_free_one(
    wanted: list[Any], shipped: str, slots: str, homeless: list[str]
):
    wants = [Wanted(one) if isinstance(one, str) else Wanted(one[0], one[1:]) for one in wanted]
    assert take_slots(wants, shipped.split()) == (tuple(slots.split()), homeless)


def test_what_comes_back_takes_the_slot_that_it_had():
    wants = [Wanted("a"), Wanted("c"), Wanted("b", former_slot=1)]
    assert take_slots(wants, ["a", "~", "-", "-"]) == (("a", "b", "c", "-"), [])


@pytest.mark.parametrize(
    ("less", "more", "expected"),
    [
        ("a -", "a b", True),
        ("a b", "a b", True),
        ("a b", "a b -", True),
        ("a b -", "a b", False),
        ("a b", "a c", False),
        ("a ~", "a b", False),
        ("- b", "a b c", True),
    ],
)
def test_slots_are_within_those_that_they_grew_into(less: str, more: str, *, expected: bool):
    assert is_within(less.split(), more.split()) is expected


class Project:
    """An author with a note type of their own, and what its line in the lock becomes."""

    def __init__(self, folder: Path) -> None:
        self.author = Author(folder)
        self.author.notes(terms=[{"id": "t", "covers": ["first/p0"], "word": "W"}])

    def write(
        self,
        fields: list[str | dict[str, Any]],
        cards: Sequence[str | dict[str, Any]] = ("say",),
        **more: Any,
    ) -> None:
        named = [{"name": one} if isinstance(one, str) else one for one in fields]
        made = [{"name": one} if isinstance(one, str) else one for one in cards]
        note_type = {"name": "Term", "list": "terms", "fields": named, "cards": made, **more}
        self.author.write("notetypes/term/notetype.yaml", note_type)
        for card in made:
            for side in ("front", "back"):
                self.author.write(f"notetypes/term/{card['name'].replace(' ', '-')}.{side}.html", self.front)

    front = "{{Word}}"

    def build(self, key: str = "terms") -> LockedNoteType:
        self.changes = self.author.build()
        return self.line(key)

    def line(self, key: str = "terms") -> LockedNoteType:
        return self.lock().note_types[key]

    def lock(self) -> Lock:
        return parse_lock((self.author.root / "deckgen.lock").read_text(), "deckgen.lock", "test")[0]

    def own(self) -> list[str]:
        """Return what stands in each slot of a field but those that every note type has."""
        return [key for key in self.line().slots.fields if not key.startswith("@")]

    def hints(self, code: str) -> list[str]:
        return [f"{one.message} {one.hint}" for one in self.author.plan()[2] if one.code.name == code]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_a_new_note_type_has_spare_fields_and_cards(project: Project):
    project.write(["word"], aliases=["words"])
    line = project.build()
    assert project.own() == ["word", *["-"] * 4]
    assert line.slots.fields[-5] == "@reserved"
    assert line.slots.cards == ("say", "-", "-")
    assert line.mod == project.author.now
    assert line.anki_id == entity_id(
        "notetype", "test", "terms"
    )  # by its list alone: the same if the lock is lost
    assert line.slots.field_names()[-1] == f"Reserved {len(line.slots.fields)} (leave as it is)"


def test_a_cloze_has_one_card_and_no_spare_one(project: Project):
    project.front = "{{cloze:Word}}"
    project.author.notes(terms=[{"id": "t", "covers": ["first/p0"], "word": "{{c1::W}}"}])
    project.write(["word"], cloze=True)
    line = project.build()
    assert (line.slots.cards, line.is_cloze) == (("say",), True)
    project.write(["word"], ["tell"], cloze=True)
    assert project.build().slots.cards == ("tell",)


def test_fields_and_cards_that_come_and_go_keep_the_schema(project: Project):
    project.write(["word"])
    first = project.build()
    project.write(["word", "origin"], ["say", "tell"])
    second = project.build()
    assert (len(second.slots.fields), second.slots.cards) == (len(first.slots.fields), ("say", "tell", "-"))
    assert second.anki_id == first.anki_id
    (change,) = project.changes.note_types
    assert (change.fields_added, change.cards_added) == (("origin",), ("tell",))
    assert (change.key, change.is_new, change.fields_dropped, change.cards_dropped) == (
        "terms",
        False,
        (),
        (),
    )
    assert second.mod == project.author.now
    project.write(["word"])
    third = project.build()
    assert third.slots.cards == ("say", "~", "-")
    assert project.own() == ["word", "~", "-", "-", "-"]
    (change,) = project.changes.note_types
    assert (change.fields_dropped, change.cards_dropped) == (("origin",), ("tell",))
    project.write(["word", "sound", "origin"])
    project.build()
    assert project.own() == ["word", "origin", "sound", "-", "-"]  # back in the slot that it had
    assert project.author.build().is_nothing()


def test_a_template_that_was_dropped_is_said_and_a_renamed_one_is_not(project: Project):
    project.write(["word"], ["say", "tell me"])
    project.build()
    project.write(["word"], ["say"])
    assert ["`tell_me`" in text for text in project.hints("card-removed")] == [True]
    project.write(["word"], ["say", {"name": "ask me", "aliases": ["tell me"]}])
    assert project.hints("card-removed") == []
    assert project.build().slots.cards == ("say", "ask_me", "-", "-")
    (change,) = project.changes.note_types
    assert (change.renamed, change.cards_added, change.cards_dropped) == ((("tell_me", "ask_me"),), (), ())


def test_a_new_card_or_field_where_one_is_gone_may_be_the_same_renamed(project: Project):
    project.write(["word", "hint"], ["say", "tell me"])
    project.build()
    project.write(["word", "clue"], ["say", "ask me"])
    assert project.hints("card-removed") == []
    assert [text.split("`")[3::2] for text in sorted(project.hints("maybe-renamed-part"))] == [
        ["ask me", "tell_me", "aliases: [tell_me]", "ask me"],
        ["clue", "hint", "aliases: [hint]", "clue"],
    ]
    renamed = ["word", {"name": "clue", "aliases": ["hint"]}]
    project.write(renamed, ["say", {"name": "ask me", "aliases": ["tell_me"]}])
    assert project.hints("maybe-renamed-part") == []
    project.write(["word", "hint"], ["say", "tell me", "ask me"])
    assert project.hints("maybe-renamed-part") == []


def test_a_field_that_comes_back_or_a_cloze_card_with_another_name_is_not_new(project: Project):
    project.write(["word", "hint"])
    project.build()
    project.write(["word"])
    project.build()
    project.write(["hint", "word"])
    assert project.hints("maybe-renamed-part") == []


def test_a_note_type_without_a_spare_slot_is_an_error_unless_its_author_insists(project: Project):
    project.write(["word"])
    before = project.build()
    project.write(["word", "a", "b", "c", "d", "e"], ["say", "one", "two", "three"])
    (text,) = project.hints("notetype-full")
    assert "`e`, `three`" in text
    assert "generation: 2" in text
    (full,) = [one for one in project.author.plan()[2] if one.code.name == "notetype-full"]
    assert full.span.path == "notetypes/term/notetype.yaml"
    project.author.request = {"allow_schema_change": True}
    after = project.build()
    assert len(after.slots.fields) == len(before.slots.fields) + 5
    assert project.own() == ["word", "a", "b", "c", "d", "e", *["-"] * 4]
    assert after.slots.cards == ("say", "one", "two", "three", "-", "-")


@pytest.mark.parametrize("cloze_first", [True, False])
def test_cloze_and_plain_cannot_be_turned_into_each_other(project: Project, *, cloze_first: bool):
    forms: list[Callable[[], None]] = [
        lambda: project.write(["word"]),
        lambda: project.write(["word"], cloze=True),
    ]
    if cloze_first:
        forms.reverse()
        project.author.notes(terms=[{"id": "t", "covers": ["first/p0"], "word": "{{c1::W}}"}])
    fronts = ["{{cloze:Word}}", "{{Word}}"] if cloze_first else ["{{Word}}", "{{cloze:Word}}"]
    project.front = fronts[0]
    forms[0]()
    project.build()
    project.front = fronts[1]
    forms[1]()
    (finding,) = (one for one in project.author.plan()[2] if one.code.name == "notetype-form")
    words = ("shipped as a cloze and is now plain", "shipped as plain and is now a cloze")
    assert words[not cloze_first] in finding.message
    assert "generation: 2" in finding.hint


def test_a_name_that_another_field_has_had_is_an_error(project: Project, reader: Reader):
    project.write(["word", "sense"])
    project.build()
    project.write([{"name": "word", "label": "Term"}, {"name": "sense", "label": "Word"}])
    (text,) = project.hints("notetype-name-taken")
    assert text.startswith("A field of `Term` is named `Word`")
    project.front = "{{Term}}"
    project.write([{"name": "word", "label": "Term"}, "sense"])
    line = project.build()
    assert line.slots.names[0] == ("Term", "Word")
    reader.import_package(project.author.package)
    assert "Term" in reader.col.models.field_names(reader.col.models.get(line.anki_id))
    project.front = "{{Word}}"
    project.write(["word", "sense"])  # its own earlier name
    assert project.build().slots.names[0] == ("Word", "Term")


def test_a_later_generation_starts_its_notes_anew_and_retires_the_earlier_ones(project: Project):
    project.write(["word"])
    project.build()
    before = project.lock()
    project.write(["word"], generation=2)
    project.build()
    after = project.lock()
    assert after.note_types.keys() == {"terms", "terms@2"}
    assert after.note_types["terms"].anki_id != after.note_types["terms@2"].anki_id
    assert after.notes["ch01/t"].guid != before.notes["ch01/t"].guid
    assert after.notes["ch01/t@1"].guid == before.notes["ch01/t"].guid
    assert (after.notes["ch01/t@1"].retired, after.notes["ch01/t"].retired) == (True, False)
    assert project.changes.new == ()  # the line that moved aside is of a note that readers have
    assert [code for code in project.author.codes() if "renamed" in code] == []
    assert project.author.build().is_nothing()
    project.write(["word"], generation=3)
    project.build("terms@3")
    assert len({line.guid for line in project.lock().notes.values()}) == 3


def test_a_note_type_under_another_list_keeps_its_notes_by_an_alias(project: Project):
    project.write(["word"])
    project.build()
    before = project.lock()
    project.author.notes(words=[{"id": "t", "covers": ["first/p0"], "word": "W"}])
    project.write(["word"], list="words", aliases=["terms"])
    project.build("words")
    after = project.lock()
    assert after.note_types["words"].anki_id == before.note_types["terms"].anki_id
    assert after.notes["ch01/t"].guid == before.notes["ch01/t"].guid
    assert after.note_types.keys() == {"words"}
    assert after.decks == {"ch01/words": before.decks["ch01/terms"]}
    assert project.changes.new == project.changes.retired == ()


def test_a_style_or_a_template_that_changes_is_a_change_and_nothing_else_is(project: Project):
    project.write(["word"])
    first = project.build()
    assert project.build().mod == first.mod
    project.author.write("notetypes/term/style.css", ".card { color: teal }")
    assert project.build().mod == project.author.now
    project.author.write("notetypes/term/say.back.html", "{{Word}}!")
    assert project.build().mod == project.author.now
    assert [change.key for change in project.changes.note_types] == ["terms"]
    assert project.changes.changed == ()


def test_a_note_type_that_changes_behind_the_clock_is_told(project: Project):
    project.write(["word"])
    project.build()
    project.author.now -= 7200
    assert "clock-behind" in project.author.codes()  # of the stamps that readers have
    project.author.write("notetypes/term/style.css", ".card { color: teal }")
    (found,) = [one for one in project.author.plan()[2] if one.code.name == "clock-behind"]
    assert "earlier build" in found.message


@pytest.mark.parametrize("is_cloze", [False, True])
def test_a_kind_whose_note_type_is_gone_retires_its_notes(
    project: Project, reader: Reader, *, is_cloze: bool
):
    if is_cloze:
        project.front = "{{cloze:Word}}"
        project.author.notes(terms=[{"id": "t", "covers": ["first/p0"], "word": "{{c1::W}}"}])
    project.write(["word"], cloze=is_cloze)
    before = project.build()
    for file in (project.author.root / "notetypes" / "term").iterdir():
        file.unlink()
    (project.author.root / "notetypes" / "term").rmdir()
    project.author.notes(concepts=[{"id": "c", "covers": ["first/p0"], "prompt": "P", "answer": "A"}])
    after = project.build()
    assert project.changes.retired == ("ch01/t",)
    assert project.lock().notes["ch01/t"].retired
    assert (after.is_cloze, after.slots) == (before.is_cloze, before.slots)
    reader.import_package(project.author.package)
    (card,) = map(reader.col.get_card, reader.col.find_cards("tag:test::retired"))
    assert "retired" in card.question()
    open_fields = [each["name"] for each in card.note_type()["flds"] if not each["collapsed"]]
    assert open_fields == ["Word"]
    assert project.author.build().is_nothing()
