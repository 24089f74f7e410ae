"""Who and what the examples tell of, the same in all of them."""

import base64
import hashlib
from datetime import UTC, date, datetime
from uuid import UUID

from schemas.base import Sealed, stable_id
from schemas.visit import VisitRequest

VILLAGE = "990101001001"
"""A village of the invented county 990101."""


def example_id(label: str) -> UUID:
    """The id of the thing that `label` names."""
    return stable_id("example", label)


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    """A moment of November 2026, UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def digest(label: str) -> str:
    """64 hex digits for `label`: stands for a person key or a file's hash."""
    return hashlib.sha256(label.encode()).hexdigest()


def sealed(label: str) -> Sealed:
    """Random-looking bytes, as ciphertext is; nothing is inside."""
    box = base64.b64encode(hashlib.sha512(label.encode()).digest()).decode()
    return Sealed(key_id=example_id(f"key of {label}"), box=box)


PERSON = digest("example person")
VISIT = example_id("visit")
CAPTURE = example_id("capture")
CERTIFICATE = example_id("certificate")
PENSION = VisitRequest(
    agency="hrss",
    request_id="P-2026-000017",
    programme="pension",
    window_start=date(2026, 11, 1),
    due_date=date(2026, 12, 31),
)
"""The request of the first agency."""
SUBSIDY = VisitRequest(
    agency="health",
    request_id="计生-0042",
    programme="family_planning",
    window_start=date(2026, 11, 15),
    due_date=date(2027, 1, 31),
)
"""The request of the second, for the same person."""
