"""`deckgen verify` says what the real Anki does, and whether readers get and keep everything."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from anki.collection import Collection
from anki.errors import AnkiException
from anki_collection import Reader
from conftest import REPOSITORY, MakeProject, Run
from foreign_packages import BUILD_TIME, NoteSpec, NoteTypeSpec, write_genanki
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deckgen.model.addresses import install_command
from deckgen.verify import anki_import
from deckgen.verify.outcome import Fate, Outcome
from deckgen.verify.problems import KINDS

NOW = int(time.time())
# Collections in memory, where there is such a folder: Anki waits for the disk a hundred times.
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - below it each test has its own


def verify(old: Path, new: Path) -> Outcome:
    """Ask Anki in this process, which is quicker than one of its own."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        return anki_import.import_both(old, new, Path(folder), NOW)


def errors(outcome: Outcome) -> set[str]:
    return {problem.problem for problem in outcome.problems if problem.severity == "error"}


def write(folder: Path, name: str, notes: Sequence[NoteSpec], media: dict[str, bytes]) -> Path:
    files = []
    for file, data in media.items():
        path = folder / f"{name}-media" / file
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        files.append(path)
    return write_genanki(folder / f"{name}.apkg", notes, files)


# Whatever the packages hold

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


def imported(folder: Path, *packages: Path) -> tuple[dict, dict] | None:
    """Return the notes, and the content of the media, that a reader has at the end; None if Anki refuses the last."""
    reader = Reader(folder)
    try:
        for package in packages:
            refused = False
            try:
                reader.import_package(package)
            except AnkiException:
                refused = True
                reader.reopen()  # until then, Anki remembers note types of the refused package
        folded = {
            guid: (fields, sorted(map(str.casefold, tags))) for guid, (fields, tags) in reader.notes().items()
        }
        return None if refused else (folded, reader.media())
    finally:
        reader.close()


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(old=packages(), new=packages())
def test_without_an_error_readers_of_old_have_what_new_readers_have(old, new):
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        folder = Path(name)
        pair = write(folder, "old", *old), write(folder, "new", *new)
        outcome = verify(*pair)
        held, fresh = imported(folder / "reader", *pair), imported(folder / "new reader", pair[1])
        if errors(outcome):
            return
        assert held
        assert fresh
        shown = {guid: _shown(note, held[1]) for guid, note in held[0].items() if guid in fresh[0]}
        assert shown == {guid: _shown(note, fresh[1]) for guid, note in fresh[0].items()}
        assert len(outcome.notes) == len(fresh[0])


def _shown(note: tuple[list[str], list[str]], media: dict[str, str]) -> tuple[list[str], list[str]]:
    """Return a note with the content of each media file in place of its name."""
    fields, tags = note
    for name in sorted(media, key=len, reverse=True):
        fields = [
            field.replace(name, media[name]).replace(name.replace("&", "&amp;"), media[name])
            for field in fields
        ]
    return fields, tags


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(package=packages())
def test_any_package_after_itself_changes_nothing(package):
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        path = write(Path(name), "any", *package)
        outcome = verify(path, path)
        # Anki drops the colon, and then takes the same package's note type for another one.
        corrected = any("More:" in note.note_type.fields for note in package[0])
        if not corrected and not errors(outcome) & {"refused", "guid-twice"}:
            assert errors(outcome) == set()
            assert {note.fate for note in outcome.notes} == {Fate.UNTOUCHED}
            assert not any(note.changed for note in outcome.notes)
            assert {each.fate for each in outcome.note_types} == {Fate.UNTOUCHED}
            assert not any(each.changed for each in outcome.note_types)
            assert not outcome.cards
            assert {file.fate for file in outcome.media} <= {"same"}


# Anki's own packages

WEB_PICTURES = [
    NoteSpec("a", ('<img src="https://example.org/a/b.png?x=1&amp;y=2">', "Back")),
    NoteSpec("b", ("<img src='http://example.org/c%20d.png' />", "[sound:https://example.org/e.mp3]")),
    NoteSpec(
        "c",
        ("{{c1::x}}<img src=//example.org/f.png>", ""),
        NoteTypeSpec(id=2, name="Gaps", fronts=("{{cloze:Front}}",), is_cloze=True, ids=True),
    ),
]


def exported(folder: Path, package: Path, *, legacy: bool) -> Path:
    """Return a package as Anki exports it after importing another."""
    author = Reader(folder / f"author {legacy}")
    try:
        author.import_and_list(package)
        return author.export_package(folder / f"exported {legacy} {package.name}", legacy=legacy)
    finally:
        author.close()


