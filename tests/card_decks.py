"""Decks to look at: the example's, and one whose notes hold, in each field, what breaks cards."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from conftest import OUTLINE

from deckgen.build.project_renderer import render_project
from deckgen.preview.card_renderer import RenderedCard, render_card

HARD_PIECES = {
    "word": "x" * 1000,
    "code": "```python\n" + "\n".join(f"{'    ' * n}total_{n} = {' + '.join(f'value_{i}' for i in range(30))}" for n in range(4)) + "\n```",
    "every token": "```python\n@cached\nclass Load(Base):\n    '''Doc.'''\n    def run(self, n=0x1F):  # note\n        return None if n is not True else f\"{n!r}\" + str(1.5e3)\n```\n\n```sql\nSELECT count(*), 'x' FROM t WHERE a >= 2 -- note\n```\n\n```bash\nexport A=1; echo \"$A\" | grep -v x\n```\n\n```json\n{\"a\": [1, true, null]}\n```\n\n```diff\n-old\n+new\n```",
    "table": "| " + " | ".join(f"column_{n}" for n in range(14)) + " |\n|" + "---|" * 14 + "\n|" + "|".join(f" {'wide' * 3} `code_{n}` " for n in range(14)) + "|",
    "picture": "![A wide chart](wide.png)",
    "formulas": r"So $a_1 + " + " + ".join(f"a_{{{n}}}^2" for n in range(2, 60)) + r"$ and" + "\n\n$$\\sum_{i=1}^{n} " + " + ".join(f"x_{{{n}}}" for n in range(60)) + r" = \frac{1}{2}$$",
    "right to left": "מה מבטיח שכתיבה חוזרת לא תשכפל שורות?\n\n- מפתח עסקי ו־`MERGE`\n- דריסת מחיצה",  # noqa: RUF001
    "address": "https://example.com/" + "path/" * 60,
    "lists": "- a\n  - b\n    - c\n      - d\n        1. e\n           1. f\n\n> A quotation with `code`, **bold**, *italics*, ~~struck~~, <kbd>Ctrl</kbd>, <mark>marked</mark>, H<sub>2</sub>O.",
}  # fmt: skip
KINDS = {
    "concepts": ("prompt", "answer", "why", "example", "reverse"),
    "red_flags": ("says", "signals", "instead", "principle"),
    "trade_offs": ("choose_a", "choose_b", "decides", "scenario", "example"),
    "questions": ("ask", "tests", "strong"),
    "clozes": ("text", "extra"),
}
OTHER_FIELDS = {
    "trade_offs": {"option_a": "x" * 200, "option_b": "כתיבה חוזרת"},
    "red_flags": {"rubric": ["כתיבה", "x" * 300, "Good: all 2."]},
    "questions": {name: ["כתיבה", "x" * 300, "Short"] for name in ("structure", "rubric", "pitfalls", "follow_ups")},
}  # fmt: skip
PLAIN_TRADE_OFF = """\
trade_offs:
  - id: plain
    covers: [basics/first]
    option_a: recognition
    option_b: recall
    choose_a: To see it.
    choose_b: To say it.
    decides: How `it` is asked.
"""


@dataclass(frozen=True)
class Deck:
    """The cards of a project, each with a name that says where it is from, and their styles in one."""

    cards: dict[str, RenderedCard]
    styles: dict[str, str]
    media: dict[str, Path]

    @property
    def css(self) -> str:
        return "".join(self.styles.values())

    def sides(self) -> Iterator[tuple[str, str]]:
        for name, card in self.cards.items():
            yield f"{name} front", card.front
            yield f"{name} back", card.back


def load_deck(root: Path) -> Deck:
    compiled, findings = render_project(root)
    assert not [
        f"{f.span} {f.message}"
        for f in findings
        if f.code.name not in ("point-uncovered", "cloze-outside", "picture-large")
    ]
    types = compiled.sources.note_types
    cards = {
        f"{note.kind}/{note.id} {card}": render_card(types[note.kind], note.fields, card)
        for note in compiled.rendered
        for card in note.cards
    }
    media = {file.package_name: file.location for note in compiled.rendered for file in note.media}
    return Deck(cards, {kind: note_type.style for kind, note_type in types.items()}, media)


def write_hard_project(root: Path) -> Path:
    """Write a project whose notes hold, in each field, what breaks cards."""
    notes: dict[str, list[dict[str, Any]]] = {}
    for kind, fields in KINDS.items():
        for number, piece in enumerate(HARD_PIECES.values()):
            note = {
                "id": f"{kind.replace('_', '-')}-{number}",
                "covers": ["basics/first"],
                "source": f"{piece[:40]} {'y' * 300}",
            }
            note |= dict.fromkeys(fields, piece) | OTHER_FIELDS.get(kind, {})
            if kind == "clozes":
                # A deletion around words, not around blocks of code or a table.
                note["text"] = f"{piece}\n\n{{{{c1::{'z' * 80}::a long hint {'h' * 80}}}}}"
            notes.setdefault(kind, []).append(note)
    files = {
        "deckgen.yaml": "name: Hard\nid: hard\n",
        "ch01/outline.yaml": OUTLINE,
        "ch01/notes.yaml": json.dumps(notes),
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    (root / "media").mkdir()
    (root / "media" / "wide.png").write_bytes(png(4000, 900))
    return root


def png(width: int, height: int) -> bytes:
    """Return a grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * width) * height, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def one_of_each(deck: Deck) -> Deck:
    """Return the deck with the longest card of each card template alone."""
    longest: dict[str, str] = {}
    for name, card in deck.cards.items():
        kind = name.partition("/")[0] + ("" if name.startswith("clozes") else name[-1])
        if kind not in longest or len(card.back) > len(deck.cards[longest[kind]].back):
            longest[kind] = name
    return replace(deck, cards={name: deck.cards[name] for name in longest.values()})
