"""An alignment as the door shows it: one line for each campaign and each proposal, the best first."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from schemas.alignment import AlignmentAsked, CampaignChange, Objective, ProposalState
from schemas.base import AgencyCode
from services.gateway.store.alignments import FoundRow, ProposalRow


class _View(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class AnswerView(_View):
    """What an agency has answered."""

    agency: AgencyCode
    """Who."""
    accepted: bool
    """True: its windows may be widened so."""
    answered_at: datetime
    """When."""
    reason: str
    """Why not, in its words."""


class ProposalView(_View):
    """Changes that are good together, what they save, and who has answered."""

    proposal_id: UUID
    """Names the proposal."""
    alignment_id: UUID
    """In which alignment: GET /v1/alignments/{alignment_id}."""
    rank: int
    """Its place in the alignment, the best first, from 0."""
    state: ProposalState
    """`proposed` waits for answers; `applied` was sent as amendments; `declined` and `outdated` changed nothing."""
    settled_at: datetime | None
    """Since when it waits no longer."""
    changes: list[CampaignChange]
    """Days by which each campaign's windows open earlier and end later."""
    days: int
    """Campaign-days: the sum of all these days."""
    requests: int
    """Requests whose window changes."""
    people: int
    """People with such a request."""
    visits_saved: int
    """Visits that need not be made."""
    trips_saved: int
    """Rides to dwellings that need not be made."""
    basis: str
    """SHA-256 over the windows concerned."""
    agencies: list[AgencyCode]
    """Who has to accept."""
    waits_for: list[AgencyCode]
    """Who has not answered yet."""
    answers: list[AnswerView]
    """The answers so far."""


class ProposalPage(_View):
    """A page of proposals."""

    items: list[ProposalView]
    """The proposals."""
    next_cursor: str | None
    """Null on the last page."""


class AlignmentCampaignView(_View):
    """The requests whose windows one agency sets together."""

    agency: AgencyCode
    """Whose."""
    programme: str
    """Of which programme."""
    area: str | None
    """Place code of the town or village; null: the whole county, or the requests without a place."""
    requests: int
    """Its open requests."""
    people: int
    """Their people."""
    first_day: date
    """Earliest first day."""
    last_day: date
    """Latest due date."""
    max_days_earlier: int
    """How far its windows may open earlier."""
    max_days_later: int
    """How far they may end later."""
    fixed: str | None
    """Why nothing is proposed for it (docs/codes.md)."""


class AlignmentView(_View):
    """A question, and what was found. The counts are null until the scheduler has looked, within a minute."""

    alignment_id: UUID
    """Names the question."""
    asked_at: datetime
    """When it was asked."""
    found_at: datetime | None
    """When the answer was found; the windows are those of this moment."""
    as_of: date
    """First day that counts; what was due before is `overdue` and left alone."""
    max_days: int
    """Most days in each direction."""
    objective: Objective
    """What was saved first."""
    requests: int | None = None
    """Open requests that were looked at."""
    people: int | None = None
    """Their people."""
    visits: int | None = None
    """Fewest visits with the windows as they are."""
    trips: int | None = None
    """Fewest rides to dwellings with the windows as they are."""
    overdue: int | None = None
    """Requests whose due date has passed."""
    exact: bool | None = None
    """Whether it is proved that no other changes save more in as many days; each figure is exact in any case."""
    campaigns: list[AlignmentCampaignView]
    """All campaigns; an agency sees its own."""
    proposals: list[ProposalView]
    """Single changes and pairs, then one after the other, then all that help; an agency sees those that concern it."""


class AskedView(_View):
    """A question, in one line."""

    alignment_id: UUID
    """Names the question."""
    asked_at: datetime
    """When it was asked."""
    found_at: datetime | None
    """When the answer was found; null: not yet."""
    as_of: date
    """First day that counts."""
    visits: int | None
    """Fewest visits with the windows as they are."""
    proposals: int
    """How many changes are proposed."""


class AskedPage(_View):
    """Questions, the newest first."""

    items: list[AskedView]
    """The questions."""


def view_proposal(row: ProposalRow) -> ProposalView:
    """A proposal with its answers."""
    proposed = row.proposed
    answered = {answer["agency"] for answer in row.answers}
    return ProposalView(
        proposal_id=proposed.proposal_id,
        alignment_id=row.alignment_id,
        rank=row.rank,
        state=row.state,
        settled_at=row.settled_at,
        changes=list(proposed.changes),
        days=proposed.days,
        requests=proposed.requests,
        people=proposed.people,
        visits_saved=proposed.visits_saved,
        trips_saved=proposed.trips_saved,
        basis=proposed.basis,
        agencies=list(proposed.agencies),
        waits_for=[agency for agency in proposed.agencies if agency not in answered],
        answers=[AnswerView.model_validate(answer) for answer in row.answers],
    )


def view_alignment(
    asked: AlignmentAsked, found: FoundRow | None, rows: Sequence[ProposalRow], agency: AgencyCode | None
) -> AlignmentView:
    """The whole; of an agency (`agency`) what is its own."""
    campaigns = found.campaigns if found else []
    return AlignmentView(
        alignment_id=asked.alignment_id,
        asked_at=asked.recorded_at,
        found_at=found.made_at if found else None,
        as_of=asked.as_of,
        max_days=asked.max_days,
        objective=asked.objective,
        requests=found.requests if found else None,
        people=found.people if found else None,
        visits=found.visits if found else None,
        trips=found.trips if found else None,
        overdue=found.overdue if found else None,
        exact=found.exact if found else None,
        campaigns=[AlignmentCampaignView.model_validate(one) for one in campaigns if agency in (None, one["agency"])],
        proposals=[view_proposal(row) for row in rows],
    )
