"""What the scheduler's desk asks the planner, through the table `gateway.desk_command` (docs/adr/0011)."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.plan import HalfDay

MOST_CADRE_ID = 57
CADRE_ID = r"^[^\x00-\x1f\x7f/]+$"
CadreId = Annotated[str, Field(min_length=1, max_length=MOST_CADRE_ID, pattern=CADRE_ID)]
"""As phones are enrolled with it."""
Seconds = Annotated[float, Field(ge=0, le=600)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Order(BaseModel):
    """Something that the desk asks; also the body of its route."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True, populate_by_name=True
    )


class DeskKind(StrEnum):
    """What may be asked."""

    MOVE = "move"
    UNDO = "undo"
    REDO = "redo"
    IMPORT = "import"
    PUBLISH = "publish"
    PLAN = "plan"
    WHAT_IF = "what_if"
    CANCEL = "cancel"
    SOURCES = "sources"
    PUT_CADRE = "put_cadre"
    DELETE_CADRE = "delete_cadre"


class DeskRefusal(StrEnum):
    """Why the planner did nothing; each is a code of the door with its texts."""

    DRAFT_CHANGED = "PLAN_DRAFT_CHANGED"
    NONE = "PLAN_NONE"
    NOTHING_TO_UNDO = "PLAN_NOTHING_TO_UNDO"
    ALREADY_PUBLISHED = "PLAN_ALREADY_PUBLISHED"
    JOB_RUNNING = "PLAN_JOB_RUNNING"
    JOB_UNKNOWN = "PLAN_JOB_UNKNOWN"
    NO_CADRES = "PLAN_NO_CADRES"
    CADRE_UNKNOWN = "PLAN_CADRE_UNKNOWN"
    CADRE_UNREADABLE = "PLAN_CADRE_UNREADABLE"
    ROUTE_EMPTY = "PLAN_ROUTE_EMPTY"
    STOPPED = "PLAN_STOPPED"
    AREA = "AREA_NOT_SERVED"


class HalfDayOf(Order):
    """A half-day of a cadre."""

    cadre_id: CadreId
    """Whose."""
    day: date
    """The day."""
    half_day: HalfDay
    """Morning or afternoon."""


class Target(HalfDayOf):
    """Where to."""

    at: int | None = Field(default=None, ge=0, le=99)
    """Place in the order without the visits that are moved, from 0; null: the cheapest."""


class MoveOrder(Order):
    """Visits, or a whole half-day, to be moved."""

    version: int = Field(ge=1)
    """Of the draft that was seen."""
    visit_ids: tuple[UUID, ...] = Field(default=(), max_length=100)
    """The visits of a stop, or of several; one of several of a stop is set apart."""
    route: HalfDayOf | None = None
    """Instead of visits: all stops of this half-day."""
    to: Target
    """Where to."""
    dry_run: bool = False
    """True: only say what it would cost."""

    @model_validator(mode="after")
    def _names_something(self) -> "MoveOrder":
        if bool(self.visit_ids) == (self.route is not None):
            raise ValueError("give visit_ids or route")
        return self


class StepOrder(Order):
    """The last step to be undone, or done again."""

    version: int = Field(ge=1)
    """Of the draft that was seen."""


class PublishOrder(Order):
    """The draft to be given to the phones."""

    version: int = Field(ge=1)
    """Of the draft that was seen and is approved."""
    told_until: date | None = None
    """Days until then count as told from now on; null: 6 days after the plan's first day."""


class PlanOrder(Order):
    """A draft to be made, or made again."""

    version: int | None = Field(default=None, ge=1)
    """Of the draft that was seen; null: there is none, or any."""
    first: date | None = Field(default=None, alias="from")
    """First day; null: tomorrow, or the first day of the draft when that is later."""
    days: int = Field(default=28, ge=1, le=120)
    """Calendar days."""
    seconds: Seconds = 30
    """Time of the search; 0: cheapest insertion alone."""
    seed: Seed = 1
    """Same draft, visits and seed: same plan."""
    anew: bool = False
    """True: nothing but told days is kept of the draft."""


class Home(Order):
    """A place, WGS-84 degrees."""

    lat: float = Field(ge=-90, le=90)
    """Latitude."""
    lon: float = Field(ge=-180, le=180)
    """Longitude."""


class ExtraCadre(Order):
    """Cadres who are not there."""

    township: str = Field(min_length=1, max_length=64)
    """For all villages of this township."""
    home: Home | None = None
    """Where they live; null: where its first cadre lives."""
    count: int = Field(default=1, ge=1, le=10)
    """How many."""


class Away(Order):
    """A cadre who would not work."""

    cadre_id: CadreId
    """Who."""
    first: date
    """First day."""
    last: date
    """Last day."""

    @model_validator(mode="after")
    def _is_a_time(self) -> "Away":
        if not 0 <= (self.last - self.first).days < 366:
            raise ValueError("last lies before first, or a year after it")
        return self


class WhatIfOrder(Order):
    """What the plan would be if."""

    seconds: Seconds = 10
    """Time of the search."""
    seed: Seed = 1
    """Of the search."""
    extra_cadres: tuple[ExtraCadre, ...] = Field(default=(), max_length=20)
    """Cadres more."""
    away: tuple[Away, ...] = Field(default=(), max_length=50)
    """Cadres less, for a time."""


class SourceKind(StrEnum):
    """What a file of the plan's input is about."""

    CADRE = "cadre"
    PLACE = "place"
    TRAVEL = "travel"


class SourcesOrder(Order):
    """A CSV as `onevisit plan` reads it."""

    kind: SourceKind
    """What the rows are."""
    content: str
    """Base64 of the file."""


class RowWish(Order):
    """A row of an edited plan."""

    row: int = Field(ge=1)
    """Line of the file."""
    visit_id: str
    """As typed."""
    cadre_id: str
    """As typed; empty: not planned, left as it is."""
    day: str
    """As typed."""
    half_day: str
    """As typed."""
    order: str
    """As typed, from 1."""


class ImportOrder(Order):
    """An edited plan."""

    version: int = Field(ge=1)
    """Of the draft that was seen."""
    rows: tuple[RowWish, ...]
    """All rows."""
    dry_run: bool = False
    """True: only say what it would cost."""
