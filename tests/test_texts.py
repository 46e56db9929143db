"""Rendered fields wait in a file until the package is written, so that a large deck needs little memory."""

from __future__ import annotations

import resource
import subprocess
import sys
import tracemalloc
from pathlib import Path

from conftest import MakeProject

from deckgen.pipeline import compile_project
from deckgen.texts import TextStore

NOTES = "concepts:\n" + "".join(
    f"  - {{id: note-{number}, covers: [basics/first], prompt: What is {number}?, answer: {'word ' * 1000}}}\n"
    for number in range(300)
)


def test_texts_come_back_as_they_were_kept_in_any_order():
    texts = [
        {"Front": f"Frage {number}: ä", "Back": "", "Extra": "\x1f\ud800\n" * number} for number in range(900)
    ]
    with TextStore() as store:
        kept = [store.keep(each) for each in texts]
        for number in (*range(899, -1, -7), *range(900)):
            assert kept[number].copy() == texts[number]
        assert kept[3]["Front"] == "Frage 3: ä"
        assert list(kept[3]) == ["Front", "Back", "Extra"]
        assert dict(kept[3]) == texts[3]
        assert len(kept[3]) == 3


def test_a_deck_whose_texts_wait_in_a_file_is_the_same_deck(make_project: MakeProject):
    root = make_project(a=NOTES)
    whole, findings = compile_project(root)
    with TextStore() as store:
        stored, same_findings = compile_project(root, keeps_notes=False, store=store)
        assert [note.fields for note in whole.rendered] == [dict(note.fields) for note in stored.rendered]
    assert findings == same_findings
    assert [note.tags for note in whole.rendered] == [note.tags for note in stored.rendered]
    assert not stored.sources.notes
    assert stored.sources.coverage == whole.sources.coverage


def _memory_of(root: Path, store: TextStore | None) -> int:
    """Return the bytes that are held once a project is compiled."""
    tracemalloc.start()
    try:
        compiled, _ = compile_project(root, keeps_notes=store is None, store=store)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(compiled.rendered) == 300
    return held


def test_what_waits_in_a_file_is_not_held_in_memory(make_project: MakeProject):
    root = make_project(a=NOTES)
    _memory_of(root, None)  # what is imported and cached the first time
    with TextStore() as store:
        assert _memory_of(root, store) < _memory_of(root, None) / 3


def test_a_build_without_room_for_temporary_files_says_so(make_project: MakeProject):
    root = make_project(a=NOTES)
    result = subprocess.run(
        [sys.executable, "-m", "deckgen", "build", str(root)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )
    assert result.returncode == 1
    assert result.stderr == "Cannot write to the folder for temporary files: File too large.\n"
    assert not list(root.rglob("*.apkg"))
    assert not (root / "deckgen.lock").exists()
