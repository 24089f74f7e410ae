"""Consent: taken back by whoever gave it, and asked for before anything is filmed on it (PIPL, articles 15 and 29).

A statutory duty needs no consent: what rests on one is neither erased nor refused here.
"""

from datetime import datetime, timedelta
from typing import Final

from schemas.base import stable_id
from schemas.capture import LegalBasis
from schemas.consent import ConsentVoice, ConsentWithdrawn
from schemas.topics import CONSENT
from services.gateway.domain.words import Words
from services.gateway.errors import Code, Refusal
from services.gateway.store import consents
from services.gateway.store.consents import WithdrawalRow
from services.platform import audit
from services.platform.audit_chain import Act, Entry
from services.platform.database import Connection
from services.platform.ledger import Transaction
from services.platform.sealing import key_id_of

EFFECT: Final = Words(
    zh="已登记撤回同意。依据同意拍摄的录像、截图和测量数据将在下一轮清理时删除；正在复核或申诉的，作出决定后删除。"
    "依据法定职责拍摄的按期限保存后删除。已出具的证明继续有效，待遇不受影响。"
    "今后请由见证人、视频通话或书面材料认证；本人重新同意后可再拍摄。",
    en="The withdrawal is written down. Recordings, stills and measurements that rest on consent are deleted with the"
    " next round of the retention clock; what a review or an appeal waits for, once it is decided. What rests on a"
    " statutory duty stays until its day. Certificates stay valid, and benefits go on. From now on a witness, a video"
    " call or a document will do; whoever agrees anew may be filmed again.",
)
"""What follows, for the person."""
STAFF_SKEW: Final = timedelta(minutes=5)
"""How far the clock of a desk may be ahead of ours; that of an agency may be as wrong (`receipt_intake`)."""


async def withdraw(
    transaction: Transaction,
    actor: tuple[str, str],
    person: str,
    said_by: ConsentVoice,
    *,
    said_at: datetime,
    now: datetime,
    skew: timedelta | None,
) -> WithdrawalRow:
    """Writes a withdrawal down, tells it to certify and notes it in the audit log; said again, it changes nothing.

    One of a phone counts from now on: its clock may be ahead, and would postpone it, or behind, and what was filmed
    before the person spoke would count as filmed after. One of a desk counts from when it was said.

    Args:
        actor: account and role that takes it in.
        said_at: when it was said, by the clock of whoever sends it.
        skew: how far that clock may be ahead; None: it is a phone's, and proves nothing.

    Raises:
        Refusal: CONSENT_IN_FUTURE.
    """
    if skew is not None and said_at > now + skew:
        raise Refusal(Code.CONSENT_IN_FUTURE)
    withdrawal_id = stable_id("consent-withdrawn", person, said_at.isoformat())
    counts_from = now if skew is None else min(said_at, now)
    row = WithdrawalRow(withdrawal_id, person, said_by.value, counts_from, actor[0], now, said_at)
    before = await consents.add_withdrawal(transaction.connection, row)
    if before is not None:
        return before
    event = ConsentWithdrawn(
        event_id=stable_id("consent-withdrawn-event", str(withdrawal_id)),
        recorded_at=now,
        withdrawal_id=withdrawal_id,
        person_key=person,
        said_by=said_by,
        withdrawn_at=row.withdrawn_at,
        recorded_by=actor[0],
    )
    transaction.emit(CONSENT.name, person, event)
    await transaction.flush()
    subject = f"key:{key_id_of(person)}"
    detail = {"said_by": said_by.value, "withdrawal_id": str(withdrawal_id)}
    await audit.note(transaction.connection, Entry(*actor, Act.CONSENT_WITHDRAWN, subject, detail=detail))
    return row


async def check_consent(
    connection: Connection, person: str, basis: LegalBasis | None, *, made_not_before: datetime, renewed: bool
) -> None:
    """Whether this person may be filmed on this basis: on consent nothing that may be of before a withdrawal.

    Args:
        made_not_before: `not_before` of the recording.
        renewed: the person was told anew, knows of the withdrawal, and agrees to this recording.

    Raises:
        Refusal: CONSENT_WITHDRAWN.
    """
    if basis is not LegalBasis.SEPARATE_CONSENT:
        return
    last = (await consents.last_withdrawals(connection, [person])).get(person)
    if last is None:
        return
    stands = person in await consents.standing_withdrawals(connection, [person])
    if made_not_before <= last or (stands and not renewed):
        raise Refusal(Code.CONSENT_WITHDRAWN)


def not_before(challenge_given: datetime, captured_at: datetime, received_at: datetime, skew: timedelta) -> datetime:
    """From when on a recording can have been made, by the door's own clock.

    Surely not before its challenge was given; and, as far as a phone's clock is trusted, not before what it says less
    what it may be ahead.

    Args:
        captured_at: by the phone's clock.
        skew: how far that may be ahead.
    """
    return min(received_at, max(challenge_given, captured_at - skew))
