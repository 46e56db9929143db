"""An author at work: a project in a folder, a clock, and builds as the command makes them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from deckgen.build.plan import BuildRequest, Plan, plan_build
from deckgen.build.run import build_package
from deckgen.lock.changes import Changes
from deckgen.lock.stamps import BuildTime
from deckgen.model.diagnostics import Finding, Severity
from deckgen.package.shipment import Shipment
from deckgen.package.spool import Spool

START = 1_760_000_000  # seconds; in the past of any clock that runs the tests

POINTS = [{"id": f"p{number}", "text": f"P{number}"} for number in range(6)]


def outline(chapter: str = "ch01", title: str = "One") -> dict[str, Any]:
    """Return an outline of two sections."""
    sections = [
        {"id": "first", "title": "First", "points": POINTS[:3]},
        {"id": "second", "title": "Second", "points": POINTS[3:]},
    ]
    return {"id": chapter, "number": chapter[2:], "title": title, "sections": sections}


def concept(name: str, **more: Any) -> dict[str, Any]:
    """Return a concept; its front is known by its name."""
    return {"id": name, "covers": ["first/p0"], "prompt": f"What is {name}?", "answer": "A", **more}


def cloze(name: str, text: str, **more: Any) -> dict[str, Any]:
    """Return a cloze note."""
    return {"id": name, "covers": ["first/p1"], "text": f"{name}: {text}", **more}


def question(name: str, **more: Any) -> dict[str, Any]:
    """Return a question with the least that it needs."""
    least = {"ask": f"Tell me of {name}.", "tests": "T", "structure": ["S"], "rubric": ["R"]}
    return {"id": name, "covers": ["second/p5"], **least, **more}


class Author:
    """Writes files and builds. Each build is an hour after the last; nothing depends on the real clock."""

    def __init__(self, folder: Path, settings: Mapping[str, Any] | None = None) -> None:
        self.root = folder / "cards"
        self.package = folder / "deck.apkg"
        self.now = START
        self.request: dict[str, Any] = {}
        self.write("deckgen.yaml", {"name": "Test", "id": "test", **(settings or {})})
        self.write("ch01/outline.yaml", outline())

    def write(self, path: str, content: Any) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        text = (
            content
            if isinstance(content, str)
            else yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
        )
        file.write_text(text, encoding="utf-8")

    def notes(self, path: str = "ch01/notes.yaml", **kinds: list[dict[str, Any]]) -> None:
        """Write a note file: a list of notes for each kind."""
        self.write(path, kinds)

    def _request(self) -> BuildRequest:
        return BuildRequest(BuildTime(self.now * 1000), **self.request)

    def plan(self) -> tuple[Shipment, Changes, tuple[Finding, ...]]:
        """Work out what a build would ship now, and all that is to be said of it."""
        with Spool() as spool:
            plan = plan_build(self.root, self._request(), spool)
        return plan.shipment, plan.changes(), plan.findings

    def build(self) -> Changes:
        """Build; fail on an error, as the command does."""
        self.now += 3600
        return build_package(self.root, self.package, self._request(), on_plan=_check).plan.changes()

    def codes(self) -> set[str]:
        """Return the codes of what a build would be told now, coverage aside."""
        return {finding.code.name for finding in self.plan()[2] if not finding.code.name.startswith("point-")}


def _check(plan: Plan) -> None:
    errors = [f"{f.code.name}: {f.message}" for f in plan.findings if f.severity is Severity.ERROR]
    assert not errors, errors
