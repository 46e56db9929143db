"""The commands as a user meets them."""

from __future__ import annotations

import errno
import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import IO

import click
import pytest
from conftest import MakeProject, Run
from terminal import in_terminal

from deckgen.cli import COMMANDS

NOTES = """\
concepts:
  - {id: a, covers: [basics/first, basics/second], prompt: What is P in this small test of what an author is told?, answer: A}
"""


def test_build_says_what_it_wrote(make_project: MakeProject, run: Run):
    result = run("build", make_project(a=NOTES))
    assert result.exit_code == 0
    assert result.stderr == ""
    text = re.sub(r"\(\d+ kB\) in \d+\.\d s", "(SIZE) in TIME", result.stdout)
    assert text == (
        "Wrote cards/build/test.apkg (SIZE) in TIME\n"
        "  concepts       1 note       1 card\n"
        "  in all         1 note       1 card\n"
        "Decks:\n"
        "  Test::01 One (1 card)\n"
        "Coverage: 2 of 2 points taught (100 %)\n"
        "`deckgen check --project cards` reports nothing.\n"
    )
    assert Path("cards/build/test.apkg").is_file()


def test_a_project_is_found_from_a_folder_within_it(make_project: MakeProject, run: Run):
    root = make_project(a=NOTES)
    assert run("check", root / "ch01").exit_code == 0
    assert run("check", root / "ch01" / "a.yaml").exit_code == 0


@pytest.mark.parametrize("command", ["build", "check", "coverage"])
def test_a_folder_without_a_project_is_wrong_usage(command: str, run: Run, tmp_path: Path):
    result = run(command, tmp_path)
    assert result.exit_code == 2
    assert f"no deckgen.yaml in `{tmp_path}` or in a folder above" in " ".join(result.stderr.split())
    for words, name in ((["nowhere"], "PROJECT"), (["-p", "nowhere"], "--project")):
        result = run(command, *words)
        assert result.exit_code == 2
        assert f"Invalid value for {name}: `nowhere` does not exist." in result.stderr
    assert "`deckgen init`" in run(command).stderr


def test_a_mistyped_command_is_answered_with_the_one_that_was_meant(run: Run):
    result = run("biuld")
    assert result.exit_code == 2
    assert "No such command `biuld`. Did you mean `build`?" in result.stderr
    assert "Did you mean" not in run("frobnicate").stderr


def test_a_package_that_cannot_be_written_is_said_in_one_line(make_project: MakeProject, run: Run):
    Path("taken").write_text("a file, not a folder")
    result = run("build", make_project(a=NOTES), "-o", "taken/deck.apkg")
    assert result.exit_code == 1
    assert result.stderr.startswith("Cannot write ")
    assert not Path("cards/deckgen.lock").exists()


def test_a_mistyped_format_is_answered_with_the_one_that_was_meant(run: Run):
    result = run("check", "--format", "jsn")
    assert result.exit_code == 2
    assert "Did you mean `json`?" in result.stderr
    assert "Did you mean" not in run("check", "--format", "toast").stderr


def test_a_build_that_breaks_off_leaves_the_earlier_package_and_lock(
    make_project: MakeProject, run: Run, monkeypatch: pytest.MonkeyPatch
):
    root = make_project(a=NOTES)
    run("build", root, "-o", "deck.apkg")
    before = [Path("deck.apkg").read_bytes(), (root / "deckgen.lock").read_bytes()]

    def break_off(file: IO[bytes], *_: object) -> None:
        file.write(b"half a package")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("deckgen.package.apkg.write_package", break_off)
    make_project(a=NOTES.replace("answer: A", "answer: Edited"))
    result = run("build", root, "-o", "deck.apkg")
    assert result.exit_code == 1
    assert "No space left on device" in result.stderr
    assert [Path("deck.apkg").read_bytes(), (root / "deckgen.lock").read_bytes()] == before
    assert sorted(path.name for path in Path().iterdir()) == ["cards", "deck.apkg"]


@pytest.mark.parametrize("output", ["cards/ch01/a.yaml", "cards/deckgen.lock", ""])
def test_a_package_never_takes_the_place_of_a_source(output: str, make_project: MakeProject, run: Run):
    root = make_project(a=NOTES)
    assert run("build", root, "-o", output).exit_code == 2
    assert (root / "ch01" / "a.yaml").read_text() == NOTES


