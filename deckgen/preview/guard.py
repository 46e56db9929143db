"""Whom the preview answers: the page at its own secret address, and no other site through the browser.

The deck holds the reader's own stories, and other users and any page in the browser can reach a port of this
machine.
"""

import asyncio

import h11
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

HOST = "127.0.0.1"
MOST_CONNECTIONS = 100
SECONDS_TO_ASK = 5  # for a whole request

# Nothing is fetched from elsewhere, by the page or by a card, and no other page may hold this one in a frame.
_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; media-src 'self'; font-src 'self' data:; connect-src 'self'; frame-src 'self'; "
    "base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
)
# What cards load: they stand in frames without an origin, to which nothing here is of the same one.
CARD_HEADERS = {"Cross-Origin-Resource-Policy": "cross-origin"}
# A picture (SVG) or any other file of the project, opened by itself: it runs nothing, and has no origin.
MEDIA_HEADERS = {
    **CARD_HEADERS,
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
    ),
}
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_REFUSAL = "This was asked by another page. Paste the address that `deckgen preview` printed into a new tab."


class Guard:
    """ASGI middleware: refuses what was asked by another page, and gives each answer its headers."""

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
        app = PlainTextResponse(_REFUSAL, 403) if is_foreign else self._app
        await app(scope, receive, send_guarded)


def _is_foreign(scope: Scope) -> bool:
    """Tell whether a request is neither the page's own nor for the address as it was typed or pasted.

    A card's frame has no origin, and loads media and MathJax. Another site could point its own name at this
    port (DNS rebinding), so the name that was asked for counts as well.
    """
    headers = Headers(scope=scope)
    host, port = headers.get("host", ""), scope["server"][1]
    own = f"http://{host}"
    is_for_cards = scope["path"].split("/")[2:3] in (["media"], ["mathjax.js"])
    return (
        (host if ":" in host else f"{host}:80") not in (f"{HOST}:{port}", f"localhost:{port}")
        or headers.get("origin", own) not in (own, "null" if is_for_cards else own)
        or not headers.get("referer", f"{own}/").startswith(f"{own}/")
        or not (is_for_cards or headers.get("sec-fetch-site", "none") in ("none", "same-origin"))
    )


class Connection(H11Protocol):
    """A connection that is closed if it makes no whole request in time, or if there are too many."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to watch the time."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.close()
        self.loop.call_later(SECONDS_TO_ASK, self._close_if_idle, None)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request of HTTP, with the headers that each answer has."""
        named = {"content-type": "text/plain; charset=utf-8", "connection": "close", **_HEADERS}
        answer = h11.Response(status_code=400, headers=list(named.items()), reason="Bad Request")
        for event in (answer, h11.Data(data=msg.encode()), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event))
        self.transport.close()

    def _close_if_idle(self, last: RequestResponseCycle | None) -> None:
        """Close the connection if its ``last`` request is answered and none has followed; else look again."""
        if self.transport.is_closing():
            return
        if self.cycle is last and (last is None or last.response_complete):
            self.transport.close()
        else:
            self.loop.call_later(SECONDS_TO_ASK, self._close_if_idle, self.cycle)