def test_pictures_from_the_web_and_ankis_own_exports_are_clean(tmp_path: Path):
    written = write_genanki(tmp_path / "web.apkg", WEB_PICTURES)
    latest, legacy = (exported(tmp_path, written, legacy=old) for old in (False, True))
    assert "collection.anki21b" in zipfile.ZipFile(latest).namelist()
    for old, new in (
        (written, written),
        (latest, latest),
        (legacy, legacy),
        (latest, legacy),
        (written, latest),
    ):
        outcome = verify(old, new)
        assert outcome.problems == ()
        assert [note.fate for note in outcome.notes] == [Fate.UNTOUCHED] * 3
        assert [each.fate for each in outcome.note_types] == [Fate.UNTOUCHED] * 2


def test_an_author_who_works_in_anki_is_told_what_readers_get(tmp_path: Path, run: Run):
    notes = [NoteSpec("a", ("One", "1"), deck="D"), NoteSpec("b", ("Two", "2"), deck="D")]
    author = Reader(tmp_path / "author")
    author.import_and_list(write_genanki(tmp_path / "first.apkg", notes))
    old = author.export_package(tmp_path / "old.apkg")
    author.edit("One", "Back", "One and only")
    new = author.export_package(tmp_path / "new.apkg")
    author.close()
    result = run("verify", old, new)
    assert result.exit_code == 0
    assert "Notes:      1 updated, 1 untouched\n" in result.stdout


# Each problem, by the smallest pair of packages that has it

NOTE = NoteSpec("a", ("Front", "Back"))
LATER = BUILD_TIME + 1
WITH_IDS = NoteTypeSpec(ids=True, fields=("Front", "Back", "Spare"), fronts=("{{Front}} {{Back}}",))
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
def test_each_problem_is_named(names: str, tmp_path: Path):
    old, new = (write_genanki(tmp_path / f"{at}.apkg", notes) for at, notes in enumerate(PROBLEMS[names]))
    assert " ".join(problem.problem for problem in verify(old, new).problems) == names


def test_media_that_changes_under_its_name_is_lost_to_those_who_have_it(tmp_path: Path):
    note = NoteSpec("a", ('<img src="c&amp;d.png">', "Back"))
    old = write(tmp_path, "old", [note], {"c&d.png": b"1", "_b.css": b"1"})
    new = write(tmp_path, "new", [note], {"c&d.png": b"2", "_b.css": b"2"})
    (problem,) = verify(old, new).problems
    assert (problem.problem, problem.subjects) == ("media-ignored", ("_b.css", "c&d.png"))
    (problem,) = verify(write(tmp_path, "none", [note], {}), new).problems
    assert (problem.problem, problem.subjects) == ("media-ignored", ("c&d.png",))
    newer = write(tmp_path, "newer", [_like(note, mod=LATER)], {"c&d.png": b"2", "_b.css": b"1"})
    outcome = verify(old, newer)
    assert outcome.problems == ()
    assert [(file.name, file.fate) for file in outcome.media] == [("_b.css", "same"), ("c&d.png", "renamed")]


def test_a_changed_picture_whose_name_ends_that_of_another_is_told_apart(tmp_path: Path):
    note = NoteSpec("a", ('<img src="ba.png">', "https://example.org/a.png"))
    shows = NoteSpec("b", ('<img src="a.png">', ""))
    old = write(tmp_path, "old", [note, shows], {"a.png": b"1", "ba.png": b"1"})
    new = write(tmp_path, "new", [note, _like(shows, mod=LATER)], {"a.png": b"2", "ba.png": b"1"})
    assert verify(old, new).problems == ()


def test_a_renamed_field_is_followed_without_a_word(tmp_path: Path):
    renamed = dataclasses.replace(
        WITH_IDS, fields=("Front", "Answer", "Spare"), fronts=("{{ Front }} {{Answer}}",), mod=LATER
    )
    old = write_genanki(tmp_path / "old.apkg", [THREE])
    new = write_genanki(tmp_path / "new.apkg", [_like(THREE, note_type=renamed)])
    outcome = verify(old, new)
    assert outcome.problems == ()
    assert [each.fate for each in outcome.note_types] == [Fate.UPDATED]


def test_an_import_that_would_lose_reviews_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    old = write_genanki(tmp_path / "old.apkg", [NOTE])
    new = write_genanki(tmp_path / "new.apkg", [_like(NOTE, fields=("Front", "Better"), mod=LATER)])
    genuine = anki_import.import_package

    def forgetful(col: Collection, package: Path) -> list[tuple[Fate, int]]:
        log = genuine(col, package)
        col.sched.schedule_cards_as_new(col.find_cards(""))
        return log

    assert verify(old, new).problems == ()
    monkeypatch.setattr(anki_import, "import_package", forgetful)
    (problem,) = verify(old, new).problems
    assert (problem.problem, problem.subjects) == ("progress-lost", ("Front (card 1)",))


