"""The pytest plugin in real runs of pytest, each in a folder of its own."""

from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from conftest import REPOSITORY, SETTINGS
from test_coverage import OUTLINE
from test_stub import filled

from deckgen.build.project_renderer import render_project

pytest_plugins = ["pytester"]

NOTES = """\
concepts:
  - {id: a, covers: [basics/taught, basics/lacks, later/deep],
     prompt: Which kind of thing lacks a note here or in any other chapter of the book?,
     answer: The one that is taught twice and nothing else but that}
"""
FAULTY = """\
concepts:
  - {id: b, covers: [later/drafted], prompt: What does a draft teach?}
  - {id: c, prompt: P?, answer: A}
"""
MISSING = """\
No note teaches `basics/bare`: Nobody teaches this
  cards/ch01/outline.yaml:10:14
  Write a note with `covers: [basics/bare]`.
A note to fill in, for a file in cards/ch01:

"""
STUB = """\
concepts:
  # Nobody teaches this
  - id: bare
    covers: [basics/bare]
    # One question, answerable from memory.
    prompt:
    # The answer, at most 40 words.
    answer:
    # Optional: why, example, reverse
"""


@pytest.fixture
def run_pytest(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """Run pytest in a process of its own; warnings are errors, as many projects have it."""
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_AUTO_NUM_WORKERS"):
        monkeypatch.delenv(name, raising=False)
    pytester.makeini("[pytest]\nfilterwarnings = error\n")

    def run(*arguments: str) -> pytest.RunResult:
        return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)

    return run


@pytest.fixture
def project(pytester: pytest.Pytester) -> Path:
    """Write a project in which three points are not taught."""
    root = pytester.path / "cards"
    (root / "ch01").mkdir(parents=True)
    (root / "deckgen.yaml").write_text(SETTINGS)
    (root / "ch01" / "outline.yaml").write_text(OUTLINE)
    (root / "ch01" / "a.yaml").write_text(NOTES)
    return root


@pytest.mark.usefixtures("project")
def test_each_point_and_each_file_is_a_test_named_by_its_place(run_pytest):
    result = run_pytest("--collect-only", "-q")
    assert [line for line in result.outlines if "::" in line] == [
        "cards/ch01/a.yaml::check",
        "cards/ch01/outline.yaml::check",
        "cards/ch01/outline.yaml::basics/taught",
        "cards/ch01/outline.yaml::basics/lacks",
        "cards/ch01/outline.yaml::basics/bare",
        "cards/ch01/outline.yaml::later/drafted",
        "cards/ch01/outline.yaml::later/deep",
        "cards/deckgen.yaml::check",
    ]


def test_a_point_that_is_not_taught_fails_with_its_place_and_a_note_to_paste(project: Path, run_pytest):
    result = run_pytest("cards/ch01/outline.yaml::basics/bare")
    result.assert_outcomes(failed=1)
    assert MISSING + STUB in result.stdout.str()
    result.stdout.fnmatch_lines(["FAILED cards/ch01/outline.yaml::basics/bare - No note teaches*"])
    (project / "ch01" / "new.yaml").write_text(filled(STUB))
    run_pytest("cards/ch01/outline.yaml::basics/bare").assert_outcomes(passed=1)


@pytest.mark.usefixtures("project")
def test_a_point_that_lacks_a_kind_fails_with_a_note_of_that_kind(run_pytest):
    text = run_pytest("-k", "lacks").stdout.str()
    assert "`basics/lacks` needs a note of the kind `red_flags` and has none." in text
    assert "red_flags:\n  # Lacks a kind\n  - id: lacks\n" in text


def test_errors_of_check_fail_the_file_that_they_stand_in(project: Path, run_pytest):
    (project / "ch01" / "b.yaml").write_text(FAULTY)
    result = run_pytest("-k", "check")
    result.assert_outcomes(failed=1, passed=3)
    result.stdout.fnmatch_lines(
        [
            "cards/ch01/b.yaml:2:5: error missing-key `answer` is missing.",
            "    Add `answer:`, which a note needs.",
            "FAILED cards/ch01/b.yaml::check - *",
        ]
    )
    assert "covers-nothing" not in result.stdout.str()  # a warning


