"""Before the door is opened a family can ask who comes: a cadre's code says the name, the villages, for what, and that
it is free. Nothing about the person who is visited."""

import secrets
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Body, Depends, Request
from fastapi import Path as PathParameter
from pydantic import BaseModel, ConfigDict, Field

from services.gateway.access.callers import Principal, Role, allow, anonymous
from services.gateway.domain.visitor_code import NUMBERS, code_of, grouped, read_code
from services.gateway.domain.words import programme_in_words
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.people.life_event_rules import Day
from services.gateway.phone.day import today_of
from services.gateway.problems import Texts
from services.gateway.store import visitors
from services.gateway.villages import named

router = APIRouter(tags=["visitors"])
MOST_DRAWS = 100
"""With ten million codes, more than a few draws in a row mean that something else is wrong."""


class VisitorCodeOrder(BaseModel):
    """For which day."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    on: Day | None = None
    """The day of the visits; absent: today."""


class VisitorCode(BaseModel):
    """What the cadre shows, or prints on a slip that is left before."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    code: str
    """8 digits in two groups."""
    on: date
    """The day."""
    valid_until: datetime
    """The end of that day."""


class Visitor(BaseModel):
    """Who comes."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    cadre_name: str
    """Name of the cadre."""
    village_names: list[str]
    """Villages that the cadre visits."""
    on: date
    """The day."""
    programmes: list[Texts] = Field(serialization_alias="for")
    """For which benefits visits are made there."""
    free: Literal[True] = True
    """It never costs anything."""
    valid_until: datetime
    """Until when the code is good."""


@router.post("/v1/visitor-codes", status_code=201, summary="A code for the family")
async def make_visitor_code(
    order: Annotated[VisitorCodeOrder | None, Body()] = None,
    caller: Principal = Depends(allow(Role.DEVICE)),
    door: Door = Depends(door_of),
) -> VisitorCode:
    """The same for the whole day. With it anybody can ask GET /v1/visitors/{code}."""
    now = door.now()
    today = today_of(door, now)
    day = (order.on if order else None) or today
    if not today <= day <= today + timedelta(days=door.policy.visitor_days):
        raise Refusal(Code.VISITOR_DAY_TOO_FAR)
    device = caller.own_device
    zone = ZoneInfo(door.settings.timezone)
    valid_until = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    async with door.pool.connection() as connection, connection.transaction():
        own = await visitors.find_own_code(connection, device.device_id, day)
        if own is not None:
            return VisitorCode(code=grouped(own[0]), on=day, valid_until=own[1])
        for _ in range(MOST_DRAWS):
            code = code_of(secrets.randbelow(NUMBERS))
            if await visitors.take_code(connection, code, device.device_id, day, valid_until, now=now):
                return VisitorCode(code=grouped(code), on=day, valid_until=valid_until)
    raise RuntimeError("no visitor's code is free")


@router.get("/v1/visitors/{code}", summary="Who comes?", dependencies=[Depends(anonymous)])
async def who_comes(
    code: Annotated[str, PathParameter(max_length=40)], request: Request, door: Door = Depends(door_of)
) -> Visitor:
    """For families: whoever shows this code is sent by the county. Wrong codes are counted and soon refused."""
    now = door.now()
    with door.wrong_visitors.counted(request) as right:
        read = read_code(code)
        if read is None:
            raise Refusal(Code.VISITOR_CODE_MISTYPED)
        async with door.pool.connection() as connection:
            found = await visitors.find_visitor(connection, read, now)
            if found is None:
                raise Refusal(Code.VISITOR_CODE_UNKNOWN)
            programmes = await visitors.programmes_in(connection, found.village_codes)
        right()
    words = [programme_in_words(each) for each in programmes]
    return Visitor(
        cadre_name=found.cadre_name or found.cadre_id,
        village_names=[named(door.villages, each).name for each in found.village_codes],
        on=found.day,
        programmes=[Texts(zh=each.zh, en=each.en) for each in words],
        valid_until=found.valid_until,
    )
