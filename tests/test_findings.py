"""Every finding, by example: sources and what `deckgen check` says of them, as files to read.

A fixture may name another command under `=== command`, and what happened before it under `=== script`: lines
for the shell, run in the folder of `cards`, where `deckgen` is the command and `git` has an author.

`pytest --golden` writes the expected part anew; review it as a diff.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import MakeProject, Run

from deckgen.codes import ALL_CODES
from deckgen.lint import engine as lint
from deckgen.model.text import can_be_seen
from deckgen.render.renderer import library_versions

FIXTURES = sorted((Path(__file__).parent / "findings").glob("*.txt"))


def read_fixture(file: Path) -> tuple[str, dict[str, str | bytes | Path], str]:
    """Return what a fixture is about, its files, and the expected output."""
    about, *parts = re.split(r"^=== (.*)\n", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    files: dict[str, str | bytes | Path] = {}
    for heading, content in zip(parts[::2], parts[1::2], strict=True):
        name, _, form = heading.partition(" ")
        if form == "link":
            files[name] = Path(content.strip())
        elif form == "escaped":
            files[name] = content.strip("\n").encode().decode("unicode_escape").encode("latin-1")
        else:
            files[name] = content
    return about, files, str(files.pop("expected"))


def set_clock(files: dict[str, str | bytes | Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the time that a fixture plays at out of its files, and the environment's variables: those in capitals."""
    if "clock" in files:
        now = int(str(files.pop("clock")))
        monkeypatch.setattr("deckgen.cli.planning.time.time_ns", lambda: now * 1_000_000_000)
    for name in [name for name in files if name.isupper()]:
        monkeypatch.setenv(name, str(files.pop(name)).strip())


def run_script(script: str, folder: Path) -> None:
    """Run the lines of a fixture's script; each must succeed."""
    names = {
        f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, **names, "PATH": path, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(
        ["sh", "-eu", "-c", script], cwd=folder, env=environment, check=True, capture_output=True, text=True
    )


@pytest.mark.parametrize("file", FIXTURES, ids=lambda file: file.stem)
def test_check_reports_each_fault_with_place_and_mend(
    file: Path,
    make_project: MakeProject,
    run: Run,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
):
    about, files, expected = read_fixture(file)
    set_clock(files, monkeypatch)
    command = str(files.pop("command", "check cards"))
    script = files.pop("script", None)
    root = make_project(files)
    if script:
        run_script(str(script), root.parent)
    result = run(*command.split())
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    report = result.stdout if command.startswith("check") else result.stderr
    report = report.replace(library_versions(), "LIBRARIES").replace("No findings\n", "")
    assert result.exit_code == (1 if ": error " in report else 0)
    if request.config.getoption("--golden"):
        text = file.read_text(encoding="utf-8")
        file.write_text(
            text.split("=== expected\n")[0] + "=== expected\n" + report,
            encoding="utf-8",
        )
    else:
        assert report == expected, about


@pytest.mark.parametrize("code", ALL_CODES, ids=lambda code: code.name)
def test_each_code_is_shown_by_an_example(code):
    pattern = re.compile(rf"^\S+:\d+:\d+: {code.severity} {code.name} ", re.MULTILINE)
    assert any(pattern.search(read_fixture(file)[2]) for file in FIXTURES)


@pytest.mark.parametrize("file", FIXTURES, ids=lambda file: file.stem)
def test_bad_input_leaves_the_package_and_the_lock_as_they_were(
    file: Path, make_project: MakeProject, run: Run, monkeypatch: pytest.MonkeyPatch
):
    _, files, expected = read_fixture(file)
    codes = set(re.findall(r": (?:error|warning) (\S+) ", expected))
    if codes <= {code.name for code in lint.CODES} or "script" in files:
        return  # what is badly taught is built all the same; tests/git/ has what comes of a history
    set_clock(files, monkeypatch)
    files.pop("command", None)
    root = make_project(files)
    Path("deck.apkg").write_bytes(b"the earlier package")
    lock = root / "deckgen.lock"
    before = lock.read_bytes() if lock.exists() else None
    result = run("build", root, "-o", "deck.apkg", "--strict")
    assert result.exit_code == 1
    assert Path("deck.apkg").read_bytes() == b"the earlier package"
    assert (lock.read_bytes() if lock.exists() else None) == before
    assert sorted(path.name for path in Path().iterdir()) == ["cards", "deck.apkg"]


@pytest.mark.parametrize("code", ALL_CODES, ids=lambda code: code.name)
def test_explain_knows_every_code(code, run: Run):
    result = run("explain", code.name)
    assert result.exit_code == 0
    assert code.why.split()[0] in result.stdout


def test_code_names_are_unique():
    names = [code.name for code in ALL_CODES]
    assert len(names) == len(set(names))


def test_whatcan_be_seen_is_told_by_its_first_character_as_by_all():
    for sign in map(chr, range(0x11000)):
        assert can_be_seen(sign) == can_be_seen(f" {sign}"), hex(ord(sign))
    assert not any(map(can_be_seen, ("", " \n", "\u200b", "\ufeff\u2060")))
