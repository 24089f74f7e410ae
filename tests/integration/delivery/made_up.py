"""Things to deliver: really signed certificates of invented requests, and a rejection."""

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from schemas.base import stable_id
from schemas.certificate import CertificateIssued, EvidenceGrade
from schemas.request import RequestRejected
from schemas.visit import VisitRequest
from services.certify.certificate import sign
from services.platform import secrets
from services.platform.settings import Settings

NOON = datetime(2026, 3, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


def certificates(settings: Settings, agency: str, count: int, *, first: int = 1) -> list[CertificateIssued]:
    """So many certificates of this agency, signed by the county's key."""
    key = secrets.load(settings.secrets).signing_key
    made = []
    for number in range(first, first + count):
        request = VisitRequest(
            agency=agency,
            request_id=f"{agency}-{number}",
            programme="pension",
            window_start=NOON.date(),
            due_date=NOON.date(),
        )
        certificate_id: UUID = stable_id("certificate", agency, request.request_id)
        jws = sign(
            key,
            issuer=settings.issuer,
            certificate_id=certificate_id,
            request=request,
            proved_at=NOON,
            evidence=EvidenceGrade.IN_PERSON_FACE,
            policy_version="test",
        )
        made.append(
            CertificateIssued(
                event_id=stable_id("certificate-issued", str(certificate_id)),
                recorded_at=datetime.now(UTC),
                certificate_id=certificate_id,
                agency=agency,
                request_id=request.request_id,
                programme="pension",
                person_key=f"{number:064x}",
                visit_id=stable_id("visit", str(number)),
                proved_at=NOON,
                evidence=EvidenceGrade.IN_PERSON_FACE,
                jws=jws,
            )
        )
    return made


def rejection(agency: str, request_id: str) -> RequestRejected:
    """A row that was not accepted."""
    return RequestRejected(
        event_id=stable_id("rejected", agency, request_id),
        recorded_at=datetime.now(UTC),
        agency=agency,
        request_id=request_id,
        code="ID_CHECK",
        field="id_number",
        message="校验码有误。 The check character is wrong.",
        next_step="请核对。 Compare it with the card.",
    )
