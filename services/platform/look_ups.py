"""Names looked up in threads that are apart for each agency: one whose name server hangs keeps nobody else waiting."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

THREADS = 16
"""Of one agency: more than it may have endpoints, so that a name that hangs does not delay its others either."""
MOST_OPEN = 64
"""Of one agency, under way or waiting for a thread: an agency may name new ones faster than a name server gives up."""

_Key = tuple[str, str, int]


class LookUps:
    """Looks names up by the system's resolver, which knows neither a limit of time nor how to stop.

    The same name is never looked up twice at once: who asks meanwhile waits with the first, also when that one has
    given up waiting.
    """

    def __init__(self) -> None:
        self._threads: dict[str, ThreadPoolExecutor] = {}
        self._open: dict[_Key, asyncio.Future[list[Any]]] = {}

    async def addresses(self, agency: str, host: str, port: int) -> list[str]:
        """The IP addresses of a name, each once. Takes as long as the resolver does: set a limit of your own.

        Args:
            agency: on whose behalf.

        Raises:
            TimeoutError: when too many look-ups of this agency are open.
            OSError: when the name has no address.
            UnicodeError: when it cannot be one.
        """
        key = agency, host, port
        if key not in self._open:
            if sum(of == agency for of, _, _ in self._open) >= MOST_OPEN:
                raise TimeoutError("too many look-ups are open")
            look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
            self._open[key] = asyncio.get_running_loop().run_in_executor(self._threads_of(agency), look_up)
            self._open[key].add_done_callback(lambda _: self._open.pop(key, None))
        found = await asyncio.shield(self._open[key])
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    def close(self) -> None:
        """Waits for none."""
        for future in list(self._open.values()):
            future.cancel()
        for threads in self._threads.values():
            threads.shutdown(wait=False, cancel_futures=True)

    def _threads_of(self, agency: str) -> ThreadPoolExecutor:
        if agency not in self._threads:
            self._threads[agency] = ThreadPoolExecutor(THREADS, thread_name_prefix=f"look-up-{agency}")
        return self._threads[agency]
