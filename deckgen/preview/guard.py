"""Whom the preview answers: the page at its own secret address, and no other site through the browser.

The deck holds the reader's own stories, and other users and any page in the browser can reach a port of this
machine.
"""

import asyncio

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

MOST_CONNECTIONS = 100
SECONDS_TO_ASK = 5  # for a whole request

# Nothing is fetched from elsewhere, by the page or by a card, and no other page may hold this one in a frame.
_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; media-src 'self'; font-src 'self' data:; connect-src 'self'; frame-src 'self'; "
    "base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
)
# A picture (SVG) or any other file of the project, opened by itself: it runs nothing, and has no origin.
MEDIA_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """ASGI middleware: refuses what a page of another origin asks, and gives each answer its headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        is_foreign = scope["type"] == "http" and _is_foreign(scope)
        app = PlainTextResponse("This is another page's request.", 403) if is_foreign else self._app
        await app(scope, receive, send_guarded)


def _is_foreign(scope: Scope) -> bool:
    """Tell whether a request is another origin's; a card's frame has none, and loads media and MathJax."""
    headers = Headers(scope=scope)
    own = f"http://{headers.get('host')}"
    is_for_cards = scope["path"].split("/")[2:3] in (["media"], ["mathjax.js"])
    return headers.get("origin", own) not in (own, "null" if is_for_cards else own)


class Connection(H11Protocol):
    """A connection that is closed if it makes no whole request in time."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to watch the time."""
        super().connection_made(transport)
        self.loop.call_later(SECONDS_TO_ASK, self._close_if_idle, None)

    def _close_if_idle(self, last: RequestResponseCycle | None) -> None:
        """Close the connection if its ``last`` request is answered and none has followed; else look again."""
        if self.transport.is_closing():
            return
        if self.cycle is last and (last is None or last.response_complete):
            self.transport.close()
        else:
            self.loop.call_later(SECONDS_TO_ASK, self._close_if_idle, self.cycle)
