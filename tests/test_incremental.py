"""A build that goes by the last one gives what a build from nothing gives, byte for byte, or is not done at all."""

from __future__ import annotations

import ast
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from author import concept
from conftest import REPOSITORY
from desk import FORMS, HOUR, PICTURE, Desk, Twins, project
from hypothesis import given, settings
from hypothesis import strategies as st

from deckgen.build import cache_entry, run
from deckgen.cli import summary


@pytest.fixture(autouse=True, scope="module")
def _every_deck_is_large() -> Iterator[None]:
    """In a small one an edit is built with all the rest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(summary, "MOST_LINTED", 0)
        yield


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def whole_builds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Gather a word for each build that went all the way."""
    from deckgen.cli import build

    whole: list[str] = []
    real = build.build_package
    monkeypatch.setattr(
        build, "build_package", lambda *args, **kwargs: whole.append("whole") or real(*args, **kwargs)
    )
    return whole


# Edits. Each takes the files and a source of chance, and changes the files as an author would.

Edit = Callable[[dict[str, Any], random.Random], None]


def _file(files: dict[str, Any], rng: random.Random) -> dict[str, list[dict[str, Any]]]:
    paths = [path for path in files if path.startswith("ch") and path.endswith((".yaml", ".yml"))]
    paths = [path for path in paths if isinstance(files[path], dict) and "outline" not in path]
    chosen: dict[str, list[dict[str, Any]]] = files[rng.choice(paths)]
    return chosen


