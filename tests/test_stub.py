"""`deckgen stub`: notes to fill in for points that no note teaches."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import MakeProject, Run
from hypothesis import given
from hypothesis import strategies as st
from test_coverage import NOTES, OUTLINE

from deckgen.coverage.measure import PointCoverage
from deckgen.coverage.stubs import stub_notes
from deckgen.model.outline import Chapter, Point, Section
from deckgen.model.text import Text
from deckgen.source.note_files import read_notes
from deckgen.source.note_type_folders import built_in_note_types
from deckgen.yaml.nodes import parse

NOTE_TYPES = {note_type.kind: note_type for note_type in built_in_note_types()}


@pytest.fixture
def project(make_project: MakeProject) -> Path:
    return make_project({"ch01/outline.yaml": OUTLINE}, a=NOTES.replace("taut", "taught"))


def filled(stub: str) -> str:
    """Fill in what is empty, as an author does."""
    stub = re.sub(
        r"^(    text:)$",
        r"\1 A {{c1::hidden}} part that nobody teaches, or lacks a kind, or only a draft",
        stub,
        flags=re.MULTILINE,
    )
    return re.sub(
        r"^(    \w+:|      -)$(?!\n      -)",
        r"\1 Nobody teaches this kind, or only a draft",
        stub,
        flags=re.MULTILINE,
    )


def test_a_stub_says_what_each_field_is_for(project: Path, run: Run):
    result = run("stub", "basics/lacks", "-p", project)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout == (
        "# For a note file in cards/ch01/: fill in what is empty.\n"
        "red_flags:\n"
        "  # Lacks a kind\n"
        "  - id: lacks\n"
        "    covers: [basics/lacks]\n"
        "    # The weak answer, in the candidate's own voice.\n"
        "    says:\n"
        "    # What the interviewer hears.\n"
        "    signals:\n"
        "    # A stronger sentence that can be spoken.\n"
        "    instead:\n"
        "    # Optional: rubric, principle\n"
    )


@pytest.mark.parametrize(
    ("order", "kind"), [("order: 1", "terms"), ("order: 15", "concepts"), ("", "concepts")]
)
def test_a_point_that_any_kind_may_teach_gets_the_first_in_order(
    order: str, kind: str, make_project: MakeProject, run: Run
):
    folder = "notetypes/a_term"
    root = make_project(
        {
            f"{folder}/notetype.yaml": f"name: Term\nlist: terms\n{order}\nfields: [{{name: word}}]\ncards: [{{name: Say}}]\n",
            f"{folder}/say.front.html": "{{Word}}",
            f"{folder}/say.back.html": "{{FrontSide}}",
        }
    )
    assert run("stub", "basics/first", "-p", root).stdout.splitlines()[1] == f"{kind}:"


def test_all_stubs_pasted_and_filled_teach_every_point(project: Path, run: Run):
    result = run("stub", "-p", project)
    (project / "ch01" / "new.yaml").write_text(filled(result.stdout), encoding="utf-8")
    again = run("coverage", project, "--fail-under", "100")
    assert (again.exit_code, again.stderr) == (0, "")
    assert "5 of 5 points taught" in again.stdout
    done = run("stub", "-p", project)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "Every point is taught.\n")


def test_a_stub_pasted_and_not_filled_is_reported_field_by_field(project: Path, run: Run):
    (project / "ch01" / "new.yaml").write_text(
        run("stub", "-p", project, "basics/lacks").stdout, encoding="utf-8"
    )
    result = run("check", project)
    assert result.exit_code == 1
    assert [f"`{key}` is empty" in result.stdout for key in ("says", "signals", "instead")] == [True] * 3


@pytest.mark.parametrize("kind", NOTE_TYPES)
def test_a_stub_of_each_kind_filled_in_covers_its_point(kind: str, project: Path, run: Run):
    result = run("stub", "basics/bare", "--kind", kind, "-p", project)
    (project / "ch01" / "new.yaml").write_text(filled(result.stdout), encoding="utf-8")
    # Not check: lint rightly says that the same words in each field teach nothing.
    assert run("build", project, "-o", "deck.apkg").exit_code == 0
    assert "basics/bare" not in run("coverage", project).stdout


def test_an_authors_own_kind_gets_stubs_like_any_other(make_project: MakeProject, run: Run):
    own = {
        "notetypes/term/notetype.yaml": """\
            name: Term
            list: terms
            fields:
              - {name: word, required: true, about: The word itself.}
              - {name: meanings, required: true, type: list}
            cards: [{name: Define}]
            """,
        "notetypes/term/define.front.html": "{{Word}}",
        "notetypes/term/define.back.html": "{{Meanings}}",
    }
    make_project(own, a="concepts:\n  - {id: a, covers: [basics/first], prompt: P?, answer: A}\n")
    text = run("stub", "basics/second", "--kind", "terms", "-p", "cards").stdout
    assert "    # The word itself.\n    word:\n    meanings:\n      -\n" in text


@pytest.mark.parametrize(
    ("names", "points"),
    [
        (["basics"], ["basics/lacks", "basics/bare"]),
        (["ch01/later"], ["later/drafted"]),
        (["ch01"], ["basics/lacks", "basics/bare", "later/drafted"]),
        (["*/[bd]*"], ["basics/bare", "later/drafted"]),
        (["later/drafted", "ch01/basics/bare"], ["basics/bare", "later/drafted"]),
        (["basics/"], ["basics/lacks", "basics/bare"]),
        (["ch01/*"], ["basics/lacks", "basics/bare", "later/drafted"]),
        (["ch01/basics/*"], ["basics/lacks", "basics/bare"]),
        (["ch01/l*"], ["later/drafted"]),
        (["ch0?"], ["basics/lacks", "basics/bare", "later/drafted"]),
    ],
)
def test_points_are_named_alone_by_section_by_chapter_or_by_pattern(
    names: list[str], points: list[str], project: Path, run: Run
):
    text = run("stub", *names, "-p", project).stdout
    assert sorted(re.findall(r"covers: \[(.*)\]", text)) == sorted(points)


def test_a_name_that_is_no_point_is_wrong_usage(project: Path, run: Run):
    result = run("stub", "basics/bear", "-p", project)
    assert result.exit_code == 2
    assert "Did you mean `basics/bare`?" in " ".join(result.stderr.split())
    result = run("stub", "--kind", "concept", "-p", project)
    assert result.exit_code == 2
    assert "Did you mean `concepts`?" in " ".join(result.stderr.split())


def test_a_point_that_is_taught_gets_a_stub_only_in_a_kind_that_is_asked_for(project: Path, run: Run):
    result = run("stub", "basics/taught", "-p", project)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "1 point taught already" in result.stderr
    assert "questions:\n" in run("stub", "basics/taught", "--kind", "questions", "-p", project).stdout


def test_no_stub_takes_an_id_that_a_note_has_or_had(make_project: MakeProject, run: Run):
    notes = "concepts:\n  - {id: second, aliases: [second-concepts], covers: [basics/first], prompt: P?, answer: A}\n"
    make_project(a=notes)
    assert "id: basics-second\n" in run("stub", "-p", "cards").stdout


def test_errors_in_the_notes_are_not_passed_over(project: Path, run: Run):
    (project / "ch01" / "bad.yaml").write_text("concepts:\n  - {id: x, covers: [basics/bare]}\n")
    result = run("stub", "-p", project)
    assert result.exit_code == 1
    assert "missing-key" in result.stderr


def test_with_a_broken_outline_neither_stub_nor_coverage_claims_that_all_is_taught(project: Path, run: Run):
    (project / "ch01" / "outline.yaml").write_text("id: ch01\nnumber: 1\ntitle: [\n")
    stub, coverage = run("stub", "-p", project), run("coverage", project)
    assert (stub.exit_code, coverage.exit_code) == (1, 1)
    assert "Every point is taught" not in stub.stderr
    assert "Fix the errors first" in stub.stderr
    assert "%" not in coverage.stdout
    assert "as far as the outlines can be read" in coverage.stdout


def test_each_chapter_has_a_stub_file_of_its_own(make_project: MakeProject, run: Run):
    second = OUTLINE.replace("ch01", "ch02").replace("number: 1", "number: 2")
    make_project({"ch01/outline.yaml": OUTLINE, "ch02/outline.yaml": second}, a="concepts: []")
    first, other = run("stub", "basics/bare", "-p", "cards").stdout.split("---\n")
    assert "cards/ch01/" in first
    assert "cards/ch02/" in other
    assert "covers: [basics/bare]" in other


@given(st.text(max_size=200))
def test_a_point_of_any_words_gives_valid_yaml(words: str):
    text = Text(words, "outline.yaml")
    name = Text("p", "outline.yaml")
    section = Section(name, text, ())
    chapter = Chapter(name, name, name, "", (), ".", {})
    point = PointCoverage(chapter, section, Point(name, text), {})
    stub = stub_notes([(point, tuple(NOTE_TYPES))], NOTE_TYPES, ())
    if parse(words.encode(errors="replace"), "a.yaml")[1] and not words.isprintable():
        return  # no outline can hold it
    _, findings = read_notes(filled(stub).encode(), "a.yaml", "ch01", NOTE_TYPES)
    assert findings == []
