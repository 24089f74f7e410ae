"""On which step before a lapse a request stands on a day, since when, and what comes next.

A pure function of the request as it is now, the day and the programme's ladder: neither the order in which things were
said nor how often anybody has looked matters. An amended due date gives other days, a closed request stands on nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from schemas.lapse import LapseStep
from schemas.life_event import LifeEventKind
from services.scheduler.domain.ladder_policy import ProgrammeLadder

STEPS: Final = tuple(LapseStep)
"""From the lowest to the highest."""
_DAY: Final = timedelta(days=1)
_NO_TRIP: Final = frozenset({LapseStep.REMIND})
"""While nobody is sent (abroad, in prison, moved no one knows where) nobody is reminded to ride; other paths stay."""
_SKIPPED: Final[Mapping[LifeEventKind, frozenset[LapseStep]]] = {
    LifeEventKind.DECEASED: frozenset({LapseStep.REMIND, LapseStep.OFFER_PATHS}),
}
"""A death that a single source reports: the family is left in peace, but the days run, so the agency is told of the
grace and a person must act: nobody's payment lapses on one bad record."""


@dataclass(frozen=True)
class Waiting:
    """An open request, and what holds up its visit."""

    window_start: date
    """The first day on which a proof counts."""
    due_date: date
    """The last one, without grace."""
    open_since: date
    """When the agency asked; of a request that an agency's rejection has opened again, the day of that."""
    paused_by: LifeEventKind | None = None
    """The life event that pauses its visit: nobody is sent meanwhile."""
    confirmed: frozenset[LifeEventKind] = frozenset()
    """Life events of the person that are confirmed and neither voided nor over."""


@dataclass(frozen=True)
class Reached:
    """A step that was reached, or will be."""

    step: LapseStep
    on: date


@dataclass(frozen=True)
class Standing:
    """Where an open request stands."""

    step: LapseStep
    """The highest step reached."""
    since: date
    """Its day."""
    counts_until: date
    """The last day on which a proof counts as in time."""
    following: Reached | None
    """The next step, when nothing changes."""
    reached: tuple[Reached, ...]
    """All steps so far, the lowest first; the last one is `step`."""


def stand(waiting: Waiting, ladder: ProgrammeLadder, day: date) -> Standing | None:
    """Where an open request stands on a day; None before the first step, and where nothing is left to lapse."""
    if waiting.confirmed & ladder.ended_by:
        return None
    steps = _steps(waiting, ladder)
    reached = tuple(each for each in steps if each.on <= day)
    if not reached:
        return None
    return Standing(
        step=reached[-1].step,
        since=reached[-1].on,
        counts_until=counts_until(waiting.due_date, ladder),
        following=next((each for each in steps if each.on > day), None),
        reached=reached,
    )


def counts_until(due_date: date, ladder: ProgrammeLadder) -> date:
    """The last day on which a proof counts as in time."""
    return due_date + ladder.grace_days * _DAY


def _steps(waiting: Waiting, ladder: ProgrammeLadder) -> list[Reached]:
    """The steps of a request with their days, in order: none before its window opens, nor before it was asked."""
    due = waiting.due_date
    days: dict[LapseStep, date] = {
        LapseStep.REMIND: due - ladder.remind_days_before * _DAY,
        LapseStep.OFFER_PATHS: due - ladder.offer_paths_days_before * _DAY,
        LapseStep.ESCALATE: counts_until(due, ladder) - ladder.escalate_days_before_end * _DAY,
    }
    earliest = max(waiting.window_start, waiting.open_since)
    if ladder.grace_days and earliest <= counts_until(due, ladder):
        days[LapseStep.GRACE] = due + _DAY
    skipped = _SKIPPED.get(waiting.paused_by, _NO_TRIP) if waiting.paused_by else frozenset()
    return [Reached(step, max(days[step], earliest)) for step in STEPS if step in days and step not in skipped]
