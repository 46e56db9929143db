"""Rendered notes wait in a file until the package is written, so that a large deck needs little memory."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import MakeProject

from deckgen.build.compile import compile_project
from deckgen.model.diagnostics import Span
from deckgen.model.notes import RenderedNote
from deckgen.model.spool import NoteStore
from deckgen.package.write import replace_lines


def notes(count: int, words: int = 1_000) -> str:
    return "concepts:\n" + "".join(
        f"  - {{id: note-{number}, covers: [basics/first], prompt: What is {number}?, answer: {'word ' * words}}}\n"
        for number in range(count)
    )


NOTES = notes(300)


def test_notes_come_back_as_they_were_kept_in_any_order():
    notes = [
        RenderedNote(
            id=f"ch01/note-{number}",
            kind="concepts",
            span=Span("ch01/a.yaml", number, 3),
            fields={
                "Front": f"Frage {number}: ä",
                ("Back", "Extra")[number % 2]: "\x1f\ud800\n" * number,
            },
            tags=("p::ch01", f"p::ch01::{number}"),
            cards=(0, 2),
            deck="Deck",
            aliases=("ch01/earlier",),
            hidden=("words", "ü"),
        )
        for number in range(900)
    ]
    with NoteStore() as store:
        kept = [store.keep(note) for note in notes]
        for number in (*range(899, -1, -7), *range(900)):
            assert kept[number].whole() == notes[number]
        assert kept[3].span == notes[3].span
        assert kept[3].tags == notes[3].tags
        assert (kept[3].cards, kept[3].aliases) == (notes[3].cards, notes[3].aliases)


def test_a_deck_whose_texts_wait_in_a_file_is_the_same_deck(make_project: MakeProject):
    root = make_project(a=NOTES)
    whole, findings = compile_project(root)
    with NoteStore() as store:
        stored, same_findings = compile_project(root, keeps_sources=False, store=store)
        assert not any(isinstance(note, RenderedNote) for note in stored.rendered)
        assert list(whole.rendered) == [note.whole() for note in stored.rendered]
    assert findings == same_findings
    assert not stored.sources.notes
    assert not stored.sources.coverage.points
    assert (stored.count, stored.lock) == (whole.count, whole.lock)


def _stderr_of_a_build(root: Path, limit: int) -> str:
    """Return what a build says that may write no file of more than ``limit`` bytes; nothing is left of it."""
    result = subprocess.run(
        [sys.executable, "-m", "deckgen", "build", str(root)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert result.returncode == 1
    assert not list(root.rglob("*.apkg"))
    assert not (root / "deckgen.lock").exists()
    return result.stderr


def test_a_build_without_room_for_temporary_files_says_so(make_project: MakeProject):
    said = _stderr_of_a_build(make_project(a=NOTES), 100_000)
    assert said == "Cannot write to the folder for temporary files: File too large.\n"


def test_a_build_without_room_for_the_collection_says_so(make_project: MakeProject):
    root = make_project(a=notes(4_000, words=1))  # so short that what waits is much smaller
    said = _stderr_of_a_build(root, 1_200_000)
    last = said.splitlines()[-1]
    assert last.startswith("Cannot write build/test.apkg: the folder for temporary files takes no collection")
    assert "Traceback" not in said


def test_a_lock_without_room_leaves_nothing_behind(tmp_path: Path):
    lock = tmp_path / "deckgen.lock"
    lock.write_text("before\n")

    def lines() -> Iterator[str]:
        yield "after\n"
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OSError, match="No space left") as caught:
        replace_lines(lock, lines)
    assert caught.value.filename == str(lock)
    assert [file.name for file in tmp_path.iterdir()] == ["deckgen.lock"]
    assert lock.read_text() == "before\n"
