"""Answers the scheduler's desk: one question after the other, each in one transaction with its answer.

A kill in the middle leaves the question unanswered and the draft as it was; the next start answers it (docs/adr/0011).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg

from schemas.desk import (
    DeskKind,
    DeskRefusal,
    ImportOrder,
    MoveOrder,
    PlanOrder,
    PublishOrder,
    StepOrder,
    Target,
    WhatIfOrder,
)
from services.platform.database import Connection, Pool
from services.platform.ledger import Transaction
from services.scheduler.domain.plan_move_codes import StepCode, words
from services.scheduler.planner import moves_said, sources
from services.scheduler.planner.county import CountyRules, read_county
from services.scheduler.planner.draft import Draft, difference, read_draft, save_draft
from services.scheduler.planner.importing import imported
from services.scheduler.planner.mender import mend
from services.scheduler.planner.mending import mended
from services.scheduler.planner.moving import Move, Moved, moved, stop_ids
from services.scheduler.planner.own_part import Part, villages_changed
from services.scheduler.planner.publishing import publish
from services.scheduler.planner.refused import Refused, require
from services.scheduler.planner.undoing import restored, stepped
from services.scheduler.planning.roads import RoadsWatch
from services.scheduler.store import plan as store
from services.scheduler.store.desk_commands import Command, answer_command, take_command
from services.scheduler.store.plan_jobs import Job, add_job, cancel_job
from services.scheduler.store.plan_steps import add_step, find_step, mark_step

log = logging.getLogger(__name__)

SOURCE = "/onevisit/planner"
"""CloudEvents source of everything the planner sends."""
Answer = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A question with what is needed to answer it."""

    connection: Connection
    transaction: Transaction
    command: Command
    draft: Draft
    at: datetime

    @property
    def part(self) -> Part:
        """What who asks may change."""
        areas = self.command.areas
        return Part(self.draft, None if areas is None else tuple(areas))


