"""A name server that never answers: this machine's resolver cannot be told to ask one, so it hangs here instead."""

import socket
import threading
from typing import Any

HANGING = ".hangs.example"
"""How names end whose look-up hangs; all others are looked up."""
_really = socket.getaddrinfo


class HangingNames:
    """Which names hang now."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.end = threading.Event()

    async def asked(self, count: int) -> bool:
        """Whether so many look-ups hang."""
        return len(self.names) >= count

    def look_up(self, host: str | None, *arguments: Any, **named: Any) -> Any:
        """As the system's, but for these names."""
        if host is not None and host.endswith(HANGING):
            self.names.append(host)
            self.end.wait()
            raise socket.gaierror
        return _really(host, *arguments, **named)
