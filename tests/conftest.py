"""Projects in a temporary folder, the command as a user runs it, and a reader's real Anki."""

from __future__ import annotations

import os
import signal
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import hypothesis
import pytest
from anki_collection import Reader
from click.testing import CliRunner, Result
from desk import Desk, Twins, project

from deckgen.cli.group import group as main

# A shell starts what runs in the background, tests too, with Ctrl-C ignored, and children would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
# Times are measured by bench/, never by a test: a busy machine is no fault.
hypothesis.settings.register_profile(
    "deckgen", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("deckgen")

REPOSITORY = Path(__file__).parent.parent
# Another subject, another language, another author's habits: what holds for chapter 36 alone fails here.
SECOND_DECK = REPOSITORY / "tests" / "decks" / "tenmon"

SETTINGS = "name: Test\nid: test\n"
OUTLINE = """\
id: ch01
number: 1
title: One
sections:
  - id: basics
    title: Basics
    points:
      - id: first
        text: A
      - id: second
        text: B
"""

Run = Callable[..., Result]
MakeProject = Callable[..., Path]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="write the expected texts anew")


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what builds remember out of the user's own cache folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """Write a project: a deckgen.yaml and an outline, unless given, and the files named; a path makes a link."""

    def make(files: Mapping[str, str | bytes | Path] = {}, **notes: str) -> Path:
        root = tmp_path / "cards"
        wanted: dict[str, str | bytes | Path] = {
            "deckgen.yaml": SETTINGS,
            "ch01/outline.yaml": OUTLINE,
            **files,
        }
        wanted |= {f"ch01/{name}.yaml": text for name, text in notes.items()}
        for name, content in wanted.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Path):
                path.symlink_to(content)
            else:
                data = content if isinstance(content, bytes) else textwrap.dedent(content).encode()
                path.write_bytes(data)
        return root

    return make


@pytest.fixture(autouse=True)
def _own_state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what builds note in the user's folders apart from test to test, and their words those of a desk."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
    monkeypatch.delenv("CI", raising=False)  # a build says more in the log of a CI service


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run deckgen as in a terminal whose folder is the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")

    def run_command(*arguments: str | Path, **options: object) -> Result:
        return CliRunner().invoke(main, [os.fspath(argument) for argument in arguments], **options)

    return run_command


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """Someone with an empty Anki collection."""
    someone = Reader(tmp_path / "anki")
    yield someone
    someone.close()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return an empty desk."""
    return Desk(tmp_path)


@pytest.fixture
def twins(tmp_path: Path) -> Twins:
    """Return two desks at which a small project was built."""
    twins = Twins(tmp_path, project())
    twins.build()
    return twins