def _note(files: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    return rng.choice([note for notes in _file(files, rng).values() for note in notes] or [{}])


def words(files: dict[str, Any], rng: random.Random) -> None:
    note = _note(files, rng)
    for key in ("answer", "why", "text", "prompt", "source"):
        if key in note and rng.random() < 0.5:
            note[key] += rng.choice([" and more", " **bold**", " `code`", " x < y", "\n\n- item", " é"])


def words_of_many(files: dict[str, Any], rng: random.Random) -> None:
    for _ in range(3):
        words(files, rng)


def new_note(files: dict[str, Any], rng: random.Random) -> None:
    _file(files, rng).setdefault("concepts", []).append(concept(f"new-{rng.randrange(10**6)}"))


def drop_note(files: dict[str, Any], rng: random.Random) -> None:
    notes = _file(files, rng).get("concepts", [])
    if len(notes) > 1:
        notes.pop(rng.randrange(len(notes)))


def reorder(files: dict[str, Any], rng: random.Random) -> None:
    rng.shuffle(_file(files, rng).get("concepts", []))


def tags(files: dict[str, Any], rng: random.Random) -> None:
    _note(files, rng)["tags"] = rng.sample(["tier::core", "topic::x", "topic::y"], 2)


def covers(files: dict[str, Any], rng: random.Random) -> None:
    _note(files, rng)["covers"] = [rng.choice(["first/p0", "first/p2", "second/p4"])]


def covers_nothing(files: dict[str, Any], rng: random.Random) -> None:
    _note(files, rng).pop("covers", None)


def draft(files: dict[str, Any], rng: random.Random) -> None:
    note = _note(files, rng)
    note["draft"] = not note.get("draft")


def rename(files: dict[str, Any], rng: random.Random) -> None:
    note = _note(files, rng)
    if "id" in note:
        note["aliases"] = [note["id"]]
        note["id"] = f"renamed-{rng.randrange(10**6)}"


def date(files: dict[str, Any], rng: random.Random) -> None:
    _note(files, rng)["as_of"] = f"20{rng.randrange(10, 26)}"


def spare(files: dict[str, Any], rng: random.Random) -> None:
    _note(files, rng)["lint"] = {"ignore": ["yes-no"], "reason": "It is."}


def clozes(files: dict[str, Any], rng: random.Random) -> None:
    for note in _file(files, rng).get("clozes", []):
        hidden = rng.choice(
            ["{{c1::word}}", "{{c1::word}} and {{c3::third}}", "{{c2::another}} {{c1::word}}"]
        )
        note["text"] = f"{note['id']}: {hidden}"


def picture(files: dict[str, Any], rng: random.Random) -> None:
    note = _note(files, rng)
    if "answer" in note:
        note["answer"] = "![A picture](p.png)"


def repaint(files: dict[str, Any], rng: random.Random) -> None:
    files["media/p.png"] = PICTURE + bytes([rng.randrange(256)])


def nearer_picture(files: dict[str, Any], rng: random.Random) -> None:
    files["ch01/p.png"] = PICTURE + b"nearer" + bytes([rng.randrange(256)])


def unused_picture(files: dict[str, Any], rng: random.Random) -> None:
    files[f"media/q{rng.randrange(3)}.png"] = PICTURE


def new_file(files: dict[str, Any], rng: random.Random) -> None:
    files[f"ch01/new{rng.randrange(10**6)}.yaml"] = {"concepts": [concept(f"in-new-{rng.randrange(10**6)}")]}


def stray_file(files: dict[str, Any], rng: random.Random) -> None:
    files["stray.yaml"] = {"concepts": [concept(f"stray-{rng.randrange(10**6)}")]}


def no_stray_file(files: dict[str, Any], _rng: random.Random) -> None:
    files.pop("stray.yaml", None)


def retitle(files: dict[str, Any], rng: random.Random) -> None:
    files["ch01/outline.yaml"]["sections"][0]["title"] = f"First, again {rng.randrange(9)}"


def settings_changed(files: dict[str, Any], rng: random.Random) -> None:
    files["deckgen.yaml"]["learn_first"] = [rng.choice(["tier::core", "topic::x"])]


def theme(files: dict[str, Any], rng: random.Random) -> None:
    files["deckgen.yaml"]["theme"] = {"accent": rng.choice(["#0a7", "#704"])}


def broken(files: dict[str, Any], rng: random.Random) -> None:
    _note(files, rng).pop("prompt", None)


def comment(files: dict[str, Any], rng: random.Random) -> None:
    files.setdefault(FORMS, {})["ch01/b.yaml"] = rng.choice(
        [("Looked at", False), ("Looked at twice", False)]
    )


def line_ends(files: dict[str, Any], rng: random.Random) -> None:
    files.setdefault(FORMS, {})[rng.choice(["ch01/a.yaml", "ch01/b.yaml"])] = "", rng.random() < 0.5


def story(files: dict[str, Any], rng: random.Random) -> None:
    files["stories.yaml"] = {"ch02/ask": f"I was there {rng.randrange(9)}."}


def no_story(files: dict[str, Any], _rng: random.Random) -> None:
    files.pop("stories.yaml", None)


def same_picture_elsewhere(files: dict[str, Any], rng: random.Random) -> None:
    files["media/more/p.png"] = files["media/p.png"]
    note = _note(files, rng)
    if "answer" in note:
        note["answer"] = rng.choice(
            ["![A picture](more/p.png)", "![A picture](p.png)", "![A](../media/p.png)"]
        )


def remote_picture(files: dict[str, Any], rng: random.Random) -> None:
    note = _note(files, rng)
    if "answer" in note:
        note["answer"] = "![A picture](https://example.org/p.png)"


def same_words(files: dict[str, Any], rng: random.Random) -> None:
    one, other = _note(files, rng), _note(files, rng)
    for key in ("prompt", "answer", "why", "covers", "tags"):
        if key in one and key in other:
            other[key] = one[key]


def own_note_type(files: dict[str, Any], rng: random.Random) -> None:
    for file in sorted((REPOSITORY / "deckgen" / "note_types" / "concept").iterdir()):
        files[f"notetypes/mine/{file.name}"] = file.read_bytes()
    files["notetypes/mine/style.css"] = f".card {{ margin: {rng.randrange(9)}px; }}\n"


def hidden_file(files: dict[str, Any], rng: random.Random) -> None:
    files[rng.choice(["ch01/.swap.yaml", "media/.thumbs/x.png", "notetypes/.x/y"])] = "concepts: [{id: no}]"


def nested_project(files: dict[str, Any], _rng: random.Random) -> None:
    if files.pop("ch01/inner/deckgen.yaml", None) is None:
        files["ch01/inner/deckgen.yaml"] = "name: Inner\nid: inner\n"
        files["ch01/inner/notes.yaml"] = {"concepts": [concept("of-inner")]}


def no_retired(files: dict[str, Any], rng: random.Random) -> None:
    files["deckgen.yaml"]["retired"] = rng.choice(["ship", "report"])


def undo(files: dict[str, Any], _rng: random.Random) -> None:
    files.clear()
    files.update(project())


def nothing(_files: dict[str, Any], _rng: random.Random) -> None:
    pass


EDITS: tuple[Edit, ...] = (
    words, words, words, words_of_many, nothing, new_note, drop_note, reorder, tags, covers, covers_nothing,
    draft, rename, date, spare, clozes, picture, repaint, nearer_picture, unused_picture, new_file, stray_file,
    no_stray_file, retitle, settings_changed, theme, comment, line_ends, story, no_story,
    same_picture_elsewhere, remote_picture, same_words, own_note_type, hidden_file, nested_project, no_retired,
    broken, undo,
)  # fmt: skip


COMMAND_LINES = ((), (), (), ("--strict",), ("--no-stories",), ("-o", "cards/build/test.apkg"), ("--frozen",))


@settings(max_examples=40 if os.environ.get("CI") else 25)
@given(
    st.lists(st.tuples(st.sampled_from(EDITS), st.sampled_from(COMMAND_LINES)), min_size=1, max_size=8),
    st.booleans(),
    st.integers(0, 10**6),
)
def test_random_edits_build_to_the_same_bytes_and_words_as_from_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    edits: list[tuple[Edit, tuple[str, ...]]],
    is_terminal: bool,
    seed: int,
):
    folder = tmp_path_factory.mktemp("twins")
    twins, rng = Twins(folder, project()), random.Random(seed)
    for desk in twins.desks:
        desk.is_terminal = is_terminal
    twins.build()
    for edit, options in edits:
        edit(twins.files, rng)
        twins.build(*options)
    shutil.rmtree(folder)


