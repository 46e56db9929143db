"""The notes of a benchmark project in the input formats of other tools: every note, with all of its text.

Each as the tool's README shows it. anki-yaml-tool and brain-brew take HTML, so the text is escaped for it and
its Markdown stays as it is; ankcompiler takes Markdown, one block a note, in the two kinds that it has.
"""

from __future__ import annotations

import csv
import hashlib
import html
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import yaml
from plain import CARDS, CSS, FIELDS

DECK = "Bench"
# What is asked, where a tool has but two sides; all other fields are the answer.
FRONTS = {
    "concepts": ["prompt"],
    "red_flags": ["says"],
    "trade_offs": ["option_a", "option_b", "scenario"],
    "questions": ["ask"],
    "clozes": ["text"],
}


@dataclass(frozen=True, slots=True)
class Note:
    """One note of the project; ``fields`` holds Markdown, in the order of plain.FIELDS, none of it empty."""

    kind: str
    chapter: str
    deck: str
    name: str
    fields: dict[str, str]
    tags: list[str]

    @property
    def guid(self) -> str:
        """Ten letters and digits, as ankcompiler wants them, that stay the same from run to run."""
        return hashlib.sha256(f"{self.chapter}/{self.name}".encode()).hexdigest()[:10]

    @property
    def html(self) -> dict[str, str]:
        """The same fields for a tool that takes HTML."""
        return {name: html.escape(text, quote=False) for name, text in self.fields.items()}


def read_notes(project: Path) -> list[Note]:
    """Return every note of a project that bench/project.py wrote, in the order of its files."""
    notes = []
    for outline in sorted(project.glob("*/outline.yaml")):
        chapter = yaml.load(outline.read_bytes(), yaml.CSafeLoader)
        deck = f"{DECK}::{chapter['number']} {chapter['title']}"
        for file in sorted(outline.parent.glob("notes-*.yaml")):
            for kind, entries in yaml.load(file.read_bytes(), yaml.CSafeLoader).items():
                for entry in entries:
                    fields = {name: _text(entry[name]) for name in FIELDS[kind] if name in entry}
                    notes.append(Note(kind, chapter["id"], deck, entry["id"], fields, entry["tags"]))
    return notes


def _text(value: object) -> str:
    """Return a field as Markdown; a list is one Markdown list, as in bench/plain.py."""
    if isinstance(value, list):
        value = "\n".join(f"- {item}" for item in value)
    return str(value).strip()


def to_anki_yaml_tool(notes: Iterable[Note], folder: Path) -> None:
    """Write a deck file for each kind of note in each chapter: such a file holds one note type.

    The tool's note types are never cloze ones, so a cloze note becomes a plain one.
    """
    for (chapter, kind), group in _grouped(notes, lambda note: (note.chapter, note.kind)):
        config = {
            "name": f"Bench {kind}",
            "deck-name": DECK,
            "css": CSS,
            "fields": FIELDS[kind],
            "templates": [
                {"name": name, "qfmt": _plain(front), "afmt": f"{_plain(front)}<hr id=answer>{_plain(back)}"}
                for name, (front, back) in CARDS[kind].items()
            ],
        }
        data = [
            {"id": f"{chapter}-{note.name}", "model": config["name"], "tags": note.tags, **note.html}
            for note in group
        ]
        _dump({"config": config, "data": data}, folder / chapter / f"{kind}.yaml")


def _plain(template: str) -> str:
    return template.replace("{{cloze:", "{{")


def to_ankcompiler(notes: Iterable[Note], folder: Path) -> None:
    """Write a Markdown file for each chapter, with one block a note.

    It has no note types of one's own: a trade-off, three cards elsewhere, is one card here.
    """
    for (chapter, deck), group in _grouped(notes, lambda note: (note.chapter, note.deck)):
        blocks = "".join(map(_block, group))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{chapter}.md").write_text(f"---\ndeck: {deck}\n---\n{blocks}", encoding="utf-8")


def _block(note: Note) -> str:
    front = [note.fields[name] for name in FRONTS[note.kind]]
    back = [text for name, text in note.fields.items() if name not in FRONTS[note.kind]]
    sides = [*front, *back] if note.kind == "clozes" else [*front, ":::", *back]
    tags = "".join(f"[^tag]: {tag}\n" for tag in note.tags)
    return "\n---\n\n" + "\n\n".join(sides) + f"\n\n---\n[^uid]: {note.guid}\n{tags}"


def to_brain_brew(notes: Iterable[Note], folder: Path) -> None:
    """Write a recipe, and a CSV file and a note model for each kind, as `brainbrew init` lays them out."""
    kinds = []
    for (kind,), group in _grouped(notes, lambda note: (note.kind,)):
        kinds.append(kind)
        _write_model(kind, folder)
        columns = ["guid", *FIELDS[kind], "tags"]
        path = folder / "src" / "data" / f"{kind}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows({"guid": note.guid, "tags": ", ".join(note.tags), **note.html} for note in group)
    _dump({"name": DECK, "crowdanki_uuid": "bench-deck"}, folder / "src" / "headers" / "header1.yaml")
    _dump(_recipe(kinds), folder / "recipes" / "source_to_anki.yaml")


def _write_model(kind: str, folder: Path) -> None:
    """Write a note model; its templates and style lie in files of their own."""
    models = folder / "src" / "note_models"
    models.mkdir(parents=True, exist_ok=True)
    (models / "style.css").write_text(CSS, encoding="utf-8")
    templates = []
    for number, (name, (front, back)) in enumerate(CARDS[kind].items()):
        page = models / f"{kind}-{number}.html"
        page.write_text(f"{front}\n\n--\n\n{front}<hr id=answer>{back}\n", encoding="utf-8")
        templates.append({"name": name, "html_file": str(page.relative_to(folder))})
    model = {
        "name": kind,
        "id": f"bench-{kind}",
        "css_file": "src/note_models/style.css",
        "is_cloze": kind == "clozes",
        "fields": [{"name": name} for name in FIELDS[kind]],
        "templates": templates,
    }
    _dump(model, models / f"{kind}.yaml")


def _recipe(kinds: list[str]) -> list[object]:
    parts: list[object] = [
        {"note_model_from_yaml_part": {"part_id": kind, "file": f"src/note_models/{kind}.yaml"}}
        for kind in kinds
    ]
    parts.append({"headers_from_yaml_part": {"part_id": "headers", "file": "src/headers/header1.yaml"}})
    parts.append(
        {
            "notes_from_csvs": {
                "part_id": "notes",
                "note_model_mappings": [{"note_models": kinds}],
                "file_mappings": [{"file": f"src/data/{kind}.csv", "note_model": kind} for kind in kinds],
            }
        }
    )
    build = {
        "folder": "build/bench",
        "headers": "headers",
        "notes": {"part_id": "notes"},
        "note_models": {"parts": [{"part_id": kind} for kind in kinds]},
    }
    return [{"build_parts": parts}, {"generate_crowd_anki": build}]


def _grouped(
    notes: Iterable[Note], key: Callable[[Note], tuple[str, ...]]
) -> Iterator[tuple[tuple[str, ...], Iterator[Note]]]:
    """Group notes by some names; within a group they keep their order."""
    return groupby(sorted(notes, key=key), key)


def _dump(content: object, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(content, Dumper=yaml.CSafeDumper, sort_keys=False, default_flow_style=None, width=100)
    path.write_text(text, encoding="utf-8")
