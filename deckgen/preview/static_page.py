"""The preview page as files that open without a server."""

import json
import shutil
from itertools import chain
from pathlib import Path

from deckgen.atomic_write import replace_text, sweep_beside
from deckgen.preview.assets import FOLDER, PAGE_FILES, STATIC_FILES, mathjax, page_html
from deckgen.preview.deck import Deck, DeckEntry

# A page opened from a file may load only scripts, styles and pictures, so the cards are scripts, too, with
# this many notes in each.
NOTES_A_FILE = 100
DECK_FILE = "deck.js"
_DECK_START = "Files.takeDeck("


def can_take_page(folder: Path) -> bool:
    """Tell whether the page may be written into ``folder``: it is missing, empty, or holds an earlier page.

    Raises:
        OSError: the folder cannot be read.
    """
    sweep_beside([folder / DECK_FILE])
    if not folder.exists() or not any(folder.iterdir()):
        return True
    deck = folder / DECK_FILE
    if not deck.is_file():
        return False
    with deck.open("rb") as file:
        return file.read(len(_DECK_START)) == _DECK_START.encode()


def write_static(deck: Deck, folder: Path) -> int:
    """Write the page of ``deck`` into ``folder``, replacing an earlier one; return the number of files.

    Raises:
        ModuleNotFoundError: the deck has formulas, and MathJax is not installed; nothing was written.
        OSError: a file cannot be written.
    """
    formulas = mathjax() if _has_formulas(deck) else None
    _clear(folder)
    folder.mkdir(parents=True, exist_ok=True)
    # The first, and whole or not at all: by this file the next run knows a page that was not completed.
    replace_text(folder / DECK_FILE, f"{_DECK_START}{deck.to_json(1)})")
    (folder / "notes").mkdir()
    for name in (*PAGE_FILES, *STATIC_FILES):
        shutil.copyfile(FOLDER / name, folder / name)
    (folder / "index.html").write_text(page_html(is_static=True), encoding="utf-8")
    entries = list(deck.entries.items())
    starts = range(0, len(entries), NOTES_A_FILE)
    for number, start in enumerate(starts):
        script = _notes_script(number, dict(entries[start : start + NOTES_A_FILE]))
        _write_script(folder / "notes" / f"{number}.js", script)
    if formulas:
        shutil.copyfile(formulas, folder / "mathjax.js")
    if deck.media:
        (folder / "media").mkdir()
    for name, file in deck.media.items():
        with (folder / "media" / name).open("wb") as target:
            target.writelines(file.chunks())
    return len(PAGE_FILES) + len(STATIC_FILES) + 2 + len(starts) + bool(formulas) + len(deck.media)


def _has_formulas(deck: Deck) -> bool:
    """Tell whether a field or a template has what MathJax takes for a formula."""
    types = {entry.note_type.kind: entry.note_type for entry in deck.entries.values()}
    templates = (side for its in types.values() for card in its.cards for side in (card.front, card.back))
    fields = (text for entry in deck.entries.values() for text in entry.rendered.fields.values())
    return any(start in text for text in chain(templates, fields) for start in ("\\(", "\\["))


def _clear(folder: Path) -> None:
    """Delete an earlier page, but not the file that identifies it nor files that others added."""
    for name in ("index.html", "mathjax.js", *PAGE_FILES, *STATIC_FILES):
        (folder / name).unlink(missing_ok=True)
    for name in ("notes", "media"):
        if (folder / name).exists():
            shutil.rmtree(folder / name)


def _notes_script(number: int, entries: dict[str, DeckEntry]) -> str:
    sides = {name: entry.sides() for name, entry in entries.items()}
    return f"Files.takeNotes({number}, {json.dumps(sides, ensure_ascii=False)})"


def _write_script(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="\n")
