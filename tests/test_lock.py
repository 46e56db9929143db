"""deckgen.lock in git: what branches change apart comes together, and what is damaged is said."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from author import Author, cloze, concept
from conftest import REPOSITORY
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from deckgen.lock.format import format_lock
from deckgen.lock.model import Lock, LockedDeck, LockedNote, LockedNoteType
from deckgen.lock.read import parse_lock
from deckgen.lock.slots import Slots

_WORD = st.text("abcdefghijklmnop0123456789", min_size=1, max_size=6)
_ID = st.builds("{}/{}".format, _WORD, _WORD)
_NUMBER = st.integers(1, 2**33 - 1)
_CARDS = st.lists(st.integers(0, 498), min_size=1, max_size=4, unique=True).map(
    lambda cards: tuple(sorted(cards))
)


@st.composite
def _notes(draw: st.DrawFn) -> LockedNote:
    cards = draw(_CARDS)
    hidden = tuple(draw(_WORD) for _ in cards) if draw(st.booleans()) else ()
    return LockedNote(
        draw(_WORD),
        draw(_WORD),
        draw(_WORD),
        draw(_WORD),
        draw(_NUMBER),
        draw(_NUMBER),
        cards,
        hidden,
        draw(st.booleans()),
    )


_NAMES = st.lists(st.text("Ab|=,% é", min_size=1), min_size=1, max_size=3, unique=True).map(tuple)
_SLOTS = st.builds(
    Slots, st.tuples(_WORD, st.just("-")), st.tuples(_WORD, st.just("~")), st.tuples(_NAMES, _NAMES)
)
_TYPES = st.builds(LockedNoteType, _NUMBER, st.booleans(), _WORD, _NUMBER, _SLOTS)


def _whole(lock: Lock) -> Lock:
    """Return the lock as builds write them.

    Each note's note type is there, no two notes have one Anki id, and there is no deck without a note.
    """
    some = next(iter(lock.note_types), "")
    notes = {
        name: replace(note, note_type=some, anki_id=8 * note.anki_id + number)
        for number, (name, note) in enumerate(lock.notes.items())
        if some
    }
    return replace(lock, notes=notes, decks=lock.decks if notes else {})


_NAMES_OF_DECKS = st.text("ab c::", min_size=1).map(str.strip).filter(bool)
_DECKS = st.builds(LockedDeck, _NAMES_OF_DECKS, st.just(0) | _NUMBER)

_LOCKS = st.builds(
    Lock,
    project=_WORD,
    notes=st.dictionaries(_ID, _notes(), max_size=5),
    note_types=st.dictionaries(_WORD, _TYPES, max_size=3),
    decks=st.dictionaries(_ID, _DECKS, max_size=3),
    media=st.dictionaries(_WORD, _WORD, max_size=3),
).map(_whole)


@given(_LOCKS)
def test_what_is_written_is_read_back(lock: Lock):
    text = format_lock(lock)
    assert parse_lock(text, "deckgen.lock", lock.project) == (lock, [])
    lines = text.splitlines()[2:]
    assert lines == sorted(lines)


@given(_LOCKS, st.lists(st.integers(0, 2), min_size=5, max_size=5))
def test_notes_under_one_anki_id_are_told_apart_once_and_for_all(lock: Lock, ids: list[int]):
    numbered = zip(ids, lock.notes.items(), strict=False)
    notes = {name: replace(note, anki_id=number, guid=name) for number, (name, note) in numbered}
    settled, findings = parse_lock(format_lock(replace(lock, notes=notes)), "deckgen.lock", lock.project)
    assert not findings
    assert len({note.anki_id for note in settled.notes.values()}) == len(notes)
    for name, note in settled.notes.items():
        assert replace(note, anki_id=notes[name].anki_id) == notes[name]
    assert parse_lock(format_lock(settled), "deckgen.lock", lock.project) == (settled, [])


def test_a_lock_that_lost_lines_at_its_end_is_refused_wherever_it_was_cut(tmp_path: Path):
    author = Author(tmp_path)
    author.notes("ch01/a.yaml", concepts=[concept("a"), concept("b")], clozes=[cloze("c", "{{c1::x}}")])
    author.build()
    lines = (author.root / "deckgen.lock").read_text().splitlines(keepends=True)
    assert parse_lock("".join(lines), "deckgen.lock", "test")[1] == []
    for kept in range(3, len(lines)):
        _, findings = parse_lock("".join(lines[:kept]), "deckgen.lock", "test")
        assert [finding.code.name for finding in findings] == ["lock-damaged"], lines[kept - 1]


class Repository:
    """A project in git, with the attribute that `deckgen init` writes."""

    def __init__(self, author: Author) -> None:
        self.author = author
        shutil.copy(REPOSITORY / "deckgen" / "starter" / "gitattributes", author.root / ".gitattributes")
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        names = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}
        names |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org"}
        environment = {**os.environ, **names, "GIT_CONFIG_GLOBAL": os.devnull}
        command = ["git", "-C", str(self.author.root), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "work")

    @property
    def lock(self) -> Lock:
        text = (self.author.root / "deckgen.lock").read_text()
        lock, findings = parse_lock(text, "deckgen.lock", "test")
        assert not findings
        return lock


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    author = Author(tmp_path)
    author.notes("ch01/b.yaml", concepts=[concept("b")])
    author.notes("ch01/d.yaml", concepts=[concept("d")])
    author.build()
    project = Repository(author)
    project.commit()
    return project


def test_branches_that_touch_different_notes_merge_without_conflict(repository: Repository, reader):
    author = repository.author
    reader.import_package(author.package)
    repository.git("checkout", "--quiet", "-b", "other")
    author.notes("ch01/b.yaml", concepts=[concept("b", answer="Edited on other")])
    author.notes("ch01/c.yaml", concepts=[concept("c")])
    author.build()
    repository.commit()
    repository.git("checkout", "--quiet", "main")
    author.notes("ch01/d.yaml", concepts=[concept("d", answer="Edited on main")])
    author.notes("ch01/c2.yaml", concepts=[concept("c2")])
    author.build()
    repository.commit()

    repository.git("merge", "--quiet", "other")
    assert repository.lock.notes.keys() == {"ch01/b", "ch01/c", "ch01/c2", "ch01/d"}
    # What stands double is stamped anew: some readers have the one, some the other.
    assert set(author.build().changed) <= {"ch01/b", "ch01/d"}
    log = reader.import_package(author.package)
    assert (log.new, log.updated, log.conflicting) == (2, 2, 0)
    assert author.build().is_nothing()


def test_notes_that_two_branches_built_in_one_millisecond_get_ids_of_their_own(
    repository: Repository, reader
):
    author = repository.author
    repository.git("checkout", "--quiet", "-b", "other")
    author.notes("ch01/x.yaml", concepts=[concept("x")])
    author.build()
    repository.commit()
    repository.git("checkout", "--quiet", "main")
    author.now -= 3600  # the clock of another machine
    author.notes("ch01/y.yaml", concepts=[concept("y")])
    author.build()
    repository.commit()
    shared = repository.lock.notes["ch01/y"].anki_id

    repository.git("merge", "--quiet", "other")
    assert (author.root / "deckgen.lock").read_text().count(f" {shared} ") == 2
    author.build()
    ids = {note_id: line.anki_id for note_id, line in repository.lock.notes.items()}
    assert (ids["ch01/x"], len(set(ids.values()))) == (shared, 4)
    assert reader.import_package(author.package).new == 4
    assert author.build().is_nothing()


def test_a_note_that_both_branches_changed_is_stamped_anew(repository: Repository, reader):
    author = repository.author
    repository.git("checkout", "--quiet", "-b", "other")
    author.notes("ch01/b.yaml", concepts=[concept("b", answer="Other")])
    author.build()
    repository.commit()
    repository.git("checkout", "--quiet", "main")
    author.notes("ch01/b.yaml", concepts=[concept("b", answer="Main")])
    author.build()
    reader.import_package(author.package)  # someone has what main shipped
    repository.commit()
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("merge", "other")  # the sources conflict, the lock does not
    assert "<<<" not in (author.root / "deckgen.lock").read_text()
    author.notes("ch01/b.yaml", concepts=[concept("b", answer="Both")])
    assert author.build().changed == ("ch01/b",)
    assert reader.import_package(author.package).updated == 1
    assert author.build().is_nothing()


def test_two_versions_of_one_second_are_stamped_anew_whichever_is_kept(repository: Repository, reader):
    author = repository.author
    start = author.now
    repository.git("checkout", "--quiet", "-b", "other")
    author.notes("ch01/b.yaml", concepts=[concept("b", answer="Other")])
    author.build()
    reader.import_package(author.package)
    repository.commit()
    repository.git("checkout", "--quiet", "main")
    author.now = start
    author.notes("ch01/b.yaml", concepts=[concept("b", answer="Main")])
    author.build()
    repository.commit()
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("merge", "other")
    author.notes("ch01/b.yaml", concepts=[concept("b", answer="Main")])
    author.build()
    assert reader.import_package(author.package).updated == 1
    assert "Main" in str(reader.notes())


def test_a_field_that_both_branches_put_into_one_slot_is_a_finding(repository: Repository):
    author = repository.author
    own = {"name": "Term", "list": "terms", "fields": [{"name": "word"}], "cards": [{"name": "Say"}]}
    author.write("notetypes/term/notetype.yaml", own)
    for side in ("front", "back"):
        author.write(f"notetypes/term/say.{side}.html", "{{Word}}")
    author.notes("ch01/t.yaml", terms=[{"id": "t", "covers": ["first/p0"], "word": "W"}])
    author.build()
    repository.commit()
    for branch, field in (("one", "origin"), ("two", "sound")):
        repository.git("checkout", "--quiet", "-b", branch, "main")
        author.write("notetypes/term/notetype.yaml", {**own, "fields": [{"name": "word"}, {"name": field}]})
        author.build()
        repository.commit()
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("merge", "one")
    author.write("notetypes/term/notetype.yaml", own)
    assert "lock-conflict" in author.codes()


def test_a_crash_between_package_and_lock_costs_a_second_update_and_no_more(repository: Repository, reader):
    author = repository.author
    reader.import_package(author.package)
    before = (author.root / "deckgen.lock").read_bytes()
    author.notes("ch01/b.yaml", concepts=[concept("b", answer="Edited")])
    author.build()
    assert reader.import_package(author.package).updated == 1
    (author.root / "deckgen.lock").write_bytes(before)
    shutil.rmtree(author.root / ".git" / "deckgen")  # the mark comes after the lock
    author.build()
    log = reader.import_package(author.package)
    assert (log.updated, log.new, log.conflicting) == (1, 0, 0)


def test_a_forgotten_note_is_shipped_no_more(repository: Repository, run, reader):
    author = repository.author
    author.notes("ch01/b.yaml", concepts=[])
    author.build()
    assert run("forget", "ch01/d", "--project", author.root).exit_code == 2
    assert run("forget", "ch01/bb", "--project", author.root).exit_code == 2
    assert run("forget", "--project", author.root).exit_code == 2
    result = run("forget", "ch01/b", "--project", author.root)
    assert result.exit_code == 0
    assert "Forgot 1 note" in result.stdout
    assert run("forget", "--all", "--project", author.root).stdout == "No note is retired.\n"
    author.build()
    assert reader.import_package(author.package).new == 1
    assert author.build().is_nothing()
    author.notes("ch01/b.yaml", clozes=[cloze("b", "{{c1::x}}")])
    assert "kind-changed" in author.codes()  # readers may still have the other note under its GUID
