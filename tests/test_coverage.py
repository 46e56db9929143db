"""`deckgen coverage`: what is taught, what is not, and by how much, for people and for programs."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest
from conftest import REPOSITORY, MakeProject, Run
from terminal import in_terminal

from deckgen.build.project_renderer import render_project
from deckgen.coverage.nearest_points import PointFinder

OUTLINE = """\
id: ch01
number: 1
title: One
sections:
  - id: basics
    title: Basics
    points:
      - {id: taught, text: Taught}
      - {id: lacks, text: Lacks a kind, needs: [concepts, red_flags]}
      - {id: bare, text: Nobody teaches this}
  - id: later
    title: Later
    points:
      - {id: drafted, text: Only a draft teaches this}
      - {id: deep, text: Taught twice}
"""
NOTES = """\
concepts:
  - {id: a, covers: [basics/taught, basics/lacks, later/deep],
     prompt: Which kind of thing lacks a note here or in any other chapter of the book?, answer: The one that is taught twice and nothing else but that}
  - {id: b, covers: [later/deep, basics/taut], prompt: What is taught twice?, answer: A}
  - {id: idle, prompt: R?, answer: A}
  - {id: d, covers: [later/drafted], draft: true, prompt: S?, answer: A}
"""
TABLE = """\
               taught concepts red_flags
ch01    ━━        2/5        3         · !1
 basics ━━        1/3        2         · !1
 later  ━━━       1/2        1         ·
"""
NARROW = """\
               taught
ch01    ━━        2/5
 basics ━━        1/3
 later  ━━━       1/2
          points lacking
concepts       3       ·
red_flags      0      !1
"""
LISTS = """\
Not taught (3):
  cards/ch01/outline.yaml:9   basics/lacks  needs red_flags
  cards/ch01/outline.yaml:10  basics/bare
  cards/ch01/outline.yaml:14  later/drafted  draft ch01/d
Notes that cover nothing (1):
  cards/ch01/a.yaml:5  ch01/idle
