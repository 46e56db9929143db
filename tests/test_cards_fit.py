"""Cards in a real browser, as each of Anki's clients shows them: nothing overflows, all can be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from anki_reviewer import Screen, Setting, launch
from axe_playwright_python.sync_playwright import Axe
from card_decks import PLAIN_TRADE_OFF, Deck, load_deck, one_of_each, png, write_hard_project
from card_screens import (
    ANKIDROID,
    ANKIMOBILE,
    DESKTOP,
    HEIGHT,
    IN_ONE_BROWSER,
    LIMITS,
    MEASURE,
    ON_EACH_CLIENT,
    SCHEMES,
    measure,
    show_all,
)
from playwright.sync_api import Browser

from deckgen.preview.anki_apps import AnkiApp

pytest_plugins = ["card_fixtures"]
pytestmark = IN_ONE_BROWSER

# What a page owes as a whole (title, landmarks, one h1) is the client's; a card is a part of it.
RULES_OF_A_WHOLE_PAGE = ("region", "page-has-heading-one", "landmark-one-main")
LOOKS = pytest.mark.parametrize(
    "setting",
    [Setting(DESKTOP), Setting(ANKIDROID, night=True), Setting(ANKIMOBILE, night=True)],
    ids=lambda setting: setting.client.name,
)
TALL = """\
concepts:
  - id: tall
    covers: [basics/first]
    prompt: How?
    answer: So ![A tall chart](tall.png) it is
"""
FORMULAS = r"""<div class="concept"><div class="answer">If \(a_1^2 + b\), then \(\frac{x}{y}\) and \(n\).</div></div>"""


def axe_faults(screen: Screen, *, without: tuple[str, ...] = ()) -> list[str]:
    rules = {rule: {"enabled": False} for rule in (*RULES_OF_A_WHOLE_PAGE, *without)}
    violations = (
        Axe().run(screen.page, options={"rules": rules, "resultTypes": ["violations"]}).response["violations"]
    )
    return [f"{each['id']}: {node['html'][:120]}" for each in violations for node in each["nodes"][:3]]


@LOOKS
@pytest.mark.parametrize("name", ["chapter", "second", "hard"])
def test_every_card_fits_and_can_be_read(
    screens: Any, request: pytest.FixtureRequest, name: str, setting: Setting
):
    """Those of chapter 36, and the hardest contents; tests/test_engines.py has more ways to look at them."""
    deck = request.getfixturevalue(name)
    screen = screens(deck)
    show_all(screen, deck, setting)
    assert measure(screen) == []


@SCHEMES
def test_axe_finds_nothing_in_a_card_of_each_template(screens: Any, chapter: Deck, night: bool):
    deck = one_of_each(chapter)
    screen = screens(deck)
    show_all(screen, deck, Setting(ANKIDROID, night=night))
    assert axe_faults(screen) == []


@pytest.mark.parametrize("name", ["chapter", "second", "hard"])
def test_axe_finds_nothing_in_any_card(screens: Any, request: pytest.FixtureRequest, name: str):
    """All rules but the slow one on contrast, which is measured above for every text of every card."""
    deck = request.getfixturevalue(name)
    screen = screens(deck)
    show_all(screen, deck, Setting(ANKIDROID))
    assert axe_faults(screen, without=("color-contrast",)) == []


def test_in_ankis_own_page_real_formulas_fit(screens: Any, hard: Deck):
    """Anki's script shows each card, and its MathJax sets the formulas."""
    screen = screens(hard)
    for name, card in hard.cards.items():
        if "-5 " in name:
            screen.show(Setting(DESKTOP), card.back, answer=True)
            assert [f"{name} {fault}" for fault in measure(screen)] == []
            assert screen.page.locator("mjx-container").count() >= 2
            assert "\\(" not in screen.page.locator("#qa").inner_text()


def test_an_inline_formula_has_no_scroll_bar(screens: Any, chapter: Deck):
    screen = screens(chapter)
    screen.show(Setting(DESKTOP), FORMULAS)
    formulas = screen.page.locator("mjx-container")
    assert formulas.count() == 3
    screen.page.wait_for_function(  # the fonts of MathJax come after the formulas
        "() => [...document.querySelectorAll('mjx-container')]"
        ".every((e) => e.scrollWidth <= e.clientWidth && e.scrollHeight <= e.clientHeight)"
    )


