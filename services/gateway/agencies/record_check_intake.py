"""Answers of agencies about their own records: each is taken or refused by itself; the one checked last counts."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from schemas.base import RequestId, UtcDateTime
from services.gateway.access import audited
from services.gateway.access.callers import Principal
from services.gateway.domain.record_checks import RecordCheckCode
from services.gateway.door import Door
from services.gateway.errors import Code
from services.gateway.store import record_checks
from services.gateway.store.record_checks import CheckRow
from services.platform.audit_chain import Act

log = logging.getLogger(__name__)

SKEW: Final = timedelta(minutes=5)
"""How far an agency's clock may go ahead of ours."""


class RecordCheckItem(BaseModel):
    """What your agency found in its own register about one of its requests."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    request_id: RequestId
    """Your number of the request."""
    found: RecordCheckCode
    """What you found. It warns the cadre and stops nothing; a death is reported by `POST /v1/life-events`."""
    checked_at: UtcDateTime | None = None
    """When you looked; default: now. Of several answers the one that was checked last counts, so give it where an
    answer may be sent again later: a late repetition then changes nothing."""


@dataclass(frozen=True)
class CheckJudgement:
    """What becomes of one answer: taken, or refused with a code."""

    code: Code | None = None
    fields: tuple[str, ...] = ()
    """The fields that do not have the expected form."""
    stands: bool = False
    """Whether it is the last word; false: a later check is there."""


async def receive_checks(door: Door, caller: Principal, items: Sequence[Any]) -> list[CheckJudgement]:
    """Takes in what can be taken, in one transaction.

    Args:
        items: answers, or what was parsed from JSON: each is checked here, so that a bad one stops no other.

    Returns:
        One judgement for each item, in their order.
    """
    read = [_read(door, item) for item in items]
    request_ids = {item.request_id for item in read if isinstance(item, RecordCheckItem)}
    agency, now = caller.own_agency, door.now()
    async with door.pool.connection() as connection, connection.transaction():
        await record_checks.lock_checks(connection, agency)
        people = await record_checks.people_of_requests(connection, agency, request_ids)
        known = await record_checks.checks_known(connection, agency, request_ids)
        new: dict[str, CheckRow] = {}
        judged: list[CheckJudgement] = []
        for item in read:
            if isinstance(item, CheckJudgement):
                judged.append(item)
                continue
            at = item.checked_at or now
            judgement = _judge(item, at, people, known)
            judged.append(judgement)
            if judgement.stands and known.get(item.request_id) != (at, item.found):
                known[item.request_id] = (at, item.found)
                person = people[item.request_id]
                new[item.request_id] = CheckRow(agency, item.request_id, person, item.found, at, caller.subject, now)
        await record_checks.keep_checks(connection, new)
        if new:
            await audited.note_officer(connection, caller, Act.RECORDS_CHECKED, f"agency:{agency}", requests=len(new))
    return judged


async def forget_old_checks(door: Door) -> None:
    """Deletes answers that count no more: what nobody is warned of need not be held."""
    async with door.pool.connection() as connection:
        gone = await record_checks.forget_checks(connection, door.receipts.record_checks.counts_from(door.now()))
    if gone:
        log.info("retention: deleted %d answers of agencies about their records", gone)


def _read(door: Door, item: Any) -> RecordCheckItem | CheckJudgement:
    try:
        parsed = RecordCheckItem.model_validate(item)
    except ValidationError as error:
        wrong = {str(fault["loc"][0]) for fault in error.errors() if fault["loc"]} & RecordCheckItem.model_fields.keys()
        return CheckJudgement(code=Code.MALFORMED, fields=tuple(sorted(wrong)))
    if parsed.checked_at is not None and parsed.checked_at > door.now() + SKEW:
        return CheckJudgement(code=Code.RECORD_CHECK_IN_FUTURE)
    return parsed


def _judge(
    item: RecordCheckItem, at: datetime, people: dict[str, str], known: dict[str, tuple[datetime, str]]
) -> CheckJudgement:
    if item.request_id not in people:
        return CheckJudgement(code=Code.REQUEST_UNKNOWN)
    before = known.get(item.request_id)
    if before is None or at > before[0]:
        return CheckJudgement(stands=True)
    if at == before[0]:
        same = before[1] == item.found
        return CheckJudgement(stands=True) if same else CheckJudgement(code=Code.RECORD_CHECK_USED)
    return CheckJudgement()
