"""The page of Anki's own editor, with its scripts, in a real browser: what a click into each field leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from anki_collection import Reader
from anki_reviewer import HOST, anki_web
from playwright.sync_api import Page, Route

_SHELL = """<!doctype html><html><head><title>Editor</title><link rel=icon href="data:,">
<link rel=stylesheet href="/_anki/css/editor.css">
<script>
  const saved = {};
  // The wire from Anki's page to its window: `key:FIELD:NOTE:HTML` saves a field.
  globalThis.bridgeCommand = globalThis.pycmd = (command) => {
    const [, field, html] = command.match(/^key:(\\d+):1:(.*)$/s) ?? [];
    if (field) saved[field] = html;
    return false;
  };
</script></head>
<body><script src="/_anki/js/mathjax.js"></script><script src="/_anki/js/editor.js"></script></body></html>"""
# The calls with which Anki's window gives a note to the page (qt/aqt/editor_legacy.py), then a click into
# each field and to both ends of its formulas, and out of it.
_CLICK_THROUGH = """async (fields) => {
  const each = (value) => fields.map(() => value);
  const pause = () => new Promise((done) => setTimeout(done, 20));
  for (const field in saved) delete saved[field];
  setFields(fields.map((_, index) => `Field ${index}`), fields);
  setIsImageOcclusion(false);
  setNotetypeMeta({id: 1, modTime: 1});
  setCollapsed(each(false));
  setClozeFields(each(false));
  setPlainTexts(each(false));
  setDescriptions(each(""));
  setFonts(each(["Arial", 20, false]));
  setNoteId(1);
  triggerChanges();
  let areas = [];
  const isReady = (area) => area.shadowRoot?.querySelector("anki-editable");
  while (areas.length !== fields.length || ![...areas].every(isReady)) {
    await pause();
    areas = document.querySelectorAll(".rich-text-editable");
  }
  for (const area of areas) {
    const editable = area.shadowRoot.querySelector("anki-editable");
    editable.focus();
    await pause();
    for (const formula of editable.querySelectorAll("anki-mathjax")) {
      for (const end of [0, 1]) {
        area.shadowRoot.getSelection().collapse(formula, end);
        await pause();
      }
    }
    editable.blur();
  }
  await pause();
  await require("anki/NoteEditor").instances[0].saveNow();
  return fields.map((field, index) => saved[index] ?? field);
}"""


@dataclass
class EditorPage:
    """Anki's editor on a page; ``reader`` is whose collection it edits."""

    page: Page
    reader: Reader
    _calls: int = 0

    def __post_init__(self) -> None:
        self.page.route("**/*", self._serve)
        self.page.goto(f"{HOST}/", wait_until="load")
        self.page.evaluate("setupEditor('browser', true)")
        self.page.wait_for_function("globalThis.setFields !== undefined")

    def click_through(self, fields: Sequence[str]) -> list[str]:
        """Return what is saved of these fields after a click into each of them."""
        escape = self.reader.col.media.escape_media_filenames
        self._calls += 1
        *left, last = self.page.evaluate(
            _CLICK_THROUGH, [*(escape(html) for html in fields), f"{self._calls} &quot;"]
        )
        assert last == f'{self._calls} "', "the editor saved nothing"
        return ["" if html in ("<br>", "<div><br></div>") else escape(html, unescape=True) for html in left]

    def _serve(self, route: Route) -> None:
        path = route.request.url.removeprefix(HOST).partition("?")[0]
        if path == "/":
            route.fulfill(body=_SHELL, content_type="text/html; charset=utf-8")
        elif path == "/_anki/i18nResources":
            words = self.reader.col._backend.i18n_resources_raw(route.request.post_data_buffer)
            route.fulfill(body=words, content_type="application/binary")
        elif path.startswith("/_anki/"):
            route.fulfill(path=Path(anki_web(), path.removeprefix("/_anki/")))
        else:
            route.abort()
