"""The one list of topics. Creation, AsyncAPI, documents and access lists are all made from it."""

from collections.abc import Iterable
from enum import StrEnum

from pydantic import Field

from schemas.alignment import AlignmentAsked, AlignmentProposed, ProposalAnswered, ProposalSettled
from schemas.base import Event, Schema
from schemas.capture import CaptureReceived
from schemas.certificate import CertificateIssued, CertificateRevoked
from schemas.dead_letter import DeadLetter
from schemas.evidence import EvidenceRecorded
from schemas.identity import IdentityDecided
from schemas.life_event import LifeEventAcknowledged, LifeEventNotified, LifeEventRecorded
from schemas.outcome import VisitOutcomeRecorded
from schemas.plan import PlanPublished
from schemas.receipt import ReceiptGiven
from schemas.request import PersonRequestBatch, RequestBatch, RequestNoticed, RequestRejected
from schemas.review import ReviewAppealed, ReviewDecided
from schemas.revocation import RevocationOrdered
from schemas.verdict import EvidenceRecognised, VerdictReached
from schemas.visit import VisitAnnounced, VisitChanged

DAY_MS = 24 * 60 * 60 * 1000
DEAD_SUFFIX = ".dead"
DEAD_RETENTION_DAYS = 30
DEAD_MESSAGE_BYTES = 12 * 1024 * 1024
"""Largest dead letter: it holds a message of up to 8 MiB in base64, which is a third longer."""


class Party(StrEnum):
    """Who produces or consumes a topic."""

    GATEWAY = "gateway"
    SCHEDULER = "scheduler"
    PLANNER = "planner"
    CERTIFY = "certify"
    AGENCY = "agency"
    OPERATOR = "operator"


class Topic(Schema):
    """One topic: what it carries, under which key, for how long, and between whom."""

    name: str = Field(pattern=r"^[a-z][a-z.-]*$")
    """Name; of a per-agency topic the part before the agency's code."""
    key: str
    """What the message key is."""
    carries: tuple[type[Event], ...]
    """The events on it."""
    producers: tuple[Party, ...]
    """Who may write."""
    consumers: tuple[Party, ...]
    """Who reads."""
    summary: str
    """One sentence for the documents."""
    per_agency: bool = False
    """One topic for each agency, named `<name>.<agency>`."""
    compacted: bool = False
    """The last message of each key is kept for ever."""
    retention_days: int = Field(default=400, ge=1)
    """How long messages are kept (not used when compacted)."""
    wired: bool = True
    """False while its contract stands but no service produces or consumes it yet."""

    def names(self, agencies: Iterable[str]) -> list[str]:
        """The Kafka topics that this entry stands for."""
        return [self.named(agency) for agency in agencies] if self.per_agency else [self.name]

    def named(self, agency: str) -> str:
        """The Kafka topic of one agency."""
        return f"{self.name}.{agency}"

    def config(self) -> dict[str, str]:
        """Topic settings for the broker."""
        if self.compacted:
            return {"cleanup.policy": "compact"}
        config = {"cleanup.policy": "delete", "retention.ms": str(self.retention_days * DAY_MS)}
        if self.name.endswith(DEAD_SUFFIX):
            config["max.message.bytes"] = str(DEAD_MESSAGE_BYTES)
        return config


