"""What a build that goes by the last one could miss: links, ids, other builds, and folders of all sorts."""

from __future__ import annotations

import itertools
import marshal
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from conftest import REPOSITORY
from desk import FORMS, HOUR, PICTURE, Desk, Twins, project

from deckgen.build import cache_entry, manifest, run
from deckgen.build.cache_entry import CacheEntry
from deckgen.build.manifest import Manifest
from deckgen.cli import summary
from deckgen.lock.model import Lock
from deckgen.package import write
from deckgen.package.collection import update_collection
from deckgen.package.shipment import Shipment
from deckgen.package.spool import Spool
from deckgen.package.write import replace_package

NOTHING = Shipment({}, (), (), {}, (), Lock("test"), {}, None)
BUILD = [sys.executable, "-m", "deckgen", "build", "cards"]


@pytest.fixture(autouse=True, scope="module")
def _every_deck_is_large() -> Iterator[None]:
    """In a small one an edit is built with all the rest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(summary, "MOST_LINTED", 0)
        yield


@pytest.fixture
def twins(tmp_path: Path) -> Twins:
    """Return two desks at which a small project was built."""
    twins = Twins(tmp_path, project())
    twins.build()
    return twins


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def _answer(files: dict[str, Any], text: str, place: int = 0) -> None:
    files["ch01/b.yaml"]["concepts"][place]["answer"] = text


def test_a_picture_of_the_same_content_from_another_folder_is_another_file(twins: Twins):
    twins.files["media/more/p.png"] = PICTURE
    _answer(twins.files, "![A picture](p.png)")
    twins.build()
    _answer(twins.files, "![A picture](more/p.png)")
    _, _, err = twins.build()
    assert "media/p.png" in err


def test_a_chapter_that_comes_to_stand_elsewhere_is_spoken_of(twins: Twins):
    twins.files["ch01/outline.yaml"]["chapter"] = {"file": "chapter.md", "digest": "0" * 16}
    _, _, err = twins.build()
    assert "chapter-elsewhere" not in err
    twins.each(lambda desk: (desk.root.parent / "chapter.md").write_text("# One\n"))
    _, _, err = twins.build()
    assert "chapter-elsewhere" in err


def test_of_two_notes_with_the_same_words_either_may_be_changed(twins: Twins):
    for note in twins.files["ch01/b.yaml"]["concepts"]:
        note |= {"prompt": "Twice?", "covers": ["second/p3"]}
    twins.build()
    for place in (1, 0):
        _answer(twins.files, f"Another answer {place}", place)
        assert twins.build()[0] == 0
        _answer(twins.files, "A", place)
        twins.build()


@pytest.mark.parametrize("text", ["Another answer", "A"])
def test_a_terminal_is_told_to_commit_the_lock_where_it_changed(twins: Twins, text: str):
    for desk in twins.desks:
        desk.is_terminal = True
    twins.build()
    _answer(twins.files, text)
    _, _, err = twins.build()
    assert ("deckgen.lock changed: commit it" in err) == (text != "A")


def test_a_link_to_a_project_that_leads_to_another_one_now_is_followed(twins: Twins):
    for desk in twins.desks:
        shutil.copytree(desk.root, desk.folder / "other")
        notes = desk.folder / "other" / "ch01" / "b.yaml"
        notes.write_text(notes.read_text().replace("What is four?", "What is 4?"))
        (desk.folder / "link").symlink_to("cards")
    twins.build(project="link")
    for desk in twins.desks:
        (desk.folder / "link").unlink()
        (desk.folder / "link").symlink_to("other")
        desk.lock = desk.folder / "other" / "deckgen.lock"
    twins.build(project="link")
    assert "4" in twins.remembers.lock.read_text()


def test_a_project_that_begins_nearer_is_found(twins: Twins):
    twins.each(lambda desk: (desk.root / "build" / "inner").mkdir(parents=True))
    twins.build(project="cards/build/inner")
    inner = {f"build/{path}": content for path, content in twins.files.items()}
    twins.files |= inner | {"build/deckgen.yaml": "name: Inner\nid: inner\n"}
    twins.build(project="cards/build/inner")
    assert (twins.remembers.root / "build" / "build" / "inner.apkg").exists()


def test_a_link_to_a_picture_that_leads_to_another_one_now_is_followed(twins: Twins):
    twins.files["media/q.png"] = PICTURE + b"another"
    _answer(twins.files, "![A picture](link.png)")
    twins.each(lambda desk: (desk.root / "media" / "link.png").symlink_to("p.png"))
    twins.files["media/link.png"] = PICTURE
    twins.build()
    before = twins.remembers.results()
    for desk in twins.desks:
        (desk.root / "media" / "link.png").unlink()
        (desk.root / "media" / "link.png").symlink_to("q.png")
    twins.files["media/link.png"] = twins.files["media/q.png"]
    twins.build()
    assert twins.remembers.results() != before


def test_a_note_type_behind_a_link_is_looked_at(twins: Twins):
    for desk in twins.desks:
        shared = desk.folder / "shared"
        shutil.copytree(REPOSITORY / "deckgen" / "note_types" / "concept", shared)
        (desk.root / "notetypes").mkdir()
        (desk.root / "notetypes" / "mine").symlink_to(shared)
        for file in shared.iterdir():
            twins.files[f"notetypes/mine/{file.name}"] = file.read_bytes()
    twins.build()
    before = twins.remembers.results()
    twins.files["notetypes/mine/style.css"] = b".card { margin: 3px; }\n"
    twins.build()
    assert twins.remembers.results() != before


@pytest.mark.parametrize(
    "path", ["ch01/.hidden.yaml", ".hidden.yaml", "media/.thumbs/p.png", "notetypes/.mine/notetype.yaml"]
)
def test_what_is_hidden_is_no_part_of_a_project(twins: Twins, path: str):
    before = twins.build(), twins.remembers.results()
    twins.files[path] = "concepts:\n  - id: hidden\n"
    assert (twins.build(), twins.remembers.results()) == before


def test_a_file_put_in_place_of_another_with_its_time_and_size_is_noticed(twins: Twins):
    for desk in twins.desks:
        file = desk.root / "ch01" / "b.yaml"
        status = file.stat()
        data = file.read_bytes().replace(b"What is four?", b"What is fore?")
        file.write_bytes(data)
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    twins.files["ch01/b.yaml"] = data
    before = twins.remembers.results()
    twins.build()
    assert twins.remembers.results() != before


def test_a_clock_that_was_set_back_is_spoken_of(twins: Twins):
    _answer(twins.files, "Another answer")
    twins.build()
    for text in ("Another answer", "One more"):
        for desk in twins.desks:
            desk.clock -= 3 * HOUR
        _answer(twins.files, text)
        _, _, err = twins.build()
        assert "clock-behind" in err


@pytest.mark.parametrize("comment", ["Looked at", ""])
def test_a_file_that_says_nothing_new_needs_no_whole_build(
    twins: Twins, comment: str, monkeypatch: pytest.MonkeyPatch
):
    from deckgen.cli import build

    twins.files[FORMS] = {"ch01/b.yaml": (comment, False)}
    twins.remembers.write(twins.files)
    (twins.remembers.root / "ch01" / "b.yaml").touch()
    monkeypatch.delattr(build, "build_package")
    assert twins.remembers.build()[0] == 0
    assert twins.remembers.said.startswith("Wrote")


def test_a_lock_with_lines_of_two_branches_is_put_right(twins: Twins):
    _answer(twins.files, "Another answer")
    old = twins.remembers.lock.read_text()
    twins.build()
    for desk in twins.desks:
        lines = dict.fromkeys(f"{old}{desk.lock.read_text()}".splitlines(keepends=True))
        desk.lock.write_text("".join(lines))
    twins.build()
    _answer(twins.files, "One more")
    twins.build()


# The cache itself.


@pytest.mark.parametrize("options", [["--chapter", "ch01"], ["--chapter=ch02"], ["--allow-schema-change"]])
def test_a_build_of_its_own_kind_leaves_nothing_behind(desk: Desk, options: list[str]):
    desk.write(project())
    desk.build(*options)
    assert [file for file in desk.cache.rglob("*") if file.is_file()] == []


def test_a_failed_build_leaves_nothing_behind(desk: Desk):
    desk.write(project())
    desk.lock.mkdir()
    assert desk.build()[0] == 1
    assert [file for file in desk.cache.rglob("*") if file.is_file()] == []


def test_the_cache_is_for_the_user_alone(desk: Desk):
    desk.write(project())
    desk.build()
    folders = [folder for folder in desk.cache.glob("deckgen/*") if folder.is_dir()]
    assert [folder.stat().st_mode & 0o777 for folder in folders] == [0o700]


def test_a_stray_file_in_the_cache_does_not_keep_it_from_being_bounded(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(cache_entry, "_MOST_PLACES", 2)
    desk.write(project())
    (desk.cache / "deckgen").mkdir(parents=True)
    (desk.cache / "deckgen" / ".DS_Store").write_text("whatever")
    for number in range(4):
        desk.build("-o", f"deck{number}.apkg")
    assert len(list(desk.cache.glob("deckgen/*/manifest"))) == 2


def test_what_a_killed_build_left_goes_after_a_while_even_of_a_place_in_use(desk: Desk):
    desk.write(project())
    desk.build()
    place = next(desk.cache.glob("deckgen/*"))
    left, fresh = place / "collection.anki2.0123", place / "collection.anki2.4567"
    for file in (left, fresh):
        file.write_bytes(b"half")
    os.utime(left, (0, 0))
    desk.build("-o", "other.apkg")
    assert not left.exists()
    assert fresh.exists()


@pytest.mark.parametrize(
    "environment",
    [
        {"XDG_CACHE_HOME": "relative"},
        {"XDG_CACHE_HOME": "", "HOME": "/nonexistent/home"},
        {"HOME": "relative"},
    ],
)
def test_no_home_and_no_cache_folder_is_no_trouble(desk: Desk, environment: dict[str, str]):
    desk.write(project())
    full = {name: value for name, value in os.environ.items() if name not in ("HOME", "XDG_CACHE_HOME")}
    full |= {"HOME": str(desk.folder / "home"), **environment}
    for _ in range(2):
        subprocess.run(BUILD, cwd=desk.folder, env=full, check=True, capture_output=True)
    assert {path.name for path in desk.folder.iterdir()} <= {"cards", "build", "home"}


def test_a_record_of_another_layout_is_as_good_as_none(twins: Twins):
    kept = next(twins.remembers.cache.glob("deckgen/*/manifest"))
    data = kept.read_bytes()
    start = data.index(b"\n") + 5
    key, names, values = marshal.loads(data[start:])  # noqa: S302 - just written here
    for layout in ((names[1:], values[1:]), (names[::-1], values[::-1]), (values,)):
        content = marshal.dumps((key, *layout))
        kept.write_bytes(data[: start - 4] + crc32(content).to_bytes(4, "big") + content)
        twins.build()


def test_a_cache_that_cannot_be_written_is_no_trouble(twins: Twins):
    (twins.remembers.cache / "deckgen").rename(twins.remembers.cache / "away")
    (twins.remembers.cache / "deckgen").write_text("a file where a folder should be")
    for text in ("Another answer", "One more", "One more"):
        _answer(twins.files, text)
        twins.build()


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


def _next_is_right(desk: Desk, files: dict[str, Any], folder: Path, options: tuple[str, ...]) -> None:
    """See that the next builds are what builds from nothing are, from the same lock on."""
    twins = Twins(folder, files)
    twins.remembers = desk
    twins.desks = desk, twins.forgets
    desk.is_live = False
    desk.clock = twins.forgets.clock
    twins.forgets.take_over_from(desk)
    for one in twins.desks:
        one.package = one.folder / "other.apkg" if options else one.package
    for _ in range(2):
        assert twins.build(*options)[0] == 0


MOMENTS = {
    "when the files have been looked at": (Manifest, "changed"),
    "when the edit was worked out": (run, "plan_build"),
    "when the collection was taken": (CacheEntry, "claim"),
    "when the package is written": (write, "replace_package"),
    "when the lock is written": (write, "replace_text"),
    "when the collection is kept": (CacheEntry, "save"),
}


@pytest.mark.parametrize("options", [(), ("-o", "other.apkg")])
@pytest.mark.parametrize("moment", MOMENTS)
def test_another_build_in_the_middle_of_one_misleads_neither(
    live: Desk, moment: str, options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    files = project()
    _answer(files, "Another answer")
    _save(live, files)
    _once(*MOMENTS[moment], monkeypatch, lambda: live.beside(*options))
    assert live.build()[0] == 0
    _next_is_right(live, files, tmp_path / "fresh", ())


@pytest.mark.parametrize("command_lines", [*itertools.product([(), ("-o", "other.apkg")], repeat=2)])
@pytest.mark.parametrize("moment", MOMENTS)
def test_an_edit_and_a_build_of_it_in_the_middle_of_a_build_are_not_lost(
    live: Desk,
    moment: str,
    command_lines: tuple[tuple[str, ...], tuple[str, ...]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
):
    meanwhile_options, next_options = command_lines
    files = project()
    _answer(files, "Another answer")
    _save(live, files)

    def meanwhile() -> None:
        _answer(files, "Saved meanwhile")
        files["ch02/c.yaml"]["concepts"][1]["why"] = "Added meanwhile"
        _save(live, files)
        live.beside(*meanwhile_options)

    _once(*MOMENTS[moment], monkeypatch, meanwhile)
    assert live.build()[0] == 0
    _next_is_right(live, files, tmp_path / "fresh", next_options)


def test_an_edit_and_a_build_of_it_while_a_whole_build_writes_are_not_lost(
    live: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    files = project()

    def meanwhile() -> None:
        _answer(files, "Saved meanwhile")
        _save(live, files)
        live.beside()

    shutil.rmtree(live.cache)
    _once(run, "write_shipment", monkeypatch, meanwhile)
    assert live.build()[0] == 0
    _next_is_right(live, files, tmp_path / "fresh", ())


def test_a_collection_that_is_cleared_away_in_use_is_no_trouble(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
):
    _once(
        CacheEntry,
        "claim",
        monkeypatch,
        lambda: [file.unlink() for file in twins.remembers.cache.glob("deckgen/*/collection.anki2.*")],
    )
    _answer(twins.files, "Another answer")
    twins.build()


def _place(desk: Desk, patch: pytest.MonkeyPatch) -> CacheEntry:
    """Return where the desk's builds are remembered."""
    patch.chdir(desk.folder)
    patch.setenv("XDG_CACHE_HOME", str(desk.cache))
    (kept,) = desk.cache.glob("deckgen/*/manifest")
    data = kept.read_bytes()
    key = marshal.loads(data[data.index(b"\n") + 5 :])[0]  # noqa: S302 - just written here
    return CacheEntry(key)


