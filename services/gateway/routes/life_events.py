"""A death, a move or another outcome is reported once, then confirmed, corrected, ended or voided, and acknowledged."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from schemas.life_event import LifeEventRecorded, LifeEventStage
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.door import Door, door_of
from services.gateway.people.life_event_intake import receive_report
from services.gateway.people.life_event_rules import Ending, Report, Testimony, Voiding
from services.gateway.people.life_event_steps import receive_acknowledgement, receive_step

router = APIRouter(tags=["life events"])
tellers = allow(Role.DEVICE, Role.AGENCY, Role.REVIEWER)


class LifeEventTaken(BaseModel):
    """A step was taken in and is on its way to the scheduler. Repeating it changes nothing."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    life_event_id: UUID
    """Names the life event."""
    stage: LifeEventStage
    """Which step it is. A death that another source had reported is `confirmed` by a report of yours."""
    recorded_at: datetime
    """When it was first said."""


class Acknowledgement(BaseModel):
    """What the agency takes note of."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    version: int = Field(ge=1, strict=True)
    """The `version` that you have read."""


@router.post("/v1/life-events", status_code=202, summary="Report a death, a move or another outcome")
async def report_life_event(
    report: Report, caller: Principal = Depends(tellers), door: Door = Depends(door_of)
) -> LifeEventTaken:
    """All agencies that have asked for the person are told. Nothing is stopped for good on one source alone.

    A phone names the person by a visit in its villages, a reviewer by any visit, an agency by its own request or by the
    ID number of somebody it has asked for. An agency that hands on a list of civil registration, a funeral home, a
    hospital or the police names that register as the source; it counts as one account all the same.
    """
    return _taken(await receive_report(door, caller, report))


@router.post("/v1/life-events/{life_event_id}/confirmation", status_code=202, summary="Say so too")
async def confirm_life_event(
    life_event_id: UUID, said: Testimony, caller: Principal = Depends(tellers), door: Door = Depends(door_of)
) -> LifeEventTaken:
    """A second source: another account than those that have said so, and another source."""
    return _taken(await receive_step(door, caller, life_event_id, LifeEventStage.CONFIRMED, said))


@router.post("/v1/life-events/{life_event_id}/correction", status_code=202, summary="Correct day or place")
async def correct_life_event(
    life_event_id: UUID, said: Testimony, caller: Principal = Depends(tellers), door: Door = Depends(door_of)
) -> LifeEventTaken:
    """What is given replaces what was said; the rest stays. It confirms nothing.

    For who has reported or confirmed it, and for reviewers.
    """
    return _taken(await receive_step(door, caller, life_event_id, LifeEventStage.CORRECTED, said))


@router.post("/v1/life-events/{life_event_id}/ending", status_code=202, summary="It was true and is over")
async def end_life_event(
    life_event_id: UUID, said: Ending, caller: Principal = Depends(tellers), door: Door = Depends(door_of)
) -> LifeEventTaken:
    """Released, returned, out of hospital: visits go on. Final; a death does not end.

    For who has reported or confirmed it, and for reviewers.
    """
    return _taken(await receive_step(door, caller, life_event_id, LifeEventStage.ENDED, said))


@router.post("/v1/life-events/{life_event_id}/voiding", status_code=202, summary="It was wrong altogether")
async def void_life_event(
    life_event_id: UUID,
    said: Voiding,
    caller: Principal = Depends(allow(Role.REVIEWER)),
    door: Door = Depends(door_of),
) -> LifeEventTaken:
    """Everything is as if it had never been reported: what was open is open again. Final."""
    return _taken(await receive_step(door, caller, life_event_id, LifeEventStage.VOIDED, said))


@router.post("/v1/life-events/{life_event_id}/acknowledgement", status_code=202, summary="Take note")
async def acknowledge_life_event(
    life_event_id: UUID,
    acknowledgement: Acknowledgement,
    caller: Principal = Depends(allow(Role.AGENCY, by_officer=True)),
    door: Door = Depends(door_of),
) -> Acknowledgement:
    """Your agency has read the notice, up to this version. A later notice asks for another acknowledgement."""
    await receive_acknowledgement(door, caller, life_event_id, acknowledgement.version)
    return acknowledgement


def _taken(step: LifeEventRecorded) -> LifeEventTaken:
    return LifeEventTaken(life_event_id=step.life_event_id, stage=step.stage, recorded_at=step.recorded_at)
