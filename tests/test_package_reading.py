"""A package that is none, is damaged, or was made to harm: each ends in one sentence."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sqlite3
import zipfile
from pathlib import Path

import pytest
from anki_collection import Reader
from conftest import MakeProject, Run
from foreign_packages import NoteSpec, NoteTypeSpec, write_genanki
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deckgen.verify.compression import zstd
from deckgen.verify.package_reader import PackageError, ReadingLimits, read_contents, read_notes

NOTE = NoteSpec("a", ("Front", "Back"))
DEEP = 'insert into col (models, decks) values (\'{"1": {"x": ' + "[" * 100_000 + "', '{}')"
EMPTY = "insert into col (models, decks) values ('{}', '{}')"
GAPS = NoteTypeSpec(id=2, name="Gaps", fronts=("{{cloze:Front}}",), is_cloze=True)


def _sqlite(folder: Path, sql: str) -> bytes:
    path = folder / "broken.sqlite"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript(sql)
    connection.close()
    return path.read_bytes()


def _collection(folder: Path, *rows: str) -> bytes:
    """Return a collection of schema 11 with the columns that are read, and these rows."""
    tables = (
        "create table col (models, decks, ver default 11)",
        "create table graves (oid)",
        "create table revlog (id)",
        "create table notes (id, guid, mid, mod, flds, tags)",
        "create table cards (id, nid, ord, did)",
    )
    return _sqlite(folder, ";".join((*tables, *rows)))


def _damaged_archive(folder: Path) -> bytes:
    """Return an archive whose one file, the collection, was changed after it was compressed."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("collection.anki2", _collection(folder))
    data = bytearray(target.getvalue())
    data[60:64] = b"\x55" * 4
    return bytes(data)


