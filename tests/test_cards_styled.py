"""Whose styles win on a card, in a real browser: the client's, the theme's, a reader's; and the way text runs."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from anki_reviewer import OWN_STYLE_FILE, Setting
from card_decks import KINDS, Deck, load_deck, one_of_each, write_hard_project
from card_screens import ANKIDROID, IN_ONE_BROWSER, ON_EACH_CLIENT, SCHEMES

from deckgen.model.note_type import BUILT_IN
from deckgen.preview.anki_apps import AnkiApp
from deckgen.source.theme import low_contrasts, palette

pytest_plugins = ["card_fixtures"]
pytestmark = IN_ONE_BROWSER


def as_rgb(colour: str) -> str:
    return f"rgb({int(colour[1:3], 16)}, {int(colour[3:5], 16)}, {int(colour[5:7], 16)})"


@SCHEMES
@ON_EACH_CLIENT
def test_the_clients_own_styles_leave_the_colours_alone(
    screens: Any, chapter: Deck, client: AnkiApp, night: bool
):
    """Anki and AnkiDroid set a background of their own by night, with more weight than a bare `.card`."""
    screen = screens(chapter)
    screen.show(Setting(client, night=night), next(iter(chapter.cards.values())).back)
    colours = palette()["dark" if night else "light"]
    style = screen.page.evaluate(
        "(({backgroundColor, color}) => [backgroundColor, color])(getComputedStyle(document.body))"
    )
    assert style == [as_rgb(colours["paper"]), as_rgb(colours["ink"])]


@ON_EACH_CLIENT
def test_a_readers_own_stylesheet_wins(screens: Any, chapter: Deck, client: AnkiApp, tmp_path: Path):
    own = tmp_path / OWN_STYLE_FILE
    own.write_text(
        ".card { line-height: 33px } .card.nightMode { color: #010203 } .kind { font-weight: 300 }"
    )
    screen = screens(replace(chapter, media={OWN_STYLE_FILE: own}))
    loaded = "getComputedStyle(document.body).lineHeight === '33px'"
    card = next(iter(one_of_each(chapter).cards.values()))
    for html, is_answer in ((card.front, False), (card.back, True)):
        screen.show(Setting(client, night=True), html, answer=is_answer)
        screen.page.wait_for_function(loaded)
        style = screen.page.evaluate(
            "[getComputedStyle(document.body).lineHeight, getComputedStyle(document.body).color,"
            " getComputedStyle(document.querySelector('.kind')).fontWeight]"
        )
        assert style == ["33px", "rgb(1, 2, 3)", "300"]


def test_a_theme_shows(screens: Any, tmp_path: Path):
    root = write_hard_project(tmp_path / "cards")
    theme = {"font": "Georgia, serif", "size": 24, "light": {"accent": "#0b5c4b"}, "dark": {"ink": "#ffffff"}}
    settings = f"name: Hard\nid: hard\ntheme: {json.dumps(theme)}\n"
    (root / "deckgen.yaml").write_text(settings, encoding="utf-8")
    deck = load_deck(root)
    screen = screens(deck)
    screen.show(Setting(ANKIDROID), next(iter(deck.cards.values())).back)
    style = "(each) => { const s = getComputedStyle(each); return [s.fontFamily, s.fontSize, s.color] }"
    assert screen.page.locator("body").evaluate(style)[:2] == ["Georgia, serif", "24px"]
    assert screen.page.locator("h2").first.evaluate(style)[2] == as_rgb("#0b5c4b")
    screen.show(Setting(ANKIDROID, night=True), next(iter(deck.cards.values())).back)
    assert screen.page.locator("body").evaluate(style)[2] == as_rgb("#ffffff")
    assert screen.page.locator("h2").first.evaluate(style)[2] == as_rgb(palette()["dark"]["concept"])


@pytest.mark.parametrize("kind", list(KINDS))
def test_right_to_left_text_starts_at_the_right(screens: Any, hard: Deck, kind: str):
    """In every field, whatever the language of the label above it."""
    screen = screens(hard)
    card = next(card for name, card in hard.cards.items() if f"{kind.replace('_', '-')}-6 0" in name)
    screen.show(Setting(ANKIDROID), card.back)
    screen.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    texts = screen.page.evaluate(
        """[...document.querySelectorAll('p, li')]
          .filter((each) => /^\\s*[\\u0590-\\u05ff]/.test(each.textContent))
          .map((each) => [each.textContent, getComputedStyle(each).direction])"""
    )
    assert len(texts) >= 3
    assert [text for text, direction in texts if direction != "rtl"] == []
    labels = screen.page.evaluate(
        """[...document.querySelectorAll('.kind ~ .prompt, .kind + .scenario, h2 + div, summary + div')]
          .filter((each) => /^\\s*[\\u0590-\\u05ff]/.test(each.textContent))
          .map((each) => each.parentElement.querySelector('bdi'))
          .map((each) => [each.textContent, innerWidth - each.getBoundingClientRect().right])"""
    )
    assert labels
    assert [label for label, distance in labels if distance > 80] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_of_text_can_be_read_on_both_backgrounds(scheme: str):
    assert list(low_contrasts(palette()[scheme])) == []


def test_cards_ask_for_no_script_and_no_address():
    css = "".join(path.read_text(encoding="utf-8") for path in sorted(BUILT_IN.rglob("*.css")))
    assert not re.search(r"@import|@font-face|url\(|https?:", css)
    templates = "".join(path.read_text(encoding="utf-8") for path in sorted(BUILT_IN.rglob("*.html")))
    assert not re.search(r"<script|<link|<img|\son\w+=|https?:", templates)