@pytest.mark.parametrize("strict", [["--deckgen-strict"], ["-o", "deckgen_strict=true"]])
def test_strict_makes_warnings_fail_a_files_check(strict: list[str], project: Path, run_pytest):
    (project / "ch01" / "b.yaml").write_text(FAULTY.replace("teach?}", "teach?, answer: A}"))
    run_pytest("-k", "check").assert_outcomes(passed=4)
    result = run_pytest("-k", "check", *strict)
    result.assert_outcomes(failed=1, passed=3)
    result.stdout.fnmatch_lines(["cards/ch01/b.yaml:3:10: warning covers-nothing *"])


IDLE = """\
concepts:
  - id: nobody
    prompt: Who teaches this?
    answer: Nobody
"""


def test_a_note_that_covers_nothing_fails_with_its_place_and_the_nearest_points(project: Path, run_pytest):
    (project / "ch01" / "b.yaml").write_text(IDLE)
    result = run_pytest("cards/ch01/b.yaml")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "The note `ch01/nobody` covers no point of the outline.",
            "  cards/ch01/b.yaml:2:9",
            "    covers: [[]basics/bare]  # Nobody teaches this",
            "FAILED cards/ch01/b.yaml::nobody - *",
        ]
    )
    (project / "ch01" / "b.yaml").write_text(IDLE + "    covers: [basics/bare]\n")
    run_pytest("cards/ch01/b.yaml").assert_outcomes(passed=1)


def test_a_point_that_is_not_taught_offers_the_notes_near_to_it_that_cover_nothing(project: Path, run_pytest):
    (project / "ch01" / "b.yaml").write_text(IDLE + "  - {id: far, prompt: Elsewhere?, answer: Else}\n")
    result = run_pytest("cards/ch01/outline.yaml::basics/bare")
    text = result.stdout.str()
    assert "`concepts/nobody` covers nothing yet: if it teaches this, add `covers: [basics/bare]`.\n" in text
    assert "\n  cards/ch01/b.yaml:2:9\nA note to fill in, " in text
    assert "concepts/far" not in text
    (project / "ch01" / "b.yaml").write_text(IDLE + "    covers: [basics/bare]\n")
    run_pytest("cards/ch01/outline.yaml::basics/bare").assert_outcomes(passed=1)


def test_a_point_is_offered_no_draft_and_no_note_of_a_kind_that_would_not_help(project: Path, run_pytest):
    lacks = "concepts:\n  - {id: concept, prompt: Lacks a kind?, answer: A}\n"
    lacks += "red_flags:\n  - {id: flag, says: It lacks a kind, signals: S, instead: I}\n"
    (project / "ch01" / "b.yaml").write_text(lacks)
    text = run_pytest("-k", "lacks").stdout.str()
    assert "`red_flags/flag` covers nothing yet: " in text
    assert "`concepts/concept` covers nothing" not in text
    (project / "ch01" / "b.yaml").write_text(lacks.replace("flag,", "flag, draft: true,"))
    assert "covers nothing yet" not in run_pytest("-k", "lacks").stdout.str()


@pytest.mark.parametrize("allowed", [["--deckgen-idle"], ["-o", "deckgen_idle=true"]])
def test_a_project_may_let_notes_pass_that_cover_nothing(allowed: list[str], project: Path, run_pytest):
    (project / "ch01" / "b.yaml").write_text(IDLE)
    run_pytest("cards/ch01/b.yaml", *allowed).assert_outcomes(passed=1)


@pytest.mark.parametrize("every", [["--deckgen-notes"], ["-o", "deckgen_notes=true"]])
def test_each_note_may_be_a_test_so_that_lf_shows_that_it_passes_once_it_is_mended(
    every: list[str], project: Path, pytester: pytest.Pytester
):
    taught = "  - {id: taught, covers: [later/deep], prompt: P?, answer: A}\n"
    (project / "ch01" / "b.yaml").write_text(IDLE + taught)
    pytester.runpytest_subprocess("cards/ch01/b.yaml", *every).assert_outcomes(passed=2, failed=1)
    (project / "ch01" / "b.yaml").write_text(IDLE + "    covers: [basics/bare]\n" + taught)
    result = pytester.runpytest_subprocess("cards/ch01/b.yaml", "--lf", "-v", *every)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["cards/ch01/b.yaml::nobody PASSED*"])


