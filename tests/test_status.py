"""`deckgen status` and `build --frozen`: what the next build would change, before it does."""

from __future__ import annotations

import json
import re
import shutil
import time
from pathlib import Path

from author import Author, outline
from conftest import MakeProject, Run

from deckgen.cli.change_lines import change_lines

NOTE = "  - {{id: {}, covers: [basics/first, basics/second], prompt: {}?, answer: {}}}\n"


def _notes(*notes: tuple[str, str, str]) -> str:
    return "concepts:\n" + "".join(NOTE.format(*note) for note in notes)


FIRST = _notes(("a", "P", "Rows and checksums stay equal in each partition of the table"), ("b", "Q", "B"))
SECOND = _notes(
    ("a", "P", "Rows and hashes stay equal in each partition of the whole table"), ("c", "New", "C")
)


def test_status_names_what_is_new_changed_and_retired_with_the_words(make_project: MakeProject, run: Run):
    root = make_project(a=FIRST)
    assert "2 notes new: ch01/a, ch01/b" in run("status", root).stdout
    run("build", root)
    assert run("status", root).stdout == "No changes since the last build: 2 notes, none changed.\n"
    make_project(a=SECOND)
    result = run("status", root)
    assert result.exit_code == 0
    assert result.stdout == (
        "1 note new: ch01/c\n"
        "1 note changed: ch01/a\n"
        "1 note retired: ch01/b\n"
        "0 notes unchanged\n"
        "\n"
        "ch01/a\n"
        "  Answer: Rows and [-checksums-] {+hashes+} stay equal in … partition of the {+whole+} table\n"
        "Retired: 1 note; in Anki's browser they are found by tag:test::retired\n"
    )
    assert "note ch01/c " not in (root / "deckgen.lock").read_text()


def test_status_as_json(make_project: MakeProject, run: Run):
    root = make_project(a=FIRST)
    run("build", root)
    make_project(a=SECOND)
    data = json.loads(run("status", root, "--format", "json").stdout)
    assert (data["new"], data["changed"], data["retired"]) == (["ch01/c"], ["ch01/a"], ["ch01/b"])
    (answer,) = data["differences"]["ch01/a"]
    assert answer["field"] == "Answer"
    assert {"change": "new", "words": "hashes"} in answer["pieces"]


def test_status_as_json_of_a_project_never_built(make_project: MakeProject, run: Run):
    result = run("status", make_project(a=FIRST), "--format", "json")
    assert result.exit_code == 0
    (concepts,) = json.loads(result.stdout)["note_types"]
    assert (concepts["key"], concepts["is_new"]) == ("concepts", True)


def test_status_says_when_it_has_no_package_to_compare_with(make_project: MakeProject, run: Run):
    root = make_project(a=FIRST)
    run("build", root, "-o", "first.apkg")
    make_project(a=SECOND)
    said = run("status", root).stdout
    assert "There is no cards/build/test.apkg to show which words changed" in said
    assert "{+hashes+}" in run("status", root, "--against", "first.apkg").stdout
    (root / "build").mkdir()
    (root / "build/test.apkg").write_bytes(b"no package")
    told = "Cannot compare ch01/a: cards/build/test.apkg does not have what the lock says readers have."
    assert told in run("status", root).stdout


def test_status_counts_a_story_as_the_build_does(make_project: MakeProject, run: Run):
    question = "{id: %s, covers: [basics/first], ask: Q %s, tests: T, structure: [S], rubric: [R]}"
    notes = "questions:\n" + "".join(f"  - {question % (name, name)}\n" for name in ("q", "r"))
    root = make_project(a=notes)
    run("build", root)
    stories = root / "stories.yaml"
    for story, change in (
        ("q: I broke it.", "{+I broke it.+}"),
        ("q: I mended it.", "I [-broke-] {+mended+} it."),
        ("{}", "[-I mended it.-]"),
    ):
        stories.write_text(story)
        said = run("status", root).stdout
        assert said == f"1 note changed: ch01/q\n1 note unchanged\n\nch01/q\n  My story: {change}\n"
        assert json.loads(run("status", root, "--format", "json").stdout)["changed"] == ["ch01/q"]
        run("build", root)
        assert run("status", root).stdout == "No changes since the last build: 2 notes, none changed.\n"


def test_status_compares_words_of_a_note_that_has_a_story(make_project: MakeProject, run: Run):
    notes = (
        "questions:\n  - {id: q, covers: [basics/first], ask: Q, tests: %s, structure: [S], rubric: [R]}\n"
    )
    root = make_project(a=notes % "Old")
    run("build", root)
    (root / "stories.yaml").write_text("q: I broke it.")
    time.sleep(1)  # the story's stamp is another than the note's
    run("build", root)
    make_project(a=notes % "New")
    assert "[-Old-] {+New+}" in run("status", root).stdout


