"""Notes without an outline: their folder is a chapter, no coverage is claimed, and nothing else changes."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from anki_collection import Reader
from conftest import OUTLINE, SETTINGS, MakeProject, Run

pytest_plugins = ["pytester"]

NOTES = """\
concepts:
  - id: lag
    prompt: What is consumer lag in Kafka?
    answer: How far a group is behind the newest offset.
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "cards" / "Streams" / "kafka"
    folder.mkdir(parents=True)
    (tmp_path / "cards" / "deckgen.yaml").write_text(SETTINGS)
    (folder / "lag.yaml").write_text(NOTES)
    return tmp_path / "cards"


def test_check_finds_nothing_to_say(root: Path, run: Run):
    assert run("check", root, "--strict").stdout == "No findings\n"


def test_the_folder_names_deck_tag_and_place(root: Path, run: Run, reader: Reader):
    result = run("build", root, "-o", "deck.apkg")
    assert result.exit_code == 0
    assert "Test::Streams (1 card)" in result.stdout
    assert "Coverage" not in result.stdout
    reader.import_package(Path("deck.apkg"))
    note = reader.col.get_note(reader.col.find_notes("")[0])
    assert note.tags == ["test::kind::concepts", "test::streams"]
    assert note["Place"] == "Streams"


def test_no_coverage_is_claimed(root: Path, run: Run):
    asked = run("coverage", root, "--fail-under", "90")
    assert (asked.stdout, asked.exit_code) == ("No outline has a point: no coverage is claimed.\n", 0)
    assert json.loads(run("coverage", root, "--format", "json").stdout)["percent"] is None
    run("coverage", root, "--badge", "badge.svg")
    assert "no points" in Path("badge.svg").read_text(encoding="utf-8")


def test_status_and_preview_show_the_note(root: Path, run: Run):
    assert "1 note" in run("status", root).stdout
    assert run("preview", root, "--static", "page").exit_code == 0
    assert any("consumer lag" in file.read_text(encoding="utf-8") for file in Path("page").rglob("*.js"))


def test_editors_accept_the_note(root: Path, run: Run):
    schema = json.loads(run("schema", "notes", "--project", root).stdout)
    note = {"id": "lag", "prompt": "What is lag?", "answer": "A distance."}
    jsonschema.validate({"concepts": [note]}, schema)


def test_pytest_asks_for_no_points(root: Path, pytester: pytest.Pytester):
    (pytester.path / "cards").symlink_to(root)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "cards")
    result.assert_outcomes(passed=2)


def test_an_outline_that_comes_later_keeps_what_readers_have(root: Path, run: Run):
    run("build", root)
    outline = OUTLINE.replace("id: ch01", "id: streams\ndeck: Test::Streams")
    (root / "Streams" / "outline.yaml").write_text(outline)
    changes = json.loads(run("status", root, "--format", "json").stdout)
    assert [name for name, notes in changes.items() if notes and "streams/lag" in str(notes)] == [
        "changed",
        "differences",
    ]


def test_a_chapter_with_an_outline_beside_one_without(make_project: MakeProject, run: Run):
    taught = NOTES.replace("id: lag", "id: behind\n    covers: [basics/first, basics/second]")
    root = make_project({"ch02/b.yaml": NOTES.replace("Kafka", "Pulsar")}, a=taught)
    assert "2 of 2 points taught (100 %)" in run("coverage", root).stdout
    assert "covers-nothing" not in run("check", root).stdout


def test_a_file_beside_the_settings_belongs_to_no_chapter(root: Path, run: Run):
    (root / "stray.yaml").write_text(NOTES)
    assert "cards/stray.yaml:1:1: error no-chapter" in run("check", root).stdout
