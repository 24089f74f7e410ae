"""Campaigns: the groups of requests whose windows one agency sets together, and how far each may change.

An agency sets its windows for a whole programme, or town by town. Which of the two is read from the windows: where
nearly every town has one window of its own, and towns differ, a town is a campaign.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from schemas.alignment import MAX_DAYS, CampaignLevel
from services.scheduler.domain.align_policy import AlignmentPolicy
from services.scheduler.domain.merge import OpenRequest

RequestKey = tuple[str, str]
"""(agency, request_id)"""
_LIKE_ITS_TOWN: Final = 0.9
"""Share of requests with their town's own window from which windows count as set town by town; amended rows differ."""
_AREA_DIGITS: Final = {"programme": 0, "town": 9, "village": 12}
"""Digits of a 12-digit place code that name the area."""


class FixedReason(StrEnum):
    """Why nothing is proposed for a campaign."""

    RULE = "ALIGN_FIXED_BY_RULE"
    """The programme's rule lets its windows neither open earlier nor end later."""
    CYCLE_FULL = "ALIGN_CYCLE_FULL"
    """The windows fill the cycle, or touch the same person's next window: one proof would stand for two cycles."""


@dataclass(frozen=True, slots=True, order=True)
class Campaign:
    """Who sets a window: an agency, for a programme, for an area."""

    agency: str
    programme: str
    area: str = ""
    """Code of the town or village; empty for the whole county or for requests without a place."""


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """Whole days by which all windows of a campaign are widened. Never negative, so nobody loses a day.

    A window that is moved as a whole would take days away at its other end, and saves no more than the wider window
    that holds both the old and the moved one: so moving is never proposed.
    """

    days_earlier: int = 0
    days_later: int = 0

    def __post_init__(self) -> None:
        if self.days_earlier < 0 or self.days_later < 0:
            raise ValueError("a change only widens windows: state how many days earlier and later, 0 or more")

    @property
    def days(self) -> int:
        """What the change costs: campaign-days."""
        return self.days_earlier + self.days_later

    def widened(self, request: OpenRequest) -> OpenRequest:
        """The request with the changed window."""
        return replace(
            request,
            window_start=request.window_start - timedelta(self.days_earlier),
            due_date=request.due_date + timedelta(self.days_later),
        )


NO_CHANGE: Final = Change()


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a campaign may change, in days."""

    earlier: int
    later: int
    together: int
    """Bound of earlier + later."""
    fixed: FixedReason | None = None

    def allow(self, change: Change) -> bool:
        """Whether the change is admissible."""
        return change.days_earlier <= self.earlier and change.days_later <= self.later and change.days <= self.together


def find_campaigns(
    requests: Sequence[OpenRequest], village_of: Mapping[RequestKey, str | None], level: CampaignLevel
) -> dict[RequestKey, Campaign]:
    """The campaign of each request. A request without a place is in the campaign of its programme without an area."""
    by_programme: defaultdict[tuple[str, str], list[OpenRequest]] = defaultdict(list)
    for request in requests:
        by_programme[request.agency, request.programme].append(request)
    found: dict[RequestKey, Campaign] = {}
    for (agency, programme), members in by_programme.items():
        digits = _digits(members, village_of, level)
        for request in members:
            key = (request.agency, request.request_id)
            found[key] = Campaign(agency, programme, (village_of.get(key) or "")[:digits])
    return found


def _digits(members: Sequence[OpenRequest], village_of: Mapping[RequestKey, str | None], level: CampaignLevel) -> int:
    if level is not CampaignLevel.AUTO:
        return _AREA_DIGITS[level.value]
    windows: defaultdict[str, Counter[tuple[object, object]]] = defaultdict(Counter)
    for request in members:
        town = (village_of.get((request.agency, request.request_id)) or "")[: _AREA_DIGITS["town"]]
        windows[town][request.window_start, request.due_date] += 1
    usual = {town: counts.most_common(1)[0] for town, counts in windows.items()}
    like_its_town = sum(count for _, count in usual.values())
    differ = len({window for window, _ in usual.values()}) > 1
    several = len(members) > 2 * len(usual)
    by_town = differ and several and like_its_town >= _LIKE_ITS_TOWN * len(members)
    return _AREA_DIGITS["town"] if by_town else 0


def limits_of(
    requests: Iterable[OpenRequest],
    campaign_of: Mapping[RequestKey, Campaign],
    policy: AlignmentPolicy,
    max_days: int = MAX_DAYS,
) -> dict[Campaign, Limits]:
    """How far each campaign may change without making one proof stand for two cycles of anybody.

    No window grows beyond the programme's cycle, and two windows of one person in one programme that were apart stay
    apart. Where these two are of different campaigns, each may use half of what lies between them.
    """
    room: dict[Campaign, int] = {}
    cycles: defaultdict[tuple[str, str, str], set[tuple[Campaign, date, date]]] = defaultdict(set)
    for request in requests:
        campaign = campaign_of[request.agency, request.request_id]
        length = (request.due_date - request.window_start).days + 1
        spare = max(0, policy.rule(request.programme).cycle_days - length)
        room[campaign] = min(room.get(campaign, spare), spare)
        window = (campaign, request.window_start, request.due_date)
        cycles[request.person_key, request.agency, request.programme].add(window)
    for mine in cycles.values():
        for one, _, due in mine:
            for other, first, _ in mine:
                between = (first - due).days - 1
                if between >= 0:
                    pair = {one, other}
                    for campaign in pair:
                        room[campaign] = min(room[campaign], between // len(pair))
    return {campaign: _limits(campaign, spare, policy, max_days) for campaign, spare in sorted(room.items())}


def _limits(campaign: Campaign, room: int, policy: AlignmentPolicy, max_days: int) -> Limits:
    rule = policy.rule(campaign.programme)
    earlier = min(rule.max_days_earlier, max_days, room)
    later = min(rule.max_days_later, max_days, room)
    fixed = None
    if not earlier and not later:
        fixed = FixedReason.RULE if not (rule.max_days_earlier or rule.max_days_later) else FixedReason.CYCLE_FULL
    return Limits(earlier, later, min(room, earlier + later), fixed)
