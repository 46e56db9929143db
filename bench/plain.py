"""The plain way to make the same deck: what an author writes with genanki's README open.

    python bench/plain.py PROJECT PACKAGE.apkg [--c-loader]

As good as it would reasonably be: constant ids, a GUID from each note's own id so that updates find their
notes, a deck for each chapter, tags. What it leaves out: checks of any kind, a lock, changes told to the
reader, highlighted code, times by which Anki sees what changed. ``--c-loader`` reads with libyaml, which
PyYAML leaves to those who ask for it.
"""

from __future__ import annotations

import sys
import zlib
from pathlib import Path

import comrak
import genanki
import yaml

CSS = ".card { font-family: sans-serif; font-size: 20px; text-align: left; }"
FIELDS = {
    "concepts": ["prompt", "answer", "why", "example", "source"],
    "red_flags": ["says", "signals", "instead", "principle", "source"],
    "trade_offs": [
        "option_a",
        "option_b",
        "choose_a",
        "choose_b",
        "decides",
        "scenario",
        "example",
        "source",
    ],
    "questions": ["ask", "tests", "structure", "rubric", "strong", "source"],
    "clozes": ["text", "extra", "source"],
}
CARDS = {
    "concepts": {"Recall": ("{{prompt}}", "{{answer}}<br>{{why}}<br>{{example}}<br>{{source}}")},
    "red_flags": {"Better": ("{{says}}", "{{signals}}<br>{{instead}}<br>{{principle}}<br>{{source}}")},
    "trade_offs": {
        "When A": ("When {{option_a}}, not {{option_b}}? {{scenario}}", "{{choose_a}}<br>{{source}}"),
        "When B": ("When {{option_b}}, not {{option_a}}? {{scenario}}", "{{choose_b}}<br>{{source}}"),
        "Decides": ("{{option_a}} or {{option_b}}: what decides? {{scenario}}", "{{decides}}<br>{{source}}"),
    },
    "questions": {"Aloud": ("{{ask}}", "{{tests}}{{structure}}{{rubric}}{{strong}}<br>{{source}}")},
    "clozes": {"Cloze": ("{{cloze:text}}", "{{cloze:text}}<br>{{extra}}<br>{{source}}")},
}


def number_of(name: str) -> int:
    """Return an id that stays the same from run to run."""
    return 1_500_000_000_000 + zlib.crc32(name.encode())


MODELS = {
    kind: genanki.Model(
        number_of(f"model {kind}"),
        kind,
        fields=[{"name": name} for name in FIELDS[kind]],
        templates=[
            {"name": name, "qfmt": front, "afmt": f"{front}<hr id=answer>{back}"}
            for name, (front, back) in CARDS[kind].items()
        ],
        css=CSS,
        model_type=genanki.Model.CLOZE if kind == "clozes" else genanki.Model.FRONT_BACK,
    )
    for kind in FIELDS
}
EXTENSIONS = comrak.ExtensionOptions(table=True, strikethrough=True, autolink=True)


def to_html(value: object) -> str:
    """Return a field's HTML; a list is one Markdown list."""
    if isinstance(value, list):
        value = "\n".join(f"- {item}" for item in value)
    return comrak.markdown_to_html(str(value), extension_options=EXTENSIONS)


def main(project: Path, package: Path, loader: type) -> None:
    """Read every chapter, and write one package."""
    decks = []
    for outline in sorted(project.glob("*/outline.yaml")):
        chapter = yaml.load(outline.read_text(encoding="utf-8"), loader)  # noqa: S506 - both are safe loaders
        name = f"Bench::{chapter['number']} {chapter['title']}"
        deck = genanki.Deck(number_of(name), name)
        decks.append(deck)
        for file in sorted(outline.parent.glob("notes-*.yaml")):
            for kind, entries in yaml.load(file.read_text(encoding="utf-8"), loader).items():  # noqa: S506
                for entry in entries:
                    note = genanki.Note(
                        model=MODELS[kind],
                        fields=[to_html(entry.get(field, "")) for field in FIELDS[kind]],
                        tags=entry.get("tags", []),
                        guid=genanki.guid_for(chapter["id"], entry["id"]),
                    )
                    deck.add_note(note)
    genanki.Package(decks).write_to_file(package)


if __name__ == "__main__":
    # `yaml.safe_load(text)` is `yaml.load(text, yaml.SafeLoader)`.
    main(
        Path(sys.argv[1]),
        Path(sys.argv[2]),
        yaml.CSafeLoader if "--c-loader" in sys.argv else yaml.SafeLoader,
    )
