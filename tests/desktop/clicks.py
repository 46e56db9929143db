"""The real Anki Desktop: a click into each field of a note is no edit, so that the next update arrives.

`make test-desktop` runs it over every note, `NOTES=12` over twelve. Anki's windows are drawn off screen, by Qt's own
platform for that. No X server is needed: what rewrites a field is the page of the editor, in the same browser engine
whatever draws it. That the clicks arrive is part of the test: each field must have had the cursor, and a note as other
tools write it must come out edited.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from author import Author
from conftest import REPOSITORY
from foreign_packages import NoteSpec, write_genanki
from markup_cases import write_every_construct

HERE = Path(__file__).parent
BIN = REPOSITORY / ".venv-desktop/bin"
LIMIT = int(os.environ.get("NOTES") or 1000)
FOREIGN = "as genanki writes"
CORRECTED, CORRECTION = "ch36/five-verbs", ("Weak answers skip the three", "Weak answers leave out the three")
TIMEOUT = 3600  # seconds
OFF_SCREEN = {
    "QT_QPA_PLATFORM": "offscreen",
    "QTWEBENGINE_DISABLE_SANDBOX": "1",  # as root in a container there is none
    "QTWEBENGINE_CHROMIUM_FLAGS": "--no-sandbox --disable-gpu",
    "LANG": "C.UTF-8",
}


def _run_desktop(folder: Path, job: dict[str, Any]) -> dict[str, Any]:
    base = folder / "base"
    shutil.copytree(HERE / "addon", base / "addons21" / "clicks")
    subprocess.run([BIN / "python", HERE / "make_profile.py", base], check=True)
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    own = {"DECKGEN_DESKTOP": str(folder), "ANKI_SINGLE_INSTANCE_KEY": str(folder)}
    environment = {**os.environ, **OFF_SCREEN, **own}
    with (folder / "log.txt").open("w", encoding="utf-8") as log:
        command = [BIN / "anki", "-b", base, "-p", "Reader"]
        subprocess.run(command, env=environment, stdout=log, stderr=log, timeout=TIMEOUT, check=False)
    report = folder / "report.json"
    assert report.exists(), (folder / "log.txt").read_text(encoding="utf-8")
    return json.loads(report.read_text(encoding="utf-8"))


def _build(root: Path, target: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "deckgen", "build", root, "-o", target], check=True, stdout=subprocess.DEVNULL
    )
    return target


def _guids(root: Path) -> dict[str, str]:
    """Return the GUID of each note of a project, from its lock."""
    lock = (root / "deckgen.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^note (\S+) \S+ (\S+)", lock, re.MULTILINE))


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Give Anki a foreign note, notes with every construct and chapter 36; click; correct a note, update."""
    folder = tmp_path_factory.mktemp("desktop")
    foreign = write_genanki(folder / "foreign.apkg", [NoteSpec(FOREIGN, ("a &quot;b&quot;", "c<br />d"))])
    author = Author(folder / "constructs")
    write_every_construct(author)
    author.build()
    root = folder / "cards"
    shutil.copytree(REPOSITORY / "cards", root, ignore=shutil.ignore_patterns("build"))
    chapter = _build(root, folder / "chapter.apkg")
    file = root / "ch36/ownership.yaml"
    before = file.read_text(encoding="utf-8")
    assert CORRECTION[0] in before
    file.write_text(before.replace(*CORRECTION, 1), encoding="utf-8")
    update = _build(root, folder / "update.apkg")
    guids = _guids(root)
    job = {
        "packages": [str(path) for path in (foreign, author.package, chapter)],
        "guids": [FOREIGN, *_guids(author.root).values(), guids.pop(CORRECTED), *guids.values()][:LIMIT],
        "update": str(update),
    }
    return _run_desktop(folder, job)


def test_the_cursor_was_in_every_field_that_has_text(report: dict[str, Any]):
    assert "error" not in report, report["error"]
    assert report["missed"] == []


def test_a_click_into_every_field_edits_no_note(report: dict[str, Any]):
    assert list(report["changed"]) == [FOREIGN], report["changed"]  # one as other tools write it is edited


def test_one_corrected_note_is_updated_after_the_clicks(report: dict[str, Any]):
    new = report["first"][-1]["new"]
    assert report["update"] == {"new": 0, "updated": 1, "duplicate": new - 1, "conflicting": 0}
