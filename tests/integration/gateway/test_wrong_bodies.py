"""Bodies that do not come, and requests that state two lengths: over a socket, as an attacker sends them."""

import asyncio

import pytest

from services.gateway.app import create_app
from services.gateway.policy import DoorPolicy
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.serving import served

IDLE_S = 0.5
PATIENCE_S = 60.0


async def exchange(address: str, *pieces: bytes, patience_s: float = PATIENCE_S) -> bytes:
    """All that the door answers until it closes the connection. Raises TimeoutError when it does not."""
    host, _, port = address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        return await asyncio.wait_for(reader.read(), patience_s)
    finally:
        writer.close()


def head(line: str, *headers: str) -> bytes:
    """The head of a request."""
    return "\r\n".join((f"{line} HTTP/1.1", "Host: door", *headers, "", "")).encode()


@pytest.mark.parametrize(
    ("line", "media_type", "begun", "own"),
    [
        ("POST /v1/record-checks", "application/json", b'{"items": [', False),
        ("POST /v1/record-checks", "application/json", b'{"items": [', True),
        ("POST /v1/record-check-lists", "text/csv", b"a,b\r\n", True),
        ("POST /v1/lists", "text/csv", b"a,b\r\n", True),
        ("POST /v1/lists", "multipart/form-data; boundary=x", b"--x\r\n", True),
        ("POST /v1/token", "application/x-www-form-urlencoded", b"grant_type=", False),
    ],
)
async def test_a_body_that_stops_coming_is_given_up(
    bench: Bench, line: str, media_type: str, begun: bytes, own: bool
) -> None:
    """Whoever sends the head of a request and no more held a connection for ever, without any account. It ends with the
    answer, and is not kept for another request."""
    app = create_app(bench.settings, DoorPolicy(body_idle_seconds=IDLE_S))
    headers = [f"Content-Type: {media_type}", "Content-Length: 1000"]
    if own:
        headers.append(f"Authorization: {bench.as_role['hrss']['Authorization']}")
    async with app.router.lifespan_context(app), served(app) as address:
        answer = await exchange(address, head(line, *headers), begun)
    assert answer.startswith(b"HTTP/1.1 408 ") and b"BODY_TOO_SLOW" in answer
    assert b"connection: close" in answer.lower()


async def test_a_page_that_listens_is_not_given_up(bench: Bench) -> None:
    """It has no body to bring: its answer goes on after the time that a body has."""
    app = create_app(bench.settings, DoorPolicy(body_idle_seconds=IDLE_S))
    asked = head("GET /v1/desk/events", f"Authorization: {bench.as_role['scheduler']['Authorization']}")
    async with app.router.lifespan_context(app), served(app) as address:
        host, _, port = address.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(asked)
        assert b"event: draft" in await asyncio.wait_for(reader.readuntil(b"\n\n"), PATIENCE_S) + await reader.read(500)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 4 * IDLE_S)
        writer.close()


async def test_two_lengths_of_one_body_are_refused(bench: Bench) -> None:
    """And what follows on the connection is not taken for a request: a proxy may have thought it a body."""
    smuggled = head("GET /healthz")
    both = head("POST /v1/token", "Content-Length: 5", "Transfer-Encoding: chunked")
    async with served(bench.app) as address:
        answer = await exchange(address, both + b"0\r\n\r\n" + smuggled)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert answer.startswith(b"HTTP/1.1 422 ") and b"MALFORMED" in answer
