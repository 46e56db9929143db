"""The page, served to this machine alone: it follows each save until it is told to end.

Starlette and uvicorn, because they are kept by many hands, are plain Python, and do all that is needed
(files, a stream of events, an end in order) without a compiled dependency or a framework around them.
"""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from deckgen.build.watch import saves
from deckgen.preview.assets import FOLDER, LIVE_FILES, PAGE_FILES, mathjax, page_html
from deckgen.preview.deck import Deck, Entry, Reader

HOST = "127.0.0.1"
_NOT_KEPT = {"Cache-Control": "no-store"}
# Beyond these the page fetches what it shows rather than be told: the card in view must not wait.
_ROWS_TOLD = 200
# A file that goes, or gets shorter, between being read and being looked up: the next save tells of it.
_CHANGED_MEANWHILE = (OSError, IndexError)
_PAUSE = 0.5  # seconds without a save
_CARDS_TOLD = 20


class Preview:
    """The deck as it was read last, and the pages that are told of each change."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._deck, _ = reader.read()
        self._version = 1
        self._pages: set[asyncio.Queue[str | None]] = set()
        self._saved = threading.Event()
        self._stop = threading.Event()
        gc.freeze()  # the deck stays: a collection after each save need not walk through it

    def application(self) -> Starlette:
        """Return the ASGI application; it reads the project again after each save while it runs."""
        files = [*PAGE_FILES, *LIVE_FILES]
        return Starlette(
            routes=[
                Route("/", self._page),
                Route("/deck.json", self._whole_deck),
                Route("/note/{name:path}", self._note),
                Route("/events", self._events),
                Route("/media/{name}", self._media),
                *(Route(f"/{name}", _sends(FOLDER / name)) for name in files),
                Route("/mathjax.js", _sends(mathjax())),
            ],
            # Another site's page could point its own name at this port; it gets nothing.
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])],
            lifespan=self._lifespan,
        )

    def end(self) -> None:
        """Stop watching, and let the pages' streams end."""
        self._stop.set()
        self._saved.set()
        for page in self._pages:
            page.put_nowait(None)

    @asynccontextmanager
    async def _lifespan(self, _application: Starlette) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        for work in (self._watch, self._read_on):
            threading.Thread(target=work, args=(loop,), daemon=True).start()
        yield
        self.end()

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Show the saved file at a glance: its author waits for it. All else is read by another thread."""
        for paths in saves(self._reader.root, self._stop):
            with suppress(*_CHANGED_MEANWHILE):
                cards = self._reader.glance(paths)
                if 0 < len(cards) <= _CARDS_TOLD:
                    self._tell_from_thread(loop, {"cards": cards})
            self._saved.set()

    def _read_on(self, loop: asyncio.AbstractEventLoop) -> None:
        """Read the project after each save; once the author pauses, run the lint rules over it."""
        while self._saved.wait() and not self._stop.is_set():
            self._saved.clear()
            with suppress(*_CHANGED_MEANWHILE):
                self._read(loop)
                if not self._saved.wait(_PAUSE):
                    self._reader.lint()
                    self._read(loop)

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        before = self._deck
        self._deck, _ = self._reader.read()
        news = news_between(before, self._deck)
        if news is not None:
            self._version += 1
            self._tell_from_thread(loop, {**news, "version": self._version})

    def _tell_from_thread(self, loop: asyncio.AbstractEventLoop, news: Mapping[str, object]) -> None:
        with suppress(RuntimeError):  # the loop has ended, and the pages with it
            loop.call_soon_threadsafe(self._tell, json.dumps(news, ensure_ascii=False))

    def _tell(self, news: str) -> None:
        for page in self._pages:
            page.put_nowait(news)

    async def _page(self, _request: Request) -> Response:
        return HTMLResponse(page_html(is_static=False), headers=_NOT_KEPT)

    async def _whole_deck(self, _request: Request) -> Response:
        return _json(self._deck.to_json(self._version))

    async def _note(self, request: Request) -> Response:
        entry = self._deck.entries.get(request.path_params["name"])
        return _json(json.dumps(entry.sides() if entry else []), status=200 if entry else 404)

    async def _media(self, request: Request) -> Response:
        file = self._deck.media.get(request.path_params["name"])
        if file is None or not file.location.is_file():
            return Response(status_code=404)
        return FileResponse(file.location, headers=_NOT_KEPT)

    async def _events(self, _request: Request) -> Response:
        return StreamingResponse(self._stream(), media_type="text/event-stream", headers=_NOT_KEPT)

    async def _stream(self) -> AsyncIterator[str]:
        page: asyncio.Queue[str | None] = asyncio.Queue()
        self._pages.add(page)
        if (
            self._stop.is_set()
        ):  # it came as the others were told: nobody would tell it, and it would be cut off
            page.put_nowait(None)
        try:
            # One that was away learns by this whether it missed something.
            yield f'data: {{"version":{self._version}}}\n\n'
            while (news := await page.get()) is not None:
                yield f"data: {news}\n\n"
        finally:
            self._pages.discard(page)


def news_between(before: Deck, after: Deck) -> dict[str, object] | None:
    """Return what a page must be told to show ``after`` where it shows ``before``; None for nothing.

    ``rows`` are those that changed; ``cards`` the sides of notes that did, unless there are many;
    ``whole`` says that the page must fetch the deck anew, once it shows the card in view.
    """
    changed = [
        (name, entry)
        for name, entry in after.entries.items()
        if (old := before.entries.get(name)) is None or _differs(old, entry)
    ]
    whole = (
        before.head != after.head
        or len(changed) > _ROWS_TOLD
        or (before.entries.keys() != after.entries.keys() or list(before.entries) != list(after.entries))
    )
    if not changed and not whole and before.findings == after.findings:
        return None
    return {
        "whole": whole,
        "findings": json.loads(after.findings),
        "rows": [] if whole else [json.loads(entry.row) for _, entry in changed],
        "cards": {name: entry.sides() for name, entry in changed} if len(changed) <= _CARDS_TOLD else {},
    }


def _differs(old: Entry, new: Entry) -> bool:
    return old.row != new.row or old.rendered is not new.rendered


def _json(text: str, status: int = 200) -> Response:
    return Response(text, status_code=status, media_type="application/json", headers=_NOT_KEPT)


def _sends(file: Path) -> Callable[[Request], Response]:
    return lambda _request: FileResponse(file, headers=_NOT_KEPT)


class _Server(uvicorn.Server):
    """Ends the pages' streams first, for it waits until each connection has ended."""

    def __init__(self, config: uvicorn.Config, preview: Preview, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._preview = preview
        self._on_start = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._preview.end()
        await super().shutdown(sockets)


def listen(port: int) -> socket.socket:
    """Return a socket that listens to this machine alone; port 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError:
        listener.close()
        raise
    return listener


def address_of(listener: socket.socket) -> str:
    """Return the address of the page."""
    return f"http://{HOST}:{listener.getsockname()[1]}/"


def serve(preview: Preview, listener: socket.socket, started: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM; ``started`` is called once the page can be opened."""
    config = uvicorn.Config(
        preview.application(), log_level="warning", timeout_graceful_shutdown=10, server_header=False
    )
    _Server(config, preview, started).run(sockets=[listener])
