"""Which visits behind one door are made together: those that enough half-days suit, by due date."""

from collections import defaultdict
from collections.abc import Iterable

from services.scheduler.domain.plan_model import PlaceVisit, Slot, Stop
from services.scheduler.domain.plan_weights import Weights


def bundle(visits: Iterable[PlaceVisit], slots: tuple[Slot, ...], weights: Weights) -> list[Stop]:
    """The stops, by stop_id; each visit is in one of them.

    Two people of one dwelling are one stop when at least `weights.common_slots` half-days suit both: a narrower bundle
    costs more in other rides than it saves. A told day binds: who was told another day is another stop.
    """
    stops: list[Stop] = []
    doors: defaultdict[tuple[str | None, str], list[PlaceVisit]] = defaultdict(list)
    for visit in visits:
        if visit.dwelling is None:
            stops.append(Stop((visit,)))
        else:
            doors[visit.village_code, visit.dwelling].append(visit)
    for mine in doors.values():
        groups: list[Stop] = []
        for visit in sorted(mine, key=lambda visit: (visit.last, visit.visit_id)):
            for number, group in enumerate(groups):
                joined = Stop(tuple(sorted((*group.visits, visit), key=lambda visit: visit.visit_id)))
                if _together(joined, slots, weights):
                    groups[number] = joined
                    break
            else:
                groups.append(Stop((visit,)))
        stops.extend(groups)
    return sorted(stops, key=lambda stop: stop.stop_id)


def _together(stop: Stop, slots: tuple[Slot, ...], weights: Weights) -> bool:
    told = {visit.announced_on for visit in stop.visits if visit.announced_on}
    if len(told) > 1 or len(stop.visits) > weights.persons or len({visit.point for visit in stop.visits}) > 1:
        return False
    if told:
        return all(stop.suits(day) for day in told)
    return sum(stop.suits(slot.day) for slot in slots) >= weights.common_slots


def parted(stop: Stop, minutes: float, weights: Weights) -> list[Stop]:
    """The people of the stop in as few stops as take so many minutes at the door; who alone takes longer is one."""
    groups: list[Stop] = []
    for visit in stop.visits:
        more = Stop((*groups[-1].visits, visit)) if groups else None
        if more and service_minutes(more, weights) <= minutes:
            groups[-1] = more
        else:
            groups.append(Stop((visit,)))
    return groups


def service_minutes(stop: Stop, weights: Weights) -> float:
    """Minutes at the door: each person, each further programme, each frail person."""
    return sum(
        weights.service_minutes
        + weights.further_programme_minutes * (visit.programmes - 1)
        + weights.frail_minutes * visit.frail
        for visit in stop.visits
    )
