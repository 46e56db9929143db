"""What a build says of its own time: on a terminal while it runs, and stage by stage where it is asked."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import MakeProject, Run
from terminal import in_terminal

NOTES = "concepts:\n  - {id: a, covers: [basics/first, basics/second], prompt: What is P in this small test of what an author is told?, answer: A}\n"
SLOW = (
    "import time; from deckgen.cli.progress_line import ProgressLine\n"
    "stages = ProgressLine(); stages('Reading'); time.sleep({}); stages('Packing'); time.sleep(0.5); stages.end()\n"
    "print('done')"
)


def test_timings_name_each_stage_and_add_up(make_project: MakeProject, run: Run):
    result = run("build", make_project(a=NOTES), "--timings")
    assert result.exit_code == 0
    lines = re.findall(r"^  (\D+?) +([\d.]+) s +([\d.]+) s of CPU$", result.stderr, re.MULTILINE)
    names = [name for name, _, _ in lines]
    assert names == [
        "Reading", "Checking", "Rendering", "Comparing with the lock", "Writing the collection", "Packing",
        "Writing the lock", "in all",
    ]  # fmt: skip
    *stages, (_, clock, _) = lines
    assert abs(sum(float(seconds) for _, seconds, _ in stages) - float(clock)) < 0.01
    assert "Wrote " in result.stdout


def test_without_timings_a_build_says_nothing_of_its_stages(make_project: MakeProject, run: Run):
    assert not run("build", make_project(a=NOTES)).stderr


def test_a_terminal_shows_the_stage_once_a_build_takes_over_a_second_and_clears_it_at_the_end():
    shown = in_terminal([sys.executable, "-c", SLOW.format(1.5)])
    assert re.search(r"\r\x1b\[2KReading … 1 s", shown)
    assert "Packing … " in shown
    assert shown.endswith("\r\x1b[2Kdone\r\n")


def test_a_build_under_a_second_shows_no_progress_and_a_pipe_never_does():
    assert in_terminal([sys.executable, "-c", SLOW.format(0.1)]) == "done\r\n"
    piped = subprocess.run(
        [sys.executable, "-c", SLOW.format(1.5)], capture_output=True, text=True, check=True
    )
    assert (piped.stdout, piped.stderr) == ("done\n", "")


HASTY = (
    "import sys; from deckgen.cli import main, progress_line as stages, summary\n"
    "summary.MOST_LINTED = 0\n"  # in a small deck an edit is built with all the rest
    "stages._PATIENCE, stages._EVERY = 0, 0.001\n"
    "sys.argv = ['deckgen', 'build', 'cards']; main()"
)


def test_a_build_of_an_edit_shows_its_stages_too(
    make_project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    root = make_project(a=NOTES)
    monkeypatch.chdir(root.parent)
    environment = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "CI": "", "SOURCE_DATE_EPOCH": ""}
    time.sleep(0.1)  # what was saved as the build began would be looked at again
    first = in_terminal([sys.executable, "-c", HASTY], environment)
    assert "Comparing with the lock … " in first
    (root / "ch01/a.yaml").write_text(NOTES.replace("What is P", "What is Q"), encoding="utf-8")
    time.sleep(0.1)
    edit = in_terminal([sys.executable, "-c", HASTY], environment)
    assert re.search(
        r"\r\x1b\[2K(Reading|Checking|Rendering|Comparing with the lock|Writing the collection|Packing) … 0 s",
        edit,
    )
    assert "Remembering" not in edit  # as a build of the whole does
    assert "\r\x1b[2KWrote cards/build/test.apkg" in edit