def test_a_chapter_may_be_a_link_and_a_link_may_lead_back(make_project: MakeProject, run: Run):
    root = make_project(a=NOTES)
    (root / "ch01").rename("elsewhere")
    (root / "ch01").symlink_to(Path("elsewhere").resolve())
    (root / "ch01" / "back").symlink_to(root)
    result = run("build", root, "--allow-outside", "elsewhere")
    assert "1 note " in result.stdout, result.stderr


def test_a_pipe_is_no_note_file(make_project: MakeProject, run: Run):
    root = make_project(a=NOTES)
    os.mkfifo(root / "ch01" / "pipe.yaml")
    assert "file-unreadable" in run("check", root).stdout


def test_strict_makes_warnings_count(make_project: MakeProject, run: Run):
    root = make_project(a=NOTES.replace(", basics/second", ""))
    assert run("check", root).exit_code == 0
    assert run("check", root, "--strict").exit_code == 1
    assert run("build", root, "--strict").exit_code == 1
    assert not Path("build").exists()


def test_check_as_json_gives_every_part_of_a_finding(make_project: MakeProject, run: Run):
    result = run("check", make_project(a=NOTES.replace("answer", "anwser")), "--format", "json")
    assert result.exit_code == 1
    findings = json.loads(result.stdout)
    unknown = next(finding for finding in findings if finding["code"] == "unknown-key")
    assert unknown == {
        "path": "cards/ch01/a.yaml",
        "line": 2,
        "column": 117,
        "severity": "error",
        "code": "unknown-key",
        "message": "`anwser` is not a key of a note.",
        "hint": "Did you mean `answer`?",
    }


def test_coverage_names_the_points_that_lack_a_note(make_project: MakeProject, run: Run):
    root = make_project(a=NOTES.replace(", basics/second", ""))
    result = run("coverage", root)
    assert result.exit_code == 0
    assert "second" in result.stdout
    assert "cards/ch01/outline.yaml:10" in result.stdout
    assert run("coverage", root, "--fail-under", "50").exit_code == 0
    assert run("coverage", root, "--fail-under", "51").exit_code == 1
    data = json.loads(run("coverage", root, "--format", "json").stdout)
    assert (data["taught"], data["points"], data["percent"]) == (1, 2, 50)
    assert [point["taught"] for point in data["coverage"]] == [True, False]


def test_coverage_fails_below_what_the_project_asks_for(make_project: MakeProject, run: Run):
    settings = "name: Test\nid: test\ncoverage: {fail_under: 100}\n"
    root = make_project({"deckgen.yaml": settings}, a=NOTES.replace(", basics/second", ""))
    assert run("coverage", root).exit_code == 1


def test_a_draft_is_checked_but_not_shipped(make_project: MakeProject, run: Run, reader):
    draft = "  - {id: d, covers: [basics/nowhere], draft: true, prompt: D?, answer: D}\n"
    root = make_project(a=NOTES + draft)
    assert "covers-unknown" in run("check", root).stdout
    make_project(a=NOTES + draft.replace("nowhere", "first"))
    run("build", root, "-o", "deck.apkg")
    assert reader.import_package(Path("deck.apkg")).new == 1


def test_the_readers_own_story_reaches_the_card(make_project: MakeProject, run: Run, reader):
    notes = """\
        questions:
          - {id: q, covers: [basics/first], ask: Q, tests: T, structure: [S], rubric: [R]}
        """
    root = make_project({"stories.yaml": "q: I broke **prod**."}, a=notes)
    assert run("build", root, "-o", "deck.apkg").exit_code == 0
    reader.import_package(Path("deck.apkg"))
    ((fields, _),) = reader.notes().values()
    assert "I broke <strong>prod</strong>." in fields


def test_a_kind_can_have_another_subdeck_or_none(make_project: MakeProject, run: Run):
    notes = """\
        questions:
          - {id: q, covers: [basics/first], ask: Q, tests: T, structure: [S], rubric: [R]}
        concepts:
          - {id: a, covers: [basics/second], prompt: P?, answer: A}
        """
    settings = "name: Test\nid: test\nsubdecks: {questions: '', concepts: Facts::Core}\n"
    result = run("build", make_project({"deckgen.yaml": settings}, a=notes))
    assert "  Test::01 One (1 card)\n  Test::01 One::Facts::Core (1 card)\n" in result.stdout


