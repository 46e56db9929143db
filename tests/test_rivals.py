"""The comparison with other tools gives each of them every note, and counts what comes of it. None is installed."""

from __future__ import annotations

import csv
import html
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from anki_collection import Reader
from conftest import REPOSITORY, Run

BENCH = REPOSITORY / "bench"
NOTES = 430  # two chapters, the second not full


@pytest.fixture(autouse=True)
def _bench(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCH))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    from project import write_project

    write_project(tmp_path / "project", NOTES)
    return tmp_path / "project"


def _sources(project: Path) -> list[tuple[tuple[str, ...], list[str]]]:
    """Return each note of a project's files: its texts, in order of their length and letters, and its tags."""
    notes = []
    for file in project.glob("*/notes-*.yaml"):
        for entries in yaml.safe_load(file.read_text(encoding="utf-8")).values():
            for entry in entries:
                entry.pop("id"), entry.pop("covers")
                tags = entry.pop("tags")
                texts = [
                    "\n".join(f"- {item}" for item in text) if isinstance(text, list) else text.strip()
                    for text in entry.values()
                ]
                notes.append((tuple(sorted(texts)), tags))
    return sorted(notes)


def _anki_yaml_tool(folder: Path) -> list[tuple[tuple[str, ...], list[str]]]:
    notes = []
    for file in folder.rglob("*.yaml"):
        deck = yaml.safe_load(file.read_text(encoding="utf-8"))
        for note in deck["data"]:
            texts = [html.unescape(note[field]) for field in deck["config"]["fields"] if field in note]
            assert note["model"] == deck["config"]["name"]
            notes.append((tuple(sorted(texts)), note["tags"]))
    return sorted(notes)


