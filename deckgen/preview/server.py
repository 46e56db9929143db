"""The page, served to this machine only and updated after each save.

Starlette and uvicorn, because many people maintain them, they are plain Python, and they do all that is
needed (files, a stream of events, a clean shutdown) without compiled dependencies or a larger framework.
"""

import asyncio
import gc
import json
import secrets
import socket
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from deckgen.build.watch import saves
from deckgen.preview.assets import FOLDER, LIVE_FILES, PAGE_FILES, mathjax, page_html
from deckgen.preview.deck import Deck, DeckEntry, DeckReader
from deckgen.preview.guard import CARD_HEADERS, HOST, MEDIA_HEADERS, Connection, Guard
from deckgen.source.files import is_file

# With more changes than these, the page fetches what it shows: the card in view must not wait.
_MAX_ROWS_SENT = 200
_MAX_CARDS_SENT = 20
# Raised if a file is deleted or cut between two reads; the next save triggers another read.
_CHANGED_MEANWHILE = (OSError, IndexError)
_PAUSE = 0.5  # seconds without a save


class Preview:
    """The deck as it was last read, and the open pages, which are sent each change."""

    def __init__(self, reader: DeckReader) -> None:
        self.token = secrets.token_urlsafe(16)  # in the address: only who was given it is answered
        self._reader = reader
        self._deck, _ = reader.read()
        self._version = 1
        self._pages: set[asyncio.Queue[str | None]] = set()
        self._saved = threading.Event()
        self._stop = threading.Event()
        gc.freeze()  # the deck stays in memory: the collector need not scan it after each save

    def application(self) -> Starlette:
        """Return the ASGI application, which reads the project again after each save."""
        files = [*PAGE_FILES, *LIVE_FILES]
        pages = [
            Route("/", self._page),
            Route("/deck.json", self._whole_deck),
            Route("/note/{name:path}", self._note),
            Route("/events", self._events),
            Route("/media/{name}", self._media),
            *(Route(f"/{name}", _sends(FOLDER / name)) for name in files),
            Route("/mathjax.js", _sends(mathjax(), CARD_HEADERS)),
        ]
        return Starlette(
            routes=[Mount(f"/{self.token}", routes=pages), Route("/", _without_token)],
            middleware=[Middleware(Guard)],
            lifespan=self._lifespan,
        )

    def end(self) -> None:
        """Stop watching, and end the streams to the pages."""
        self._stop.set()
        self._saved.set()
        for page in self._pages:
            page.put_nowait(None)

    @asynccontextmanager
    async def _lifespan(self, _application: Starlette) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        for work in (self._watch, self._read_after_saves):
            threading.Thread(target=work, args=(loop,), daemon=True).start()
        yield
        self.end()

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Show the saved file at once, since its author waits; another thread reads the whole project."""
        for paths in saves(self._reader.root, self._stop):
            with suppress(*_CHANGED_MEANWHILE):
                cards = self._reader.changed_cards(paths)
                if 0 < len(cards) <= _MAX_CARDS_SENT:
                    self._send_from_thread(loop, {"cards": cards})
            self._saved.set()

    def _read_after_saves(self, loop: asyncio.AbstractEventLoop) -> None:
        """Read the project after each save; after a pause, run the lint rules."""
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
        changes = changes_between(before, self._deck)
        if changes is not None:
            self._version += 1
            self._send_from_thread(loop, {**changes, "version": self._version})

    def _send_from_thread(self, loop: asyncio.AbstractEventLoop, changes: Mapping[str, object]) -> None:
        with suppress(RuntimeError):  # the event loop has ended
            loop.call_soon_threadsafe(self._send, json.dumps(changes, ensure_ascii=False))

    def _send(self, changes: str) -> None:
        for page in self._pages:
            page.put_nowait(changes)

    async def _page(self, _request: Request) -> Response:
        return HTMLResponse(page_html(is_static=False))

    async def _whole_deck(self, _request: Request) -> Response:
        return _json(self._deck.to_json(self._version))

    async def _note(self, request: Request) -> Response:
        entry = self._deck.entries.get(request.path_params["name"])
        return _json(json.dumps(entry.sides() if entry else []), status=200 if entry else 404)

    async def _media(self, request: Request) -> Response:
        file = self._deck.media.get(request.path_params["name"])
        if file is None or not is_file(file.location):
            return Response(status_code=404)
        return FileResponse(file.location, headers=MEDIA_HEADERS)

    async def _events(self, _request: Request) -> Response:
        return StreamingResponse(self._stream(), media_type="text/event-stream")

    async def _stream(self) -> AsyncIterator[str]:
        page: asyncio.Queue[str | None] = asyncio.Queue()
        self._pages.add(page)
        if self._stop.is_set():  # `end` has run, and did not see this page
            page.put_nowait(None)
        try:
            # By the version, a page that was disconnected knows whether it missed a change.
            yield f'data: {{"version":{self._version}}}\n\n'
            while (changes := await page.get()) is not None:
                yield f"data: {changes}\n\n"
        finally:
            self._pages.discard(page)


def changes_between(before: Deck, after: Deck) -> dict[str, object] | None:
    """Return what a page that shows ``before`` needs to show ``after``; None if nothing changed.

    ``rows`` are the changed rows of the list, ``cards`` the sides of the changed notes unless there are many.
    ``whole`` tells the page to fetch the whole deck, after it has shown the card in view.
    """
    changed = [
        (name, entry)
        for name, entry in after.entries.items()
        if (old := before.entries.get(name)) is None or _differs(old, entry)
    ]
    whole = (
        before.head != after.head
        or len(changed) > _MAX_ROWS_SENT
        or list(before.entries) != list(after.entries)
    )
    if not changed and not whole and before.findings == after.findings:
        return None
    return {
        "whole": whole,
        "findings": json.loads(after.findings),
        "rows": [] if whole else [json.loads(entry.row) for _, entry in changed],
        "cards": {name: entry.sides() for name, entry in changed} if len(changed) <= _MAX_CARDS_SENT else {},
    }


def _differs(old: DeckEntry, new: DeckEntry) -> bool:
    return old.row != new.row or old.rendered is not new.rendered


def _json(text: str, status: int = 200) -> Response:
    return Response(text, status_code=status, media_type="application/json")


def _sends(file: Path, headers: Mapping[str, str] | None = None) -> Callable[[Request], Response]:
    return lambda _request: FileResponse(file, headers=headers)


def _without_token(_request: Request) -> Response:
    return PlainTextResponse("Open the whole address that `deckgen preview` printed.", 404)


class _Server(uvicorn.Server):
    """Ends the streams to the pages before it shuts down: uvicorn waits for open connections."""

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
    """Return a socket that only this machine can reach; port 0 takes a free port.

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


def address_of(preview: Preview, listener: socket.socket) -> str:
    """Return the address of the page."""
    return f"http://{HOST}:{listener.getsockname()[1]}/{preview.token}/"


def serve(preview: Preview, listener: socket.socket, started: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM; ``started`` is called once the page can be opened."""
    config = uvicorn.Config(
        preview.application(),
        http=Connection,
        ws="none",
        log_level="warning",
        timeout_graceful_shutdown=10,
        server_header=False,
    )
    _Server(config, preview, started).run(sockets=[listener])
