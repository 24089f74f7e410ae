"""Slows down whoever guesses codes (a count of the wrong tries of the last minute, by address and in all), and whoever
asks too much (a bucket of tokens for each caller).

It lives in the memory of the one gateway process (`uploads` says why there is one); a restart gives away one minute's
worth of guesses. Addresses are never logged.
"""

import ipaddress
import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fastapi import Request

from services.gateway.errors import Code, Refusal

WINDOW_S = 60.0
MAX_ADDRESSES = 10_000
"""Most addresses remembered; beyond them the limit of all together still holds."""
IPV6_NET = 64
"""One subscriber has a whole /64: its addresses are one."""


class WrongTries:
    """Who has tried wrong codes lately."""

    def __init__(self, *, each: int, overall: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._each = each
        self._overall = overall
        self._clock = clock
        self._all: deque[float] = deque()
        self._by_address: dict[str, deque[float]] = {}

    @contextmanager
    def counted(self, request: Request) -> Iterator[Callable[[], None]]:
        """One try: it counts as wrong from its beginning, so that many at once are many, until what is given says that
        it was right.

        Raises:
            Refusal: TOO_MANY_TRIES before anything is looked up, with Retry-After.
        """
        address, now = address_of(request), self._clock()
        mine = self._tries_of(address)
        for tries, limit in ((mine, self._each), (self._all, self._overall)):
            _forget(tries, now)
            if len(tries) >= limit:
                wait_s = max(1, round(tries[0] + WINDOW_S - now))
                raise Refusal(Code.TOO_MANY_TRIES, headers={"Retry-After": str(wait_s)})
        for tries in (mine, self._all):
            tries.append(now)

        def right() -> None:
            for tries in (mine, self._all):
                if now in tries:
                    tries.remove(now)

        yield right

    def _tries_of(self, address: str) -> deque[float]:
        tries = self._by_address.pop(address, deque())
        self._by_address[address] = tries
        if len(self._by_address) > MAX_ADDRESSES:
            del self._by_address[next(iter(self._by_address))]
        return tries


class Allowance:
    """How many calls each caller has left: a bucket of tokens, filled at a steady rate up to a burst."""

    def __init__(self, *, per_second: float, at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._at_once = at_once
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}
        """By caller: tokens that were left, and when."""

    def take(self, caller: str) -> None:
        """One call. Raises Refusal TOO_MANY_CALLS, with Retry-After, when the bucket is empty."""
        now = self._clock()
        left, then = self._left.pop(caller, (float(self._at_once), now))
        left = min(float(self._at_once), left + (now - then) * self._per_second)
        self._left[caller] = (left - 1.0 if left >= 1.0 else left, now)
        if len(self._left) > MAX_ADDRESSES:
            del self._left[next(iter(self._left))]
        if left < 1.0:
            wait_s = max(1, math.ceil((1.0 - left) / self._per_second))
            raise Refusal(Code.TOO_MANY_CALLS, headers={"Retry-After": str(wait_s)})


def _forget(tries: deque[float], now: float) -> None:
    while tries and tries[0] <= now - WINDOW_S:
        tries.popleft()


def address_of(request: Request) -> str:
    """Where a request comes from: an IPv4 address, or the /64 of an IPv6 one."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, IPV6_NET), strict=False))
    return host
