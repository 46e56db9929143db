"""A build that goes by the last one gives what a build from nothing gives, byte for byte, or is not done at all."""

from __future__ import annotations

import ast
import copy
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from author import concept, outline
from conftest import REPOSITORY
from desk import FORMS, HOUR, PICTURE, Desk, Twins, answer, project
from hypothesis import given, settings
from hypothesis import strategies as st

from deckgen.build import manifest

Files = dict[str, Any]
CONCEPT = sorted((REPOSITORY / "deckgen" / "note_types" / "concept").iterdir())


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


# Random edits, as an author would make them: of a note, of the list in which it stands, of whole files.

NOTE_FILES = ("ch01/a.yaml", "ch01/b.yaml", "ch02/c.yaml")
FOR_ALL_KINDS = ("aliases", "as_of", "covers", "draft", "id", "lint", "source", "tags")
WORDS = ("Another answer", "x < y", "**bold**\n\n- item", "`code` é", "one\n\ntwo")
NOTES: tuple[dict[str, Any], ...] = (  # keys with new values; None takes a key away
    *({key: text} for key in ("answer", "prompt", "why") for text in WORDS),
    *(
        {"text": f"Gap: {text}"}
        for text in ("{{c1::a}}", "{{c1::b}}, {{c3::c}}", "{{c2::d}} {{c1::e}}", "no")
    ),
    *({"answer": f"![A picture]({path})"} for path in ("p.png", "more/p.png", "../media/p.png", "q0.png")),
    {"answer": "![A picture](https://example.org/p.png)"},
    {"prompt": None},
    {"source": "Page 1"},
    {"tags": ["tier::core", "topic::x"]},
    {"tags": ["topic::y"]},
    {"covers": ["first/p2"]},
    {"covers": ["second/p4"]},
    {"covers": None},
    {"draft": True},
    {"draft": None},
    {"as_of": "2024"},
    {"lint": {"ignore": ["yes-no"], "reason": "It is."}},
    {"id": "renamed", "aliases": ["one"]},
    {"id": "renamed-again", "aliases": ["renamed", "five"]},
)
LISTS: tuple[Callable[[list[dict[str, Any]]], object], ...] = (
    lambda notes: notes.append(concept(f"new-{len(notes)}")),
    lambda notes: notes.pop(0) if len(notes) > 1 else None,
    lambda notes: notes.reverse(),
    lambda notes: notes[-1].update({key: notes[0].get(key, "A") for key in ("prompt", "answer", "covers")}),
    lambda notes: [note.update(answer=f"Answer {len(note['answer'])}") for note in notes],
)
RETITLED = copy.deepcopy(outline())
RETITLED["sections"][0]["title"] = "First, again"
SETTINGS = project()["deckgen.yaml"]
FILES: tuple[Files, ...] = (  # paths with new content; None takes a file away
    {"media/p.png": PICTURE + b"1"},
    {"media/p.png": PICTURE},
    {"media/more/p.png": PICTURE},
    {"media/q0.png": PICTURE},
    {"media/q0.png": None},
    {"ch01/p.png": PICTURE + b"nearer"},
    {"ch01/new.yaml": {"concepts": [concept("in-new")]}},
    {"ch01/new.yaml": None},
    {"stray.yaml": {"concepts": [concept("stray")]}},
    {"stray.yaml": None},
    {"ch01/outline.yaml": RETITLED},
    {"deckgen.yaml": {**SETTINGS, "learn_first": ["topic::x"]}},
    {"deckgen.yaml": {**SETTINGS, "theme": {"accent": "#704"}}},
    {"deckgen.yaml": {**SETTINGS, "retired": "report"}},
    {FORMS: {"ch01/b.yaml": ("Looked at", False)}},
    {FORMS: {"ch01/b.yaml": ("Looked at twice", True), "ch01/a.yaml": ("", True)}},
    {"stories.yaml": {"ch02/ask": "I was there."}},
    {"stories.yaml": {"ch02/ask": "I was there twice."}},
    {"stories.yaml": None},
    {f"notetypes/mine/{file.name}": file.read_bytes() for file in CONCEPT},
    {"notetypes/mine/style.css": b".card { margin: 3px; }\n"},
    {"ch01/.swap.yaml": "concepts: [{id: no}]"},
    {".hidden.yaml": "concepts: [{id: no}]"},
    {"media/.thumbs/x.png": PICTURE},
    {"notetypes/.x/notetype.yaml": "name: no"},
    {
        "ch01/inner/deckgen.yaml": "name: Inner\nid: inner\n",
        "ch01/inner/n.yaml": {"concepts": [concept("i")]},
    },
    {"ch01/inner/deckgen.yaml": None},
    project(),
    {},
)


