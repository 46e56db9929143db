"""Every scenario on every Anki: `make test-anki` names them all, `make test` has the one in its environment.

All builds carry the real time, for up to 24.11 an update stamps the note with the time of its import: so
the scenarios go in step, a build a second, and an import in the second after it.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

import pytest
from author import Author
from conftest import REPOSITORY
from foreign_packages import write_genanki
from manuscript import EDITS, Manuscript
from scenarios import REVIEWS, SCENARIOS, Step

from deckgen.verify.anki_import import import_both
from deckgen.verify.anki_process import ask_anki, default_limits
from deckgen.verify.outcome import Fate, Outcome

OWN_VERSION = version_of("anki")
DRIVER = Path(__file__).with_name("driver.py")
VERSIONS = [*os.environ.get("ANKI_VERSIONS", "").split(), OWN_VERSION]
EXPORTING = [version for version in VERSIONS if version != "23.10.1"]  # which has another call for it
EXPORTED = ["a picture edited", "a deletion added to a cloze, and one removed"]
RANDOM_SEEDS = range(8)
RANDOM_STEPS = 5
HEADINGS = {
    Fate.NEW: "new",
    Fate.UPDATED: "updated",
    Fate.UNTOUCHED: "duplicate",
    Fate.CONFLICTING: "conflicting",
}


def python_of(version: str) -> str:
    """Return the interpreter that has this version of Anki."""
    if version == OWN_VERSION:
        return sys.executable
    return str(REPOSITORY / ".venv-anki" / version / "bin" / "python")


class Anki:
    """A reader's Anki of one version, in its own process."""

    def __init__(self, version: str, folder: Path) -> None:
        command = [python_of(version), str(DRIVER), str(folder / version)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def tell(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "this Anki is gone"
        return json.loads(line)

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def _next_second() -> None:
    time.sleep(1.05 - time.time() % 1)


def _build(author: Author, step: Step, target: Path) -> Path:
    if step.packaged is not None:
        return write_genanki(target, step.packaged)
    for path, content in step.files.items():
        if content is None:
            (author.root / path).unlink()
        else:
            author.write(path, content)
    if step.notes is not None:
        author.notes(**step.notes)
    author.now = int(time.time()) - 3600
    author.build()
    return Path(shutil.copy(author.package, target))


class RandomScript:
    """An author who edits at random; the seed makes it the same on every machine."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.choose = random.Random(seed).choice
        self.manuscript = Manuscript(Author(folder))
        for _ in range(4):
            self.manuscript.add_note(self.choose)

    def step(self, number: int, target: Path) -> tuple[Path, tuple[int, int]]:
        """Edit and build; return the package, and how many notes are new and changed."""
        for _ in range(4 if number else 0):
            getattr(self.manuscript, self.choose(EDITS))(self.choose)
        author = self.manuscript.author
        author.now = int(time.time()) - 3600
        new, changed = self.manuscript.build()
        return Path(shutil.copy(author.package, target)), (len(new), len(changed))


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Any, Any]]:
    """Run everything once; give each step's report by version, scenario and number, and its packages."""
    folder = tmp_path_factory.mktemp("matrix")
    with contextlib.ExitStack() as stack:
        ankis = {
            version: stack.enter_context(contextlib.closing(Anki(version, folder))) for version in VERSIONS
        }
        yield _run_all(ankis, folder)


def _run_all(ankis: dict[str, Anki], folder: Path) -> dict[Any, Any]:
    authors = {name: Author(folder / "authors" / name) for name in SCENARIOS}
    scripts = {f"random {seed}": RandomScript(seed, folder / f"random {seed}") for seed in RANDOM_SEEDS}
    result: dict[Any, Any] = {}
    for number in range(max(RANDOM_STEPS, *map(len, SCENARIOS.values()))):
        due = {name: steps[number] for name, steps in SCENARIOS.items() if number < len(steps)}
        _next_second()
        for name, step in due.items():
            target = folder / f"{name} {number}.apkg"
            result[name, number] = _build(authors[name], step, target)
        for name, script in scripts.items() if number < RANDOM_STEPS else ():
            target = folder / f"{name} {number}.apkg"
            result[name, number], result["expected", name, number] = script.step(number, target)
        _next_second()
        readers = {name: step.reader for name, step in due.items()}
        readers |= {name: REVIEWS for name in scripts if number < RANDOM_STEPS}
        for name, actions in readers.items():
            order = {"scenario": name, "actions": actions, "package": str(result[name, number])}
            for version, anki in ankis.items():
                result[version, name, number] = anki.tell(order)
    for version, name in itertools.product(EXPORTING, EXPORTED):
        pair = [str(folder / f"{version} {name} {form}.apkg") for form in ("latest", "legacy")]
        result[version, name, "exported"] = pair
        result[version, name, "export"] = ankis[version].tell({"scenario": name, "export": pair})
    return result


@pytest.mark.xdist_group("matrix")
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("seed", RANDOM_SEEDS)
def test_random_edits_bring_what_changed_and_cost_nothing(version: str, seed: int, reports: dict[Any, Any]):
    for number in range(RANDOM_STEPS):
        report = reports[version, f"random {seed}", number]
        assert "fault" not in report, report["fault"]
        new, changed = reports["expected", f"random {seed}", number]
        log, before, after = report["log"], report["before"], report["after"]
        assert (log["new"], log["updated"], log["conflicting"]) == (new, changed, 0)
        assert after["reviews"] == before["reviews"]
        assert all(card in after["cards"] for card in before["cards"])
        assert set(before["note_types"]) <= set(after["note_types"])
        assert not number or before["reviews"]


STEPS = [(name, number) for name, steps in SCENARIOS.items() for number in range(len(steps))]


@pytest.mark.xdist_group("matrix")
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("name", "number"), STEPS, ids=str)
def test_the_import_does_what_the_author_meant_and_nothing_is_lost(
    version: str, name: str, number: int, reports: dict[Any, Any]
):
    step, report = SCENARIOS[name][number], reports[version, name, number]
    assert "fault" not in report, report["fault"]
    before, after = report["before"], report["after"]
    counts = {"new": step.new, "updated": step.updated, "duplicate": step.untouched, "conflicting": step.conflicting}  # fmt: skip
    assert {heading: count for heading, count in report["log"].items() if count} == {
        heading: count for heading, count in counts.items() if count
    }
    assert after["reviews"] == before["reviews"]
    assert all(card in after["cards"] for card in before["cards"])
    assert len(after["cards"]) - len(before["cards"]) == step.cards
    assert len(after["blank"]) == step.blank
    assert len(after["note_types"]) == step.note_types
    changed = [guid for guid, note in before["notes"].items() if _content(note) != _content(after["notes"][guid])]  # fmt: skip
    assert len(changed) <= step.updated
    _check_contents(step, after)
    if number:
        assert before["reviews"] or not step.reader


def _content(note: dict[str, Any]) -> tuple[Any, ...]:
    """Return a note's texts without the names of its fields, which a note type may change."""
    return list(note["fields"].values()), note["tags"]


def _check_contents(step: Step, after: dict[str, Any]) -> None:
    by_first = {next(iter(note["fields"].values())): note for note in after["notes"].values()}
    for first, fields in step.fields.items():
        held = by_first[first]["fields"]
        assert {name: held[name] for name in fields} == fields
    for first, tag in step.tags.items():
        assert tag in by_first[first]["tags"]
    for note in after["notes"].values():
        assert step.shown in note["style"] + "".join(note["fronts"])


@pytest.fixture(scope="session")
def outcomes(reports: dict[Any, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[Any, Outcome]:
    """Give what `deckgen verify` says of each step after the first."""
    return {
        (name, number): import_both(
            reports[name, number - 1],
            reports[name, number],
            tmp_path_factory.mktemp("verify"),
            int(time.time()),
        )
        for name, number in STEPS
        if number
    }


@pytest.mark.xdist_group("matrix")
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("name", "number"), [(n, k) for n, k in STEPS if k], ids=str)
def test_verify_had_foretold_it(
    version: str, name: str, number: int, reports: dict[Any, Any], outcomes: dict[Any, Outcome]
):
    outcome, report = outcomes[name, number], reports[version, name, number]
    for fate, heading in HEADINGS.items():
        assert sum(note.fate is fate for note in outcome.notes) == report["log"][heading]
    cards = Counter(card.fate for card in outcome.cards)
    assert cards[Fate.NEW] == len(report["after"]["cards"]) - len(report["before"]["cards"])
    assert cards[Fate.BLANK] == len(report["after"]["blank"]) - len(report["before"]["blank"])
    assert not cards[Fate.LOST]


@pytest.mark.xdist_group("matrix")
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("step", [("spare slots put to use", 2), ("a picture edited", 1)], ids=str)
def test_verify_says_the_same_with_every_anki(
    version: str, step: tuple[str, int], reports: dict[Any, Any], outcomes: dict[Any, Outcome]
):
    name, number = step
    pair = reports[name, number - 1], reports[name, number]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(REPOSITORY))
        outcome = ask_anki(*pair, int(time.time()), default_limits(*pair), python_of(version))
    assert outcome == outcomes[step]


@pytest.mark.xdist_group("matrix")
@pytest.mark.parametrize("version", EXPORTING)
@pytest.mark.parametrize("name", EXPORTED)
def test_what_every_anki_exports_is_clean(version: str, name: str, reports: dict[Any, Any], tmp_path: Path):
    assert reports[version, name, "export"] == {}
    for form, package in enumerate(map(Path, reports[version, name, "exported"])):
        folder = tmp_path / str(form)
        folder.mkdir()
        outcome = import_both(package, package, folder, int(time.time()))
        assert {note.fate for note in outcome.notes} == {Fate.UNTOUCHED}
        assert outcome.problems == ()
