"""One edit script put through genanki's own way and through deckgen; docs/reimport.md shows what Anki reported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import genanki
import pytest
from anki_collection import Reader
from author import START, Author
from conftest import REPOSITORY

DOCUMENT = REPOSITORY / "docs" / "reimport.md"
BEGIN, END = "<!-- compared: written by `make golden` -->\n", "<!-- end -->"


def base_notes() -> list[dict[str, Any]]:
    return [{"id": f"n{n}", "word": f"Word {n}", "meaning": f"Meaning {n}", "tags": []} for n in range(5)]


def edit(notes: list[dict[str, Any]], place: int, **changes: Any) -> list[dict[str, Any]]:
    return [{**note, **changes} if n == place else note for n, note in enumerate(notes)]


# What the author does between two builds: in words, and to the notes; fields of the note type follow from them.
STEPS: list[tuple[str, Callable[[list[dict[str, Any]]], list[dict[str, Any]]]]] = [
    ("builds again, nothing changed", lambda notes: notes),
    ("corrects an answer", lambda notes: edit(notes, 0, meaning="Better meaning")),
    ("tags a note", lambda notes: edit(notes, 1, tags=["core"])),
    ("rewords a question", lambda notes: edit(notes, 2, word="Reworded")),
    ("removes a note", lambda notes: notes[:4]),
    ("adds a field, and fills it once", lambda notes: edit(notes, 0, example="An example")),
    ("corrects an answer after that", lambda notes: edit(notes, 2, meaning="Best meaning")),
]


class PlainWay:
    """A script as genanki's README shows it: fixed ids, a note for each entry, written to a file."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.package = folder / "plain.apkg"
        self.now = START

    def build(self, notes: list[dict[str, Any]]) -> None:
        self.now += 3600
        fields = ["word", "meaning", *(["example"] if any("example" in note for note in notes) else [])]
        template = {"name": "Card 1", "qfmt": "{{word}}", "afmt": "{{FrontSide}}<hr id=answer>{{meaning}}"}
        model = genanki.Model(
            1607392319, "Plain", fields=[{"name": name} for name in fields], templates=[template]
        )
        deck = genanki.Deck(2059400110, "Plain")
        for note in notes:
            deck.add_note(genanki.Note(model, [note.get(name, "") for name in fields], tags=note["tags"]))
        genanki.Package(deck).write_to_file(str(self.package), timestamp=self.now)


class DeckgenWay:
    """The same notes as a deckgen project, with a note type of the author's own."""

    def __init__(self, folder: Path) -> None:
        self.author = Author(folder)
        self.package = self.author.package

    @property
    def now(self) -> int:
        return self.author.now

    def build(self, notes: list[dict[str, Any]]) -> None:
        author = self.author
        fields = ["word", "meaning", *(["example"] if any("example" in note for note in notes) else [])]
        definition = {"name": "Term", "list": "terms", "cards": [{"name": "Card 1"}]}
        author.write(
            "notetypes/term/notetype.yaml", {**definition, "fields": [{"name": name} for name in fields]}
        )
        author.write("notetypes/term/card-1.front.html", "{{Word}}")
        author.write("notetypes/term/card-1.back.html", "{{FrontSide}}<hr id=answer>{{Meaning}}")
        entries = [{key: value for key, value in note.items() if value} for note in notes]
        author.notes(terms=[{**entry, "covers": ["first/p0"]} for entry in entries])
        author.build()


class Owner:
    """A reader of one package, with all cards answered, a tag of their own, and an edit of their own."""

    def __init__(self, way: PlainWay | DeckgenWay, folder: Path) -> None:
        self.way = way
        self.reader = Reader(folder)
        way.build(base_notes())
        self.reader.import_package(way.package)
        assert self.reader.answer(5) == 5
        self._change("Word 3", lambda note: note.tags.append("mine"))
        self._change("Word 4", lambda note: note.fields.__setitem__(1, "My own words"))

    def _change(self, word: str, change: Callable[[Any], object]) -> None:
        col = self.reader.col
        note = col.get_note(col.find_notes(f'"{word}"')[0])
        change(note)
        col.update_note(note)
        col.db.execute("update notes set mod = ? where id = ?", self.way.now + 60, note.id)

    def step(self, notes: list[dict[str, Any]]) -> str:
        """Build, import, and return what Anki reported and what it cost, as a cell of the table."""
        self.way.build(notes)
        log = self.reader.import_package(self.way.package)
        counts = {
            "new": log.new,
            "updated": log.updated,
            "untouched": log.duplicate,
            "skipped": log.conflicting,
        }
        cell = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
        costs = self._costs(notes)
        return f"{cell}; **{', '.join(costs)}**" if costs else cell

    def _costs(self, notes: list[dict[str, Any]]) -> list[str]:
        col = self.reader.col
        rows = [fields.split("\x1f") for fields in col.db.list("select flds from notes")]
        fronts = [row[0] for row in rows if "This note is retired" not in "".join(row)]
        wanted = [note["word"] for note in notes]
        costs = []
        if stale := [front for front in fronts if front not in wanted]:
            costs.append(f"{len(stale)} stale note{'s' if len(stale) > 1 else ''} still asked")
        if doubled := len(fronts) - len(set(fronts)):
            costs.append(f"{doubled} asked twice")
        answered = "select n.flds from notes n join cards c on c.nid = n.id where c.reps > 0"
        reviewed = {fields.split("\x1f")[0] for fields in col.db.list(answered)}
        if lost := [word for word in wanted if word not in reviewed and word in fronts]:
            costs.append(f"{len(lost)} without history")
        if lost := [note for note in notes if not self._shows(rows, note)]:
            costs.append(f"{len(lost)} edit{'s' if len(lost) > 1 else ''} not arrived")
        if not col.find_notes("tag:mine"):
            costs.append("the reader's tag gone")
        if "Word 4" in wanted and not any("My own words" in row for row in rows):
            costs.append("the reader's edit gone")
        return costs

    @staticmethod
    def _shows(rows: list[list[str]], note: dict[str, Any]) -> bool:
        texts = [
            note["word"],
            *([] if note["word"] == "Word 4" else [note["meaning"]]),
            note.get("example", ""),
        ]
        return any(all(text in row for text in texts if text) for row in rows)


@pytest.fixture
def table(tmp_path: Path):
    owners = [Owner(way(tmp_path / name), tmp_path / f"anki-{name}") for name, way in
              (("plain", PlainWay), ("deckgen", DeckgenWay))]  # fmt: skip
    rows = ["| the author … | genanki's own way | deckgen |", "|---|---|---|"]
    notes = base_notes()
    for words, change in STEPS:
        notes = change(notes)
        rows.append(f"| {words} | {' | '.join(owner.step(notes) for owner in owners)} |")
    for owner in owners:
        owner.reader.close()
    return "\n".join(rows) + "\n"


def test_the_document_shows_what_anki_reported(table: str, request: pytest.FixtureRequest):
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    if request.config.getoption("--golden"):
        DOCUMENT.write_text(f"{before}{BEGIN}{table}{END}{rest.partition(END)[2]}", encoding="utf-8")
    else:
        assert rest.partition(END)[0] == table


def test_deckgen_costs_the_reader_nothing(table: str):
    cells = [line.split(" | ")[2] for line in table.splitlines()[2:]]
    assert len(cells) == len(STEPS)
    assert not any("**" in cell or "skipped" in cell for cell in cells)
