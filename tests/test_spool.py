"""Texts wait in a file until the package is written, so that a large deck needs little memory."""

from __future__ import annotations

import errno
import gc
import os
import resource
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import MakeProject

from deckgen.atomic_write import replace_lines
from deckgen.build.plan import BuildRequest, plan_build
from deckgen.lock.stamps import BuildTime
from deckgen.package.spool import NoteTexts, Spool


def notes(count: int, words: int = 1_000) -> str:
    return "concepts:\n" + "".join(
        f"  - {{id: note-{number}, covers: [basics/first], prompt: What is {number}?, answer: {'word ' * words}}}\n"
        for number in range(count)
    )


NOTES = notes(300)


def test_texts_come_back_as_they_were_added_in_any_order():
    texts = [
        NoteTexts((f"Frage {number}: ä", "\x1f\ud800\n" * number), ("p::ch01", f"p::ch01::{number}"))
        for number in range(2_000)  # more than what waits in memory
    ]
    with Spool() as spool:
        numbers = [spool.add(each) for each in texts[:-1]]
        assert spool.read(numbers[3]) == texts[3]
        numbers.append(spool.add(texts[-1]))
        for place in (*range(1_999, -1, -7), *range(2_000)):
            assert spool.read(numbers[place]) == texts[place]


def _memory_of(root: Path, *, keep_sources: bool) -> int:
    """Return the bytes that are held once a build was worked out, the collector off as in a build."""
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        with Spool() as spool:
            plan = plan_build(root, BuildRequest(BuildTime(1)), spool, keep_sources=keep_sources)
            held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    assert len(plan.shipment.notes) >= 300
    return held


def test_what_waits_in_a_file_is_not_held_in_memory(make_project: MakeProject):
    root = make_project(a=NOTES)
    _memory_of(root, keep_sources=True)  # what is imported and cached the first time
    assert _memory_of(root, keep_sources=False) < _memory_of(root, keep_sources=True) / 3


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
