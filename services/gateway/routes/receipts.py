"""Agencies say what became of their certificates, and everybody sees what was rejected or never answered."""

from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, SkipValidation

from schemas.base import AgencyCode
from schemas.receipt_codes import RECEIPT_TEXTS, ReceiptCode
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.agencies.receipt_intake import Judgement, ReceiptItem, receive_receipts
from services.gateway.batch_answers import MAX_ITEMS, BatchAnswer, BatchAnswers
from services.gateway.cursors import make_cursor, read_cursor
from services.gateway.desk.workdays import is_workday
from services.gateway.domain.receipts import Follows, due_on, overdue_before
from services.gateway.door import Door, door_of
from services.gateway.store import receipts
from services.gateway.store.receipts import ReceiptRow

router = APIRouter(tags=["receipts"])
watchers = allow(Role.AGENCY, Role.SCHEDULER, Role.AUDITOR, by_officer=True)


class ReceiptBatch(BaseModel):
    """What is said at once."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    items: Annotated[list[SkipValidation[ReceiptItem]], Field(min_length=1, max_length=MAX_ITEMS)]
    """1 to 500 receipts; each is taken or refused by itself."""


class ReceiptAnswer(BatchAnswer):
    """What became of one receipt."""

    receipt_id: str | None = None
    """Under which id: the same receipt again has the same one and changes nothing."""
    sequence: int | None = None
    """Which receipt of its certificate it is."""
    follows: Follows | None = None
    """What follows, if it is the last word; `nothing` where the certificate is revoked, which no receipt changes."""


class ReceiptsTaken(BatchAnswers[ReceiptAnswer]):
    """One answer for each receipt, in their order."""


class Receipt(BaseModel):
    """The last word on a certificate."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    agency: AgencyCode
    """Who answered."""
    request_id: str
    """Its number of the request."""
    certificate_id: UUID
    """The certificate."""
    outcome: Literal["accepted", "rejected"]
    """What the agency did with it."""
    code: str | None
    """Why it was rejected."""
    zh: str
    """What that means and what to do, in Chinese."""
    en: str
    """The same in English."""
    message: str | None
    """The agency's own words."""
    record: str | None
    """Its reference."""
    follows: Follows
    """`visit_again`: the request is open again. `held`: it waits at the desk until the agency answers anew."""
    decided_at: datetime
    """When the agency decided."""
    recorded_at: datetime
    """When it came in."""


class ReceiptPage(BaseModel):
    """Receipts, the oldest first."""

    items: list[Receipt]
    next_cursor: str | None


class Unanswered(BaseModel):
    """A certificate of which its agency has said nothing in the days agreed."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    agency: AgencyCode
    """Who should have answered."""
    request_id: str
    """Its number of the request."""
    certificate_id: UUID
    """The certificate."""
    programme: str
    """Programme code."""
    issued_at: datetime
    """When it was issued."""
    due_on: date
    """The last day to answer, in the county's calendar."""


class UnansweredPage(BaseModel):
    """Certificates without an answer, in the order of issue."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    items: list[Unanswered]
    """A page of them."""
    next_after: int
    """Send it as `after` for the next page."""
    more: bool
    """Whether there is one."""


@router.post("/v1/receipts", status_code=202, summary="Say what became of certificates")
async def give_receipts(
    batch: ReceiptBatch,
    caller: Principal = Depends(allow(Role.AGENCY, by_officer=True)),
    door: Door = Depends(door_of),
) -> ReceiptsTaken:
    """Takes 1 to 500 receipts for your agency's certificates; a bad one stops no other, so look at each answer.

    Repeating is harmless. A rejection that another proof can settle opens the request again; any other waits at the
    township's desk until you answer anew. The cadre who filmed sees both (docs/receipts.md).
    """
    judged = await receive_receipts(door, caller, batch.items)
    return ReceiptsTaken.of([_answer(index, judgement) for index, judgement in enumerate(judged)])


@router.get("/v1/receipts", summary="What agencies rejected")
async def list_receipts(
    outcome: Annotated[Literal["accepted", "rejected", "any"], Query()] = "rejected",
    standing: Annotated[
        bool,
        Query(
            description="Only while it is to be settled: not where a newer certificate has followed, the request was"
            " withdrawn or the certificate revoked."
        ),
    ] = True,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    caller: Principal = Depends(watchers),
    door: Door = Depends(door_of),
) -> ReceiptPage:
    """The last word on each certificate; agencies see their own. By default the rejections that stand: the desk's list
    of matters to settle."""
    after = read_cursor(cursor, datetime.fromisoformat, UUID) if cursor else None
    async with door.pool.connection() as connection:
        page = await receipts.page_of_last_words(
            connection,
            agency=caller.agency,
            outcome=None if outcome == "any" else outcome,
            standing=standing,
            after=after,
            limit=limit + 1,
        )
    kept = page[:limit]
    more = len(page) > limit
    return ReceiptPage(
        items=[_receipt(row) for row in kept],
        next_cursor=make_cursor(kept[-1].recorded_at.isoformat(), kept[-1].certificate_id) if more else None,
    )


@router.get("/v1/receipts/unanswered", summary="Certificates that no agency answered in time")
async def list_unanswered(
    after: Annotated[int, Query(ge=0, le=2**63 - 1, description="`next_after` of the page before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    caller: Principal = Depends(watchers),
    door: Door = Depends(door_of),
) -> UnansweredPage:
    """Certificates without a receipt after the working days that the county has agreed; agencies see their own."""
    county = ZoneInfo(door.settings.timezone)
    today = door.now().astimezone(county).date()
    agencies = (caller.agency,) if caller.agency else door.settings.agencies
    before = {
        agency: datetime.combine(overdue_before(today, door.receipts.of(agency), is_workday), time.min, county)
        for agency in agencies
    }
    async with door.pool.connection() as connection:
        page = await receipts.page_of_unanswered(connection, before, after=after, limit=limit + 1)
    kept = page[:limit]
    return UnansweredPage(
        items=[
            Unanswered(
                agency=row.agency,
                request_id=row.request_id,
                certificate_id=row.certificate_id,
                programme=row.programme,
                issued_at=row.issued_at,
                due_on=due_on(row.issued_at.astimezone(county).date(), door.receipts.of(row.agency), is_workday),
            )
            for row in kept
        ],
        next_after=kept[-1].number if kept else after,
        more=len(page) > limit,
    )


def _answer(index: int, judgement: Judgement) -> ReceiptAnswer:
    if judgement.code is None:
        row = judgement.row
        assert row is not None, "neither taken nor refused"
        return ReceiptAnswer(
            index=index,
            taken=True,
            receipt_id=row.receipt_id,
            sequence=row.sequence,
            follows=Follows.NOTHING if judgement.revoked else Follows.from_code(row.code),
        )
    return ReceiptAnswer.refused(index, judgement.code, judgement.fields)


def _receipt(row: ReceiptRow) -> Receipt:
    text = RECEIPT_TEXTS[ReceiptCode(row.code)] if row.code else None
    return Receipt(
        agency=row.agency,
        request_id=row.request_id,
        certificate_id=row.certificate_id,
        outcome="accepted" if row.outcome == "accepted" else "rejected",
        code=row.code,
        zh=f"{text.chinese}{text.next_chinese}" if text else "",
        en=f"{text.english} {text.next_english}" if text else "",
        message=row.message,
        record=row.record,
        follows=Follows.from_code(row.code),
        decided_at=row.decided_at,
        recorded_at=row.recorded_at,
    )