class Desk:
    """Answers what stands in the table of the desk's commands."""

    def __init__(self, rules: CountyRules, now: Callable[[], datetime]) -> None:
        self._rules = rules
        self._now = now

    async def answer_next(self, pool: Pool) -> bool:
        """Answers the oldest question; False when there is none."""
        async with pool.connection() as connection, connection.transaction():
            command = await take_command(connection)
            if command is None:
                return False
            try:
                async with connection.transaction():
                    answer = await self._answer(connection, command)
            except Refused as refused:
                answer = {"refused": refused.refusal.value}
            except (psycopg.OperationalError, psycopg.InterfaceError):
                raise  # the database is away: answered when it is back
            except Exception:  # whatever it is, the questions behind this one are answered
                log.exception("planner: %s cannot be answered", command.kind)
                answer = {"refused": DeskRefusal.STOPPED.value}
            await answer_command(connection, command.command_id, answer, self._now())
        return True

    async def _answer(self, connection: Connection, command: Command) -> Answer:
        at = self._now()
        draft = await read_draft(connection, at.astimezone(self._rules.zone).date(), lock=True)
        transaction = Transaction(connection, SOURCE)
        answer = await _ANSWERS[DeskKind(command.kind)](self, Asked(connection, transaction, command, draft, at))
        await transaction.flush()
        return answer

    async def _move(self, asked: Asked) -> Answer:
        order = MoveOrder.model_validate(asked.command.said)
        require(asked.draft, order.version)
        ids = tuple(map(str, order.visit_ids))
        part = asked.part
        if order.route:
            ids = stop_ids(part.mine, order.route.cadre_id, order.route.day, order.route.half_day)
            if not ids:
                raise Refused(DeskRefusal.ROUTE_EMPTY)
        county = await read_county(asked.connection, self._rules)
        only_order = order.route is not None and order.to == Target(**order.route.model_dump())
        move = Move(ids, order.to.cadre_id, order.to.day, order.to.half_day, order.to.at, only_order)
        watch = RoadsWatch(self._rules.roads)
        if foreign := part.faults(ids, move.cadre_id):
            found = Moved(asked.draft, faults=foreign)
        else:
            found = await asyncio.to_thread(moved, asked.draft, county, move)
        applied = not found.faults and not order.dry_run
        draft = asked.draft
        if applied:
            detail = f"{len(ids)} → {county.names[move.cadre_id]}, {move.day} {move.half}"
            draft = await self._keep(asked, found.draft, found.changed, "move", words(StepCode.MOVED, detail))
        return moves_said.answer(asked.draft, found, watch.away, applied=applied, version=draft.plan.version)

    async def _import(self, asked: Asked) -> Answer:
        order = ImportOrder.model_validate(asked.command.said)
        require(asked.draft, order.version)
        county = await read_county(asked.connection, self._rules)
        found = await asyncio.to_thread(imported, asked.part, county, order.rows)
        applied = bool(found.moves) and not found.faults and not order.dry_run
        draft = asked.draft
        if applied:
            said = words(StepCode.IMPORTED, str(found.moves))
            draft = await self._keep(asked, found.draft, found.changed, "import", said)
        return found.answer(asked.draft, rows=len(order.rows), applied=applied, version=draft.plan.version)

    async def _keep(self, asked: Asked, after: Draft, changed: set[str], kind: str, said: dict[str, str]) -> Draft:
        was, became = difference(asked.draft, after)
        villages = villages_changed(asked.draft, after, changed)
        by = asked.command.said_by
        await add_step(asked.connection, kind, by, asked.at, said, was, became, villages=villages)
        return await save_draft(asked.connection, asked.draft, after, changed, by_hand=True)

    async def _undo(self, asked: Asked) -> Answer:
        return await self._step(asked, back=True)

    async def _redo(self, asked: Asked) -> Answer:
        return await self._step(asked, back=False)

    async def _step(self, asked: Asked, *, back: bool) -> Answer:
        require(asked.draft, StepOrder.model_validate(asked.command.said).version)
        step = await find_step(asked.connection, asked.command.areas, undone=not back)
        if step is None:
            raise Refused(DeskRefusal.NOTHING_TO_UNDO)
        now = stepped(asked.draft, step, back=back)
        standings = restored(now.standings, step.was if back else step.became, now.today, now.first)
        county = await read_county(asked.connection, self._rules)
        days = step.days is not None
        after, changed = await asyncio.to_thread(mended, now, county, set(step.was), standings, other_days=days)
        asked.part.need_own(changed)
        await mark_step(asked.connection, step.step, undone=back)
        draft = await save_draft(asked.connection, asked.draft, after, changed, by_hand=True)
        return {"version": draft.plan.version, "step": step.step, "words": step.words}

    async def _publish(self, asked: Asked) -> Answer:
        asked.part.need_whole()
        order = PublishOrder.model_validate(asked.command.said)
        by = asked.command.said_by
        return await publish(asked.transaction, asked.draft, order, by, asked.at, self._rules.zone)

    async def _plan(self, asked: Asked) -> Answer:
        order = PlanOrder.model_validate(asked.command.said)
        if order.version is not None or asked.command.areas is not None:
            require(asked.draft, order.version)
        if order.anew:
            asked.part.need_whole()
        return await _take_in(asked, "plan", order.model_dump(mode="json", by_alias=True))

    async def _what_if(self, asked: Asked) -> Answer:
        asked.part.need_whole()
        order = WhatIfOrder.model_validate(asked.command.said)
        require(asked.draft, None)
        return await _take_in(asked, "what_if", order.model_dump(mode="json"))

    async def _cancel(self, asked: Asked) -> Answer:
        if not await cancel_job(asked.connection, UUID(asked.command.said["job_id"])):
            raise Refused(DeskRefusal.JOB_UNKNOWN)
        return {}

    async def _sources(self, asked: Asked) -> Answer:
        asked.part.need_whole()
        return await sources.take_file(asked.connection, asked.command.said)

    async def _put_cadre(self, asked: Asked) -> Answer:
        answer, is_alone = await sources.put_cadre(asked.connection, asked.command.said, asked.part)
        if is_alone:
            await mend(asked.connection, asked.draft, self._rules, (), asked.at)
        return answer

    async def _delete_cadre(self, asked: Asked) -> Answer:
        asked.part.need_whole()
        cadre_id = str(asked.command.said["cadre_id"])
        if not await store.delete_source(asked.connection, "cadre", cadre_id):
            raise Refused(DeskRefusal.CADRE_UNKNOWN)
        await store.note_all_dirty(asked.connection)
        return {}


async def _take_in(asked: Asked, kind: str, said: dict[str, Any]) -> Answer:
    job = Job(uuid4(), kind, said, asked.command.said_by, asked.command.areas)
    if not await add_job(asked.connection, job, asked.at):
        raise Refused(DeskRefusal.JOB_RUNNING)
    await store.tell_desk(asked.connection, "job", {"job_id": str(job.job_id), "state": "waiting", "done": 0, "of": 0})
    return {"job_id": str(job.job_id)}


_ANSWERS: Final[dict[DeskKind, Callable[[Desk, Asked], Awaitable[Answer]]]] = {
    DeskKind.MOVE: Desk._move,
    DeskKind.UNDO: Desk._undo,
    DeskKind.REDO: Desk._redo,
    DeskKind.IMPORT: Desk._import,
    DeskKind.PUBLISH: Desk._publish,
    DeskKind.PLAN: Desk._plan,
    DeskKind.WHAT_IF: Desk._what_if,
    DeskKind.CANCEL: Desk._cancel,
    DeskKind.SOURCES: Desk._sources,
    DeskKind.PUT_CADRE: Desk._put_cadre,
    DeskKind.DELETE_CADRE: Desk._delete_cadre,
}