def test_every_problem_has_its_example_and_its_line_in_the_document():
    kinds = set(KINDS)
    shown = {name for names in PROBLEMS for name in names.split()} | {"media-ignored", "progress-lost"}
    assert shown == kinds
    document = (REPOSITORY / "docs" / "verify.md").read_text(encoding="utf-8")
    assert {name for name in kinds if f"| `{name}` |" in document} == kinds


# The command

NOTES = """\
concepts:
  - {id: a, covers: [basics/first], prompt: P?, answer: A}
  - {id: b, covers: [basics/second], prompt: Q?, answer: B}
"""


def test_what_deckgen_builds_is_safe_to_import_again(make_project: MakeProject, run: Run):
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
    make_project(a=NOTES)
    assert run("build", root, "-o", "last.apkg").exit_code == 0
    assert "NEW retires 1 note: ch01/c.\n" in run("verify", "new.apkg", "last.apkg").stdout
    result = run("verify", "new.apkg", "old.apkg")
    assert "The reader keeps 1 note of OLD that NEW does not have.\n" in result.stdout
    assert result.exit_code == 1
    assert result.stderr == (
        "error edit-ignored Changed notes with a `mod` that is not newer than the reader's: Anki ignores the "
        "changes:\n"
        "    P?\n"
        "  Stamp a changed note with the time of the build.\n"
    )


def test_json_tells_of_every_note_and_card(tmp_path: Path, run: Run):
    old = write_genanki(tmp_path / "old.apkg", [NOTE])
    new = write_genanki(tmp_path / "new.apkg", [_like(NOTE, deck="New"), NoteSpec("b", ("Second", "2"))])
    data = json.loads(run("verify", old, new, "--format", "json").stdout)
    assert data["notes"] == [
        {"guid": "b", "name": "Second", "fate": "new", "changed": True},
        {"guid": "a", "name": "Front", "fate": "untouched", "changed": False},
    ]
    assert data["cards"] == [
        {"guid": "a", "name": "Front", "ordinal": 0, "fate": "elsewhere", "deck": "Deck", "not_in": "New"},
        {"guid": "b", "name": "Second", "ordinal": 0, "fate": "new", "deck": "Deck", "not_in": ""},
    ]
    assert data["note_types"][0]["fate"] == "untouched"
    assert [problem["problem"] for problem in data["problems"]] == ["deck-split"]


def test_a_warning_fails_with_strict_alone(tmp_path: Path, run: Run):
    old, new = (
        write_genanki(tmp_path / f"{at}.apkg", notes) for at, notes in enumerate(PROBLEMS["deck-split"])
    )
    result = run("verify", old, new)
    assert result.exit_code == 0
    assert result.stderr.startswith("warning deck-split Cards that stay in the reader's deck")
    assert run("verify", old, new, "--strict").exit_code == 1


def test_what_anki_refuses_is_said_in_its_words(tmp_path: Path, run: Run):
    old, new = (write_genanki(tmp_path / f"{at}.apkg", notes) for at, notes in enumerate(PROBLEMS["refused"]))
    result = run("verify", old, new)
    assert result.exit_code == 1
    assert result.stderr == (
        "error refused Anki refuses NEW: a new reader gets nothing of it:\n"
        "    note has 1 fields, expected 2\n"
        "  Fix this first.\n"
    )


@pytest.mark.parametrize("media", [b"[", b"[]", b"[" * 100_000, b'{"0": "a.png"}', b'{"0": "../a.png"}'])
def test_media_that_anki_cannot_read_are_a_refusal(tmp_path: Path, media: bytes):
    good = write_genanki(tmp_path / "good.apkg", [_like(NOTE, fields=('<img src="a.png">', ""))])
    bad = tmp_path / "bad.apkg"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        target.writestr("collection.anki2", source.read("collection.anki2"))
        target.writestr("media", media)
    (problem,) = verify(good, bad).problems
    assert problem.problem == "refused"
    assert "Error" not in problem.subjects[0]  # no value of Anki's code
    assert [each.problem for each in verify(bad, good).problems] == ["old-refused"]


def test_without_anki_the_command_says_how_to_install_it(tmp_path: Path):
    package = write_genanki(tmp_path / "any.apkg", [NOTE])
    code = (
        "import sys\n"
        "class Missing:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'anki': raise ModuleNotFoundError(name, name=name)\n"
        "sys.meta_path.insert(0, Missing())\n"
        "from deckgen.cli import main\n"
        "main()\n"
    )
    command = [sys.executable, "-c", code, "verify", package, package]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr == f"deckgen verify needs `anki`. Install it with: {install_command('anki')}\n"
