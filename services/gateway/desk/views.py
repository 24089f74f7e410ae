"""The board of the scheduler's desk as the door shows it."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.plan import HalfDay
from services.gateway.problems import Texts


class View(BaseModel):
    """Something shown; times of day are the county's, as 08:30."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class PlaceView(View):
    """WGS-84 degrees."""

    lat: float
    lon: float


class WhenView(View):
    """Whose half-day."""

    cadre_id: str
    day: date
    half_day: HalfDay


class HoursView(View):
    """A working half-day of each day."""

    half_day: HalfDay
    start: str
    end: str


class CadreDaysView(View):
    """A cadre's places and days."""

    name: str = Field(default="", max_length=64)
    """As the county calls the cadre."""
    township: str = ""
    """Cadres of one township help each other."""
    village_codes: list[str] = []
    """Villages of which the cadre takes care."""
    home: PlaceView
    """Where each half-day begins and ends."""
    weekdays: list[int] = Field(default=[1, 2, 3, 4, 5], min_length=1)
    """Working weekdays, Monday is 1."""
    hours: list[HoursView] = []
    """Working hours; empty: 08:30-11:30 and 14:30-17:30."""
    days_off: list[date] = []
    """Leave, illness, meetings."""
    market_digits: list[int] = []
    """Last digits of market days of the month."""
    speed: float = Field(default=1.0, ge=0.1, le=10)
    """As a multiple of the usual speed."""


class DeskCadreView(CadreDaysView):
    """A cadre."""

    cadre_id: str
    """The county's id."""


class DeskVillageView(View):
    """A village."""

    village_code: str
    name: str
    lat: float | None
    lon: float | None


class SlotView(WhenView):
    """A half-day on which a cadre works."""

    start: str
    minutes: float
    budget_minutes: float
    """What may be planned: 80 % of it."""
    market: bool
    """A market morning."""


class RecordNoteView(View):
    """That the visit's recording is lost, or what agencies found in their own records (docs/receipts.md)."""

    code: str
    """As `GET /v1/captures` has it of what is lost, or `GET /v1/today` among the warnings."""
    words: Texts


class DeskPersonView(View):
    """A visit."""

    visit_id: UUID
    name: str | None = Field(repr=False)
    """Null for auditors, and when it cannot be read any more."""
    programmes: list[str]
    agencies: list[str]
    window: tuple[date, date]
    due_date: date
    announced_on: date | None
    frail: bool
    last_outcome: str | None
    record_notes: list[RecordNoteView] = []
    """A lost recording, then the gravest first; that a record was not checked yet comes last."""


class DeskStopView(View):
    """A door on a route."""

    visit_ids: list[UUID]
    people: list[DeskPersonView]
    dwelling: str | None
    village_code: str | None
    lat: float
    lon: float
    of_village: bool
    """The village's coordinates stand for those of the house."""
    window: tuple[date, date]
    due_date: date
    announced_on: date | None
    arrive: str
    ride_minutes: float
    """To it."""
    service_minutes: float
    """At it."""
    pinned: bool
    """Put there by hand: its day stays when the plan is made again."""
    ordered: bool = False
    """Its place in the order was chosen by hand, and stays when the plan is made again."""


class DeskRouteView(WhenView):
    """A half-day with its stops."""

    start: str
    end: str
    minutes: float
    ride_minutes: float
    service_minutes: float
    km: float
    """Estimated road."""
    budget_minutes: float
    share: float
    """Minutes over budget, 1 is full."""
    persons: int
    longer_minutes: float = 0
    """Minutes ridden more than in the shortest order, when this one was chosen by hand."""
    order_given_up: bool = False
    """The order that was chosen by hand could not be kept."""
    published: bool
    """The phones have exactly this."""
    stops: list[DeskStopView]


class UnplannedView(View):
    """What cannot be planned, and why."""

    visit_ids: list[UUID]
    people: list[DeskPersonView]
    cadre_id: str | None
    village_code: str | None
    lat: float | None
    lon: float | None
    window: tuple[date, date]
    due_date: date
    announced_on: date | None
    code: str
    words: Texts
    due_missed: bool
    """It is due within the plan."""


class TotalsView(View):
    """The plan in numbers."""

    half_days: int
    ride_minutes: float
    minutes: float
    km: float
    trips: int
    """Stops ridden to."""
    visits: int
    planned: int
    unplanned: int
    due_missed: int
    announced: int
    announced_moved: int


class LoadView(View):
    """How busy a cadre is."""

    cadre_id: str
    half_days: int
    slots: int
    minutes: float
    budget_minutes: float
    share: float
    ride_minutes: float
    km: float
    visits: int
    unplanned: int
    due_missed: int


class DueView(View):
    """What is due on a day."""

    day: date
    visits: int
    planned: int
    unplanned: int
    visit_ids_unplanned: list[UUID]


class DifferenceView(View):
    """A visit that is not where the phones have it."""

    cadre_id: str
    """In whose plan it is now."""
    visit_id: UUID
    name: str | None = Field(repr=False)
    was: WhenView | None
    now: WhenView | None
    told: bool
    """The person was told the day before and has to be told anew."""
    code: str
    words: Texts


class DifferencesView(View):
    """What publishing would change."""

    moved: list[DifferenceView]
    told_anew: int
    moved_count: int
    new_count: int
    gone_count: int


class PlanStepView(View):
    """A change of the draft."""

    step: int
    kind: str
    by: str
    at: datetime
    words: Texts
    undone: bool


class OpenJobView(View):
    """A search that waits or runs."""

    job_id: UUID


class Board(View):
    """All that the desk shows of the draft; `version` is null while there is none."""

    version: int | None
    published_version: int | None
    revision: int
    """Of what is shown: the next time ask for what has changed `since`."""
    parts: list[str]
    """The cadres of whom the board is, in order; '' stands for the visits that no cadre makes."""
    changed: list[str]
    """Those of them of whom cadres, slots, routes, unplanned, load and differences.moved are: all, or who has changed
    since the revision that was asked for. Everything else is of the whole board."""
    differs: bool
    """From what the phones have."""
    first: date | None
    last: date | None
    seed: int
    as_of: datetime
    today: date
    """In the county's calendar, wherever the desk stands."""
    undo: PlanStepView | None
    redo: PlanStepView | None
    job: OpenJobView | None
    pending: int
    """Visits that changed and are not mended into the draft yet."""
    cadres: list[DeskCadreView]
    villages: list[DeskVillageView]
    slots: list[SlotView]
    routes: list[DeskRouteView]
    unplanned: list[UnplannedView]
    totals: TotalsView
    load: list[LoadView]
    due: list[DueView]
    differences: DifferencesView
