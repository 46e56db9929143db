"""Any project, any edits, any reader: each import brings what changed, and costs nothing.

A hypothesis state machine plays the author, who edits and builds, and a reader with the real Anki, who
imports, reviews, tags and edits, and may skip a release. What must change is worked out from the author's
edits alone, not from deckgen.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from anki_collection import Reader
from author import Author
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from manuscript import EDITS, WORDS, Manuscript

from deckgen.model.ids import note_guid


class Reimport(RuleBasedStateMachine):
    """An author with a manuscript, and a reader; ``shipped`` is what the reader has of each note."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.author = Author(Path(self.folder.name))
        self.manuscript = Manuscript(self.author)
        self.reader = Reader(Path(self.folder.name, "anki"))
        self.shipped: dict[str, Any] = {}
        self.pending: set[str] = set()  # what changed since the reader imported last
        self.overtaken: set[str] = (
            set()
        )  # of those, what the reader changed after the release that they skipped
        self.behind: set[str] = set()  # what lacks a change that the reader's own edit overtook
        self.guids: dict[str, str] = {}
        self.kinds: set[str] = set()
        self.tagged: dict[str, str] = {}
        self.edited: dict[str, str] = {}

    def teardown(self) -> None:
        self.reader.close()
        self.folder.cleanup()

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        for _ in range(data.draw(st.integers(2, 5))):
            self.manuscript.add_note(lambda options: data.draw(st.sampled_from(options)))
        self.build_import_and_review()

    @rule(data=st.data(), edit=st.sampled_from(EDITS))
    def edit(self, data: st.DataObject, edit: str) -> None:
        getattr(self.manuscript, edit)(lambda options: data.draw(st.sampled_from(options)))

    @rule()
    def build(self) -> None:
        """A release; the reader may skip it."""
        new, changed = self.manuscript.build()
        self.pending |= changed
        self.overtaken -= changed
        self.guids |= {
            note["key"]: note_guid("test", f"ch01/{name}")
            for name, note in self.manuscript.notes.items()
            if note["key"] in new
        }

    @rule()
    def build_import_and_review(self) -> None:
        self.build()
        reader, built = self.reader, self.manuscript.built
        new, changed = built.keys() - self.shipped.keys(), self.pending & self.shipped.keys()
        updated = changed - self.overtaken
        cards, reviews, types = reader.cards(), reader.reviews(), reader.note_types()

        log = reader.import_package(self.author.package)

        assert (log.new, log.updated, log.conflicting, log.other) == (len(new), len(updated), 0, 0)
        after = reader.cards()
        assert {key: after.get(key) for key in cards} == cards
        assert reader.reviews() == reviews
        self.kinds |= {note["kind"] for note in self._all_notes() if note["key"] in built}
        assert types <= reader.note_types()
        assert len(reader.note_types()) == len(self.kinds)
        self.shipped, self.pending = built, set()
        self.behind = (self.behind | (changed & self.overtaken)) - updated
        self.overtaken = set()
        self._check_what_the_reader_has(updated)
        reader.answer(3)

    def _all_notes(self) -> list[dict[str, Any]]:
        return [*self.manuscript.notes.values(), *self.manuscript.drawer.values()]

    def _check_what_the_reader_has(self, updated: set[str]) -> None:
        for key in updated:
            self.tagged.pop(key, None)
            self.edited.pop(key, None)
        for key, tag in self.tagged.items():
            assert tag in self._note_of(key).tags
        for key, words in self.edited.items():
            assert words in self._note_of(key).fields
        for note in self.manuscript.notes.values():
            if note["key"] not in (*self.edited, *self.behind):
                fields = self._note_of(note["key"]).fields
                texts = (text for key, text in note["fields"].items() if key != "example")
                assert all(text in fields for text in texts)

    def _note_of(self, key: str) -> Any:
        (note_id,) = self.reader.col.db.list("select id from notes where guid = ?", self.guids[key])
        return self.reader.col.get_note(note_id)

    def _change_in_anki(self, key: str, change: Any) -> None:
        """Let the reader change a note now, on the clock that the author builds by."""
        note = self._note_of(key)
        change(note)
        self.reader.col.update_note(note)
        if key in self.pending:
            self.overtaken.add(key)
        self.reader.col.db.execute("update notes set mod = ? where id = ?", self.author.now + 60, note.id)

    @rule(data=st.data())
    def tag_a_note_in_anki(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.shipped)))
        self._change_in_anki(key, lambda note: note.tags.append("mine"))
        self.tagged[key] = "mine"

    @rule(data=st.data(), words=st.sampled_from(WORDS))
    def edit_a_note_in_anki(self, data: st.DataObject, words: str) -> None:
        key = data.draw(st.sampled_from(sorted(self.shipped)))

        def change(note: Any) -> None:
            note.fields[1] = f"my {words}"

        self._change_in_anki(key, change)
        self.edited[key] = f"my {words}"

    @invariant()
    def no_note_is_doubled(self) -> None:
        guids = self.reader.col.db.list("select guid from notes")
        assert len(guids) == len(set(guids))


Reimport.TestCase.settings = settings(
    max_examples=200 if os.environ.get("CI") else 20,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestReimport = Reimport.TestCase
