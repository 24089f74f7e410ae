"""All that an installation holds of one person: found for the person who asks, and for the erasure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, LiteralString
from uuid import UUID

from schemas.base import Sealed
from schemas.request import PersonalData
from services.gateway.phone.person_abilities import open_abilities
from services.gateway.store.days import abilities_of
from services.gateway.store.identity import records_of
from services.platform.database import Connection
from services.platform.sealing import Keyring, Unsealable, key_id_of, unseal

_LISTS: Final[Mapping[str, LiteralString]] = {
    "visits": "SELECT visit_id, status, window_first, window_last, opened_at, last_decision FROM scheduler.visit"
    " WHERE person_key = %(person)s ORDER BY opened_at, visit_id",
    "captures": "SELECT capture_id, visit_id, captured_at, legal_basis, decision, reasons, review_decision,"
    " review_reasons, reviewed_at, deleted_at FROM certify.capture WHERE person_key = %(person)s"
    " ORDER BY captured_at, capture_id",
    "certificates": "SELECT certificate_id, agency, request_id, programme, proved_at, evidence, issued_at"
    " FROM certify.certificate WHERE person_key = %(person)s ORDER BY number",
    "evidence": "SELECT evidence_id, source, acted_by, happened_on, provided_by FROM certify.evidence"
    " WHERE person_key = %(person)s ORDER BY happened_on, evidence_id",
    "life_events": "SELECT life_event_id, step, recorded_at FROM gateway.life_event_step"
    " WHERE person_key = %(person)s ORDER BY recorded_at, event_id",
    "visit_outcomes": "SELECT outcome_id, visit_id, outcome, happened_at, note_code, legal_basis"
    " FROM gateway.visit_outcome WHERE person_key = %(person)s ORDER BY happened_at, outcome_id",
    "consent_withdrawals": "SELECT withdrawal_id, said_by, said_at, withdrawn_at, recorded_by, recorded_at"
    " FROM gateway.consent_withdrawal WHERE person_key = %(person)s ORDER BY withdrawn_at, withdrawal_id",
    "record_checks": "SELECT agency, request_id, found, checked_at FROM gateway.record_check"
    " WHERE person_key = %(person)s ORDER BY agency, request_id",
    "consents": "SELECT c.capture_id, c.captured_at, c.notice_version, c.renews_consent FROM gateway.capture AS c"
    " JOIN scheduler.visit AS v USING (visit_id) WHERE v.person_key = %(person)s ORDER BY c.captured_at, c.capture_id",
    "lapse_steps": "SELECT s.agency, s.request_id, s.due_date, s.step, s.reached_on FROM scheduler.lapse_step AS s"
    " JOIN scheduler.request AS r USING (agency, request_id) WHERE r.person_key = %(person)s"
    " ORDER BY s.due_date, s.lapse_id, s.reached_on, s.step",
    "burden": "SELECT b.agency, b.month, b.component, b.on_day FROM gateway.burden_behind AS b"
    " JOIN scheduler.request AS r ON r.agency = b.agency AND r.request_id = ANY(b.request_ids)"
    " WHERE r.person_key = %(person)s ORDER BY b.month, b.number",
    "motions": "SELECT capture_id, captured_at FROM certify.motion WHERE person_key = %(person)s"
    " ORDER BY captured_at, capture_id",
    "photos": "SELECT source, taken_on, kept_at FROM platform.reference WHERE person_key = %(person)s",
    "reviews": "SELECT case_id, cause, opened_at, open FROM certify.review_case"
    " WHERE person_key = %(person)s ORDER BY opened_at, case_id",
    "review_rounds": "SELECT case_id, r.round, r.opened_at, r.appealed_by, r.ground, r.recorded_by, r.decision,"
    " r.reasons, r.settled_at FROM gateway.review_round AS r JOIN certify.review_case USING (case_id)"
    " WHERE person_key = %(person)s ORDER BY case_id, r.round",
    "review_opinions": "SELECT case_id, o.round, o.reviewer, o.decision, o.reasons, o.decided_at"
    " FROM gateway.review_opinion AS o JOIN certify.review_case USING (case_id)"
    " WHERE person_key = %(person)s ORDER BY case_id, o.decided_at, o.reviewer",
}
_SEEN: LiteralString = (
    "SELECT line FROM platform.audit WHERE position(%(key)s in line) > 0 OR line::jsonb ->> 'subject' IN ("
    "SELECT 'case:' || case_id FROM certify.review_case WHERE person_key = %(person)s"
    " UNION ALL SELECT 'capture:' || capture_id FROM certify.capture WHERE person_key = %(person)s"
    " UNION ALL SELECT 'question:' || question_id FROM scheduler.identity_question WHERE person_key = %(person)s"
    " UNION ALL SELECT 'life_event:' || life_event_id FROM gateway.life_event_step WHERE person_key = %(person)s"
    ") ORDER BY number"
)
"""Lines of the audit log that name the person's key, or something that is about the person."""
_FILES: LiteralString = (
    "SELECT blob_id FROM certify.capture WHERE person_key = %(person)s AND blob_id IS NOT NULL"
    " UNION SELECT blob_id FROM platform.reference WHERE person_key = %(person)s"
    " UNION SELECT blob_id FROM certify.still WHERE person_key = %(person)s"
    " UNION SELECT c.blob_id FROM gateway.capture AS c JOIN scheduler.visit AS v USING (visit_id)"
    " WHERE v.person_key = %(person)s"
)