def test_scalars_are_taken_as_written(make_project: MakeProject, run: Run, reader):
    values = ["no", "1.10", "1:30", "010", "2026-11-24", "~", "null", "0x1F", "1e3", "Yes", ".inf"]
    notes = "concepts:\n" + "".join(
        f"  - {{id: n{number}, covers: [basics/first], prompt: Which is {number}?, answer: {value}}}\n"
        for number, value in enumerate(values)
    )
    run("build", make_project(a=notes), "-o", "deck.apkg")
    reader.import_package(Path("deck.apkg"))
    assert sorted(fields[1] for fields, _ in reader.notes().values()) == sorted(values)


def test_an_authors_own_note_type_needs_files_alone(make_project: MakeProject, run: Run, reader):
    own = {
        "notetypes/term/notetype.yaml": """\
            name: Term
            list: terms
            fields:
              - {name: word, required: true}
              - {name: meaning, required: true}
            cards: [{name: Define}]
            """,
        "notetypes/term/define.front.html": "{{Word}}",
        "notetypes/term/define.back.html": "{{FrontSide}}<hr id=answer>{{Meaning}}",
        "notetypes/term/style.css": ".card { color: teal }",
    }
    notes = "terms:\n  - {id: lag, covers: [basics/first], word: Lag, meaning: Delay}\n"
    result = run("build", make_project(own, a=notes), "-o", "deck.apkg")
    assert result.exit_code == 0, result.stderr
    reader.import_package(Path("deck.apkg"))
    card = reader.col.get_card(reader.col.find_cards("Lag")[0])
    assert "Delay" in card.answer()
    assert "color: teal" in card.note_type()["css"]


def test_no_chapter_loses_its_notes_to_an_own_folder(make_project: MakeProject, run: Run):
    deep = "concepts:\n  - {id: deep, covers: [basics/first], prompt: P?, answer: A}\n"
    result = run("build", make_project({"ch01/part/two/deep.yml": deep}, a=NOTES))
    assert re.search(r"in all +2 notes +2 cards", result.stdout)


# Starting a project


@pytest.mark.parametrize("name", ["Data interviews", "O'Reilly: C# & co", "null"])
def test_a_new_project_builds_without_a_finding(name: str, run: Run, reader):
    result = run("init", "decks", "--name", name)
    assert result.exit_code == 0, result.output
    assert "Next: deckgen build decks" in result.stdout
    checked = run("check", "decks", "--strict")
    assert (checked.exit_code, checked.stdout) == (0, "No findings\n"), checked.stderr
    run("build", "decks", "-o", "deck.apkg")
    assert reader.import_package(Path("deck.apkg")).new == 5
    assert any(deck.name == f"{name}::01 Getting started" for deck in reader.col.decks.all_names_and_ids())


def test_init_overwrites_nothing(run: Run):
    Path("decks").mkdir()
    Path("decks/.gitignore").write_text("mine\n")
    assert "Kept  decks/.gitignore" in run("init", "decks").stdout
    assert Path("decks/.gitignore").read_text() == "mine\n"
    again = run("init", "decks/ch01")
    assert again.exit_code == 1
    assert "is a project already" in again.stderr
    assert run("init", "other", "--id", "Not kebab").exit_code == 2


def test_init_makes_an_id_of_a_name_in_any_script(run: Run):
    run("init", "my déck")
    assert "id: my-deck\n" in Path("my déck/deckgen.yaml").read_text()
    assert run("build", "my déck").exit_code == 0


# How it runs


