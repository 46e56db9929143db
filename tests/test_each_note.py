"""Each note of chapter 36 loses its `covers` in turn, and the right tests of the pytest plugin fail.

The plugin's own items are collected and run, in this process: a run of pytest for each of the notes would
take minutes. test_pytest_plugin.py shows for a few of them that a real run says the same.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import REPOSITORY
from test_pytest_plugin import CHAPTER_36, without_covers

from deckgen.build.plan import BuildRequest, plan_build
from deckgen.lock.stamps import BuildTime
from deckgen.model.notes import Note
from deckgen.model.stage_cache import StageCache
from deckgen.package.spool import Spool
from deckgen.pytest_plugin import Faults, Project, SourceFile

OUTLINE = "ch36/outline.yaml"


class Chapter:
    """A copy of the project, planned anew after each change; files that did not change are parsed once."""

    def __init__(self, root: Path, session: pytest.Session) -> None:
        self.root, self._session, self._cache = root, session, StageCache()
        self.failures()  # everything is read and remembered, whichever test comes first

    def failures(self) -> dict[str, str]:
        """Collect and run every item of every source file; return the words of those that fail."""
        project = Project(self.root)
        with Spool() as spool:
            request = BuildRequest(BuildTime(time.time_ns() // 1_000_000))
            project.__dict__["plan"] = plan_build(self.root, request, spool, cache=self._cache)
        return {
            f"{file.place}::{item.name}": words
            for file in self._files(project)
            for item in file.collect()
            if (words := _words_of_failure(item))
        }

    def _files(self, project: Project) -> Iterator[SourceFile]:
        for path in sorted(self.root.rglob("*.yaml")):
            yield SourceFile.from_parent(self._session, path=path, project=project)


def _words_of_failure(item: pytest.Item) -> str:
    try:
        item.runtest()
    except Faults as faults:
        return str(faults)
    return ""


@pytest.fixture(scope="module")
def chapter(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Chapter:
    root = tmp_path_factory.mktemp("project") / "cards"
    shutil.copytree(REPOSITORY / "cards", root)
    return Chapter(root, request.session)


def expected_without(note: Note) -> dict[str, str]:
    """Return the tests that must fail, by the coverage of the chapter as it is, with their first words."""
    own = {
        f"{note.id.span.path}::{note.id.value}": f"The note `{note.full_id}` covers no point of the outline."
    }
    for point in CHAPTER_36.coverage.points:
        place = f"{OUTLINE}::{point.local_id}"
        if point.note_ids == (note.full_id,):
            own[place] = f"No note teaches `{point.local_id}`: {' '.join(point.point.text.value.split())}"
        elif note.kind in point.point.needs and point.notes[note.kind] == (note.full_id,):
            own[place] = f"`{point.local_id}` needs a note of the kind `{note.kind}` and has none."
    return own


def test_nothing_fails_in_chapter_36_as_it_is(chapter: Chapter):
    assert len(CHAPTER_36.notes) >= 120
    assert chapter.failures() == {}


@pytest.mark.parametrize("note", CHAPTER_36.notes, ids=lambda note: note.id.value)
def test_a_note_without_its_covers_fails_itself_and_just_the_points_that_it_alone_taught(
    note: Note, chapter: Chapter
):
    path = chapter.root / note.id.span.path
    before = path.read_text(encoding="utf-8")
    after = without_covers(before, note.id.value)
    assert before.count("\n    covers:") == after.count("\n    covers:") + 1
    path.write_text(after, encoding="utf-8")
    try:
        failures = chapter.failures()
    finally:
        path.write_text(before, encoding="utf-8")
    assert {place: words.split("\n")[0] for place, words in failures.items()} == expected_without(note)


def test_some_notes_are_the_only_teachers_of_a_point_some_of_a_kind_and_some_of_nothing():
    """Keeps the test above from passing because a chapter has none of these."""
    lost = [list(expected_without(note).values())[1:] for note in CHAPTER_36.notes]
    assert [] in lost
    assert any(words.startswith("No note teaches") for group in lost for words in group)
    assert any("needs a note of the kind" in words for group in lost for words in group)
