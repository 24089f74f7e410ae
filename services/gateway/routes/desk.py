"""The scheduler's desk: the board, searches, moves, undo, publishing. The planner answers; nothing is computed here."""

import asyncio
import gzip
from dataclasses import replace
from datetime import date
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel, ConfigDict

from schemas.desk import DeskKind, MoveOrder, PlanOrder, PublishOrder, StepOrder, WhatIfOrder
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.desk import board as desk_board
from services.gateway.desk.asking import ask
from services.gateway.desk.board import Found, Sight
from services.gateway.desk.job_views import JobView, StatedCode
from services.gateway.desk.people import note_opened, read_people
from services.gateway.desk.views import Board, PlanStepView
from services.gateway.door import Door, door_of
from services.gateway.errors import CATALOGUE, Code, Refusal
from services.gateway.middleware import COMPRESSED_BYTES, COMPRESSION_LEVEL
from services.gateway.problems import Texts
from services.gateway.store import desk as store
from services.gateway.store.desk import JobRow

router = APIRouter(prefix="/v1/desk", tags=["desk"])
schedulers = allow(Role.SCHEDULER)
area_schedulers = allow(Role.SCHEDULER, by_area=True)
readers = allow(Role.SCHEDULER, Role.AUDITOR)
area_readers = allow(Role.SCHEDULER, Role.AUDITOR, by_area=True)
MOST_REVISION = 2**63 - 1
"""What the database counts to."""


