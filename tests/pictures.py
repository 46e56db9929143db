"""Screenshots of each kind of card, front and back, on a phone and a desk, by day and by night.

``make pictures`` writes them all to ``build/pictures``, and those that documents show to ``docs/images``.
"""

from __future__ import annotations

import sys

from anki_reviewer import CLIENTS, Screen, browser
from conftest import REPOSITORY

from deckgen.pipeline import Compiled, compile_project
from deckgen.render.cards import RenderedCard, render_card

SIZES = {"phone": (360, 640), "desktop": (1280, 800)}


def first_of_each_card(compiled: Compiled) -> dict[str, tuple[str, RenderedCard]]:
    """Return, by a name, the style and the first card of each card template."""
    found: dict[str, tuple[str, RenderedCard]] = {}
    for note in compiled.rendered:
        note_type = compiled.sources.note_types[note.kind]
        for card in note.cards:
            name = f"{note.kind}-{1 if note_type.is_cloze else card + 1}"
            if name not in found:
                rendered = render_card(note_type, note.fields, card, tags=note.tags, deck=note.deck)
                found[name] = (note_type.style, rendered)
    return found


def main() -> None:
    folder = REPOSITORY / "build" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:]
    compiled, _ = compile_project(REPOSITORY / "cards")
    desktop, android = CLIENTS[0], CLIENTS[1]
    with browser() as running:
        for device, (width, height) in SIZES.items():
            context = running.new_context(viewport={"width": width, "height": height}, device_scale_factor=1)
            for name, (css, card) in first_of_each_card(compiled).items():
                if wanted and name not in wanted:
                    continue
                screen = Screen(context.new_page(), css)
                for night in (False, True):
                    for side in ("front", "back"):
                        client = android if device == "phone" else desktop
                        screen.show(client, getattr(card, side), night=night)
                        file = folder / f"{name}-{device}-{'dark' if night else 'light'}-{side}.png"
                        screen.page.screenshot(path=file, full_page=side == "back")
                screen.page.close()


if __name__ == "__main__":
    main()
