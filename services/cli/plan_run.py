"""From files to the answer of ``onevisit plan``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import typer

from services.cli.plan_answer import PlanAnswer
from services.scheduler.domain.plan_codes import PlanInputCode
from services.scheduler.domain.plan_model import Place, PlaceVisit
from services.scheduler.domain.plan_parts import Season
from services.scheduler.domain.plan_travel import GreatCircleTravel, MeasuredTravel
from services.scheduler.domain.plan_weights import Weights
from services.scheduler.planning.county import Effort, Progress, plan_county
from services.scheduler.planning.holidays import kind_of
from services.scheduler.planning.lists import read_cadres, read_travel
from services.scheduler.planning.place_visits import Places, read_current, read_places, read_visits
from services.scheduler.planning.reading import InputFault, Reading
from services.scheduler.planning.roads import RoadsWatch, roads_of


@dataclass(frozen=True, slots=True)
class PlanFiles:
    """What is planned from."""

    visits: Path
    cadres: Path
    places: Path | None = None
    current: Path | None = None
    travel: Path | None = None
    roads: str = ""
    """Road engine, as `planning.roads.ADDRESS` has it."""
    slope: float = 1.0
    """See `GreatCircleTravel.slope`."""


def plan_files(
    files: PlanFiles,
    *,
    first_day: Callable[[list[PlaceVisit]], date],
    days: int,
    told_until: date | None,
    max_moved: float,
    effort: Effort,
    progress: Progress | None = None,
) -> PlanAnswer:
    """Reads what can be read and plans it.

    Args:
        files: the input.
        first_day: chooses the first day of the plan from the visits.
        days: length of the plan in calendar days.
        told_until: every day of the plan before until then was told.
        max_moved: see `Weights.max_moved_share`.
        effort: of the search.
        progress: is told of each cadre.
    """
    faults: list[InputFault] = []

    def reading(path: Path, code: PlanInputCode) -> Reading:
        return Reading(path.name, code, faults, _bytes(path))

    cadres = read_cadres(reading(files.cadres, PlanInputCode.CADRE_INVALID))
    places = read_places(reading(files.places, PlanInputCode.PLACE_INVALID)) if files.places else Places()
    before: dict[str, Place] = {}
    told: dict[str, date] = {}
    if files.current:
        document = _read_json(files.current, "onevisit plan --json")
        before, told = read_current(reading(files.current, PlanInputCode.CURRENT_INVALID), document, told_until)
    of_visits = reading(files.visits, PlanInputCode.VISIT_INVALID)
    visits = read_visits(of_visits, _read_json(files.visits, "onevisit merge --json"), places, told)
    first = first_day(visits)
    names = places.names | {cadre.home: (cadre.cadre_id, *sorted(cadre.villages)) for cadre in cadres}
    times = roads_of(files.roads, GreatCircleTravel(slope=files.slope))
    watch = RoadsWatch(times)
    if files.travel:
        times = MeasuredTravel(times, read_travel(reading(files.travel, PlanInputCode.TRAVEL_INVALID)), names)
    season = Season(
        first=first,
        last=first + timedelta(days - 1),
        kind_of=kind_of,
        travel=times,
        weights=Weights(max_moved_share=max_moved),
        before={visit_id: place for visit_id, place in before.items() if place.day >= first},
    )
    planned = plan_county(visits, cadres, season, effort, progress)
    for visit in planned.nobody:
        village = visit.village_code or "?"
        detail, zh = f"visit {visit.visit_id}, village {village}", f"走访 {visit.visit_id}，村 {village}"
        faults.append(InputFault(files.visits.name, 0, PlanInputCode.NO_CADRE, detail, zh))
    if watch.away:
        planned.warnings.append((PlanInputCode.ROADS_AWAY, watch.away))
    return PlanAnswer(planned, faults, first, season.last, effort)


def _read_json(path: Path, printed_by: str) -> Any:
    """UTF-8, UTF-16 (as `>` of PowerShell writes it) or GB 18030."""
    raw = _bytes(path)
    try:
        try:
            return json.loads(raw)
        except UnicodeDecodeError:
            return json.loads(raw.decode("gb18030"))
    except (ValueError, RecursionError) as error:
        raise typer.BadParameter(f"{path}: not JSON ({error}). Give what `{printed_by}` prints") from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read ({error.strerror})") from None