def _brain_brew(folder: Path) -> list[tuple[tuple[str, ...], list[str]]]:
    notes = []
    for path in folder.glob("src/data/*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                row.pop("guid")
                tags = row.pop("tags").split(", ")
                notes.append((tuple(sorted(html.unescape(text) for text in row.values() if text)), tags))
    return sorted(notes)


@pytest.mark.parametrize(
    ("write", "read"), [("to_anki_yaml_tool", _anki_yaml_tool), ("to_brain_brew", _brain_brew)]
)
def test_a_tool_that_takes_html_is_given_every_text_and_tag_of_every_note(
    tmp_path: Path, project: Path, write: str, read: Callable[[Path], object]
):
    import rivals_input

    getattr(rivals_input, write)(rivals_input.read_notes(project), tmp_path / "input")
    assert read(tmp_path / "input") == _sources(project)
    assert len(_sources(project)) == NOTES


def test_ankcompiler_is_given_every_text_and_tag_of_every_note_in_one_block_each(
    tmp_path: Path, project: Path
):
    from rivals_input import read_notes, to_ankcompiler

    to_ankcompiler(read_notes(project), tmp_path / "input")
    files = sorted((tmp_path / "input").glob("*.md"))
    text = "".join(file.read_text(encoding="utf-8").split("\n---\n", maxsplit=1)[1] for file in files)
    blocks = re.findall(
        r"\n---\n\n(.+?)\n\n---\n\[\^uid\]: (\w{10})\n((?:\[\^tag\]: [^\n]+\n)*)", text, re.DOTALL
    )
    assert len({uid for _, uid, _ in blocks}) == NOTES
    sources = _sources(project)
    # A text may have empty lines of its own, so a block is compared as a whole.
    given = sorted(
        (sorted(body.replace("\n:::\n", "\n").split()), re.findall(r": (.+)", tags))
        for body, _, tags in blocks
    )
    assert given == sorted((sorted(" ".join(texts).split()), tags) for texts, tags in sources)
    cards = [body for body, _, _ in blocks if "{{c1::" not in body]
    assert all(body.count(":::") == 1 for body in cards)


def test_what_is_counted_in_a_package_is_what_anki_has_of_it(tmp_path: Path, project: Path, run: Run):
    from rivals_output import read_package

    assert run("build", project, "-o", tmp_path / "deck.apkg").exit_code == 0
    made = read_package(tmp_path / "deck.apkg")
    reader = Reader(tmp_path / "reader")
    reader.import_package(tmp_path / "deck.apkg")
    assert (len(made.notes), made.cards) == (reader.col.note_count(), reader.col.card_count())
    assert set(made.notes) == set(reader.col.db.list("SELECT guid FROM notes"))
    assert made.decks == reader.col.db.scalar("SELECT count(DISTINCT did) FROM cards")
    assert made.with_text("<strong>") > 0
    assert made.with_text("**") == 0
    reader.close()


def test_the_cards_of_a_crowdanki_folder_are_those_that_its_note_models_ask_for(tmp_path: Path):
    from rivals_output import read_crowdanki

    models = [
        {"crowdanki_uuid": "three", "type": 0, "tmpls": [{}, {}, {}]},
        {"crowdanki_uuid": "cloze", "type": 1, "tmpls": [{}]},
    ]
    notes = [
        {"guid": "a", "note_model_uuid": "three", "fields": ["one", "two"]},
        {"guid": "b", "note_model_uuid": "cloze", "fields": ["{{c1::x}} {{c2::y}} {{c1::z}}", ""]},
    ]
    text = json.dumps({"note_models": models, "notes": notes})
    (tmp_path / "deck.json").write_text(text, encoding="utf-8")
    made = read_crowdanki(tmp_path)
    assert (made.notes["a"], len(made.notes), made.cards) == ("one\x1ftwo", 2, 5)


def test_each_mistake_changes_the_lines_that_it_says_and_no_others(tmp_path: Path, project: Path):
    from rivals import TOOLS, fresh

    for tool in TOOLS:
        for number, mistake in enumerate(tool.mistakes):
            folder = tmp_path / f"{tool.name}-{number}"
            fresh(tool, project, folder)
            path = folder / mistake.file
            before = path.read_text(encoding="utf-8").splitlines()
            lines = mistake.make(folder)
            after = path.read_text(encoding="utf-8").splitlines()
            changed = [
                line for line, texts in enumerate(zip(before, after, strict=True), 1) if len(set(texts)) > 1
            ]
            assert len(changed) == 1, mistake
            assert changed[0] in lines, mistake


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("usual\ncards/notes.yaml:12:3: no such key\n", "names file and line: cards/notes.yaml:12:3"),
        ('usual\n  in "notes.yaml", line 13, column 1', "names file and line: in"),
        ("usual\nnotes.yaml: no such key, 12 keys", "names file: notes"),
        (
            "usual\nTraceback\n  File tool.py, line 12\nKeyError",
            "neither file nor line, by a traceback: Trace",
        ),
        ("usual\n", "names neither file nor line: nothing is said"),
    ],
)
def test_only_what_the_tool_says_of_the_mistake_counts(output: str, words: str):
    from rivals_mistakes import Said, judge

    usual = Said(0, "usual\n")
    assert words in judge(Said(1, output), usual, "cards/notes.yaml", range(12, 13))


def test_deckgen_alone_is_measured_and_names_file_and_line_of_each_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    from rivals import TOOLS, installed, measure, print_costs, print_facts

    tools = installed(TOOLS[:1], tmp_path / "environments")
    print_costs(120, measure(tools, tmp_path / "timed", 120, 1))
    print_facts(tools, tmp_path / "facts")
    printed = capsys.readouterr().out
    assert re.search(r"^\| deckgen \| [\d.]+ s \(1\.00\) \|.*\| 120 \| \d+ \| 1 \|$", printed, re.MULTILINE)
    for fact in (
        "notes: 200, cards: ",
        "notes with ** as typed: 0, with <strong>: ",
        "GUIDs that a second build has changed: 0",
        "GUIDs that an edit of one note has changed: 0",
    ):
        assert fact in printed
    assert printed.count("exit 1, names file and line: ") == len(TOOLS[0].mistakes) == 3
    assert not (tmp_path / "environments").exists()
    assert Path(tools[0].commands[0][0]).parent == Path(sys.prefix) / "bin"
