"""Captures and evidence in PostgreSQL: what proves that somebody was alive."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from schemas.capture import CaptureReceived
from schemas.certificate import EvidenceGrade, EvidenceSource
from schemas.evidence import ActedBy, EvidenceRecorded, grade_of
from schemas.review_reasons import ReviewDecision, ReviewReason
from schemas.revocation import FALSE_PROOF
from schemas.verdict import Reviewed
from schemas.verification import Verification
from services.certify.domain.recognition import Proof
from services.platform.database import Connection

CAPTURE_GRADE = EvidenceGrade.IN_PERSON_FACE
"""A recording made at a visit and certified by the machine."""


@dataclass(frozen=True)
class Judged:
    """A capture with the finding on it."""

    capture_id: UUID
    visit_id: UUID
    person_key: str
    captured_at: datetime
    finding: Verification
    """Without the measurements."""
    box: bytes | None = None
    """The measurements, sealed under the person's key, when this is told for the first time."""
    reviewed: Reviewed | None = None
    """What reviewers decided last, if they have."""


@dataclass(frozen=True)
class KeptProof:
    """A proof, with what its certificates say of it."""

    person_key: str
    proof: Proof
    captured_at: datetime | None
    """When the recording was made; None of evidence, of which only the day is known."""
    source: EvidenceSource | None
    """Where the evidence comes from; None of a recording."""
    reviewed: bool = False
    """Whether a person has decided on the recording."""


async def keep_capture(
    connection: Connection, capture: CaptureReceived, finding: Verification, barred: Sequence[str]
) -> None:
    """Keeps the decision on a capture, to be told once its visit is known; `barred` are the programmes that ask more
    of the match than it shows."""
    await connection.execute(
        "INSERT INTO certify.capture (capture_id, visit_id, person_key, captured_at, decision, reasons, barred,"
        " blob_id, legal_basis, received_at, made_not_before, told)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, false) ON CONFLICT DO NOTHING",
        (
            capture.capture_id,
            capture.visit_id,
            capture.person_key,
            capture.captured_at,
            finding.decision.value,
            [reason.value for reason in finding.reasons],
            list(barred),
            capture.recording.blob_id,
            capture.legal_basis.value,
            capture.received_at,
            capture.made_not_before,
        ),
    )


async def keep_evidence(connection: Connection, evidence: Sequence[EvidenceRecorded]) -> None:
    """Keeps each piece of evidence once."""
    await connection.execute(
        "INSERT INTO certify.evidence (evidence_id, person_key, source, acted_by, happened_on, provided_by, visit_id,"
        " recorded_at) SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::date[], %s::text[],"
        " %s::uuid[], %s::timestamptz[]) ON CONFLICT DO NOTHING",
        (
            [event.evidence_id for event in evidence],
            [event.person_key for event in evidence],
            [event.source.value for event in evidence],
            [event.acted_by.value for event in evidence],
            [event.happened_on for event in evidence],
            [event.provided_by for event in evidence],
            [event.visit_id for event in evidence],
            [event.recorded_at for event in evidence],
        ),
    )


async def take_untold(connection: Connection, people: Iterable[str]) -> list[Judged]:
    """The captures of these people that were not told and whose visits are known now; they are told hereby."""
    cursor = await connection.execute(
        "UPDATE certify.capture AS c SET told = true FROM certify.judgement AS j, certify.visit AS v"
        " WHERE c.person_key = ANY(%s) AND NOT c.told AND v.visit_id = c.visit_id AND j.capture_id = c.capture_id"
        " RETURNING c.capture_id, c.visit_id, c.person_key, c.captured_at, j.verification::text, j.measurements",
        (sorted(set(people)),),
    )
    return sorted((_judged(row) for row in await cursor.fetchall()), key=lambda judged: judged.capture_id)


async def proofs_of(connection: Connection, people: Iterable[str], county: ZoneInfo) -> dict[str, list[KeptProof]]:
    """The captures of these people that were certified, by reviewers or else by the machine, and told; and evidence;
    by person. Without what a revocation says is false, unless reviewers have certified the recording after it.

    Two looks into small indexes for most people: findings are read only for the captures that answer something.
    """
    cursor = await connection.execute(
        "WITH proof AS (SELECT person_key, capture_id AS proof_id, visit_id, captured_at, NULL::date AS happened_on,"
        " NULL::text AS source, NULL::text AS acted_by, barred, review_decision IS NOT NULL AS reviewed,"
        " CASE WHEN review_decision = 'certified' THEN reviewed_at END AS certified_at, CASE WHEN review_round > 1"
        " AND review_decision = 'certified' THEN reviewed_at END AS restored_at FROM certify.capture"
        " WHERE person_key = ANY(%(people)s) AND coalesce(review_decision, decision) = 'certified' AND told UNION ALL"
        " SELECT person_key, evidence_id, visit_id, NULL, happened_on, source, acted_by, '{}', false, NULL, NULL"
        " FROM certify.evidence WHERE person_key = ANY(%(people)s))"
        " SELECT person_key, proof_id, visit_id, captured_at, happened_on, source, acted_by, barred, reviewed,"
        " restored_at"
        " FROM proof AS p WHERE NOT EXISTS (SELECT 1 FROM certify.certificate AS c"
        " JOIN certify.status_entry AS s USING (certificate_id) WHERE c.proof_id = p.proof_id"
        " AND s.reason = ANY(%(false)s) AND s.revoked_at >= coalesce(p.certified_at, '-infinity'))",
        {"people": sorted(set(people)), "false": [reason.value for reason in FALSE_PROOF]},
    )
    kept: dict[str, list[KeptProof]] = {}
    for person, proof_id, visit_id, captured_at, day, source_text, actor, *more in await cursor.fetchall():
        barred, reviewed, restored_at = more
        if captured_at is None:
            source = EvidenceSource(source_text)
            proof = Proof(proof_id, day, grade_of(source), ActedBy(actor), visit_id)
            kept.setdefault(person, []).append(KeptProof(person, proof, None, source))
        else:
            proof = Proof(
                proof_id,
                captured_at.astimezone(county).date(),
                CAPTURE_GRADE,
                visit_id=visit_id,
                seen_at=captured_at,
                barred=frozenset(barred),
                restored_at=restored_at,
            )
            kept.setdefault(person, []).append(KeptProof(person, proof, captured_at, None, reviewed))
    return kept


async def judged_captures(connection: Connection, capture_ids: Iterable[UUID]) -> dict[UUID, Judged]:
    """These captures with the findings on them."""
    cursor = await connection.execute(
        "SELECT c.capture_id, c.visit_id, c.person_key, c.captured_at, j.verification::text, NULL, c.review_round,"
        " c.review_decision, c.review_reasons FROM certify.capture AS c"
        " JOIN certify.judgement AS j USING (capture_id) WHERE c.capture_id = ANY(%s)",
        (list(capture_ids),),
    )
    return {row[0]: _judged(row) for row in await cursor.fetchall()}


def _judged(row: tuple[Any, ...]) -> Judged:
    capture_id, visit_id, person_key, captured_at, finding, box, *review = row
    found = Verification.model_validate_json(finding)
    return Judged(capture_id, visit_id, person_key, captured_at, found, box, _reviewed(*review) if review else None)


def _reviewed(number: int, decision: str | None, reasons: Sequence[str]) -> Reviewed | None:
    if decision is None:
        return None
    because = tuple(ReviewReason(reason) for reason in reasons)
    return Reviewed(round=number, decision=ReviewDecision(decision), reasons=because)
