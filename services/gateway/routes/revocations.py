"""Certificates that no longer hold: revoked with a reason, and published in status lists that anybody may fetch."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict

from schemas.revocation import REVOCATION_TEXTS, RevocationReason
from services.gateway.access.callers import Principal, Role, allow, anonymous
from services.gateway.agencies.revocation_intake import order_revocation
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.store import revocations
from services.platform.database import Connection
from services.platform.status_list import list_url, sign_status_list

router = APIRouter(tags=["certificates"])
_PUBLIC = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
"""Anybody may fetch them, also a page of somebody else; five minutes old is new enough."""


class Order(BaseModel):
    """Why the certificate no longer holds."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    reason: RevocationReason
    """`WRONG_PERSON`, `EVIDENCE_FALSE` and `ISSUED_IN_ERROR` open the request again; `DEAD_BEFORE_PROOF` and
    `NOT_NEEDED` do not."""


class Revocation(BaseModel):
    """The order was taken in. It cannot be taken back."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    certificate_id: UUID
    """The certificate."""
    reason: RevocationReason
    """Why."""
    reopens: bool
    """Whether somebody is sent again."""
    ordered_at: datetime
    """When it was ordered first."""


class StatusLists(BaseModel):
    """All status lists, each signed (compact JWS): with them and the public keys certificates are checked offline."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    lists: list[str]
    """Compact JWS each."""
    timezone: str
    """The county's: days on a certificate are its days, wherever it is checked."""


@router.post("/v1/certificates/{certificate_id}/revocation", status_code=202, summary="Revoke a certificate")
async def revoke_certificate(
    certificate_id: UUID,
    order: Order,
    caller: Principal = Depends(allow(Role.AGENCY, Role.REVIEWER, by_officer=True)),
    door: Door = Depends(door_of),
) -> Revocation:
    """An agency revokes its own, a reviewer any. The agency is told on its topic, and the status list says so within
    minutes. Repeating changes nothing."""
    reason, ordered_at = await order_revocation(door, caller, certificate_id, order.reason)
    return Revocation(
        certificate_id=certificate_id,
        reason=reason,
        reopens=REVOCATION_TEXTS[reason].reopens,
        ordered_at=ordered_at,
    )


@router.get(
    "/v1/status-lists", summary="All status lists, to check without a network", dependencies=[Depends(anonymous)]
)
async def get_status_lists(response: Response, door: Door = Depends(door_of)) -> StatusLists:
    """Every list, signed now and good for a week."""
    response.headers.update(_PUBLIC)
    async with door.pool.connection() as connection:
        numbers = await revocations.list_numbers(connection)
        lists = [await _signed(door, connection, number) for number in numbers]
        return StatusLists(lists=lists, timezone=door.settings.timezone)


@router.get(
    "/v1/status-lists/{number}",
    summary="A status list",
    dependencies=[Depends(anonymous)],
    response_class=Response,
    responses={200: {"content": {"application/vc+jwt": {}}, "description": "Bitstring Status List 1.0, compact JWS."}},
)
async def get_status_list(number: Annotated[int, Path(ge=1, le=2**31 - 1)], door: Door = Depends(door_of)) -> Response:
    """Which certificates of this list are revoked (W3C Bitstring Status List 1.0), signed now and good for a week."""
    async with door.pool.connection() as connection:
        if number not in await revocations.list_numbers(connection):
            raise Refusal(Code.NOT_FOUND)
        token = await _signed(door, connection, number)
    return Response(token, media_type="application/vc+jwt", headers=_PUBLIC)


async def _signed(door: Door, connection: Connection, number: int) -> str:
    return sign_status_list(
        door.secrets.signing_key,
        issuer=door.settings.issuer,
        url=list_url(door.settings.address, number),
        revoked=await revocations.revoked_places(connection, number),
        now=door.now(),
    )
