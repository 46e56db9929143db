"""A reader's screen: the page in which Anki shows cards, with Anki's own scripts and styles, in a real browser.

The desktop's page is Anki's (the ``aqt`` package, without its Qt). Those of AnkiDroid and AnkiMobile are
written after what these apps set around a card: classes, margins, colours of the night.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserType, ConsoleMessage, Error, Page, Route, sync_playwright

from deckgen.preview import anki_apps
from deckgen.preview.anki_apps import AnkiApp

HOST = "http://anki.test"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class NoBrowserError(RuntimeError):
    """There is no browser to show cards in."""


def find_browser() -> str:
    """Return the path of a Chromium on this machine; raise NoBrowserError, saying how to get one."""
    for name in (os.environ.get("DECKGEN_BROWSER", ""), *_NAMES):
        if name and (path := shutil.which(name)):
            return path
    message = "No Chromium or Chrome is installed: `apt-get install chromium`, or set DECKGEN_BROWSER to one."
    raise NoBrowserError(message)


_BY_NAME = {client.name: client for client in anki_apps.ANKI_APPS}
# The desktop's own styles come from Anki itself here.
ANKI_APPS = (replace(_BY_NAME["desktop"], style=""), _BY_NAME["ankidroid"], _BY_NAME["ankimobile"])

SCROLL = "document.getElementById('answer').scrollIntoView()"  # what clients do when a card is turned
_PUT = "(html) => { (document.getElementById('content') || document.body).innerHTML = html }"
OWN_STYLE_FILE = "_deckgen-own.css"


@dataclass(frozen=True)
class Setting:
    """How a reader has set an app up: its night mode, its zoom of cards, the system's size of text.

    AnkiDroid's zoom is a ``zoom`` on ``body`` (CardAppearance.kt; in its newer study screen, which shows cards
    by Anki's own script, ReviewerFragment.kt).
    """

    client: AnkiApp
    night: bool = False
    zoom: float = 1
    text: float = 1


@dataclass
class Screen:
    """A page that shows cards; ``requests`` and ``errors`` gather what a card must not cause."""

    page: Page
    css: str
    media: Mapping[str, Path] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    _open_page: Setting | None = None

    def __post_init__(self) -> None:
        self.page.route("**/*", self._serve)
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.location["url"].endswith(OWN_STYLE_FILE):
            self.errors.append(message.text)

    def _serve(self, route: Route) -> None:
        url = route.request.url
        path = url.removeprefix(HOST).partition("?")[0]
        if path == "/":
            route.fulfill(body=self._shell, content_type="text/html; charset=utf-8")
        elif url.startswith(f"{HOST}/_anki/"):
            route.fulfill(path=anki_web() / path.removeprefix("/_anki/"))
        elif path[1:] in self.media:
            route.fulfill(path=self.media[path[1:]])
        elif path == f"/{OWN_STYLE_FILE}":
            route.fulfill(status=404)  # as for nearly every reader
        else:
            self.requests.append(url)
            route.abort()

    def open(self, setting: Setting, *, content: str = "", is_card: bool = True) -> None:
        """Open the client's page; ``content`` stands where a card does, or holds many."""
        self._shell = page_html(setting, content, is_card=is_card)
        self.page.goto(f"{HOST}/", wait_until="load")

    def show(self, setting: Setting, html: str, *, answer: bool = False) -> None:
        """Show one side of a card as the client does; on the desktop, by Anki's own script."""
        styled = f"<style>{self.css}</style>{html}"
        if self._open_page != setting:
            self.open(setting)
            self._open_page = setting
        if setting.client.name != "desktop":
            self.page.evaluate(f"({_PUT})({json.dumps(styled)}); scrollTo(0, 0); {SCROLL if answer else ''}")
            return
        classes = body_class(setting)
        call = (
            f"_showAnswer({json.dumps(styled)}, '{classes}')"
            if answer
            else f"_showQuestion({json.dumps(styled)}, '', '{classes}')"
        )
        self.page.evaluate(f"{call}; new Promise(done => _queueAction(done))")
        self.page.wait_for_function("document.getElementById('qa').style.opacity === '1'")


def page_html(setting: Setting, content: str = "", *, is_card: bool = True) -> str:
    """Return the page that a client puts around a card."""
    client, night = setting.client, setting.night
    body = body_class(setting) if is_card else f"{client.body} {client.night if night else ''}"
    is_desktop = not client.style  # Anki's own page brings its own
    links = "".join(f'<link rel=stylesheet href="/_anki/css/{name}.css">' for name in ("webview", "reviewer"))
    script = '<script src="/_anki/js/reviewer.js"></script>'
    classes = f"{client.html} {'night-mode' if night and is_desktop else ''}"
    colours = ":root{--canvas:#f5f5f5;--fg:#020202}:root.night-mode{--canvas:#2c2c2c;--fg:#fcfcfc}"
    sizes = f"html{{font-size:{setting.text:.0%}}}body{{zoom:{setting.zoom}}}"
    return (
        f'<!doctype html><html lang=en class="{classes}"><head><meta charset=utf-8><title>Card</title>'
        '<meta name=viewport content="width=device-width, initial-scale=1"><link rel=icon href="data:,">'
        f"{links if is_desktop else ''}<style>{colours if is_desktop else ''}{client.style}{sizes}</style>"
        # pycmd is the wire from Anki's page to its window.
        f"<script>globalThis.pycmd = globalThis.bridgeCommand = () => false</script>"
        f"{script if is_desktop else ''}</head>"
        f'<body class="{body}">{client.before}{content}{client.after}</body></html>'
    )


def body_class(setting: Setting) -> str:
    """Return the classes of ``body`` while a card is shown."""
    night = setting.client.night if setting.night else ""
    return " ".join(filter(None, ["card card1", setting.client.body, night]))


def anki_web() -> Path:
    """Return the folder of the scripts and styles of Anki's pages."""
    spec = importlib.util.find_spec("_aqt")
    if spec is None or not spec.submodule_search_locations:
        raise NoBrowserError("Anki's reviewer page is missing: `make test` installs it.")
    return Path(next(iter(spec.submodule_search_locations)), "data", "web")


@contextmanager
def browser() -> Iterator[Browser]:
    """Start a browser, and end it."""
    with sync_playwright() as playwright, launch(playwright.chromium) as running:
        yield running


@contextmanager
def launch(engine: BrowserType, **options: Any) -> Iterator[Browser]:
    """Start this machine's Chromium as playwright does, and end it."""
    path = find_browser()
    try:
        running = engine.launch(executable_path=path, args=_ARGUMENTS, **options)
    except Error as error:
        raise NoBrowserError(f"{path} does not start: {error}") from error
    yield running
    running.close()
