"""One attempt: a signed POST to an endpoint that may do anything, within bounds of time, size and network."""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import partial
from typing import Any

import httpcore

from services.platform.delivery_policy import DeliveryPolicy, DeliveryPolicyInvalid
from services.platform.look_ups import LookUps
from services.platform.webhook_addresses import may_be_reached, url_fault


class DeliveryFault(StrEnum):
    """Why an endpoint did not take a delivery. Permanent."""

    NAME_UNKNOWN = "NAME_UNKNOWN"
    """The endpoint's name has no address: mend its DNS entry."""
    ADDRESS_REFUSED = "ADDRESS_REFUSED"
    """The endpoint has a private address that the county has not allowed: ask the county, or use a public one."""
    CONNECTION_FAILED = "CONNECTION_FAILED"
    """Nothing accepts a connection, or it was closed before an answer: look at your server and firewall."""
    TLS_FAILED = "TLS_FAILED"
    """The endpoint's certificate does not hold for its name: renew it."""
    TIMED_OUT = "TIMED_OUT"
    """No whole answer came in time: answer at once and work afterwards."""
    ANSWER_MALFORMED = "ANSWER_MALFORMED"
    """What came is no HTTP answer."""
    REDIRECTED = "REDIRECTED"
    """The endpoint answered with a redirect, which is never followed: register the new address."""
    ANSWERED_ERROR = "ANSWERED_ERROR"
    """The endpoint answered with a status that is not 2xx: its response code is beside this."""
    THROTTLED = "THROTTLED"
    """The endpoint answered 429 or 503 and asked to wait; everything for it waits."""
    ENDPOINT_GONE = "ENDPOINT_GONE"
    """The endpoint answered 410: nothing is sent any more until you resume it."""
    SENDER_FAILED = "SENDER_FAILED"
    """The county could not send it; it is tried again. Tell the county's operator, whose log has the cause."""


@dataclass(frozen=True)
class Answer:
    """What an endpoint answered; nothing of its body is kept."""

    response_code: int | None
    latency_ms: int
    fault: DeliveryFault | None
    retry_after_s: float | None = None
    """What it asked to wait."""


class _Refused(Exception):
    """The connection must not be made."""

    def __init__(self, fault: DeliveryFault) -> None:
        self.fault = fault


class _Guarded(httpcore.AsyncNetworkBackend):
    """Looks the name up itself, judges every address, and connects to what it has judged: a second look-up, by which a
    name could lead elsewhere (DNS rebinding), never happens."""

    def __init__(self, networks: Sequence[str], addresses_of: Callable[[str, int], Awaitable[list[str]]]) -> None:
        self._networks = networks
        self._addresses_of = addresses_of
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (the library's port)
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            addresses = await self._addresses_of(host, port)
        except TimeoutError:
            raise
        except (OSError, UnicodeError):
            raise _Refused(DeliveryFault.NAME_UNKNOWN) from None
        if not all(may_be_reached(address, self._networks) for address in addresses):
            raise _Refused(DeliveryFault.ADDRESS_REFUSED)
        failed: Exception = httpcore.ConnectError("no address")
        for address in addresses:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Poster:
    """Posts; knows nothing of what it posts. Raises DeliveryPolicyInvalid when the authority cannot be read."""

    def __init__(self, policy: DeliveryPolicy) -> None:
        self._policy = policy
        self._context = ssl.create_default_context()
        if policy.authority is not None:
            try:
                self._context.load_verify_locations(policy.authority)
            except OSError as error:  # of TLS too
                raise DeliveryPolicyInvalid(f"authority cannot be read ({type(error).__name__})") from None
        self._look_ups = LookUps()
        self._pools: dict[str, httpcore.AsyncConnectionPool] = {}

    async def post(self, agency: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """One attempt; whatever the endpoint does, there is an answer within the policy's time."""
        began = time.monotonic()
        code, fault, wait = await self._post(self._pool_of(agency), url, headers, body)
        return Answer(code, round((time.monotonic() - began) * 1000), fault, wait)

    async def close(self) -> None:
        """Ends the connections that are kept."""
        for pool in self._pools.values():
            await pool.aclose()
        self._look_ups.close()

    def _pool_of(self, agency: str) -> httpcore.AsyncConnectionPool:
        """An agency's own connections and look-ups."""
        if agency not in self._pools:
            self._pools[agency] = httpcore.AsyncConnectionPool(
                ssl_context=self._context,
                max_connections=None,
                keepalive_expiry=4.0,  # shorter than what servers keep: a reused connection is seldom closed under us
                network_backend=_Guarded(self._policy.networks, partial(self._look_ups.addresses, agency)),
            )
        return self._pools[agency]

    async def _post(
        self, pool: httpcore.AsyncConnectionPool, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int | None, DeliveryFault | None, float | None]:
        if url_fault(url, self._policy.networks) is not None:
            return None, DeliveryFault.ADDRESS_REFUSED, None  # the county's networks have changed since
        code: int | None = None
        times = {"connect": self._policy.connect_s, "read": self._policy.answer_s, "write": self._policy.answer_s}
        try:
            async with (
                asyncio.timeout(self._policy.answer_s),
                pool.stream(
                    "POST", url, headers=list(headers.items()), content=body, extensions={"timeout": times}
                ) as response,
            ):
                code, size = response.status, 0
                async for part in response.aiter_stream():
                    size += len(part)
                    if size > self._policy.answer_bytes:
                        break
                fault, wait = _fault_of(code, dict(response.headers)), _retry_after(dict(response.headers))
                return code, fault, wait if fault is DeliveryFault.THROTTLED else None
        except _Refused as refused:
            return None, refused.fault, None
        except (TimeoutError, httpcore.TimeoutException):
            return code, DeliveryFault.TIMED_OUT, None
        except httpcore.ConnectError as error:
            return None, _tls_or_not(error), None
        except (httpcore.ProtocolError, httpcore.NetworkError, OSError) as error:
            # A server that closes early and one that talks nonsense look alike to the library but for the text.
            closed = code is not None or isinstance(error, httpcore.NetworkError) or "disconnected" in str(error)
            return code, DeliveryFault.CONNECTION_FAILED if closed else DeliveryFault.ANSWER_MALFORMED, None


def _fault_of(code: int, headers: Mapping[bytes, bytes]) -> DeliveryFault | None:
    if 200 <= code < 300:
        return None
    if code == 410:
        return DeliveryFault.ENDPOINT_GONE
    if code in {429, 503} and _retry_after(headers) is not None:
        return DeliveryFault.THROTTLED
    return DeliveryFault.REDIRECTED if 300 <= code < 400 else DeliveryFault.ANSWERED_ERROR


def _retry_after(headers: Mapping[bytes, bytes]) -> float | None:
    """Seconds to wait, from either form of the header (RFC 9110, 10.2.3)."""
    text = next((value.decode("latin-1") for name, value in headers.items() if name.lower() == b"retry-after"), "")
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        return max((parsedate_to_datetime(text) - datetime.now(UTC)) / timedelta(seconds=1), 0.0)
    except (ValueError, TypeError, OverflowError):
        return None


def _tls_or_not(error: Exception) -> DeliveryFault:
    """Whether a connection failed at TLS; the library wraps both, and keeps the cause."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return DeliveryFault.TLS_FAILED
        cause = cause.__cause__ or cause.__context__
    return DeliveryFault.CONNECTION_FAILED
