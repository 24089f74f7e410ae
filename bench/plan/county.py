"""The shared county as visits and cadres: merged, as three campaigns, and with aligned windows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from math import cos, radians
from typing import Any, Final

from schemas.plan import HalfDay
from services.scheduler.domain.align import align
from services.scheduler.domain.merge import OpenRequest, merge
from services.scheduler.domain.plan_model import Cadre, Place, PlaceVisit, Point
from services.scheduler.domain.plan_parts import Season
from services.scheduler.domain.plan_travel import GreatCircleTravel
from services.scheduler.domain.plan_weights import Weights
from services.scheduler.planning.holidays import kind_of

MONDAY: Final = date(2026, 3, 2)
"""Working day 0 of the shared county."""
DAYS: Final = 26
"""Calendar days of its 20 working days."""
AT: Final = datetime(2026, 3, 1, tzinfo=UTC)
SETTERS: Final = {
    "pension": ("hrss", "pension"),
    "senior": ("civil_affairs", "senior_subsidy"),
    "fp": ("health", "family_planning"),
}
SOUTH_WEST: Final = Point(27.0, 105.0)
"""Where the plane of the county is put on the globe."""
METRES: Final = 111_195.0
"""In a degree of latitude."""


def season(before: dict[str, Place] | None = None, days: int = DAYS) -> Season:
    """The 20 working days of the shared county."""
    return Season(MONDAY, MONDAY + timedelta(days - 1), kind_of, GreatCircleTravel(), Weights(), before or {})


@dataclass(frozen=True, slots=True)
class County:
    """Requests of people at places, and a cadre for each village."""

    people: Mapping[str, dict[str, Any]]
    requests: tuple[OpenRequest, ...]
    cadres: tuple[Cadre, ...]

    def visits(self, requests: Iterable[OpenRequest], name: str = "") -> list[PlaceVisit]:
        """The fewest visits for the requests, as the merge finds them."""
        pools: defaultdict[str, list[OpenRequest]] = defaultdict(list)
        for request in requests:
            pools[request.person_key].append(request)
        return [
            _visit(f"{name}{visit.visit_id}", self.people[person], visit.window_start, visit.window_end, visit.requests)
            for person, pool in pools.items()
            for visit in merge(pool)
        ]

    def aligned(self) -> list[OpenRequest]:
        """The requests after every change of windows that `onevisit align` proposes is accepted."""
        villages = {(r.agency, r.request_id): _village(self.people[r.person_key]) for r in self.requests}
        homes = {person: str(lives["house"]) for person, lives in self.people.items()}
        found = align(self.requests, village_of=villages, dwelling_of=homes, max_days=30)
        changes = found.whole.proposal.changes if found.whole else {}
        moved = []
        for request in self.requests:
            change = changes.get(found.campaign_of[request.agency, request.request_id])
            if change:
                opens = request.window_start - timedelta(change.days_earlier)
                request = replace(  # noqa: PLW2901
                    request, window_start=opens, due_date=request.due_date + timedelta(change.days_later)
                )
            moved.append(request)
        return moved

    def wide(self, programmes: Collection[str]) -> list[OpenRequest]:
        """The requests, the windows of these programmes all 20 days wide: no alignment opens them wider."""
        last = MONDAY + timedelta(DAYS - 1)
        return [
            replace(one, window_start=MONDAY, due_date=last) if one.programme in programmes else one
            for one in self.requests
        ]


def county_of(document: dict[str, Any], villages: int | None = None) -> County:
    """The county of the shared data, or its first villages."""
    people = {
        f"{person['id']:05d}": person for person in document["people"] if villages is None or person["v"] < villages
    }
    requests = tuple(
        OpenRequest(
            SETTERS[programme][0], str(number), SETTERS[programme][1], f"{person:05d}", _day(first), _day(last), AT
        )
        for number, (person, programme, first, last) in enumerate(document["reqs"])
        if f"{person:05d}" in people
    )
    cadres = tuple(
        Cadre(f"cadre-{v:03d}", point_of(x, y), frozenset({str(v)}), str(document["town"][v]))
        for v, (x, y, _) in enumerate(document["V"])
        if villages is None or v < villages
    )
    return County(people, requests, cadres)


def _visit(name: str, lives: dict[str, Any], first: date, last: date, requests: tuple[Any, ...]) -> PlaceVisit:
    return PlaceVisit(
        visit_id=name,
        point=point_of(lives["x"], lives["y"]),
        first=first,
        last=last,
        programmes=len(requests),
        village_code=str(lives["v"]),
        dwelling=str(lives["house"]),
        frail=bool(lives["frail"]),
        half_day=None if lives["pref"] == "none" else HalfDay(lives["pref"]),
        away=frozenset(map(_day, lives["unav"])),
    )


def _village(lives: dict[str, Any]) -> str:
    return f"990100{lives['t']:03d}{lives['v']:03d}"


def point_of(x: float, y: float) -> Point:
    """Metres on the plane as degrees."""
    return Point(SOUTH_WEST.lat + y / METRES, SOUTH_WEST.lon + x / (METRES * cos(radians(SOUTH_WEST.lat))))


def _day(working_day: int) -> date:
    week, weekday = divmod(working_day, 5)
    return MONDAY + timedelta(7 * week + weekday)
