"""Three letters in a row: the joint group takes the matter and says how it was settled."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.gateway.access import audited
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.burden.views import EscalationList, EscalationView, Settlement
from services.gateway.desk.lapse_views import TakeOver
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.store import escalations
from services.gateway.store.escalations import EscalationRow
from services.platform.audit_chain import Act
from services.platform.database import Connection

router = APIRouter(tags=["burden"])
joint_group = allow(Role.JOINT_GROUP)
MOST = 200


@router.get("/v1/burden/escalations", summary="Agencies that had three letters in a row")
async def list_escalations(
    undecided: Annotated[bool, Query(description="Only those that are not settled.")] = False,
    caller: Principal = Depends(allow(Role.AGENCY, Role.JOINT_GROUP, Role.SCHEDULER, Role.AUDITOR)),
    door: Door = Depends(door_of),
) -> EscalationList:
    """The newest first; agencies see their own. `undecided=true` is what the joint group must act on."""
    async with door.pool.connection() as connection:
        rows = await escalations.list_escalations(connection, agency=caller.agency, undecided=undecided, limit=MOST)
    return EscalationList(items=[EscalationView.of(row, caller) for row in rows])


@router.post("/v1/burden/escalations/{escalation_id}/take", summary="Take an escalation")
async def take_escalation(
    escalation_id: UUID,
    wish: TakeOver | None = None,
    caller: Principal = Depends(joint_group),
    door: Door = Depends(door_of),
) -> EscalationView:
    """From now on it is yours to settle. A matter that was settled is open again when somebody takes it."""
    async with door.pool.connection() as connection, connection.transaction():
        row = await _locked(connection, escalation_id)
        others = row.taken_by is not None and row.taken_by != caller.subject and row.decision is None
        if others and not (wish and wish.take_over):
            raise Refusal(Code.ESCALATION_TAKEN)
        if row.taken_by != caller.subject or row.decision is not None:
            await escalations.take(connection, escalation_id, caller.subject, door.now())
            subject = f"escalation:{escalation_id}"
            await audited.note(connection, caller, Act.BURDEN_TAKEN, subject, from_somebody=others)
        return EscalationView.of(await _locked(connection, escalation_id), caller)


@router.post("/v1/burden/escalations/{escalation_id}/close", summary="Say how an escalation was settled")
async def close_escalation(
    escalation_id: UUID,
    said: Settlement,
    caller: Principal = Depends(joint_group),
    door: Door = Depends(door_of),
) -> EscalationView:
    """Whoever has taken it says what was decided; the agency reads it. Repeating changes nothing."""
    async with door.pool.connection() as connection, connection.transaction():
        row = await _locked(connection, escalation_id)
        if row.taken_by != caller.subject:
            raise Refusal(Code.ESCALATION_NOT_TAKEN)
        if (row.decision, row.words) != (said.decision, said.words):
            await escalations.decide(
                connection,
                escalation_id,
                decision=said.decision.value,
                words=said.words,
                by=caller.subject,
                now=door.now(),
            )
            subject = f"escalation:{escalation_id}"
            await audited.note(connection, caller, Act.BURDEN_SETTLED, subject, decision=said.decision.value)
        return EscalationView.of(await _locked(connection, escalation_id), caller)


async def _locked(connection: Connection, escalation_id: UUID) -> EscalationRow:
    """Raises Refusal ESCALATION_UNKNOWN."""
    row = await escalations.lock_escalation(connection, escalation_id)
    if row is None:
        raise Refusal(Code.ESCALATION_UNKNOWN)
    return row
