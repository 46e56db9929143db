"""A file that is deleted while deckgen is at work is reported, at its place, as a file that cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import MakeProject, Run

from deckgen.lint import engine, fix
from deckgen.preview.deck import Deck
from deckgen.source.media import MediaLibrary

# The finding on the missing picture stands within a text, so that its column is looked up in the file again.
NOTES = """\
concepts:
  - {id: a, covers: [basics/first, basics/second], prompt: What is P in this small test of what an author is told?, answer: 'See ![Lag](lag.png)'}
"""
VAGUE = """\
concepts:
  - {id: a, covers: [basics/first, basics/second], prompt: "What is it, and why?", answer: A}
"""
MOJIBAKE = """\
concepts:
  - {id: NAME, covers: [basics/first, basics/second], prompt: "What is a cafÃ©?", answer: A}
"""

Vanish = Callable[[Any, str, Path], None]


@pytest.fixture
def vanish(monkeypatch: pytest.MonkeyPatch) -> Vanish:
    """Delete a file when a function or method is called for the first time."""

    def delete_when_called(owner: Any, name: str, file: Path) -> None:
        original = getattr(owner, name)

        def call(*arguments: Any, **named: Any) -> Any:
            file.unlink(missing_ok=True)
            return original(*arguments, **named)

        monkeypatch.setattr(owner, name, call)

    return delete_when_called


def gone(path: str) -> str:
    return f"cards/{path}:1:1: error file-unreadable The file cannot be read: No such file or directory.\n"


@pytest.mark.parametrize("command", ["check", "build", "status"])
def test_a_note_file_that_vanishes_after_it_was_read(
    command: str, make_project: MakeProject, run: Run, vanish: Vanish
):
    root = make_project(a=NOTES)
    vanish(MediaLibrary, "findings", root / "ch01/a.yaml")
    result = run(command, root)
    assert gone("ch01/a.yaml") in result.stdout + result.stderr
    assert (
        "cards/ch01/a.yaml:2:125: error media-missing There is no file `lag.png`.\n"
        in result.stdout + result.stderr
    )
    assert "2 errors\n" in result.stdout + result.stderr
    assert "temporary files" not in result.stdout + result.stderr
    assert result.exit_code == 1


def test_a_note_file_that_is_cut_short_after_it_was_read(
    make_project: MakeProject, run: Run, monkeypatch: pytest.MonkeyPatch
):
    root = make_project(a=NOTES)
    findings = MediaLibrary.findings

    def cut_short(library: MediaLibrary, **how: Any) -> Any:
        (root / "ch01/a.yaml").write_text("")
        return findings(library, **how)

    monkeypatch.setattr(MediaLibrary, "findings", cut_short)
    result = run("check", root)
    assert (
        "cards/ch01/a.yaml:2:125: error media-missing There is no file `lag.png`.\n"
        in result.stdout + result.stderr
    )
    assert result.exit_code == 1


def test_a_note_file_that_vanishes_while_the_lint_rules_run(
    make_project: MakeProject, run: Run, vanish: Vanish
):
    root = make_project(a=VAGUE)
    vanish(engine, "lint", root / "ch01/a.yaml")
    result = run("lint", root)
    assert gone("ch01/a.yaml") in result.stdout + result.stderr
    assert "cards/ch01/a.yaml:2:60: warning orphan-pronoun " in result.stdout + result.stderr
    assert result.exit_code == 1


def test_a_note_file_that_vanishes_before_it_is_mended(make_project: MakeProject, run: Run, vanish: Vanish):
    root = make_project(a=MOJIBAKE.replace("NAME", "a"), b=MOJIBAKE.replace("NAME", "b"))
    vanish(fix, "mend", root / "ch01/b.yaml")
    result = run("lint", root, "--fix", "--select", "mojibake")
    assert gone("ch01/b.yaml") in result.stdout + result.stderr
    assert "Fixed 1 place.\n" in result.stdout + result.stderr
    assert "café" in (root / "ch01/a.yaml").read_text(encoding="utf-8")
    assert result.exit_code == 1


def test_a_picture_that_vanishes_before_it_is_packed(make_project: MakeProject, run: Run, vanish: Vanish):
    root = make_project({"ch01/lag.png": "lag"}, a=NOTES)
    vanish(MediaLibrary, "findings", root / "ch01/lag.png")
    result = run("build", root)
    assert gone("ch01/lag.png") in result.stdout + result.stderr
    assert result.stderr.endswith("Nothing was written.\n")
    assert not Path("build").exists() or not list(Path("build").iterdir())
    assert not (root / "deckgen.lock").exists()
    assert result.exit_code == 1


def test_a_picture_that_vanishes_before_it_is_copied_beside_the_page(
    make_project: MakeProject, run: Run, vanish: Vanish
):
    root = make_project({"ch01/lag.png": "lag"}, a=NOTES)
    vanish(Deck, "to_json", root / "ch01/lag.png")
    result = run("preview", root, "--static", "page")
    assert gone("ch01/lag.png") in result.stdout + result.stderr
    assert result.stderr.endswith("The page in page is not complete.\n")
    assert result.exit_code == 1


def test_a_picture_that_vanishes_between_two_looks_at_the_project_is_not_left_out_of_the_page(
    make_project: MakeProject, run: Run, vanish: Vanish
):
    root = make_project({"ch01/lag.png": "lag"}, a=NOTES)
    vanish(engine, "lint", root / "ch01/lag.png")
    result = run("preview", root, "--static", "page")
    assert "error media-missing There is no file `lag.png`.\n" in result.stdout + result.stderr
    assert result.stderr.endswith("Nothing was written.\n")
    assert result.exit_code == 1


def test_a_chapter_that_vanishes_before_its_outline_is_taken(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "outline.yaml").write_text("id: ch01\n")
    (tmp_path / "chapter.md").write_text("# One\n\n- a point\n")
    samefile = Path.samefile

    def without_chapter(one: Path, other: Path) -> bool:
        (tmp_path / "chapter.md").unlink()
        return samefile(one, other)

    monkeypatch.setattr(Path, "samefile", without_chapter)
    result = run("outline", "chapter.md", "--diff", "outline.yaml")
    assert (
        "chapter.md:1:1: error file-unreadable The file cannot be read: No such file"
        in result.stdout + result.stderr
    )
    assert result.exit_code == 1