2 of 5 points taught (40 %)
The note files have 1 error: once fixed, they may teach more.
1 by one card only (--all shows which)
1 in passing only (--all shows which)
"""


@pytest.fixture
def project(make_project: MakeProject) -> Path:
    return make_project({"ch01/outline.yaml": OUTLINE}, a=NOTES)


def test_the_table_shows_sections_and_kinds_and_what_is_missing_with_its_place(project: Path, run: Run):
    result = run("coverage", project)
    assert result.exit_code == 1  # a name in `covers` is wrong
    assert result.stdout == TABLE + LISTS
    assert "There is no point `basics/taut`.\n    Did you mean `basics/taught`?" in result.stderr


@pytest.mark.parametrize("width", [30, 40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int, run: Run):
    result = run("coverage", REPOSITORY / "cards", "--all", env={"COLUMNS": str(width)})
    places = re.compile(r"^  \S+:\d+$|^    \S+$")  # a place or a name that has a line to itself
    lines = [line for line in result.stdout.splitlines() if not places.match(line)]
    assert max(len(line) for line in lines if "(" not in line) <= width
    assert all(len(line) <= max(width, 40) for line in lines)


def test_a_narrow_terminal_gets_the_kinds_in_a_table_of_their_own(project: Path, run: Run):
    result = run("coverage", project, env={"COLUMNS": "36"})
    assert result.stdout.startswith(NARROW)
    assert "\n  cards/ch01/outline.yaml:9\n    basics/lacks\n    needs red_flags\n" in result.stdout


def test_a_terminal_of_20_columns_shows_every_number_in_full(project: Path, run: Run):
    text = run("coverage", project, env={"COLUMNS": "20"}).stdout
    assert text.startswith(
        "        taught\n"
        "ch01       2/5\n"
        " basics    1/3\n"
        " later     1/2\n"
        "          points\n"
        "concepts       3  ·\n"
        "red_flags      0 !1\n"
    )
    text = run("coverage", REPOSITORY / "cards", env={"COLUMNS": "20"}).stdout
    assert "ch36           85/85\n" in text
    assert " why-it-matt…    6/6\n" in text


def test_numbers_and_places_stand_below_each_other_in_all_chapters(make_project: MakeProject, run: Run):
    second = (
        OUTLINE.replace("ch01", "chapter-02").replace("number: 1", "number: 2").replace(", red_flags", "")
    )
    make_project({"ch01/outline.yaml": OUTLINE, "chapter-02/outline.yaml": second}, a=NOTES)
    lines = run("coverage", "cards", env={"COLUMNS": "100"}).stdout.splitlines()
    table = lines[1 : lines.index("Not taught (8):")]
    assert len({re.match(r".* \d+/\d+ +[\d·](?: !\d)? +[\d·]", line).end() for line in table}) == 1
    gaps = lines[lines.index("Not taught (8):") + 1 :][:8]
    assert len({re.match(r"  \S+ +", line).end() for line in gaps}) == 1


def test_the_whole_of_a_taught_chapter_fits_a_screen(run: Run):
    result = run("coverage", REPOSITORY / "cards", env={"COLUMNS": "80"})
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) < 24
    assert "85 of 85 points taught (100 %)\n" in result.stdout


def test_long_lists_are_cut_short_unless_all_is_asked_for(make_project: MakeProject, run: Run):
    points = "".join(f"      - {{id: p{n}, text: Point}}\n" for n in range(60))
    outline = f"id: ch01\nnumber: 1\ntitle: One\nsections:\n  - id: s\n    title: S\n    points:\n{points}"
    root = make_project({"ch01/outline.yaml": outline}, a=NOTES.replace("taught", "x"))
    short, whole = run("coverage", root).stdout, run("coverage", root, "--all").stdout
    assert "  … and 40 more (--all shows them)\n" in short
    assert "s/p19\n" in short
    assert "s/p20\n" not in short
    assert "s/p59\n" in whole
    assert "… and" not in whole


def test_of_several_chapters_the_sections_that_lack_nothing_are_left_out(make_project: MakeProject, run: Run):
    second = OUTLINE.replace("ch01", "ch02").replace("number: 1", "number: 2")
    notes = "concepts:\n  - {id: a, covers: [later/drafted, later/deep], prompt: What is taught twice in a chapter?, answer: Only a draft that nobody finished before}\n"
    make_project({"ch01/outline.yaml": OUTLINE, "ch02/outline.yaml": second}, a=notes)
    short, whole = run("coverage", "cards").stdout, run("coverage", "cards", "--all").stdout
    assert re.findall(r"^(?:ch|  ?[a-z]+ )\S*", short, re.MULTILINE) == [
        "ch01",
        " basics ",
        "ch02",
        " basics ",
        " later ",
    ]
    assert whole.count("\n later ") == 2


def test_all_shows_how_many_notes_and_cards_teach_each_point(project: Path, run: Run):
    text = run("coverage", project, "--all", env={"COLUMNS": "100"}).stdout
    assert "outline.yaml:8   basics/taught  1 note, 1 card, passing\n" in text
    assert "outline.yaml:15  later/deep  2 notes, 2 cards\n" in text
    assert "outline.yaml:10  basics/bare  0 notes, 0 cards\n" in text


def test_the_bars_are_coloured_on_a_terminal_alone(project: Path):
    command = [sys.executable, "-m", "deckgen", "coverage", str(project)]
    coloured = in_terminal(command, {"TERM": "xterm", "NO_COLOR": ""})
    assert "\x1b[33m" in coloured  # yellow: some points are missing
    assert "\x1b[31m!1" in coloured  # red: a kind is lacking
    assert not re.search(r"\x1b\[[0-9;]+m", in_terminal(command, {"TERM": "xterm", "NO_COLOR": "1"}))
    assert "\x1b[" not in subprocess.run(command, capture_output=True, text=True, check=False).stdout


# For programs


def _schema(*, closed: bool) -> dict:
    """Return the schema; ``closed`` refuses every key that it does not describe."""
    file = REPOSITORY / "deckgen" / "coverage" / "coverage.schema.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)

    def close(part: object) -> None:
        if isinstance(part, dict):
            if "properties" in part:
                part["additionalProperties"] = False
            for value in part.values():
                close(value)

    if closed:
        close(schema)
    return schema


def test_json_is_what_the_schema_describes_and_no_more(project: Path, run: Run):
    validator = jsonschema.Draft202012Validator(_schema(closed=True))
    for root in (project, REPOSITORY / "cards"):
        data = json.loads(run("coverage", root, "--format", "json").stdout)
        assert [error.message for error in validator.iter_errors(data)] == []
    wrong = copy.deepcopy(data)
    wrong["coverage"][0]["cards"] = "many"
    assert not validator.is_valid(wrong)


def test_json_counts_both_ways(project: Path, run: Run):
    data = json.loads(run("coverage", project, "--format", "json").stdout)
    assert (data["points"], data["taught"], data["percent"], data["fail_under"]) == (5, 2, 40, 0)
    assert data["errors"] == {"outlines": 0, "notes": 1}
    assert data["kinds"] == {
        "concepts": {"notes": 3, "points": 3, "lacking": 0},
        "red_flags": {"notes": 0, "points": 0, "lacking": 1},
    }
    assert [(s["section"], s["taught"], s["points"]) for s in data["sections"]] == [
        ("ch01/basics", 1, 3),
        ("ch01/later", 1, 2),
    ]
    lacks = next(point for point in data["coverage"] if point["point"] == "ch01/basics/lacks")
    assert (lacks["missing"], lacks["notes"], lacks["line"]) == (["red_flags"], {"concepts": ["ch01/a"]}, 9)
    assert data["covers_nothing"] == ["ch01/idle"]
    assert data["covers_unknown"] == [
        {
            "note": "ch01/b",
            "name": "basics/taut",
            "nearest": ["basics/taught"],
            "path": "cards/ch01/a.yaml",
            "line": 4,
            "column": 34,
        }
    ]


# Files, limits, badges


def test_a_report_goes_to_a_file_without_colours(project: Path, run: Run):
    result = run("coverage", project, "-o", "reports/coverage.txt")
    assert result.stdout == ""
    assert "Wrote reports/coverage.txt" in result.stderr
    assert Path("reports/coverage.txt").read_text(encoding="utf-8") == TABLE + LISTS


def test_a_file_that_cannot_be_written_is_said_in_one_line(project: Path, run: Run):
    Path("taken").write_text("a file, not a folder")
    result = run("coverage", project, "-o", "taken/coverage.html", "--format", "html")
    assert result.exit_code == 1
    assert "Cannot write taken" in result.stderr


@pytest.mark.parametrize(
    ("limit", "exit_code", "colour"), [(0, 0, "#9a6700"), (50, 0, "#9a6700"), (51, 1, "#cf222e")]
)
def test_the_badge_shows_the_per_cent_and_turns_red_below_the_limit(
    limit: int, exit_code: int, colour: str, make_project: MakeProject, run: Run
):
    root = make_project(a="concepts:\n  - {id: a, covers: [basics/first], prompt: What is P?, answer: A}\n")
    result = run("coverage", root, "--badge", "badge.svg", "--fail-under", str(limit))
    assert result.exit_code == exit_code
    svg = ET.parse("badge.svg").getroot()  # noqa: S314 - our own
    assert svg.tag == "{http://www.w3.org/2000/svg}svg"
    assert svg.get("aria-label") == "chapter coverage: 50 %"
    assert colour in Path("badge.svg").read_text(encoding="utf-8")


def test_the_badge_of_a_chapter_taught_in_full_is_green(run: Run):
    run("coverage", REPOSITORY / "cards", "--badge", "badge.svg", "--fail-under", "100")
    assert "#1a7f37" in Path("badge.svg").read_text(encoding="utf-8")


TAUGHT = "concepts:\n  - {id: a, covers: [basics/first, basics/second], prompt: What is P in this small test of what an author is told?, answer: A}\n"
BROKEN_NOTE = "  - {id: b, prompt: P?}\n"


@pytest.fixture
def broken_outline(make_project: MakeProject) -> Path:
    """Write a project whose notes teach each point that can be read; an outline has one that cannot."""
    root = make_project(a=TAUGHT)
    outline = root / "ch01" / "outline.yaml"
    outline.write_text(outline.read_text(encoding="utf-8") + "      - {id: third}\n", encoding="utf-8")
    return root


def test_beside_a_broken_outline_no_format_and_no_badge_claims_a_per_cent(broken_outline: Path, run: Run):
    text = run("coverage", broken_outline, "--badge", "badge.svg")
    page = run("coverage", broken_outline, "--format", "html")
    data = json.loads(run("coverage", broken_outline, "--format", "json").stdout)
    svg = Path("badge.svg").read_text(encoding="utf-8")
    assert (text.exit_code, page.exit_code) == (1, 1)
    assert (data["percent"], data["errors"]) == (None, {"outlines": 1, "notes": 0})
    assert (data["taught"], data["points"]) == (2, 3)
    for shown in (text.stdout, page.stdout):
        assert "The outlines have 1 error: once fixed, they may have more points." in shown
    assert not re.search(
        r"\d %", text.stdout + re.sub(r"<style>.*?</style>", "", page.stdout, flags=re.DOTALL) + svg
    )
    assert "chapter coverage: outline has errors" in svg
    assert "#cf222e" in svg


def test_beside_a_broken_outline_no_limit_counts_as_reached(broken_outline: Path, run: Run):
    result = run("coverage", broken_outline, "--fail-under", "50")
    assert result.exit_code == 1
    assert result.stderr.endswith("Whether 50 % are taught is not known before the outlines are fixed.\n")


def test_a_project_without_an_outline_is_not_taught_in_full(make_project: MakeProject, run: Run):
    root = make_project(a=TAUGHT)
    (root / "ch01" / "outline.yaml").unlink()
    result = run("coverage", root, "--format", "json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["percent"] is None


def test_errors_in_note_files_are_told_beside_the_per_cent(make_project: MakeProject, run: Run):
    root = make_project(a=TAUGHT + BROKEN_NOTE)
    said = "The note files have 1 error: once fixed, they may teach more."
    text = run("coverage", root, "--badge", "badge.svg")
    assert f"2 of 2 points taught (100 %)\n{said}\n" in text.stdout
    assert said in run("coverage", root, "--format", "html").stdout
    data = json.loads(run("coverage", root, "--format", "json").stdout)
    assert (data["percent"], data["errors"]) == (100, {"outlines": 0, "notes": 1})
    svg = Path("badge.svg").read_text(encoding="utf-8")
    assert "chapter coverage: 100 %, notes have errors" in svg
    assert "#cf222e" in svg
    assert text.exit_code == 1


@pytest.mark.parametrize(("limit", "exit_code"), [("66.6", 0), ("66.7", 1), ("66", 0), ("67", 1)])
def test_a_limit_may_be_a_fraction_and_is_compared_without_rounding(
    limit: str, exit_code: int, make_project: MakeProject, run: Run
):
    root = make_project(a=TAUGHT)
    outline = root / "ch01" / "outline.yaml"
    outline.write_text(
        outline.read_text(encoding="utf-8") + "      - {id: third, text: Third}\n", encoding="utf-8"
    )
    result = run("coverage", root, "--fail-under", limit)
    assert result.exit_code == exit_code
    if exit_code:
        assert result.stderr.endswith(f"Coverage is 66 %, below the {limit} % asked for.\n")
    data = json.loads(run("coverage", root, "--fail-under", limit, "--format", "json").stdout)
    assert data["fail_under"] == float(limit)


@pytest.mark.parametrize("limit", ["nan", "101", "-1", "half"])
def test_a_limit_that_is_no_per_cent_is_wrong_usage(limit: str, project: Path, run: Run):
    result = run("coverage", project, "--fail-under", limit)
    assert result.exit_code == 2
    assert "--fail-under" in result.stderr


# Names that are no point


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("ch36/ownership/end-to-ned", ("ownership/end-to-end",)),
        ("ch36/ownershp/end-to-end", ("ownership/end-to-end",)),
        ("end-to-end", ("ownership/end-to-end",)),
        ("ch36/reliability/end-to-end", ("ownership/end-to-end",)),
        ("ch35/ownership/weak-answer", ("ownership/weak-answer",)),
        ("ch36/nowhere/nothing", ()),
    ],
)
def test_a_wrong_name_brings_up_the_points_that_may_be_meant(written: str, nearest: tuple[str, ...]):
    points = render_project(REPOSITORY / "cards")[0].sources.chapters["ch36"].points
    found = PointFinder(points).nearest(written, "ch36")
    assert found[: len(nearest)] == nearest
    assert bool(found) == bool(nearest)


def test_several_points_are_suggested_where_several_may_be_meant(make_project: MakeProject, run: Run):
    outline = OUTLINE.replace("id: bare", "id: deep")
    result = run(
        "check", make_project({"ch01/outline.yaml": outline}, a=NOTES.replace("basics/taut", "deep"))
    )
    assert "There is no point `deep`.\n    Did you mean `basics/deep` or `later/deep`?" in result.stdout


def test_a_point_in_another_chapter_is_suggested_by_its_full_name():
    finder = PointFinder(["ch12/caching/eviction", "ch36/ownership/end-to-end"])
    assert finder.nearest("ch36/caching/eviction", "ch36") == ("ch12/caching/eviction",)


def test_a_thousand_wrong_names_are_reported_in_a_moment():
    import time

    points = [f"ch{n % 60:02}/section-{n % 900}/point-{n}" for n in range(5_000)]
    started = time.process_time()
    finder = PointFinder(points)
    for n in range(1_000):
        finder.nearest(f"ch{n % 60:02}/sectoin-{n % 30}/point-{n}x", "ch01")
    assert time.process_time() - started < 5


def test_a_report_outside_the_project_names_places_from_where_the_command_ran(
    project: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    elsewhere = tmp_path / "elsewhere" / "deep"
    elsewhere.mkdir(parents=True)
    here = os.path.relpath(project, elsewhere)
    monkeypatch.chdir(elsewhere)
    page = tmp_path / "reports" / "coverage.html"
    run("coverage", here, "--format", "html", "-o", page)
    places = set(re.findall(r"<code>([^<]*\.yaml):\d+</code>", page.read_text(encoding="utf-8")))
    assert places == {f"{here}/ch01/outline.yaml", f"{here}/ch01/a.yaml"}
    assert all(name.startswith("../") and Path(name).is_file() for name in places)
