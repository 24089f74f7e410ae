"""The annual plan of campaigns: agencies announce, the joint group accepts or rejects (docs/burden.md)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.gateway.access import audited
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.burden.campaign_intake import CampaignStated, CampaignView, Said, state_all
from services.gateway.burden.telling import tell_decision
from services.gateway.burden.views import names_nobody
from services.gateway.cursors import make_cursor, read_cursor
from services.gateway.domain.campaigns import CampaignState, days_fit
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.store import campaigns
from services.platform.audit_chain import Act

router = APIRouter(tags=["burden"])


class CampaignPlan(BaseModel):
    """Campaigns that are announced at once: all of them are taken in, or none."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    items: Annotated[list[CampaignStated], Field(min_length=1, max_length=100)]
    """1 to 100 of them."""


class CampaignDecision(BaseModel):
    """What the joint group says."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    accepted: bool = Field(strict=True)
    """True: it is part of the plan."""
    reason: Said = ""
    """Why; needed to reject. The agency reads it, so no personal data."""

    _names_nobody = field_validator("reason")(names_nobody)


class CampaignPage(BaseModel):
    """Campaigns in the order of their first days."""

    items: list[CampaignView]
    next_cursor: str | None


@router.post("/v1/campaigns", status_code=202, summary="Announce campaigns")
async def state_campaigns(
    plan: CampaignPlan,
    caller: Principal = Depends(allow(Role.AGENCY, by_officer=True)),
    door: Door = Depends(door_of),
) -> CampaignPage:
    """Your agency's campaigns of a year, or a single one that was not foreseen. Repeating changes nothing; a rejected
    one can be stated again with another reason. Until it is accepted its requests count as off the plan, and are served
    all the same."""
    if not all(days_fit(each.year, each.first_day, each.last_day) for each in plan.items):
        raise Refusal(Code.CAMPAIGN_DAYS_INVALID)
    kept = await state_all(door, caller, plan.items)
    ordered = sorted(kept, key=lambda row: (row.first_day, row.campaign_id))
    return CampaignPage(items=[CampaignView.of(row) for row in ordered], next_cursor=None)


@router.get("/v1/campaigns", summary="The plan of campaigns")
async def list_campaigns(
    year: Annotated[int | None, Query(ge=2000, le=2998, description="Only of this year's plan.")] = None,
    state: Annotated[CampaignState | None, Query(description="Only in this state.")] = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    caller: Principal = Depends(allow(Role.AGENCY, Role.JOINT_GROUP, Role.SCHEDULER, Role.AUDITOR, by_officer=True)),
    door: Door = Depends(door_of),
) -> CampaignPage:
    """By first day; agencies see their own. `state=proposed` is what waits for the joint group."""
    after = read_cursor(cursor, date.fromisoformat, UUID) if cursor else None
    async with door.pool.connection() as connection:
        page = await campaigns.page_of_campaigns(
            connection,
            agency=caller.agency,
            year=year,
            state=state.value if state else None,
            after=after,
            limit=limit + 1,
        )
    kept = page[:limit]
    more = len(page) > limit
    return CampaignPage(
        items=[CampaignView.of(row) for row in kept],
        next_cursor=make_cursor(kept[-1].first_day.isoformat(), kept[-1].campaign_id) if more else None,
    )


@router.post("/v1/campaigns/{campaign_id}/decision", summary="Accept or reject a campaign")
async def decide_campaign(
    campaign_id: UUID,
    said: CampaignDecision,
    caller: Principal = Depends(allow(Role.JOINT_GROUP)),
    door: Door = Depends(door_of),
) -> CampaignView:
    """An accepted campaign is on the plan from then on, also for what was asked before; closed months stay as they
    were. The decision stands; the same again changes nothing."""
    async with door.pool.connection() as connection, connection.transaction():
        row = await campaigns.lock_campaign(connection, campaign_id)
        if row is None:
            raise Refusal(Code.CAMPAIGN_UNKNOWN)
        if not said.accepted and not said.reason:
            raise Refusal(Code.CAMPAIGN_REASON_MISSING)
        if row.state != CampaignState.PROPOSED:
            if (row.state == CampaignState.ACCEPTED) != said.accepted:
                raise Refusal(Code.CAMPAIGN_DECIDED)
            return CampaignView.of(row)
        now = door.now()
        await campaigns.decide(
            connection, campaign_id, accepted=said.accepted, reason=said.reason, by=caller.subject, now=now
        )
        kept = await campaigns.lock_campaign(connection, campaign_id)
        assert kept is not None, "locked in this transaction"
        await tell_decision(door, connection, kept, now)
        subject = f"campaign:{campaign_id}"
        await audited.note(connection, caller, Act.CAMPAIGN_DECIDED, subject, accepted=said.accepted)
        return CampaignView.of(kept)
