"""How a visit went when there was no recording."""

from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from services.gateway.access.callers import Principal, Role, allow
from services.gateway.door import Door, door_of
from services.gateway.phone.outcome_intake import receive_outcome
from services.gateway.phone.outcome_rules import Outcome, OutcomeState

router = APIRouter(tags=["phones"])


class OutcomeTaken(BaseModel):
    """The outcome was taken in. Repeating it changes nothing."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    outcome_id: UUID
    """Names the outcome."""
    state: OutcomeState
    """What became of it."""


@router.post("/v1/visits/{visit_id}/outcomes", status_code=202, summary="How the visit went")
async def record_outcome(
    visit_id: UUID, said: Outcome, caller: Principal = Depends(allow(Role.DEVICE)), door: Door = Depends(door_of)
) -> OutcomeTaken:
    """Nobody there, refused, unable, another way asked for, the question of eligibility: written down, and no proof of
    anything. A death, a move, a hospital or a wrong person becomes a life event, with the rules of life events: nothing
    is stopped for good on one source alone."""
    return OutcomeTaken(outcome_id=said.outcome_id, state=await receive_outcome(door, caller, visit_id, said))
