"""Screenshots of each kind of card, front and back, on phones old and new and a desk, by day and by night.

``make pictures`` writes them to ``build/pictures``, and those that documents show to ``docs/images``.
``python tests/pictures.py documents`` writes the latter alone. Those were taken with the font of Android phones,
which Debian has as `fonts-roboto-unhinted`.
"""

from __future__ import annotations

import io
import itertools
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from anki_reviewer import ANKI_APPS, Screen, Setting, browser
from conftest import REPOSITORY
from old_engine import old_screen
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
LARGE_TYPE = DOCUMENTED[0][1]
OLDEST = "5.12"  # Chrome 69
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
    """Write the first card of each template: on a phone, with large type on a small one, on the desktop."""
    devices = (
        ("phone", ANDROID, 360, 640, 1),
        ("zoomed", ANDROID, 360, 580, 2),
        ("desktop", DESKTOP, 1280, 800, 1),
    )
    for device, client, width, height, zoom in devices:
        context = running.new_context(viewport={"width": width, "height": height})
        for shown in first_of_each(deck):
            screen = Screen(context.new_page(), shown.css)
            for scheme, night in SCHEMES.items():
                for side in ("front", "back"):
                    setting = Setting(client, night=night, zoom=zoom)
                    screen.show(setting, getattr(shown.sides, side), answer=side == "back")
                    file = ALL_PICTURES / f"{shown.kind}-{shown.card + 1}-{device}-{scheme}-{side}.png"
                    screen.page.screenshot(path=file, full_page=side == "back" and zoom == 1)
            screen.page.close()
        context.close()


def picture_old(deck: list[Shown]) -> None:
    """Write the same cards as a phone of 2018 shows them, with and without zoom."""
    with tempfile.TemporaryDirectory() as folder, old_screen(OLDEST, Path(folder), {}) as screen:
        for shown, zoom, side in itertools.product(first_of_each(deck), (1, 2), ("front", "back")):
            screen.ask(
                Setting(ANDROID, zoom=zoom),
                shown.css,
                getattr(shown.sides, side),
                "0",
                size=(360, 580),
                answer=side == "back",
                picture=ALL_PICTURES / f"{shown.kind}-{shown.card + 1}-old-{zoom}00-{side}.png",
            )
        shown = next(each for each in deck if each.note == LARGE_TYPE)
        picture = IN_DOCUMENTS / "old.png"
        screen.ask(Setting(ANDROID), shown.css, shown.sides.back, "0", size=(360, 580), picture=picture)


def first_of_each(deck: list[Shown]) -> list[Shown]:
    """Return the first card of each template."""
    first = {(shown.kind, shown.card): shown for shown in reversed(deck)}
    return [shown for _, shown in sorted(first.items())]


def picture_documented(running: Browser, deck: list[Shown]) -> None:
    """Write the pictures that documents show, at twice the size, so that they are sharp everywhere."""
    context = running.new_context(viewport={"width": 360, "height": 300}, device_scale_factor=2)
    for name, note, card, side in DOCUMENTED:
        shown = next(each for each in deck if (each.note, each.card) == (note, card))
        for scheme, night in SCHEMES.items():
            screen = Screen(context.new_page(), shown.css)
            screen.show(Setting(ANDROID, night=night), getattr(shown.sides, side))
            write_small(screen.page.screenshot(full_page=True), IN_DOCUMENTS / f"{name}-{scheme}.png")
            screen.page.close()
    context.close()
    for scheme, night in SCHEMES.items():
        page = running.new_page(viewport={"width": 360, "height": 580}, device_scale_factor=2)
        shown = next(each for each in deck if each.note == LARGE_TYPE)
        Screen(page, shown.css).show(Setting(ANDROID, night=night, zoom=2), shown.sides.back, answer=True)
        write_small(page.screenshot(), IN_DOCUMENTS / f"zoomed-{scheme}.png")
        page.close()


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
            picture_old(deck)


if __name__ == "__main__":
    main(sys.argv[1:])
