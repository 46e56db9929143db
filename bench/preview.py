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

from deckgen.preview.deck import Reader

ROUNDS = 15
CHAPTERS, FILES, NOTES = 40, 10, 25  # 10,000 notes; 25 a file is what chapter 36 has at most


def write_project(root: Path) -> None:
    """Write a project of 10,000 concepts and clozes, of the size that those of chapter 36 have."""
    (root / "deckgen.yaml").parent.mkdir(parents=True, exist_ok=True)
    (root / "deckgen.yaml").write_text("name: Bench\nid: bench\n", encoding="utf-8")
    for chapter in range(1, CHAPTERS + 1):
        folder = root / f"ch{chapter:02}"
        folder.mkdir()
        (folder / "outline.yaml").write_text(_outline(chapter), encoding="utf-8")
        for number in range(FILES):
            (folder / f"notes-{number}.yaml").write_text(_notes(number), encoding="utf-8")


def _outline(chapter: int) -> str:
    sections = "".join(
        f"  - id: s{number}\n    title: Section {number}\n    points:\n"
        + "".join(f"      - {{id: p{point}, text: Point {point}}}\n" for point in range(8))
        for number in range(FILES)
    )
    return f"id: ch{chapter:02}\nnumber: {chapter}\ntitle: Chapter {chapter}\nsections:\n{sections}"


def _notes(file: int) -> str:
    concepts = "".join(
        f"  - id: concept-{file}-{number}\n    covers: [s{file}/p{number % 8}]\n    tags: [tier::core]\n"
        f"    prompt: What does a **retry** of step {number} in file {file} need, so that it does no harm?\n"
        f"    answer: |\n      - A key that names the write, such as `order-{number}`.\n"
        "      - A store that refuses the second write with that key.\n"
        "    why: >-\n      A retry runs after a timeout, and a timeout does not say whether the first\n"
        '      write arrived. Only the receiver can tell.\n    source: Chapter 36, "Reliability Mindset"\n'
        for number in range(NOTES - 5)
    )
    clozes = "".join(
        f"  - id: cloze-{file}-{number}\n    covers: [s{file}/p{number}]\n"
        f"    text: 'Retry {number} needs {{{{c1::idempotent}}}} writes and a {{{{c2::deadline}}}}.'\n"
        for number in range(5)
    )
    return f"concepts:\n{concepts}clozes:\n{clozes}"


def main() -> None:
    """Print the medians: the first read, a read after a save, and a save until all screens show it."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "cards")
        write_project(root)
        print(f"{CHAPTERS * FILES * NOTES:,} notes in {CHAPTERS * FILES} files, {rounds} saves")
        _measure_reading(root, rounds)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
            _measure_page(root, browser, rounds)
            browser.close()


def _chromium() -> str:
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
    from anki_reviewer import find_browser

    return find_browser()


def _measure_reading(root: Path, rounds: int) -> None:
    reader = Reader(root)
    print(f"first read                       {_milliseconds(reader.read):6.0f} ms")
    times = []
    for number in range(rounds):
        _save(root, number)
        times.append(_milliseconds(reader.read))
    _print("read after a save", times)


def _measure_page(root: Path, browser: Browser, rounds: int) -> None:
    command = [sys.executable, "-m", "deckgen", "preview", str(root), "--no-open"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None  # noqa: S101 - for mypy: it is a pipe
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{server.stdout.readline().split()[-1]}#ch20/concept-3-0:1")
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
    _save(root, number)
    page.locator(f"body[data-shown='{shown + 1}']").wait_for()
    page.wait_for_timeout(200)  # all four have
    return float(page.evaluate("window.shownAt")) - saved * 1e3


def _save(root: Path, number: int) -> None:
    file = root / "ch20" / "notes-3.yaml"
    lines = _notes(3).replace("so that it does no harm?", f"so that it does no harm ({number})?", 1)
    file.write_text(lines, encoding="utf-8")


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
