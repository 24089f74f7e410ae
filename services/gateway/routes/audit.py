"""The audit log for auditors: line by line, and whole with the county's signed proof."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict

from services.gateway.access import audited
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.platform import audit
from services.platform.audit_chain import Act

router = APIRouter(tags=["audit"])
auditors = allow(Role.AUDITOR)


class AuditLine(BaseModel):
    """Who saw or did what."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    number: int
    """Its place in the log; there are no gaps."""
    line: str
    """JSON, as it is hashed: number, at, actor, role, act, subject, keys, detail, previous (docs/audit.md)."""
    hash: str
    """SHA-256 of `line` in hex; the next line names it as `previous`."""


class AuditPage(BaseModel):
    """Lines in order."""

    items: list[AuditLine]
    next_after: int
    more: bool


@router.get("/v1/audit", summary="Who saw and did what")
async def read_audit(
    after: Annotated[int, Query(ge=0, le=2**63 - 1, description="`next_after` of the last answer; 0 for all.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    caller: Principal = Depends(auditors),
    door: Door = Depends(door_of),
) -> AuditPage:
    """Lines after a number. They hold accounts, ids and codes; no name, no ID number, nothing of a face."""
    async with door.pool.connection() as connection:
        page = await audit.read_page(connection, after=after, limit=limit + 1)
    kept = page[:limit]
    return AuditPage(
        items=[AuditLine(number=row.number, line=row.line, hash=row.hash.hex()) for row in kept],
        next_after=kept[-1].number if kept else after,
        more=len(page) > limit,
    )


@router.get("/v1/audit/export", summary="The log as a file that proves itself", response_class=Response)
async def export_audit(
    first: Annotated[int, Query(alias="from", ge=1, le=2**63 - 1, description="Number of the first line.")] = 1,
    caller: Principal = Depends(auditors),
    door: Door = Depends(door_of),
) -> Response:
    """What `onevisit audit verify FILE` checks, on any computer. The export is itself a line of the log."""
    async with door.pool.connection() as connection:
        async with connection.transaction():
            if first > await audited.note(connection, caller, Act.AUDIT_EXPORTED, "audit:log", first=first):
                raise Refusal(Code.AUDIT_BEYOND_END)
        await audit.begin_reading(connection)
        rows = list(await audit.export(connection, door.secrets.signing_key, first=first))
    return Response("".join(rows), media_type="text/plain; charset=us-ascii")
