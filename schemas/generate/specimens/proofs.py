"""From the recording to the agency's receipt."""

import base64
import hashlib
from typing import Literal

from schemas.base import Event
from schemas.capture import CaptureReceived, Challenge, LegalBasis, Prompt, PromptForm, Recording
from schemas.certificate import CertificateIssued, CertificateRevoked, EvidenceGrade
from schemas.generate.specimens.story import (
    CAPTURE,
    CERTIFICATE,
    PENSION,
    PERSON,
    SUBSIDY,
    VISIT,
    at,
    digest,
    example_id,
    sealed,
)
from schemas.generate.specimens.verifications import FILM_AGAIN, PASSED
from schemas.receipt import ReceiptGiven
from schemas.review_reasons import ReviewDecision, ReviewReason
from schemas.revocation import RevocationOrdered, RevocationReason
from schemas.verdict import Answer, Reviewed, VerdictReached
from schemas.verification import Action, Verification


def proof_events() -> dict[str, Event]:
    """By the name of the example."""
    return {
        "nod-and-open-mouth": CaptureReceived(
            event_id=example_id("capture event"),
            recorded_at=at(3),
            capture_id=CAPTURE,
            visit_id=VISIT,
            person_key=PERSON,
            device_id=example_id("phone"),
            captured_at=at(2, 30),
            received_at=at(3),
            made_not_before=at(2, 29),
            recording=Recording(
                blob_id=example_id("recording"), sha256=digest("recording"), size=1_483_220, media_type="video/mp4"
            ),
            challenge=Challenge(
                challenge_id=example_id("challenge"),
                visit_id=VISIT,
                actions=(Action.NOD, Action.OPEN_MOUTH),
                issued_at=at(2, 29),
                expires_at=at(2, 44),
                prompts=(
                    Prompt(action=Action.NOD, at_s=1.4, until_s=6.4),
                    Prompt(action=Action.OPEN_MOUTH, at_s=7.7, until_s=12.7),
                ),
                longest_s=13.2,
                prompt_form=PromptForm.SPOKEN,
            ),
            device_signature=base64.b64encode(hashlib.sha512(b"example signature").digest()).decode(),
            legal_basis=LegalBasis.STATUTORY_DUTY,
            camera=sealed("camera"),
        ),
        "certified": _verdict("certified", PASSED, _answers()),
        "retry": _verdict("retry", FILM_AGAIN),
        "reviewed": _verdict("reviewed", FILM_AGAIN, _answers()).model_copy(
            update={
                "decided_by": "reviewer",
                "measurements": None,
                "reviewed": Reviewed(
                    round=1, decision=ReviewDecision.CERTIFIED, reasons=(ReviewReason.PERSON_RECOGNISED,)
                ),
            }
        ),
        "in-person": CertificateIssued(
            event_id=example_id("certificate event"),
            recorded_at=at(3, 2),
            certificate_id=CERTIFICATE,
            agency="hrss",
            request_id=PENSION.request_id,
            programme=PENSION.programme,
            person_key=PERSON,
            visit_id=VISIT,
            proved_at=at(2, 30),
            evidence=EvidenceGrade.IN_PERSON_FACE,
            jws=_jws(),
        ),
        "wrong-person": CertificateRevoked(
            event_id=example_id("revocation"),
            recorded_at=at(8, day=26),
            certificate_id=CERTIFICATE,
            agency="hrss",
            request_id=PENSION.request_id,
            reason="WRONG_PERSON",
        ),
        "by-a-reviewer": RevocationOrdered(
            event_id=example_id("revocation order"),
            recorded_at=at(7, 59, day=26),
            certificate_id=CERTIFICATE,
            agency="hrss",
            request_id=PENSION.request_id,
            person_key=PERSON,
            reason=RevocationReason.WRONG_PERSON,
            ordered_by="reviewer-1",
        ),
        "accepted-by-agency": _receipt("accepted", "accepted", 2),
        "rejected-by-agency": _receipt(
            "rejected", "rejected", 1, code="NAME_DIFFERS", message="档案姓名不一致", record="档-0817"
        ),
    }


def _verdict(name: str, verification: Verification, answers: tuple[Answer, ...] = ()) -> VerdictReached:
    return VerdictReached(
        event_id=example_id(f"verdict {name}"),
        recorded_at=at(3, 1),
        verdict_id=example_id(f"verdict {name}"),
        capture_id=CAPTURE,
        visit_id=VISIT,
        person_key=PERSON,
        captured_at=at(2, 30),
        decided_by="machine",
        verification=verification,
        measurements=sealed(f"measurements of {name}"),
        answers=answers,
    )


def _answers() -> tuple[Answer, ...]:
    return (
        Answer(agency=PENSION.agency, request_id=PENSION.request_id, certificate_id=CERTIFICATE),
        Answer(agency=SUBSIDY.agency, request_id=SUBSIDY.request_id, certificate_id=example_id("second certificate")),
    )


def _receipt(name: str, outcome: Literal["accepted", "rejected"], sequence: int, **why: str) -> ReceiptGiven:
    return ReceiptGiven(
        event_id=example_id(f"receipt {name}"),
        recorded_at=at(6, day=25),
        agency="hrss",
        request_id=PENSION.request_id,
        certificate_id=CERTIFICATE,
        person_key=PERSON,
        outcome=outcome,
        decided_at=at(5, 50 + sequence, day=25),
        sequence=sequence,
        **why,
    )


def _jws() -> str:
    """The form of a certificate; the signature of an example is none."""
    parts = (
        b'{"alg":"Ed25519","kid":"example","typ":"vc+jwt"}',
        b'{"issuer":"did:web:onevisit.example"}',
        b"no signature",
    )
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