def test_type_grows_with_the_readers_font_setting_and_never_falls_under_16_px(screens: Any, chapter: Deck):
    deck = one_of_each(chapter)
    screen = screens(deck)
    show_all(screen, deck, Setting(ANKIDROID))
    sizes = {}
    for root in (10, 16, 24):
        screen.page.evaluate(f"document.documentElement.style.fontSize = '{root}px'")
        sizes[root] = screen.page.evaluate(
            "parseFloat(getComputedStyle(document.querySelector('.prompt')).fontSize)"
        )
        assert measure(screen) == []
    assert sizes[24] == pytest.approx(1.5 * sizes[16], rel=0.01)
    assert 16 <= sizes[10] < sizes[16]


@pytest.mark.parametrize("zoom", [1, 2], ids=["100 %", "200 %"])
@ON_EACH_CLIENT
def test_a_picture_leaves_room_for_the_words_beside_it(
    screens: Any, tmp_path: Path, client: AnkiApp, zoom: int
):
    """The zoom is that of cards on a phone, which enlarges the screen's own units as well."""
    root = write_hard_project(tmp_path / "cards")
    (root / "ch01" / "tall.yaml").write_text(TALL, encoding="utf-8")
    (root / "media" / "tall.png").write_bytes(png(400, 4000))
    deck = load_deck(root)
    screen = screens(deck)
    back = next(card.back for name, card in deck.cards.items() if "tall" in name)
    screen.show(Setting(client, zoom=zoom if client.is_phone else 1), back)
    screen.page.wait_for_function("document.querySelector('img').complete")
    picture = screen.page.locator("img").bounding_box()
    height = screen.page.evaluate("innerHeight")
    assert picture["height"] <= height * (0.5 if zoom == 1 else 0.8)
    words = screen.page.evaluate(
        """((answer) => [answer.firstChild, answer.lastChild].map((words) => {
          const range = document.createRange();
          range.selectNodeContents(words);
          return range.getBoundingClientRect().bottom;
        }))(document.querySelector('.answer'))"""
    )
    assert max(words) < picture["y"] + 40 * zoom


def test_inline_code_keeps_its_ends_where_it_breaks(screens: Any, tmp_path: Path):
    root = write_hard_project(tmp_path / "cards")
    (root / "ch01" / "plain.yaml").write_text(PLAIN_TRADE_OFF, encoding="utf-8")
    deck = load_deck(root)
    back = next(card.back for card in deck.cards.values() if "How <code>" in card.back)
    screen = screens(deck)
    screen.show(Setting(ANKIDROID), back)
    code = "(each) => getComputedStyle(each).webkitBoxDecorationBreak"
    assert screen.page.locator("code").first.evaluate(code) == "clone"


def test_a_wide_window_shows_a_line_of_code_in_one_and_a_phone_wraps_it(screens: Any, chapter: Deck):
    code = f"<pre><code>{'word ' * 20}</code></pre>"
    screen = screens(chapter)
    screen.show(Setting(DESKTOP), f'<div class="concept"><div class="answer">{code}</div></div>')
    heights = {}
    for width in (360, 1280):
        screen.page.set_viewport_size({"width": width, "height": HEIGHT})
        heights[width] = screen.page.locator("pre").bounding_box()["height"]
        assert screen.page.evaluate(MEASURE, LIMITS) == []
    assert heights[1280] < 80 < heights[360]


def test_the_column_stays_in_place_when_a_scroll_bar_appears(chromium: Browser, chapter: Deck):
    with launch(chromium.browser_type, ignore_default_args=["--hide-scrollbars"]) as running:
        screen = Screen(running.new_page(), chapter.css)
        left = []
        for height in ("1px", "3000px"):
            rest = f'<div style="height: {height}"></div>'
            screen.show(Setting(DESKTOP), f'<div class="concept"><p class="kind">Concept</p>{rest}</div>')
            left.append(screen.page.locator(".kind").bounding_box()["x"])
    assert left[0] == left[1]
