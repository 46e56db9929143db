"""What tests need that show cards in a real browser: sizes, limits, clients, and measuring a page."""

from __future__ import annotations

from pathlib import Path

import pytest
from anki_reviewer import ANKI_APPS, Screen, Setting, body_class
from card_decks import Deck

from deckgen.model.sides import OWN_STYLE

WIDTHS = (320, 360, 768, 1280)
HEIGHT = 640
LIMITS = {"size": 16, "contrast": 4.5}
MEASURE = Path(__file__).with_name("card_checks.js").read_text(encoding="utf-8")
DESKTOP, ANKIDROID, ANKIMOBILE = ANKI_APPS

IN_ONE_BROWSER = pytest.mark.xdist_group("browser")
ON_EACH_CLIENT = pytest.mark.parametrize("client", ANKI_APPS, ids=[client.name for client in ANKI_APPS])
SCHEMES = pytest.mark.parametrize("night", [False, True], ids=["light", "dark"])


def show_all(screen: Screen, deck: Deck, setting: Setting) -> None:
    """Show every side of every card on one page, each in an element with the classes of Anki's body."""
    classes = body_class(setting)
    cards = "".join(f'<div class="{classes}" data-card="{name}">{html}</div>' for name, html in deck.sides())
    content = f"<style>{screen.css}</style>{OWN_STYLE}{cards.replace(OWN_STYLE, '')}"  # asked for once
    screen.open(setting, content=content, is_card=False)
    screen.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")


def measure(screen: Screen) -> list[str]:
    """Return what is wrong on the page at each width."""
    faults = []
    for width in WIDTHS:
        screen.page.set_viewport_size({"width": width, "height": HEIGHT})
        faults += [f"{width}: {fault}" for fault in screen.page.evaluate(MEASURE, LIMITS)]
    return faults
