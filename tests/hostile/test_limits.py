"""Whatever a project holds ends in findings: never in a traceback, in a hang, or in all memory taken."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import MakeProject, Run

NOTES = """\
concepts:
  - {id: a, covers: [basics/first, basics/second], prompt: P?, answer: A}
"""
OWN_TYPE = """\
name: Mine
list: mine
fields: [{name: word, required: true}]
cards: [{name: Define}]
"""
SETTINGS = "name: Test\nid: test\n"
MANY = "9" * 5_000
HOSTILE = {
    "a number in a stylesheet": {
        "deckgen.yaml": f"{SETTINGS}theme: {{stylesheet: a.css}}\n",
        "a.css": f".card {{ margin: {MANY}px }}",
    },
    "blocks in a stylesheet": {
        "deckgen.yaml": f"{SETTINGS}theme: {{stylesheet: a.css}}\n",
        "a.css": "f(" * 5_000 + ")" * 5_000,
    },
    "a limit of a lint rule": {"deckgen.yaml": f"{SETTINGS}lint: {{answer-too-long: {{words: {MANY}}}}}\n"},
    "a number in the settings": {"deckgen.yaml": f"{SETTINGS}theme: {{size: {MANY}}}\n"},
    "a number of a chapter": {
        "ch01/outline.yaml": f"id: ch01\nnumber: {MANY}\ntitle: One\nsections: []\n",
    },
    "a number in the lock": {"deckgen.lock": f"lock {MANY} test\n"},
    "a stamp in the lock": {"deckgen.lock": f"lock 2 test\nvoid {MANY}\nanew {MANY}\n"},
    "lists in lists": {"ch01/b.yaml": "concepts: " + "[" * 500 + "]" * 500},
    "mappings in mappings": {"ch01/b.yaml": "{a: " * 900 + "}" * 900},
    "keys below keys": {"ch01/b.yaml": "".join(f"{' ' * depth}a:\n" for depth in range(900))},
    "conditions in conditions": {
        "notetypes/mine/notetype.yaml": OWN_TYPE,
        "notetypes/mine/define.front.html": "{{#Word}}" * 5_000 + "{{Word}}" + "{{/Word}}" * 5_000,
        "notetypes/mine/define.back.html": "{{Word}}",
    },
    "tags that never end": {
        "notetypes/mine/notetype.yaml": OWN_TYPE,
        "notetypes/mine/define.front.html": "{{" * 500_000 + "<!--" * 500_000,
        "notetypes/mine/define.back.html": "{{Word}}",
    },
}


@pytest.mark.parametrize("files", HOSTILE.values(), ids=HOSTILE)
def test_what_no_deck_has_is_an_error_with_its_place(
    files: dict[str, str], make_project: MakeProject, run: Run
):
    result = run("check", make_project(files, a=NOTES))
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 1
    assert (
        f"cards/{list(files)[-1]}:" in result.output
        or "cards/deckgen.lock:" in result.output
        or ("define.front.html:" in result.output)
    )
    assert MANY not in result.output


def test_a_file_of_a_terabyte_is_not_read(make_project: MakeProject, run: Run):
    root = make_project({"media/lag.png": "", "ch01/b.yaml": ""}, a=NOTES.replace("A}", "'![Lag](lag.png)'}"))
    for name in ("media/lag.png", "ch01/b.yaml"):
        os.truncate(root / name, 1 << 40)
    stderr = run("check", root).output
    assert "ch01/b.yaml:1:1: error file-too-large The file has 1,099,512 MB, and 64 MB are read" in stderr
    assert "ch01/a.yaml:2:78: error file-too-large `lag.png` has 1,099,512 MB, and 1,000 MB" in stderr


def test_a_file_of_many_small_values_is_not_read(
    make_project: MakeProject, run: Run, monkeypatch: pytest.MonkeyPatch
):
    root = make_project(a="concepts:\n" + "- \n" * 60_000)
    monkeypatch.setenv("DECKGEN_MAX_FILE_MB", "1")
    assert "a.yaml:1:1: error yaml-limit The file holds too many values." in run("check", root).output


@pytest.mark.parametrize("given", ["abc", "-1", "1e5", "9" * 5000])
def test_a_limit_that_is_no_whole_number_is_refused(
    given: str, make_project: MakeProject, run: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DECKGEN_MAX_NOTES", given)
    result = run("check", make_project(a=NOTES))
    assert result.exit_code == 2
    assert "DECKGEN_MAX_NOTES takes a whole number, such as DECKGEN_MAX_NOTES=500000." in result.stderr


def test_a_limit_that_is_set_as_the_hint_says_is_no_limit(
    make_project: MakeProject, run: Run, monkeypatch: pytest.MonkeyPatch
):
    root = make_project({"ch01/b.yaml": NOTES.replace("id: a", "id: b") + "#" * 2_000_000}, a=NOTES)
    monkeypatch.setenv("DECKGEN_MAX_FILE_MB", "1")
    stderr = run("check", root).output
    assert "error file-too-large" in stderr
    monkeypatch.setenv("DECKGEN_MAX_FILE_MB", stderr.partition("DECKGEN_MAX_FILE_MB=")[2].partition("`")[0])
    assert "file-too-large" not in run("check", root).output


@pytest.mark.parametrize("kind", ["pipe", "socket", "device"])
def test_what_is_no_file_is_not_read(
    kind: str, make_project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    root = make_project({"media/more.png": "x"}, a=NOTES.replace("A}", "'![Lag](lag.png)'}"))
    for name in ("ch01/b.yaml", "deckgen.lock", "stories.yaml", "media/lag.png"):
        if kind == "pipe":
            os.mkfifo(root / name)
        elif kind == "socket":
            monkeypatch.chdir((root / name).parent)  # its path may have a hundred bytes
            with socket.socket(socket.AF_UNIX) as made:
                made.bind(Path(name).name)
        else:
            (root / name).symlink_to("/dev/zero")
    command = [sys.executable, "-m", "deckgen", "check", "cards"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=tmp_path)
    assert result.returncode == 1
    assert result.stdout.count(": error ") == 4, result


def test_folders_that_never_end_are_an_error(make_project: MakeProject, run: Run):
    root = make_project(a=NOTES)
    for name in ("ch01", "media"):
        Path(root, name, *["x"] * 150).mkdir(parents=True)
    stderr = run("check", root).output
    assert stderr.count("error file-unreadable The folder cannot be read: it lies 100 folders deep") == 2


def test_a_style_with_thousands_of_faults_is_told_of_the_first_hundred(make_project: MakeProject, run: Run):
    settings = "name: T\nid: t\ntheme: {stylesheet: own.css}\n"
    root = make_project({"deckgen.yaml": settings, "own.css": "}\n" * 5_000}, a=NOTES)
    assert run("check", root).stdout.count("error stylesheet-syntax") == 100
