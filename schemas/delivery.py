"""What is delivered to an agency by webhook, pull or file: the events of its own topics, under short names."""

from enum import StrEnum
from typing import Final

from schemas.alignment import AlignmentProposed, ProposalSettled
from schemas.base import Event
from schemas.burden import BurdenLetterWritten, CampaignDecided
from schemas.certificate import CertificateIssued, CertificateRevoked
from schemas.feedback import FeedbackPassedOn
from schemas.lapse import LapseStepReached
from schemas.life_event import LifeEventNotified
from schemas.request import RequestNoticed, RequestRejected

Delivered = (
    CertificateIssued
    | CertificateRevoked
    | RequestRejected
    | RequestNoticed
    | LapseStepReached
    | FeedbackPassedOn
    | LifeEventNotified
    | AlignmentProposed
    | ProposalSettled
    | BurdenLetterWritten
    | CampaignDecided
)
"""What stands on an agency's own topics; each names the agency."""
_PREFIX: Final = "org.onevisit."


class DeliveryKind(StrEnum):
    """The CloudEvents type of an event without its first part; the `type` of a webhook."""

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


def kind_of(event: type[Event]) -> DeliveryKind:
    """The kind under which an event is delivered. Raises ValueError for one that goes to no agency."""
    return DeliveryKind(event.event_type.removeprefix(_PREFIX))


def subject_of(event: Event) -> str:
    """What an event is about: what is told of one subject keeps its order."""
    for name in ("request_id", "life_event_id", "alignment_id", "campaign_id", "feedback_id"):
        if value := getattr(event, name, None):
            return f"{name}:{value}"
    return f"event_id:{event.event_id}"
