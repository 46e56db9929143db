"""A project reads, ships and writes nothing outside of its folder, unless its author says so at the time."""

from __future__ import annotations

import os
from pathlib import Path
from zipfile import ZipFile

import pytest
from conftest import OUTLINE, MakeProject, Run

NOTES = """\
concepts:
  - {id: a, covers: [basics/first, basics/second], prompt: P?, answer: A}
"""
PRIVATE = NOTES.replace("id: a", "id: private").replace("P?", "What is my diary?")
COMMANDS = ["check", "build", "lint", "coverage", "status", "stub"]


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """Return a folder of the author's that is none of the project's."""
    folder = tmp_path / "home"
    (folder / "ch09").mkdir(parents=True)
    (folder / "diary.yaml").write_text(PRIVATE)
    (folder / "ch09/outline.yaml").write_text(OUTLINE.replace("ch01", "ch09"))
    (folder / "brand.css").write_text(".card { color: red }")
    return folder


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("ch01/b.yaml", "diary.yaml"),
        ("ch09", "ch09"),
        ("ch01/root", "/"),
        ("ch08/outline.yaml", "ch09/outline.yaml"),
        ("stories.yaml", "diary.yaml"),
        ("media", "ch09"),
        ("notetypes/mine/notetype.yaml", "diary.yaml"),
        ("deckgen.lock", "diary.yaml"),
    ],
)
def test_a_link_out_of_the_project_is_an_error_and_nothing_behind_it_is_read(
    name: str, target: str, make_project: MakeProject, run: Run, private: Path
):
    root = make_project({name: private / target}, a=NOTES)
    for command in ("check", "build"):
        result = run(command, root)
        assert f"cards/{name}:1:1: error file-outside The f" in result.output
        assert "is a link out of the project." in result.output
        assert "diary" not in result.output
        assert result.exit_code == 1
    assert not (root / "build").exists()


def test_a_note_type_that_is_a_folder_elsewhere_is_not_read(
    make_project: MakeProject, run: Run, private: Path
):
    (private / "notetype.yaml").write_text("name: Mine\n")
    root = make_project({"notetypes/mine": private}, a=NOTES)
    assert "cards/notetypes/mine/notetype.yaml:1:1: error file-outside" in run("check", root).output


@pytest.mark.parametrize("name", ["../home/brand.css", "{}/brand.css"])
def test_a_stylesheet_elsewhere_is_not_read(name: str, make_project: MakeProject, run: Run, private: Path):
    settings = f"name: Test\nid: test\ntheme: {{stylesheet: {name.format(private)}}}\n"
    result = run("check", make_project({"deckgen.yaml": settings}, a=NOTES))
    assert "deckgen.yaml:3:21: error file-outside The file lies outside the project." in result.output


@pytest.mark.parametrize("file", ["../../home/diary.yaml", "{}/diary.yaml"])
def test_a_chapter_elsewhere_is_not_read_and_that_is_said(
    file: str, make_project: MakeProject, run: Run, private: Path
):
    outline = f"{OUTLINE}chapter:\n  file: {file.format(private)}\n  digest: '0'\n"
    root = make_project({"ch01/outline.yaml": outline}, a=NOTES)
    result = run("check", root)
    assert "ch01/outline.yaml:13:9: info chapter-elsewhere The chapter `" in result.output
    assert "lies outside the project, so that its changes go unnoticed." in result.output
    assert result.exit_code == 0
    assert "chapter-changed" in run("check", root, "--allow-outside", private).output


@pytest.mark.parametrize("command", COMMANDS)
def test_an_author_may_say_that_links_lead_into_a_folder(
    command: str, make_project: MakeProject, run: Run, private: Path, monkeypatch: pytest.MonkeyPatch
):
    root = make_project({"ch01/b.yaml": private / "diary.yaml", "ch09": private / "ch09"}, a=NOTES)
    words = [command, *(["-p"] if command == "stub" else []), root]
    for folder in (private, root.parent):
        assert "file-outside" not in run(*words, "--allow-outside", folder).output
    assert "file-outside" in run(*words).output
    assert "file-outside" in run(*words, "--allow-outside", private / "ch09").output
    monkeypatch.setenv("DECKGEN_ALLOW_OUTSIDE", os.fspath(private))
    assert "file-outside" not in run(*words).output


def test_a_picture_elsewhere_is_packed_where_the_author_allows_it(
    make_project: MakeProject, run: Run, private: Path
):
    (private / "lag.png").write_bytes(b"lag")
    shown = NOTES.replace("answer: A", "answer: '![Lag](lag.png)'")
    root = make_project({"media/lag.png": private / "lag.png"}, a=shown)
    assert "error media-outside" in run("build", root).output
    assert "media-unused" not in run("check", root, "--allow-outside", private).output
    assert run("build", root, "--allow-outside", private).exit_code == 0
    assert ZipFile(root / "build/test.apkg").read("0") == b"lag"