def test_status_against_a_package_shows_what_its_reader_would_get(make_project: MakeProject, run: Run):
    root = make_project(a=FIRST)
    run("build", root, "-o", "first.apkg")
    make_project(a=SECOND)
    run("build", root, "-o", "second.apkg")
    said = run("status", root, "--against", "second.apkg").stdout
    assert said.startswith("No changes since second.apkg: 2 notes, none changed.\n")
    make_project(a=SECOND.replace("id: c,", "id: d, aliases: [c],"))
    assert "ch01/c is now ch01/d" in run("status", root).stdout
    said = run("status", root, "--against", "first.apkg").stdout
    assert said.startswith(
        "1 note new: ch01/d\n1 note changed: ch01/a\n1 note retired: ch01/b\n0 notes unchanged\n"
    )
    assert "[-checksums-] {+hashes+}" in said


def test_status_names_the_field_that_is_dropped(make_project: MakeProject, run: Run):
    kind = "name: Term\nlist: terms\ncards: [{name: say}]\nfields: [{name: term}%s]\n"
    files = {
        "notetypes/term/notetype.yaml": kind % ", {name: version}",
        "notetypes/term/say.front.html": "{{Term}}",
        "notetypes/term/say.back.html": "",
    }
    root = make_project(files, a="terms:\n  - {id: t, covers: [basics/first], term: T, version: 9.4}\n")
    run("build", root)
    files["notetypes/term/notetype.yaml"] = kind % ""
    make_project(files, a="terms:\n  - {id: t, covers: [basics/first], term: T}\n")
    assert "ch01/t\n  Version: [-9.4-]\n" in run("status", root).stdout


def test_a_file_named_to_compare_with_has_to_be_a_package(make_project: MakeProject, run: Run):
    root = make_project(a=FIRST)
    run("build", root)
    result = run("status", root, "--against", root / "deckgen.yaml")
    assert result.exit_code == 2
    assert "cards/deckgen.yaml` cannot be read. It is no Anki package" in " ".join(result.stderr.split())


def test_status_of_sources_with_errors_is_a_failure(make_project: MakeProject, run: Run):
    root = make_project(a=FIRST)
    run("build", root)
    make_project(a=FIRST.replace("answer: B", "anwser: B"))
    result = run("status", root)
    assert result.exit_code == 1
    assert result.stdout == ""  # a note that cannot be read is not gone
    assert result.stderr.endswith("then `status` can compare.\n")


SECOND_OUTLINE = """\
id: ch02
number: 2
title: Two
sections:
  - {id: basics, title: Basics, points: [{id: first, text: F}, {id: second, text: S}]}
"""


def test_status_of_a_chapter_counts_what_a_build_of_it_alone_would_change(
    make_project: MakeProject, run: Run
):
    more = {"ch02/outline.yaml": SECOND_OUTLINE, "ch02/b.yaml": FIRST}
    root = make_project(more, a=FIRST)
    run("build", root)
    make_project({**more, "ch02/b.yaml": SECOND}, a=SECOND)
    before = (root / "deckgen.lock").read_bytes()
    text = run("status", root, "--chapter", "ch02").stdout
    assert text.startswith(
        "1 note new: ch02/c\n1 note changed: ch02/a\n1 note retired: ch02/b\n0 notes unchanged\n"
    )
    assert "ch01" not in text
    both = run("status", root, "--chapter", "ch02", "--chapter", "ch01").stdout
    assert "2 notes new: ch01/c, ch02/c\n" in both
    assert (root / "deckgen.lock").read_bytes() == before
    make_project({**more, "ch02/b.yaml": SECOND}, a=FIRST)
    text = run("status", root, "--chapter", "ch01").stdout
    assert text == "No changes since the last build: 2 notes, none changed.\n"
    assert run("status", root, "--chapter", "ch03").exit_code == 2


def test_a_build_of_a_chapter_leaves_the_package_of_all_where_it_is(make_project: MakeProject, run: Run):
    more = {"ch02/outline.yaml": SECOND_OUTLINE, "ch02/b.yaml": FIRST}
    root = make_project(more, a=FIRST)
    run("build", root)
    whole = (root / "build/test.apkg").read_bytes()
    result = run("build", root, "--chapter", "ch02")
    assert "Wrote cards/build/test-ch02.apkg" in result.stdout
    assert "The package holds only ch02; a build without --chapter holds all." in result.stdout
    assert (root / "build/test.apkg").read_bytes() == whole
    make_project({**more, "ch02/b.yaml": SECOND}, a=FIRST)
    time.sleep(1)  # the note's stamp is another than in the whole package
    run("build", root, "--chapter", "ch02")
    make_project({**more, "ch02/b.yaml": FIRST}, a=FIRST)
    assert "[-hashes-] {+checksums+}" in run("status", root, "--chapter", "ch02").stdout


