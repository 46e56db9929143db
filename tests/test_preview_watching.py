"""What goes on until Ctrl-C: ``build --watch`` and the preview, as a user runs them."""

from __future__ import annotations

import asyncio
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import MakeProject, Run
from preview_page import Running, running

from deckgen.build.watch import is_source
from deckgen.model.addresses import install_command
from deckgen.preview.deck import DeckReader
from deckgen.preview.server import Preview

NOTES = """\
concepts:
  - {id: a, covers: [basics/first, basics/second], prompt: P?, answer: A}
"""


def _lines_until(command: Running, last: str) -> list[str]:
    lines = [command.line()]
    while not lines[-1].startswith(last):
        lines.append(command.line())
    return lines


def test_a_watched_build_says_in_one_line_what_each_save_changed(make_project: MakeProject):
    root = make_project(a=NOTES)
    file = root / "ch01" / "a.yaml"
    with running("build", "cards", "--watch", cwd=root.parent) as command:
        assert _lines_until(command, "`deckgen check")[0].startswith("Wrote cards/build/test.apkg")
        file.write_text(NOTES.replace("answer: A", "answer: B"))
        line = command.line()
        assert re.fullmatch(
            r"\d\d:\d\d:\d\d Wrote cards/build/test\.apkg in .* s: 1 note changed: ch01/a", line
        )
        file.write_text(NOTES.replace("answer: A", "answer: ["))  # says why, and goes on
        file.write_text(f"{NOTES}  - {{id: b, covers: [basics/first], prompt: Q?, answer: C}}\n")
        assert command.line().endswith("1 note new: ch01/b; 1 note changed: ch01/a")
        file.write_text(f"{file.read_text()}# a remark\n")
        assert command.line().endswith("nothing changed for readers")
        assert command.ctrl_c() == 0
    assert "Traceback" not in command.stderr()
    assert "Ctrl-C to end" in command.stderr()


def test_a_watched_build_that_fails_says_why_and_goes_on(make_project: MakeProject):
    root = make_project(a=NOTES.replace("answer", "anwser"))
    with running("build", "cards", "--watch", cwd=root.parent) as command:
        for _ in range(200):
            if "Watching" in command.stderr():
                break
            command.process.poll()
            subprocess.run(["sleep", "0.05"], check=True)
        assert "cards/ch01/a.yaml:2:" in command.stderr()
        assert "Nothing was written." in command.stderr()
        (root / "ch01" / "a.yaml").write_text(NOTES)
        assert command.line().endswith("1 note new: ch01/a; new note type: concepts; new deck: Test::01 One")
        assert command.ctrl_c() == 0


def test_a_frozen_build_is_not_watched(make_project: MakeProject, run: Run):
    result = run("build", make_project(a=NOTES), "--watch", "--frozen")
    assert result.exit_code == 2
    assert "exclude each other" in result.stderr


@pytest.mark.parametrize(
    ("missing", "arguments"),
    [
        (("watchfiles",), ["build", "--watch"]),
        (("mathjax",), ["preview"]),
        (("mathjax", "starlette", "uvicorn", "watchfiles"), ["preview"]),
        (("mathjax",), ["preview", "--static", "page"]),
    ],
)
def test_all_libraries_that_are_missing_are_named_with_how_to_install_them(
    make_project: MakeProject, missing: tuple[str, ...], arguments: list[str]
):
    root = make_project(a=NOTES.replace("answer: A", "answer: $e = mc^2$"))
    code = (
        "import sys\n"
        "class Missing:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name in {missing!r}: raise ModuleNotFoundError(name, name=name)\n"
        "sys.meta_path.insert(0, Missing())\n"
        "from deckgen.cli import main\n"
        "main()\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, *arguments, "--project", str(root)],
        cwd=root.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    names, them = "`, `".join(missing), "it" if len(missing) == 1 else "them"
    assert f"needs `{names}`. Install {them} with: {install_command('preview')}" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (root.parent / "page").exists()


def test_a_port_that_is_taken_is_said_in_one_line(make_project: MakeProject, run: Run):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = run("preview", make_project(a=NOTES), "--no-open", "--port", str(port))
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Cannot serve on port {port}: ")


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("ch01/a.yaml", True),
        ("media/a.png", True),
        ("deckgen.yaml", True),
        ("notetypes/own/style.css", True),
        ("deckgen.lock", False),
        (".deckgen.lock.123", False),
        (".git/index", False),
        ("ch01/a.yaml~", False),
        ("build/test.apkg", False),
        ("test.apkg", False),
        ("../elsewhere.yaml", False),
    ],
)
def test_what_a_build_writes_itself_is_no_save(path: str, counts: bool, tmp_path: Path):
    assert is_source(tmp_path, Path(f"{tmp_path}/{path}").resolve()) is counts


def test_a_page_that_comes_as_the_server_ends_is_let_go(make_project: MakeProject):
    preview = Preview(DeckReader(make_project(a=NOTES)))
    preview.end()
    sent: list[dict[str, Any]] = []

    async def ask() -> None:
        async def receive() -> dict[str, Any]:  # a page that stays
            await asyncio.sleep(60)
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        path = f"/{preview.token}/events"
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": b"",
            "asgi": {},
            "server": ("127.0.0.1", 80),
        }
        await preview.application()({**scope, "headers": [(b"host", b"localhost")]}, receive, send)

    asyncio.run(asyncio.wait_for(ask(), 5))
    assert sent[0]["status"] == 200
    assert sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}