def test_a_draft_that_covers_nothing_yet_fails_nothing(project: Path, run_pytest):
    (project / "ch01" / "b.yaml").write_text(IDLE + "    draft: true\n")
    run_pytest("cards/ch01/b.yaml").assert_outcomes(passed=1)


def test_where_a_note_file_cannot_be_read_a_point_says_so_and_asks_for_no_note(project: Path, run_pytest):
    (project / "ch01" / "a.yaml").write_text("concepts: [\n")
    text = run_pytest("-k", "basics/taught").stdout.str()
    assert "It may be taught in a file that cannot be read." in text
    assert "cards/ch01/a.yaml:2:1: error" in text
    assert "A note to fill in" not in text


def test_faults_of_files_without_a_test_fail_that_of_the_project(project: Path, run_pytest):
    (project / "deckgen.lock").write_text("nonsense\n")
    result = run_pytest("-k", "deckgen.yaml")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["cards/deckgen.lock:1:1: error lock-*"])


def test_a_file_of_no_chapter_fails(project: Path, run_pytest):
    (project / "stray.yaml").write_text("concepts: []\n")
    result = run_pytest("cards/stray.yaml")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*no-chapter*"])


@pytest.mark.usefixtures("project")
def test_xdist_gives_the_same_results(run_pytest):
    run_pytest("-n", "2").assert_outcomes(passed=5, failed=3)


@pytest.mark.usefixtures("project")
def test_k_chooses_points_by_name(run_pytest):
    run_pytest("-k", "later and not drafted").assert_outcomes(passed=1)
    run_pytest("-k", "basics/bare").assert_outcomes(failed=1)


def test_lf_runs_what_failed_and_passes_once_it_is_mended(project: Path, pytester: pytest.Pytester):
    (project / "ch01" / "b.yaml").write_text(FAULTY)
    pytester.runpytest_subprocess().assert_outcomes(passed=5, failed=5)
    pytester.runpytest_subprocess("--lf").assert_outcomes(failed=5)
    (project / "ch01" / "b.yaml").write_text(FAULTY.replace("teach?}", "teach?, answer: A}"))
    pytester.runpytest_subprocess("--lf").assert_outcomes(passed=2, failed=3)


@pytest.mark.usefixtures("project")
def test_junitxml_names_each_point_and_says_what_to_write(pytester: pytest.Pytester, run_pytest):
    run_pytest("--junitxml=report.xml")
    cases = ET.parse(pytester.path / "report.xml").getroot().findall(".//testcase")  # noqa: S314 - our own
    by_name = {case.get("name"): case for case in cases}
    bare = by_name["basics/bare"]
    assert bare.get("classname") == "cards.ch01.outline.yaml"
    assert bare.findtext("failure") == MISSING + STUB
    assert by_name["basics/taught"].find("failure") is None


@pytest.mark.parametrize("off", [["--no-deckgen"], ["-o", "deckgen=false"]])
@pytest.mark.usefixtures("project")
def test_it_can_be_left_out(off: list[str], run_pytest):
    run_pytest(*off).assert_outcomes()


@pytest.mark.usefixtures("project")
def test_a_marker_chooses_it_or_leaves_it_out(pytester: pytest.Pytester, run_pytest):
    pytester.makepyfile("def test_python(): pass")
    run_pytest("-m", "not deckgen", "--strict-markers").assert_outcomes(passed=1, deselected=8)
    run_pytest("-m", "deckgen").assert_outcomes(passed=5, failed=3, deselected=1)


