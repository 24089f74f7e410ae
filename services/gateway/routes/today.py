"""What a phone takes into the mountains: its stops for a week, and the challenges to film with."""

import asyncio
import hashlib
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Response
from pydantic import BaseModel, ConfigDict, Field

from services.gateway.access import audited
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.door import Door, door_of
from services.gateway.errors import CATALOGUE, Code, Refusal
from services.gateway.phone.carried_visits import find_carried
from services.gateway.phone.challenge_giving import ChallengeOrder, draw_for
from services.gateway.phone.challenges import sign
from services.gateway.phone.day import put_together, read_known, today_of
from services.gateway.phone.day_views import Today
from services.gateway.phone.person_abilities import Abilities, keep_abilities
from services.gateway.routes.visits import GivenChallenge
from services.platform.audit_chain import Act
from services.platform.database import Connection

router = APIRouter(tags=["phones"])
phones = allow(Role.DEVICE)


class AbilitiesKept(Abilities):
    """What is kept now of the person who is visited."""

    visit_id: UUID


class BundleWish(ChallengeOrder):
    """Challenges for one visit."""

    visit_id: UUID
    """The visit."""
    count: int = Field(default=1, ge=1, le=3)
    """How many: one that was not enough may be followed by another without a signal."""


class BundleOrder(BaseModel):
    """For which visits challenges are to be drawn."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    visits: list[BundleWish] = Field(min_length=1, max_length=60)
    """At most 60 in one request."""


class VisitChallenge(GivenChallenge):
    """A challenge and its visit."""

    visit_id: UUID
    send_by: datetime
    """Until when a recording for it must have arrived; later it is refused (CHALLENGE_EXPIRED)."""


class NoChallenge(BaseModel):
    """Why no challenge was drawn for a visit, and what to do."""

    visit_id: UUID
    code: Code
    zh: str
    en: str


class Bundles(BaseModel):
    """Challenges to carry along; what was refused does not hold up the rest."""

    bundles: list[VisitChallenge]
    refused: list[NoChallenge]


@router.get("/v1/today", response_model=Today, summary="Stops of the days to come")
async def get_today(
    response: Response,
    if_none_match: Annotated[str | None, Header()] = None,
    caller: Principal = Depends(phones),
    door: Door = Depends(door_of),
) -> Today | Response:
    """All visits in the phone's villages that may be made within the next 8 days, household by household, with what
    should be known before leaving. 304 when nothing has changed since the given ETag.

    It holds names and addresses: keep it on the phone only as long as it is needed.
    """
    device, now = caller.own_device, door.now()
    async with door.pool.connection() as connection:
        known = await read_known(door, connection, device, today_of(door, now))
    told = await asyncio.to_thread(put_together, door, device, known, now)
    etag = f'"{hashlib.sha256(told.model_dump_json(exclude={"as_of"}).encode()).hexdigest()[:32]}"'
    if if_none_match is not None and etag in (tag.strip().removeprefix("W/") for tag in if_none_match.split(",")):
        return Response(status_code=304, headers={"ETag": etag})
    async with door.pool.connection() as connection:
        subject = f"device:{device.device_id}"
        await audited.note(connection, caller, Act.DAY_OPENED, subject, keys=known.keys, visits=len(known.visits))
    response.headers["ETag"] = etag
    return told


@router.put("/v1/visits/{visit_id}/abilities", summary="What the person can do")
async def put_abilities(
    visit_id: UUID,
    said: Abilities,
    caller: Principal = Depends(allow(Role.DEVICE, Role.SCHEDULER, by_area=True)),
    door: Door = Depends(door_of),
) -> AbilitiesKept:
    """Kept with the person, sealed under the person's own key, until it is said anew."""
    async with door.pool.connection() as connection, connection.transaction():
        visit = await find_carried(door, connection, caller, visit_id)
        if visit is None:
            raise Refusal(Code.VISIT_UNKNOWN)
        await keep_abilities(door, connection, visit.person_key, said, caller.subject)
    return AbilitiesKept(visit_id=visit_id, abilities=said.abilities, unable=said.unable)


@router.post("/v1/challenge-bundles", status_code=201, summary="Draw challenges to carry along")
async def draw_bundles(
    order: BundleOrder, caller: Principal = Depends(phones), door: Door = Depends(door_of)
) -> Bundles:
    """Each challenge is signed, drawn for this phone and visit, and good for one recording within 7 days
    (docs/challenge.md)."""
    drawn = Bundles(bundles=[], refused=[])
    async with door.pool.connection() as connection, connection.transaction():
        for wish in order.visits:
            try:
                for _ in range(wish.count):
                    drawn.bundles.append(await _draw(door, connection, caller, wish))
            except Refusal as refusal:
                entry = CATALOGUE[refusal.code]
                zh, en = entry.zh, entry.en
                drawn.refused.append(NoChallenge(visit_id=wish.visit_id, code=refusal.code, zh=zh, en=en))
    return drawn


async def _draw(door: Door, connection: Connection, caller: Principal, wish: BundleWish) -> VisitChallenge:
    challenge = await draw_for(door, connection, caller.own_device, wish.visit_id, wish)
    send_by = challenge.expires_at + timedelta(days=door.policy.challenge_grace_days)
    jws = sign(challenge, door.secrets.signing_key)
    return VisitChallenge(visit_id=wish.visit_id, challenge=challenge, jws=jws, send_by=send_by)
