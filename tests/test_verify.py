"""`deckgen verify` foretells what the real Anki then does, note by note."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import re
import sqlite3
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from anki.errors import AnkiException
from anki_collection import Reader
from conftest import REPOSITORY, MakeProject, Run
from foreign_packages import BUILD_TIME, NoteSpec, NoteTypeSpec, write_genanki
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from deckgen.diagnostics import Severity
from deckgen.verify.collection import Collection, Fate
from deckgen.verify.compression import zstd
from deckgen.verify.contents import PackageError
from deckgen.verify.importer import import_package
from deckgen.verify.predict import predict
from deckgen.verify.problems import RULES
from deckgen.verify.reading import read_package

NOW = int(time.time())
# Collections in memory, where there is such a folder: Anki waits for the disk a hundred times.
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - below it each test has its own
FATES = {
    Fate.NEW: "new",
    Fate.UPDATED: "updated",
    Fate.UNTOUCHED: "duplicate",
    Fate.CONFLICTING: "conflicting",
}


def anki_does_as_foretold(folder: Path, old: Path, new: Path) -> None:
    """Import both packages into a real collection and compare all that can be seen with the model."""
    contents = [read_package(old), read_package(new)]
    middle, _ = import_package(contents[0], Collection())
    after, outcome = import_package(contents[1], middle)
    prediction = predict(*contents, NOW)
    reader = Reader(folder)
    try:
        _import(reader, old, refused=import_package(contents[0], Collection())[1].refusal is not None)
        blank = reader.blank_cards()
        log = _import(reader, new, refused=outcome.refusal is not None)
        guids = {note.id: note.guid for note in contents[1].notes}
        for fate, heading in FATES.items():
            of = guids.__getitem__ if fate is Fate.CONFLICTING else reader.guid
            foretold = sorted(note.guid for note in prediction.notes if note.fate is fate)
            assert foretold == sorted(map(of, log.get(heading, []))), fate
        assert _held(after) == _really_held(reader)
        assert set(prediction.blank) == reader.blank_cards() - blank
        assert dict(after.media) == reader.media()
    finally:
        reader.close()


def _import(reader: Reader, package: Path, *, refused: bool) -> dict[str, list[int]]:
    if refused:
        with pytest.raises(AnkiException):
            reader.import_and_list(package)
        reader.reopen()  # until then, Anki remembers note types of the refused package
        return {}
    return reader.import_and_list(package)


def _held(collection: Collection) -> Counter:
    types = collection.note_types
    return Counter(
        (
            note.guid,
            note.mod,
            note.fields,
            tuple(sorted(note.tags)),
            types[note.note_type].name,
            types[note.note_type].style,
            tuple(each.front for each in types[note.note_type].templates),
            tuple(sorted((card.ordinal, card.deck) for card in note.cards)),
        )
        for note in collection.notes.values()
    )


def _really_held(reader: Reader) -> Counter:
    result: Counter = Counter()
    col = reader.col
    for note_id, guid, mod, fields, tags in col.db.all("select id, guid, mod, flds, tags from notes"):
        note_type = col.get_note(note_id).note_type()
        cards = col.db.all("select ord, did from cards where nid = ?", note_id)
        row = (
            guid,
            mod,
            tuple(fields.split("\x1f")),
            tuple(sorted(tag.casefold() for tag in tags.split())),
            note_type["name"],
            note_type["css"],
            tuple(template["qfmt"] for template in note_type["tmpls"]),
            tuple(sorted((ordinal, col.decks.name(deck)) for ordinal, deck in cards)),
        )
        result[row] += 1
    return result


# Two packages from a small world, so that every rule of the importer is met often.

PLAIN = st.builds(
    NoteTypeSpec,
    id=st.just(1_600_000_000_001),
    name=st.sampled_from(["Plain", "Plain", "Cards"]),
    fields=st.sampled_from(
        [
            ("Front", "Back"),
            ("Front", "Back"),
            ("Back", "Front"),
            ("Front", "More:"),
            ("Front", "Back", "More"),
            ("Front", "More", "Back"),
        ]
    ),
    fronts=st.sampled_from(
        [
            ("{{Front}}",),
            ("{{Front}} now",),
            ("{{Front}}", "{{#Back}}{{Back}}{{/Back}}"),
            ("{{Front}}", "{{^Back}}{{Tags}}{{/Back}}"),
        ]
    ),
    css=st.sampled_from(["", "a{}"]),
    ids=st.booleans(),
    mod=st.sampled_from([BUILD_TIME, BUILD_TIME + 1]),
)
CLOZE = st.builds(
    NoteTypeSpec,
    id=st.just(1_600_000_000_002),
    name=st.sampled_from(["Gaps", "Gaps", "Cards"]),
    fronts=st.sampled_from([("{{cloze:Front}}",), ("{{cloze:Front}}!",)]),
    is_cloze=st.just(True),
    mod=st.sampled_from([BUILD_TIME, BUILD_TIME + 1]),
)
TEXT = st.sampled_from(
    [
        "",
        "a",
        "b",
        "<br>",
        "e\u0301\x01",
        '<img src="a.png">',
        "[sound:a.png]",
        "<img src=c&amp;d.png alt='>'>",
        "{{c1::x {{c2,3::y}}}}",
        "{{c2::z}} {{c0::w}}",
    ]
)
TAGS = st.lists(st.sampled_from(["x", "Y", "y", "marked", "a\u3000b"]), max_size=2).map(tuple)
DECKS = st.sampled_from(["Deck", "deck::Sub", "Other", "a:: b"])


@st.composite
def packages(draw: st.DrawFn) -> tuple[list[NoteSpec], dict[str, bytes]]:
    # Of two note types of one name in one package Anki renames either, by chance.
    types = draw(st.tuples(PLAIN, CLOZE).filter(lambda pair: pair[0].name != pair[1].name))
    notes = []
    for guid in draw(st.lists(st.sampled_from("abcd"), min_size=1, max_size=5)):
        note_type = types[draw(st.sampled_from([0, 0, 1]))]
        width = len(note_type.fields) + draw(st.sampled_from([0] * 30 + [1]))
        notes.append(
            NoteSpec(
                guid,
                tuple(draw(TEXT) for _ in range(width)),
                note_type,
                draw(TAGS),
                BUILD_TIME + draw(st.integers(0, 2)),
                draw(DECKS),
                draw(st.one_of(st.none(), st.sets(st.integers(0, 2)).map(lambda s: tuple(sorted(s)))))
                if note_type.is_cloze
                else None,
            )
        )
    names = draw(st.sets(st.sampled_from(["a.png", "_b.png", "c&d.png"])))
    return notes, {name: draw(st.sampled_from([b"1", b"2"])) for name in sorted(names)}


def _write(folder: Path, name: str, notes: list[NoteSpec], media: dict[str, bytes]) -> Path:
    files = []
    for file, data in media.items():
        path = folder / f"{name}-media" / file
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        files.append(path)
    return write_genanki(folder / f"{name}.apkg", notes, files)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(old=packages(), new=packages())
def test_whatever_two_packages_hold_anki_does_as_foretold(old, new):
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        folder = Path(name)
        anki_does_as_foretold(folder / "anki", _write(folder, "old", *old), _write(folder, "new", *new))


# Anki's own packages


def _exported(folder: Path, package: Path, *, legacy: bool) -> Path:
    """Return a package as Anki exports it after importing another."""
    author = Reader(folder / f"author of {package.stem}")
    try:
        author.import_and_list(package)
        return author.export_package(folder / f"exported {package.name}", legacy=legacy)
    finally:
        author.close()


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(old=packages(), new=packages(), legacy=st.tuples(st.booleans(), st.booleans()))
def test_what_anki_itself_exports_is_foretold_too(old, new, legacy):
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        folder = Path(name)
        pair = [_write(folder, "old", *old), _write(folder, "new", *new)]
        for package in pair:
            assume(import_package(read_package(package), Collection())[1].refusal is None)
        pair = [_exported(folder, each, legacy=old) for each, old in zip(pair, legacy, strict=True)]
        anki_does_as_foretold(folder / "anki", *pair)


def test_an_author_who_works_in_anki_is_told_what_readers_get(tmp_path: Path, run: Run):
    notes = [NoteSpec("a", ("One", "1"), deck="D"), NoteSpec("b", ("Two", "2"), deck="D")]
    author = Reader(tmp_path / "author")
    author.import_and_list(write_genanki(tmp_path / "first.apkg", notes))
    old = author.export_package(tmp_path / "old.apkg")
    author.edit("One", "Back", "One and only")
    new = author.export_package(tmp_path / "new.apkg")
    author.close()
    assert "collection.anki21b" in zipfile.ZipFile(new).namelist()
    result = run("verify", old, new)
    assert result.exit_code == 0
    assert "Notes:      1 updated, 1 untouched\n" in result.stdout
    anki_does_as_foretold(tmp_path / "anki", old, new)


# Each problem, by the smallest pair of packages that has it

NOTE = NoteSpec("a", ("Front", "Back"))
LATER = BUILD_TIME + 1
WITH_IDS = NoteTypeSpec(ids=True, fields=("Front", "Back", "Spare"))
GAPS = NoteTypeSpec(id=2, name="Gaps", fronts=("{{cloze:Front}}",), is_cloze=True)


def _like(note: NoteSpec, **changes: object) -> NoteSpec:
    return dataclasses.replace(note, **changes)


def _typed(**changes: object) -> NoteTypeSpec:
    return dataclasses.replace(NOTE.note_type, **changes)


THREE = NoteSpec("a", ("Front", "Back", ""), WITH_IDS)
PROBLEMS = {
    "refused": ([NOTE], [_like(NOTE, fields=("one",), mod=LATER)]),
    "note-type-split note-skipped": (
        [NOTE],
        [_like(NOTE, note_type=_typed(fields=("Back", "Front")), mod=LATER)],
    ),
    "note-skipped": ([NOTE], [_like(NOTE, note_type=_typed(id=7, name="Other"), mod=LATER)]),
    "guid-twice": ([], [NOTE, NOTE]),
    "edit-ignored": ([NOTE], [_like(NOTE, fields=("Front", "Better"))]),
    "note-type-edit-ignored": ([NOTE], [_like(NOTE, note_type=_typed(css="b{}"))]),
    "field-name-reused": (
        [THREE],
        [_like(THREE, note_type=dataclasses.replace(WITH_IDS, fields=("Front", "Spare", "Back"), mod=LATER))],
    ),
    "old-refused": ([_like(NOTE, fields=("one",))], [NOTE]),
    "deck-split": ([NOTE], [_like(NOTE, deck="Renamed")]),
    "card-blank": (
        [NoteSpec("a", ("{{c1::x}} {{c2::y}}", ""), GAPS)],
        [NoteSpec("a", ("{{c1::x}} y", ""), GAPS, mod=LATER)],
    ),
    "mod-in-future": ([NOTE], [_like(NOTE, mod=NOW + 10_000)]),
    "first-field-empty note-without-cards": ([], [_like(NOTE, fields=("", "Back"))]),
}


@pytest.mark.parametrize("names", PROBLEMS)
def test_a_problem_is_named_and_anki_bears_it_out(names: str, tmp_path: Path, run: Run):
    old, new = (write_genanki(tmp_path / f"{at}.apkg", notes) for at, notes in enumerate(PROBLEMS[names]))
    problems = predict(read_package(old), read_package(new), NOW).problems
    assert " ".join(problem.kind.name for problem in problems) == names
    anki_does_as_foretold(tmp_path / "anki", old, new)
    result = run("verify", old, new)
    severities = {problem.kind.severity for problem in problems}
    assert result.exit_code == (1 if Severity.ERROR in severities else 0)
    assert run("verify", old, new, "--strict").exit_code == 1
    assert all(f"{problem.kind.severity} {problem.kind.name} " in result.stderr for problem in problems)


def test_media_that_changes_under_its_name_is_lost_to_those_who_have_it(tmp_path: Path, run: Run):
    note = NoteSpec("a", ('<img src="a.png">', "Back"))
    old = _write(tmp_path, "old", [note], {"a.png": b"1", "_b.css": b"1"})
    new = _write(tmp_path, "new", [note], {"a.png": b"2", "_b.css": b"2"})
    result = run("verify", old, new)
    assert result.exit_code == 1
    assert "error media-ignored 2 media files changed under their names" in result.stderr
    anki_does_as_foretold(tmp_path / "anki", old, new)
    newer = _write(tmp_path, "newer", [_like(note, mod=LATER)], {"a.png": b"2", "_b.css": b"1"})
    assert "Media:      1 the same, 1 renamed" in run("verify", old, newer).stdout
    anki_does_as_foretold(tmp_path / "anki again", old, newer)


def test_every_problem_has_its_example_and_its_line_in_the_document():
    kinds = {kind.name for kind, _ in RULES}
    shown = {name for names in PROBLEMS for name in names.split()} | {"media-ignored"}
    assert shown == kinds
    document = (REPOSITORY / "docs" / "verify.md").read_text(encoding="utf-8")
    assert {name for name in kinds if f"| `{name}` |" in document} == kinds


# The command

NOTES = """\
concepts:
  - {id: a, covers: [basics/first], prompt: P?, answer: A}
  - {id: b, covers: [basics/second], prompt: Q?, answer: B}
