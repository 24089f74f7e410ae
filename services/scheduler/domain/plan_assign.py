"""Whose stop it is: the cadre of the village, the one of the plan before, and who can help."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import cos, radians

from services.scheduler.domain.plan_model import Cadre, Place, PlaceVisit, Point
from services.scheduler.domain.plan_travel import great_circle_km

Door = tuple[str | None, str, str]
"""Village and dwelling; of who lives alone also the visit."""


def assign(
    visits: Iterable[PlaceVisit], cadres: Sequence[Cadre], before: Mapping[str, Place]
) -> tuple[dict[str, list[PlaceVisit]], list[PlaceVisit]]:
    """Visits by cadre, and those for whom nobody is found.

    A visit stays with who had it in the plan before. A village of several cadres is shared evenly, dwelling by
    dwelling, each a part of its ground; a late request goes to whose part it lies in, the doors counted that have
    somebody already. Where the village is not known, the nearest home counts.
    """
    by_village: defaultdict[str, list[Cadre]] = defaultdict(list)
    for cadre in sorted(cadres, key=lambda cadre: cadre.cadre_id):
        for village in cadre.villages:
            by_village[village].append(cadre)
    mine: dict[str, list[PlaceVisit]] = {cadre.cadre_id: [] for cadre in cadres}
    nobody: list[PlaceVisit] = []
    owners: dict[Door, str] = {}
    new: defaultdict[Door, list[PlaceVisit]] = defaultdict(list)
    everybody: defaultdict[str | None, defaultdict[Door, list[PlaceVisit]]] = defaultdict(lambda: defaultdict(list))
    for visit in sorted(visits, key=lambda visit: visit.visit_id):
        everybody[visit.village_code][_door(visit)].append(visit)
        was = before.get(visit.visit_id)
        if was and was.cadre_id in mine:
            mine[was.cadre_id].append(visit)
            owners.setdefault(_door(visit), was.cadre_id)
        else:
            new[_door(visit)].append(visit)
    shared: set[str] = set()
    for door, behind in new.items():
        candidates = by_village.get(door[0], []) if door[0] else cadres
        if door in owners or not candidates:
            continue
        if door[0] and len(candidates) > 1:
            shared.add(door[0])
        else:
            owners[door] = _nearest(candidates, behind[0].point)
    load = Counter(one for one, had in mine.items() for visit in had if visit.village_code not in shared)
    load.update(owner for door, owner in owners.items() if door[0] not in shared for _ in new.get(door, ()))
    for village in sorted(shared):
        for door, owner in _parts(everybody[village], by_village[village], load).items():
            owners.setdefault(door, owner)
            load[owner] += len(everybody[village][door])
    for door, behind in new.items():
        (mine[owners[door]] if door in owners else nobody).extend(behind)
    return mine, nobody


def _door(visit: PlaceVisit) -> Door:
    return visit.village_code, visit.dwelling or "", "" if visit.dwelling is not None else visit.visit_id


def _nearest(cadres: Sequence[Cadre], point: Point) -> str:
    return min(cadres, key=lambda cadre: (great_circle_km(cadre.home, point), cadre.cadre_id)).cadre_id


def _parts(
    behind: Mapping[Door, Sequence[PlaceVisit]],
    cadres: Sequence[Cadre],
    load: Mapping[str, int],
) -> dict[Door, str]:
    """Strips of the village's ground across its longer side, one for each cadre in the order of their homes, so wide
    that all have equally many visits with those they have elsewhere."""
    ground = [visits[0].point for visits in behind.values()]
    north = max(p.lat for p in ground) - min(p.lat for p in ground)
    east = (max(p.lon for p in ground) - min(p.lon for p in ground)) * cos(radians(ground[0].lat))
    along = int(east > north)
    total = sum(map(len, behind.values()))
    fair = (total + sum(load[cadre.cadre_id] for cadre in cadres)) / len(cadres)
    line = sorted(cadres, key=lambda cadre: (cadre.home[along], cadre.cadre_id))
    room = [max(0.0, fair - load[cadre.cadre_id]) for cadre in line]
    found: dict[Door, str] = {}
    at, owner, until = 0.0, 0, room[0] / sum(room) * total
    for door in sorted(behind, key=lambda door: (behind[door][0].point[along], behind[door][0].point, door[1:])):
        middle = at + len(behind[door]) / 2
        while middle > until and owner + 1 < len(line):
            owner += 1
            until += room[owner] / sum(room) * total
        found[door] = line[owner].cadre_id
        at += len(behind[door])
    return found


def helpers(cadre: Cadre, cadres: Iterable[Cadre]) -> list[Cadre]:
    """The other cadres of the township, and of the same villages."""
    return [
        other
        for other in cadres
        if other is not cadre
        and ((cadre.township and other.township == cadre.township) or other.villages & cadre.villages)
    ]
