"""Fixtures of tests that show cards in a real browser: the decks, and screens that must stay free of errors.

Where no browser is found these tests are skipped, and say so; in CI (``CI=true``) they fail instead.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from anki_reviewer import NoBrowserError, Screen, anki_web, browser
from card_decks import Deck, load_deck, write_hard_project
from conftest import REPOSITORY, SECOND_DECK
from playwright.sync_api import Browser, BrowserContext


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
    opened = chromium.new_context(viewport={"width": 360, "height": 640}, offline=False)
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
