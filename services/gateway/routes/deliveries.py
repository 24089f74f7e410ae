"""An agency pulls everything that is for it, of all kinds, in one order: resumable from any point."""

import json
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict

from schemas.delivery import DeliveryKind
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.store import deliveries

router = APIRouter(tags=["deliveries"])
program_only = allow(Role.AGENCY)


class Delivery(BaseModel):
    """Something that your agency is told."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    number: int
    """1, 2, 3, … within your agency: the cursor of the pull. No gaps but one where the county restored a backup."""
    event_id: UUID
    """The same by whichever way it reaches you: what you handled under it before is a repetition."""
    kind: DeliveryKind
    """What it is."""
    recorded_at: datetime
    """When it was written down."""
    data: dict[str, Any]
    """The event; its schema is `schemas/generated/org.onevisit.<kind>.schema.json`."""


class DeliveryPage(BaseModel):
    """Deliveries in their order."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    items: list[Delivery]
    """A page of them."""
    next_after: int
    """Send it as `after` next time; keep it, to go on from here after a restart."""
    more: bool
    """Whether more are there already."""


class FilesWritten(BaseModel):
    """The agency's files."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    on: bool
    """Whether this county writes files."""
    file_number: int | None
    """The newest file that is whole; null: none yet."""
    up_to: int | None
    """Number of the last delivery in it."""
    written_at: datetime | None
    """When it was written."""


class DeliveryWays(BaseModel):
    """What there is beside webhooks, as far as the door knows: who pulls or reads a topic keeps the position itself."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    newest: int
    """Number of the newest delivery; 0: none yet. Where your pull's `after` is smaller, something waits for it."""
    kafka: str
    """Where the county's broker listens for agencies; the operator gives the access (docs/delivery.md)."""
    files: FilesWritten
    """How far files are written."""


@router.get("/v1/delivery-ways", summary="How far each way of receiving is")
async def get_delivery_ways(
    caller: Principal = Depends(allow(Role.AGENCY, by_officer=True)), door: Door = Depends(door_of)
) -> DeliveryWays:
    """Numbers and times of your agency's deliveries, never what they say. Webhooks: GET /v1/webhooks."""
    async with door.pool.connection() as connection:
        reached = await deliveries.how_far(connection, caller.own_agency)
    return DeliveryWays(
        newest=reached.newest,
        kafka=door.settings.agency_kafka,
        files=FilesWritten(
            on=door.delivery.drop is not None,
            file_number=reached.file_number,
            up_to=reached.file_up_to,
            written_at=reached.file_written_at,
        ),
    )


@router.get("/v1/deliveries", summary="Pull everything that is for your agency")
async def pull_deliveries(
    after: Annotated[int, Query(ge=0, le=2**63 - 1, description="`next_after` of the last pull; 0 for all.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    kind: Annotated[list[DeliveryKind] | None, Query(description="Only these kinds; may be repeated.")] = None,
    caller: Principal = Depends(program_only),
    door: Door = Depends(door_of),
) -> DeliveryPage:
    """Certificates, rejections, notices and proposals after a point. Each comes once and none is left out, also
    when the county restored a backup: numbers jump then, and you may know what comes behind by its `event_id`."""
    async with door.pool.connection() as connection:
        page = await deliveries.page_of_deliveries(
            connection, caller.own_agency, kinds=kind or [], after=after, limit=limit + 1
        )
        if not page and after > (await deliveries.how_far(connection, caller.own_agency)).newest:
            raise Refusal(Code.CURSOR_AHEAD)
    kept = page[:limit]
    return DeliveryPage(
        items=[
            Delivery(
                number=row.number,
                event_id=row.event_id,
                kind=DeliveryKind(row.kind),
                recorded_at=row.recorded_at,
                data=json.loads(row.content),
            )
            for row in kept
        ],
        next_after=kept[-1].number if kept else after,
        more=len(page) > limit,
    )
