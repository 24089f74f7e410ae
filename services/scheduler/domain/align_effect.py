"""From acceptance to effect: which amendments an accepted proposal becomes. Nothing else ever changes a window.

Two rules hold here whatever else goes wrong: without every agency's acceptance there are no amendments
(`Proposal.applied`), and an amendment only ever widens (`WindowNarrowed`). An amendment is dated just after the
statement that it widens: what the agency has said since, even if it is read later, stands against it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from services.scheduler.domain.align_campaigns import Campaign, RequestKey
from services.scheduler.domain.align_proposal import Decision, NotConcerned, Proposal, ProposalError
from services.scheduler.domain.merge import OpenRequest

JUST_AFTER: Final = timedelta(microseconds=1)
"""The smallest step of a statement's moment."""


class WindowNarrowed(ProposalError):
    """A new window does not hold the old one: it would take days away from somebody."""

    code = "ALIGN_WINDOW_NARROWED"


@dataclass(frozen=True, slots=True)
class Placed:
    """A request with the campaign in which it is."""

    request: OpenRequest
    campaign: Campaign


@dataclass(frozen=True, slots=True)
class Standing:
    """A request as it stands now."""

    request: OpenRequest
    """With the window in which a visit counts."""
    stated_first: date
    """First day as stated: later than the due date after two amendments that do not fit (`Statement.find_open`)."""
    village_code: str | None
    """Where the agency says that the person lives."""
    first_said_at: datetime
    """When the first day was said."""
    last_said_at: datetime
    """When the due date was said."""
    counts: bool
    """False while nobody is sent (a life event, a question of identity)."""

    @property
    def key(self) -> RequestKey:
        """Agency and number."""
        return self.request.agency, self.request.request_id


@dataclass(frozen=True, slots=True)
class Amendment:
    """One change of a request, as its agency would send it; an end that stays is absent."""

    agency: str
    request_id: str
    window_start: date | None
    due_date: date | None
    said_at: datetime
    """Later than the statement that it changes, earlier than everything said since."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer as it came; of several of one agency the first counts."""

    decision: Decision
    event_id: UUID

    def first(self, other: "Heard | None") -> "Heard":
        """The one that was given first, whichever was read first."""
        if other is None:
            return self
        return min(self, other, key=lambda heard: (heard.decision.decided_at, str(heard.event_id)))


def answered(proposal: Proposal, answers: Mapping[str, Heard]) -> Proposal:
    """The proposal with the answers of its agencies, in whatever order they came.

    Raises:
        NotConcerned: an answer is of an agency none of whose windows change.
    """
    if not answers.keys() <= proposal.agencies:
        raise NotConcerned("an agency answered whose windows do not change: only the agencies concerned are asked")
    return replace(proposal, decisions={agency: heard.decision for agency, heard in answers.items()})


def amendments(
    proposal: Proposal, asked: Sequence[Placed], standing: Iterable[Standing], as_of: date
) -> list[Amendment]:
    """What an accepted proposal becomes; requests that were answered or withdrawn meanwhile drop out.

    Args:
        proposal: with its answers.
        asked: the windows that the agencies were asked about, of at least the campaigns concerned.
        standing: all requests that are open now, of at least the agencies concerned.
        as_of: first day that counted when it was asked; what was due before was left alone.

    Raises:
        NotAccepted: an agency concerned has not accepted.
        WindowsChanged: a window is another one now, or a request was added.
        WindowNarrowed: a window would lose a day.
    """
    now = {one.key: one for one in standing}
    digits = _digits(asked)
    campaign_of: dict[RequestKey, Campaign] = {}
    windows: list[OpenRequest] = []
    for placed in asked:
        key = placed.request.agency, placed.request.request_id
        if key not in now or not now[key].counts:
            campaign_of[key] = placed.campaign
            windows.append(placed.request)
    for key, one in now.items():
        if one.counts and one.request.due_date >= as_of:
            area = (one.village_code or "")[: digits.get((one.request.agency, one.request.programme), 0)]
            campaign_of[key] = Campaign(one.request.agency, one.request.programme, area)
            windows.append(one.request)
    widened = proposal.applied(windows, campaign_of)
    before = {(request.agency, request.request_id): request for request in windows}
    return [
        amendment
        for after in sorted(widened, key=lambda r: (r.agency, r.request_id))
        for one in (now.get((after.agency, after.request_id)),)
        if one is not None and _same_window(one.request, before[one.key])
        for amendment in amend(one, after)
    ]


def amend(one: Standing, after: OpenRequest) -> list[Amendment]:
    """The changes that make a request's window the wider one: one, or one for each end said at another moment.

    Raises:
        WindowNarrowed: the new window does not hold the one that stands.
    """
    if after.window_start > one.request.window_start or after.due_date < one.request.due_date:
        raise WindowNarrowed("a new window must hold the old one: nothing was changed; run the alignment again")
    start = after.window_start if after.window_start < one.stated_first else None
    due = after.due_date if after.due_date > one.request.due_date else None
    if start is not None and due is not None and one.first_said_at == one.last_said_at:
        return [Amendment(*one.key, start, due, one.first_said_at + JUST_AFTER)]
    ends = [(start, None, one.first_said_at), (None, due, one.last_said_at)]
    return [Amendment(*one.key, s, d, said_at + JUST_AFTER) for s, d, said_at in ends if s is not None or d is not None]


def _same_window(one: OpenRequest, other: OpenRequest) -> bool:
    return (one.window_start, one.due_date) == (other.window_start, other.due_date)


def _digits(asked: Iterable[Placed]) -> dict[tuple[str, str], int]:
    """How many digits of a place code name the campaigns of each agency's programme, as it was when it was asked."""
    found: dict[tuple[str, str], int] = {}
    for placed in asked:
        programme = placed.campaign.agency, placed.campaign.programme
        found[programme] = max(found.get(programme, 0), len(placed.campaign.area))
    return found
