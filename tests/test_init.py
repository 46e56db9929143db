"""``deckgen init``: a project that is the start of its author's own repository."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import Run

from deckgen.model.addresses import REPOSITORY
from deckgen.source.schemas import FILES

CHAPTER = """\
# Storage (Chapter 5)

## Files

- Keep files large
- **Parquet** vs Avro
"""


def test_a_new_project_has_all_that_a_repository_needs(run: Run):
    result = run("init", "deck")
    assert result.exit_code == 0, result.output
    root = Path("deck")
    (hooks,) = yaml.safe_load((root / ".pre-commit-config.yaml").read_text())["repos"]
    assert (hooks["repo"], [hook["id"] for hook in hooks["hooks"]]) == (
        REPOSITORY,
        ["deckgen-check", "deckgen-frozen"],
    )
    (job,) = yaml.safe_load((root / ".github/workflows/deck.yml").read_text())["jobs"].values()
    assert f"https://github.com/{job['steps'][1]['uses']}" == f"{REPOSITORY}@main"
    assert "deckgen.lock text eol=lf merge=union\n" in (root / ".gitattributes").read_text()
    assert "end_of_line = lf\n" in (root / ".editorconfig").read_text()
    assert "# Deck\n" in (root / "README.md").read_text()
    assert b"$" not in b"".join(each.read_bytes() for each in root.glob(".[a-z]*") if each.is_file())


def test_an_editor_finds_a_schema_for_each_file(run: Run):
    run("init", "deck")
    settings = json.loads(Path("deck/.vscode/settings.json").read_text())["yaml.schemas"]
    assert sorted(map(tuple, settings.values())) == sorted(FILES.values())
    for schema in settings:
        assert "$schema" in json.loads((Path("deck") / schema).read_text())


def test_the_example_says_what_its_chapter_says(run: Run):
    run("init", "deck")
    result = run("outline", "deck/ch01/chapter.md", "--diff", "deck/ch01/outline.yaml")
    assert (result.exit_code, result.stdout) == (0, "The outline is up to date.\n")


def test_what_git_has_of_a_new_project_needs_no_lock_to_change(run: Run):
    """What CI gets is a clone: without what git ignores, with line ends as the attributes say."""
    run("init", "deck")
    run("build", "deck")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "core.autocrlf=true"]
    for words in (["init", "-q", "deck"], ["-C", "deck", "add", "."], ["-C", "deck", "commit", "-qm", "all"]):
        subprocess.run([*git, *words], check=True, capture_output=True)
    subprocess.run([*git, "clone", "-q", "deck", "clone"], check=True, capture_output=True)
    assert not Path("clone/.schemas").exists()
    assert b"\r" not in Path("clone/ch01/notes.yaml").read_bytes()
    assert b"\r" in Path("clone/.editorconfig").read_bytes()
    assert run("check", "clone", "--strict").exit_code == 0
    assert run("build", "clone", "--frozen").exit_code == 0


def test_within_a_repository_of_something_else_its_workflow_and_hooks_are_left_out(run: Run):
    Path("other/.git").mkdir(parents=True)
    assert run("init", "other/deck").exit_code == 0
    names = {path.name for path in Path("other/deck").iterdir()}
    assert {"deckgen.yaml", ".gitignore", ".vscode"} <= names
    assert not names & {".github", ".pre-commit-config.yaml", "README.md"}
    assert run("init", "other/.git/..", "--name", "All").exit_code == 0
    assert Path("other/.github").exists()


def test_a_chapter_gives_its_outline_and_stubs_for_its_points(run: Run):
    Path("ch5.md").write_text(CHAPTER)
    result = run("init", "deck", "--from", "ch5.md")
    assert result.exit_code == 0, result.output
    assert Path("deck/ch05/ch5.md").read_text() == CHAPTER
    assert not Path("deck/ch01").exists()
    checked = run("check", "deck")
    assert checked.exit_code == 0
    assert "No note teaches `files/parquet-vs-avro`" in checked.stdout
    assert run("build", "deck").exit_code == 0
    notes = Path("deck/ch05/notes.yaml")
    head, _, stubs = notes.read_text().partition("\n")
    assert "Take away the `# `" in head
    notes.write_text(
        "".join(line.removeprefix("# ").removeprefix("#") for line in stubs.splitlines(keepends=True))
    )
    empty = run("check", "deck").stdout
    assert "notes.yaml:6:5: error empty-text" in empty
    assert "point-uncovered" not in empty


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "cp1251", "utf-8-sig"])
def test_a_chapter_in_another_encoding_is_copied_as_it_is(encoding: str, run: Run):
    word = "Кафка" if encoding == "cp1251" else "café"
    data = f"# T (Chapter 5)\n\n## A\n\n- {word} one, and then the other words\n".encode(encoding)
    Path("ch5.md").write_bytes(data)
    assert run("init", "deck", "--from", "ch5.md").exit_code == 0
    assert Path("deck/ch05/ch5.md").read_bytes() == data
    assert run("check", "deck").exit_code == 0


@pytest.mark.parametrize(
    ("chapter", "said"), [(b"", "There is no outline to write."), (b"\x00\x01\xff", "no outline")]
)
def test_without_an_outline_nothing_is_written(chapter: bytes, said: str, run: Run):
    Path("ch5.md").write_bytes(chapter)
    result = run("init", "deck", "--from", "ch5.md")
    assert result.exit_code == 1
    assert said in result.stderr
    assert not Path("deck").exists()


def test_a_new_project_starts_in_a_folder_of_any_name(tmp_path: Path):
    command = [sys.executable, "-m", "deckgen", "init", "$HOME `x` {id}", "--id", "odd"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert result.stderr == ""
    assert "# $HOME `x` {id}\n" in (tmp_path / "$HOME `x` {id}/README.md").read_text()
