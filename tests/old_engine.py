"""A reader's screen of years ago: cards in the engine of an old Qt, each in an environment of its own.

The engines are those of PyQtWebEngine: 5.12 is Chrome 69, of 2018. Anki's own page needs newer ones, so a card
stands here in what each client puts around it (``deckgen/preview/anki_apps.py``).
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from anki_reviewer import SCROLL, Setting, anki_web, page_html
from conftest import REPOSITORY

ENVIRONMENT = {
    "QT_QPA_PLATFORM": "xcb" if os.environ.get("DISPLAY") else "offscreen",
    "QTWEBENGINE_DISABLE_SANDBOX": "1",  # as root in a container there is none
    "QTWEBENGINE_CHROMIUM_FLAGS": "--no-sandbox --disable-gpu",
}


@dataclass(frozen=True)
class OldScreen:
    """A window of an old engine; ``folder`` holds its page and the media that cards show."""

    orders: IO[str]
    results: IO[str]
    folder: Path

    def ask(
        self,
        setting: Setting,
        css: str,
        html: str,
        script: str,
        *,
        size: tuple[int, int],
        answer: bool = False,
        picture: Path | None = None,
    ) -> Any:
        """Show one side of a card and return what a script finds there.

        Args:
            setting: how the reader has set the app up.
            css: the style of the card.
            html: the side.
            script: an expression in JavaScript.
            size: of the window.
            answer: whether the client scrolls to the answer.
            picture: where to write what the window shows.
        """
        page = self.folder / "card.html"
        page.write_text(page_html(setting, f"<style>{css}</style>{html}"), encoding="utf-8")
        order = {
            "page": str(page),
            "size": size,
            "script": f"{SCROLL if answer else 'scrollTo(0, 0)'}; {script}",
            "picture": picture and str(picture),
        }
        self.orders.write(json.dumps(order) + "\n")
        self.orders.flush()
        return json.loads(self.results.readline())


def with_mathjax(html: str) -> str:
    """Return a side of a card with Anki's MathJax, which sets its formulas before the page counts as loaded."""
    scripts = anki_web().resolve() / "js"
    settings = (scripts / "mathjax.js").read_text(encoding="utf-8").replace("/_anki/js", scripts.as_uri())
    return (
        f"<script>{settings}</script><script src='{scripts.as_uri()}/vendor/mathjax/tex-chtml-full.js'></script>"
        f"<script>addEventListener('load', () => MathJax.typeset())</script>{html}"
    )


@contextmanager
def old_screen(version: str, folder: Path, media: Mapping[str, Path]) -> Iterator[OldScreen]:
    """Open a window of the engine that `make test-engines` put into ``.venv-engines``, and close it."""
    for name, file in media.items():
        (folder / name).symlink_to(file)
    command = [
        REPOSITORY / ".venv-engines" / version / "bin/python",
        Path(__file__).with_name("old_engine_window.py"),
    ]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env={**os.environ, **ENVIRONMENT},
    ) as process:
        assert process.stdin
        assert process.stdout
        yield OldScreen(process.stdin, process.stdout, folder)
        process.stdin.close()