def test_what_is_no_package_is_wrong_usage_and_said_in_a_sentence(tmp_path: Path, run: Run):
    good = write_genanki(tmp_path / "good.apkg", [NOTE])
    whole = good.read_bytes()
    faults = {
        "text": b"not a package",
        "empty": b"",
        "cut": whole[: len(whole) // 2],
        "no collection": {"readme": b"x"},
        "no database": {"collection.anki2": b"x" * 2000},
        "other database": {"collection.anki2": _sqlite(tmp_path, "create table t(x)")},
        "no zstd": {"meta": b"\x08\x03", "collection.anki21b": b"x" * 100},
        "bad meta": {"meta": b"\xff\xff", "collection.anki21b": b"x"},
        "later": {"meta": b"\x08\x04", "collection.anki21b": b"x"},
        "empty meta": {"meta": b"", "collection.anki21b": b"x"},
        "no row": {"collection.anki2": _collection(tmp_path)},
        "no numbers": {
            "collection.anki2": _collection(
                tmp_path,
                EMPTY,
                "insert into notes values ('a', null, 'x', 'y', null, null)",
            )
        },
        "later schema": {
            "collection.anki2": _collection(tmp_path, "insert into col values ('{}', '{}', 99)"),
        },
        "a mod without end": {
            "collection.anki2": _collection(
                tmp_path,
                EMPTY,
                "insert into notes values (1, 'g', 1, 9e999, 'x', '')",
            )
        },
        "no graves": {"collection.anki2": _collection(tmp_path, "drop table graves")},
        "no text": {
            "collection.anki2": _collection(
                tmp_path, EMPTY, "insert into notes values (1, 'g', 1, 1, zeroblob(3), 7)"
            )
        },
        "damaged deflate": _damaged_archive(tmp_path),
    }
    for name, content in faults.items():
        bad = tmp_path / "bad.apkg"
        if isinstance(content, bytes):
            bad.write_bytes(content)
        else:
            with zipfile.ZipFile(bad, "w") as archive:
                for entry, data in content.items():
                    archive.writestr(entry, data)
        for pair in ((bad, good), (good, bad)):
            result = run("verify", *pair)
            assert result.exit_code == 2, name
            said = " ".join(result.stderr.split())
            assert re.search(r"cannot be read\. [A-Z`][^:]+(: export or download it again)?\.$", said), (
                name,
                said,
            )
    assert run("verify", good, tmp_path).exit_code == 2
    assert run("verify", good, "nowhere.apkg").exit_code == 2


@pytest.mark.parametrize("name", ["pipe", "/dev/zero"])
def test_a_pipe_or_a_device_is_no_package(name: str, tmp_path: Path, make_project: MakeProject, run: Run):
    root = make_project(a="concepts:\n  - {id: a, prompt: A?, answer: B}\n")
    run("build", root, "-o", "good.apkg")
    os.mkfifo(tmp_path / "pipe")
    good = "good.apkg"
    commands = (("verify", good, name), ("verify", name, good), ("status", root, "--against", name))
    for command in commands:
        result = run(*command)
        assert result.exit_code == 2
        assert f"`{name}` cannot be read: it is not a regular file." in result.stderr
    (root / "deckgen.lock").unlink()
    assert "it is not a regular file" in run("recover", name, "-p", root).stderr


def _package(folder: Path, collection: bytes, *, compressed: bool = False) -> Path:
    path = folder / "hostile.apkg"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        if compressed:
            archive.writestr("meta", b"\x08\x03")
            archive.writestr("collection.anki21b", zstd.compress(collection))
        else:
            archive.writestr("collection.anki2", collection)
    return path


ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select i as id, i as guid, 1 as mid, 1 as mod, 'x' as flds, '' as tags from n"


def test_a_view_that_never_ends_is_not_read(tmp_path: Path):
    collection = _collection(tmp_path, EMPTY, "drop table notes", f"create view notes as {ENDLESS}")
    with pytest.raises(PackageError, match="lacks the table `notes`"):
        read_notes(_package(tmp_path, collection))


@pytest.mark.parametrize(
    "rows",
    [
        ("insert into col (models, decks) values ('{\"1\": {\"name\": 3}}', '{}')",),
        ("insert into col (models, decks) values ('[', '{}')",),
        ('insert into col (models, decks) values (\'{}\', \'{"x": {"name": "Deck"}}\')',),
        (DEEP,),
        (
            EMPTY,
            "insert into cards values (1, 'x', null, 1)",
            "insert into notes values (1, 'g', 'x', 1, 'x', '')",
        ),
    ],
    ids=["a name that is none", "no JSON", "a deck without a number", "without end", "no numbers"],
)
def test_note_types_and_cards_that_are_none_are_damage(tmp_path: Path, rows: tuple[str, ...]):
    with pytest.raises(PackageError, match="is damaged"):
        read_contents(_package(tmp_path, _collection(tmp_path, *rows)))


def test_more_cards_than_any_deck_has_are_not_read(tmp_path: Path):
    package = _package(tmp_path, _collection(tmp_path, EMPTY, *["insert into cards values (1, 1, 1, 1)"] * 9))
    assert read_contents(package).slots == {1: (1,) * 9}
    with pytest.raises(PackageError, match="Its collection is larger than that of any real deck"):
        read_contents(package, ReadingLimits(notes=8))


def test_work_that_takes_too_long_is_stopped(tmp_path: Path):
    column = "flds as (replace(hex(zeroblob(5000000)), '0', '00'))"
    table = f"create table notes (id, guid, mid, mod, {column}, tags)"
    rows = (
        "insert into notes (id, guid, mid, mod, tags) values (1, 'g', 1, 1, '')" + ", (1, 'g', 1, 1, '')" * 99
    )
    package = _package(tmp_path, _collection(tmp_path, EMPTY, "drop table notes", table, rows))
    with pytest.raises(PackageError, match="Its collection took more than 0 seconds to read"):
        read_notes(package, ReadingLimits(seconds=0))
    with pytest.raises(PackageError, match="Its collection is larger than that of any real deck"):
        read_notes(package, ReadingLimits(collection=100_000_000))


@pytest.mark.parametrize("compressed", [False, True])
def test_a_collection_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path, compressed: bool):
    package = _package(tmp_path, bytes(50_000_000), compressed=compressed)
    assert package.stat().st_size < 100_000
    with pytest.raises(PackageError, match="is larger than that of any real deck"):
        read_notes(package, ReadingLimits(collection=1_000_000))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["bzip2", "LZMA"])
