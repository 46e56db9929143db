"""A preview as its author sees it: the command, running, and its page in a real browser."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Frame, Page

DECKGEN = (sys.executable, "-m", "deckgen")


class Running:
    """A command that goes on until Ctrl-C; its output is read line by line."""

    def __init__(self, *arguments: str | Path, cwd: Path, **environment: str) -> None:
        self._stderr = cwd / "stderr.txt"
        with self._stderr.open("w") as stderr:
            self.process = subprocess.Popen(
                [*DECKGEN, *map(os.fspath, arguments)],
                cwd=cwd,
                env={**os.environ, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1", **environment},
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )

    def line(self) -> str:
        """Return the next line of its output, once it is there."""
        line = self.process.stdout.readline()
        assert line, self.stderr()
        return line.rstrip("\n")

    def stderr(self) -> str:
        return self._stderr.read_text()

    def ctrl_c(self) -> int:
        """Press Ctrl-C, and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


@contextmanager
def running(*arguments: str | Path, cwd: Path, **environment: str) -> Iterator[Running]:
    """Run a command until the block ends; however it ends, nothing of the command is left."""
    command = Running(*arguments, cwd=cwd, **environment)
    with command.process:
        try:
            yield command
        finally:
            command.process.kill()


class Desk:
    """The page before its author; ``requests`` and ``errors`` gather what went out, and what went wrong."""

    def __init__(
        self, browser: Browser, url: str, size: tuple[int, int] = (1440, 900), scheme: str = "light"
    ):
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
        self.page: Page = context.new_page()
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console", lambda said: said.type in ("error", "warning") and self.errors.append(said.text)
        )
        self.page.goto(url)
        self.page.locator("body[data-shown]").wait_for()

    def screens(self) -> list[Frame]:
        return [frame for frame in self.page.frames if frame.parent_frame is not None]

    def wait_for_card(self, *words: str, without: str = "") -> None:
        """Wait until each screen shows these words."""
        for number in range(self.page.locator("iframe").count()):
            body = self.page.frame_locator("iframe").nth(number).locator("body")
            for word in words:
                body.filter(has_text=word).wait_for()
            if without:
                body.filter(has_not_text=without).wait_for()

    def text(self, selector: str) -> str:
        return self.page.locator(selector).inner_text()

    def titles(self) -> list[str]:
        """Return what stands in the list, as far as it can be seen."""
        return self.page.locator(".row .title").all_inner_texts()

    def choose(self, name: str, label: str) -> None:
        self.page.locator(f"#{name}").select_option(label=label)
