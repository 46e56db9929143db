"""Any project, any edits, any reader: each import brings what changed, and costs nothing.

A hypothesis state machine plays the author, who edits and builds, and a reader with the real Anki, who
imports after every build, reviews, tags and edits. What must change is worked out from the author's edits
alone, not from deckgen.
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
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from deckgen.ids import note_guid

WORDS = st.text("abc xyz", min_size=1, max_size=8).map(lambda text: text.strip() or "w")
PICTURE = "media/lag.png"


class Reimport(RuleBasedStateMachine):
    """``notes`` holds what the author has written, by id; ``type_`` is the author's own note type."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.author = Author(Path(self.folder.name))
        self.reader = Reader(Path(self.folder.name, "anki"))
        self.notes: dict[str, dict[str, Any]] = {}
        self.drawer: dict[str, dict[str, Any]] = {}  # removed notes, which may come back
        self.names = iter(range(10_000))
        self.fields = ["word", "meaning"]
        self.renamed_fields: dict[str, str] = {}
        self.cards = ["Define"]
        self.style = "teal"
        self.shipped: dict[str, Any] = {}  # what the reader has: the content of each note, by its key
        self.guids: dict[str, str] = {}
        self.kinds: set[str] = set()
        self.tagged: dict[str, str] = {}
        self.edited: dict[str, str] = {}

    def teardown(self) -> None:
        self.reader.close()
        self.folder.cleanup()

    # The author

    def _new_id(self) -> str:
        return f"n{next(self.names)}"

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        (self.author.root / "media").mkdir()
        (self.author.root / PICTURE).write_bytes(b"first")
        for _ in range(data.draw(st.integers(2, 5))):
            self.add_note(data.draw(st.sampled_from(["concepts", "clozes", "terms"])), data.draw(WORDS))
        self.build_import_and_review()

    @rule(kind=st.sampled_from(["concepts", "clozes", "terms"]), words=WORDS)
    def add_note(self, kind: str, words: str) -> None:
        name = self._new_id()
        note: dict[str, Any] = {
            "kind": kind,
            "key": name,
            "file": "a",
            "covers": "first/p0",
            "tags": [],
            "aliases": [],
        }
        if kind == "concepts":
            note["fields"] = {"prompt": f"{name}?", "answer": words}
        elif kind == "clozes":
            note["fields"] = {"text": f"{name} {{{{c1::{words}}}}}"}
        else:
            note["fields"] = {"word": name, "meaning": words}
        self.notes[name] = note

    def _pick(self, data: st.DataObject, kind: str | None = None) -> dict[str, Any] | None:
        names = [name for name, note in self.notes.items() if kind in (None, note["kind"])]
        return self.notes[data.draw(st.sampled_from(names))] if names else None

    @rule(data=st.data(), words=WORDS)
    def edit_a_field(self, data: st.DataObject, words: str) -> None:
        if note := self._pick(data):
            field = {"concepts": "answer", "clozes": "extra", "terms": "meaning"}[note["kind"]]
            note["fields"][field] = words

    @rule(data=st.data(), tag=st.sampled_from(["red", "blue"]))
    def change_a_tag(self, data: st.DataObject, tag: str) -> None:
        if note := self._pick(data):
            note["tags"] = sorted({*note["tags"]} ^ {tag})

    @rule(data=st.data(), file=st.sampled_from("abc"), place=st.sampled_from(["first/p0", "second/p4"]))
    def move_a_note(self, data: st.DataObject, file: str, place: str) -> None:
        if note := self._pick(data):
            note["file"], note["covers"] = file, place

    @rule(data=st.data())
    def reorder(self, data: st.DataObject) -> None:
        self.notes = dict(data.draw(st.permutations(list(self.notes.items()))))

    @rule(data=st.data())
    def rename_a_note(self, data: st.DataObject) -> None:
        if self.notes:
            old = data.draw(st.sampled_from(list(self.notes)))
            note = self.notes.pop(old)
            note["aliases"] = [*note["aliases"], old]
            self.notes[self._new_id()] = note

    @precondition(lambda self: len(self.notes) > 1)
    @rule(data=st.data())
    def remove_a_note(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(list(self.notes)))
        self.drawer[name] = self.notes.pop(name)

    @precondition(lambda self: self.drawer)
    @rule(data=st.data())
    def bring_a_note_back(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(list(self.drawer)))
        self.notes[name] = self.drawer.pop(name)

    @rule(data=st.data(), words=WORDS)
    def add_a_deletion(self, data: st.DataObject, words: str) -> None:
        if note := self._pick(data, "clozes"):
            taken = note["fields"]["text"].count("{{")
            note["fields"]["text"] += f" {{{{c{taken + 1}::{words}}}}}"

    @rule(data=st.data())
    def drop_the_last_deletion(self, data: st.DataObject) -> None:
        note = self._pick(data, "clozes")
        if note and note["fields"]["text"].count("{{") > 1:
            note["fields"]["text"] = note["fields"]["text"].rpartition(" {{")[0]

    @rule(data=st.data())
    def show_the_picture(self, data: st.DataObject) -> None:
        if note := self._pick(data, "concepts"):
            note["fields"]["example"] = f"![Lag](../{PICTURE})"

    @rule(content=st.binary(min_size=1, max_size=4))
    def edit_the_picture(self, content: bytes) -> None:
        (self.author.root / PICTURE).write_bytes(content)

    @rule(style=st.sampled_from(["teal", "navy", "olive"]))
    def restyle(self, style: str) -> None:
        self.style = style

    @precondition(lambda self: len(self.fields) < 4)
    @rule(data=st.data(), words=WORDS)
    def add_a_field(self, data: st.DataObject, words: str) -> None:
        name = f"extra_{next(self.names)}"
        self.fields.append(name)
        if note := self._pick(data, "terms"):
            note["fields"][name] = words

    @precondition(lambda self: len(self.fields) > 2)
    @rule(rename=st.booleans())
    def rename_or_drop_a_field(self, rename: bool) -> None:
        old = self.fields.pop()
        new = f"extra_{next(self.names)}"
        if rename:
            self.fields.append(new)
            self.renamed_fields[new] = old
        for note in (*self.notes.values(), *self.drawer.values()):
            if old in note["fields"]:
                value = note["fields"].pop(old)
                if rename:
                    note["fields"][new] = value

    @rule()
    def add_or_drop_a_card(self) -> None:
        self.cards = ["Define"] if len(self.cards) > 1 else ["Define", "Recall"]

    def _write(self) -> None:
        author = self.author
        fields = [
            {
                "name": name,
                **({"aliases": [self.renamed_fields[name]]} if name in self.renamed_fields else {}),
            }
            for name in self.fields
        ]
        definition = {
            "name": "Term",
            "list": "terms",
            "fields": fields,
            "cards": [{"name": c} for c in self.cards],
        }
        author.write("notetypes/term/notetype.yaml", definition)
        author.write("notetypes/term/style.css", f".card {{ color: {self.style} }}")
        for stem, front, back in (("define", "Word", "Meaning"), ("recall", "Meaning", "Word")):
            author.write(f"notetypes/term/{stem}.front.html", f"{{{{{front}}}}}")
            author.write(f"notetypes/term/{stem}.back.html", f"{{{{{back}}}}}")
        files: dict[str, dict[str, list[dict[str, Any]]]] = {name: {} for name in "abc"}
        for name, note in self.notes.items():
            keys = {key: note[key] for key in ("tags", "aliases") if note[key]}
            entry = {"id": name, "covers": [note["covers"]], **keys, **note["fields"]}
            files[note["file"]].setdefault(note["kind"], []).append(entry)
        for name, kinds in files.items():
            author.write(f"ch01/{name}.yaml", kinds)

    def _content(self) -> dict[str, Any]:
        """Return what a reader must see of each note, by a key that renames do not change."""
        picture = (self.author.root / PICTURE).read_bytes()
        content = {}
        for note in self.notes.values():
            fields = sorted((self._origin(key), value) for key, value in note["fields"].items())
            shows = picture if "example" in note["fields"] else b""
            cards = tuple(self.cards) if note["kind"] == "terms" else ()
            content[note["key"]] = (fields, note["tags"], note["covers"], shows, cards)
        for note in self.drawer.values():
            if note["key"] in self.shipped:
                content[note["key"]] = "retired"
        return content

    def _origin(self, field: str) -> str:
        while field in self.renamed_fields:
            field = self.renamed_fields[field]
        return field

    # The reader

    @rule()
    def build_import_and_review(self) -> None:
        self._write()
        reader, wanted = self.reader, self._content()
        expected_new = {key for key in wanted if key not in self.shipped}
        expected_updates = {key for key in wanted if key in self.shipped and wanted[key] != self.shipped[key]}
        changes = self.author.build()
        cards, reviews, types = reader.cards(), reader.reviews(), reader.note_types()

        log = reader.import_package(self.author.package)

        assert (log.conflicting, log.other) == (0, 0)
        assert log.new == len(expected_new) == len(changes.new)
        assert log.updated == len(expected_updates)
        after = reader.cards()
        assert {key: after.get(key) for key in cards} == cards
        assert reader.reviews() == reviews
        self.kinds |= {note["kind"] for note in self.notes.values()}
        assert types <= reader.note_types()
        assert len(reader.note_types()) == len(self.kinds)
        self.guids |= {
            note["key"]: note_guid("test", f"ch01/{name}")
            for name, note in self.notes.items()
            if note["key"] in expected_new
        }
        self.shipped = wanted
        self._check_what_the_reader_has(expected_updates)
        reader.answer(3)

    def _check_what_the_reader_has(self, updated: set[str]) -> None:
        for key in updated:
            self.tagged.pop(key, None)
            self.edited.pop(key, None)
        for key, tag in self.tagged.items():
            assert tag in self._note_of(key).tags
        for key, words in self.edited.items():
            assert words in self._note_of(key).fields
        for note in self.notes.values():
            if note["key"] not in self.edited:
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
        self.reader.col.db.execute("update notes set mod = ? where id = ?", self.author.now + 60, note.id)

    @rule(data=st.data())
    def tag_a_note_in_anki(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.shipped)))
        self._change_in_anki(key, lambda note: note.tags.append("mine"))
        self.tagged[key] = "mine"

    @rule(data=st.data(), words=WORDS)
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
