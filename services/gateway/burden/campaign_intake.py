"""Campaigns that an agency states: one by one or as a table, each in the same way (docs/burden.md)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.base import AgencyCode, stable_id
from schemas.programmes import read_programme
from services.gateway.access import audited
from services.gateway.access.callers import Principal
from services.gateway.burden.views import names_nobody
from services.gateway.domain.campaigns import CampaignState
from services.gateway.door import Door
from services.gateway.store import campaigns
from services.gateway.store.campaigns import CampaignRow
from services.platform.audit_chain import Act

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

    @property
    def key(self) -> tuple[str, date, date]:
        """What makes it the same campaign of its agency, however often it is stated."""
        return read_programme(self.programme)[0], self.first_day, self.last_day


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


async def state_all(door: Door, caller: Principal, said: Sequence[CampaignStated]) -> list[CampaignRow]:
    """Takes all of them in, as the caller's agency's; the rows as they stand then, each once, in the order of their ids
    (so that two who state the same never wait for each other)."""
    rows = {row.campaign_id: row for row in (_row(each, caller, door.now()) for each in said)}
    async with door.pool.connection() as connection, connection.transaction():
        kept = [await campaigns.state_campaign(connection, rows[each]) for each in sorted(rows)]
        for row in kept:
            await audited.note_officer(connection, caller, Act.CAMPAIGN_STATED, f"campaign:{row.campaign_id}")
    return kept


def _row(said: CampaignStated, caller: Principal, now: datetime) -> CampaignRow:
    agency, (programme, first, last) = caller.own_agency, said.key
    days = (first.isoformat(), last.isoformat())
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
