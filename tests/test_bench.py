"""The benchmark measures what it says: the same notes, in the form promised, built both ways. No time is asserted."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from anki_collection import Reader
from conftest import REPOSITORY, Run

from deckgen.build.project_reader import read_sources
from deckgen.model.text import Text

BENCH = REPOSITORY / "bench"


def _python(*command: object) -> str:
    return subprocess.run(
        [sys.executable, *map(str, command)], check=True, text=True, stdout=subprocess.PIPE
    ).stdout


def _generate(root: Path, notes: int, *seed: int) -> dict[str, bytes]:
    _python(BENCH / "project.py", root, notes, *seed)
    return {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*.yaml")}


def test_a_small_benchmark_runs_and_prints_every_promise():
    printed = _python(BENCH / "run.py", "--small")
    for promise in (
        "build from nothing",
        "nothing changed",
        "one note edited",
        "peak memory",
        "deckgen --help",
    ):
        assert re.search(rf"^\| {promise} \| \d+\.\d\d \(", printed, re.MULTILINE), printed
    assert "200 notes, median of 2:" in printed


def test_the_same_seed_gives_the_same_project_and_another_seed_another(tmp_path: Path):
    first, again = _generate(tmp_path / "a", 90), _generate(tmp_path / "b", 90)
    assert first == again
    assert first.keys() == {
        "deckgen.yaml", "ch001/outline.yaml", "ch001/notes-0.yaml", "ch001/notes-1.yaml", "ch001/notes-2.yaml"
    }  # fmt: skip
    assert first != _generate(tmp_path / "c", 90, 7)


def test_generated_notes_are_of_five_kinds_and_a_real_size_and_a_third_of_the_texts_has_markup(
    tmp_path: Path, run: Run
):
    files = _generate(tmp_path / "cards", 400)
    texts = [data.decode() for name, data in files.items() if "notes-" in name]
    sizes = [
        len(note)
        for text in texts
        for note in re.split(r"^  - id: |^\w+:\n", text, flags=re.MULTILINE)
        if note
    ]
    assert len(sizes) == 400
    assert min(sizes) >= 380  # the split takes the first line's start
    assert max(sizes) <= 900
    sources, findings = read_sources(tmp_path / "cards")
    assert not findings
    assert {note.kind for note in sources.notes} == set(sources.note_types)
    values = [value for note in sources.notes for value in note.fields.values()]
    fields = [text.value for value in values for text in ([value] if isinstance(value, Text) else value)]
    marked = sum(bool(re.search(r"[*`\[]|^- ", field)) for field in fields)
    assert 0.28 < marked / len(fields) < 0.38
    assert any("```" in field for field in fields)
    assert run("check", tmp_path / "cards").exit_code == 0


def test_the_plain_way_makes_the_same_notes_and_cards(tmp_path: Path, run: Run):
    _generate(tmp_path / "cards", 200)
    assert run("build", tmp_path / "cards", "-o", tmp_path / "ours.apkg").exit_code == 0
    _python(BENCH / "plain.py", tmp_path / "cards", tmp_path / "plain.apkg")
    ours, plain = (_imported(tmp_path, name) for name in ("ours", "plain"))
    assert ours == plain
    assert ours[0] == 200


def _imported(folder: Path, name: str) -> tuple[int, int, int]:
    """Return how many notes and cards Anki has of a package, and how many of the notes have their code."""
    reader = Reader(folder / f"{name}-reader")
    reader.import_package(folder / f"{name}.apkg")
    code = len(reader.col.find_notes("SELECT GROUP"))
    counts = reader.col.note_count(), reader.col.card_count(), code
    reader.close()
    return counts


def test_growth_is_shown_for_notes_decks_and_media():
    printed = _python(BENCH / "growth.py", "--small")
    for project in ("200 notes", "5 decks", "20 media"):
        pattern = rf"^ *{project}: [\d.]+ s, \d+ MB \(.* a thousand\); unchanged [\d.]+ s; edited [\d.]+ s$"
        assert re.search(pattern, printed, re.MULTILINE), printed


def test_the_floors_of_a_build_are_measured_on_its_own_package(tmp_path: Path, run: Run):
    _generate(tmp_path / "cards", 40)
    assert run("build", tmp_path / "cards", "-o", tmp_path / "deck.apkg").exit_code == 0
    printed = _python(BENCH / "floors.py", tmp_path / "cards", tmp_path / "deck.apkg")
    seconds = dict(re.findall(r"^  (.+?) +([\d.]+) s$", printed, re.MULTILINE))
    assert list(seconds) == ["reading the files", "SQLite's bulk insert", "deflate", "sum", "libyaml's nodes"]


@pytest.mark.parametrize(
    ("script", "sizes", "says"),
    [
        ("coverage.py", (400, 200), "400 notes, 200 points, 100 % taught"),
        ("lint.py", (200,), "200 notes, CPU time: compiling"),
    ],
)
def test_the_other_benchmarks_run_on_the_same_notes(script: str, sizes: tuple[int, ...], says: str):
    assert says in _python(BENCH / script, *sizes)
