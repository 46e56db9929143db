"""Markdown libraries on the fields of a real project: time a field, time to import, and what each can do.

    python bench/markdown.py [PROJECT]

Needs `pip install -e '.[bench]'`. docs/architecture.md quotes its output.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from deckgen.build.project_reader import read_sources
from deckgen.model.text import Text
from deckgen.render.markdown import to_html

ROUNDS = 7
FEATURES = {
    "tables": ("| a |\n|---|\n| b |", "<td>b</td>"),
    "strikethrough": ("~~a~~", ">a</"),
    "bare links": ("see https://example.org now", 'href="https://example.org"'),
    "HTML as text": ("<b>a</b>", "&lt;b&gt;"),
}


def _comrak() -> Callable[[str], str]:
    import comrak

    extensions = comrak.ExtensionOptions(table=True, strikethrough=True, autolink=True)
    rendering = comrak.RenderOptions(escape=True)
    return lambda text: comrak.markdown_to_html(text, extension_options=extensions, render_options=rendering)


def _pyromark() -> Callable[[str], str]:
    import pyromark

    options = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH
    render: Callable[[str], str] = pyromark.Markdown(options=options).html
    return render


def _cmarkgfm() -> Callable[[str], str]:
    import cmarkgfm

    render: Callable[[str], str] = cmarkgfm.github_flavored_markdown_to_html
    return render


def _markdown_it() -> Callable[[str], str]:
    import markdown_it

    return markdown_it.MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).render


def _mistune() -> Callable[[str], str]:
    import mistune

    parser = mistune.create_markdown(plugins=["table", "strikethrough", "url"])
    return lambda text: str(parser(text))


LIBRARIES = {
    "comrak": _comrak,
    "pyromark": _pyromark,
    "cmarkgfm": _cmarkgfm,
    "markdown_it": _markdown_it,
    "mistune": _mistune,
}


def _fields(project: Path) -> list[str]:
    notes = read_sources(project)[0].notes
    values = [value for note in notes for value in note.fields.values()]
    return [text.value for value in values for text in ([value] if isinstance(value, Text) else value)]


def _microseconds_a_field(render: Callable[[str], object], fields: list[str]) -> float:
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for field in fields:
            render(field)
        rounds.append((time.process_time() - start) / len(fields) * 1e6)
    return statistics.median(rounds)


def _import_milliseconds(module: str) -> float:
    code = f"import time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)"
    runs = (subprocess.check_output([sys.executable, "-c", code], text=True) for _ in range(ROUNDS))
    return statistics.median(map(float, runs)) * 1e3


def _row(name: str, render: Callable[[str], object], fields: list[str], rest: str) -> str:
    return f"{name:<12} {_microseconds_a_field(render, fields):6.1f} µs a field, {rest}"


def main() -> None:
    """Print a row for each library, and one for deckgen's own way around comrak."""
    project = Path(sys.argv[1] if len(sys.argv) > 1 else "cards")
    fields = _fields(project)
    print(f"{len(fields)} fields of {project}, {sum(map(len, fields)) // len(fields)} characters on average")
    for name, load in LIBRARIES.items():
        render = load()
        can = [feature for feature, (source, wanted) in FEATURES.items() if wanted in render(source)]
        rest = f"import {_import_milliseconds(name):5.1f} ms; {', '.join(can) or 'none of the features'}"
        print(_row(name, render, fields, rest))
    print(_row("deckgen", to_html, fields, "masks and short cut included"))


if __name__ == "__main__":
    main()
