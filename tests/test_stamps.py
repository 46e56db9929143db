"""What the lock and the stamps hold where two things meet: seen on a reader's Anki, or in the lock's lines."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from anki_collection import Reader
from author import Author, cloze, concept, outline

from deckgen.lock.model import Lock, LockedDeck
from deckgen.lock.read import parse_lock

QUESTION = {"id": "q", "covers": ["first/p0"], "ask": "Q?", "tests": "T", "structure": ["S"], "rubric": ["R"]}


@pytest.fixture
def author(tmp_path: Path) -> Author:
    return Author(tmp_path)


def _lock(author: Author) -> Lock:
    lock, findings = parse_lock((author.root / "deckgen.lock").read_text(), "deckgen.lock", "test")
    assert not findings
    return lock


def test_of_two_deck_names_that_branches_gave_both_machines_take_the_same(author: Author):
    author.notes(concepts=[concept("a")])
    author.build()
    text = (author.root / "deckgen.lock").read_text()
    line = next(line for line in text.splitlines(keepends=True) if line.startswith("deck "))
    other = line.replace("Test::", "Another::")
    decks = [
        parse_lock(text.replace(line, both), "deckgen.lock", "test")[0].decks
        for both in (line + other, other + line)
    ]
    assert decks[0] == decks[1] == {"ch01/concepts": LockedDeck("Another::01 One")}


def test_notes_built_in_one_millisecond_have_ids_of_their_own(author: Author, reader: Reader):
    names = ["a", "b", "c"]
    author.notes(concepts=[concept(name) for name in names])
    author.build()
    author.now -= 3600  # the next build takes place at the same moment
    author.notes(concepts=[concept(name) for name in [*names, "d", "e"]])
    author.build()
    ids = [line.anki_id for line in _lock(author).notes.values()]
    assert len(set(ids)) == len(ids) == 5
    log = reader.import_package(author.package)
    assert (log.new, log.conflicting) == (5, 0)
    assert len(reader.notes()) == 5


def test_a_note_merged_under_a_double_line_has_one_line_from_then_on(author: Author):
    author.notes(concepts=[concept("a")])
    author.build()
    lock = author.root / "deckgen.lock"
    text = lock.read_text()
    line = next(line for line in text.splitlines(keepends=True) if line.startswith("note ch01/a "))
    # On another branch the note was renamed with an alias: a union merge keeps both lines.
    lock.write_text(text.replace(line, line + line.replace("ch01/a", "ch01/b").replace("\n", " ch01/a\n")))
    author.notes(concepts=[concept("b", aliases=["a"], prompt="What is a?")])
    changes = author.build()
    assert changes.retired == ()
    assert list(_lock(author).notes) == ["ch01/b"]


def test_media_of_chapters_that_were_not_built_stay_in_the_lock(author: Author):
    pictures = Path(__file__).parent.parent / "docs" / "images"
    source = sorted(pictures.glob("*.png"))
    for number, name in enumerate(("one.png", "two.png")):
        (author.root / "media").mkdir(exist_ok=True)
        shutil.copy(source[number], author.root / "media" / name)
    author.write("ch02/outline.yaml", outline("ch02", "Two"))
    author.notes(concepts=[concept("a", answer="![One](one.png)")])
    author.notes("ch02/notes.yaml", concepts=[concept("b", answer="![Two](two.png)")])
    author.build()
    both = dict(_lock(author).media)
    assert sorted(both.values()) == ["media/one.png", "media/two.png"]
    author.request = {"chapters": {"ch01"}}
    author.build()
    assert _lock(author).media == both


def test_a_story_rises_above_its_last_stamp_when_the_clock_runs_behind(author: Author, reader: Reader):
    author.notes(questions=[QUESTION])
    author.build()
    author.write("stories.yaml", {"q": "Mine."})
    author.build()
    reader.import_package(author.package)
    author.now -= 7200  # a clock that runs behind: the shared stamp lies below the private one
    author.write("stories.yaml", {"q": "Mine, told better."})
    author.build()
    log = reader.import_package(author.package)
    assert (log.updated, log.conflicting) == (1, 0)
    assert "told better" in str(reader.notes())


def test_a_story_rises_above_what_another_machine_shipped(author: Author, reader: Reader):
    author.notes(questions=[QUESTION])
    author.write("stories.yaml", {"q": "Mine."})
    author.build()
    private = (author.root / "stories.lock").read_text()
    for name in ("stories.yaml", "stories.lock"):
        (author.root / name).unlink()
    author.now += 36_000
    author.notes(questions=[{**QUESTION, "tests": "Edited elsewhere"}])
    author.build()
    reader.import_package(author.package)
    # Here the lock came by git, the private stamps are from before, and the clock runs behind.
    (author.root / "stories.lock").write_text(private)
    author.now -= 32_400
    author.write("stories.yaml", {"q": "Mine, told better."})
    author.build()
    log = reader.import_package(author.package)
    assert (log.updated, log.conflicting) == (1, 0)


def test_a_story_taken_away_after_a_build_of_another_chapter_goes(author: Author, reader: Reader):
    author.write("ch02/outline.yaml", outline("ch02", "Two"))
    author.notes(questions=[QUESTION])
    author.notes("ch02/notes.yaml", questions=[{**QUESTION, "id": "r", "ask": "R?"}])
    author.write("stories.yaml", {"ch01/q": "Mine.", "ch02/r": "Mine too."})
    author.build()
    reader.import_package(author.package)
    author.request = {"chapters": ["ch02"]}
    author.build()
    author.request = {}
    author.write("stories.yaml", {"ch02/r": "Mine too."})
    author.build()
    reader.import_package(author.package)
    assert "Mine." not in str(reader.notes())


def test_a_story_taken_away_from_a_note_that_is_renamed_goes(author: Author, reader: Reader):
    author.notes(questions=[QUESTION])
    author.write("stories.yaml", {"q": "Mine."})
    author.build()
    reader.import_package(author.package)
    author.notes(questions=[{**QUESTION, "id": "told", "aliases": ["q"]}])
    (author.root / "stories.yaml").unlink()
    author.build()
    reader.import_package(author.package)
    assert "Mine." not in str(reader.notes())


def test_a_recording_written_out_is_shipped_and_plays(author: Author, reader: Reader):
    (author.root / "media").mkdir()
    (author.root / "media" / "x.mp3").write_bytes(b"ID3 not music")
    author.notes(concepts=[concept("a", answer="Listen: [sound:x.mp3]")])
    author.build()
    reader.import_package(author.package)
    (fields, _), *_ = reader.notes().values()
    name = fields[1].partition("[sound:")[2].partition("]")[0]
    assert (Path(reader.col.media.dir()) / name).read_bytes() == b"ID3 not music"


def test_a_place_that_the_source_names_stands_once(author: Author, reader: Reader):
    author.notes(
        concepts=[concept("a", source='Chapter 01, "First"'), concept("b", source="Chapter 01, page 7")],
        clozes=[cloze("c", "{{c1::x}}", source="chapter 01 · first", as_of="2026")],
    )
    author.build()
    reader.import_package(author.package)
    foot = sorted("".join(fields) for fields, _ in reader.notes().values())
    assert [text.count("First") + text.count("first") for text in foot] == [1, 0, 1]
    assert ["page 7" in text for text in foot] == [False, True, False]
    assert "as of 2026" in foot[2]
