"""Measures the coverage of notes that no test has rendered: each makes one card."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from deckgen.coverage.claims import ClaimScale
from deckgen.coverage.measure import Coverage, CoverageMeter
from deckgen.model.diagnostics import Finding
from deckgen.model.notes import Note
from deckgen.model.outline import Chapter


def measured(
    chapters: Mapping[str, Chapter], notes: Iterable[Note], cards: int = 1
) -> tuple[Coverage, list[Finding]]:
    """Return the coverage of every point, and the findings on points and on ``covers``."""
    scale = ClaimScale({name: point for one in chapters.values() for name, point in one.points.items()})
    meter = CoverageMeter(chapters)
    weighed: list[Finding] = []
    for note in notes:
        claims, findings = scale.weigh(note, cards)
        meter.add(note, claims, cards)
        weighed += findings
    coverage, findings = meter.result()
    return coverage, weighed + findings
