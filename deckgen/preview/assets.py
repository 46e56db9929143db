"""The files of the page: our own, and MathJax, which Anki uses for formulas."""

import importlib.util
from pathlib import Path

PAGE_FILES = ("page.css", "cards.js", "screens.js", "page.js")
LIVE_FILES = ("live.js",)
STATIC_FILES = ("files.js",)
FOLDER = Path(__file__).parent / "page"
_LIVE_SCRIPT = '<script defer src="live.js"></script>'
_STATIC_SCRIPTS = '<script defer src="files.js"></script>\n<script defer src="deck.js"></script>'


def page_html(*, is_static: bool) -> str:
    """Return the page's HTML, for a server or for opening as a file."""
    html = (FOLDER / "page.html").read_text(encoding="utf-8")
    return html.replace(_LIVE_SCRIPT, _STATIC_SCRIPTS) if is_static else html


def mathjax() -> Path:
    """Return the file that holds MathJax and its fonts.

    Raises:
        ModuleNotFoundError: the extra ``preview`` is not installed.
    """
    spec = importlib.util.find_spec("mathjax")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("No module named 'mathjax'", name="mathjax")
    return Path(spec.submodule_search_locations[0], "static", "mathjax", "es5", "tex-svg-full.js")
