"""An agency pulls its certificates: in order, resumable from any point, never another agency's."""

import asyncio
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict

from schemas.certificate import EvidenceGrade, EvidenceSource
from schemas.revocation import RevocationReason
from services.gateway.access import audited
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.agencies.certificate_sheet import make_sheet
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.store import certificates
from services.gateway.store.certificates import CertificateRow
from services.gateway.store.revocations import find_order
from services.platform.audit_chain import Act

router = APIRouter(tags=["certificates"])
program_only = allow(Role.AGENCY)
officers_too = allow(Role.AGENCY, by_officer=True)


class Certificate(BaseModel):
    """The signed answer to one request."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)

    number: int
    """Order of issue: the cursor of the pull. It has gaps: other agencies' certificates."""
    certificate_id: UUID
    """Names the certificate."""
    request_id: str
    """Your number of the request."""
    programme: str
    """Programme code."""
    visit_id: UUID | None
    """The visit at which the proof was given; null when nobody had to ride."""
    proved_at: datetime
    """When the person was seen alive; of evidence that names a day only, the beginning of that day in the county."""
    evidence: EvidenceGrade
    """What the proof rests on."""
    evidence_source: EvidenceSource | None
    """Where evidence that is no recording comes from."""
    issued_at: datetime
    """When it was signed."""
    jws: str
    """Compact JWS (Ed25519); check it with `onevisit certificate verify` or the keys of /.well-known/jwks.json."""


class FoundCertificate(Certificate):
    """The answer to one request, and whether it holds still."""

    revoked: RevocationReason | None
    """Why it was revoked; null while nobody has. The status list says so too, for whoever checks without us."""
    revoked_at: datetime | None
    """When."""


class CertificatePage(BaseModel):
    """Certificates in the order of issue."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    items: list[Certificate]
    """A page of them."""
    next_after: int
    """Send it as `after` next time; keep it, to go on from here after a restart."""
    more: bool
    """Whether more are there already."""


@router.get("/v1/certificates", summary="Pull certificates")
async def pull_certificates(
    after: Annotated[int, Query(ge=0, le=2**63 - 1, description="`next_after` of the last pull; 0 for all.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    caller: Principal = Depends(program_only),
    door: Door = Depends(door_of),
) -> CertificatePage:
    """Your agency's certificates after a point. Each comes once and none is left out, however often you pull."""
    async with door.pool.connection() as connection:
        page = await certificates.page_of_certificates(connection, caller.own_agency, after=after, limit=limit + 1)
        if not page and after > await certificates.newest_number(connection):
            raise Refusal(Code.CURSOR_AHEAD)
    kept = page[:limit]
    return CertificatePage(
        items=[_certificate(row) for row in kept],
        next_after=kept[-1].number if kept else after,
        more=len(page) > limit,
    )


@router.get(
    "/v1/certificates/{request_id:path}.pdf",
    summary="The certificate of one request on paper",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}, "description": "One page A4 in Chinese, with a QR code."}},
)
async def print_certificate(
    request_id: Annotated[str, Path(min_length=1, max_length=64, description="Your number of the request.")],
    caller: Principal = Depends(officers_too),
    door: Door = Depends(door_of),
) -> Response:
    """The newest answer to one request of your agency as PDF; its QR code opens the page that checks it."""
    row = await _find(door, caller, request_id)
    page = f"{door.settings.address}/verify/"
    sheet = await asyncio.to_thread(make_sheet, row.jws, page, door.settings.timezone)
    return Response(sheet, media_type="application/pdf")


@router.get("/v1/certificates/{request_id:path}", summary="The certificate of one request")
async def get_certificate(
    request_id: Annotated[str, Path(min_length=1, max_length=64, description="Your number of the request.")],
    caller: Principal = Depends(officers_too),
    door: Door = Depends(door_of),
) -> FoundCertificate:
    """The newest answer to one request of your agency."""
    row = await _find(door, caller, request_id)
    async with door.pool.connection() as connection:
        order = await find_order(connection, row.certificate_id)
    said = {"revoked": order and order.reason, "revoked_at": order and order.recorded_at}
    return FoundCertificate.model_validate(vars(row) | said)


async def _find(door: Door, caller: Principal, request_id: str) -> CertificateRow:
    async with door.pool.connection() as connection, connection.transaction():
        row = await certificates.find_certificate(connection, caller.own_agency, request_id)
        if row is None:
            raise Refusal(Code.CERTIFICATE_UNKNOWN)
        await audited.note_officer(connection, caller, Act.CERTIFICATE_OPENED, f"certificate:{row.certificate_id}")
    return row


def _certificate(row: CertificateRow) -> Certificate:
    return Certificate.model_validate(row)
