"""The page as files that open without a server."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from deckgen.preview.deck import Deck, Entry
from deckgen.preview.pages import FOLDER, PAGE_FILES, STATIC_FILES, mathjax, page_html

# A browser gives a page opened from a file no other files but scripts, styles and pictures: so the cards
# are scripts too, this many notes in each.
NOTES_A_FILE = 100


def is_written(folder: Path) -> bool:
    """Tell whether ``folder`` holds a page that was written before."""
    return all((folder / name).is_file() for name in ("index.html", "deck.js"))


def write_static(deck: Deck, folder: Path) -> int:
    """Write the page of ``deck`` into ``folder``; return how many files were written.

    Raises:
        OSError: a file cannot be written.
    """
    for name in ("notes", "media"):  # nothing of an earlier deck may stay, a private story least of all
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "notes").mkdir(parents=True, exist_ok=True)
    for name in (*PAGE_FILES, *STATIC_FILES):
        shutil.copyfile(FOLDER / name, folder / name)
    (folder / "index.html").write_text(page_html(is_static=True), encoding="utf-8")
    _write_script(folder / "deck.js", f"Files.takeDeck({deck.to_json(1)})")
    entries = list(deck.entries.items())
    has_formulas = False
    starts = range(0, len(entries), NOTES_A_FILE)
    for number, start in enumerate(starts):
        script = _notes_script(number, dict(entries[start : start + NOTES_A_FILE]))
        has_formulas = has_formulas or "\\\\(" in script or "\\\\[" in script
        _write_script(folder / "notes" / f"{number}.js", script)
    if has_formulas:
        shutil.copyfile(mathjax(), folder / "mathjax.js")
    if deck.media:
        (folder / "media").mkdir(exist_ok=True)
    for name, file in deck.media.items():
        shutil.copyfile(file.location, folder / "media" / name)
    return len(PAGE_FILES) + len(STATIC_FILES) + 2 + len(starts) + has_formulas + len(deck.media)


def _notes_script(number: int, entries: dict[str, Entry]) -> str:
    sides = {name: entry.sides() for name, entry in entries.items()}
    return f"Files.takeNotes({number}, {json.dumps(sides, ensure_ascii=False)})"


def _write_script(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="\n")
