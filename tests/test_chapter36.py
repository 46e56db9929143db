"""Chapter 36 is whole; that a note teaches each point is tested by deckgen's pytest plugin over `cards/`."""

from __future__ import annotations

import re
from pathlib import Path
from shutil import copytree

import pytest
from conftest import REPOSITORY, Run

from deckgen.build.lint_run import lint_sources
from deckgen.build.project_renderer import render_project
from deckgen.model.notes import RenderedNote

COMPILED, FINDINGS = render_project(REPOSITORY / "cards")


def test_the_outline_holds_every_point_of_the_chapter():
    points = COMPILED.sources.coverage.points
    assert len({point.section.id.value for point in points}) == 15
    assert len(points) == 85


def test_every_kind_is_used():
    assert {note.kind for note in COMPILED.rendered} == set(COMPILED.sources.note_types)


def test_the_chapter_has_no_findings():
    findings = (*FINDINGS, *lint_sources(COMPILED.sources)[0])
    assert [f"{f.span.path}:{f.span.line} {f.code.name} {f.message}" for f in findings] == []


def test_the_lock_knows_the_deck_as_it_is(run: Run):
    """`make` writes it; without it every clone would send readers the whole deck as changed."""
    result = run("build", REPOSITORY / "cards", "-o", "deck.apkg", "--frozen")
    assert result.exit_code == 0, result.stderr


def test_check_says_when_the_chapter_has_changed(run: Run, tmp_path: Path):
    cards = copytree(REPOSITORY / "cards", tmp_path / "cards")
    with (cards / "ch36" / "chapter.md").open("a", encoding="utf-8") as chapter:
        chapter.write("- One more point\n")
    assert "chapter-changed" in run("check", cards).output


def test_the_deck_can_be_finished():
    """Its promise: at most 300 cards, a core of a hundred to know first, and twenty before those."""
    cards = [note for note in COMPILED.rendered for _ in note.cards]
    assert 200 <= len(cards) <= 300
    assert all("data-engineering::tier::first" in note.tags for note in cards[:20])
    assert all("data-engineering::tier::core" in note.tags for note in cards[:100])


SPOKEN = [note for note in COMPILED.rendered if note.kind in ("questions", "red_flags")]


@pytest.mark.parametrize("note", SPOKEN, ids=lambda note: note.id)
def test_whoever_speaks_aloud_can_tell_good_from_again(note: RenderedNote):
    *ticks, good = re.findall(r"<li>(.*?)</li>", note.fields["Rubric"])
    count = len(ticks)
    all_of_them = "both" if count == 2 else f"all {count}"
    assert good.startswith((f"Good: {all_of_them}", f"Good: {count - 1} of these {count}"))
