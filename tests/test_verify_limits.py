"""Anki is asked in a process of its own, and a package that was made to harm ends it, not the machine."""

from __future__ import annotations

import errno
import os
import tempfile
import zipfile
from pathlib import Path

import pytest
from conftest import Run
from foreign_packages import NoteSpec, write_genanki

from deckgen.verify import anki_process
from deckgen.verify.anki_process import AnkiFailedError, Limits, ask_anki

MB = 1 << 20
LIMITS = Limits(seconds=300, memory=4096 * MB, disk=2048 * MB)
NOTE = NoteSpec("a", ("Front", "Back"))


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write_genanki(tmp_path / "good.apkg", [NOTE])


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that everything temporary goes into; genanki leaves files of its own there."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def _zeros(folder: Path, count: int, size: int) -> list[Path]:
    files = [folder / f"_zeros{number}" for number in range(count)]
    for file in files:
        file.write_bytes(bytes(size))
    return files


@pytest.mark.parametrize(("count", "size"), [(1, 200 * MB), (40, 5 * MB)])
def test_media_that_unpack_to_too_much_are_stopped(
    good: Path, tmp_path: Path, temporary: Path, count: int, size: int
):
    plain = write_genanki(tmp_path / "plain.apkg", [NOTE], _zeros(tmp_path, count, size))
    bomb = tmp_path / "bomb.apkg"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    assert bomb.stat().st_size < MB
    for pair in ((good, bomb), (bomb, good)):
        with pytest.raises(AnkiFailedError, match="Anki was stopped at its limit of 100 MB of disk"):
            ask_anki(*pair, 0, Limits(300, 4096 * MB, 100 * MB))
        assert not list(temporary.glob("deckgen-*"))


def test_a_note_that_fills_the_memory_is_stopped(good: Path, tmp_path: Path, temporary: Path):
    bomb = write_genanki(tmp_path / "bomb.apkg", [NoteSpec("b", ("x" * 150 * MB, "Back"))])
    with pytest.raises(AnkiFailedError, match="Anki was stopped at its limit of 400 MB of memory"):
        ask_anki(good, bomb, 0, Limits(300, 400 * MB, 2048 * MB))
    assert not list(temporary.glob("deckgen-*"))


def test_what_takes_too_long_is_stopped(good: Path, temporary: Path):
    with pytest.raises(AnkiFailedError, match="Anki was stopped at its limit of 0 seconds"):
        ask_anki(good, good, 0, Limits(0, 4096 * MB, 2048 * MB))
    assert not list(temporary.glob("deckgen-*"))


def test_an_anki_that_breaks_off_is_said_in_a_sentence(good: Path, run: Run, monkeypatch: pytest.MonkeyPatch):
    broken = Path("broken")
    run("--help")
    broken.mkdir()
    Path(broken, "anki.py").write_text("raise ImportError('no such library here')")
    monkeypatch.setenv("PYTHONPATH", os.fspath(broken.resolve()))
    result = run("verify", good, good)
    assert result.exit_code == 1
    assert result.stderr == "Anki broke off: ImportError: no such library here.\n"


def test_the_limits_grow_with_the_packages(good: Path, tmp_path: Path):
    small = anki_process.default_limits(good)
    large = tmp_path / "large.apkg"
    with large.open("wb") as file:
        file.truncate(1000 * MB)
    assert anki_process.default_limits(good, large).disk > small.disk + 3 * 1000 * MB


def test_a_full_disk_is_said_in_a_sentence(good: Path, run: Run, monkeypatch: pytest.MonkeyPatch):
    def copyfile(_source: Path, _target: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(anki_process.shutil, "copyfile", copyfile)
    result = run("verify", good, good)
    assert result.exit_code == 1
    assert result.stderr == "Anki could not be run: No space left on device.\n"
