"""Sending: what waits for an endpoint is posted, in order for each request, again and again until it is taken.

One sender is active at a time (an advisory lock). It keeps nothing in memory that matters: after a kill, what was on
its way still waits and is sent again under the same webhook-id, by which its receiver knows a repetition. What goes
wrong with one delivery, be it our own fault, is that delivery's alone: no other attempt is cancelled for it.
"""

import asyncio
import logging
import random
from datetime import UTC, datetime
from typing import NoReturn
from uuid import UUID

import psycopg
from prometheus_client import Counter, Histogram

from services.delivery.message import message_of
from services.delivery.posting import Answer, DeliveryFault, Poster
from services.delivery.retrying import after_failure
from services.delivery.store.sendings import Attempt, Due, due_sendings, lock_endpoint, note_failure, note_success
from services.platform.database import Connection, Pool
from services.platform.delivery_policy import DeliveryPolicy
from services.platform.ending import end_task
from services.platform.seldom import AGAIN
from services.platform.webhook_signing import open_secret, signed_headers

log = logging.getLogger(__name__)

LOCK = 7_036_011
"""Number of the advisory lock that makes the sender the only one."""
IDLE_S = 0.05
RETRY_S = 1.0

SENT = Counter("onevisit_webhook_attempts_total", "Attempts to deliver by webhook, by outcome", ["outcome"])
SECONDS = Histogram("onevisit_webhook_seconds", "From a delivery's event to its being taken, seconds")

_Flying = dict[tuple[UUID, str], "asyncio.Task[None]"]


class Sender:
    """Sends for one installation."""

    def __init__(self, database: str, master_key: bytes, policy: DeliveryPolicy, poster: Poster) -> None:
        self._database = database
        self._master_key = master_key
        self._policy = policy
        self._poster = poster

    async def send_for_ever(self, pool: Pool) -> NoReturn:
        """Sends until cancelled, then ends the poster; waits while the database is away."""
        try:
            while True:
                try:
                    connection = await psycopg.AsyncConnection.connect(self._database, autocommit=True)
                    async with connection:
                        await self._send(connection, pool)
                except psycopg.Error as error:
                    log.warning("the sender waits for the database (%s)", type(error).__name__, extra=AGAIN)
                except Exception as error:
                    log.error("the sender failed (%s); trying again", type(error).__name__, extra=AGAIN)
                await asyncio.sleep(RETRY_S)
        finally:
            await self._poster.close()

    async def _send(self, connection: Connection, pool: Pool) -> None:
        while not await self._is_alone(connection):
            await asyncio.sleep(RETRY_S)
        log.info("the sender of webhooks is active")
        flying: _Flying = {}
        try:
            while True:
                for due in await due_sendings(connection, datetime.now(UTC), most=self._policy.parallel):
                    mine = sum(webhook_id == due.webhook_id for webhook_id, _ in flying)
                    if (due.webhook_id, due.subject) not in flying and mine < self._policy.parallel:
                        flying[due.webhook_id, due.subject] = asyncio.create_task(self._attempt(pool, due))
                if flying:
                    await asyncio.wait(flying.values(), timeout=IDLE_S, return_when=asyncio.FIRST_COMPLETED)
                    for key in [key for key, task in flying.items() if task.done()]:
                        flying.pop(key).result()
                else:
                    await asyncio.sleep(IDLE_S)
        finally:
            await asyncio.gather(*map(end_task, flying.values()))

    async def _is_alone(self, connection: Connection) -> bool:
        row = await (await connection.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,))).fetchone()
        return bool(row and row[0])

    async def _attempt(self, pool: Pool, due: Due) -> None:
        """Posts once, and notes what became of it, until it is noted: what is not noted would be sent again."""
        try:
            answer = await self._post(due)
        except Exception as error:
            log.error(
                "delivery %d to webhook %s could not be sent (%s)", due.number, due.webhook_id, type(error).__name__
            )
            answer = Answer(None, 0, DeliveryFault.SENDER_FAILED)
        ended = datetime.now(UTC)
        SENT.labels(answer.fault or "taken").inc()
        while True:
            try:
                return await self._note(pool, due, answer, ended)
            except Exception as error:
                why = type(error).__name__
                log.warning("an answer of webhook %s cannot be noted (%s)", due.webhook_id, why, extra=AGAIN)
                await asyncio.sleep(RETRY_S)

    async def _post(self, due: Due) -> Answer:
        body = message_of(due.kind, due.recorded_at, due.content)
        sealed = [box for box in (due.secret, due.secret_before) if box is not None]
        secrets_in_use = [open_secret(self._master_key, due.webhook_id, bytes(box)) for box in sealed]
        headers = {
            "content-type": "application/json",
            "user-agent": "OneVisit-Webhooks/1",
            **signed_headers(due.event_id, secrets_in_use, int(datetime.now(UTC).timestamp()), body),
        }
        return await self._poster.post(due.agency, due.url, headers, body)

    async def _note(self, pool: Pool, due: Due, answer: Answer, ended: datetime) -> None:
        attempt = Attempt(ended, answer.response_code, answer.latency_ms, answer.fault)
        async with pool.connection() as connection:
            if (now_due := await lock_endpoint(connection, due)) is None:
                return
            if answer.fault is None:
                await note_success(connection, due, attempt)
            else:
                chance = random.SystemRandom().random()
                then = after_failure(now_due, answer, ended, self._policy, chance)
                await note_failure(
                    connection, due, attempt, again_at=then.again_at, hold_until=then.hold_until, state=then.state
                )
                if then.state is not None:
                    log.warning("webhook %s is %s", due.webhook_id, then.state)
        if answer.fault is None:
            SECONDS.observe((ended - due.recorded_at).total_seconds())