def test_changed_words_alone_are_built_from_the_last_build(desk: Desk, whole_builds: list[str]):
    files = project()
    desk.write(files)
    desk.build()
    assert whole_builds == ["whole"]
    first = desk.results()
    files["ch01/b.yaml"]["concepts"][0]["answer"] = "Another answer"
    desk.write(files)
    desk.clock += HOUR
    assert desk.build()[0] == 0
    assert whole_builds == ["whole"]
    assert desk.said.startswith("Wrote cards/build/test.apkg")
    assert desk.results() != first


def test_where_nothing_changed_it_is_said_and_nothing_is_written(desk: Desk, whole_builds: list[str]):
    desk.write(project())
    _, lines, err = desk.build()
    before = [_times(file) for file in (desk.package, desk.lock)]
    desk.clock += HOUR
    assert desk.build() == (0, lines, err)
    assert desk.said == f"cards/build/test.apkg ({len(desk.package.read_bytes()) // 1000} kB) is up to date"
    assert [_times(file) for file in (desk.package, desk.lock)] == before
    assert whole_builds == ["whole"]


def _times(file: Path) -> tuple[int, int, int]:
    status = file.stat()
    return status.st_ino, status.st_mtime_ns, status.st_ctime_ns


def test_a_build_that_has_nothing_to_do_imports_neither_click_nor_yaml_nor_pathlib(desk: Desk):
    desk.write(project())
    time.sleep(0.1)  # what was saved as the build began would be looked at again
    environment = {**os.environ, "XDG_CACHE_HOME": str(desk.cache)}
    command = [sys.executable, "-X", "importtime", "-m", "deckgen", "build", "cards"]
    for _ in range(2):
        result = subprocess.run(
            command, cwd=desk.folder, env=environment, capture_output=True, text=True, check=True
        )
    assert "up to date" in result.stdout
    assert "deckgen.build.manifest" in result.stderr
    for name in ("click", "yaml", "pathlib", "msgspec", "typing", "json"):
        assert f"| {name}\n" not in result.stderr.replace("  ", ""), name


