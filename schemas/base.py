"""The ground every event stands on: frozen, strict models and the value types that many events share."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar
from uuid import UUID, uuid5

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

NAMESPACE = UUID("6f6e6576-6973-4974-8000-000000000001")
"""Namespace of every deterministic id (UUIDv5): the same cause gives the same id, so a re-send is recognised."""


def to_utc(moment: datetime) -> datetime:
    """The same moment in UTC: times travel in UTC and are shown in the county's time.

    Raises:
        ValueError: for a moment outside of the years 1-9999 in UTC.
    """
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("the moment lies outside of the years 1-9999") from None


def stable_id(*cause: str) -> UUID:
    """The id of what was caused by `cause`: equal causes give equal ids on every machine.

    The parts are joined by U+001F, which no code or key may contain, so ("a", "bc") and ("ab", "c") differ.
    """
    return uuid5(NAMESPACE, "\x1f".join(cause))


UtcDateTime = Annotated[AwareDatetime, AfterValidator(to_utc)]
"""A moment with its zone, normalised to UTC."""

AgencyCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,31}$", examples=["hrss"])]
"""Short code of an agency; it becomes part of topic names."""

PersonKey = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", examples=["a" * 64])]
"""HMAC-SHA-256 of the normalised national ID under the county's secret, in hex: never the ID itself."""

RequestId = Annotated[
    str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$", examples=["P-2026-000017"])
]
"""The agency's own number of a request: unique within that agency, not between agencies."""

VillageCode = Annotated[str, Field(pattern=r"^[0-9]{12}$", examples=["990101001001"])]
"""Statistical place code of a village: 6 digits county, 3 town, 3 village."""

Dwelling = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", examples=["d" * 32])]
"""Names a dwelling without telling where it is: HMAC-SHA-256 of the normalised address or household number under the
county's secret, its first 16 bytes in hex."""

NameTag = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", examples=["e" * 32])]
"""Equal for equal names of one person, and says nothing else: HMAC-SHA-256 of the normalised name under that person's
data key, its first 16 bytes in hex. With the key destroyed it cannot be guessed at."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", examples=["0" * 64])]
"""SHA-256 in hex."""


class Schema(BaseModel):
    """A frozen, strict record. Unknown fields are ignored, so that an older reader survives a newer writer."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="ignore", use_attribute_docstrings=True, hide_input_in_errors=True
    )


class Event(Schema):
    """Something that happened. `event_type` is its CloudEvents type; a new meaning gets a new version beside it."""

    event_type: ClassVar[str]

    event_id: UUID
    """Deterministic id of this event (UUIDv5 of what caused it): a re-send carries the same id."""
    recorded_at: UtcDateTime
    """When the event was written down by its producer."""


class Sealed(Schema):
    """Personal data, encrypted under the key of one person. Destroying that key destroys the data in every log."""

    key_id: UUID
    """Which key opens it."""
    box: str = Field(min_length=38, pattern=r"^[A-Za-z0-9+/]+={0,2}$")
    """Base64 of a 12-byte nonce followed by AES-256-GCM ciphertext and tag; the key id is the associated data."""
