"""The HTTP door, put together.

python -m services.gateway.app
"""

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator

import uvicorn
from fastapi import Depends, FastAPI
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from services.gateway import problems
from services.gateway.access.sso import SingleSignOn, SsoInvalid
from services.gateway.access.sso_groups import GroupsInvalid, read_groups
from services.gateway.agencies.receipt_policy import ReceiptPolicyInvalid, read_receipt_policy
from services.gateway.burden.policy import BurdenPolicyInvalid, read_burden_policy
from services.gateway.desk.bell import Bell
from services.gateway.door import Door
from services.gateway.middleware import (
    AccessLog,
    Compression,
    InterruptibleBody,
    LimitAsProblem,
    OneLength,
    OneUploadOneConnection,
    SecurityHeaders,
)
from services.gateway.phone.legal_notice import read_notice
from services.gateway.phone.uploads import UploadLocks, device_only, guard, make_tus_router
from services.gateway.policy import DoorPolicy
from services.gateway.routes import (
    alignments,
    announcements,
    appeals,
    audit,
    burden,
    campaign_lists,
    campaigns,
    capture_changes,
    captures,
    certificates,
    consents,
    deliveries,
    desk,
    desk_cadres,
    desk_events,
    desk_files,
    devices,
    escalations,
    evidence,
    feedback,
    feedback_phones,
    health,
    identity,
    lapses,
    life_event_lists,
    life_event_views,
    life_events,
    lists,
    outcomes,
    pages,
    receipts,
    record_check_lists,
    record_checks,
    reference_photos,
    requests,
    reviews,
    revocations,
    sessions,
    sign_in,
    sign_in_sso,
    today,
    token,
    visitors,
    visits,
    webhooks,
)
from services.gateway.sweeper import repeat, rounds
from services.gateway.villages import read_villages
from services.platform import secrets
from services.platform.blobs import FolderBlobs
from services.platform.database import open_pool
from services.platform.delivery_policy import read_delivery
from services.platform.ending import end_task
from services.platform.settings import Settings
from services.platform.stores_awaited import await_database
from services.platform.telemetry import configure_logging

log = logging.getLogger(__name__)

POOL_SIZE = 10
FORM_OVERHEAD = 100_000
"""Bytes that a form may need beside its file."""
DESCRIPTION = """Agencies hand in lists and pull certificates, phones send recordings, schedulers see visits.

Who may call what: `docs/api/access.md`. Every refusal is problem details (RFC 9457) with a
permanent code: `docs/api/errors.md`.
Recordings are sent by resumable upload (tus 1.0.0) to `/v1/captures`."""


def create_app(settings: Settings, policy: DoorPolicy | None = None) -> FastAPI:
    """The door of one installation; its secrets must exist (`services.platform.prepare` makes them).

    Raises:
        SecretMissing: when they do not.
        ReceiptPolicyInvalid: when the county's days for receipts cannot be used.
        BurdenPolicyInvalid: when its rules of the burden index cannot be used.
        GroupsInvalid, SsoInvalid: when what it says of the single sign-on cannot.
    """
    policy = policy or DoorPolicy()
    door = Door(
        settings=settings,
        policy=policy,
        secrets=secrets.load(settings.secrets),
        pool=open_pool(settings.database, size=POOL_SIZE),
        blobs=FolderBlobs(settings.blobs),
        villages=read_villages(settings.villages),
        delivery=read_delivery(settings.delivery),
        receipts=read_receipt_policy(settings.receipts),
        burden=read_burden_policy(settings.burden),
        notice=read_notice(settings.retention),
        sso=_sso_of(settings),
        sso_groups=read_groups(settings.oidc_groups),
    )
    app = assemble(settings, policy, lifespan_of=door)
    app.state.door = door
    return app


def assemble(settings: Settings, policy: DoorPolicy, *, lifespan_of: Door | None = None) -> FastAPI:
    """The routes with what surrounds them; without a door they can be described but not served."""

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        assert lifespan_of is not None, "served without a door: use create_app"
        await lifespan_of.pool.open()
        with contextlib.suppress(OperationalError, PoolTimeout):  # away again: the first round looks
            await lifespan_of.clock.look(lifespan_of.pool)
        repeated = [asyncio.create_task(repeat(lifespan_of, *one)) for one in rounds()]
        try:
            yield
        finally:
            for one in repeated:
                await end_task(one)
            lifespan_of.look_ups.close()
            await lifespan_of.pool.close()

    app = FastAPI(
        title="OneVisit 一访通",
        version="1",
        description=DESCRIPTION,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        responses={"default": {"model": problems.Problem, "description": "Refused: problem details with a code."}},
    )
    app.state.upload_locks = UploadLocks()
    app.state.desk_bell = Bell(settings.database)
    about_people = (evidence, lapses, life_events, life_event_views, announcements, identity, reviews, appeals)
    phones = (devices, pages, today, capture_changes, consents, outcomes, visitors)
    desks = (desk, desk_events)
    receiving = (certificates, deliveries, webhooks, receipts, record_checks, revocations)
    signing_in = (token, sessions, sign_in, sign_in_sso)
    asking = (requests, visits, captures, alignments, feedback)
    counting = (campaigns, burden, escalations)
    for small in (health, audit, *signing_in, *asking, *counting, *phones, *desks, *receiving, *about_people):
        app.include_router(small.router, max_body_size=policy.other_bytes)
    for files in (campaign_lists, desk_cadres, desk_files, life_event_lists, record_check_lists):
        app.include_router(files.router, max_body_size=policy.plan_bytes + FORM_OVERHEAD)
    app.include_router(lists.router, max_body_size=policy.list_bytes + FORM_OVERHEAD)
    app.include_router(feedback_phones.router, max_body_size=policy.feedback_file_bytes + FORM_OVERHEAD)
    app.include_router(reference_photos.router, max_body_size=policy.photo_bytes + FORM_OVERHEAD)
    app.include_router(
        make_tus_router(settings, policy), prefix="/v1", dependencies=[Depends(device_only), Depends(guard)]
    )
    problems.install(app)
    app.add_middleware(InterruptibleBody, idle_seconds=policy.body_idle_seconds)
    app.add_middleware(OneUploadOneConnection, prefix="/v1/captures")
    app.add_middleware(LimitAsProblem)
    app.add_middleware(OneLength)
    app.add_middleware(Compression)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(AccessLog)
    return app


def _sso_of(settings: Settings) -> SingleSignOn | None:
    if not settings.oidc_issuer:
        return None
    return SingleSignOn(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret)


def main() -> None:
    """Serves until a signal stops it."""
    configure_logging()
    for noisy in ("tuspyserver", "uvicorn", "python_multipart", "multipart"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    settings = Settings.from_env()
    await_database(settings.database, "gateway.session")
    log.info("the door opens on http://%s:%d", settings.gateway_host, settings.gateway_port)
    try:
        app = create_app(settings)
    except (ReceiptPolicyInvalid, BurdenPolicyInvalid, GroupsInvalid, SsoInvalid) as error:
        sys.exit(f"onevisit: {error}")
    uvicorn.run(
        app,
        host=settings.gateway_host,
        port=settings.gateway_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )


if __name__ == "__main__":
    main()