CHANGES: dict[str, Callable[[Desk], None]] = {
    "the package is gone": lambda desk: desk.package.unlink(),
    "the package was changed": lambda desk: desk.package.write_bytes(b"something else"),
    "the manifest is gone": lambda desk: _manifest(desk).unlink(),
    "the manifest is cut short": lambda desk: _cut(_manifest(desk)),
    "the manifest is damaged": lambda desk: _damage(_manifest(desk)),
    "the manifest is empty": lambda desk: _manifest(desk).write_bytes(b""),
    "the collection is gone": lambda desk: _collection(desk).unlink(),
    "the collection is cut short": lambda desk: _cut(_collection(desk)),
    "the collection is damaged": lambda desk: _damage(_collection(desk)),
    "the cache is gone": lambda desk: shutil.rmtree(desk.cache),
    "the cache is a file": lambda desk: (shutil.rmtree(desk.cache), desk.cache.write_text("a file")),
}


def _manifest(desk: Desk) -> Path:
    return next(desk.cache.glob("deckgen/*/manifest"))


def _collection(desk: Desk) -> Path:
    return next(desk.cache.glob("deckgen/*/collection.anki2"))


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _damage(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)


@pytest.mark.parametrize("is_edited", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_what_is_kept_between_builds_is_never_needed(tmp_path: Path, change: str, is_edited: bool):
    desk, fresh = Desk(tmp_path / "a"), Desk(tmp_path / "b")
    fresh.clock = desk.clock
    files = project()
    for one in (desk, fresh):
        one.write(files)
        one.build()
    CHANGES[change](desk)
    if is_edited:
        files["ch01/b.yaml"]["concepts"][0]["answer"] = "Another answer"
    for one in (desk, fresh):
        one.write(files)
        one.clock += HOUR
    shutil.rmtree(fresh.cache)
    assert desk.build() == fresh.build()
    assert desk.results() == fresh.results()


def test_another_version_of_deckgen_goes_all_the_way(
    desk: Desk, whole_builds: list[str], monkeypatch: pytest.MonkeyPatch
):
    desk.write(project())
    desk.build()
    monkeypatch.setattr(cache_entry, "__version__", "99")
    desk.build()
    assert whole_builds == ["whole", "whole"]


def test_another_state_of_deckgens_own_files_goes_all_the_way(desk: Desk):
    shutil.copytree(
        REPOSITORY / "deckgen", desk.folder / "deckgen", ignore=shutil.ignore_patterns("__pycache__")
    )
    desk.write(project())
    time.sleep(0.1)
    environment = {**os.environ, "XDG_CACHE_HOME": str(desk.cache), "PYTHONPATH": str(desk.folder)}

    def first_line() -> str:
        command = [sys.executable, "-m", "deckgen", "build", "cards"]
        return subprocess.run(
            command, cwd=desk.folder, env=environment, capture_output=True, text=True, check=True
        ).stdout.partition("\n")[0]

    assert first_line().startswith("Wrote")
    assert first_line().endswith("is up to date")
    style = desk.folder / "deckgen" / "note_types" / "base.css"
    style.write_text(f"{style.read_text()}\n.card {{ margin: 1px; }}\n")
    assert first_line().startswith("Wrote")


def test_two_projects_keep_their_own_and_one_copied_over_the_other_is_not_believed(tmp_path: Path):
    one, other = Desk(tmp_path / "a"), Desk(tmp_path / "b")
    files = project()
    one.write(files)
    one.build()
    files["ch01/b.yaml"]["concepts"][0]["answer"] = "Another answer"
    other.write(files)
    other.build()
    results = other.results()
    for mine, theirs in zip(sorted(one.cache.rglob("*")), sorted(other.cache.rglob("*")), strict=True):
        if mine.is_file():
            shutil.copy2(mine, theirs)
    other.package.unlink()
    other.build()
    assert other.results() == results


def test_options_that_must_look_at_everything_always_do(desk: Desk, whole_builds: list[str]):
    desk.write(project())
    desk.build()
    for options in (["--frozen"], ["--timings"], ["--chapter", "ch01"], ["--allow-deck-rename"]):
        for _ in range(2):
            whole_builds.clear()
            desk.build(*options)
            assert whole_builds == ["whole"], options


def test_a_lock_from_version_control_is_noticed(desk: Desk, whole_builds: list[str]):
    files = project()
    desk.write(files)
    desk.build()
    earlier = desk.lock.read_bytes()
    files["ch01/b.yaml"]["concepts"][0]["answer"] = "Another answer"
    desk.write(files)
    desk.clock += HOUR
    desk.build()
    desk.lock.write_bytes(earlier)
    desk.clock += HOUR
    desk.build()
    assert whole_builds == ["whole", "whole"]
    assert desk.lock.read_bytes() != earlier


def test_a_file_saved_while_a_build_runs_is_not_missed(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    files = project()
    desk.write(files)
    real = run.write_shipment

    def save_meanwhile(*args: Any, **kwargs: Any) -> int:
        files["ch01/b.yaml"]["concepts"][0]["answer"] = "Saved meanwhile"
        desk.clock = time.time_ns()  # the real time: what is saved now is saved after the build began
        desk.write(files)
        return real(*args, **kwargs)

    desk.clock = time.time_ns()
    monkeypatch.setattr(run, "write_shipment", save_meanwhile)
    desk.build()
    monkeypatch.setattr(run, "write_shipment", real)
    before = desk.lock.read_bytes()
    desk.clock += HOUR
    desk.build()
    assert desk.lock.read_bytes() != before


def test_two_builds_at_once_both_end_well_and_the_next_is_right(tmp_path: Path):
    desk, fresh = Desk(tmp_path / "a"), Desk(tmp_path / "b")
    files = project()
    desk.write(files)
    environment = {**os.environ, "XDG_CACHE_HOME": str(desk.cache)}
    command = [sys.executable, "-m", "deckgen", "build", "cards"]
    for step in range(6):
        files["ch01/b.yaml"]["concepts"][0]["answer"] = f"Answer {step}"
        desk.write(files)
        time.sleep(0.1)
        processes = [
            subprocess.Popen(command, cwd=desk.folder, env=environment, stdout=subprocess.DEVNULL)
            for _ in range(2)
        ]
        assert [process.wait() for process in processes] == [0, 0]
    fresh.write(files)
    fresh.take_over_from(desk)
    desk.clock = fresh.clock = time.time_ns() + HOUR
    assert desk.build()[0] == fresh.build()[0] == 0
    assert desk.results() == fresh.results()


def test_a_build_that_is_killed_leaves_nothing_that_misleads_the_next(tmp_path: Path):
    desk, fresh = Desk(tmp_path / "a"), Desk(tmp_path / "b")
    files = project()
    desk.write(files)
    time.sleep(0.1)
    environment = {**os.environ, "XDG_CACHE_HOME": str(desk.cache)}
    command = [sys.executable, "-m", "deckgen", "build", "cards"]
    subprocess.run(command, cwd=desk.folder, env=environment, stdout=subprocess.DEVNULL, check=True)
    for step in range(8):
        files["ch01/b.yaml"]["concepts"][0]["answer"] = f"Answer {step}"
        desk.write(files)
        process = subprocess.Popen(command, cwd=desk.folder, env=environment, stdout=subprocess.DEVNULL)
        time.sleep(0.06 + 0.02 * step)
        process.kill()
        process.wait()
    fresh.write(files)
    fresh.take_over_from(desk)
    desk.clock = fresh.clock = time.time_ns() + HOUR
    assert desk.build()[0] == fresh.build()[0] == 0
    assert desk.results() == fresh.results()


def test_what_was_used_longest_ago_goes_first(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cache_entry, "_MOST_PLACES", 3)
    desk.write(project())
    for number in range(5):
        desk.build("-o", f"deck{number}.apkg")
        time.sleep(0.02)
    assert len(list(desk.cache.glob("deckgen/*"))) == 3
    desk.clock += HOUR
    desk.build("-o", "deck4.apkg")
    assert desk.said.endswith("is up to date")


def test_every_file_that_a_build_reads_is_among_what_it_remembers(desk: Desk):
    files = project()
    files["ch01/b.yaml"]["concepts"][0]["answer"] = "![A picture](p.png)"
    files["stories.yaml"] = {"ch01/one": "Mine."}
    files["deckgen.yaml"]["theme"] = {"stylesheet": "own.css"}
    files["own.css"] = ".card { margin: 1px; }\n"
    files["ch01/outline.yaml"]["chapter"] = {"file": "../../book/chapter.md", "digest": "0" * 16}
    (desk.folder / "book").mkdir()
    (desk.folder / "book" / "chapter.md").write_text("# One\n")
    shutil.copytree(REPOSITORY / "deckgen" / "note_types" / "cloze", desk.root / "notetypes" / "mine")
    mine = (desk.root / "notetypes" / "mine" / "notetype.yaml").read_text()
    files["notetypes/mine/notetype.yaml"] = mine.replace("list: clozes", "list: gaps").replace(
        "name: Cloze", "name: Gap", 1
    )
    for file in sorted((desk.root / "notetypes" / "mine").iterdir()):
        files.setdefault(f"notetypes/mine/{file.name}", file.read_bytes())
    desk.write(files)
    time.sleep(0.1)
    environment = {**os.environ, "XDG_CACHE_HOME": str(desk.cache)}
    result = subprocess.run(
        [sys.executable, "-c", AUDIT],
        cwd=desk.folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    unknown, looked_at = map(ast.literal_eval, result.stdout.splitlines()[-2:])
    assert unknown == []
    assert looked_at > 40


# Builds `cards`, and prints the files and folders of the project and of deckgen that were read and are not
# among what is remembered, and how many were read.
AUDIT = """
import os, sys
seen = set()
def note(event, args):
    reads = event == "open" and args[1] in ("r", "rb", None) and not os.path.isdir(args[0])  # which is flushed
    if (reads or event in ("os.listdir", "os.scandir")) and isinstance(args[0], str):
        seen.add(os.path.realpath(args[0]))
sys.addaudithook(note)
sys.argv = ["deckgen", "build", "cards"]
import deckgen.cli
try:
    deckgen.cli.main()
except SystemExit as error:
    assert not error.code
read = set(seen)
from deckgen.build.cache_entry import CacheEntry, key_of
manifest = CacheEntry(key_of(["cards"])).load()
known = {os.path.realpath(path) for path in (*manifest.files, *manifest.folders, *manifest.code)}
project, book, program = os.path.realpath("cards"), os.path.realpath("book"), os.path.dirname(deckgen.__file__)
inside = {path for path in read if path.startswith((project, book, program)) and "__pycache__" not in path}
unknown = {path for path in inside - known if not path.startswith(program) or os.path.isfile(path)}
assert os.path.join(book, "chapter.md") in inside
print(sorted(unknown))
print(len(inside))
"""