def edit_note(files: Files, path: str, place: int, values: dict[str, Any]) -> None:
    notes = [note for notes in files[path].values() for note in notes]
    note = notes[place % len(notes)]
    for key, value in values.items():
        if value is None:
            note.pop(key, None)
        elif key in note or key in FOR_ALL_KINDS:
            note[key] = value


def edit_list(files: Files, path: str, change: Callable[[list[dict[str, Any]]], object]) -> None:
    change(files[path]["concepts"])


def edit_files(files: Files, contents: Files) -> None:
    files |= copy.deepcopy(contents)
    for path in [path for path, content in files.items() if content is None]:
        del files[path]


EDITS = st.one_of(
    st.tuples(st.just(edit_note), st.sampled_from(NOTE_FILES), st.integers(0, 3), st.sampled_from(NOTES)),
    st.tuples(st.just(edit_list), st.sampled_from(NOTE_FILES), st.sampled_from(LISTS)),
    st.tuples(st.just(edit_files), st.sampled_from(FILES)),
)
COMMAND_LINES = ((), (), (), ("--strict",), ("--no-stories",), ("-o", "cards/build/test.apkg"), ("--frozen",))


@settings(max_examples=40 if os.environ.get("CI") else 25)
@given(st.lists(st.tuples(EDITS, st.sampled_from(COMMAND_LINES)), min_size=1, max_size=8), st.booleans())
def test_random_edits_build_to_the_same_bytes_and_words_as_from_nothing(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[Any, tuple[str, ...]]], is_terminal: bool
):
    folder = tmp_path_factory.mktemp("twins")
    twins = Twins(folder, project())
    for desk in twins.desks:
        desk.is_terminal = is_terminal
    twins.build()
    for (edit, *arguments), options in edits:
        edit(twins.files, *arguments)
        twins.build(*options)
    shutil.rmtree(folder)


# Edits in a certain order.


def test_a_picture_of_the_same_content_from_another_folder_is_another_file(twins: Twins):
    twins.files["media/more/p.png"] = PICTURE
    twins.say("![A picture](p.png)")
    _, _, err = twins.say("![A picture](more/p.png)")
    assert "media/p.png" in err


def test_a_chapter_that_comes_to_stand_elsewhere_is_spoken_of(twins: Twins):
    twins.files["ch01/outline.yaml"]["chapter"] = {"file": "chapter.md", "digest": "0" * 16}
    twins.build()
    twins.each(lambda desk: (desk.folder / "chapter.md").write_text("# One\n"))
    _, _, err = twins.build()
    assert "chapter-elsewhere" in err


def test_of_two_notes_with_the_same_words_either_may_be_changed(twins: Twins):
    for note in twins.files["ch01/b.yaml"]["concepts"]:
        note |= {"prompt": "Twice?", "covers": ["second/p3"]}
    twins.build()
    for place in (1, 0):
        twins.say("Another answer", place)
        twins.say("A", place)


def test_a_clock_that_was_set_back_is_spoken_of(twins: Twins):
    twins.say("Another answer")
    for text in ("Another answer", "One more"):
        twins.each(lambda desk: setattr(desk, "clock", desk.clock - 3 * HOUR))
        _, _, err = twins.say(text)
        assert "clock-behind" in err


def test_a_lock_with_lines_of_two_branches_is_put_right(twins: Twins):
    old = twins.remembers.lock.read_text()
    twins.say("Another answer")
    for desk in twins.desks:
        lines = dict.fromkeys(f"{old}{desk.lock.read_text()}".splitlines(keepends=True))
        desk.lock.write_text("".join(lines))
    twins.build()
    twins.say("One more")


