"""A certificate is revoked: by the agency that has it, or by a reviewer, with a reason; the first order counts."""

from datetime import datetime
from uuid import UUID

from schemas.base import stable_id
from schemas.revocation import RevocationOrdered, RevocationReason
from schemas.topics import REVOCATION
from services.gateway.access import audited
from services.gateway.access.callers import Principal
from services.gateway.door import Door
from services.gateway.errors import Code, Refusal
from services.gateway.store import revocations
from services.platform.audit_chain import Act


async def order_revocation(
    door: Door, caller: Principal, certificate_id: UUID, reason: RevocationReason
) -> tuple[RevocationReason, datetime]:
    """Orders that a certificate be revoked; returns the reason and the moment of the order that counts.

    Raises:
        Refusal: CERTIFICATE_UNKNOWN, REVOKED_ALREADY (for another reason).
    """
    async with door.pool.connection() as connection, connection.transaction():
        found = await revocations.find_certificate(connection, certificate_id)
        if found is None or (caller.agency is not None and found.agency != caller.agency):
            raise Refusal(Code.CERTIFICATE_UNKNOWN)
        now = door.now()
        first = await revocations.note_revocation(connection, certificate_id, reason.value, caller.subject, now)
        if first.reason != reason.value:
            raise Refusal(Code.REVOKED_ALREADY)
        if first.is_new:
            transaction = door.transaction(connection)
            event = RevocationOrdered(
                event_id=stable_id("revocation-ordered", str(certificate_id)),
                recorded_at=first.recorded_at,
                certificate_id=certificate_id,
                agency=found.agency,
                request_id=found.request_id,
                person_key=found.person_key,
                reason=reason,
                ordered_by=caller.subject,
            )
            transaction.emit(REVOCATION.name, found.request_id, event)
            await transaction.flush()
            subject = f"certificate:{certificate_id}"
            await audited.note(connection, caller, Act.CERTIFICATE_REVOKED, subject, reason=reason.value)
        return reason, first.recorded_at
