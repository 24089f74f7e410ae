"""The one list of topics. Creation, AsyncAPI, documents and access lists are all made from it."""

from schemas.alignment import AlignmentAsked, AlignmentProposed, ProposalAnswered, ProposalSettled
from schemas.burden import BurdenLetterWritten, CampaignDecided
from schemas.capture import CaptureReceived
from schemas.certificate import CertificateIssued, CertificateRevoked
from schemas.consent import ConsentWithdrawn
from schemas.evidence import EvidenceRecorded
from schemas.feedback import FeedbackPassedOn
from schemas.identity import IdentityDecided
from schemas.lapse import LapseStepReached
from schemas.life_event import LifeEventAcknowledged, LifeEventNotified, LifeEventRecorded
from schemas.outcome import VisitOutcomeRecorded
from schemas.plan import PlanPublished
from schemas.receipt import ReceiptGiven
from schemas.request import PersonRequestBatch, RequestBatch, RequestNoticed, RequestRejected
from schemas.review import ReviewAppealed, ReviewDecided
from schemas.revocation import RevocationOrdered
from schemas.topic import Party, Topic, dead_topic, own_readers
from schemas.verdict import EvidenceRecognised, VerdictReached
from schemas.visit import VisitAnnounced, VisitChanged

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
    consumers=(Party.AGENCY, Party.DELIVERY),
    per_agency=True,
    summary="What could not be accepted, with code, field and next step.",
)
REQUEST_NOTICE = Topic(
    name="request.notice",
    key="request_id, or feedback_id of a cadre's report",
    carries=(RequestNoticed, LapseStepReached, BurdenLetterWritten, CampaignDecided, FeedbackPassedOn),
    producers=(Party.SCHEDULER, Party.GATEWAY),
    consumers=(Party.AGENCY, Party.DELIVERY),
    per_agency=True,
    summary="What to look at in a request that was accepted: sent twice, another name with the same ID number, or a"
    " payment that could lapse; of the agency's burden a letter, or what became of a campaign; and that a cadre's"
    " problem or idea waits for the agency's answer.",
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
    producers=(Party.GATEWAY, Party.PLANNER),
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
    consumers=(Party.OPERATOR,),
    compacted=True,
    summary="The published plan of a cadre, for other systems of the county; phones have it by GET /v1/today.",
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
CONSENT = Topic(
    name="consent",
    key="person_key",
    carries=(ConsentWithdrawn,),
    producers=(Party.GATEWAY,),
    consumers=(Party.CERTIFY,),
    summary="A person no longer agrees to be filmed: what rests on consent alone is deleted.",
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
    consumers=(Party.AGENCY, Party.DELIVERY),
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
    consumers=(Party.AGENCY, Party.DELIVERY),
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
    consumers=(Party.AGENCY, Party.DELIVERY),
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
    CONSENT,
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


DEAD_TOPICS: tuple[Topic, ...] = tuple(dead_topic(topic) for topic in TOPICS if own_readers(topic.consumers))


def find_topic(kafka_name: str) -> Topic | None:
    """The entry to which a Kafka topic belongs."""
    topics = (*TOPICS, *DEAD_TOPICS)
    for topic in topics:
        if not topic.per_agency and topic.name == kafka_name:
            return topic
    name, _, agency = kafka_name.rpartition(".")
    return next((topic for topic in topics if topic.per_agency and topic.name == name and agency), None)