def test_no_file_of_a_project_can_allow_it(make_project: MakeProject, run: Run, private: Path):
    settings = f"name: Test\nid: test\nallow_outside: {private}\n"
    root = make_project({"deckgen.yaml": settings, "ch01/b.yaml": private / "diary.yaml"}, a=NOTES)
    stderr = run("check", root).output
    assert "error unknown-key `allow_outside`" in stderr
    assert "error file-outside" in stderr


def test_links_within_the_project_are_followed(make_project: MakeProject, run: Run):
    root = make_project(
        {"shelf/b.yaml": NOTES.replace("id: a", "id: b"), "ch01/more": Path("../shelf")}, a=NOTES
    )
    (root / "shelf/b.yaml").rename(root / "shelf.txt")
    (root / "shelf/b.yaml").symlink_to(root / "shelf.txt")
    assert "2 notes" in run("build", root).stdout


def test_a_build_folder_that_is_a_link_elsewhere_is_not_written_into(
    make_project: MakeProject, run: Run, private: Path
):
    root = make_project({"build": private}, a=NOTES)
    result = run("build", root)
    assert "cards/build/test.apkg: it is a link to a file outside of the project.\n" in result.output
    assert result.exit_code == 1
    assert sorted(path.name for path in private.iterdir()) == ["brand.css", "ch09", "diary.yaml"]
    assert run("build", root, "--allow-outside", private).exit_code == 0


WRITERS = {
    "coverage -o": ["coverage", "-p", "cards", "-o", "cards/.link"],
    "coverage --badge": ["coverage", "-p", "cards", "--badge", "cards/.link"],
    "check -o": ["check", "-p", "cards", "--format", "junit", "-o", "cards/.link"],
    "lint -o": ["lint", "-p", "cards", "-o", "cards/.link"],
    "schema -o": ["schema", "-p", "cards", "-o", "cards/.folder"],
    "outline -o": ["outline", "chapter.md", "-o", "cards/.link", "--force"],
    "outline --update": ["outline", "chapter.md", "--diff", "cards/.link", "--update"],
    "build -o": ["build", "-p", "cards", "-o", "cards/.link.apkg"],
    "preview --static": ["preview", "-p", "cards", "--static", "cards/.folder"],
}


@pytest.mark.parametrize("command", WRITERS.values(), ids=WRITERS)
def test_no_command_writes_through_a_link_out_of_the_project_and_each_through_the_authors_own(
    command: list[str], make_project: MakeProject, run: Run, private: Path, monkeypatch: pytest.MonkeyPatch
):
    victims = {
        ".link": private / "victim",
        ".link.apkg": private / "victim.apkg",
        ".folder": private / "empty",
    }
    make_project(victims, a=NOTES)
    before = OUTLINE.replace("ch01", "ch09")
    (private / "empty").mkdir()
    for name in ("victim", "victim.apkg"):
        (private / name).write_text(before)
    Path("chapter.md").write_text("# One (Chapter 9)\n\n## Basics\n\n- **First**: a point.\n")
    result = run(*command)
    assert "it is a link to a file outside of the project." in result.output
    assert result.exit_code == 1
    assert (private / "victim").read_text() == (private / "victim.apkg").read_text() == before
    assert not list((private / "empty").iterdir())
    # So says the author, by a link outside of the project, or by the environment.
    own = [each.replace("cards/", "own") for each in command]
    for name, victim in victims.items():
        Path(f"own{name}").symlink_to(victim)
    assert "outside" not in run(*own).output
    monkeypatch.setenv("DECKGEN_ALLOW_OUTSIDE", os.fspath(private))
    assert "outside" not in run(*command).output


@pytest.mark.parametrize(
    ("name", "is_folder"),
    [
        (".gitignore", False),
        ("ch01/notes.yaml", False),
        ("ch01", True),
        ("deckgen.yaml", False),
        (".schemas/notes.schema.json", False),
    ],
)
def test_a_new_project_is_not_written_through_a_link(
    name: str, is_folder: bool, run: Run, tmp_path: Path, private: Path
):
    link = tmp_path / "new" / name
    link.parent.mkdir(parents=True)
    link.symlink_to(private if is_folder else private / "nothing")
    result = run("init", tmp_path / "new")
    assert f"{name if is_folder is False else 'ch01/chapter.md'} is a link out of" in result.output
    assert result.exit_code == 1
    assert not (private / "nothing").exists()
    assert not (private / "notes.yaml").exists()
    assert [path for path in (tmp_path / "new").rglob("*") if not path.is_dir()] == [link] * (not is_folder)


def test_a_dangling_link_within_a_new_project_is_kept(run: Run, tmp_path: Path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new/.gitignore").symlink_to("ignored")
    result = run("init", tmp_path / "new")
    assert f"Kept  {tmp_path}/new/.gitignore\n" in result.stdout
    assert not (tmp_path / "new/ignored").exists()
