"""A server that plays an agency's endpoint: well-behaved under /good, and in every other way under other paths."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ssl import SSLContext

LATE_S = 3.0


@dataclass
class Receiver:
    """What came, and whether it is well again."""

    port: int = 0
    healed: bool = False
    """From now on every path behaves as /good does."""
    heard: dict[str, list[tuple[dict[str, str], bytes]]] = field(default_factory=lambda: defaultdict(list))
    """Headers and body of every request, by path; also of those that were answered badly."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = head.decode("latin-1").strip().split("\r\n")
                headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
                body = await reader.readexactly(int(headers["content-length"]))
                path = first.split(" ")[1]
                self.heard[path].append((headers, body))
                writer.write(await self._answer("/good" if self.healed else path))
                await writer.drain()
                if not self.healed and path in {"/closes", "/breaks", "/nonsense"}:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, path: str) -> bytes:
        await asyncio.sleep({"/hangs": 3600.0, "/late": LATE_S}.get(path, 0.0))
        return ANSWERS.get(path, _status(200, "OK"))


def _status(code: int, text: str, more: str = "") -> bytes:
    return f"HTTP/1.1 {code} {text}\r\n{more}Content-Length: 0\r\n\r\n".encode()


ANSWERS = {
    "/closes": b"",
    "/breaks": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf",
    "/nonsense": b"\x00\x01\x02 what is this\r\n\r\n",
    "/error": _status(500, "Internal Server Error"),
    "/moved": _status(301, "Moved", "Location: /good\r\n"),
    "/gone": _status(410, "Gone"),
    "/busy": _status(429, "Too Many", "Retry-After: 2\r\n"),
    "/moved-later": _status(301, "Moved", "Retry-After: 3000\r\nLocation: /good\r\n"),
    "/huge": b"HTTP/1.1 200 OK\r\nContent-Length: 8388608\r\n\r\n" + b"x" * 8_388_608,
    "/drips": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n",
}
"""What each path answers; every other one answers 200."""


@asynccontextmanager
async def receiving(tls: SSLContext | None = None) -> AsyncIterator[Receiver]:
    """A running endpoint on loopback."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
