"""Install deckgen as a stranger does, then follow the tutorial with it: ``make test-install``."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from repository import GIT_AUTHOR, committed_copy, git
from tutorial import follow

from deckgen.model.addresses import REPOSITORY as ADDRESS

REPOSITORY = Path(__file__).parents[2]

PYTHONS = sorted(Path.home().glob(".pyenv/versions/3.1[1-9]*/bin/python3")) or [Path(sys.executable)]


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of what stands here now, for what installs from the address of the project."""
    return committed_copy(tmp_path_factory.mktemp("repository") / "deckgen")


@pytest.fixture(scope="session")
def built(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the wheel and the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "build", "--outdir", folder, copy], check=True, capture_output=True)
    return folder


def _environment(home: Path, copy: Path) -> dict[str, str]:
    """Return the environment of an empty home, in which the project's address leads to ``copy``."""
    bins = [home / ".local/bin", Path(sys.executable).parent]
    return {
        **os.environ,
        **GIT_AUTHOR,
        "HOME": os.fspath(home),
        "PATH": os.pathsep.join([*map(os.fspath, bins), os.environ["PATH"]]),
        "NO_COLOR": "1",
        "COLUMNS": "100",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{copy.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": ADDRESS,
        "XDG_CACHE_HOME": os.fspath(home / ".cache"),
        "XDG_DATA_HOME": os.fspath(home / ".local/share"),
    }


def _ways() -> dict[str, list[str]]:
    """Return the commands of docs/install.md by the first word of each: uv, pipx, python3."""
    page = (REPOSITORY / "docs/install.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return {block.split()[0]: block.splitlines() for block in blocks if ADDRESS in block}


@pytest.mark.parametrize("way", _ways())
def test_each_way_that_the_documents_name_installs_what_the_tutorial_needs(
    way: str, copy: Path, tmp_path: Path
):
    environment = _environment(tmp_path, copy)
    for line in _ways()[way]:
        done = subprocess.run(
            line, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    (program,) = [
        path for path in (tmp_path / ".local/bin/deckgen", tmp_path / "deckgen-venv/bin/deckgen")
        if path.exists()
    ]  # fmt: skip
    _follow_with(program, environment, tmp_path)


@pytest.mark.parametrize("python", PYTHONS, ids=lambda path: path.parts[-3])
def test_the_wheel_is_enough_on_each_python(python: Path, built: Path, copy: Path, tmp_path: Path):
    (wheel,) = built.glob("*.whl")
    subprocess.run([python, "-m", "venv", tmp_path / "venv"], check=True)
    subprocess.run(
        [tmp_path / "venv/bin/pip", "install", "--quiet", f"{wheel}[preview]"],
        check=True,
        capture_output=True,
    )
    _follow_with(tmp_path / "venv/bin/deckgen", _environment(tmp_path, copy), tmp_path)


def _follow_with(program: Path, environment: Mapping[str, str], folder: Path) -> None:
    path = os.pathsep.join([os.fspath(program.parent), environment["PATH"]])
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    assert said.startswith("deckgen"), shlex.quote(said)
    packages: list[int] = []
    follow(folder, {**environment, "PATH": path}, lambda package: packages.append(package.stat().st_size))
    assert len(packages) == 2


def test_wheel_and_sdist_have_what_an_installed_user_needs(built: Path):
    (wheel,), (sdist,) = built.glob("*.whl"), built.glob("*.tar.gz")
    names = zipfile.ZipFile(wheel).namelist()
    assert "deckgen/py.typed" in names
    assert {"deckgen/note_types/base.css", "deckgen/starter/deckgen.yaml"} <= set(names)
    assert not [name for name in names if name.startswith(("tests/", "cards/", "docs/"))]
    with tarfile.open(sdist) as archive:
        assert any(name.endswith("/SECURITY.md") for name in archive.getnames())


def test_a_release_is_made_up_to_the_upload(copy: Path, tmp_path: Path):
    root = tmp_path / "release"
    git(tmp_path, "clone", "--quiet", os.fspath(copy), os.fspath(root))
    git(root, "checkout", "--quiet", "-B", "main")

    def release(version: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, root / "tools/release.py", version]
        environment = {**os.environ, **GIT_AUTHOR, "GIT_CONFIG_GLOBAL": os.devnull}
        return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)

    assert "no version such as 1.2.3" in release("next").stderr
    (root / "left-over.txt").touch()
    assert "The work tree has changes" in release("9.1.0").stderr
    (root / "left-over.txt").unlink()
    made = release("9.1.0")
    assert made.returncode == 0, made.stderr
    assert "git push origin main v9.1.0" in made.stdout
    assert {file.name for file in (root / "dist").iterdir()} == {
        "deckgen_anki-9.1.0-py3-none-any.whl",
        "deckgen_anki-9.1.0.tar.gz",
    }
    assert git(root, "show", "v9.1.0:deckgen/__init__.py").count('__version__ = "9.1.0"') == 1
    changelog = git(root, "show", "v9.1.0:CHANGELOG.md")
    assert re.search(r"^## Unreleased\n\n## 9\.1\.0 \(\d{4}-\d\d-\d\d\)\n\n- ", changelog, re.MULTILINE)
    assert (root / "build/release-notes.md").read_text().startswith("- ")
    assert "There is a release 9.1.0 already" in release("9.1.0").stderr
