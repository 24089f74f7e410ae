"""Revoking: what a person has ordered is marked in the status list and told to the agency, once."""

from collections.abc import Sequence
from datetime import UTC, datetime

from schemas.base import Event, stable_id
from schemas.certificate import CertificateRevoked
from schemas.revocation import FALSE_PROOF, RevocationOrdered
from schemas.topics import CERTIFICATE
from services.certify.store import status, stills
from services.platform.ledger import Transaction


async def fold_revocations(transaction: Transaction, events: Sequence[Event]) -> None:
    """Revokes each certificate for the reason that was given first; one that is false takes along the still that its
    recording may have left as a reference."""
    for order in events:
        if not isinstance(order, RevocationOrdered):
            continue
        if await status.revoke(transaction.connection, order.certificate_id, order.reason.value, order.recorded_at):
            told = CertificateRevoked(
                event_id=stable_id("certificate-revoked", str(order.certificate_id)),
                recorded_at=datetime.now(UTC),
                certificate_id=order.certificate_id,
                agency=order.agency,
                request_id=order.request_id,
                reason=order.reason.value,
            )
            transaction.emit(CERTIFICATE.named(order.agency), order.request_id, told)
            if order.reason in FALSE_PROOF:
                await stills.let_go_false(transaction.connection, order.certificate_id)
