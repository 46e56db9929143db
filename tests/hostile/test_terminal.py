"""Names and texts of others reach a terminal as text: nothing in them moves, colours, hides or reverses."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import MakeProject, Run
from foreign_packages import NoteSpec, write_genanki
from terminal import in_terminal

STEERS = "\x1b]0;title\x07\x1b[2J\x1b[31m\x9b31m\r\u202e\u2066\u2029"
IN_YAML = json.dumps(STEERS)[1:-1].replace("\\u009b", "\\x9b")
NOTES = """\
concepts:
  - {id: a, covers: [basics/first, basics/second], prompt: P?, answer: A}
"""
OUTLINE = f"""\
id: ch01
number: 1
title: "One{IN_YAML}"
sections:
  - {{id: basics, title: "Basics{IN_YAML}", points: [{{id: first, text: "First{IN_YAML}"}}, {{id: second, text: S}}]}}
"""
DECKGEN = [sys.executable, "-m", "deckgen"]
COMMANDS = [
    ["check"], ["check", "--format", "json"], ["lint"], ["lint", "--format", "github"], ["coverage"],
    ["coverage", "--all"], ["status"], ["build"], ["stub"], ["forget", "--all"], ["preview", "--static", "page"],
]  # fmt: skip


def _steering(output: str) -> list[str]:
    """Return what steers a terminal in its output, but for the ends of lines and the line that is wiped."""
    output = re.sub(r"\r?\x1b\[2?K|\r\n", "", output)
    return re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]", output)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_hostile_names_and_texts_are_shown_as_text(
    command: list[str], make_project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    root = make_project(
        {"ch01/outline.yaml": OUTLINE, f"ch01/{STEERS}.yaml": "nonsense", f"media/{STEERS}": ""}, a=NOTES
    )
    monkeypatch.chdir(tmp_path)
    project = ["-p", str(root)] if command[0] in ("stub", "forget") else [str(root)]
    output = in_terminal([*DECKGEN, *command, *project], {"NO_COLOR": "1"})
    assert _steering(output) == []


def test_a_project_named_to_steer_the_terminal(make_project: MakeProject):
    settings = "name: Te\u202est\nid: test\n"
    root = make_project({"deckgen.yaml": settings}, a=NOTES)
    output = in_terminal([*DECKGEN, "build", str(root)], {"NO_COLOR": "1"})
    assert _steering(output) == []
    assert "Te\\u202est" in output


def test_a_hostile_chapter_and_a_hostile_package(tmp_path: Path):
    (tmp_path / "chapter.md").write_text("# One (Chapter 1)\n\n- First\u202e \x1b[2J point\n")
    assert (
        _steering(in_terminal([*DECKGEN, "outline", str(tmp_path / "chapter.md")], {"NO_COLOR": "1"})) == []
    )
    old = write_genanki(tmp_path / "old.apkg", [NoteSpec("a", (f"Old {STEERS}", "Back"))])
    new = write_genanki(
        tmp_path / "new.apkg", [NoteSpec("a", (f"New {STEERS}", "Back")), NoteSpec("a", (STEERS, "B"))]
    )
    assert _steering(in_terminal([*DECKGEN, "verify", str(old), str(new)], {"NO_COLOR": "1"})) == []


def test_a_finding_stands_on_one_line_whatever_it_names(make_project: MakeProject, run: Run):
    root = make_project({"ch01/two\nlines.yaml": "nonsense"}, a=NOTES)
    assert "cards/ch01/two\\u000alines.yaml:1:1: error " in run("check", root).output


@pytest.mark.parametrize("folder", ["::error::pwn", "::stop-commands::abc", "-x"])
def test_a_path_is_no_command_to_a_workflow_and_no_option(folder: str, tmp_path: Path):
    (tmp_path / folder).mkdir()
    (tmp_path / "deckgen.yaml").write_text("name: T\nid: t\n")
    (tmp_path / folder / "notes.yaml").write_text("nonsense")
    for command in ("check", "build", "lint", "coverage", "status"):
        result = subprocess.run(
            [*DECKGEN, command], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        said = result.stdout + result.stderr
        assert f"./{folder}/notes.yaml:1:1: error " in said
        assert not re.search(r"(?m)^(::|-x)", said)


def test_the_name_of_a_chapters_file_is_no_line_of_its_outline(run: Run, tmp_path: Path):
    chapter = tmp_path / "x\nsections: []\n#.md"
    chapter.write_text("# One (Chapter 1)\n\n- A point\n")
    said = run("outline", chapter).stdout
    assert said.startswith("# Taken from x?sections: []?#.md by")


INJECTED = f"{STEERS}\n::error::injected"
INJECTED_IN_YAML = f"{IN_YAML}\\n::error::injected"
OF_ANOTHER_TOOL = re.compile(r"^::(?!(?:error|warning|notice) file=)", re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_what_a_pipe_or_a_log_gets_is_text_as_well(command: list[str], make_project: MakeProject, run: Run):
    outline = OUTLINE.replace("id: second", f'id: "second{INJECTED_IN_YAML}"').replace(
        IN_YAML, INJECTED_IN_YAML
    )
    note = NOTES.replace("id: a", f'id: "a{INJECTED_IN_YAML}"')
    root = make_project(
        {"ch01/outline.yaml": outline, f"ch01/{INJECTED}.yaml": note, f"media/{INJECTED}": ""}, a=NOTES
    )
    output = run(command[0], "-p", root, *command[1:]).output
    assert _steering(output) == []
    assert not OF_ANOTHER_TOOL.search(output)
    if command[0] in ("check", "coverage"):
        assert "\\u001b" in output


def test_what_a_hint_proposes_stands_on_one_line(make_project: MakeProject, run: Run):
    outline = OUTLINE.replace("id: second", 'id: "second\\n::error::injected"')
    root = make_project({"ch01/outline.yaml": outline}, a=NOTES)
    assert not OF_ANOTHER_TOOL.search(run("stub", "-p", root, "second\n::error::injecte").output)
