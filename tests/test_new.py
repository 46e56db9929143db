"""``deckgen new notetype``: the start of a note type of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import MakeProject, Run

NOTE = (
    "system_designs:\n  - {id: lag, covers: [basics/first], question: What is lag?, answer: A delay.}\n"
    "  - {id: queue, covers: [basics/second], question: What is a queue?, answer: A line of jobs that wait.}\n"
)


def test_a_new_note_type_builds_without_a_finding(make_project: MakeProject, run: Run, reader):
    root = make_project(a=NOTE)
    result = run("new", "notetype", "System design", "-p", root)
    assert result.exit_code == 0, result.output
    assert "Next: `deckgen stub --kind system_designs --project cards`" in result.stdout
    checked = run("check", root, "--strict")
    assert (checked.exit_code, checked.stdout) == (0, "No findings\n")
    assert run("build", root, "-o", "deck.apkg").exit_code == 0
    reader.import_package(Path("deck.apkg"))
    (card,) = (reader.col.get_card(each) for each in reader.col.find_cards("lag"))
    assert "System design" in card.question()
    assert "A delay." in card.answer()
    stub = run("stub", "basics/first", "--kind", "system_designs", "-p", root).stdout
    assert "# One question, answerable from memory.\n    question:\n" in stub


def test_what_it_says_of_itself_is_english_for_any_name(make_project: MakeProject, run: Run):
    root = make_project()
    run("new", "notetype", "Operator", "-p", root)
    text = (root / "notetypes/operator/notetype.yaml").read_text()
    assert "about: A question about one operator, and its answer.\n" in text


def test_each_file_says_what_it_is_for(make_project: MakeProject, run: Run):
    root = make_project()
    run("new", "notetype", "Term", "-p", root)
    files = sorted((root / "notetypes/term").iterdir())
    assert [file.name for file in files] == [
        "notetype.yaml",
        "recall.back.html",
        "recall.front.html",
        "style.css",
    ]
    assert all(any(mark in file.read_text() for mark in ("# ", "<!-- ", "/* ")) for file in files)


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("Concept", 1, "There is a note type `Concept`"),
        ("Term", 1, "There is a note type `Term`"),
        ("../x", 2, "starts with a letter"),
        ("5 whys", 2, "starts with a letter"),
        ("{{x}}", 2, "starts with a letter"),
        ("a\nb", 2, "starts with a letter"),
        ("Con", 2, "Windows cannot have a folder called `con`"),
    ],
)
def test_nothing_is_overwritten_or_replaced(
    name: str, code: int, said: str, make_project: MakeProject, run: Run
):
    root = make_project()
    run("new", "notetype", "Term", "-p", root)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    result = run("new", "notetype", name, "-p", root)
    assert (result.exit_code, said in " ".join(result.stderr.split())) == (code, True), result.output
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