def test_a_run_from_within_the_project_names_places_from_there(
    project: Path, monkeypatch: pytest.MonkeyPatch, run_pytest
):
    monkeypatch.chdir(project / "ch01")
    result = run_pytest("-k", "bare", ".")
    result.assert_outcomes(failed=1)
    assert "\n  outline.yaml:10:14\n" in result.stdout.str()


def test_options_are_explained(run_pytest):
    text = run_pytest("--help").stdout.str()
    assert all(name in text for name in ("--no-deckgen", "--deckgen-strict", "deckgen_strict (bool)"))


def test_where_there_is_no_project_no_library_is_imported(pytester: pytest.Pytester, run_pytest):
    """Tests of anything else pay nothing for the plugin, and meet no library of its."""
    pytester.makepyfile(
        """
        import sys

        def test_modules():
            assert not {"yaml", "click", "comrak", "genanki", "jinja2"} & set(sys.modules)
        """
    )
    (pytester.path / "compose.yaml").write_text("services: {}\n")
    (pytester.path / "deep").mkdir()
    (pytester.path / "deep" / "outline.yaml").write_text("id: ch01\n")
    run_pytest().assert_outcomes(passed=1)


CHAPTER_36 = render_project(REPOSITORY / "cards")[0].sources
ONLY_TEACHERS = {
    "of a point": next(point.note_ids[0] for point in CHAPTER_36.coverage.points if len(point.note_ids) == 1),
    "of a kind that a point needs": next(
        point.notes[kind][0]
        for point in CHAPTER_36.coverage.points
        for kind in point.point.needs
        if len(point.notes[kind]) == 1 < len(point.note_ids)
    ),
}


def without_covers(text: str, note_id: str) -> str:
    """Take a note's `covers` out, be it on one line or on several."""
    head, tail = re.split(rf"(?<=  - id: {note_id}\n)", text)
    return head + re.sub(r"^    covers:[^\]]*\]\n", "", tail, count=1, flags=re.MULTILINE)


@pytest.mark.parametrize("note_id", ONLY_TEACHERS.values(), ids=ONLY_TEACHERS)
def test_a_note_of_chapter_36_that_loses_its_covers_fails_itself_and_the_points_that_it_alone_taught(
    note_id: str, pytester: pytest.Pytester, run_pytest
):
    cards = pytester.path / "cards"
    shutil.copytree(REPOSITORY / "cards", cards)
    note = next(note for note in CHAPTER_36.notes if note.full_id == note_id)
    path = cards / note.id.span.path
    path.write_text(without_covers(path.read_text(encoding="utf-8"), note.id.value), encoding="utf-8")

    result = run_pytest("-n", "2")
    alone = [
        point
        for point in CHAPTER_36.coverage.points
        if point.note_ids == (note_id,) or any(point.notes[kind] == (note_id,) for kind in point.point.needs)
    ]
    failed = {line.split(" - ")[0] for line in result.outlines if line.startswith("FAILED ")}
    own = f"FAILED cards/{note.id.span.path}::{note.id.value}"
    assert failed == {own, *(f"FAILED cards/ch36/outline.yaml::{point.local_id}" for point in alone)}
    for point in alone:
        words = (
            f"No note teaches `{point.local_id}`: "
            if point.note_ids == (note_id,)
            else f"`{point.local_id}` needs a note of the kind `{note.kind}` and has none."
        )
        assert words in result.stdout.str()


def test_each_note_of_chapter_36_without_its_covers_fails_by_its_own_name(
    pytester: pytest.Pytester, run_pytest
):
    cards = pytester.path / "cards"
    shutil.copytree(REPOSITORY / "cards", cards)
    for note in CHAPTER_36.notes:
        path = cards / note.id.span.path
        path.write_text(without_covers(path.read_text(encoding="utf-8"), note.id.value), encoding="utf-8")
    result = run_pytest("--deselect", "cards/ch36/outline.yaml")
    failed = {line.split(" - ")[0] for line in result.outlines if line.startswith("FAILED ")}
    assert failed == {f"FAILED cards/{note.id.span.path}::{note.id.value}" for note in CHAPTER_36.notes}
    assert result.stdout.str().count("    covers: [") >= len(CHAPTER_36.notes)
