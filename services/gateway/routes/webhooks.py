"""An agency's webhooks: registering, secrets, stopping and resuming, the log of deliveries, sending again."""

import asyncio
from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query

from services.gateway.access import audited
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.agencies.webhook_views import (
    NewWebhook,
    SendFrom,
    Sent,
    SentPage,
    Webhook,
    WebhookList,
    WebhookWithSecret,
)
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.store import webhooks
from services.platform.audit_chain import Act
from services.platform.database import Connection
from services.platform.delivery_numbers import lock_number
from services.platform.webhook_addresses import may_be_reached, url_fault
from services.platform.webhook_signing import new_secret, seal_secret, shown

router = APIRouter(tags=["webhooks"])
program_only = allow(Role.AGENCY)
officers_too = allow(Role.AGENCY, by_officer=True)
"""What shows no secret and changes no address is for the agency's people as well (docs/agency-page.md)."""

MOST = 10
"""Endpoints of one agency."""
LOOK_UP_S = 5.0


@router.post("/v1/webhooks", status_code=201, summary="Register a webhook")
async def register_webhook(
    wanted: NewWebhook, caller: Principal = Depends(program_only), door: Door = Depends(door_of)
) -> WebhookWithSecret:
    """Registers an endpoint. The secret is shown this once; the messages follow the Standard Webhooks conventions."""
    agency, now = caller.own_agency, door.now()
    await _check_url(wanted.url, agency, door)
    webhook_id, secret = uuid4(), new_secret()
    async with door.pool.connection() as connection, connection.transaction():
        await lock_number(connection, agency)
        if await webhooks.count_webhooks(connection, agency) >= MOST:
            raise Refusal(Code.WEBHOOK_TOO_MANY)
        sealed = seal_secret(door.secrets.master_key, webhook_id, secret)
        await webhooks.add_webhook(connection, webhook_id, agency, wanted.url, sorted(wanted.kinds), sealed, now)
        if wanted.after is not None:
            await webhooks.send_from(connection, agency, webhook_id, after=wanted.after, now=now)
        return WebhookWithSecret(webhook=await _get(connection, agency, webhook_id), secret=shown(secret))


@router.get("/v1/webhooks", summary="Your webhooks")
async def list_webhooks(caller: Principal = Depends(officers_too), door: Door = Depends(door_of)) -> WebhookList:
    """Your agency's endpoints with their state; never their secrets."""
    async with door.pool.connection() as connection:
        rows = await webhooks.list_webhooks(connection, caller.own_agency)
    return WebhookList(items=[Webhook.model_validate(row) for row in rows])


@router.get("/v1/webhooks/{webhook_id}", summary="One webhook")
async def get_webhook(
    webhook_id: UUID, caller: Principal = Depends(officers_too), door: Door = Depends(door_of)
) -> Webhook:
    """One of your agency's endpoints."""
    async with door.pool.connection() as connection:
        return await _get(connection, caller.own_agency, webhook_id)


@router.delete("/v1/webhooks/{webhook_id}", status_code=204, summary="Delete a webhook")
async def delete_webhook(
    webhook_id: UUID, caller: Principal = Depends(program_only), door: Door = Depends(door_of)
) -> None:
    """Ends an endpoint, with its log. Everything can still be pulled, or be sent to another one."""
    async with door.pool.connection() as connection:
        if not await webhooks.delete_webhook(connection, caller.own_agency, webhook_id):
            raise Refusal(Code.WEBHOOK_UNKNOWN)


@router.post("/v1/webhooks/{webhook_id}/secret", summary="A new secret for a webhook")
async def rotate_secret(
    webhook_id: UUID, caller: Principal = Depends(program_only), door: Door = Depends(door_of)
) -> WebhookWithSecret:
    """A new secret, shown this once. For a day every message is signed with both, so nothing is refused meanwhile."""
    secret, agency = new_secret(), caller.own_agency
    both_until = door.now() + timedelta(hours=door.delivery.overlap_hours)
    async with door.pool.connection() as connection, connection.transaction():
        sealed = seal_secret(door.secrets.master_key, webhook_id, secret)
        if not await webhooks.change_secret(connection, agency, webhook_id, sealed, both_until=both_until):
            raise Refusal(Code.WEBHOOK_UNKNOWN)
        return WebhookWithSecret(webhook=await _get(connection, agency, webhook_id), secret=shown(secret))


