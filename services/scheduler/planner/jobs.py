"""Searches beside the desk: a plan made again, or what it would be if; one at a time, each safe to be killed.

The search runs in processes of its own (`planning.searcher`); the draft is locked only to write the answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
from psycopg_pool import PoolTimeout

from schemas.desk import DeskRefusal, PlanOrder, WhatIfOrder
from services.platform.database import Pool
from services.platform.ending import end_task
from services.scheduler.domain.plan_codes import PlanInputCode
from services.scheduler.domain.plan_draft import Standing, held
from services.scheduler.domain.plan_move_codes import StepCode, words
from services.scheduler.domain.plan_parts import Season
from services.scheduler.planner.county import County, CountyRules, read_county
from services.scheduler.planner.documents import NOBODY, Document, nobodys_document, part_document, said
from services.scheduler.planner.draft import Draft, difference, read_draft, save_draft
from services.scheduler.planner.figures import totals
from services.scheduler.planner.mending import mended
from services.scheduler.planner.own_part import Part, villages_changed
from services.scheduler.planner.what_if import suppose, what_if_answer
from services.scheduler.planning.county import Effort, PlannedCounty, plan_county
from services.scheduler.planning.roads import RoadsWatch
from services.scheduler.store import plan as store
from services.scheduler.store.plan import PlanRow
from services.scheduler.store.plan_jobs import Job, finish_job, note_progress, take_job
from services.scheduler.store.plan_steps import add_step

log = logging.getLogger(__name__)

PROGRESS_S = 0.5
PROCESSES = 2
"""Searches side by side."""


@dataclass
class Progress:
    """How far a search is; the search's threads write it, the loop reads it."""

    done: int = 0
    total: int = 0

    def __call__(self, done: int, total: int) -> None:
        """So many of so many."""
        self.done, self.total = done, total


@dataclass(frozen=True, slots=True)
class _Begun:
    """What a search began with."""

    part: Part
    """What of the draft is planned."""
    county: County
    """All of it."""
    wished: PlanRow
    """The days and the seed that were asked for."""


class Jobs:
    """Does what waits in the table of jobs."""

    def __init__(self, rules: CountyRules, now: Callable[[], datetime]) -> None:
        self._rules = rules
        self._now = now

    async def work_once(self, pool: Pool) -> bool:
        """Does the next job; False when there is none. What a kill has interrupted is done from the start."""
        async with pool.connection() as connection:
            job = await take_job(connection)
        if job is None:
            return False
        log.info("planner: %s %s begins", job.kind, job.job_id)
        try:
            if job.kind == "plan":
                await self._plan(pool, job, PlanOrder.model_validate(job.asked))
            else:
                await self._what_if(pool, job, WhatIfOrder.model_validate(job.asked))
        except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout):
            raise  # the database is away: done from the start when it is back
        except Exception:  # whatever it is, it must not be tried for ever
            log.exception("planner: %s %s failed", job.kind, job.job_id)
            await _fail(pool, job, DeskRefusal.STOPPED)
        return True

    def _today(self) -> date:
        return self._now().astimezone(self._rules.zone).date()

    async def _plan(self, pool: Pool, job: Job, order: PlanOrder) -> None:
        async with pool.connection() as connection, connection.transaction():
            draft = await read_draft(connection, self._today())
            county = await read_county(connection, self._rules)
        if not county.cadres:
            await _fail(pool, job, DeskRefusal.NO_CADRES)
            return
        if order.version is not None and order.version != draft.plan.version:
            await _fail(pool, job, DeskRefusal.DRAFT_CHANGED)
            return
        watch = RoadsWatch(self._rules.roads)
        part = Part(draft, None if job.areas is None else tuple(job.areas))
        mine = part.county(county)
        wished = with_days(draft, order, county) if part.is_whole else draft
        standings = {} if order.anew else draft.standings
        season = wished.season(mine, standings)
        effort = Effort(order.seconds, order.seed, PROCESSES)
        planned = await self._search(pool, job, wished, mine, season, standings, effort)
        documents = await asyncio.to_thread(documents_of, wished, mine, season, standings, planned)
        if not part.is_whole:
            documents = {one: document for one, document in documents.items() if one != NOBODY}
        await self._take(pool, job, _Begun(part, county, wished.plan), documents, _warnings(planned, watch))

    async def _search(
        self,
        pool: Pool,
        job: Job,
        draft: Draft,
        county: County,
        season: Season,
        standings: Mapping[str, Standing],
        effort: Effort,
    ) -> PlannedCounty:
        staying = draft.staying(county)
        visits = [held(visit, standings.get(one)) for one, visit in county.visits.items() if one not in staying]
        progress = Progress(total=len(county.cadres))
        telling = asyncio.create_task(_tell_progress(pool, job, progress))
        try:
            return await asyncio.to_thread(plan_county, visits, list(county.cadres.values()), season, effort, progress)
        finally:
            await end_task(telling)

    async def _take(
        self,
        pool: Pool,
        job: Job,
        begun: _Begun,
        documents: Mapping[str, Document],
        warnings: Sequence[dict[str, Any]],
    ) -> None:
        """Writes the draft, unless somebody has moved or published something meanwhile; what visits changed since is
        mended on top, whether it was mended into the draft before or not."""
        async with pool.connection() as connection, connection.transaction():
            was_draft = begun.part.draft
            now = await read_draft(connection, was_draft.today, lock=True)
            published = now.plan.published_version != was_draft.plan.published_version
            crossed = not begun.part.is_whole and not _still_apart(now, documents)
            if published or crossed or now.plan.hand_version > was_draft.plan.version:
                await finish_job(connection, job.job_id, code=DeskRefusal.DRAFT_CHANGED.value)
                return
            plan = replace(now.plan, first=begun.wished.first, last=begun.wished.last, seed=begun.wished.seed)
            newest = await read_county(connection, self._rules)
            touched = await store.take_dirty(connection)
            touched |= {one for one, visit in newest.visits.items() if begun.county.visits.get(one) != visit}
            planned = documents if begun.part.is_whole else {**now.documents, **documents}
            after, _ = await asyncio.to_thread(mended, Draft(plan, planned, now.today), newest, touched)
            was, became = difference(now, after)
            answer = _answer(begun.part, now, after)
            if not await finish_job(connection, job.job_id, answer=answer, warnings=warnings):
                return
            said_so = words(StepCode.PLANNED, f"{plan.first} – {plan.last}")
            first_ever = now.plan.version == 0
            days = None if first_ever or not begun.part.is_whole else {"was": _days(now.plan), "became": _days(plan)}
            at = self._now()
            changed = {one for one in after.documents if after.documents[one] != now.documents.get(one)}
            villages = None if begun.part.is_whole else villages_changed(now, after, changed)
            said_by = (job.asked_by, at, said_so)
            await add_step(connection, "plan", *said_by, was, became, villages=villages, days=days, final=first_ever)
            await save_draft(connection, now, after, list(after.documents), by_hand=True)

    async def _what_if(self, pool: Pool, job: Job, order: WhatIfOrder) -> None:
        async with pool.connection() as connection, connection.transaction():
            draft = await read_draft(connection, self._today())
            county = await read_county(connection, self._rules)
        if draft.plan.version == 0:
            await _fail(pool, job, DeskRefusal.NONE)
            return
        watch = RoadsWatch(self._rules.roads)
        supposed, standings = suppose(county, draft.standings, order)
        season = draft.season(supposed, standings)
        effort = Effort(order.seconds, order.seed, PROCESSES)
        planned = await self._search(pool, job, draft, supposed, season, standings, effort)
        documents = await asyncio.to_thread(documents_of, draft, supposed, season, standings, planned)
        answer = await asyncio.to_thread(what_if_answer, draft, county, supposed, documents)
        async with pool.connection() as connection, connection.transaction():
            await finish_job(connection, job.job_id, answer=answer, warnings=_warnings(planned, watch))


