"""Chapter 36 is taught in full: a test for each point of its outline."""

from __future__ import annotations

import pytest
from conftest import REPOSITORY

from deckgen.check.coverage import PointCoverage
from deckgen.pipeline import compile_project

COMPILED, FINDINGS = compile_project(REPOSITORY / "cards")


def test_the_outline_holds_every_point_of_the_chapter():
    points = COMPILED.sources.coverage.points
    assert len({point.section.id.value for point in points}) == 15
    assert len(points) == 85


@pytest.mark.parametrize("point", COMPILED.sources.coverage.points, ids=lambda point: point.full_id)
def test_a_note_teaches(point: PointCoverage):
    assert point.is_taught, (
        f"{point.full_id} ({point.point.text.value}) lacks {point.missing_kinds or 'any note'}"
    )


def test_every_kind_is_used():
    assert {note.kind for note in COMPILED.rendered} == set(COMPILED.sources.note_types)


def test_the_chapter_has_no_findings():
    assert [f"{f.span.path}:{f.span.line} {f.code.name} {f.message}" for f in FINDINGS] == []
