"""What the terminal tells: help with examples, exit codes and addresses, for every command."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

import click
import pytest
from conftest import REPOSITORY, MakeProject, Run
from terminal import in_terminal

from deckgen.cli.documented import EXIT_CODES
from deckgen.model.addresses import DOCUMENTS, OWNER

sys.path.append(str(REPOSITORY / "tools"))
from manual import PAGE, commands, manual

NOTES = "concepts:\n  - {id: a, covers: [basics/first], prompt: Is it so?, anwser: A thing that one knows}\n"


@pytest.mark.parametrize("name", commands())
def test_help_ends_in_examples_exit_codes_and_the_address(name: str, run: Run):
    text = run(*name.split(), "--help").stdout
    examples, codes = text.index("\nExamples:\n"), text.index("\nExit codes:\n")
    assert examples < codes < text.index(f"Documents: `deckgen help`, {DOCUMENTS}")
    assert all(f"\n  {code} " in text[codes:] for code in EXIT_CODES)


@pytest.mark.parametrize("name", commands())
def test_options_are_options(name: str, run: Run):
    _, _, rest = run(*name.split(), "--help").stdout.partition("\nOptions:\n")
    first = [line for line in rest.partition("\n\n")[0].splitlines() if line[2] != " "]
    assert all(line.startswith("  -") for line in first)


@pytest.mark.parametrize(("name", "command"), commands().items())
def test_each_example_is_a_command_line_of_the_command(name: str, command: click.Command):
    for line in command.examples:
        program, *words = shlex.split(line.partition(" >")[0].partition(" |")[0])
        given = words[len(name.split()) :]
        assert [program, *words] == ["deckgen", *name.split(), *given]
        command.make_parser(click.Context(command)).parse_args(given)  # raises for an unknown option


@pytest.mark.parametrize("name", ["", *commands()])
def test_help_fits_a_terminal_of_40_columns(name: str):
    text = in_terminal([sys.executable, "-m", "deckgen", *name.split(), "--help"], {"COLUMNS": "40"})
    assert [line for line in text.splitlines() if len(line) > 40] == []


def test_exit_codes_stand_in_the_documents_as_in_the_help():
    documents = (REPOSITORY / "docs/ci.md").read_text(encoding="utf-8")
    assert all(f"\n| {code} | " in documents for code in EXIT_CODES)


def test_the_version_names_what_deckgen_runs_on(run: Run):
    lines = run("--version").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["deckgen,", "Python", "genanki", "anki"]
    script = (
        "import importlib.metadata as m; real = m.version\n"
        "def version(name):\n    if name == 'anki': raise m.PackageNotFoundError\n    return real(name)\n"
        "m.version = version\nfrom deckgen.cli.versions import versions; print(versions())"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "anki: not installed" in said.stdout


def test_the_address_of_the_project_stands_in_one_place():
    """Until the project is published its owner is not known: one file says what is put in."""
    files = [
        file for file in (REPOSITORY / "deckgen").rglob("*") if file.suffix in (".py", ".yaml", ".yml", ".md")
    ]
    named = [file.name for file in files if f"{OWNER}/deckgen" in file.read_text("utf-8")]
    assert named == []
    assert OWNER in DOCUMENTS


# Documents without a network


def test_every_document_is_a_topic(run: Run):
    listed = run("help").stdout
    for page in (REPOSITORY / "docs").glob("*.md"):
        assert f"\n{page.stem} " in f"\n{listed}"
        assert run("help", page.stem).stdout == page.read_text(encoding="utf-8")
    assert DOCUMENTS in listed


def test_help_on_a_command_is_its_own(run: Run):
    own = run("schema", "--help").stdout.partition("\n")[2]
    assert run("help", "schema").stdout == f"Usage: deckgen schema [OPTIONS] [NAME]\n{own}"


def test_a_topic_that_is_not_there_is_answered_with_the_one_that_was_meant(run: Run):
    result = run("help", "formt")
    assert result.exit_code == 2
    assert "Did you mean `format`?" in " ".join(result.stderr.split())


def test_a_document_is_laid_out_on_a_terminal():
    text = in_terminal(
        [sys.executable, "-m", "deckgen", "help", "editors"], {"COLUMNS": "60", "PAGER": "cat"}
    )
    assert "`deckgen schema`" not in text
    assert "deckgen schema" in text
    assert max(len(line) for line in re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines()) <= 60


@pytest.mark.parametrize("code", ["bad-id", "yes-no"])
def test_the_explanation_of_a_code_ends_in_the_address_of_its_page(code: str, run: Run):
    page = "rules" if code == "yes-no" else "findings"
    assert run("explain", code).stdout.endswith(f"\nMore: {DOCUMENTS}/{page}/#{code}\n")


def test_the_manual_is_what_the_commands_say():
    assert PAGE.read_text(encoding="utf-8") == manual(), "run `make docs`"


# On a terminal


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


@pytest.mark.parametrize(
    "line", ["check cards", "build cards", "status cards", "coverage cards", "stub -p nowhere"]
)
def test_words_are_wrapped_whole_at_40_columns(
    line: str, make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(make_project(a=NOTES).parent)
    text = plain(in_terminal([sys.executable, "-m", "deckgen", *line.split()], {"COLUMNS": "40"}))
    assert text.splitlines()
    assert [row for row in text.splitlines() if len(row) > 40 and " " in row.strip()] == []


@pytest.mark.parametrize("line", ["check", "lint", "status", "coverage", "stub", "schema notes"])
def test_what_takes_long_is_shown_on_a_terminal(line: str, make_project: MakeProject):
    root = make_project(a=NOTES)
    script = (
        "import sys, time, deckgen.build.project_reader as reader, deckgen.cli.progress_line as line\n"
        "line._PATIENCE, line._EVERY, listed = 0, 0.01, reader.list_files\n"
        "reader.list_files = lambda root: time.sleep(0.3) or listed(root)\n"
        f"sys.argv = ['deckgen', *{line.split()!r}, '-p', {str(root)!r}]\n"
        "from deckgen.cli import main; main()\n"
    )
    assert re.search(r"Reading[a-z ]* … 0 s", in_terminal([sys.executable, "-c", script]))


def test_help_knows_a_command_of_two_words(run: Run):
    assert "Write a note type called NAME" in run("help", "new", "notetype").stdout
    assert "Did you mean" in run("help", "tutorail").stderr
