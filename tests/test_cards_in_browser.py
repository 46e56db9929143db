"""Cards in a real browser, as each of Anki's clients shows them: nothing overflows, all can be read.

Where no browser is found these tests are skipped, and say so; in CI (``CI=true``) they fail instead.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from anki_reviewer import (
    ANKI_APPS,
    OWN_STYLE_FILE,
    NoBrowserError,
    Screen,
    Setting,
    anki_web,
    body_class,
    browser,
    launch,
)
from axe_playwright_python.sync_playwright import Axe
from card_decks import KINDS, PLAIN_TRADE_OFF, Deck, load_deck, one_of_each, png, write_hard_project
from conftest import REPOSITORY, SECOND_DECK
from playwright.sync_api import Browser, BrowserContext

from deckgen.model.note_type import BUILT_IN
from deckgen.model.sides import OWN_STYLE
from deckgen.preview.anki_apps import AnkiApp
from deckgen.source.theme import low_contrasts, palette

pytestmark = pytest.mark.xdist_group("browser")  # one browser for all of them

WIDTHS = (320, 360, 768, 1280)
HEIGHT = 640
LIMITS = {"size": 16, "contrast": 4.5}
MEASURE = Path(__file__).with_name("card_checks.js").read_text(encoding="utf-8")
# What a page owes as a whole (title, landmarks, one h1) is the client's; a card is a part of it.
RULES_OF_A_WHOLE_PAGE = ("region", "page-has-heading-one", "landmark-one-main")
DESKTOP, ANKIDROID, ANKIMOBILE = ANKI_APPS


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    try:
        anki_web()
        with browser() as running:
            yield running
    except NoBrowserError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must show cards in a browser. {error}")
        pytest.skip(f"No card was shown in a browser. {error}")


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    opened = chromium.new_context(viewport={"width": 360, "height": HEIGHT}, offline=False)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def chapter() -> Deck:
    return load_deck(REPOSITORY / "cards")


@pytest.fixture(scope="module")
def second() -> Deck:
    return load_deck(SECOND_DECK)


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Deck:
    return load_deck(write_hard_project(tmp_path_factory.mktemp("hard") / "cards"))


@pytest.fixture
def screens(context: BrowserContext) -> Iterator[Any]:
    """Make screens for a deck; at the end each must have asked for nothing, and reported no error."""
    made: list[Screen] = []

    def make(deck: Deck) -> Screen:
        made.append(Screen(context.new_page(), deck.css, deck.media))
        return made[-1]

    yield make
    for screen in made:
        screen.page.close()
        assert screen.requests == []
        assert screen.errors == []


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


def axe_faults(screen: Screen, *, without: tuple[str, ...] = ()) -> list[str]:
    rules = {rule: {"enabled": False} for rule in (*RULES_OF_A_WHOLE_PAGE, *without)}
    violations = (
        Axe().run(screen.page, options={"rules": rules, "resultTypes": ["violations"]}).response["violations"]
    )
    return [f"{each['id']}: {node['html'][:120]}" for each in violations for node in each["nodes"][:3]]


LOOKS = pytest.mark.parametrize(
    "setting",
    [Setting(DESKTOP), Setting(ANKIDROID, night=True), Setting(ANKIMOBILE, night=True)],
    ids=lambda setting: setting.client.name,
)
SCHEMES = pytest.mark.parametrize("night", [False, True], ids=["light", "dark"])
ON_EACH_CLIENT = pytest.mark.parametrize("client", ANKI_APPS, ids=[client.name for client in ANKI_APPS])


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


def as_rgb(colour: str) -> str:
    return f"rgb({int(colour[1:3], 16)}, {int(colour[3:5], 16)}, {int(colour[5:7], 16)})"


@ON_EACH_CLIENT
def test_the_end_of_the_question_stays_in_sight_when_the_card_is_turned(
    screens: Any, chapter: Deck, client: AnkiApp
):
    """Clients scroll to #answer; on a phone the end of the question and the start of the answer both show."""
    screen = screens(chapter)
    screen.page.set_viewport_size({"width": 360, "height": HEIGHT})
    for kind, card in one_of_each(chapter).cards.items():
        screen.show(Setting(client), card.back, answer=True)
        prompt, answer = screen.page.evaluate(
            "['.prompt', '#answer'].map((each) => document.querySelector(each).getBoundingClientRect())"
        )
        # At the end of the page nothing is left to scroll: all of the answer is in sight.
        is_at_end = screen.page.evaluate("scrollY + innerHeight >= document.documentElement.scrollHeight - 1")
        assert prompt["bottom"] > 0, kind
        assert is_at_end or answer["top"] < HEIGHT / 2, kind


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


def test_the_timer_starts_by_itself_and_says_when_the_time_is_up(screens: Any, chapter: Deck):
    front = next(card.front for name, card in chapter.cards.items() if name.startswith("questions/"))
    front = re.sub(r"--seconds: \d+", "--seconds: 4", front)
    screen = screens(chapter)
    screen.show(Setting(ANKIDROID), front)
    over = screen.page.locator(".over")
    left = "parseInt(getComputedStyle(document.querySelector('.count')).getPropertyValue('--left'))"
    assert not over.is_visible()
    assert 1 <= screen.page.evaluate(left) <= 4  # it has begun; a busy machine looks late
    assert (
        screen.page.locator(".count")
        .evaluate("e => getComputedStyle(e, '::after').content")
        .startswith('" · "')
    )
    over.wait_for(state="visible", timeout=15000)
    assert screen.page.evaluate(left) == 0