def test_a_package_that_became_a_link_out_of_the_project_is_not_written_through(twins: Twins):
    for desk in twins.desks:
        shutil.move(desk.package, desk.folder / "away.apkg")
        desk.package.symlink_to(desk.folder / "away.apkg")
    _, _, err = twins.say("Another answer")
    assert "it is a link to a file outside of the project" in err


@pytest.mark.parametrize("path", ["link", "link/ch01"])
def test_a_link_to_a_project_that_leads_to_another_one_now_is_followed(twins: Twins, path: str):
    for desk in twins.desks:
        shutil.copytree(desk.root, desk.folder / "other")
        (desk.folder / "link").symlink_to("cards")
    twins.build(project=path)
    for desk in twins.desks:
        (desk.folder / "link").unlink()
        (desk.folder / "link").symlink_to("other")
        desk.root = desk.folder / "other"
        desk.lock = desk.root / "deckgen.lock"
    twins.say("Another answer", project=path)


def test_a_project_that_begins_nearer_is_found(twins: Twins):
    twins.each(lambda desk: (desk.root / "build" / "inner").mkdir(parents=True))
    twins.build(project="cards/build/inner")
    inner = {f"build/{path}": content for path, content in twins.files.items()}
    twins.files |= inner | {"build/deckgen.yaml": "name: Inner\nid: inner\n"}
    twins.build(project="cards/build/inner")
    assert (twins.remembers.root / "build" / "build" / "inner.apkg").exists()


def test_what_lies_behind_a_link_is_looked_at(twins: Twins):
    shared = {file.name: file.read_bytes() for file in CONCEPT[0].parent.iterdir()}
    folders = {"one": shared, "two": {**shared, "style.css": b".card { margin: 3px; }"}}
    for name, files in folders.items():
        twins.files |= {f".shared/{name}/{file}": data for file, data in files.items()}
    twins.build()
    results = []
    for name, files in folders.items():
        for desk in twins.desks:
            (desk.root / "notetypes").mkdir(exist_ok=True)
            (desk.root / "notetypes" / "mine").unlink(missing_ok=True)
            (desk.root / "notetypes" / "mine").symlink_to(desk.root / ".shared" / name)
        twins.files |= {f"notetypes/mine/{file}": data for file, data in files.items()}
        twins.build()
        results.append(twins.remembers.results())
    assert results[0] != results[1]


def test_a_file_put_in_place_of_another_with_its_time_and_size_is_noticed(twins: Twins):
    for desk in twins.desks:
        file = desk.root / "ch01" / "b.yaml"
        status = file.stat()
        twins.files["ch01/b.yaml"] = file.read_bytes().replace(b"What is four?", b"What is fore?")
        file.write_bytes(twins.files["ch01/b.yaml"])
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    before = twins.remembers.results()
    twins.build()
    assert twins.remembers.results() != before


# How much is built.


@pytest.mark.parametrize("edit", [{"answer": "Another answer"}, {}])
def test_of_an_edit_that_changes_words_or_nothing_the_file_alone_is_built(
    desk: Desk, whole_builds: list[str], edit: dict[str, str]
):
    files = project()
    desk.write(files)
    desk.build()
    first = desk.results()
    edit_note(files, "ch01/b.yaml", 0, edit)
    desk.write(files)
    (desk.root / "ch01" / "b.yaml").touch()
    desk.clock += HOUR
    assert desk.build()[0] == 0
    assert whole_builds == ["whole"]
    assert desk.said.startswith("Wrote cards/build/test.apkg")
    assert (desk.results() != first) == bool(edit)


def test_a_note_that_no_longer_ignores_a_rule_is_looked_at_again(desk: Desk):
    files = project()
    broken = {"answer": "`collect()", "lint": {"ignore": ["unclosed-code"], "reason": "As it was said."}}
    edit_note(files, "ch01/b.yaml", 0, broken)
    desk.write(files)
    assert desk.build()[0] == 0
    edit_note(files, "ch01/b.yaml", 0, {"lint": None})
    desk.write(files)
    desk.clock += HOUR
    code, _, err = desk.build()
    assert code == 1
    assert "unclosed-code" in err


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


