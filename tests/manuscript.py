"""What an author has written and edits at random: for a hypothesis machine, and for plain random scripts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from author import Author

Choose = Callable[[Sequence[Any]], Any]

PICTURE = "media/lag.png"
KINDS = ("concepts", "clozes", "terms")
WORDS = ("apple", "b c", "x", "two words", "é")


class Manuscript:
    """``notes`` holds the notes by id, ``drawer`` the removed ones, which may come back.

    ``fields`` and ``cards`` are those of a note type of the author's own. Each edit is a method that is
    given a way to choose among several things.
    """

    def __init__(self, author: Author) -> None:
        self.author = author
        self.notes: dict[str, dict[str, Any]] = {}
        self.drawer: dict[str, dict[str, Any]] = {}
        self.names = iter(range(10_000))
        self.fields = ["word", "meaning"]
        self.renamed_fields: dict[str, str] = {}
        self.cards = ["Define"]
        self.style = "teal"
        self.built: dict[str, Any] = {}  # what the last release holds: the content of each note, by its key
        (author.root / "media").mkdir()
        (author.root / PICTURE).write_bytes(b"first")

    def _new_id(self) -> str:
        return f"n{next(self.names)}"

    def add_note(self, choose: Choose) -> None:
        name, words, kind = self._new_id(), choose(WORDS), choose(KINDS)
        fields = {
            "concepts": {"prompt": f"{name}?", "answer": words},
            "clozes": {"text": f"{name} {{{{c1::{words}}}}}"},
            "terms": {"word": name, "meaning": words},
        }
        empty: dict[str, Any] = {"file": "a", "covers": "first/p0", "tags": [], "aliases": []}
        self.notes[name] = {"kind": kind, "key": name, "fields": fields[kind], **empty}

    def _pick(self, choose: Choose, kinds: Sequence[str] = KINDS) -> dict[str, Any] | None:
        names = [name for name, note in self.notes.items() if note["kind"] in kinds]
        return self.notes[choose(names)] if names else None

    def edit_a_field(self, choose: Choose) -> None:
        if note := self._pick(choose):
            field = {"concepts": "answer", "clozes": "extra", "terms": "meaning"}[note["kind"]]
            note["fields"][field] = choose(WORDS)

    def change_a_tag(self, choose: Choose) -> None:
        if note := self._pick(choose):
            note["tags"] = sorted({*note["tags"]} ^ {choose(("red", "blue"))})

    def move_a_note(self, choose: Choose) -> None:
        if note := self._pick(choose):
            note["file"], note["covers"] = choose("abc"), choose(("first/p0", "second/p4"))

    def reorder(self, choose: Choose) -> None:
        if self.notes:
            last = choose(list(self.notes))
            self.notes[last] = self.notes.pop(last)

    def rename_a_note(self, choose: Choose) -> None:
        if self.notes:
            old = choose(list(self.notes))
            note = self.notes.pop(old)
            note["aliases"] = [*note["aliases"], old]
            self.notes[self._new_id()] = note

    def remove_a_note(self, choose: Choose) -> None:
        if len(self.notes) > 1:
            name = choose(list(self.notes))
            self.drawer[name] = self.notes.pop(name)

    def bring_a_note_back(self, choose: Choose) -> None:
        if self.drawer:
            name = choose(list(self.drawer))
            self.notes[name] = self.drawer.pop(name)

    def add_a_deletion(self, choose: Choose) -> None:
        if note := self._pick(choose, ["clozes"]):
            taken = note["fields"]["text"].count("{{")
            note["fields"]["text"] += f" {{{{c{taken + 1}::{choose(WORDS)}}}}}"

    def drop_the_last_deletion(self, choose: Choose) -> None:
        note = self._pick(choose, ["clozes"])
        if note and note["fields"]["text"].count("{{") > 1:
            note["fields"]["text"] = note["fields"]["text"].rpartition(" {{")[0]

    def show_the_picture(self, choose: Choose) -> None:
        if note := self._pick(choose, ["concepts"]):
            note["fields"]["example"] = f"![Lag](../{PICTURE})"

    def edit_the_picture(self, choose: Choose) -> None:
        (self.author.root / PICTURE).write_bytes(choose((b"one", b"two", b"three")))

    def restyle(self, choose: Choose) -> None:
        self.style = choose(("teal", "navy", "olive"))

    def add_a_field(self, choose: Choose) -> None:
        if len(self.fields) < 4:
            name = f"extra_{next(self.names)}"
            self.fields.append(name)
            if note := self._pick(choose, ["terms"]):
                note["fields"][name] = choose(WORDS)

    def rename_or_drop_a_field(self, choose: Choose) -> None:
        if len(self.fields) < 3:
            return
        old, new = self.fields.pop(), f"extra_{next(self.names)}"
        is_rename = choose((True, False))
        if is_rename:
            self.fields.append(new)
            self.renamed_fields[new] = old
        for note in (*self.notes.values(), *self.drawer.values()):
            if old in note["fields"]:
                value = note["fields"].pop(old)
                if is_rename:
                    note["fields"][new] = value

    def add_or_drop_a_card(self, _choose: Choose) -> None:
        self.cards = ["Define"] if len(self.cards) > 1 else ["Define", "Recall"]

    def build(self) -> tuple[set[str], set[str]]:
        """Write all files and build; return the keys of the notes that are new, and of those that changed."""
        self._write()
        wanted = self._content()
        new = wanted.keys() - self.built.keys()
        changed = {key for key in wanted.keys() - new if wanted[key] != self.built[key]}
        changes = self.author.build()
        assert len(changes.new) == len(new)
        self.built = wanted
        return new, changed

    def _write(self) -> None:
        author = self.author
        aliases = {name: {"aliases": [old]} for name, old in self.renamed_fields.items()}
        fields = [{"name": name, **aliases.get(name, {})} for name in self.fields]
        cards = [{"name": name} for name in self.cards]
        author.write(
            "notetypes/term/notetype.yaml",
            {"name": "Term", "list": "terms", "fields": fields, "cards": cards},
        )
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
        content: dict[str, Any] = {}
        for note in self.notes.values():
            fields = sorted((self._origin(key), value) for key, value in note["fields"].items())
            shows = picture if "example" in note["fields"] else b""
            cards = tuple(self.cards) if note["kind"] == "terms" else ()
            content[note["key"]] = (fields, list(note["tags"]), note["covers"], shows, cards)
        for note in self.drawer.values():
            if note["key"] in self.built:
                content[note["key"]] = "retired"
        return content

    def _origin(self, field: str) -> str:
        while field in self.renamed_fields:
            field = self.renamed_fields[field]
        return field


EDITS = tuple(
    name
    for name, method in vars(Manuscript).items()
    if callable(method) and not name.startswith("_") and name != "build"
)
