"""Stops: visits of one dwelling on common days are one stop of the cadre's ride.

A stop is offered to the planner; it joins no visits, because each person has an own proof. Trips saved by stops are
counted apart from those saved by the merge.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID, uuid5

STOP_NAMESPACE: Final = UUID("0f6f5a53-7c3e-5b0c-8c53-3d1a6f0e9b27")
"""Fixed for ever: stop ids are made in it."""


@dataclass(frozen=True, slots=True)
class PlacedVisit:
    """A visit of which the dwelling is known."""

    visit_id: UUID
    window: tuple[date, date]
    """First and last day on which it can be made; of an announced visit, that day alone."""
    dwelling: tuple[str, ...]
    """What identifies the dwelling; equal for equal ones."""
    village_code: str | None


@dataclass(frozen=True, slots=True)
class Stop:
    """Two or more visits of one dwelling that one ride can serve."""

    stop_id: UUID
    """Stable while the dwelling's visit with the smallest id stays in it."""
    village_code: str | None
    window_start: date
    """First day that suits all its visits."""
    window_end: date
    """Last such day."""
    visit_ids: tuple[UUID, ...]
    """At least two, in order."""


def group_stops(visits: Iterable[PlacedVisit]) -> list[Stop]:
    """The fewest stops for each dwelling, those of two or more visits; ordered by dwelling and last day."""
    dwellings: defaultdict[tuple[str, ...], list[PlacedVisit]] = defaultdict(list)
    for visit in visits:
        dwellings[visit.dwelling].append(visit)
    return [
        Stop(
            stop_id=uuid5(STOP_NAMESPACE, str(min(visit.visit_id for visit in group))),
            village_code=group[0].village_code,
            window_start=max(visit.window[0] for visit in group),
            window_end=min(visit.window[1] for visit in group),
            visit_ids=tuple(sorted(visit.visit_id for visit in group)),
        )
        for _, mine in sorted(dwellings.items())
        for group in _on_common_days(mine)
        if len(group) > 1
    ]


def trips_saved(stops: Iterable[Stop]) -> int:
    """Rides that need not be made because one stop serves several visits."""
    return sum(len(stop.visit_ids) - 1 for stop in stops)


def _on_common_days(visits: Sequence[PlacedVisit]) -> list[list[PlacedVisit]]:
    """The fewest groups with a common day each, by the last days in order (interval stabbing, as in `merge`)."""
    groups: list[list[PlacedVisit]] = []
    last = date.min
    for visit in sorted(visits, key=lambda visit: (visit.window[1], visit.visit_id)):
        if groups and visit.window[0] <= last:
            groups[-1].append(visit)
        else:
            groups.append([visit])
            last = visit.window[1]
    return groups
