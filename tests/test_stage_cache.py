"""What an earlier compile left in the cache saves work, and never shows in a result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conftest import OUTLINE, MakeProject

from deckgen.build.project_renderer import render_project
from deckgen.model.stage_cache import StageCache

NOTES = """\
concepts:
  - {id: a, covers: [basics/first], prompt: P?, answer: A}
  - {id: b, covers: [basics/second], prompt: Q?, answer: "![a](a.png) and ![b](b.png)"}
"""
CLOZES = "clozes:\n  - {id: c, covers: [basics/first], text: '{{c1::x}}'}\n"


def _write(path: str, text: str) -> Callable[[Path], object]:
    return lambda root: (root / path).write_text(text, encoding="utf-8")


CHANGES = {
    "a note": _write("ch01/a.yaml", NOTES.replace("A}", "B}")),
    "a line above": _write("ch01/a.yaml", f"# more\n{NOTES}"),
    "broken": _write("ch01/a.yaml", NOTES.replace("P?", '"P?')),
    "mended": _write("ch01/a.yaml", NOTES),
    "the outline": _write("ch01/outline.yaml", OUTLINE.replace("Basics", "Ground")),
    "settings": _write("deckgen.yaml", "name: Test\nid: other\nspeech: en_US\n"),
    "the theme": _write("deckgen.yaml", "name: Test\nid: test\ntheme: {size: 120%}\n"),
    "a story": _write("stories.yaml", "ch01/a: mine\n"),
    "a picture": _write("media/a.png", "other"),
    "a picture gone": lambda root: (root / "media/a.png").unlink(),
    "a draft": _write("ch01/c.yaml", CLOZES.replace("id: c,", "id: c, draft: true,")),
    "a file gone": lambda root: (root / "ch01/c.yaml").unlink(),
    "an id twice": _write("ch01/d.yaml", NOTES),
    "a note type": _write("notetypes/concept/notetype.yaml", "name: Own\nlist: concepts\n"),
}


def test_whatever_changes_the_result_is_that_of_a_fresh_read(make_project: MakeProject):
    pictures = {"media/a.png": "a", "media/b.png": "b"}
    root = make_project(pictures, a=NOTES, c=CLOZES)
    (root / "notetypes" / "concept").mkdir(parents=True)
    cache = StageCache()
    render_project(root, cache=cache)
    for name, change in CHANGES.items():
        change(root)
        assert render_project(root, cache=cache) == render_project(root), name