@router.post("/v1/webhooks/{webhook_id}/stop", summary="Stop a webhook")
async def stop_webhook(
    webhook_id: UUID, caller: Principal = Depends(program_only), door: Door = Depends(door_of)
) -> Webhook:
    """Nothing is sent until you resume it; what comes meanwhile waits."""
    async with door.pool.connection() as connection, connection.transaction():
        if not await webhooks.stop_webhook(connection, caller.own_agency, webhook_id):
            raise Refusal(Code.WEBHOOK_UNKNOWN)
        return await _get(connection, caller.own_agency, webhook_id)


@router.post("/v1/webhooks/{webhook_id}/resume", summary="Resume a webhook")
async def resume_webhook(
    webhook_id: UUID, caller: Principal = Depends(officers_too), door: Door = Depends(door_of)
) -> Webhook:
    """Everything that waits is sent at once, whether it was paused, stopped or gone."""
    async with door.pool.connection() as connection, connection.transaction():
        if not await webhooks.resume_webhook(connection, caller.own_agency, webhook_id, door.now()):
            raise Refusal(Code.WEBHOOK_UNKNOWN)
        await audited.note_officer(connection, caller, Act.WEBHOOK_RESUMED, f"webhook:{webhook_id}")
        return await _get(connection, caller.own_agency, webhook_id)


@router.post("/v1/webhooks/{webhook_id}/send-from", summary="Send everything again from a point on")
async def send_from(
    webhook_id: UUID, wanted: SendFrom, caller: Principal = Depends(officers_too), door: Door = Depends(door_of)
) -> Webhook:
    """For a receiver that has lost its data: all behind a number is sent (again), each under its old webhook-id."""
    async with door.pool.connection() as connection, connection.transaction():
        await lock_number(connection, caller.own_agency)
        await _get(connection, caller.own_agency, webhook_id)
        await webhooks.send_from(connection, caller.own_agency, webhook_id, after=wanted.after, now=door.now())
        await audited.note_officer(
            connection, caller, Act.DELIVERY_SENT_AGAIN, f"webhook:{webhook_id}", after=wanted.after
        )
        return await _get(connection, caller.own_agency, webhook_id)


@router.get("/v1/webhooks/{webhook_id}/deliveries", summary="The log of a webhook")
async def list_sendings(
    webhook_id: UUID,
    status: Annotated[Literal["waiting", "delivered", "failed"] | None, Query()] = None,
    before: Annotated[int, Query(ge=1, le=2**63 - 1, description="`next_before` of the page before this.")] = 2**63 - 1,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    caller: Principal = Depends(officers_too),
    door: Door = Depends(door_of),
) -> SentPage:
    """What was sent, the newest first: status, attempts, latency, response code; never what it says."""
    async with door.pool.connection() as connection:
        await _get(connection, caller.own_agency, webhook_id)
        page = await webhooks.page_of_sendings(connection, webhook_id, status=status, before=before, limit=limit + 1)
    kept = page[:limit]
    return SentPage(
        items=[Sent.model_validate(row) for row in kept], next_before=kept[-1].number if len(page) > limit else None
    )


@router.post("/v1/webhooks/{webhook_id}/deliveries/{number}/resend", summary="Send one delivery again")
async def send_again(
    webhook_id: UUID, number: int, caller: Principal = Depends(officers_too), door: Door = Depends(door_of)
) -> Sent:
    """Sends it again, at once, under its old webhook-id: a receiver that has it already ignores it."""
    async with door.pool.connection() as connection, connection.transaction():
        await _get(connection, caller.own_agency, webhook_id)
        if not 0 < number < 2**63 or not await webhooks.send_again(connection, webhook_id, number, door.now()):
            raise Refusal(Code.DELIVERY_UNKNOWN)
        await audited.note_officer(connection, caller, Act.DELIVERY_SENT_AGAIN, f"webhook:{webhook_id}", number=number)
        return Sent.model_validate(await webhooks.find_sending(connection, webhook_id, number))


async def _get(connection: Connection, agency: str, webhook_id: UUID) -> Webhook:
    found = await webhooks.list_webhooks(connection, agency, webhook_id)
    if not found:
        raise Refusal(Code.WEBHOOK_UNKNOWN)
    return Webhook.model_validate(found[0])


async def _check_url(url: str, agency: str, door: Door) -> None:
    """Refuses an address that would be refused at every attempt. A name that is not known yet is taken."""
    networks = door.delivery.networks
    if url_fault(url, networks) is not None:
        raise Refusal(Code.WEBHOOK_URL_REFUSED)
    try:
        async with asyncio.timeout(LOOK_UP_S):
            addresses = await door.look_ups.addresses(agency, urlsplit(url).hostname or "", 443)
    except (OSError, UnicodeError, TimeoutError):
        return
    if not all(may_be_reached(address, networks) for address in addresses):
        raise Refusal(Code.WEBHOOK_URL_REFUSED)
