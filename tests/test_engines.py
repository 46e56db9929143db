"""Every kind of card on every kind of client, over engines, screens, zoom, size of text, by day and by night.

`make test` shows them in today's Chromium, `make test-engines` in the old engines as well. Pairwise: each value
of one factor meets each value of every other once, with a card of each kind. Every card stands in the worst
case: the smallest phone, the largest zoom.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from anki_reviewer import ANKI_APPS, Screen, Setting, browser
from card_decks import Deck, load_deck, one_of_each, write_hard_project
from conftest import REPOSITORY
from old_engine import old_screen, with_mathjax

from deckgen.preview import anki_apps
from deckgen.preview.anki_apps import AnkiApp

pytestmark = pytest.mark.xdist_group("browser")

TODAY = "today's Chromium"
ENGINES = [TODAY, *os.environ.get("ENGINES", "").split()]
CHECKS = Path(__file__).with_name("card_checks.js").read_text(encoding="utf-8")
# Before Chrome 79 there is no max(): what is smaller than the text around it may fall under 16 px.
LIMITS = {"size": 14, "contrast": 4.5, "turned": 0.7}

SCREENS = ((360, 580), (412, 755), (740, 220), (1280, 900))
ZOOMS = (1, 1.5, 2)
TEXTS = (1, 1.3)
SCHEMES = ("light", "dark", "black")
APPS = ("ankidroid", "ankidroid centred", "ankidroid's new study screen", "ankimobile", "desktop")
WORST = ((360, 580), 2, 1, "dark", "ankidroid")

# What AnkiDroid's "Centre align" puts on the body, from its flashcard.css: a flex box of before flex boxes.
CENTRED = (
    ".vertically_centered{position:absolute;width:100%;min-height:100%;display:-webkit-box;"
    "-webkit-box-align:stretch;-webkit-box-pack:center;-webkit-box-orient:vertical}"
)


def pairwise(*factors: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield few combinations in which each value of a factor meets each value of every other factor."""
    missing = {pair for row in itertools.product(*factors) for pair in _pairs(row)}
    while missing:
        row = max(itertools.product(*factors), key=lambda each: len(missing.intersection(_pairs(each))))
        missing.difference_update(_pairs(row))
        yield row


def _pairs(row: Iterable[Any]) -> Iterator[Any]:
    return itertools.combinations(enumerate(row), 2)


def setting_of(app: str, scheme: str, zoom: float, text: float, known: Iterable[AnkiApp]) -> Setting:
    """Return a client with its classes, from AnkiDroid's sources.

    Its new study screen is Anki's page, whose script finds that it runs on a phone. Its black theme lacks a
    class that its dark theme has.
    """
    name = "desktop" if "new" in app else app.split(maxsplit=1)[0]
    client = next(each for each in known if each.name == name)
    if "new" in app:
        client = replace(client, html="mobile android chrome", body="")
    if "centred" in app:
        client = replace(client, body="vertically_centered", style=client.style + CENTRED)
    if scheme == "black":
        client = replace(client, night=client.night.replace(" ankidroid_dark_mode", ""))
    return Setting(client, night=scheme != "light", zoom=zoom, text=text)


SCRIPT = f"({CHECKS})({json.dumps(LIMITS)})"
NO_TEX = r"document.querySelectorAll('mjx-container').length > 1 && !/\\[([]/.test(document.body.innerText)"


@dataclass(frozen=True)
class Engine:
    """An engine, and the apps as it shows them: ``ask`` shows a side of a card and runs a script there."""

    clients: tuple[AnkiApp, ...]
    ask: Callable[[Setting, tuple[int, int], str, bool, str], Any]


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Deck:
    """Return the cards of chapter 36 and the hardest ones."""
    hard = load_deck(write_hard_project(tmp_path_factory.mktemp("hard") / "cards"))
    chapter = load_deck(REPOSITORY / "cards")
    return Deck(chapter.cards | hard.cards, chapter.styles, chapter.media | hard.media)


@pytest.fixture(scope="module", params=ENGINES)
def engine(
    request: pytest.FixtureRequest, deck: Deck, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    if request.param == TODAY:
        with browser() as running:
            screen = Screen(running.new_page(), deck.css, deck.media)

            def ask(setting: Setting, size: tuple[int, int], html: str, answer: bool, script: str) -> Any:
                screen.page.set_viewport_size({"width": size[0], "height": size[1]})
                screen.show(setting, html, answer=answer)
                return screen.page.evaluate(script)

            yield Engine(ANKI_APPS, ask)
            assert screen.errors == screen.requests == []
    else:
        with old_screen(request.param, tmp_path_factory.mktemp("old"), deck.media) as old:
            yield Engine(
                anki_apps.ANKI_APPS,
                lambda setting, size, html, answer, script: old.ask(
                    setting,
                    deck.css,
                    with_mathjax(html) if "\\(" in html else html,
                    script,
                    size=size,
                    answer=answer,
                ),
            )


def faults(engine: Engine, deck: Deck, size: tuple[int, int], *how: Any) -> list[str]:
    zoom, text, scheme, app = how
    if app == "desktop":  # whose zoom is that of the whole page
        size, zoom = (round(size[0] / zoom), round(size[1] / zoom)), 1
    setting = setting_of(app, scheme, zoom, text, engine.clients)
    return [
        f"{name}, {size}, {how}: {fault}"
        for name, card in deck.cards.items()
        for html in (card.front, card.back)
        for fault in engine.ask(setting, size, html, html == card.back, SCRIPT)
    ]


def test_a_card_of_each_kind_is_whole_and_its_answer_on_screen_in_every_pair(engine: Engine, deck: Deck):
    some = one_of_each(deck)
    rows = list(pairwise(SCREENS, ZOOMS, TEXTS, SCHEMES, APPS))
    assert len(rows) < 25
    assert [fault for row in rows for fault in faults(engine, some, *row)] == []


def test_every_card_is_whole_and_its_answer_on_screen_on_a_small_phone_with_the_largest_zoom(
    engine: Engine, deck: Deck
):
    assert faults(engine, deck, *WORST) == []


def test_ankis_mathjax_sets_the_formulas_of_every_kind_and_they_fit(engine: Engine, deck: Deck):
    """MathJax 3.2.2, which Anki has; on the page that brings it, or beside the card in an old engine."""
    setting = setting_of("desktop", "light", 1, 1, engine.clients)
    backs = {name: card.back for name, card in deck.cards.items() if "\\(" in card.back}
    assert len({name.partition("/")[0] for name in backs}) == 5
    found = {
        name: engine.ask(setting, (412, 755), html, True, f"[{NO_TEX}, {SCRIPT}]")
        for name, html in backs.items()
    }
    assert [name for name, result in found.items() if result != [True, []]] == []