@pytest.mark.parametrize("name", ["meta", "collection.anki2"])
def test_what_is_compressed_as_no_package_is_not_unpacked(tmp_path: Path, method: int, name: str):
    package = tmp_path / "hostile.apkg"
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("collection.anki2", _collection(tmp_path), method if name != "meta" else None)
        archive.writestr("meta", b"\x08\x01", method if name == "meta" else None)
    with pytest.raises(PackageError, match=f"Its `{name}` is compressed in a way that no Anki writes"):
        read_notes(package)


def test_a_collection_is_refused_by_the_size_that_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    package = _package(tmp_path, bytes(2_000_000))
    monkeypatch.setattr(zipfile.ZipFile, "open", None)
    with pytest.raises(PackageError, match="is larger than that of any real deck"):
        read_notes(package, ReadingLimits(collection=1_000_000))


def test_a_value_or_a_number_of_notes_beyond_any_deck_is_refused(tmp_path: Path):
    notes = ["insert into notes values (1, 'g', 1, 1, hex(zeroblob(1000)), '')"] * 20
    package = _package(tmp_path, _collection(tmp_path, EMPTY, *notes))
    assert len(read_notes(package)) == 20
    for limits in (ReadingLimits(notes=10), ReadingLimits(value=1000)):
        with pytest.raises(PackageError):
            read_notes(package, limits)


def exported(folder: Path, package: Path) -> Path:
    """Return a package in the newest form."""
    author = Reader(folder / "author")
    try:
        author.import_and_list(package)
        return author.export_package(folder / "exported.apkg")
    finally:
        author.close()


def test_both_forms_of_a_package_hold_the_same_notes(tmp_path: Path):
    old = write_genanki(tmp_path / "old.apkg", [NoteSpec("a", ("Front", "é"), tags=("x", "y"))])
    first, second = read_notes(old), read_notes(exported(tmp_path, old))
    assert first == second
    assert [(note.guid, note.fields, note.tags) for note in first] == [("a", ("Front", "é"), ("x", "y"))]


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_damage_brings_a_traceback(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.getbasetemp()
    good = folder / "good to damage.apkg"
    if not good.exists():
        write_genanki(folder / "genanki.apkg", [NOTE, NoteSpec("b", ("{{c1::x}}", ""), GAPS)])
        exported(folder, folder / "genanki.apkg").rename(good)
    names = data.draw(st.sampled_from(["whole", "meta", "collection.anki21b", "sqlite"]))
    damaged = folder / "damaged.apkg"
    damaged.write_bytes(_damage(good, names, data.draw(st.floats(0, 1)), data.draw(st.integers(1, 255))))
    with contextlib.suppress(PackageError):
        read_notes(damaged)


def _damage(good: Path, part: str, place: float, flip: int) -> bytes:
    """Return a package with one byte changed: in the archive, in a file of it, or in the plain database."""

    def flipped(content: bytes) -> bytes:
        at = int(place * (len(content) - 1))
        return content[:at] + bytes([content[at] ^ flip]) + content[at + 1 :]

    if part == "whole":
        return flipped(good.read_bytes())
    target = io.BytesIO()
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                content = flipped(content)
            elif part == "sqlite" and name == "collection.anki21b":
                content = zstd.compress(flipped(zstd.decompress(content)))
            archive.writestr(name, content)
    return target.getvalue()
