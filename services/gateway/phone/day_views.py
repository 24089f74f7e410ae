"""What a phone takes along for the days to come, as it is told."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.capture import LegalBasis
from schemas.lapse import LapseStep
from schemas.plan import HalfDay
from schemas.resident_id import Sex
from schemas.verification import Action
from services.gateway.domain.abilities import AbilitySet

Path = Literal["witnessed", "video_call", "document"]


class Stated(BaseModel):
    """A code with its text in both languages."""

    code: str
    zh: str
    en: str


class CadreView(BaseModel):
    """Whose phone it is."""

    cadre_id: str
    name: str


class VillageView(BaseModel):
    """A village that the phone serves; its place is null where the county does not say it. Degrees, WGS 84."""

    village_code: str
    name: str
    lat: float | None
    lon: float | None


class DayLapse(BaseModel):
    """How near a request is to a lapse (docs/ladder.md). Days are worked out by the phone, which may be offline."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    step: LapseStep
    """From `offer_paths` on other ways are open without a recording that failed."""
    counts_until: date
    """The last day on which a proof counts as in time: the due date, or the last day of grace."""


class DayRequest(BaseModel):
    """One request that a visit answers."""

    agency: str
    programme: str
    due_date: date
    request_id: str
    lapse: DayLapse | None = None


class PersonView(BaseModel):
    """One visit, and who is visited."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    visit_id: UUID
    """Names the visit."""
    name: str = Field(repr=False)
    """As the latest request says it; empty when it cannot be read any more."""
    sex: Sex | None = Field(repr=False)
    """By the ID number."""
    born: str | None = Field(repr=False)
    """Year of birth, by the ID number."""
    version: int
    """Grows with every change of the visit."""
    window: tuple[date, date]
    """First and last day on which one visit answers all its requests."""
    due_date: date
    """The earliest last day among its requests."""
    requests: list[DayRequest]
    """What it answers."""
    abilities: list[AbilitySet] = Field(repr=False)
    """What limits the person, as a phone or a desk has said."""
    unable: list[Action] = Field(repr=False)
    """Single actions that the person cannot do besides."""
    basis: list[LegalBasis]
    """On which the person may be filmed: not on consent that was withdrawn; the ways of `paths` are open."""
    consent_withdrawn_at: datetime | None
    """When consent was withdrawn last, also if it was given anew since: on consent, film by a challenge that was given
    later."""
    announced_on: date | None
    """The day that was told to the person."""
    warnings: list[Stated]
    """What should be known before leaving, the gravest first."""
    last_decision: str | None
    """What the machine said of the last recording."""
    last_reasons: list[Stated]
    """Why."""
    tries: int
    """Recordings of this visit that had to be filmed again."""
    last_outcome: str | None
    """How the last visit without a recording went (not_at_home, refused, …)."""


class StopView(BaseModel):
    """One dwelling: everybody who is visited there."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    stop_id: UUID
    """Names the stop, the same as long as the dwelling is."""
    order: int
    """1, 2, 3, …"""
    on: date | None
    """The day, when one was told."""
    half_day: HalfDay | None
    """Morning or afternoon, when it was planned."""
    arrive: str | None = None
    """When by the plan, as 08:30 in the county's time."""
    village_code: str
    """Where."""
    address: str | None = Field(repr=False)
    """As the latest request says it."""
    lat: float | None
    """Of the dwelling, WGS 84, or of its village, as the plan has it; null where no plan says it."""
    lon: float | None
    """…"""
    people: list[PersonView]
    """The most urgent first."""


class LegalView(BaseModel):
    """What is said before filming, and on which basis it may be done."""

    notice_version: str
    zh: str
    en: str
    basis: list[LegalBasis]


class Today(BaseModel):
    """All that a phone needs for a week without a signal, but for the challenges (POST /v1/challenge-bundles)."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    as_of: datetime
    """When it was put together."""
    timezone: str
    """The county's (IANA), in which the phone tells days and times, whatever its own is."""
    cadre: CadreView
    """Whose phone it is."""
    villages: list[VillageView]
    """The phone's villages."""
    stops: list[StopView]
    """In the order in which they should be ridden."""
    legal: LegalView
    """The notice."""
    paths: list[Path]
    """Ways besides a recording."""
