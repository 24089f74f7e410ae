"""Requests: what an agency asks (`request`), what intake passes on (`request.person`), what it refuses."""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from schemas.base import (
    AgencyCode,
    Dwelling,
    Event,
    NameTag,
    PersonKey,
    RequestId,
    Schema,
    Sealed,
    UtcDateTime,
    VillageCode,
)

MAX_BATCH = 500
"""Requests in one message. A stream worker pays per message, not per request (docs/adr/0003-batches-travel.md)."""

AsTyped = Annotated[str, Field(max_length=400)]
"""A cell as the agency typed it; intake validates it."""


class PersonalData(Schema):
    """What a request says of the person. It only ever travels inside `Sealed`."""

    id_number: AsTyped | None = None
    """National ID as typed."""
    name: AsTyped | None = None
    """Name as typed; offices substitute rare characters differently."""
    residence_address: AsTyped | None = None
    """Where the person lives (常住), which is where the cadre rides."""
    phone: AsTyped | None = None
    """Telephone of the person or the family."""
    reference_photo: AsTyped | None = None
    """Name or id of the photo that the agency handed in."""
    household_id: AsTyped | None = None
    """The agencies' number of the household."""


class Origin(Schema):
    """Where in which list a request stood, so that its agency finds the row again."""

    list_id: UUID
    """The list, as named in the agency's receipt."""
    row: int = Field(ge=1)
    """Row number as a person sees it in that file."""


class CertificationRequested(Schema):
    """An agency asks for proof that a person is alive, within a window of days."""

    kind: Literal["requested"] = "requested"
    """Which of the three it is."""
    request_id: AsTyped | None
    """The agency's number of the request, as typed."""
    programme: AsTyped | None
    """Which benefit, as typed."""
    window_start: AsTyped | None
    """First day of the window, as typed."""
    due_date: AsTyped | None
    """Last day of the window, as typed."""
    village_code: AsTyped | None = None
    """Village of residence, as typed."""
    personal: Sealed
    """`PersonalData`, sealed."""
    origin: Origin | None = None
    """The row it came from, when it came in a list."""
    recorded_at: UtcDateTime
    """When the door took it in: the later statement of a request wins."""


class RequestAmended(Schema):
    """An agency changes an earlier request; absent fields stay as they are."""

    kind: Literal["amended"] = "amended"
    """Which of the three it is."""
    request_id: AsTyped
    """Which request."""
    programme: AsTyped | None = None
    """New programme, as typed."""
    window_start: AsTyped | None = None
    """New first day, as typed."""
    due_date: AsTyped | None = None
    """New last day, as typed."""
    village_code: AsTyped | None = None
    """New village of residence, as typed."""
    recorded_at: UtcDateTime
    """When the door took it in."""


class RequestWithdrawn(Schema):
    """An agency no longer needs the proof."""

    kind: Literal["withdrawn"] = "withdrawn"
    """Which of the three it is."""
    request_id: AsTyped
    """Which request."""
    recorded_at: UtcDateTime
    """When the door took it in."""


RequestItem = Annotated[CertificationRequested | RequestAmended | RequestWithdrawn, Field(discriminator="kind")]


class RequestBatch(Event):
    """Up to 500 statements of one agency, in the order in which it made them."""

    event_type: ClassVar[str] = "org.onevisit.request.batch.v1"

    agency: AgencyCode
    """Who asks, as authenticated at the door."""
    items: tuple[RequestItem, ...] = Field(min_length=1, max_length=MAX_BATCH)
    """The statements."""


class AcceptedRequest(Schema):
    """One valid request of one person, in normal form."""

    kind: Literal["requested"] = "requested"
    """Which of the three it is."""
    person_key: PersonKey
    """Whose."""
    agency: AgencyCode
    """Who asks."""
    request_id: RequestId
    """The agency's number."""
    programme: str = Field(min_length=1, max_length=64)
    """Programme code."""
    window_start: date
    """First day on which a proof counts."""
    due_date: date
    """Last day on which a proof counts."""
    village_code: VillageCode | None = None
    """Village of residence."""
    personal: Sealed
    """`PersonalData`, sealed."""
    name_tag: NameTag | None = None
    """Stands for the name; absent when none was given or none can be seen."""
    dwelling: Dwelling | None = None
    """Stands for the dwelling; absent when the address names no house."""
    recorded_at: UtcDateTime
    """When the door took it in."""


class AcceptedAmendment(Schema):
    """A valid change of an accepted request; absent fields stay."""

    kind: Literal["amended"] = "amended"
    """Which of the three it is."""
    person_key: PersonKey
    """Whose."""
    agency: AgencyCode
    """Who asks."""
    request_id: RequestId
    """The agency's number."""
    programme: str | None = Field(default=None, min_length=1, max_length=64)
    """New programme code."""
    window_start: date | None = None
    """New first day."""
    due_date: date | None = None
    """New last day."""
    village_code: VillageCode | None = None
    """New village of residence."""
    recorded_at: UtcDateTime
    """When the door took it in."""


class AcceptedWithdrawal(Schema):
    """A valid withdrawal of an accepted request."""

    kind: Literal["withdrawn"] = "withdrawn"
    """Which of the three it is."""
    person_key: PersonKey
    """Whose."""
    agency: AgencyCode
    """Who asked."""
    request_id: RequestId
    """The agency's number."""
    recorded_at: UtcDateTime
    """When the door took it in."""


AcceptedItem = Annotated[AcceptedRequest | AcceptedAmendment | AcceptedWithdrawal, Field(discriminator="kind")]


class PersonRequestBatch(Event):
    """The accepted statements of one intake batch whose persons live on the same partition."""

    event_type: ClassVar[str] = "org.onevisit.request.person.v1"

    items: tuple[AcceptedItem, ...] = Field(min_length=1, max_length=MAX_BATCH)
    """The statements, in the agency's order."""


class Outcome(StrEnum):
    """What became of a row of a list."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class RequestRejected(Event):
    """A statement that intake could not accept; the rest of its list went on."""

    event_type: ClassVar[str] = "org.onevisit.request.rejected.v1"

    agency: AgencyCode
    """Whose request."""
    request_id: AsTyped | None
    """The agency's number, as typed, when there was one."""
    origin: Origin | None = None
    """The row it came from."""
    code: str = Field(pattern=r"^[A-Z][A-Z0-9_]+$")
    """Permanent code of the reason (docs/codes.md)."""
    field: str | None
    """The column at fault."""
    message: str
    """What is wrong, without personal data, in Chinese and English."""
    next_step: str
    """What the agency can do about it."""


class RequestNoticed(Event):
    """Something that the agency should look at in a request that was accepted; the request goes on."""

    event_type: ClassVar[str] = "org.onevisit.request.noticed.v1"

    agency: AgencyCode
    """Whose request."""
    request_id: RequestId
    """The agency's number."""
    code: str = Field(pattern=r"^[A-Z][A-Z0-9_]+$")
    """Permanent code (docs/codes.md)."""
    of: RequestId | None = None
    """The agency's own earlier request that this one says once more."""
    message: str = Field(min_length=1, max_length=400)
    """What is to be looked at, in Chinese and English; without personal data."""
    next_step: str = Field(min_length=1, max_length=400)
    """What to do about it, in Chinese and English."""
