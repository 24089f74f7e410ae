"""Endpoints that break HTTP itself: each attempt ends in its time, with its fault, and the next one is a good one's."""

import asyncio
import gzip
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from socket import SO_LINGER, SOL_SOCKET

import pytest

from deploy.embedded import kafka_tls
from services.delivery.posting import DeliveryFault, Poster
from services.platform.delivery_policy import DeliveryPolicy

POLICY = DeliveryPolicy(networks=("127.0.0.0/8",), answer_s=2.0, connect_s=2.0)
PATIENT = POLICY.model_copy(update={"answer_s": 60.0, "connect_s": 60.0})
"""Where no time limit is tried: a busy machine may stand still for two seconds."""
TRIES = 10
"""How often the good endpoint is tried, for the same reason, where a time limit was."""
BODY = b"{}" * 500_000
HEADERS = {"content-length": str(len(BODY))}
OK = b"HTTP/1.1 200 OK\r\n"
EMPTY = b"Content-Length: 0\r\n\r\n"
_Server = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def _read(reader: asyncio.StreamReader) -> None:
    await reader.readuntil(b"\r\n\r\n")
    await reader.readexactly(len(BODY))


async def _for_ever(writer: asyncio.StreamWriter, part: bytes, pause: float = 0.0) -> None:
    while True:
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(pause)


def _says(answer: bytes) -> _Server:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _read(reader)
        writer.write(answer)
        await writer.drain()

    return serve


def _floods(begin: bytes, part: bytes, pause: float = 0.0) -> _Server:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _read(reader)
        writer.write(begin)
        await _for_ever(writer, part, pause)

    return serve


async def _resets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await _read(reader)
    writer.write(OK + b"Content-Length: 1000\r\n\r\nhalf")
    await writer.drain()
    writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _answers_unasked(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(OK + EMPTY)
    await writer.drain()


async def _reads_nothing(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


BOMB = gzip.compress(b"\0" * 50_000_000)
WAYS: dict[str, tuple[_Server, set[DeliveryFault | None]]] = {
    "headers of a byte a time": (_floods(OK, b"X", 0.05), {DeliveryFault.TIMED_OUT}),
    "headers without end": (_floods(OK, b"X-A: " + b"a" * 1000 + b"\r\n"), {DeliveryFault.ANSWER_MALFORMED}),
    "a header of 1 MB": (_says(OK + b"X-A: " + b"a" * 1_000_000 + b"\r\n" + EMPTY), {DeliveryFault.ANSWER_MALFORMED}),
    "informational answers without end": (
        _floods(b"", b"HTTP/1.1 103 Early\r\n\r\n" * 1000),
        {DeliveryFault.TIMED_OUT},
    ),
    "a body without end": (_floods(OK + b"\r\n", b"x" * 65_536), {None}),
    "chunks without end": (
        _floods(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"ffff\r\n" + b"x" * 65_535 + b"\r\n"),
        {None},
    ),
    "a bomb": (
        _says(OK + f"Content-Encoding: gzip\r\nContent-Length: {len(BOMB)}\r\n\r\n".encode() + BOMB),
        {None},
    ),
    "no header at all": (_says(b"<html>taken</html>\r\n\r\n"), {DeliveryFault.ANSWER_MALFORMED}),
    "another protocol": (_says(b"HTTP/2 200\r\n" + EMPTY), {DeliveryFault.ANSWER_MALFORMED}),
    "a status that is none": (_says(b"HTTP/1.1 2xx OK\r\n" + EMPTY), {DeliveryFault.ANSWER_MALFORMED}),
    "two lengths": (
        _says(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"),
        {DeliveryFault.ANSWER_MALFORMED},
    ),
    "a change of protocol": (
        _says(b"HTTP/1.1 101 Switch\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
        {DeliveryFault.ANSWER_MALFORMED},
    ),
    "a redirect to itself": (_says(b"HTTP/1.1 307 Again\r\nLocation: /\r\n" + EMPTY), {DeliveryFault.REDIRECTED}),
    "a redirect inwards": (
        _says(b"HTTP/1.1 308 In\r\nLocation: http://169.254.169.254/latest\r\n" + EMPTY),
        {DeliveryFault.REDIRECTED},
    ),
    "a reset in the middle": (_resets, {DeliveryFault.CONNECTION_FAILED}),
    "reading nothing": (_reads_nothing, {DeliveryFault.TIMED_OUT}),
    # What has answered before it was asked may have closed before all was sent: both are told as they are.
    "an answer before the request is read": (_answers_unasked, {None, DeliveryFault.CONNECTION_FAILED}),
}


@asynccontextmanager
async def _listening(serve: _Server, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    serving: list[tuple[asyncio.Task[None], asyncio.StreamWriter]] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await serve(reader, writer)
        writer.close()

    def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.append((asyncio.create_task(connected(reader, writer)), writer))

    server = await asyncio.start_server(accepted, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task, writer in serving:
            task.cancel()
            writer.transport.abort()
            await asyncio.gather(task, writer.wait_closed(), return_exceptions=True)
    assert len(serving) <= 1  # whatever it answered, it was asked once


@pytest.mark.parametrize("way", WAYS)
async def test_whatever_answers_the_attempt_ends_and_the_next_is_good(way: str) -> None:
    """In its time, with its fault; and the same poster then delivers to an endpoint that behaves."""
    serve, faults = WAYS[way]
    poster = Poster(POLICY if DeliveryFault.TIMED_OUT in faults else PATIENT)
    async with _listening(serve) as port, _listening(_says(OK + EMPTY)) as good:
        answer = await asyncio.wait_for(poster.post("hrss", f"http://127.0.0.1:{port}/", HEADERS, BODY), 60)
        assert answer.fault in faults
        for _ in range(TRIES):
            answer = await asyncio.wait_for(poster.post("hrss", f"http://127.0.0.1:{good}/", HEADERS, BODY), 60)
            if answer.fault is not DeliveryFault.TIMED_OUT:
                break
        assert (answer.response_code, answer.fault) == (200, None)
    await poster.close()


async def test_a_certificate_of_another_name_is_refused_before_anything_is_said(tmp_path: Path) -> None:
    """Also when the county trusts who has signed it."""
    kafka_tls.prepare(tmp_path, "other.example")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(tmp_path / kafka_tls.BROKER)
    poster = Poster(PATIENT.model_copy(update={"authority": tmp_path / kafka_tls.AUTHORITY}))
    async with _listening(_says(OK + EMPTY), tls) as port:
        answer = await poster.post("hrss", f"https://127.0.0.1:{port}/", HEADERS, BODY)
    await poster.close()
    assert (answer.response_code, answer.fault) == (None, DeliveryFault.TLS_FAILED)
