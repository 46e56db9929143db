"""A lock that is lost is written anew from a package: what comes after is as if it had never been lost."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from anki_collection import ImportLog, Reader
from author import Author, cloze, concept, outline, question
from conftest import Run
from foreign_packages import NoteSpec, write_genanki
from manuscript import EDITS, Manuscript

from deckgen.lock.changes import Changes

TERM = {
    "name": "Term",
    "list": "terms",
    "fields": [{"name": "word", "required": True}, {"name": "meaning"}],
    "cards": [{"name": "Define"}],
}


@pytest.fixture
def author(tmp_path: Path) -> Author:
    return Author(tmp_path)


class Loss:
    """The lock of a project, and all that builds noted on the machine, are lost; the package is not."""

    def __init__(self, author: Author, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        self.author, self.run, self.monkeypatch = author, run, monkeypatch
        self.lock = author.root / "deckgen.lock"

    def recover(self) -> str:
        """Lose the lock and write it anew; return the lost one."""
        lost = self.lock.read_text()
        self.lock.unlink()
        self.monkeypatch.setenv("XDG_STATE_HOME", str(self.author.root.parent / f"state-{self.author.now}"))
        result = self.run("recover", self.author.package, "--project", self.author.root)
        assert (result.exit_code, result.stderr) == (0, "")
        return lost


@pytest.fixture
def loss(author: Author, run: Run, monkeypatch: pytest.MonkeyPatch) -> Loss:
    return Loss(author, run, monkeypatch)


def write_type(author: Author, note_type: dict[str, Any]) -> None:
    author.write("notetypes/term/notetype.yaml", note_type)
    author.write("notetypes/term/style.css", ".card { color: teal }")
    author.write("notetypes/term/define.front.html", "{{Word}}")
    author.write("notetypes/term/define.back.html", "{{FrontSide}}")


def is_nothing(changes: Changes) -> bool:
    return not (changes.new or changes.changed or changes.retired or changes.note_types or changes.decks)


def test_a_build_after_it_writes_the_lock_that_was_lost_and_sends_nothing(
    author: Author, loss: Loss, reader: Reader
):
    kept = {
        "concepts": [concept("a", tags=["mine"]), concept("b")],
        "clozes": [cloze("g", "{{c1::x}} and {{c3::y}}")],
        "questions": [question("q")],
    }
    author.notes(**{**kept, "concepts": [*kept["concepts"], concept("c")]})
    author.build()
    author.notes(**kept)
    author.build()
    reader.import_package(author.package)
    lost = loss.recover()
    assert is_nothing(author.build())
    assert loss.lock.read_text() == lost
    assert reader.import_package(author.package) == ImportLog(
        new=0, updated=0, duplicate=5, conflicting=0, other=0
    )
    author.notes(**{**kept, "concepts": [concept("a", tags=["mine"], answer="Better"), concept("b")]})
    author.build()
    assert reader.import_package(author.package) == ImportLog(
        new=0, updated=1, duplicate=4, conflicting=0, other=0
    )


def test_the_readers_own_words_are_no_change(author: Author, loss: Loss, reader: Reader):
    author.notes(questions=[question("q")])
    author.write("stories.yaml", {"ch01/q": "What I did"})
    author.build()
    reader.import_package(author.package)
    loss.recover()
    author.build()
    assert reader.import_package(author.package).updated == 0
    author.request = {"with_stories": False}
    assert is_nothing(author.build())


def test_a_note_renamed_before_or_after_the_loss_is_not_doubled(author: Author, loss: Loss, reader: Reader):
    author.notes(concepts=[concept("a"), concept("b")])
    author.build()
    author.notes(concepts=[concept("aa", aliases=["a"]), concept("b")])
    author.build()
    reader.import_package(author.package)
    loss.recover()
    author.notes(concepts=[concept("aa", aliases=["a"]), concept("bb", aliases=["b"])])
    author.build()
    log = reader.import_package(author.package)
    assert (log.new, log.updated, len(reader.notes())) == (0, 1, 2)  # the front says the new name


def test_a_note_type_that_had_grown_does_not_conflict(author: Author, loss: Loss, reader: Reader):
    write_type(author, TERM)
    words = [{"id": "w", "covers": ["first/p0"], "word": "Lag", "meaning": "M"}]
    author.notes(terms=words)
    author.build()
    reader.import_package(author.package)
    more = [{"name": f"more_{number}", "label": f"More of it {number}"} for number in range(6)]
    write_type(author, {**TERM, "fields": [*more, *TERM["fields"]]})
    words = [{**words[0], "more_3": "Three"}]
    author.notes(terms=words)
    author.request = {"allow_schema_change": True}
    author.build()
    reader.import_package(author.package, merge_notetypes=True, update_notes="always")
    (note_id,) = reader.col.find_notes("")
    places = {text: place for place, text in enumerate(reader.col.get_note(note_id).fields)}
    loss.recover()
    author.request = {}
    assert is_nothing(author.build())
    # A field renamed since keeps its slot.
    fields = [*more, TERM["fields"][0], {"name": "sense", "aliases": ["meaning"]}]
    write_type(author, {**TERM, "fields": fields})
    author.notes(terms=[{"id": "w", "covers": ["first/p0"], "word": "Lag", "sense": "S", "more_3": "Three"}])
    author.build()
    log = reader.import_package(author.package)
    assert (log.new, log.updated, log.conflicting) == (0, 1, 0)
    fields = reader.col.get_note(note_id).fields
    assert [fields[places[word]] for word in ("Lag", "M", "Three")] == ["Lag", "S", "Three"]


def test_a_note_removed_before_the_loss_was_found_is_retired_and_may_come_back(
    author: Author, loss: Loss, reader: Reader
):
    author.notes(concepts=[concept("a"), concept("b")])
    author.build()
    reader.import_package(author.package)
    author.notes(concepts=[concept("a")])
    loss.recover()
    author.build()
    assert reader.import_package(author.package).updated == 1
    assert len(reader.col.find_notes("tag:test::retired")) == 1
    author.notes(concepts=[concept("a"), concept("b")])
    author.build()
    log = reader.import_package(author.package)
    assert (log.new, log.updated) == (0, 1)
    assert len(reader.col.find_notes("tag:test::retired")) == 0
    assert "recovered" not in loss.lock.read_text()


def test_cards_of_a_kind_that_is_retired_stay_in_their_deck(author: Author, loss: Loss):
    author.notes(concepts=[concept("a")], clozes=[cloze("g", "{{c1::x}}")])
    author.build()
    author.notes(concepts=[concept("a")])
    author.build()
    decks = [line for line in loss.lock.read_text().splitlines() if line.startswith("deck ")]
    loss.recover()
    author.build()
    text = loss.lock.read_text()
    assert [line for line in text.splitlines() if line.startswith("deck ")] == decks
    assert sorted({line.split(" ")[1] for line in decks}) == ["ch01/clozes", "ch01/concepts"]


def test_decks_and_media_that_readers_have_are_not_new(author: Author, loss: Loss):
    author.write("ch02/outline.yaml", outline("ch02", "Two"))
    author.write("media/p.png", "\x89PNG not really")
    author.notes(concepts=[concept("a"), concept("z", answer="![A](p.png)")])
    author.build()
    author.notes(concepts=[concept("z", answer="![A](p.png)")])
    moved = concept("a", aliases=["ch01/a"], covers=["ch01/first/p0", "ch02/first/p0"])
    author.notes("ch02/notes.yaml", concepts=[moved, concept("b")])
    author.build()
    lost = loss.recover()
    changes = author.build()
    assert is_nothing(changes)
    assert (changes.media_added, changes.media_dropped) == ((), ())
    assert loss.lock.read_text() == lost


def test_a_kind_that_the_project_has_no_more_is_recovered_too(author: Author, loss: Loss):
    write_type(author, TERM)
    author.notes(concepts=[concept("a")], terms=[{"id": "t", "covers": ["first/p0"], "word": "W"}])
    author.build()
    shutil.rmtree(author.root / "notetypes")
    author.notes(concepts=[concept("a")])
    author.build()
    loss.recover()
    changes = author.build()
    assert changes.new == changes.changed == changes.retired == ()
    retired = [line for line in loss.lock.read_text().splitlines() if line.startswith("retired ")]
    assert [line.split(" ")[1:3] for line in retired] == [["ch01/t", "terms"]]


@pytest.mark.parametrize("seed", range(6))
def test_after_any_edits_and_a_loss_just_what_changes_is_sent(
    seed: int, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
):
    choose = random.Random(seed).choice
    author = Author(tmp_path)
    manuscript, loss = Manuscript(author), Loss(author, run, monkeypatch)
    reader = Reader(tmp_path / "anki")
    for _ in range(4):
        manuscript.add_note(choose)
    for _ in range(3):
        for _ in range(6):
            getattr(manuscript, choose(EDITS))(choose)
        manuscript.build()
        reader.import_package(author.package)
        loss.recover()
        getattr(manuscript, choose(EDITS))(choose)
        new, changed = manuscript.build()
        log = reader.import_package(author.package)
        assert (log.new, log.updated, log.conflicting) == (len(new), len(changed), 0), (new, changed)
    reader.close()


def test_a_lock_that_stands_is_not_overwritten(author: Author, run: Run):
    author.notes(concepts=[concept("a")])
    author.build()
    lock = author.root / "deckgen.lock"
    for text in (lock.read_text(), "damaged", ""):
        lock.write_text(text)
        result = run("recover", author.package, "--project", author.root)
        assert result.exit_code == 1
        assert "exists, and may know more than a package does." in result.stderr
        assert lock.read_text() == text


def test_what_is_no_package_of_the_project_is_refused_in_a_sentence(author: Author, run: Run, tmp_path: Path):
    author.notes(concepts=[concept("a")])
    author.build()
    (author.root / "deckgen.lock").unlink()
    genanki = write_genanki(tmp_path / "genanki.apkg", [NoteSpec("a", ("Front", "Back"))])
    empty = write_genanki(tmp_path / "empty.apkg", [])
    (tmp_path / "text.apkg").write_text("no package")
    other = Author(tmp_path / "other", {"id": "other"})
    other.notes(concepts=[concept("a")])
    other.build()
    for package, reason in (
        (genanki, "built from this project. It was not written by deckgen."),
        (empty, "built from this project. It has no notes."),
        (other.package, "built from this project. It belongs to the project `other`, and this is `test`."),
        (tmp_path / "text.apkg", "cannot be read. It is no Anki package"),
    ):
        result = run("recover", package, "--project", author.root)
        assert result.exit_code == 2
        assert reason in " ".join(result.stderr.split())
        assert not (author.root / "deckgen.lock").exists()


def test_an_export_of_the_readers_own_in_anki_newest_form_is_refused(
    author: Author, run: Run, reader: Reader, tmp_path: Path
):
    author.notes(concepts=[concept("a")])
    author.build()
    (author.root / "deckgen.lock").unlink()
    reader.import_package(author.package)
    exported = reader.export_package(tmp_path / "exported.apkg")
    result = run("recover", exported, "--project", author.root)
    assert (result.exit_code, "It was not written by deckgen." in result.stderr) == (2, True)


def test_sources_at_fault_are_mended_first(author: Author, run: Run):
    author.notes(concepts=[concept("a")])
    author.build()
    (author.root / "deckgen.lock").unlink()
    author.write("ch01/notes.yaml", "concepts: [")
    result = run("recover", author.package, "--project", author.root)
    assert result.exit_code == 1
    assert "notes.yaml:2:1: error yaml-syntax" in result.stderr
    assert "1 error\nNothing was written." in result.stderr
    assert not (author.root / "deckgen.lock").exists()


def test_a_note_whose_alias_is_gone_is_known_by_what_the_package_shows(author: Author, loss: Loss):
    author.notes(concepts=[concept("alpha"), concept("z")])
    author.build()
    author.notes(concepts=[concept("aleph", prompt="What is alpha?", aliases=["alpha"]), concept("z")])
    author.build()
    author.notes(concepts=[concept("aleph", prompt="What is alpha?"), concept("z")])
    line = next(line for line in loss.recover().split("\n") if " ch01/aleph " in line)
    changes = author.build()
    assert (changes.new, changes.retired, changes.changed) == ((), (), ())
    assert f" ch01/aleph concepts {line.split(' ')[3]} " in loss.lock.read_text()
    assert author.build().is_nothing()
