"""What surrounds every request: security headers, compression, the access log, and bodies that can be given up."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, get_args

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.errors import Code
from services.gateway.phone.uploads import INTERRUPT
from services.gateway.problems import GIVEN_UP, answer_problem, problem
from services.gateway.routes.pages import Page

log = logging.getLogger("onevisit.access")

TOO_LARGE = 413
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
"""On every answer; browsers ignore the last one on plain HTTP."""
DEFAULT_HEADERS = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Cache-Control": "no-store"}
"""On every answer that does not say otherwise: nothing here is a page, and nothing may be kept by a cache."""

COMPRESSED_BYTES = 1000
"""Smaller answers fit into one packet as they are."""
COMPRESSION_LEVEL = 6
PAGES = tuple(f"/{page}/" for page in get_args(Page))
THIN_LINE = frozenset({"/v1/today", "/v1/challenge-bundles", "/v1/captures"})
"""Routes that answer a phone with much text. (Uploads are POST /v1/captures: their answer is empty.)"""


class SecurityHeaders:
    """Adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers[name] = value
                for name, value in DEFAULT_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class Compression:
    """Sends pages, and what a phone fetches over a thin line, gzipped. Nothing else: no answer to somebody else's input
    may be measured by its length."""

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._gzipped = GZipMiddleware(app, minimum_size=COMPRESSED_BYTES, compresslevel=COMPRESSION_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wanted = scope["type"] == "http" and (scope["path"] in THIN_LINE or scope["path"].startswith(PAGES))
        await (self._gzipped if wanted else self._plain)(scope, receive, send)


class AccessLog:
    """One line per request: method, route, status, milliseconds. Never the address itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.monotonic(), 500

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        finally:
            route = getattr(scope.get("route"), "path", "-")
            log.info("%s %s %d %.0f ms", scope["method"], route, status, (time.monotonic() - started) * 1000)


class LimitAsProblem:
    """Turns the framework's plain answer to a body over the limit into a problem with its code."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        replaced = False

        async def send_problem(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and message["status"] == TOO_LARGE:
                content_type = Headers(scope=message).get("content-type", "")
                if content_type.startswith("text/plain"):
                    replaced = True
                    await answer_problem(problem(Code.BODY_TOO_LARGE))(scope, receive, send)
                    return
            if not replaced:
                await send(message)

        await self._app(scope, receive, send_problem if scope["type"] == "http" else send)


class OneUploadOneConnection:
    """Closes the connection after each answer to an upload, so that no bytes travel on one that was used before.

    A browser whose reused connection is torn sends the request again by itself, body and all, from its first byte: on
    a thin line that is the whole recording. Of a fresh connection it tells the page, which goes on where it stood.
    """

    def __init__(self, app: ASGIApp, *, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_and_close(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        uploads = scope["type"] == "http" and scope["method"] != "GET" and scope["path"].startswith(self._prefix)
        await self._app(scope, receive, send_and_close if uploads else send)


LENGTHS = frozenset({b"content-length", b"transfer-encoding"})


class OneLength:
    """Refuses a request that states two lengths of its body (RFC 9112, 6.1): a proxy before the door may believe the
    other one, and take what follows for somebody else's request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and {name for name, _ in scope["headers"]} >= LENGTHS:
            await answer_problem(problem(Code.MALFORMED), {"Connection": "close"})(scope, receive, send)
            return
        await self._app(scope, receive, send)


class InterruptibleBody:
    """Lets the reading of a body end when no byte comes for too long, and that of an upload when another connection
    takes over.

    The reader sees a client that went away; of an upload, what came before is kept.
    """

    def __init__(self, app: ASGIApp, *, idle_seconds: float) -> None:
        self._app = app
        self._idle_seconds = idle_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        interrupt = asyncio.Event()
        scope[INTERRUPT] = interrupt
        reading = True

        async def receive_or_give_up() -> MutableMapping[str, Any]:
            nonlocal reading
            if not reading:  # whoever asks now waits for the client to go away
                return await receive()
            message = await _first(receive, interrupt, self._idle_seconds)
            reading = message is not None and bool(message.get("more_body"))
            if message is None:
                scope[GIVEN_UP] = True
                return {"type": "http.disconnect"}
            return message

        await self._app(scope, receive_or_give_up, send)


async def _first(
    receive: Callable[[], Awaitable[MutableMapping[str, Any]]], interrupt: asyncio.Event, idle_seconds: float
) -> MutableMapping[str, Any] | None:
    """The next message; None when none came, or somebody interrupts."""
    message = asyncio.ensure_future(receive())
    stop = asyncio.ensure_future(interrupt.wait())
    try:
        await asyncio.wait({message, stop}, timeout=idle_seconds, return_when=asyncio.FIRST_COMPLETED)
        if message.done():
            return message.result()
        return None
    finally:
        message.cancel()
        stop.cancel()
