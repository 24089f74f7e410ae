"""Window alignment between agencies: asked for, proposed, answered, settled. Campaigns and counts only; no person.

A proposal changes nothing by itself. Only when every agency whose windows it changes has accepted, and the windows are
still those that they were asked about, the new windows go out as amendments of the agencies' own requests (`request`).
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from schemas.base import AgencyCode, Event, Schema, Sha256

MAX_DAYS = 60
"""Most days by which one end of a window may be proposed to move: two months more is a campaign of its own."""

Days = Annotated[int, Field(ge=0, le=MAX_DAYS)]
Count = Annotated[int, Field(ge=0)]
Account = Annotated[str, Field(min_length=1, max_length=64)]
Area = Annotated[str, Field(pattern=r"^([0-9]{9}|[0-9]{12})$", examples=["990101001"])]
"""Statistical place code of a town (9 digits) or a village (12 digits)."""


class Objective(StrEnum):
    """What the search saves first; the other is counted all the same."""

    VISITS = "visits"
    """One person seen once."""
    TRIPS = "trips"
    """One ride to one dwelling, in which everybody is seen whose window is open."""


class CampaignLevel(StrEnum):
    """For what area an agency sets its windows."""

    AUTO = "auto"
    """Town by town where the windows show it, else the whole programme."""
    PROGRAMME = "programme"
    TOWN = "town"
    VILLAGE = "village"


class ProgrammeLimit(Schema):
    """How far the windows of a programme may move at most; it narrows the county's own rule and never widens it."""

    max_days_earlier: Days
    """Most days by which the first day may move earlier."""
    max_days_later: Days
    """Most days by which the due date may move later."""


class AlignmentAsked(Event):
    """Somebody asks which smallest changes of windows would save the most."""

    event_type: ClassVar[str] = "org.onevisit.alignment.asked.v1"

    alignment_id: UUID
    """Names the question and its answer."""
    asked_by: Account
    """Account that asks: of the joint group or of a scheduler; never a name."""
    as_of: date
    """First day that counts, in the county's calendar; requests that were due before are left alone."""
    max_days: Annotated[int, Field(ge=1, le=MAX_DAYS)] = 30
    """Most days earlier, and most days later, of each campaign."""
    objective: Objective = Objective.VISITS
    """What is saved first."""
    level: CampaignLevel = CampaignLevel.AUTO
    """For what area agencies set their windows."""
    limits: dict[Annotated[str, Field(min_length=1, max_length=64)], ProgrammeLimit] = Field(
        default_factory=dict, max_length=50
    )
    """Tighter limits by programme code, for this question only."""


class CampaignChange(Schema):
    """Whole days by which all windows of a campaign would be widened; never narrowed."""

    agency: AgencyCode
    """Whose windows."""
    programme: str = Field(min_length=1, max_length=64)
    """Of which programme."""
    area: Area | None = None
    """In which town or village; null: the whole county, or the requests without a place."""
    days_earlier: Days
    """Days by which they open earlier."""
    days_later: Days
    """Days by which they end later."""


class ProposedChange(Schema):
    """Changes that are good together, and what they save when nothing else changes."""

    proposal_id: UUID
    """Names the proposal."""
    changes: tuple[CampaignChange, ...] = Field(min_length=1)
    """Each is of at least one day."""
    agencies: tuple[AgencyCode, ...] = Field(min_length=1)
    """Whose windows change: each of them has to accept."""
    days: int = Field(ge=1)
    """Campaign-days: the sum of all days earlier and later."""
    requests: Count
    """Requests whose window changes."""
    people: Count
    """People with such a request."""
    visits_saved: Count
    """Visits that need not be made."""
    trips_saved: Count
    """Rides to dwellings that need not be made."""
    basis: Sha256
    """Over the windows concerned, as they are; when they change the proposal is outdated."""


class AlignmentProposed(Event):
    """What was found: to each agency concerned the proposals that need its answer, the best first."""

    event_type: ClassVar[str] = "org.onevisit.alignment.proposed.v1"

    agency: AgencyCode
    """To whom this is told."""
    alignment_id: UUID
    """Of which question it is the answer."""
    objective: Objective
    """What was saved first."""
    as_of: date
    """First day that counts."""
    requests: Count
    """Open requests that were looked at, of all agencies."""
    people: Count
    """Their people."""
    visits: Count
    """Fewest visits with the windows as they are."""
    trips: Count
    """Fewest rides to dwellings with the windows as they are."""
    proposals: tuple[ProposedChange, ...] = Field(min_length=1)
    """Those that share a person exclude each other: when one is applied, the others are outdated."""


class ProposalAnswered(Event):
    """An agency accepts or declines a proposal. Of two answers of one agency the first stands."""

    event_type: ClassVar[str] = "org.onevisit.alignment.answered.v1"

    alignment_id: UUID
    """Of which question."""
    proposal_id: UUID
    """Which proposal."""
    agency: AgencyCode
    """Who answers, as authenticated at the door."""
    accepted: bool
    """Whether the agency's windows may be changed so."""
    decided_by: Account
    """Account that answered for the agency; never a name."""
    reason: str = Field(default="", max_length=400)
    """Why not, in the agency's words; without personal data."""


class ProposalState(StrEnum):
    """What has become of a proposal that agencies were asked about."""

    PROPOSED = "proposed"
    """Somebody has not answered yet, and nobody has declined."""
    APPLIED = "applied"
    """Everybody has accepted, and the new windows were sent as amendments."""
    DECLINED = "declined"
    """An agency has declined; no window was changed."""
    OUTDATED = "outdated"
    """The windows are not those that the agencies were asked about; no window was changed."""


class ProposalSettled(Event):
    """A proposal waits no longer: applied, declined or outdated. Told to each agency concerned."""

    event_type: ClassVar[str] = "org.onevisit.alignment.settled.v1"

    agency: AgencyCode
    """To whom this is told."""
    alignment_id: UUID
    """Of which question."""
    proposal_id: UUID
    """Which proposal."""
    state: ProposalState
    """What has become of it."""
    amended: Count
    """How many requests of this agency were given a wider window; 0 unless applied."""
    code: str = Field(pattern=r"^[A-Z][A-Z0-9_]+$")
    """Permanent code (docs/codes.md)."""
    message: str = Field(min_length=1, max_length=400)
    """What has happened, in Chinese and English."""
    next_step: str = Field(min_length=1, max_length=400)
    """What to do about it, in Chinese and English."""