REQUEST = Topic(
    name="request",
    key="agency",
    carries=(RequestBatch,),
    producers=(Party.GATEWAY, Party.SCHEDULER),
    consumers=(Party.SCHEDULER,),
    summary="What agencies ask: requested, amended, withdrawn; 1-500 statements in one message. The scheduler amends"
    " what every agency concerned has accepted to align.",
)
REQUEST_PERSON = Topic(
    name="request.person",
    key="partition of person_key",
    carries=(PersonRequestBatch,),
    producers=(Party.SCHEDULER,),
    consumers=(Party.SCHEDULER,),
    retention_days=7,
    summary="Accepted statements, brought together by person.",
)
REQUEST_REJECTED = Topic(
    name="request.rejected",
    key="request_id",
    carries=(RequestRejected,),
    producers=(Party.SCHEDULER,),
    consumers=(Party.AGENCY,),
    per_agency=True,
    summary="What could not be accepted, with code, field and next step.",
)
REQUEST_NOTICE = Topic(
    name="request.notice",
    key="request_id",
    carries=(RequestNoticed,),
    producers=(Party.SCHEDULER,),
    consumers=(Party.AGENCY,),
    per_agency=True,
    summary="What to look at in a request that was accepted: sent twice, or another name with the same ID number.",
)
IDENTITY = Topic(
    name="identity",
    key="person_key",
    carries=(IdentityDecided,),
    producers=(Party.GATEWAY,),
    consumers=(Party.SCHEDULER,),
    summary="Whether names that stand with one ID number are one person's, as a reviewer decided.",
)
VISIT = Topic(
    name="visit",
    key="visit_id",
    carries=(VisitChanged,),
    producers=(Party.SCHEDULER,),
    consumers=(Party.CERTIFY, Party.PLANNER),
    summary="The whole state of a visit after each change.",
)
VISIT_ANNOUNCED = Topic(
    name="visit.announced",
    key="visit_id",
    carries=(VisitAnnounced,),
    producers=(Party.GATEWAY,),
    consumers=(Party.SCHEDULER,),
    summary="On which day a person was told that somebody comes.",
)
VISIT_OUTCOME = Topic(
    name="visit.outcome",
    key="visit_id",
    carries=(VisitOutcomeRecorded,),
    producers=(Party.GATEWAY,),
    consumers=(Party.PLANNER, Party.OPERATOR),
    summary="How a visit went without a recording: nobody there, refused, another way asked for. It proves nothing.",
)
PLAN = Topic(
    name="plan",
    key="cadre_id",
    carries=(PlanPublished,),
    producers=(Party.PLANNER,),
    consumers=(Party.GATEWAY,),
    compacted=True,
    wired=False,
    summary="The published plan of a cadre.",
)
CAPTURE = Topic(
    name="capture",
    key="visit_id",
    carries=(CaptureReceived,),
    producers=(Party.GATEWAY,),
    consumers=(Party.CERTIFY,),
    summary="A recording, its hash, its challenge, its device signature.",
)
EVIDENCE = Topic(
    name="evidence",
    key="person_key",
    carries=(EvidenceRecorded,),
    producers=(Party.GATEWAY,),
    consumers=(Party.CERTIFY,),
    summary="Proof of life that is no recording: a witnessed visit, a video call, a trace in other data.",
)
VERDICT = Topic(
    name="verdict",
    key="visit_id, or person_key where there was no visit",
    carries=(VerdictReached, EvidenceRecognised),
    producers=(Party.CERTIFY,),
    consumers=(Party.SCHEDULER,),
    summary="certified, review or retry, with scores, reasons and versions; what was answered without a visit.",
)
REVIEW = Topic(
    name="review",
    key="person_key",
    carries=(ReviewDecided, ReviewAppealed),
    producers=(Party.GATEWAY,),
    consumers=(Party.CERTIFY,),
    summary="What reviewers decided of a recording, and appeals against it.",
)
CERTIFICATE = Topic(
    name="certificate",
    key="request_id",
    carries=(CertificateIssued, CertificateRevoked),
    producers=(Party.CERTIFY,),
    consumers=(Party.AGENCY,),
    per_agency=True,
    summary="One signed answer for each request of this agency.",
)
RECEIPT = Topic(
    name="receipt",
    key="request_id",
    carries=(ReceiptGiven,),
    producers=(Party.GATEWAY,),
    consumers=(Party.SCHEDULER,),
    summary="The agency accepted or rejected a certificate; where another proof can help, the request is open again.",
)
REVOCATION = Topic(
    name="revocation",
    key="request_id",
    carries=(RevocationOrdered,),
    producers=(Party.GATEWAY, Party.CERTIFY),
    consumers=(Party.CERTIFY, Party.SCHEDULER),
    summary="A reviewer, or the agency, says that a certificate no longer holds; certify says so where reviewers"
    " contradict the machine.",
)
LIFE_EVENT = Topic(
    name="life-event",
    key="person_key",
    carries=(LifeEventRecorded, LifeEventAcknowledged),
    producers=(Party.GATEWAY,),
    consumers=(Party.SCHEDULER,),
    summary="Deaths, moves and other outcomes, step by step; each agency's acknowledgement too.",
)
LIFE_EVENT_NOTICE = Topic(
    name="life-event.notice",
    key="life_event_id",
    carries=(LifeEventNotified,),
    producers=(Party.SCHEDULER,),
    consumers=(Party.AGENCY,),
    per_agency=True,
    summary="What an agency must know of a death, a move or another outcome, by its own request numbers.",
)
ALIGNMENT = Topic(
    name="alignment",
    key="alignment_id",
    carries=(AlignmentAsked, ProposalAnswered),
    producers=(Party.GATEWAY,),
    consumers=(Party.SCHEDULER,),
    summary="Which changes of windows would save the most: asked by the joint group, answered by the agencies.",
)
ALIGNMENT_PROPOSED = Topic(
    name="alignment.proposed",
    key="alignment_id",
    carries=(AlignmentProposed, ProposalSettled),
    producers=(Party.SCHEDULER,),
    consumers=(Party.AGENCY,),
    per_agency=True,
    summary="Changes of windows that an agency is asked to accept, and what became of them.",
)

TOPICS: tuple[Topic, ...] = (
    REQUEST,
    REQUEST_PERSON,
    REQUEST_REJECTED,
    REQUEST_NOTICE,
    IDENTITY,
    VISIT,
    VISIT_ANNOUNCED,
    VISIT_OUTCOME,
    PLAN,
    CAPTURE,
    EVIDENCE,
    VERDICT,
    REVIEW,
    CERTIFICATE,
    RECEIPT,
    REVOCATION,
    LIFE_EVENT,
    LIFE_EVENT_NOTICE,
    ALIGNMENT,
    ALIGNMENT_PROPOSED,
)


def dead_topic(source: Topic) -> Topic:
    """Where the unreadable messages of a topic go; one for all agencies of a per-agency topic."""
    return Topic(
        name=source.name + DEAD_SUFFIX,
        key="topic/partition/offset of the unreadable message",
        carries=(DeadLetter,),
        producers=_own(source.consumers),
        consumers=(Party.OPERATOR,),
        retention_days=DEAD_RETENTION_DAYS,
        wired=source.wired,
        summary=f"Messages of {source.name} that could not be read, with the error.",
    )


def _own(parties: Iterable[Party]) -> tuple[Party, ...]:
    """Those that are ours: what an agency cannot read, it keeps itself."""
    return tuple(party for party in parties if party is not Party.AGENCY)


DEAD_TOPICS: tuple[Topic, ...] = tuple(dead_topic(topic) for topic in TOPICS if _own(topic.consumers))


def find_topic(kafka_name: str) -> Topic | None:
    """The entry to which a Kafka topic belongs."""
    topics = (*TOPICS, *DEAD_TOPICS)
    for topic in topics:
        if not topic.per_agency and topic.name == kafka_name:
            return topic
    name, _, agency = kafka_name.rpartition(".")
    return next((topic for topic in topics if topic.per_agency and topic.name == name and agency), None)
