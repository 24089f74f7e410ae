"""A wire between browser and door that can be cut: browsers' own offline switch does not end a running request."""

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

READ = 16_384


@dataclass
class Wire:
    """What runs through, and when it breaks."""

    target: tuple[str, int]
    port: int = 0
    away: bool = False
    """No signal: every connection ends at once."""
    cuts: list[int] = field(default_factory=list)
    """After so many bytes of an upload's body the connection is torn (RST), first one first."""
    bytes_per_s: float = math.inf
    """How fast it takes what the browser sends. On loopback whole seconds of a mountain's network lie in buffers, and
    are lost with a cut; at the pace of a radio they are nearly empty."""
    body_bytes: int = 0
    """Bytes of upload bodies that went through."""
    sent: int = 0
    """Bytes that went from the browser to the door, of whatever kind."""
    torn: int = 0
    """Uploads that were torn."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def address(self) -> str:
        """Where the browser goes."""
        return f"http://127.0.0.1:{self.port}"

    def lose_signal(self) -> None:
        """Everything that runs is torn, and nothing new comes through."""
        self.away = True
        for writer in self._writers:
            writer.transport.abort()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the browser."""
        if self.away:
            writer.transport.abort()
            return
        with contextlib.suppress(OSError):
            far_reader, far_writer = await asyncio.open_connection(*self.target)
            self._writers |= {writer, far_writer}
            answers = asyncio.create_task(self._pump(far_reader, writer))
            self._tasks.add(answers)
            await self._send(reader, writer, far_writer)
            with contextlib.suppress(OSError):
                far_writer.close()
            await asyncio.wait({answers})
            self._writers -= {writer, far_writer}
            self._tasks.discard(answers)
        writer.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(READ):
                writer.write(data)
                await writer.drain()
            writer.close()

    async def _send(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, far_writer: asyncio.StreamWriter
    ) -> None:
        """From the browser to the door; counts the bodies of uploads."""
        in_body = 0
        while data := await reader.read(READ):
            if data.startswith(b"PATCH /v1/captures/"):
                in_body = 1
                head = data.find(b"\r\n\r\n") + 4
                counted = len(data) - head
            elif in_body and not data.startswith((b"GET ", b"HEAD ", b"POST ", b"PUT ")):
                counted = len(data)
            else:
                in_body = counted = 0
            in_body += counted
            self.body_bytes += counted
            self.sent += len(data)
            far_writer.write(data)
            await far_writer.drain()
            if math.isfinite(self.bytes_per_s):
                await asyncio.sleep(len(data) / self.bytes_per_s)
            if self.cuts and in_body > self.cuts[0]:
                del self.cuts[0]
                self.torn += 1
                far_writer.close()
                writer.transport.abort()
                return


@contextlib.asynccontextmanager
async def wire_to(address: str) -> AsyncIterator[Wire]:
    """A wire to this door."""
    host, _, port = address.removeprefix("http://").partition(":")
    wire = Wire((host, int(port)))
    server = await asyncio.start_server(wire.handle, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        wire.lose_signal()
        await asyncio.sleep(0.05)
