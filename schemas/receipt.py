"""A receipt: whether the agency took the certificate into its records. It goes back to the cadre."""

from typing import ClassVar, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from schemas.base import AgencyCode, Event, PersonKey, RequestId, UtcDateTime


class ReceiptGiven(Event):
    """An agency accepted or rejected a certificate."""

    event_type: ClassVar[str] = "org.onevisit.receipt.given.v1"
    model_config = ConfigDict(
        json_schema_extra={  # what `_rejection_has_a_code` holds, for readers in other languages
            "if": {"properties": {"outcome": {"const": "rejected"}}},
            "then": {"properties": {"code": {"type": "string"}}, "required": ["code"]},
        }
    )

    agency: AgencyCode
    """Who answers."""
    request_id: RequestId
    """Which request."""
    certificate_id: UUID
    """Which certificate."""
    person_key: PersonKey
    """Whom it is about."""
    outcome: Literal["accepted", "rejected"]
    """What the agency did with it."""
    code: str | None = Field(default=None, pattern=r"^[A-Z][A-Z0-9_]+$")
    """Why it was rejected: one of `schemas/receipt_codes.py`."""
    message: str | None = Field(default=None, max_length=400)
    """The agency's words, without personal data."""
    record: str | None = Field(default=None, max_length=64)
    """The agency's own reference of the record or file, without personal data."""
    decided_at: UtcDateTime
    """When the agency decided. Of several receipts for one certificate the last one decided counts."""
    sequence: int = Field(ge=1)
    """Which receipt of this certificate it is, as they came in: tells those of one moment apart."""

    @model_validator(mode="after")
    def _rejection_has_a_code(self) -> Self:
        if self.outcome == "rejected" and self.code is None:
            raise ValueError("a rejected receipt needs a code: say why the certificate was not taken")
        return self
