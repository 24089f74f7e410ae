"""One thing that was delivered to an agency, whichever way it came."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from onevisit_agency.certificates import CertificateChecker, CheckedCertificate

PREFIX = "org.onevisit."


class Kind(StrEnum):
    """What was delivered; the schema of `Delivery.data` is ``schemas/generated/org.onevisit.<kind>.schema.json``."""

    CERTIFICATE_ISSUED = "certificate.issued.v1"
    CERTIFICATE_REVOKED = "certificate.revoked.v1"
    REQUEST_REJECTED = "request.rejected.v1"
    REQUEST_NOTICED = "request.noticed.v1"
    LAPSE_STEP_REACHED = "lapse.step-reached.v1"
    FEEDBACK_PASSED_ON = "feedback.passed-on.v1"
    LIFE_EVENT_NOTIFIED = "life-event.notified.v1"
    ALIGNMENT_PROPOSED = "alignment.proposed.v1"
    ALIGNMENT_SETTLED = "alignment.settled.v1"
    BURDEN_LETTER_WRITTEN = "burden.letter-written.v1"
    CAMPAIGN_DECIDED = "campaign.decided.v1"


class DeliveryUnreadable(Exception):
    """What came is nothing that this version knows."""


@dataclass(frozen=True)
class Delivery:
    """One thing that was delivered."""

    event_id: UUID
    """The same for every copy, by every way: what was seen under it before is a repetition."""
    kind: Kind | str
    """What it is; a string when it is newer than this program."""
    recorded_at: datetime
    """When it was written down (UTC)."""
    data: Mapping[str, Any]
    """Everything it says, as its JSON Schema describes."""
    certificate: CheckedCertificate | None = None
    """The certificate, its signature checked; of an issued certificate only."""

    @property
    def request_id(self) -> str | None:
        """Your number of the request that it is about, when it is about one."""
        value = self.data.get("request_id")
        return value if isinstance(value, str) else None

    @classmethod
    def read(cls, kind: str, content: bytes) -> "Delivery":
        """The delivery in the JSON of an event; `kind` is its CloudEvents type or the `type` of a webhook.

        Raises:
            DeliveryUnreadable: when it is none.
        """
        try:
            name = kind.removeprefix(PREFIX)
            data = json.loads(content)
            event_id, recorded_at = UUID(data["event_id"]), datetime.fromisoformat(data["recorded_at"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise DeliveryUnreadable("no event with event_id and recorded_at") from None
        return cls(event_id, Kind(name) if name in set(Kind) else name, recorded_at, data)

    def checked(self, checker: CertificateChecker) -> "Delivery":
        """The same, with its certificate checked. Raises CertificateInvalid.

        It must have held when it was sent, so that a reader who comes late reads the same as one who was there; until
        when it holds is its `valid_until`.
        """
        if self.kind != Kind.CERTIFICATE_ISSUED:
            return self
        text = str(self.data.get("jws"))
        return replace(self, certificate=checker.check(text, request_id=self.request_id, now=self.recorded_at))
