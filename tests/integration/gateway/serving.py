"""The door behind a real socket, and a phone that sends by the real tus client."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from tusclient import client as tus

from tests.integration.gateway.conftest import Bench, Phone

CLIP = bytes(range(256)) * 4000
"""A recording of 1 MB; nothing here looks into it."""


class Server(uvicorn.Server):
    """uvicorn without its pauses: between the order to end and the end of an idle server lie 0.1 to 0.2 s."""

    def __init__(self, app: FastAPI) -> None:
        # uvicorn opens the port itself, as the door's does: asyncio sends at once (TCP_NODELAY) only on such a socket,
        # and each answer on another one waits 40 ms for an acknowledgement between its head and its body.
        super().__init__(
            uvicorn.Config(app, host="127.0.0.1", port=0, lifespan="off", log_config=None, access_log=False)
        )
        self.over = asyncio.Event()

    async def main_loop(self) -> None:
        """Until it is over."""
        await self.on_tick(0)
        await self.over.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends as uvicorn does: nobody comes in any more, and whoever is being answered is answered."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await asyncio.sleep(0)
        await self._wait_tasks_to_complete()


@contextlib.asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The address of the app on loopback; its lifespan is the caller's."""
    server = Server(app)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        assert not serving.done(), serving.exception()
        await asyncio.sleep(0.01)
    try:
        yield "http://{}:{}".format(*server.servers[0].sockets[0].getsockname())
    finally:
        server.over.set()
        await serving


def uploader(address: str, phone: Phone, content: bytes, metadata: dict[str, str], url: str | None = None) -> Any:
    """The tus client of a phone."""
    sender = tus.TusClient(f"{address}/v1/captures", headers=phone.headers)
    return sender.uploader(file_stream=BytesIO(content), metadata=metadata, url=url, chunk_size=len(content) or 1)


async def send(address: str, phone: Phone, content: bytes, metadata: dict[str, str]) -> Any:
    """Sends a recording; the uploader, for its address and last answer."""
    sending = uploader(address, phone, content, metadata)
    await asyncio.to_thread(sending.upload)
    return sending


async def resume(address: str, phone: Phone, content: bytes, metadata: dict[str, str], url: str) -> None:
    """Asks where an upload stands and sends the rest."""
    await asyncio.to_thread(lambda: uploader(address, phone, content, metadata, url).upload())


async def send_half(url: str, phone: Phone, content: bytes) -> asyncio.StreamWriter:
    """Begins to send all of `content` to an upload and stops half-way; the connection stays open."""
    host, _, path = url.removeprefix("http://").partition("/")
    name, _, port = host.partition(":")
    _, writer = await asyncio.open_connection(name, int(port))
    head = (
        f"PATCH /{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {phone.token}\r\nTus-Resumable: 1.0.0\r\n"
        f"Upload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    writer.write(head.encode() + content[: len(content) // 2])
    await writer.drain()
    return writer


async def wait_for_bytes(bench: Bench, phone: Phone, url: str, size: int) -> None:
    """Waits until so many bytes of an upload lie on the door's disk."""
    path: Path = bench.settings.var / "uploads" / phone.device_id.hex / url.rpartition("/")[2]
    for _ in range(3000):
        if len(await asyncio.to_thread(path.read_bytes)) >= size:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the bytes did not arrive")
