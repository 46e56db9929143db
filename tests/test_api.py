"""deckgen as a library: what its page says, and what a program that imports it relies on."""

from __future__ import annotations

import doctest
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import REPOSITORY, MakeProject

import deckgen

NOTES = "concepts:\n  - {id: a, covers: [basics/first, basics/second], prompt: P?, answer: A}\n"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_examples_on_its_page_run():
    shutil.copytree(REPOSITORY / "cards", "cards")
    failed, tried = doctest.testfile(str(REPOSITORY / "docs" / "api.md"), module_relative=False)
    assert (failed, tried > 8) == (0, True)


@pytest.mark.parametrize("name", deckgen.__all__)
def test_every_name_is_there_and_says_what_it_is(name: str):
    value = getattr(deckgen, name)
    assert value.__doc__
    assert f"{value.__module__}.".startswith("deckgen.")


def test_a_build_is_stamped_with_the_time_that_it_is_given(make_project: MakeProject):
    root = make_project(a=NOTES)
    package = deckgen.build_package(root, now=NOW)
    assert package.changes.new == ("ch01/a",)
    assert package.path.resolve() == (root / "build" / "test.apkg").resolve()
    assert package.size == package.path.stat().st_size
    assert f" {int(NOW.timestamp())} " in (root / "deckgen.lock").read_text()


def test_a_build_with_an_error_writes_nothing_and_says_why(make_project: MakeProject):
    root = make_project(a=NOTES.replace("answer", "anwser"))
    with pytest.raises(deckgen.BuildError, match="nothing was written") as caught:
        deckgen.build_package(root)
    assert "unknown-key" in {finding.code.name for finding in caught.value.findings}
    assert not (root / "deckgen.lock").exists()
    assert not (root / "build").exists()


def test_a_frozen_build_refuses_to_change_the_lock(make_project: MakeProject):
    root = make_project(a=NOTES)
    with pytest.raises(deckgen.BuildError, match="Not up to date"):
        deckgen.build_package(root, frozen=True)
    deckgen.build_package(root)
    assert deckgen.build_package(root, frozen=True).changes.is_nothing()


def test_a_chapter_that_is_not_there_is_said(make_project: MakeProject):
    with pytest.raises(deckgen.BuildError, match="no chapter `ch1`"):
        deckgen.build_package(make_project(a=NOTES), chapters=["ch1"])


def test_what_check_finds_is_found(make_project: MakeProject):
    findings = deckgen.check_project(
        make_project(a=NOTES.replace("P?", "Is it?").replace("answer: A", "answer: 'Yes'"))
    )
    assert "yes-no" in {finding.code.name for finding in findings}  # of lint


CONSUMER = """\
from datetime import datetime, timezone

import deckgen
from deckgen import BuildError, Finding, Project, load_project


def gaps(folder: str) -> list[str]:
    project: Project = load_project(folder)
    return [point.full_id for point in project.coverage.points if not point.is_taught]


def errors(folder: str) -> tuple[Finding, ...]:
    try:
        package = deckgen.build_package(folder, now=datetime.now(timezone.utc), frozen=True)
    except BuildError as error:
        return error.findings
    reveal_type(package.size)
    return package.findings


wrong: int = load_project("cards").settings.name
"""


def test_a_program_that_uses_it_is_checked_by_mypy_against_the_wheel(tmp_path: Path):
    for command in (
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", "wheels", str(REPOSITORY)],
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "-q",
            "--no-deps",
            "--target",
            "site",
            "--find-links",
            "wheels",
            "--no-index",
            "deckgen-anki",
        ],
    ):
        subprocess.run(command, check=True, cwd=tmp_path)
    (tmp_path / "consumer.py").write_text(CONSUMER)
    result = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--python-executable", sys.executable, "consumer.py"],
        cwd=tmp_path,
        env={"MYPYPATH": "", "PATH": "", "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = result.stdout.splitlines()
    assert len([line for line in lines if ": error:" in line]) == 1
    assert 'has type "str", variable has type "int"' in result.stdout
    assert 'Revealed type is "int"' in result.stdout


def test_a_package_never_takes_the_place_of_another_file(make_project: MakeProject):
    root = make_project(a=NOTES)
    before = (root / "deckgen.yaml").read_bytes()
    with pytest.raises(deckgen.BuildError, match="does not end in"):
        deckgen.build_package(root, root / "deckgen.yaml")
    assert (root / "deckgen.yaml").read_bytes() == before


@pytest.mark.parametrize("year", [1969, 9999])
def test_a_time_that_no_lock_can_hold_is_refused(make_project: MakeProject, year: int):
    root = make_project(a=NOTES)
    with pytest.raises(deckgen.BuildError, match="cannot be built at"):
        deckgen.build_package(root, now=datetime(year, 1, 1, tzinfo=UTC))
    assert not (root / "deckgen.lock").exists()


@pytest.mark.parametrize("now", [0, 1_767_322_800, "2026-01-02", date(2026, 1, 2)])
def test_a_time_of_another_type_is_refused_in_a_sentence(make_project: MakeProject, now: Any):
    with pytest.raises(TypeError, match="`now` must be a datetime"):
        deckgen.build_package(make_project(a=NOTES), now=now)


def test_a_single_chapter_may_be_named_by_its_id_alone(make_project: MakeProject):
    root = make_project({"ch02/outline.yaml": "id: ch02\nnumber: 2\ntitle: Two\nsections: []\n"}, a=NOTES)
    (root / "ch02" / "a.yaml").write_text("concepts:\n  - {id: b, prompt: Q?, answer: B}\n")
    assert deckgen.build_package(root, chapters="ch02").changes.new == ("ch02/b",)


def test_a_loaded_project_cannot_be_changed(make_project: MakeProject):
    project: Any = deckgen.load_project(make_project(a=NOTES))
    for mapping in (project.note_types, project.chapters, project.rendered):
        with pytest.raises(TypeError):
            mapping["new"] = None
    with pytest.raises(AttributeError):
        project.rendered = {}


def test_a_picture_that_vanishes_during_a_build_is_a_finding(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
):
    root = make_project({"media/a.png": b"\x89PNG"}, a=NOTES.replace("answer: A", "answer: '![A](a.png)'"))
    monkeypatch.setattr("deckgen.build.run.wait_until", lambda *_: (root / "media/a.png").unlink())
    with pytest.raises(deckgen.BuildError, match="nothing was written") as caught:
        deckgen.build_package(root)
    assert [finding.span.path for finding in caught.value.findings] == ["media/a.png"]


def test_a_folder_that_is_not_there_lies_in_no_project(make_project: MakeProject):
    root = make_project(a=NOTES)
    with pytest.raises(deckgen.ProjectNotFoundError):
        deckgen.load_project(root / "nowhere")


def test_stamps_of_the_future_are_not_both_kept_and_reset(make_project: MakeProject):
    with pytest.raises(deckgen.BuildError, match="not both"):
        deckgen.build_package(make_project(a=NOTES), reset_future_stamps=True, keep_future_stamps=True)
