"""What is kept between builds: never needed, bounded, and in the way of no other build."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from desk import HOUR, Desk, Twins, answer, project

from deckgen.build import cache_entry, run
from deckgen.build.cache_entry import CacheEntry
from deckgen.build.manifest import Manifest
from deckgen.cli import STOPPED
from deckgen.package import write


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _damage(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)


def _of_another_project(desk: Desk) -> None:
    other = Desk(desk.folder / "another")
    files = project()
    answer(files, "An answer there")
    other.write(files)
    other.build()
    (theirs,), (mine,) = other.cache.glob("deckgen/*"), desk.cache.glob("deckgen/*")
    shutil.copytree(theirs, mine, dirs_exist_ok=True)


def _as_a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("a file where a folder should be")


FAULTS: dict[str, Callable[[Desk], object]] = {
    **{
        f"the {name} {fault}": lambda desk, name=name, change=change: change(
            next(desk.cache.glob(f"deckgen/*/{name}*"))
        )
        for name in ("manifest", "collection")
        for fault, change in {
            "is gone": Path.unlink,
            "is cut short": _cut,
            "is damaged": _damage,
            "is empty": lambda file: file.write_bytes(b""),
        }.items()
    },
    "the package is gone": lambda desk: desk.package.unlink(),
    "the package is another": lambda desk: desk.package.write_bytes(b"something else"),
    "the cache is gone": lambda desk: shutil.rmtree(desk.cache),
    "the cache is a file": lambda desk: _as_a_file(desk.cache),
    "the cache of deckgen is a file": lambda desk: _as_a_file(desk.cache / "deckgen"),
    "the cache is of another project": _of_another_project,
}


@pytest.mark.parametrize("text", ["A", "Another answer"])
@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_kept_between_builds_is_never_needed(twins: Twins, fault: str, text: str):
    FAULTS[fault](twins.remembers)
    if "package" in fault:
        FAULTS[fault](twins.forgets)
    for each in (text, text, "One more"):
        twins.say(each)


def test_a_collection_that_is_cleared_away_in_use_is_no_trouble(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
):
    away = twins.remembers.cache / "deckgen"
    _once(CacheEntry, "claim", monkeypatch, lambda: [shutil.rmtree(folder) for folder in away.iterdir()])
    twins.say("Another answer")


# How much is kept, and where.


@pytest.mark.parametrize(
    "options", [["--chapter", "ch01"], ["--chapter=ch02"], ["--allow-schema-change"], []]
)
def test_a_build_of_its_own_kind_and_one_that_fails_leave_nothing_behind(desk: Desk, options: list[str]):
    desk.write(project())
    if not options:
        desk.lock.mkdir()
    assert desk.build(*options)[0] == (0 if options else 1)
    assert list(desk.cache.rglob("*/*")) == []


def test_the_cache_is_for_the_user_alone(desk: Desk):
    desk.write(project())
    desk.build()
    assert [folder.stat().st_mode & 0o777 for folder in desk.cache.glob("deckgen/*")] == [0o700]


def test_what_was_built_longest_ago_goes_first(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cache_entry, "_MOST_ENTRIES", 2)
    files = project()
    desk.write(files)
    (desk.cache / "deckgen").mkdir(parents=True)
    (desk.cache / "deckgen" / ".DS_Store").write_text("a stray file")
    (desk.cache / "deckgen" / "of-a-killed-build").mkdir()
    answer(files, "Another answer")
    for name in ("a", "b", "a", "c"):
        desk.write(files)
        desk.clock += HOUR
        time.sleep(0.02)
        desk.build("-o", f"{name}.apkg")
    assert len(list(desk.cache.glob("deckgen/*/"))) == 2
    shutil.rmtree(desk.root / "build", ignore_errors=True)
    desk.build("-o", "c.apkg")
    assert desk.said.endswith("is up to date")


NO_HOME = {"HOME": "/dev/null", "XDG_CACHE_HOME": ""}


@pytest.mark.parametrize("environment", [NO_HOME, {"HOME": "relative", "XDG_CACHE_HOME": "relative"}])
def test_no_home_and_no_cache_folder_is_no_trouble(desk: Desk, environment: dict[str, str]):
    desk.write(project())
    for _ in range(2):
        desk.beside(**environment)
    assert {path.name for path in desk.folder.iterdir()} == {"cards"}


# Other builds at the same time.


def _once(target: Any, name: str, patch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> None:
    """Let something happen the next time that a function is called, after it is done."""
    real = getattr(target, name)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        result = real(*args, **kwargs)
        patch.setattr(target, name, real)
        meanwhile()
        return result

    patch.setattr(target, name, wrapped)


@pytest.fixture
def live(tmp_path: Path) -> Desk:
    """Return a desk by the machine's own clock at which a small project was built."""
    desk = Desk(tmp_path / "a")
    desk.is_live = True
    _save(desk, project())
    desk.build()
    desk.build("-o", "other.apkg")
    return desk


