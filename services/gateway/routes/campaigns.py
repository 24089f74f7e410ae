"""The annual plan of campaigns: agencies announce, the joint group accepts or rejects (docs/burden.md)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.base import AgencyCode, stable_id
from schemas.programmes import read_programme
from services.gateway.access import audited
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.burden.telling import tell_decision
from services.gateway.burden.views import names_nobody
from services.gateway.cursors import make_cursor, read_cursor
from services.gateway.domain.campaigns import CampaignState, days_fit
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.store import campaigns
from services.gateway.store.campaigns import CampaignRow
from services.platform.audit_chain import Act

router = APIRouter(tags=["burden"])
Said = Annotated[str, Field(max_length=400, pattern=r"^[^\x00]*$")]


class CampaignStated(BaseModel):
    """One campaign of the caller's own agency."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    programme: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00]*\S[^\x00]*$")]
    """Which benefit: its code, or any name that lists use."""
    year: int = Field(ge=2000, le=2998)
    """Of which year's plan: the one in which it begins."""
    first_day: date
    """First day of the windows."""
    last_day: date
    """Last day of the windows; it may lie in the next year."""
    why: Annotated[Said, Field(min_length=1)]
    """Why, and on which legal basis; the joint group reads it, so no personal data."""

    _names_nobody = field_validator("why")(names_nobody)


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


class CampaignView(BaseModel):
    """A campaign with what has become of it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    campaign_id: UUID
    """Names it: the same agency, programme and days are the same campaign."""
    agency: AgencyCode
    """Whose."""
    programme: str
    """Programme code."""
    year: int
    """Of which year's plan."""
    first_day: date
    """First day of the windows."""
    last_day: date
    """Last day."""
    why: str
    """The agency's reason."""
    stated_at: datetime
    """When it was stated, the last time."""
    state: CampaignState
    """`proposed` waits for the joint group."""
    reason: str
    """What the joint group said."""
    decided_at: datetime | None
    """When."""

    @classmethod
    def of(cls, row: CampaignRow) -> "CampaignView":
        """As it stands."""
        return cls.model_validate(vars(row))


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
    rows = sorted((_row(each, caller, door.now()) for each in plan.items), key=lambda row: row.campaign_id)
    async with door.pool.connection() as connection, connection.transaction():
        kept = {row.campaign_id: await campaigns.state_campaign(connection, row) for row in rows}
        for campaign_id in kept:
            await audited.note_officer(connection, caller, Act.CAMPAIGN_STATED, f"campaign:{campaign_id}")
    ordered = sorted(kept.values(), key=lambda row: (row.first_day, row.campaign_id))
    return CampaignPage(items=[CampaignView.of(row) for row in ordered], next_cursor=None)


def _row(said: CampaignStated, caller: Principal, now: datetime) -> CampaignRow:
    agency, programme = caller.own_agency, read_programme(said.programme)[0]
    days = (said.first_day.isoformat(), said.last_day.isoformat())
    return CampaignRow(
        campaign_id=stable_id("campaign", agency, programme, *days),
        agency=agency,
        programme=programme,
        year=said.year,
        first_day=said.first_day,
        last_day=said.last_day,
        why=said.why,
        stated_by=caller.subject,
        stated_at=now,
        state=CampaignState.PROPOSED,
        reason="",
        decided_by=None,
        decided_at=None,
    )


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
