"""Whose stop it is: the cadre of the village, the one of the plan before, and who can help."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from services.scheduler.domain.plan_model import Cadre, Place, PlaceVisit
from services.scheduler.domain.plan_travel import great_circle_km


def assign(
    visits: Iterable[PlaceVisit], cadres: Sequence[Cadre], before: Mapping[str, Place]
) -> tuple[dict[str, list[PlaceVisit]], list[PlaceVisit]]:
    """Visits by cadre, and those for whom nobody is found.

    A visit stays with who had it in the plan before. A village of several cadres is shared evenly, dwelling by
    dwelling. Where the village is not known, the nearest home counts.
    """
    by_village: defaultdict[str, list[Cadre]] = defaultdict(list)
    for cadre in cadres:
        for village in cadre.villages:
            by_village[village].append(cadre)
    known = {cadre.cadre_id for cadre in cadres}
    mine: dict[str, list[PlaceVisit]] = {cadre.cadre_id: [] for cadre in cadres}
    nobody: list[PlaceVisit] = []
    load: Counter[str] = Counter()
    doors: dict[str, str] = {}
    for visit in sorted(visits, key=lambda visit: (visit.visit_id not in before, visit.dwelling or "", visit.visit_id)):
        was = before.get(visit.visit_id)
        candidates = by_village.get(visit.village_code, []) if visit.village_code else list(cadres)
        if was and was.cadre_id in known:
            owner = was.cadre_id
        elif visit.dwelling in doors:
            owner = doors[visit.dwelling or ""]
        elif not candidates:
            nobody.append(visit)
            continue
        elif visit.village_code:
            owner = min(candidates, key=lambda cadre: (load[cadre.cadre_id], cadre.cadre_id)).cadre_id
        else:
            owner = min(
                candidates, key=lambda cadre: (great_circle_km(cadre.home, visit.point), cadre.cadre_id)
            ).cadre_id
        if visit.dwelling is not None:
            doors.setdefault(visit.dwelling, owner)
        load[owner] += 1
        mine[owner].append(visit)
    return mine, nobody


def helpers(cadre: Cadre, cadres: Iterable[Cadre]) -> list[Cadre]:
    """The other cadres of the township."""
    return [other for other in cadres if cadre.township and other.township == cadre.township and other is not cadre]
