"""How long a save takes to reach the page, in a project of 10,000 notes: from the write to the card shown.

    python bench/preview.py [ROUNDS]

Needs `pip install -e '.[preview,test]'` and a Chromium. docs/preview.md quotes its output.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from project import NOTES_A_FILE, edit_note, write_project

from deckgen.preview.deck import DeckReader

ROUNDS = 15
NOTES = 10_000
EDITED, CARD = "ch020/notes-3.yaml", "ch020/note-3-0:1"


def main() -> None:
    """Print the medians: the first read, a read after a save, and a save until all screens show it."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "cards")
        write_project(root, NOTES)
        print(f"{NOTES:,} notes in {NOTES // NOTES_A_FILE} files, {rounds} saves")
        _measure_reading(root, rounds)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
            _measure_page(root, browser, rounds)
            browser.close()


def _chromium() -> str:
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
    from anki_reviewer import find_browser

    found: str = find_browser()
    return found


def _measure_reading(root: Path, rounds: int) -> None:
    reader = DeckReader(root)
    print(f"first read                       {_milliseconds(reader.read):6.0f} ms")
    times = []
    for number in range(rounds):
        edit_note(root / EDITED, number)
        times.append(_milliseconds(reader.read))
    _print("read after a save", times)


def _measure_page(root: Path, browser: Browser, rounds: int) -> None:
    command = [sys.executable, "-m", "deckgen", "preview", str(root), "--no-open"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None  # noqa: S101 - for mypy: it is a pipe
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{server.stdout.readline().split()[-1]}#{CARD}")
        page.locator("body[data-shown]").wait_for()
        # Each screen reports when it shows what it was told; the page's clock is the system's.
        page.evaluate("addEventListener('message', ({data}) => data.shown && (window.shownAt = Date.now()))")
        times = []
        for number in range(rounds):
            time.sleep(1)  # an author takes longer; the page has fetched all that it wants
            times.append(_save_until_shown(root, page, rounds + number))
        _print("save until all screens show it", times)
        server.terminate()


def _save_until_shown(root: Path, page: Page, number: int) -> float:
    shown = int(page.locator("body").get_attribute("data-shown") or 0)
    saved = time.time()
    edit_note(root / EDITED, number)
    page.locator(f"body[data-shown='{shown + 1}']").wait_for()
    page.wait_for_timeout(200)  # all four have
    return float(page.evaluate("window.shownAt")) - saved * 1e3


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


def _print(what: str, times: list[float]) -> None:
    times = sorted(times)
    middle, tenth = statistics.median(times), times[-max(len(times) // 10, 1)]
    print(f"{what:<32} {middle:6.0f} ms median, {times[0]:.0f} best, {tenth:.0f} slowest tenth")


if __name__ == "__main__":
    main()