"""


def test_what_deckgen_builds_is_safe_to_import_again(make_project: MakeProject, run: Run, tmp_path: Path):
    root = make_project(a=NOTES)
    assert run("build", root, "-o", "old.apkg").exit_code == 0
    make_project(a=NOTES.replace("answer: A", "answer: Better") + "  - {id: c, prompt: R?, answer: C}\n")
    assert run("build", root, "-o", "new.apkg").exit_code == 0
    result = run("verify", "old.apkg", "new.apkg")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "Notes:      1 new, 1 updated, 1 untouched\n"
        "Cards:      1 new\n"
        "Note types: 1 untouched\n"
        "Media:      none\n"
    )
    anki_does_as_foretold(tmp_path / "anki", Path("old.apkg"), Path("new.apkg"))
    make_project(a=NOTES)
    result = run("verify", "new.apkg", "old.apkg")
    assert "1 note of OLD, not in NEW: left to the reader.\n" in result.stdout
    assert result.exit_code == 1
    assert result.stderr == (
        "error edit-ignored A changed note has a `mod` that is not newer than the reader's: Anki leaves the "
        "reader's as it is:\n"
        "    P?\n"
        "  Stamp a changed note with the time of the build.\n"
    )


def test_json_tells_of_every_note(tmp_path: Path, run: Run):
    old = write_genanki(tmp_path / "old.apkg", [NOTE])
    new = write_genanki(tmp_path / "new.apkg", [_like(NOTE, deck="New"), NoteSpec("b", ("Second", "2"))])
    data = json.loads(run("verify", old, new, "--format", "json").stdout)
    assert data["notes"] == [
        {"guid": "b", "name": "Second", "fate": "new", "changed": True,
         "new_cards": [{"ordinal": 0, "deck": "Deck"}], "cards_in_another_deck": []},
        {"guid": "a", "name": "Front", "fate": "untouched", "changed": False, "new_cards": [],
         "cards_in_another_deck": [{"ordinal": 0, "stays_in": "Deck", "not_in": "New"}]},
    ]  # fmt: skip
    assert data["note_types"][0]["fate"] == "untouched"
    assert [problem["problem"] for problem in data["problems"]] == ["deck-split"]


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


def _damaged_archive(folder: Path, compression: int) -> bytes:
    """Return an archive whose one file, the collection, was changed after it was compressed."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
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
        "cut meta": {"meta": b"\x0a\x05ab", "collection.anki21b": b"x"},
        "words in meta": {"meta": b"\x0a\x02ab", "collection.anki21b": b"x"},
        "a group in meta": {"meta": b"\x0b\x0c", "collection.anki21b": b"x"},
        "later": {"meta": b"\x08\x04", "collection.anki21b": b"x"},
        "bad media": {"media": b"[", "collection.anki2": b"x"},
        "list of media": {"media": b"[]", "collection.anki2": b"x"},
        "nested media": {"media": b"[" * 100_000, "collection.anki2": b"x"},
        "no row": {"collection.anki2": _collection(tmp_path)},
        "nothing": {
            "collection.anki2": _collection(tmp_path, "insert into col (models, decks) values (null, null)")
        },
        "cut JSON": {
            "collection.anki2": _collection(tmp_path, "insert into col (models, decks) values ('{', '{}')")
        },
        "a bare type": {
            "collection.anki2": _collection(
                tmp_path, """insert into col (models, decks) values ('{"1": {}}', '{}')"""
            )
        },
        "no numbers": {
            "collection.anki2": _collection(
                tmp_path,
                "insert into col (models, decks) values ('{}', '{}')",
                "insert into notes values ('a', null, 'x', 'y', null, null)",
            )
        },
        "later schema": {
            "collection.anki2": _collection(tmp_path, "insert into col values ('{}', '{}', 99)"),
        },
        "no graves": {"collection.anki2": _collection(tmp_path, "drop table graves")},
        "damaged deflate": _damaged_archive(tmp_path, zipfile.ZIP_DEFLATED),
        "damaged bzip2": _damaged_archive(tmp_path, zipfile.ZIP_BZIP2),
        "damaged LZMA": _damaged_archive(tmp_path, zipfile.ZIP_LZMA),
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


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_damage_brings_a_traceback(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.getbasetemp()
    good = folder / "good to damage.apkg"
    if not good.exists():
        write_genanki(folder / "genanki.apkg", [NOTE, NoteSpec("b", ("{{c1::x}}", ""), GAPS)])
        _exported(folder, folder / "genanki.apkg", legacy=False).rename(good)
    names = data.draw(st.sampled_from(["whole", "meta", "media", "collection.anki21b", "sqlite"]))
    damaged = folder / "damaged.apkg"
    damaged.write_bytes(_damage(good, names, data.draw(st.floats(0, 1)), data.draw(st.integers(1, 255))))
    with contextlib.suppress(PackageError):
        predict(read_package(good), read_package(damaged), NOW)


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