def test_a_collection_that_is_no_longer_the_records_own_is_not_taken(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
):
    place = _place(twins.remembers, monkeypatch)
    earlier = place.load()
    assert earlier
    _answer(twins.files, "Another answer")
    twins.build()
    assert not place.claim(earlier)
    assert not Path(place.scratch).exists()


def test_a_collection_in_use_is_not_cleared_away_however_old(twins: Twins, monkeypatch: pytest.MonkeyPatch):
    (collection,) = twins.remembers.cache.glob("deckgen/*/collection.anki2")
    os.utime(collection, (0, 0))
    place = _place(twins.remembers, monkeypatch)
    kept = Manifest()
    kept.collection = manifest.stamp_of(str(collection))
    assert place.claim(kept)
    cache_entry.clear_old()
    assert Path(place.scratch).exists()


def test_a_collection_that_is_gone_is_never_taken_for_an_empty_one(tmp_path: Path):
    collection = tmp_path / "collection.anki2"
    with pytest.raises(sqlite3.OperationalError):
        update_collection(collection, NOTHING, Spool())
    with pytest.raises(sqlite3.OperationalError):
        replace_package(tmp_path / "deck.apkg", collection, [])
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_came_while_a_build_ran_is_seen_whatever_the_clock_of_its_disk(tmp_path: Path):
    known = Manifest()
    known.code = known.files = {}
    known.project = ""
    tomorrow = time.time_ns() + 24 * HOUR  # so it seems where the disk's clock is a day behind
    (tmp_path / "new.yaml").write_text("concepts: []")
    known.folders = manifest.trusted_folders({str(tmp_path): ()}, "", tomorrow)
    assert known.changed() is None
    known.folders = manifest.trusted_folders({str(tmp_path): ("new.yaml",)}, "", tomorrow)
    assert known.changed() == set()


