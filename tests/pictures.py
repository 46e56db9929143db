"""Screenshots of each kind of card, front and back, on a phone and a desk, by day and by night.

``make pictures`` writes them to ``build/pictures``, and those that documents show to ``docs/images``.
``python tests/pictures.py documents`` writes the latter alone.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from anki_reviewer import ANKI_APPS, Screen, browser
from conftest import REPOSITORY
from PIL import Image
from playwright.sync_api import Browser

from deckgen.build.project_renderer import render_project
from deckgen.preview.card_renderer import RenderedCard, render_card

DESKTOP, ANDROID, _ = ANKI_APPS
ALL_PICTURES = REPOSITORY / "build" / "pictures"
IN_DOCUMENTS = REPOSITORY / "docs" / "images"
# Name of the picture, note, card, side: the card of the README's example first.
DOCUMENTED = (
    ("concept", "ch36/idempotency-test", 0, "back"),
    ("trade-off", "ch36/batch-or-streaming", 0, "back"),
    ("answer-aloud", "ch36/drill-failure", 0, "front"),
)
SCHEMES = {"light": False, "dark": True}


@dataclass(frozen=True)
class Shown:
    """A card, its place in its note type, and the style of that."""

    note: str
    kind: str
    card: int
    css: str
    sides: RenderedCard


def cards() -> Iterator[Shown]:
    """Yield every card of the example deck."""
    compiled, _ = render_project(REPOSITORY / "cards")
    for note in compiled.rendered:
        note_type = compiled.sources.note_types[note.kind]
        for card in note.cards:
            sides = render_card(note_type, note.fields, card, tags=note.tags, deck=note.deck)
            yield Shown(note.id, note.kind, 0 if note_type.is_cloze else card, note_type.style, sides)


def picture_all(running: Browser, deck: list[Shown]) -> None:
    """Write the first card of each template, in every way that it can be seen."""
    first = {(shown.kind, shown.card): shown for shown in reversed(deck)}
    for device, app, width, height in (("phone", ANDROID, 360, 640), ("desktop", DESKTOP, 1280, 800)):
        context = running.new_context(viewport={"width": width, "height": height})
        for (kind, card), shown in sorted(first.items()):
            screen = Screen(context.new_page(), shown.css)
            for scheme, night in SCHEMES.items():
                for side in ("front", "back"):
                    screen.show(app, getattr(shown.sides, side), night=night)
                    file = ALL_PICTURES / f"{kind}-{card + 1}-{device}-{scheme}-{side}.png"
                    screen.page.screenshot(path=file, full_page=side == "back")
            screen.page.close()
        context.close()


def picture_documented(running: Browser, deck: list[Shown]) -> None:
    """Write the pictures that documents show, at twice the size, so that they are sharp everywhere."""
    context = running.new_context(viewport={"width": 360, "height": 300}, device_scale_factor=2)
    for name, note, card, side in DOCUMENTED:
        shown = next(each for each in deck if (each.note, each.card) == (note, card))
        for scheme, night in SCHEMES.items():
            screen = Screen(context.new_page(), shown.css)
            screen.show(ANDROID, getattr(shown.sides, side), night=night)
            write_small(screen.page.screenshot(full_page=True), IN_DOCUMENTS / f"{name}-{scheme}.png")
            screen.page.close()
    context.close()


def write_small(picture: bytes, file: Path) -> None:
    """Write a picture with the few colours that a card has."""
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").quantize(64, dither=Image.Dither.NONE).save(file, optimize=True)


def main(wanted: list[str]) -> None:
    """Write the pictures."""
    for folder in (ALL_PICTURES, IN_DOCUMENTS):
        folder.mkdir(parents=True, exist_ok=True)
    deck = list(cards())
    with browser() as running:
        picture_documented(running, deck)
        if "documents" not in wanted:
            picture_all(running, deck)


if __name__ == "__main__":
    main(sys.argv[1:])