def _deckgen(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deckgen", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def test_it_runs_as_a_module():
    result = _deckgen("--version")
    assert result.returncode == 0
    assert result.stdout.startswith("deckgen, version ")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does_and_what_each_option_means(name: str):
    command = importlib.import_module(f"deckgen.cli.{name}").command
    assert command.name == name
    assert command.help
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    assert all(option.help for option in options)


def test_help_lists_every_command():
    said = _deckgen("--help").stdout
    assert all(re.search(rf"^  {name} ", said, re.MULTILINE) for name in COMMANDS)


COLOUR = r"\x1b\[[0-9;]+m"  # and not what wipes the line that shows progress


def test_colour_goes_to_a_terminal_alone(make_project: MakeProject):
    root = make_project(a=NOTES.replace("answer", "anwser"))
    command = [sys.executable, "-m", "deckgen", "check", str(root)]
    assert re.search(COLOUR, in_terminal(command, {"TERM": "xterm", "NO_COLOR": ""}))
    assert not re.search(COLOUR, in_terminal(command, {"TERM": "xterm", "NO_COLOR": "1"}))
    assert "\x1b[" not in _deckgen("check", str(root)).stdout


@pytest.mark.parametrize(
    "words", [["bu\x1b[31mild"], ["build", "/no\x1b[31mpe"], ["check", "--format", "\x1b[31m"]]
)
def test_what_was_typed_does_not_steer_the_terminal(words: list[str]):
    assert "\x1b[31m" not in in_terminal([sys.executable, "-m", "deckgen", *words])


@pytest.mark.parametrize("width", [40, 80])
def test_help_is_as_wide_as_the_terminal(width: int):
    text = in_terminal([sys.executable, "-m", "deckgen", "build", "--help"], {"COLUMNS": str(width)})
    assert width - 8 < max(map(len, text.splitlines())) < width


def test_a_reader_that_goes_away_is_no_fault():
    command = [sys.executable, "-m", "deckgen", "explain"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


@pytest.mark.parametrize(
    "arguments",
    ["check cards", "build cards", "coverage cards", "explain", "help rules", "--help"],
)
def test_output_for_which_there_is_no_room_is_said_in_one_line(
    arguments: str, make_project: MakeProject, tmp_path: Path
):
    make_project(a=NOTES)
    command = [sys.executable, "-m", "deckgen", *arguments.split()]
    for _ in range(2):  # a second build has less to do, and another way to say so
        with Path("/dev/full").open("w") as full:
            result = subprocess.run(
                command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=tmp_path
            )
        assert result.stderr == "Cannot print to the standard output: No space left on device.\n"
        assert result.returncode == 1


def test_a_path_that_is_not_utf8_is_printed_with_its_bytes(make_project: MakeProject, tmp_path: Path):
    root = make_project(a=NOTES)
    result = _deckgen("build", str(root), "-o", os.fsdecode(b"\xff.apkg"), cwd=tmp_path)
    assert result.stdout.startswith(r"Wrote \udcff.apkg ")
    assert (result.stderr, result.returncode) == ("", 0)


def _at_the_end(code: str, *arguments: str) -> str:
    """Run the command line in a process of its own; return what an expression is as it ends."""
    script = (
        f"import atexit, gc, sys; sys.argv = ['deckgen', *{arguments!r}]\n"
        f"atexit.register(lambda: print({code}, file=sys.stderr))\n"
        "from deckgen.cli import main; main()"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return result.stderr.splitlines()[-1]


@pytest.mark.parametrize("command", ["build", "check", "lint", "coverage", "status"])
def test_the_collector_is_off_in_every_command_that_ends_by_itself(
    make_project: MakeProject, command: str, monkeypatch: pytest.MonkeyPatch
):
    root = make_project(a=NOTES)
    monkeypatch.chdir(root.parent)
    assert _at_the_end("gc.isenabled()", command, str(root)) == "False"


@pytest.mark.parametrize(
    "command",
    [("init", ""), ("schema", "-o", ""), ("build", "-p", ""), ("check", ""), ("preview", "--static", "")],
)
def test_an_empty_path_is_wrong_usage_and_not_the_current_folder(
    command: tuple[str, ...], make_project: MakeProject, run: Run, monkeypatch: pytest.MonkeyPatch
):
    root = make_project()
    monkeypatch.chdir(root)
    before = sorted(root.rglob("*"))
    result = run(*command)
    assert (result.exit_code, "The path is empty." in result.stderr) == (2, True)
    assert sorted(root.rglob("*")) == before


@pytest.mark.parametrize("command", [("init", "/dev/null"), ("schema", "-o", "/dev/null")])
def test_a_device_is_no_folder(command: tuple[str, ...], make_project: MakeProject, run: Run):
    make_project()
    result = run(*command, *(["-p", "cards"] if command[0] == "schema" else []))
    assert (result.exit_code, "`/dev/null` is not a folder." in result.stderr) == (2, True)