# Ends that are no good ones.


def test_ctrl_c_ends_a_build_without_a_traceback(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    desk.write(project())
    desk.build()

    def interrupt(_manifest: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Manifest, "changed", interrupt)
    code, _, err = desk.build()
    assert (code, err.strip()) == (1, "Aborted!")


@pytest.mark.parametrize("closed", ["1", "2"])
def test_a_build_whose_output_is_closed_builds(desk: Desk, closed: str):
    files = project()
    environment = {**os.environ, "XDG_CACHE_HOME": str(desk.cache)}
    for step in range(3):
        _answer(files, f"Answer {step // 2}")
        _save(desk, files)
        before = desk.package.stat() if step else None
        command = ["sh", "-c", f"exec {' '.join(BUILD)} {closed}>&-"]
        subprocess.run(command, cwd=desk.folder, env=environment, check=True, capture_output=True)
        assert (desk.package.stat() == before) == (step == 1)


def test_where_nobody_reads_what_a_build_says_it_ends_without_a_traceback(desk: Desk):
    files = project()
    environment = {**os.environ, "XDG_CACHE_HOME": str(desk.cache), "PYTHONUNBUFFERED": ""}
    for step in range(3):
        _answer(files, f"Answer {step // 2}")
        _save(desk, files)
        with subprocess.Popen(
            BUILD, cwd=desk.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            assert process.stdout
            assert process.stderr
            process.stdout.close()
            err = process.stderr.read().decode()
        assert process.returncode == 1
        assert "point-uncovered" in err
        assert "Error" not in err
