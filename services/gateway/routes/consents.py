"""Consent that is withdrawn: by the person or the family, to whoever they turn to."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from schemas.base import UtcDateTime
from schemas.consent import ConsentVoice
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.phone.carried_visits import find_carried
from services.gateway.phone.consent_intake import EFFECT, STAFF_SKEW, withdraw

router = APIRouter(tags=["visits"])


class Withdrawal(BaseModel):
    """Who withdraws, and when."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    said_by: ConsentVoice
    """Who says so."""
    withdrawn_at: UtcDateTime
    """When it was said, with zone. The same moment sent again is the same withdrawal. A phone may send any moment, for
    nobody sets its clock: its withdrawal counts from when it is heard first."""


class WithdrawalTaken(BaseModel):
    """The withdrawal was taken in. Repeating it changes nothing."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    withdrawal_id: UUID
    """Names the withdrawal."""
    said_by: ConsentVoice
    """Who said so."""
    withdrawn_at: datetime
    """From when on it counts: when it was said at a desk, or when that of a phone was written down first."""
    recorded_at: datetime
    """When it was written down first."""
    zh: str
    """What follows, for the person, in Chinese."""
    en: str
    """The same in English."""


@router.post("/v1/visits/{visit_id}/consent-withdrawal", status_code=202, summary="Consent withdrawn")
async def withdraw_consent(
    visit_id: UUID,
    said: Withdrawal,
    caller: Principal = Depends(allow(Role.DEVICE, Role.SCHEDULER, Role.REVIEWER, by_area=True)),
    door: Door = Depends(door_of),
) -> WithdrawalTaken:
    """The person who is visited, or the family, takes the consent to be filmed back (docs/privacy.md). What was filmed
    on consent is deleted, what rests on a statutory duty is not, and certificates stay valid. A phone speaks of visits
    of its villages, staff of a part of the county of visits there."""
    async with door.pool.connection() as connection, connection.transaction():
        visit = await find_carried(door, connection, caller, visit_id)
        if visit is None:
            raise Refusal(Code.VISIT_UNKNOWN)
        row = await withdraw(
            door.transaction(connection),
            (caller.subject, caller.role.value),
            visit.person_key,
            said.said_by,
            said_at=said.withdrawn_at,
            now=door.now(),
            skew=None if caller.device is not None else STAFF_SKEW,
        )
    return WithdrawalTaken.model_validate(vars(row) | EFFECT._asdict())
