"""Cases for reviewers in PostgreSQL, and what was decided of them."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from uuid import UUID

from schemas.review import ReviewAppealed, ReviewDecided
from services.platform.database import Connection


@dataclass(frozen=True)
class NewCase:
    """A recording for a person to decide on, with the policy of this moment."""

    case_id: UUID
    capture_id: UUID
    visit_id: UUID
    person_key: str
    cause: str
    """`machine`: it would not decide; `sample`: drawn from what it certified."""
    programmes: Sequence[str]
    reviewers: int
    blind_to_machine: bool
    blind_to_first: bool
    policy_version: str


async def add_case(connection: Connection, case: NewCase) -> None:
    """Opens a case, once."""
    *before, programmes, reviewers, machine, first, version = astuple(case)
    await connection.execute(
        "INSERT INTO certify.review_case (case_id, capture_id, visit_id, person_key, cause, programmes, reviewers,"
        " blind_to_machine, blind_to_first, policy_version) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (*before, list(programmes), reviewers, machine, first, version),
    )


async def settle(connection: Connection, decided: ReviewDecided) -> str | None:
    """Writes down what reviewers decided, and ends the case.

    Returns:
        What counted before; None when this round, or a later one, was heard already, or the recording is not known.
    """
    cursor = await connection.execute(
        "SELECT coalesce(review_decision, decision) FROM certify.capture WHERE capture_id = %(capture)s"
        " AND (review_round < %(round)s OR (review_round = %(round)s AND reviewed_at IS NULL)) FOR UPDATE",
        {"capture": decided.capture_id, "round": decided.round},
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    await connection.execute(
        "UPDATE certify.capture SET review_decision = %s, review_reasons = %s, review_round = %s, reviewed_at = %s"
        " WHERE capture_id = %s",
        (
            decided.decision.value,
            [reason.value for reason in decided.reasons],
            decided.round,
            decided.recorded_at,
            decided.capture_id,
        ),
    )
    if decided.decision.value == "certified":
        await connection.execute(
            "UPDATE certify.capture SET barred = '{}' WHERE capture_id = %s", (decided.capture_id,)
        )
    await connection.execute("UPDATE certify.review_case SET open = false WHERE case_id = %s", (decided.case_id,))
    return str(row[0])


async def reopen(connection: Connection, appealed: ReviewAppealed) -> bool:
    """Opens a case anew; its recording is held until it is decided. False when that was heard already."""
    cursor = await connection.execute(
        "UPDATE certify.capture SET review_round = %(round)s, reviewed_at = NULL"
        " WHERE capture_id = %(capture)s AND review_round < %(round)s",
        {"round": appealed.round, "capture": appealed.capture_id},
    )
    if cursor.rowcount == 0:
        return False
    await connection.execute("UPDATE certify.review_case SET open = true WHERE case_id = %s", (appealed.case_id,))
    return True


async def count_expired_samples(connection: Connection) -> int:
    """Drawn recordings that were deleted before reviewers had decided: their cases stay open, and so they are counted
    for good."""
    cursor = await connection.execute(
        "SELECT count(*) FROM certify.review_case JOIN certify.capture USING (capture_id)"
        " WHERE open AND cause = 'sample' AND deleted_at IS NOT NULL"
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def certificates_of(connection: Connection, capture_id: UUID) -> list[tuple[str, str, UUID]]:
    """(agency, request_id, certificate_id) of all that rests on a recording and is not revoked yet."""
    cursor = await connection.execute(
        "SELECT agency, request_id, certificate_id FROM certify.certificate AS c WHERE proof_id = %s AND NOT EXISTS"
        " (SELECT 1 FROM certify.status_entry AS s WHERE s.certificate_id = c.certificate_id AND s.revoked_at"
        " IS NOT NULL) ORDER BY agency, request_id",
        (capture_id,),
    )
    return [(row[0], row[1], row[2]) for row in await cursor.fetchall()]