def test_the_back_of_a_drill_shows_no_timer(screens: Any, chapter: Deck):
    card = next(card for name, card in chapter.cards.items() if name.startswith("questions/"))
    screen = screens(chapter)
    screen.show(Setting(ANKIDROID), card.back)
    assert not screen.page.locator(".timer").is_visible()
    assert screen.page.locator(".prompt").is_visible()


def test_inline_code_keeps_its_ends_where_it_breaks(screens: Any, tmp_path: Path):
    root = write_hard_project(tmp_path / "cards")
    (root / "ch01" / "plain.yaml").write_text(PLAIN_TRADE_OFF, encoding="utf-8")
    deck = load_deck(root)
    back = next(card.back for card in deck.cards.values() if "How <code>" in card.back)
    screen = screens(deck)
    screen.show(Setting(ANKIDROID), back)
    code = "(each) => getComputedStyle(each).webkitBoxDecorationBreak"
    assert screen.page.locator("code").first.evaluate(code) == "clone"


def test_nothing_moves_for_a_reader_who_wants_no_motion(screens: Any, chapter: Deck):
    front = next(card.front for name, card in chapter.cards.items() if name.startswith("questions/"))
    screen = screens(chapter)
    screen.page.emulate_media(reduced_motion="reduce")
    screen.show(Setting(ANKIDROID), re.sub(r"--seconds: \d+", "--seconds: 1", front))
    assert not screen.page.locator(".bar").is_visible()
    screen.page.locator(".over").wait_for(state="visible", timeout=4000)


def test_what_is_folded_can_be_tapped_and_opened(screens: Any, chapter: Deck):
    card = next(card for name, card in chapter.cards.items() if name.startswith("questions/"))
    screen = screens(chapter)
    screen.show(Setting(ANKIDROID), card.back)
    for summary in screen.page.locator("summary").all():
        box = summary.bounding_box()
        assert box
        assert box["height"] >= 44
        assert "tappable" in (summary.get_attribute("class") or "")
        content = summary.locator("xpath=following-sibling::*").first
        assert not content.is_visible()
        summary.click()
        assert content.is_visible()
    line = screen.page.locator(".checks li").first
    assert line.is_visible()
    drawn = "(each) => getComputedStyle(each, '::before').content"
    assert line.evaluate(drawn) == "none"  # no box, which would ask for a tap


TALL = """\
concepts:
  - id: tall
    covers: [basics/first]
    prompt: How?
    answer: Before ![A tall chart](tall.png) after
"""
FORMULAS = r"""<div class="concept"><div class="answer">If \(a_1^2 + b\), then \(\frac{x}{y}\) and \(n\).</div></div>"""


@ON_EACH_CLIENT
def test_a_picture_leaves_room_for_the_words_beside_it(screens: Any, tmp_path: Path, client: AnkiApp):
    root = write_hard_project(tmp_path / "cards")
    (root / "ch01" / "tall.yaml").write_text(TALL, encoding="utf-8")
    (root / "media" / "tall.png").write_bytes(png(400, 4000))
    deck = load_deck(root)
    screen = screens(deck)
    screen.show(Setting(client), next(card.back for name, card in deck.cards.items() if "tall" in name))
    screen.page.wait_for_function("document.querySelector('img').complete")
    picture = screen.page.locator("img").bounding_box()
    height = screen.page.evaluate("innerHeight")
    assert picture["height"] <= height / 2
    words = screen.page.evaluate(
        """((answer) => [answer.firstChild, answer.lastChild].map((words) => {
          const range = document.createRange();
          range.selectNodeContents(words);
          return range.getBoundingClientRect().bottom;
        }))(document.querySelector('.answer'))"""
    )
    assert max(words) < picture["y"] + 40


def test_an_inline_formula_has_no_scroll_bar(screens: Any, chapter: Deck):
    screen = screens(chapter)
    screen.show(Setting(DESKTOP), FORMULAS)
    formulas = screen.page.locator("mjx-container")
    assert formulas.count() == 3
    scroll = "(all) => all.map((e) => [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight])"
    assert formulas.evaluate_all(scroll) == [[0, 0]] * 3


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


def test_a_question_that_is_read_aloud_has_its_button_above_a_clock_that_waits(screens: Any, tmp_path: Path):
    root = write_hard_project(tmp_path / "cards")
    (root / "deckgen.yaml").write_text("name: Hard\nid: hard\nspeech: en_US\n", encoding="utf-8")
    deck = load_deck(root)
    front = next(card.front for name, card in deck.cards.items() if name.startswith("questions/"))
    screen = screens(deck)
    screen.show(Setting(ANKIDROID), front)
    button, timer = (screen.page.locator(each).bounding_box() for each in (".speech", ".timer"))
    assert button["y"] + button["height"] <= timer["y"]
    screen.page.wait_for_timeout(1500)
    left = "getComputedStyle(document.querySelector('.count')).getPropertyValue('--left')"
    assert screen.page.evaluate(left) == "90"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_of_text_can_be_read_on_both_backgrounds(scheme: str):
    assert list(low_contrasts(palette()[scheme])) == []


def test_cards_ask_for_no_script_and_no_address():
    css = "".join(path.read_text(encoding="utf-8") for path in sorted(BUILT_IN.rglob("*.css")))
    assert not re.search(r"@import|@font-face|url\(|https?:", css)
    templates = "".join(path.read_text(encoding="utf-8") for path in sorted(BUILT_IN.rglob("*.html")))
    assert not re.search(r"<script|<link|<img|\son\w+=|https?:", templates)