_FORGET: Final[tuple[LiteralString, ...]] = (
    "UPDATE certify.judgement AS j SET measurements = NULL FROM certify.capture AS c"
    " WHERE c.capture_id = j.capture_id AND c.person_key = %(person)s",
    "UPDATE certify.capture SET deleted_at = coalesce(deleted_at, now()), blob_id = NULL WHERE person_key = %(person)s",
    "DELETE FROM certify.still WHERE person_key = %(person)s",
    "DELETE FROM certify.motion WHERE person_key = %(person)s",
    "DELETE FROM platform.reference WHERE person_key = %(person)s",
    "DELETE FROM gateway.person_abilities WHERE person_key = %(person)s",
)


async def gather(connection: Connection, keyring: Keyring, person: str) -> dict[str, Any]:
    """Everything, opened; what is named by the person's pseudonym or data key in any table. Files are listed, not put
    in."""
    key_id = key_id_of(person)
    keys = await keyring.find(connection, [key_id])
    found: dict[str, Any] = {"records": await _records(connection, keys, person)}
    box = (await abilities_of(connection, [person])).get(person)
    found["abilities"] = open_abilities(person, box, keys).model_dump(mode="json")
    for name, query in _LISTS.items():
        cursor = await connection.execute(query, {"person": person})
        names = [column.name for column in cursor.description or ()]
        found[name] = [dict(zip(names, row, strict=True)) for row in await cursor.fetchall()]
    cursor = await connection.execute(_SEEN, {"key": str(key_id), "person": person})
    found["who_saw_it"] = [_line(row[0]) for row in await cursor.fetchall()]
    return found


async def files_of(connection: Connection, person: str) -> list[UUID]:
    """The sealed files of a person: recordings, photos, stills."""
    cursor = await connection.execute(_FILES, {"person": person})
    return sorted(row[0] for row in await cursor.fetchall())


async def forget(connection: Connection, person: str) -> None:
    """Writes down that recordings, photos, stills, motions and measurements of a person are gone; decisions stay."""
    for statement in _FORGET:
        await connection.execute(statement, {"person": person})


async def has_open_visit(connection: Connection, person: str) -> bool:
    """Whether an agency waits for a proof of this person."""
    cursor = await connection.execute(
        "SELECT 1 FROM scheduler.visit WHERE person_key = %s AND status <> 'closed' LIMIT 1", (person,)
    )
    return await cursor.fetchone() is not None


async def _records(connection: Connection, keys: Mapping[UUID, bytes], person: str) -> Sequence[dict[str, Any]]:
    told = []
    for (agency, request_id), record in sorted((await records_of(connection, [person])).items()):
        try:
            box = Sealed(key_id=key_id_of(person), box=record.box or "")
            personal = PersonalData.model_validate_json(unseal(keys, box)).model_dump(mode="json", exclude_none=True)
        except (Unsealable, ValueError):
            personal = None
        window = [record.window_start, record.due_date]
        told.append(
            {
                "agency": agency,
                "request_id": request_id,
                "programme": record.programme,
                "status": record.status,
                "window": window,
                "personal": personal,
            }
        )
    return told


def _line(text: str) -> dict[str, Any]:
    """A line of the audit log without its place in the chain."""
    line = json.loads(text)
    return {name: line[name] for name in ("at", "actor", "role", "act", "subject")}