def _save(desk: Desk, files: dict[str, Any]) -> None:
    desk.write(files)
    time.sleep(0.06)  # what was saved as a build began would be looked at again


def _next_is_right(desk: Desk, files: dict[str, Any], folder: Path) -> None:
    """See that the next builds are what builds from nothing are, from the same lock on."""
    twins = Twins(folder, files)
    twins.remembers = desk
    twins.desks = desk, twins.forgets
    desk.is_live = False
    desk.clock = twins.forgets.clock
    twins.forgets.take_over_from(desk)
    for options in ((), ("-o", "other.apkg"), ()):
        for one in twins.desks:
            one.package = one.folder / "other.apkg" if options else one.root / "build" / "test.apkg"
        assert twins.build(*options)[0] == 0


MOMENTS = {
    "when the files have been looked at": (Manifest, "changed"),
    "when the edit was worked out": (run, "plan_build"),
    "when the collection was taken": (CacheEntry, "claim"),
    "when the package is written": (write, "replace_package"),
    "when the lock is written": (write, "replace_text"),
    "when the collection is kept": (CacheEntry, "save"),
    "when all was built": (run, "write_shipment"),
}
MEANWHILE: dict[str, tuple[str, tuple[str, ...] | None]] = {
    "the same is built": ("", ()),
    "another edit is built": ("Saved meanwhile", ()),
    "another edit is built elsewhere": ("Saved meanwhile", ("-o", "other.apkg")),
    "another edit is saved": ("Saved meanwhile", None),
}


@pytest.mark.parametrize("what", MEANWHILE)
@pytest.mark.parametrize("moment", MOMENTS)
def test_what_happens_in_the_middle_of_a_build_misleads_none(
    live: Desk, moment: str, what: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    text, options = MEANWHILE[what]
    files = project()
    answer(files, "Another answer")
    _save(live, files)
    if moment == "when all was built":
        shutil.rmtree(live.cache)

    others = []

    def meanwhile() -> None:
        if text:
            answer(files, text)
            files["ch02/c.yaml"]["concepts"][1]["why"] = text
            _save(live, files)
        if options is not None:
            others.append(live.start(*options))
            others[0].stderr.readline()  # that it waits for this one; or nothing, and it is done

    _once(*MOMENTS[moment], monkeypatch, meanwhile)
    assert live.build()[0] == 0
    for other in others:
        err = other.communicate()[1]
        assert other.returncode == 0, err
    _next_is_right(live, files, tmp_path / "fresh")


@pytest.mark.parametrize("is_killed", [False, True])
def test_builds_at_once_and_builds_that_are_killed_mislead_none(live: Desk, tmp_path: Path, is_killed: bool):
    files = project()
    for step in range(6):
        answer(files, f"Answer {step}")
        _save(live, files)
        processes = [live.start() for _ in range(1 if is_killed else 2)]
        if is_killed:
            time.sleep(0.06 + 0.03 * step)
            processes[0].kill()
        for process in processes:
            process.communicate()
            assert is_killed or process.returncode == 0
    _next_is_right(live, files, tmp_path / "fresh")


# Ends that are no good ones.


def test_ctrl_c_ends_a_build_without_a_traceback(twins: Twins, monkeypatch: pytest.MonkeyPatch):
    def interrupt(_manifest: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Manifest, "changed", interrupt)
    code, _, err = twins.remembers.build()
    assert (code, err.strip()) == (130, STOPPED)


@pytest.mark.parametrize("closed", [1, 2])
def test_a_build_whose_output_is_closed_builds(desk: Desk, closed: int):
    files = project()
    for step in range(3):
        answer(files, f"Answer {step // 2}")
        _save(desk, files)
        before = desk.package.stat() if step else None
        desk.beside(within=f'exec "$@" {closed}>&-')
        assert (desk.package.stat() == before) == (step == 1)


def test_where_nobody_reads_what_a_build_says_it_ends_without_a_traceback(desk: Desk):
    files = project()
    for step in range(3):
        answer(files, f"Answer {step // 2}")
        _save(desk, files)
        with desk.start(PYTHONUNBUFFERED="") as process:
            assert process.stdout
            assert process.stderr
            process.stdout.close()
            err = process.stderr.read()
        assert process.returncode == 1
        assert "point-uncovered" in err
        assert "Error" not in err
