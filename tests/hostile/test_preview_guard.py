"""The preview answers its own page: no other user of the machine, and no other site through the browser."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import pytest
from anki_reviewer import browser as start_browser
from conftest import MakeProject
from playwright.sync_api import Browser
from preview_page import Running, running

NOTES = """\
concepts:
  - id: a
    covers: [basics/first, basics/second]
    prompt: What is secret?
    answer: '![One](one.svg) ![Two](two.html)'
"""
RUNS = "document.title = 'it ran'; fetch('../deck.json').then(() => { document.title = 'it read' })"
FILES = {
    "media/one.svg": f'<svg xmlns="http://www.w3.org/2000/svg"><title>quiet</title><script>{RUNS}</script></svg>',
    "media/two.html": f"<!doctype html><title>quiet</title><script>{RUNS}</script>",
}


@pytest.fixture
def preview(make_project: MakeProject) -> Iterator[Running]:
    root = make_project(FILES, a=NOTES)
    with running("preview", "cards", "--no-open", cwd=root.parent) as command:
        command.url = command.line().split()[-1]
        yield command


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with start_browser() as started:
        yield started


def _ask(url: str, method: str = "GET", **headers: str) -> tuple[int, Message, str]:
    """Return the status of an answer, its headers, and its text where that has an end."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    connection.request(method, parts.path, headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode() if "Content-Length" in answer.headers else ""
    connection.close()
    return answer.status, answer.headers, text


def _media(preview: Running) -> list[str]:
    """Return the addresses of the media that the note shows."""
    sides = json.loads(_ask(f"{preview.url}note/ch01/a")[2])
    return [f"{preview.url}media/{name}" for name in re.findall(r'src="(.+?)"', sides[0]["back"])]


def test_who_was_not_given_the_address_gets_nothing(preview: Running):
    parts = urlsplit(preview.url)
    base = f"http://{parts.netloc}"
    assert len(parts.path) > 20
    for path in (
        "/",
        "/deck.json",
        "/media/x",
        "/events",
        "/page.js",
        "/wrong-token/",
        "/wrong-token/deck.json",
    ):
        status, _, text = _ask(f"{base}{path}")
        assert status == 404
        assert text
        assert "secret" not in text


def test_only_this_machine_is_served_and_only_under_its_own_name(preview: Running):
    port = urlsplit(preview.url).port
    for host in ("elsewhere.example", f"elsewhere.example:{port}", "127.0.0.1:1", "127.0.0.1", ""):
        assert _ask(f"{preview.url}deck.json", Host=host)[0] == 403
    for referer in ("http://elsewhere.example/", f"http://127.0.0.1:{port}0/", ""):
        assert _ask(f"{preview.url}deck.json", Referer=referer)[0] == 403
    for site in ("cross-site", "same-site"):
        status, _, text = _ask(preview.url, **{"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"})
        assert status == 403
        assert "Paste the address" in text
    for site in ("none", "same-origin"):
        assert _ask(preview.url, **{"Sec-Fetch-Site": site})[0] == 200
    assert _ask(f"{preview.url}deck.json", Origin="")[0] == 403
    assert _ask(f"{preview.url}deck.json", Origin="http://elsewhere.example")[0] == 403
    assert _ask(f"{preview.url}deck.json", Origin="null")[0] == 403
    assert _ask(f"{preview.url}deck.json", Origin=f"http://127.0.0.1:{port}")[0] == 200
    assert _ask(f"{preview.url}deck.json", "POST")[0] == 405
    other = socket.gethostbyname(socket.gethostname())
    if not other.startswith("127."):
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((other, port), timeout=2)


def test_every_answer_says_what_a_browser_may_do_with_it(preview: Running):
    media = _media(preview)
    assert len(media) == 2
    for url in (preview.url, f"{preview.url}nothing", *(f"{preview.url}{name}" for name in ("deck.json", "events", "page.js", "note/ch01/a")), *media):  # fmt: skip
        status, headers, _ = _ask(url)
        assert status == (404 if url.endswith("nothing") else 200)
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert ("sandbox" in policy) is (url in media)
        assert headers["Cross-Origin-Resource-Policy"] == ("cross-origin" if url in media else "same-origin")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "asked",
    [b"GET / HTTP/1.1\r\n\r\n", b"GET /" + b"x" * 200_000, b"\x16\x03\x01\r\n\r\n"],
    ids=["no host", "too long", "no HTTP"],
)
def test_what_is_no_request_is_answered_with_the_same_headers(preview: Running, asked: bytes):
    parts = urlsplit(preview.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
        connection.sendall(asked)
        answer = connection.recv(10_000).decode().lower()
    assert answer.startswith("http/1.1 400")
    assert "content-security-policy: default-src 'none'" in answer
    assert "cross-origin-resource-policy: same-origin" in answer
    assert "x-content-type-options: nosniff" in answer


def test_a_media_file_that_is_opened_runs_nothing(preview: Running, browser: Browser):
    page = browser.new_context().new_page()
    for url in _media(preview):
        page.goto(url)
        page.wait_for_timeout(300)
        assert page.evaluate("self.origin") == "null"
        assert page.title() == "quiet"
    page.context.close()


class _Elsewhere(BaseHTTPRequestHandler):
    """A page of another site that knows the preview's address and tries all that a page may."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Elsewhere</title>")

    def log_message(self, *_):
        pass


@pytest.fixture
def elsewhere() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_a_page_from_elsewhere_can_neither_read_nor_frame_nor_drive_it(
    preview: Running, browser: Browser, elsewhere: str
):
    page = browser.new_context().new_page()
    page.goto(elsewhere)
    read = "async ([url, mode]) => { try { return await (await fetch(url, { mode })).text() } catch { return 'no' } }"
    for name in ("", "deck.json", "note/ch01/a"):
        assert page.evaluate(read, [preview.url + name, "cors"]) == "no"
        assert page.evaluate(read, [preview.url + name, "no-cors"]) in ("", "no")
    page.evaluate(
        """async (url) => {
          const frame = document.createElement("iframe");
          frame.src = url;
          const loaded = new Promise((done) => { frame.onload = done; });
          document.body.append(frame);
          await loaded;
        }""",
        preview.url,
    )
    framed = next(frame for frame in page.frames if frame.parent_frame is not None)
    assert "Cards" not in framed.content()
    with page.expect_popup() as opened:
        page.evaluate("(url) => { window.handle = open(url) }", preview.url)
    popup = opened.value
    popup.get_by_text("Paste the address").wait_for()
    assert popup.evaluate("window.opener") is None
    assert page.evaluate("window.handle.closed")
    page.context.close()


def test_connections_that_ask_nothing_are_closed_and_others_are_served_again(preview: Running):
    parts = urlsplit(preview.url)
    idle = [socket.create_connection((parts.hostname, parts.port), timeout=20) for _ in range(150)]
    idle[0].sendall(b"GET / HTTP/1.1\r\nHost: 127")
    for each in idle:
        with each:
            while each.recv(1000):  # some are told that there are too many
                pass
    assert _ask(preview.url)[0] == 200