class _View(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class JobTaken(_View):
    """The search was taken in: GET /v1/desk/jobs/{job_id} tells how far it is."""

    job_id: UUID


class MoveAnswer(_View):
    """What a move costs, or which rule it would break."""

    ok: bool
    """No rule is broken."""
    applied: bool
    """It is done."""
    version: int
    """Of the draft now."""
    cost: dict[str, float]
    """minutes, ride_minutes, km, half_days more; less when negative."""
    faults: list[StatedCode]
    """Rules that would be broken."""
    warnings: list[StatedCode]
    """What should be known."""
    told_anew: int
    """Visits of which another day was told."""
    routes: list[dict[str, Any]]
    """The half-days that change, as they are afterwards; names are on the board."""


class StepTaken(_View):
    """A step was undone, or done again."""

    version: int
    step: int
    words: Texts


class StepPage(_View):
    """Changes of the draft, the newest first."""

    items: list[PlanStepView]


class Published(_View):
    """The phones have the plan."""

    published_version: int
    cadres: int
    """Whose plan has changed."""
    routes: int
    """Half-days in all."""
    told: int
    """Visits whose day counts as told from now on."""
    told_anew: int
    """Of them those of which another day was told before."""
    taken_back: int
    """Visits on whose told day nobody comes any more."""


def sight_of(
    first: Annotated[date | None, Query(alias="from", description="First day of the routes.")] = None,
    last: Annotated[date | None, Query(alias="to", description="Last day of the routes.")] = None,
    township: Annotated[str | None, Query(max_length=64, description="Only this township's cadres.")] = None,
    cadre_id: Annotated[list[str] | None, Query(description="Only these cadres.")] = None,
) -> Sight:
    """What of the plan is wanted; without anything the whole."""
    return Sight(first, last, township, tuple(cadre_id or ()))


async def read_board(
    door: Door, wanted: Sight, caller: Principal, *, since: int | None = None, shown: str = "board"
) -> Board:
    """The board as it is now, kept to the caller's areas; with names, and the line in the audit log, for a scheduler.
    Steps and searches are those that lie in it. `since`: the revision that the caller has; one that there is not yet,
    or no more, counts like none."""
    sight = replace(wanted, areas=caller.areas)
    async with door.pool.connection() as connection, connection.transaction():
        await store.begin_reading(connection)
        draft, documents = await store.read_draft(connection)
        known = since if since is not None and since <= draft.revision else None
        found = Found(
            draft=draft,
            documents=sight.documents(documents),
            changed=documents if known is None else await store.read_changed(connection, known),
            published=await store.read_published(connection),
            steps=await store.next_steps(connection, caller.areas),
            job=await store.find_open_job(connection, None if caller.areas is None else caller.subject),
            pending=await store.count_pending(connection),
        )
        people = await read_people(
            door, connection, desk_board.visits_shown(found, sight), names=caller.role is Role.SCHEDULER
        )
    await note_opened(door, caller, people, version=draft.version, shown=shown)
    now = door.now().astimezone(ZoneInfo(door.settings.timezone))
    return await asyncio.to_thread(desk_board.put_together, found, sight, people, door.villages, now)


@router.get("/board", response_model=Board, summary="The draft, and what differs from the phones")
async def get_board(
    sight: Annotated[Sight, Depends(sight_of)],
    since: Annotated[
        int | None, Query(ge=0, le=MOST_REVISION, description="Revision of the board that is known.")
    ] = None,
    accept_encoding: Annotated[str, Header(include_in_schema=False)] = "",
    caller: Principal = Depends(area_readers),
    door: Door = Depends(door_of),
) -> Response:
    """Cadres, their half-days and routes with people, what is not planned and why, load, due dates. An auditor sees no
    names; people of a part of the county the cadres all of whose visits lie in it. `from` and `to` narrow the routes;
    figures are always of the whole plan of the cadres that are wanted.

    With `since` the lists have the cadres of whom something has changed, and names are opened of those alone (`parts`,
    `changed`). Somebody among the parts of whom nothing was ever read: read the whole."""
    board = await read_board(door, sight, caller, since=since)
    return await asyncio.to_thread(_written, board, zipped="gzip" in accept_encoding)


def _written(board: Board, *, zipped: bool) -> Response:
    """The answer, some megabytes of a county; zipped an eighth of that. Nothing that was asked comes back in it."""
    content = board.model_dump_json().encode()
    headers = {"Vary": "Accept-Encoding"}
    if zipped and len(content) >= COMPRESSED_BYTES:
        content = gzip.compress(content, COMPRESSION_LEVEL, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(content, media_type="application/json", headers=headers)


@router.post("/plans", status_code=202, summary="Have the plan made, or made again")
async def make_plan(
    order: PlanOrder, caller: Principal = Depends(area_schedulers), door: Door = Depends(door_of)
) -> JobTaken:
    """Told days stay, what was put by hand keeps its day, and a chosen order stays. The draft is replaced when the
    search is done, unless somebody has moved something meanwhile. For a part of the county its own cadres are planned,
    for the days of the draft: without `from`, `days` and `anew`."""
    if caller.areas is not None and order.model_fields_set & {"first", "days", "anew"}:
        raise Refusal(Code.AREA_NOT_SERVED)
    return JobTaken.model_validate(await ask(door, DeskKind.PLAN, _said(order), caller))


@router.post("/what-ifs", status_code=202, summary="What the plan would be with other cadres")
async def ask_what_if(
    order: WhatIfOrder, caller: Principal = Depends(schedulers), door: Door = Depends(door_of)
) -> JobTaken:
    """Nothing is changed; the answer has the figures of both plans."""
    return JobTaken.model_validate(await ask(door, DeskKind.WHAT_IF, _said(order), caller))


@router.get("/jobs/{job_id}", summary="How far a search is, and its answer")
async def get_job(job_id: UUID, caller: Principal = Depends(area_readers), door: Door = Depends(door_of)) -> JobView:
    """`answer` is there when the state is done, `code` when it failed. For a part of the county: one's own."""
    return _job(await _find_job(door, job_id, caller))


@router.delete("/jobs/{job_id}", status_code=202, summary="Stop a search")
async def stop_job(
    job_id: UUID, caller: Principal = Depends(area_schedulers), door: Door = Depends(door_of)
) -> JobTaken:
    """Its answer is not taken any more; one that is done stays as it is. For a part of the county: one's own."""
    await _find_job(door, job_id, caller)
    await ask(door, DeskKind.CANCEL, {"job_id": str(job_id)}, caller)
    return JobTaken(job_id=job_id)


@router.post("/moves", summary="Move visits, or ask what it would cost")
async def move(
    order: MoveOrder, caller: Principal = Depends(area_schedulers), door: Door = Depends(door_of)
) -> MoveAnswer:
    """Checked against the rules at once. With `dry_run`, or when a rule would be broken, nothing is changed. For a part
    of the county: among the cadres of its board; others, and their visits, are answered as if there were none."""
    return MoveAnswer.model_validate(await ask(door, DeskKind.MOVE, _said(order), caller))


@router.post("/undo", summary="Undo the last step")
async def undo(
    order: StepOrder, caller: Principal = Depends(area_schedulers), door: Door = Depends(door_of)
) -> StepTaken:
    """Visits of the step stand again where they stood, as far as that is still possible. For a part of the county: the
    last step that lies in it, unless another one has moved its visits since."""
    return StepTaken.model_validate(await ask(door, DeskKind.UNDO, _said(order), caller))


@router.post("/redo", summary="Do again what was undone")
async def redo(
    order: StepOrder, caller: Principal = Depends(area_schedulers), door: Door = Depends(door_of)
) -> StepTaken:
    """As long as nothing else was changed by hand."""
    return StepTaken.model_validate(await ask(door, DeskKind.REDO, _said(order), caller))


@router.get("/steps", summary="What was changed, by whom")
async def list_steps(
    limit: Annotated[int, Query(ge=1, le=500)] = 50, _: Principal = Depends(readers), door: Door = Depends(door_of)
) -> StepPage:
    """Moves by hand, plans, imported files, and what was mended after visits changed; the newest first."""
    async with door.pool.connection() as connection:
        rows = await store.page_of_steps(connection, limit)
    return StepPage(items=[view for row in rows if (view := desk_board.step_view(row))])


@router.post("/publish", summary="Approve the draft and give it to the phones")
async def publish(
    order: PublishOrder, caller: Principal = Depends(schedulers), door: Door = Depends(door_of)
) -> Published:
    """Phones have it with their next GET /v1/today. Days until `told_until` count as told, and so does every new day
    of somebody who was told another one."""
    return Published.model_validate(await ask(door, DeskKind.PUBLISH, _said(order), caller))


async def _find_job(door: Door, job_id: UUID, caller: Principal) -> JobRow:
    """A search. Raises Refusal PLAN_JOB_UNKNOWN, for somebody of a part of the county also when another asked it."""
    async with door.pool.connection() as connection:
        row = await store.find_job(connection, job_id)
    if row is None or (caller.areas is not None and row.asked_by != caller.subject):
        raise Refusal(Code.PLAN_JOB_UNKNOWN)
    return row


def _said(order: BaseModel) -> dict[str, Any]:
    return order.model_dump(mode="json", by_alias=True)


def _job(row: JobRow) -> JobView:
    entry = CATALOGUE[Code(row.code)] if row.code else None
    words = Texts(zh=entry.zh, en=entry.en) if entry else None
    return JobView(
        job_id=row.job_id,
        kind=row.kind,
        state=row.state,
        done=row.done,
        of=row.total,
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        answer=row.answer,
        code=row.code,
        words=words,
        warnings=[StatedCode.model_validate(warning) for warning in row.warnings],
    )
