"""A card while it is answered, in a real browser: the flip, the clock of a drill, what is folded away."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from anki_reviewer import Setting
from card_decks import Deck, load_deck, one_of_each, write_hard_project
from card_screens import ANKIDROID, HEIGHT, IN_ONE_BROWSER, LIMITS, MEASURE, ON_EACH_CLIENT

from deckgen.preview.anki_apps import AnkiApp

pytest_plugins = ["card_fixtures"]
pytestmark = IN_ONE_BROWSER


@ON_EACH_CLIENT
def test_the_end_of_the_question_stays_in_sight_when_the_card_is_turned(
    screens: Any, chapter: Deck, client: AnkiApp
):
    """Clients scroll to #answer; on a phone the end of the question and the start of the answer both show."""
    screen = screens(chapter)
    screen.page.set_viewport_size({"width": 360, "height": HEIGHT})
    for kind, card in one_of_each(chapter).cards.items():
        screen.show(Setting(client), card.back, answer=True)
        prompt, answer, last = screen.page.evaluate(
            """[document.querySelector('.prompt'), document.querySelector('#answer'), document.querySelector('.place')]
              .map((each) => each.getBoundingClientRect())"""
        )
        assert prompt["bottom"] > 0, kind
        assert answer["top"] < HEIGHT / 2 or last["bottom"] <= HEIGHT, kind  # else all of the answer shows
        assert screen.page.evaluate(MEASURE, LIMITS | {"turned": 0.5}) == [], kind


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


def test_nothing_moves_for_a_reader_who_wants_no_motion(screens: Any, chapter: Deck):
    front = next(card.front for name, card in chapter.cards.items() if name.startswith("questions/"))
    screen = screens(chapter)
    screen.page.emulate_media(reduced_motion="reduce")
    screen.show(Setting(ANKIDROID), re.sub(r"--seconds: \d+", "--seconds: 1", front))
    assert not screen.page.locator(".bar").is_visible()
    screen.page.locator(".over").wait_for(state="visible", timeout=4000)


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