def _lock_of_before(desk: Desk) -> None:
    desk.lock.write_bytes(desk.lock.read_bytes().replace(b" ", b"  ", 1))


WHOLE: dict[str, tuple[tuple[str, ...], Callable[[Desk, pytest.MonkeyPatch], object]]] = {
    **{
        " ".join(options): (options, lambda _desk, _patch: None)
        for options in (
            ("--frozen",),
            ("--timings",),
            ("--chapter", "ch01"),
            ("--chapter=ch02",),
            ("--refresh",),
        )
    },
    "another version": ((), lambda _desk, patch: patch.setattr(manifest, "__version__", "99")),
    "another lock": ((), lambda desk, _patch: _lock_of_before(desk)),
    "no package": ((), lambda desk, _patch: desk.package.unlink()),
}


@pytest.mark.parametrize("name", WHOLE)
def test_what_must_look_at_everything_does(
    desk: Desk, whole_builds: list[str], monkeypatch: pytest.MonkeyPatch, name: str
):
    options, change = WHOLE[name]
    desk.write(project())
    for _ in range(2):
        whole_builds.clear()
        desk.build(*options)
        change(desk, monkeypatch)
    desk.build(*options)
    assert whole_builds == ["whole", "whole"] if options else ["whole"]


def test_a_build_that_has_nothing_to_do_imports_neither_click_nor_yaml_nor_pathlib(desk: Desk):
    desk.write(project())
    time.sleep(0.1)  # what was saved as the build began would be looked at again
    desk.beside()
    imported = desk.beside(python=("-X", "importtime", "-m", "deckgen")).stderr
    assert "deckgen.build.manifest" in imported
    for name in ("click", "yaml", "pathlib", "msgspec", "typing", "json"):
        assert f"| {name}\n" not in imported.replace("  ", ""), name


def test_another_state_of_deckgens_own_files_is_noticed(desk: Desk):
    ours = desk.folder / "deckgen"
    shutil.copytree(REPOSITORY / "deckgen", ours, ignore=shutil.ignore_patterns("__pycache__"))
    desk.write(project())
    time.sleep(0.1)
    assert desk.beside().stdout.startswith("Wrote")
    assert "is up to date" in desk.beside().stdout
    style = ours / "note_types" / "base.css"
    style.write_text(f"{style.read_text()}\n.card {{ margin: 1px; }}\n")
    assert desk.beside().stdout.startswith("Wrote")


def test_every_file_that_a_build_reads_is_among_what_it_remembers(desk: Desk):
    files = project()
    answer(files, "![A picture](p.png)")
    files["stories.yaml"] = {"ch02/told": "Mine."}
    files["deckgen.yaml"]["theme"] = {"stylesheet": "own.css"}
    files["own.css"] = ".card { margin: 1px; }\n"
    files["ch01/outline.yaml"]["chapter"] = {"file": "../book/chapter.md", "digest": "0" * 16}
    files["book/chapter.md"] = b"# One\n"
    cloze = REPOSITORY / "deckgen" / "note_types" / "cloze"
    files |= {f"notetypes/mine/{file.name}": file.read_text() for file in cloze.iterdir()}
    mine = files["notetypes/mine/notetype.yaml"].replace("list: clozes", "list: gaps")
    files["notetypes/mine/notetype.yaml"] = mine.replace("name: Cloze", "name: Gap", 1)
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
from deckgen.build.manifest import key_of, load_manifest
manifest = load_manifest(key_of(["cards"]))
known = {os.path.realpath(path) for path in (*manifest.read, *manifest.folders, *manifest.written)}
project, program = os.path.realpath("cards"), os.path.dirname(deckgen.__file__)
inside = {path for path in read if path.startswith((project, program)) and "__pycache__" not in path}
unknown = {path for path in inside - known if not path.startswith(program) or os.path.isfile(path)}
assert os.path.join(project, "book", "chapter.md") in inside
swept = {os.path.realpath(f"cards/{name}") for name in ("build", ".schemas")}  # of what killed commands left
print(sorted(unknown - swept))
print(len(inside))
"""
