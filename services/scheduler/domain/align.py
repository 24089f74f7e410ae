"""Window alignment: the smallest changes of agencies' windows that save visits, proposed and never applied by itself.

Three agencies that ask for one person in three different months cost three visits; a window that opens a week earlier
may make them one. What may be proposed is bounded by `align_policy`; a change only widens (`align_campaigns.Change`);
what each change saves is counted exactly (`align_grid`), so it equals a new `merge.merge` of the changed windows;
`align_search` finds the best ones; `align_proposal` is what an agency accepts or declines.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from schemas.alignment import MAX_DAYS, CampaignLevel, Objective
from services.scheduler.domain.align_campaigns import (
    NO_CHANGE,
    Campaign,
    Change,
    Limits,
    RequestKey,
    find_campaigns,
    limits_of,
)
from services.scheduler.domain.align_grid import FIXED, Pattern, PlacedWindow, patterns, visits_of
from services.scheduler.domain.align_policy import AlignmentPolicy
from services.scheduler.domain.align_proposal import Proposal, basis_of
from services.scheduler.domain.align_search import Part, Point, joined_front, parts_of
from services.scheduler.domain.merge import OpenRequest


@dataclass(frozen=True, slots=True)
class Saving:
    """A proposal and what it saves when nothing else changes."""

    proposal: Proposal
    requests: int
    """Requests whose window changes."""
    people: int
    """People with such a request."""
    visits_saved: int
    trips_saved: int


@dataclass(frozen=True, slots=True)
class Step:
    """One more change, and the sums of all steps so far."""

    changes: Mapping[Campaign, Change]
    """The campaigns that this step changes, from the windows as they are today (not from the step before)."""
    days: int
    """Campaign-days that this step adds."""
    saved: int
    """What this step adds, in the unit of the objective."""
    so_far: Saving
    """All steps up to this one, as one proposal."""
    most_for_these_days: int
    """The most that any changes with as many campaign-days could save, in the unit of the objective."""


@dataclass(frozen=True, slots=True)
class CampaignFront:
    """One campaign and what it could save alone."""

    campaign: Campaign
    requests: int
    people: int
    first_day: date
    """Earliest first day of its windows."""
    last_day: date
    """Latest due date."""
    limits: Limits
    front: tuple[tuple[Change, int], ...]
    """Each smallest change with what it saves, in the unit of the objective; ascending in both; empty: nothing."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """The answer."""

    objective: Objective
    people: int
    visits: int
    """Fewest visits with the windows as they are."""
    trips: int
    """Fewest trips to dwellings with the windows as they are."""
    overdue: int
    """Requests whose due date has passed: they are left as they are and out of all counts."""
    campaigns: tuple[CampaignFront, ...]
    proposals: tuple[Saving, ...]
    """Single campaigns and pairs, best first: most saved for a campaign-day, then the smallest change."""
    steps: tuple[Step, ...]
    """The first steps, each the one that then saves most for a day."""
    whole: Saving | None
    """All steps until no campaign and no pair saves more, as one proposal; ``None`` when nothing saves any."""
    front: tuple[tuple[int, int], ...]
    """(campaign-days, saved): the most that so many days can save, all campaigns together."""
    exact: bool
    """Whether ``front`` is proved the most; it is not where many campaigns share people."""
    campaign_of: Mapping[RequestKey, Campaign] = field(repr=False)


def align(
    requests: Iterable[OpenRequest],
    *,
    policy: AlignmentPolicy | None = None,
    village_of: Mapping[RequestKey, str | None] | None = None,
    dwelling_of: Mapping[str, str] | None = None,
    level: CampaignLevel = CampaignLevel.AUTO,
    max_days: int = MAX_DAYS,
    max_proposals: int = 10,
    as_of: date | None = None,
    objective: Objective = Objective.VISITS,
    beside: Iterable[OpenRequest] = (),
) -> Alignment:
    """Propose the smallest changes of windows that save the most.

    Args:
        requests: the open requests, amendments folded.
        policy: how far each programme may change.
        village_of: 12-digit place code of a request, to tell campaigns town by town.
        dwelling_of: dwelling of a person key, to count trips; a person without one lives alone.
        level: for what area agencies set their windows.
        max_days: bound of each of the two directions, beside the policy's.
        max_proposals: how many proposals and how many steps to return.
        as_of: today in the county. What was due before is left alone; ``None`` takes every window as still to come.
        objective: what is saved first.
        beside: requests that are in no count, as those answered for the last cycle: no window may reach into theirs.
    """
    given = sorted(requests, key=lambda r: (r.agency, r.request_id))
    timely = [r for r in given if as_of is None or r.due_date >= as_of]
    bounding = [*given, *beside]
    campaign_of = find_campaigns(bounding, village_of or {}, level)
    limits = limits_of(bounding, campaign_of, policy or AlignmentPolicy(), max_days)
    campaign_of = {key: campaign_of[key] for r in timely for key in ((r.agency, r.request_id),)}
    limits = {campaign: limits[campaign] for campaign in sorted(set(campaign_of.values()))}
    numbers = {campaign: number for number, campaign in enumerate(limits) if limits[campaign].fixed is None}
    work = _Work(timely, campaign_of, numbers, dwelling_of or {})
    found = work.persons if objective is Objective.VISITS else work.dwellings
    parts = parts_of(
        found, {n: limits[c] for c, n in numbers.items()}, {n: work.people_of[c] for c, n in numbers.items()}
    )
    front = joined_front(parts)
    states, steps = _walk(parts)
    return Alignment(
        objective=objective,
        people=len({r.person_key for r in timely}),
        visits=work.count(work.persons, {}),
        trips=work.count(work.dwellings, {}),
        overdue=len(given) - len(timely),
        campaigns=tuple(_campaign_fronts(work, limits, parts)),
        proposals=tuple(work.saving(point) for point in _ranked(parts)[:max_proposals]),
        steps=tuple(
            _step(work, step, state, front) for step, state in zip(steps[:max_proposals], states, strict=False)
        ),
        whole=work.saving(Point(states[-1], 0, 0)) if states else None,
        front=tuple(front),
        exact=all(part.exact for part in parts),
        campaign_of=campaign_of,
    )


class _Work:
    """The requests in numbers, and the way back from numbers to campaigns."""

    def __init__(
        self,
        requests: Sequence[OpenRequest],
        campaign_of: Mapping[RequestKey, Campaign],
        numbers: Mapping[Campaign, int],
        dwelling_of: Mapping[str, str],
    ) -> None:
        self.members: defaultdict[Campaign, list[OpenRequest]] = defaultdict(list)
        self._campaigns = {number: campaign for campaign, number in numbers.items()}
        persons: defaultdict[str, list[PlacedWindow]] = defaultdict(list)
        dwellings: defaultdict[tuple[bool, str], list[PlacedWindow]] = defaultdict(list)
        for request in requests:
            campaign = campaign_of[request.agency, request.request_id]
            self.members[campaign].append(request)
            window = (request.window_start.toordinal(), request.due_date.toordinal(), numbers.get(campaign, FIXED))
            persons[request.person_key].append(window)
            home = dwelling_of.get(request.person_key)
            dwellings[home is not None, home or request.person_key].append(window)
        self.people_of = {c: len({r.person_key for r in mine}) for c, mine in self.members.items()}
        self.persons = patterns(persons.values())
        self.dwellings = patterns(dwellings.values())

    def named(self, changes: Iterable[tuple[int, Change]]) -> dict[Campaign, Change]:
        """The changes by campaign."""
        return {self._campaigns[number]: change for number, change in changes}

    def count(self, found: Counter[Pattern], changes: Mapping[int, Change]) -> int:
        """Fewest visits (of persons) or trips (of dwellings) after the changes."""
        return sum(count * visits_of(pattern, changes) for pattern, count in found.items())

    def saving(self, point: Point) -> Saving:
        """The proposal of a point, with all that it saves."""
        numbered = dict(point.changes)
        changes = self.named(point.changes)
        concerned = [request for campaign in changes for request in self.members[campaign]]
        return Saving(
            proposal=Proposal(changes=changes, basis=basis_of(concerned)),
            requests=len(concerned),
            people=len({request.person_key for request in concerned}),
            visits_saved=self._saved(self.persons, numbered),
            trips_saved=self._saved(self.dwellings, numbered),
        )

    def _saved(self, found: Counter[Pattern], changes: Mapping[int, Change]) -> int:
        return sum(
            count * (visits_of(pattern, {}) - visits_of(pattern, changes))
            for pattern, count in found.items()
            if any(campaign in changes for _, _, campaign in pattern)
        )


def _campaign_fronts(work: _Work, limits: Mapping[Campaign, Limits], parts: Sequence[Part]) -> Iterable[CampaignFront]:
    alone = {
        campaign: points
        for part in parts
        for number in part.numbers
        for campaign in work.named([(number, NO_CHANGE)])
        for points in (part.alone(number)[1:],)
    }
    for campaign, limit in limits.items():
        mine = work.members[campaign]
        yield CampaignFront(
            campaign=campaign,
            requests=len(mine),
            people=work.people_of[campaign],
            first_day=min(request.window_start for request in mine),
            last_day=max(request.due_date for request in mine),
            limits=limit,
            front=tuple((point.changes[0][1], point.saved) for point in alone.get(campaign, [])),
        )


def _ranked(parts: Sequence[Part]) -> list[Point]:
    """Best for a day and most, of each campaign and of each pair that saves more than either alone in its days."""
    chosen: set[Point] = set()
    for part in parts:
        alone = {number: part.alone(number) for number in part.numbers}
        for points in alone.values():
            chosen |= _best_and_most(points[1:])
        for one, other in part.pairs:
            together = [
                point
                for point in part.pair(one, other)
                if len(point.changes) == 2 and point.saved > _one_of(point.days, alone[one], alone[other])
            ]
            chosen |= _best_and_most(together)
    return sorted(chosen, key=lambda point: (-point.saved / point.days, point.days, point.changes))


def _best_and_most(points: Sequence[Point]) -> set[Point]:
    if not points:
        return set()
    return {max(points, key=lambda point: (point.saved / point.days, -point.days)), points[-1]}


def _one_of(days: int, *fronts: Sequence[Point]) -> int:
    """The most that one of two campaigns alone saves in so many days."""
    return max(point.saved for front in fronts for point in front if point.days <= days)


_State = tuple[tuple[int, Change], ...]


def _walk(parts: Sequence[Part]) -> tuple[list[_State], list[Point]]:
    """Each time the change that saves most for a day, until nothing saves more: the states after each, and each."""
    state: dict[int, Change] = {}
    states: list[_State] = []
    walked: list[Point] = []
    waiting = [part.find_step(state) for part in parts]
    while steps := [(-step.saved / step.days, step.days, step.changes, i) for i, step in enumerate(waiting) if step]:
        index = min(steps)[-1]
        step = waiting[index]
        assert step is not None
        state |= dict(step.changes)
        waiting[index] = parts[index].find_step({n: state[n] for n in parts[index].numbers if n in state})
        walked.append(step)
        states.append(tuple(sorted(state.items())))
    return states, walked


def _step(work: _Work, step: Point, state: _State, front: Sequence[tuple[int, int]]) -> Step:
    days = sum(change.days for _, change in state)
    return Step(
        changes=work.named(step.changes),
        days=step.days,
        saved=step.saved,
        so_far=work.saving(Point(state, days, 0)),
        most_for_these_days=max(saved for needed, saved in front if needed <= days),
    )