def test_status_shows_what_a_build_would_do_that_may_rename_a_deck(make_project: MakeProject, run: Run):
    root = make_project(a=FIRST)
    run("build", root)
    outline = root / "ch01" / "outline.yaml"
    outline.write_text(outline.read_text().replace("title: One", "title: Won"))
    refused = run("status", root)
    assert refused.exit_code == 1
    assert "deck-renamed" in refused.stderr
    result = run("status", root, "--allow-deck-rename")
    assert result.exit_code == 0
    assert "Won" in result.stdout
    assert "deck-renamed" not in result.stderr


def test_frozen_builds_what_the_lock_knows_and_refuses_the_rest(make_project: MakeProject, run: Run):
    root = make_project(a=FIRST)
    result = run("build", root, "--frozen")
    assert result.exit_code == 1
    assert "cards/deckgen.lock is not up to date" in result.stderr
    assert "2 notes new: ch01/a, ch01/b" in result.stderr
    assert not Path("build").exists()
    assert not (root / "deckgen.lock").exists()
    run("build", root)
    lock = (root / "deckgen.lock").read_bytes()
    assert run("build", root, "--frozen").exit_code == 0
    make_project(a=SECOND)
    result = run("build", root, "--frozen")
    assert result.exit_code == 1
    assert "1 note changed: ch01/a" in result.stderr
    assert (root / "deckgen.lock").read_bytes() == lock


def test_a_chapter_that_does_not_exist_is_wrong_usage(make_project: MakeProject, run: Run):
    result = run("build", make_project(a=FIRST), "--chapter", "ch02")
    assert result.exit_code == 2
    assert "There is no chapter `ch02`" in " ".join(result.stderr.split())


def test_a_note_that_readers_have_and_that_is_a_draft_now_is_told_and_not_counted(
    make_project: MakeProject, run: Run
):
    root = make_project(a=FIRST)
    run("build", root)
    make_project(a=FIRST.replace("id: b,", "id: b, draft: true,"))
    told = "Drafts: 1 note that readers have, not shipped; readers keep them as they are\n"
    assert run("status", root).stdout == f"No changes since the last build: 1 note, none changed.\n{told}"
    assert told in run("build", root).stdout


def test_a_build_says_how_to_leave_out_a_retired_note_that_nobody_has(make_project: MakeProject, run: Run):
    root = make_project(a=FIRST)
    run("build", root)
    make_project(a=SECOND)
    said = run("build", root).stdout
    assert "Leave out those that no reader ever had: `deckgen forget ID --project cards`." in said
    run("forget", "ch01/b", "--project", root)
    assert "Retired" not in run("build", root).stdout


def test_a_changed_note_with_the_same_words_is_given_a_reason(make_project: MakeProject, run: Run):
    root = make_project(a=_notes(("a", "P", "'![A](a.png) A'"), ("b", "Q", "'*B*'")))
    picture = root / "media/a.png"
    picture.parent.mkdir()
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    run("build", root)
    picture.write_bytes(b"\x89PNG\r\n\x1a\n another")
    text = (root / "ch01/a.yaml").read_text()
    (root / "ch01/a.yaml").write_text(text.replace("*B*", "**B**"))
    said = run("status", root).stdout
    assert re.search(r"ch01/a\n  Answer: \[-.*\.png-\] \{\+.*\.png\+\} A\n", said)
    assert "ch01/b\n  Its words are the same: its markup changed" in said


def test_status_names_fields_and_decks_that_are_the_same_under_another_name(tmp_path: Path):
    author = Author(tmp_path)

    def write(field: str, name: str) -> None:
        kind = "name: Term\nlist: terms\ncards: [{name: say}]\n"
        author.write("notetypes/term/notetype.yaml", f"{kind}fields: [{field}]\n")
        author.write("notetypes/term/say.front.html", f"{{{{{name}}}}}")
        author.write("notetypes/term/say.back.html", "")

    write("{name: term}", "Term")
    author.notes(terms=[{"id": "t", "covers": ["first/p0"], "term": "T"}])
    author.build()
    shutil.move(author.root / "ch01", author.root / "intro")
    author.write("intro/outline.yaml", {**outline("intro"), "number": "01", "aliases": ["ch01"]})
    write("{name: word, aliases: [term]}", "Word")
    author.notes("intro/notes.yaml", terms=[{"id": "t", "covers": ["first/p0"], "word": "T"}])
    assert list(change_lines(author.plan()[1])) == [
        "1 note changed: intro/t",  # its tags are
        "ch01/t is now intro/t, with its history",
        "note type terms: term is now word",
    ]