def _still_apart(now: Draft, documents: Mapping[str, Document]) -> bool:
    """Whether no visit that was planned for a part has gone to a cadre outside of it meanwhile."""
    mine = {one for document in documents.values() for stop in store.stops_of(document) for one in stop["visit_ids"]}
    others = (document for one, document in now.documents.items() if one not in documents)
    return all(mine.isdisjoint(stop["visit_ids"]) for document in others for stop in store.stops_of(document))


def _answer(part: Part, now: Draft, after: Draft) -> dict[str, Any]:
    """Both plans in numbers, of the part for which they were asked."""
    was_part, part = Part(now, part.areas), Part(after, part.areas)
    was, became = difference(was_part.mine, part.mine)
    return {
        "version": now.plan.version + 1,
        "totals": totals(part.documents.values()),
        "before": totals(was_part.documents.values()) if now.plan.version else None,
        "moved": sum((was[one] or [])[:3] != (became[one] or [])[:3] for one in was if was[one]),
        "told_moved": sum(move["told"] for one in part.documents.values() for move in one["moves"]),
    }


def _warnings(planned: PlannedCounty, watch: RoadsWatch) -> list[dict[str, Any]]:
    away = [(PlanInputCode.ROADS_AWAY, watch.away)] if watch.away else []
    return [{"code": code.value, "words": said(code, detail)} for code, detail in [*away, *planned.warnings]]


def documents_of(
    draft: Draft, county: County, season: Season, standings: Mapping[str, Standing], planned: PlannedCounty
) -> dict[str, Document]:
    """The documents of a plan that was searched."""
    staying = draft.staying(county)
    documents = {
        cadre_id: part_document(
            cadre,
            [route for route in planned.plan.routes if route.cadre_id == cadre_id],
            [out for out in planned.plan.unplanned if out.cadre_id == cadre_id],
            county,
            season,
            standings,
            draft.routes_over(cadre_id, staying),
        )
        for cadre_id, cadre in county.cadres.items()
    }
    return documents | {NOBODY: nobodys_document(county, planned.nobody, season)}


def with_days(draft: Draft, order: PlanOrder, county: County) -> Draft:
    """The draft with the days that are asked for; it does not end before a day on which somebody was told to expect a
    visit, or that was chosen by hand."""
    tomorrow = draft.today + timedelta(1)
    first = order.first or max(tomorrow, draft.plan.first or tomorrow)
    standing = {} if order.anew else draft.standings
    told = [held(visit, standing.get(one)).announced_on for one, visit in county.visits.items()]
    last = max([first + timedelta(order.days - 1), *(day for day in told if day)])
    plan = replace(draft.plan, first=first, last=last, seed=order.seed)
    return replace(draft, plan=plan)


def _days(plan: PlanRow) -> list[str]:
    return [str(plan.first), str(plan.last)]


async def _fail(pool: Pool, job: Job, code: DeskRefusal) -> None:
    async with pool.connection() as connection, connection.transaction():
        await finish_job(connection, job.job_id, code=code.value)


async def _tell_progress(pool: Pool, job: Job, progress: Progress) -> None:
    told = -1
    while True:
        await asyncio.sleep(PROGRESS_S)
        if progress.done != told:
            told = progress.done
            async with pool.connection() as connection, connection.transaction():
                await note_progress(connection, job.job_id, progress.done, progress.total)
