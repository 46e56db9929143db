"""Chapter 36 is whole; that a note teaches each point is tested by deckgen's pytest plugin over `cards/`."""

from __future__ import annotations

from conftest import REPOSITORY

from deckgen.pipeline import compile_project

COMPILED, FINDINGS = compile_project(REPOSITORY / "cards")


def test_the_outline_holds_every_point_of_the_chapter():
    points = COMPILED.sources.coverage.points
    assert len({point.section.id.value for point in points}) == 15
    assert len(points) == 85


def test_every_kind_is_used():
    assert {note.kind for note in COMPILED.rendered} == set(COMPILED.sources.note_types)


def test_the_chapter_has_no_findings():
    assert [f"{f.span.path}:{f.span.line} {f.code.name} {f.message}" for f in FINDINGS] == []
