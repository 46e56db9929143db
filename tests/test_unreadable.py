"""Folders, files and names that cannot be read: each is said at its place, or passed by where nobody needs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import OUTLINE, MakeProject, Run
from permissions import as_a_user, closed

NOTES = """\
concepts:
  - {id: a, covers: [basics/first, basics/second], prompt: What is P in this small test of what an author is told?, answer: A}
"""
PICTURE = NOTES.replace("answer: A", "answer: '![Lag](lag.png)'")
OWN_TYPE = {
    "notetypes/term/notetype.yaml": """\
        name: Term
        list: terms
        fields: [{name: word, required: true}]
        cards: [{name: Define}]
        """,
    "notetypes/term/define.front.html": "{{Word}}",
    "notetypes/term/define.back.html": "{{Word}}",
}


@pytest.mark.parametrize(
    "command", ["check", "lint", "coverage", "status", "build", "stub", "forget", "preview"]
)
@pytest.mark.parametrize("folder", ["ch01", "ch01/more", "other", "media", "notetypes"])
def test_a_closed_folder_is_an_error_with_its_path(
    command: str, folder: str, make_project: MakeProject, tmp_path: Path
):
    root = make_project(a=NOTES)
    (root / folder).mkdir(exist_ok=True)
    more = {"stub": ("-p",), "forget": ("--all", "--project"), "preview": ("--static", tmp_path / "page")}
    with closed(root / folder):
        result = as_a_user(command, *more.get(command, ()), root)
    found = f"cards/{folder}:1:1: error file-unreadable The folder cannot be read: Permission denied.\n"
    assert found in result.stdout + result.stderr
    assert "1 error\n" in result.stdout + result.stderr
    assert "Cannot write" not in result.stdout + result.stderr
    assert result.returncode == 1


@pytest.mark.parametrize("folder", ["ch01/.cache", "media/.thumbnails", "lost+found", "build"])
def test_a_closed_folder_that_holds_no_notes_is_passed_by(folder: str, make_project: MakeProject):
    root = make_project(a=NOTES)
    (root / folder).mkdir(parents=True)
    with closed(root / folder):
        result = as_a_user("check", root)
    assert (result.stdout, result.stderr, result.returncode) == ("No findings\n", "", 0)


def test_a_closed_repository_is_a_warning(make_project: MakeProject):
    root = make_project(a=NOTES)
    (root / ".git").mkdir()
    with closed(root / ".git"):
        result = as_a_user("check", root)
    assert "warning history-unread git cannot show the history of the lock" in result.stdout
    assert result.returncode == 0


@pytest.mark.parametrize("place", ["", ".local/state/deckgen"])
def test_a_closed_home_is_as_if_it_were_not_there(
    place: str, make_project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    root, home = make_project(a=NOTES), tmp_path / "home"
    home.mkdir()
    for name, value in {"HOME": str(home), "XDG_STATE_HOME": "", "XDG_CACHE_HOME": ""}.items():
        monkeypatch.setenv(name, value)
    as_a_user("build", root)
    with closed(home / place):
        said = [as_a_user(command, root) for command in ("status", "check", "build")]
    assert [(each.stderr, each.returncode) for each in said] == [("", 0)] * 3


def test_closed_marks_in_git_are_as_if_they_were_not_there(make_project: MakeProject):
    root = make_project(a=NOTES)
    subprocess.run(["git", "init", "-q", root], check=True)
    as_a_user("build", root)
    (marks,) = (root / ".git/deckgen").iterdir()
    for place in (marks.parent, marks):
        with closed(place):
            result = as_a_user("status", root)
        assert (result.stdout.splitlines()[0], result.returncode) == (
            "No changes since the last build: 1 note, none changed.",
            0,
        )


def test_a_project_in_a_closed_folder_is_wrong_usage(make_project: MakeProject):
    root = make_project(a=NOTES)
    with closed(root / "ch01"):
        result = as_a_user("check", root / "ch01" / "a.yaml")
    assert "cannot be read: Permission denied" in result.stdout + result.stderr
    assert result.returncode == 2


@pytest.mark.parametrize("name", ["notetype.yaml", "define.front.html"])
def test_a_closed_file_of_a_note_type_is_an_error(name: str, make_project: MakeProject):
    root = make_project(OWN_TYPE, a=NOTES)
    with closed(root / "notetypes/term" / name):
        result = as_a_user("check", root)
    assert (
        f"cards/notetypes/term/{name}:1:1: error file-unreadable The file cannot be read"
        in result.stdout + result.stderr
    )
    assert result.returncode == 1


def test_closed_settings_are_one_error_and_not_said_to_lack_their_keys(make_project: MakeProject):
    root = make_project(a=NOTES)
    with closed(root / "deckgen.yaml"):
        result = as_a_user("check", root)
    assert "deckgen.yaml:1:1: error file-unreadable" in result.stdout + result.stderr
    assert "1 error\n" in result.stdout + result.stderr


def test_a_closed_picture_is_an_error_where_a_note_shows_it(make_project: MakeProject):
    root = make_project({"ch01/lag.png": "lag"}, a=PICTURE)
    with closed(root / "ch01/lag.png"):
        result = as_a_user("check", root)
    assert (
        "cards/ch01/a.yaml:2:131: error file-unreadable `lag.png` cannot be read: Permission denied.\n"
    ) in result.stdout + result.stderr
    assert result.returncode == 1


def test_a_picture_that_is_a_link_to_itself_is_an_error_where_a_note_shows_it(
    make_project: MakeProject, run: Run
):
    root = make_project({"ch01/lag.png": Path("lag.png")}, a=PICTURE)
    result = run("check", root)
    assert (
        "a.yaml:2:131: error file-unreadable `lag.png` cannot be read: Too many levels"
        in result.stdout + result.stderr
    )


def test_a_stylesheet_whose_name_no_file_can_have_is_not_there(make_project: MakeProject, run: Run):
    settings = f"name: Test\nid: test\ntheme: {{stylesheet: {'x' * 300}.css}}\n"
    result = run("check", make_project({"deckgen.yaml": settings}, a=NOTES))
    assert "deckgen.yaml:3:21: error bad-value There is no stylesheet" in result.stdout + result.stderr


def test_a_chapter_whose_name_no_file_can_have_is_told(make_project: MakeProject, tmp_path: Path):
    outline = OUTLINE + 'chapter: {file: "a\\0b", digest: x}\n'
    root = make_project({"ch01/outline.yaml": outline}, a=NOTES)
    command = [sys.executable, "-m", "deckgen", "build", root]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "outline.yaml:12:21: error yaml-escape " in result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    assert result.returncode == 1


@pytest.mark.parametrize("command", ["check", "coverage", "preview"])
def test_a_name_that_is_not_utf8_is_an_error(
    command: str, make_project: MakeProject, run: Run, tmp_path: Path
):
    root = make_project({os.fsdecode(b"ch01/\xff.yaml"): NOTES.replace("id: a", "id: b")}, a=NOTES)
    outputs = {"coverage": ("--format", "html", "-o", "c.html"), "preview": ("--static", tmp_path / "page")}
    result = run(command, root, *outputs.get(command, ()))
    assert r"cards/ch01/\xff.yaml:1:1: error file-unreadable The file's name" in result.stdout + result.stderr
    assert result.exit_code == 1


def test_a_picture_that_nobody_uses_may_have_any_name(make_project: MakeProject, run: Run, tmp_path: Path):
    root = make_project({os.fsdecode(b"media/\xff.png"): "x"}, a=NOTES)
    result = run("preview", root, "--static", tmp_path / "page")
    assert r"cards/media/\xff.png:1:1: warning media-unused" in result.stdout + result.stderr
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("ch01/outline.yaml", "id: ch01\nnumber: 1\ntitle: Getting: started\nsections: []\n"),
        ("ch01/a.yaml", "concepts:\n  - {id: a, prompt: P?, anser: '![X](x.png)'}\n"),
        ("ch01/a.yaml", "concept:\n  - {id: a, prompt: P?, answer: '![X](x.png)'}\n"),
        ("stories.yaml", "falure: '![X](x.png)'\n"),
        ("deckgen.yaml", "name: Test: 1\nid: test\n"),
    ],
)
def test_a_picture_is_not_called_unused_where_an_error_kept_something_from_being_read(
    path: str, content: str, make_project: MakeProject, run: Run
):
    files = {"media/x.png": b"PNG", "media/y.png": b"PNG", "ch01/b.yaml": NOTES}
    assert "media/y.png:1:1: warning media-unused" in run("check", make_project(files)).stdout
    result = run("check", make_project({**files, path: content}))
    assert result.exit_code == 1
    assert "media-unused" not in result.stdout


@pytest.mark.parametrize("faults", [99, 100, 105])
def test_a_file_with_many_faults_says_where_it_is_read_no_further(
    faults: int, make_project: MakeProject, run: Run
):
    notes = "".join(f"  - id: n{n}\n    prompt: What is n{n}?\n    answer: `x` is\n" for n in range(faults))
    first = "concepts:\n  - id: a\n    prompt: What is a?\n    answer: true\n    why:\n"
    last = "  - id: z\n    prompt: What is z?\n    answer: Z\n    why:\n"
    output = run("check", make_project(a=f"{first}{notes}{last}", b=first)).stdout
    assert "a.yaml:5:5: error empty-text" in output
    assert "b.yaml:5:5: error empty-text" in output
    assert output.count("Found character that cannot start") == min(faults, 100)
    assert ("nothing is read from here on" in output) == (faults > 100)
    assert (f"a.yaml:{9 + 3 * faults}:5: error empty-text" in output) == (faults <= 100)
