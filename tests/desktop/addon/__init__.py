"""An add-on for Anki Desktop: imports packages, clicks into every field of their notes, imports an update.

It reads what to do from ``job.json`` in the folder that ``DECKGEN_DESKTOP`` names, writes what happened to
``report.json`` there, and closes Anki.
"""

from __future__ import annotations

import json
import os
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aqt
from anki.import_export_pb2 import ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.notes import Note
from aqt import gui_hooks, mw
from aqt.qt import QEventLoop, QTimer

FOLDER = Path(os.environ["DECKGEN_DESKTOP"])
PATIENCE = 120  # seconds that a page may take
SHOWN_FIELDS = """
  [...document.querySelectorAll(".rich-text-editable")].filter(
    (area) => area.shadowRoot?.querySelector("anki-editable")).length"""
# Unfolds the fields of the open note, puts the cursor into each of them, and takes it out again.
CLICK = """(async () => {
  globalThis.clicksAreDone = false;
  const pause = () => new Promise((done) => setTimeout(done, 30));
  for (const folded of document.querySelectorAll(".editor-field[hidden]")) {
    folded.closest(".field-container").querySelector(".collapse-label").click();
  }
  while (document.querySelector(".editor-field[hidden]")) await pause();
  for (const area of document.querySelectorAll(".rich-text-editable")) {
    const editable = area.shadowRoot.querySelector("anki-editable");
    editable.focus();
    await pause();
    editable.blur();
  }
  await pause();
  globalThis.clicksAreDone = true;
})(); 0"""


class Clicker:
    """Clicks into each field of notes, in the editor of Anki's browser.

    ``focused`` holds the note and the place of each field that got the cursor.
    """

    def __init__(self) -> None:
        self.focused: set[tuple[int, int]] = set()
        self._open_note = 0
        self._is_saved = False
        gui_hooks.editor_did_load_note.append(self._note_was_loaded)
        gui_hooks.editor_did_focus_field.append(self._field_was_focused)
        self._browser = aqt.dialogs.open("Browser", mw)
        self._browser.search_for("deck:*")

    def click_into(self, note: Note) -> None:
        self._browser.table.select_single_card(note.card_ids()[0])
        wait_until(lambda: self._open_note == note.id)
        editor = self._browser.editor
        self._browser.activateWindow()
        editor.web.setFocus()
        wait_until(lambda: value_of(editor.web, SHOWN_FIELDS) == len(note.fields))
        value_of(editor.web, CLICK)
        wait_until(lambda: value_of(editor.web, "clicksAreDone"))
        self._is_saved = False
        editor.call_after_note_saved(self._note_was_saved)
        wait_until(lambda: self._is_saved)
        pause(0.1)  # what the page saved is written in the background

    def close(self) -> None:
        self._browser.close()

    def _note_was_loaded(self, editor: Any) -> None:
        self._open_note = editor.note.id

    def _note_was_saved(self) -> None:
        self._is_saved = True

    def _field_was_focused(self, note: Note, place: int) -> None:
        self.focused.add((note.id, place))


def pause(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()


def wait_until(is_so: Callable[[], Any]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError("Anki's page did not answer")
        pause(0.02)


def value_of(web: Any, script: str) -> Any:
    """Run a script in a page; return its value."""
    values: list[Any] = []
    web.evalWithCallback(script, values.append)
    wait_until(lambda: values)
    return values[0]


def import_package(path: str) -> dict[str, int]:
    request = ImportAnkiPackageRequest(package_path=path, options=ImportAnkiPackageOptions())
    log = mw.col.import_anki_package(request).log
    mw.reset()
    return {name: len(getattr(log, name)) for name in ("new", "updated", "duplicate", "conflicting")}


def saved_notes() -> dict[int, tuple[int, str]]:
    """Return when each note was last edited, and its fields."""
    return {note: (mod, fields) for note, mod, fields in mw.col.db.all("select id, mod, flds from notes")}


def click_into_notes(guids: list[str]) -> dict[str, Any]:
    """Return which notes that changed, with their fields before and after, and the fields not reached."""
    ids = dict(mw.col.db.all("select guid, id from notes"))
    before = saved_notes()
    pause(1.1)  # Anki counts seconds: an edit gets another one
    clicker = Clicker()
    notes = [mw.col.get_note(ids[guid]) for guid in guids]
    for note in notes:
        clicker.click_into(note)
    clicker.close()
    after = saved_notes()
    filled = [(note.id, place) for note in notes for place, text in enumerate(note.fields) if text]
    changed = [note for note in notes if before[note.id] != after[note.id]]
    return {
        "changed": {note.guid: [before[note.id][1], after[note.id][1]] for note in changed},
        "missed": [field for field in filled if field not in clicker.focused],
    }


def run() -> None:
    try:
        job = json.loads((FOLDER / "job.json").read_text(encoding="utf-8"))
        first = [import_package(path) for path in job["packages"]]
        report = {"first": first, **click_into_notes(job["guids"]), "update": import_package(job["update"])}
    except Exception:  # noqa: BLE001 - whatever it was, the test shall show it
        report = {"error": traceback.format_exc()}
    (FOLDER / "report.json").write_text(json.dumps(report), encoding="utf-8")
    mw.unloadProfileAndExit()


gui_hooks.profile_did_open.append(lambda: QTimer.singleShot(500, run))
