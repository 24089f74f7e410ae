"""Names that disagree under one ID number: a reviewer, and nobody else, sees the records side by side, and decides.

What is opened here goes into the answer and nowhere else: no log, no error, no cache (`middleware.DEFAULT_HEADERS`).
"""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.base import AgencyCode, Sealed, stable_id
from schemas.identity import IdentityDecided
from schemas.request import PersonalData
from schemas.topics import IDENTITY
from services.gateway.access import audited
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.cursors import make_cursor, read_cursor
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.store.identity import QuestionRow, RecordRow, find_question, page_of_questions, records_of
from services.platform import last_words
from services.platform.audit_chain import Act
from services.platform.sealing import Unsealable, key_id_of, unseal

router = APIRouter(tags=["identity"])
reviewers = allow(Role.REVIEWER, by_area=True)


class Record(BaseModel):
    """What one agency says of its person."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    agency: AgencyCode
    """Who asks."""
    request_id: str
    """Its number."""
    status: str | None
    """open, withdrawn or certified."""
    programme: str | None
    """Programme code."""
    window: tuple[date | None, date | None]
    """First and last day on which a proof counts."""
    village_code: str | None
    """Where the person lives."""
    readable: bool
    """False when the personal data cannot be opened: their key was destroyed."""
    name: str | None = Field(default=None, repr=False)
    """Name as the agency typed it."""
    residence_address: str | None = Field(default=None, repr=False)
    """Address as typed."""
    phone: str | None = Field(default=None, repr=False)
    """Telephone as typed."""


class IdentityQuestion(BaseModel):
    """Is it one person? While nobody has decided, nothing is merged, and each side has visits of its own."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    question_id: UUID
    """Names the question; with other names it is another one."""
    raised_at: datetime
    """When it arose."""
    sides: list[list[Record]]
    """The records side by side: the names within a side agree, those of different sides do not, or one has none."""


class IdentityQuestionPage(BaseModel):
    """A page of questions, the oldest first."""

    items: list[IdentityQuestion]
    next_cursor: str | None


class IdentityDecision(BaseModel):
    """What the reviewer has found, with the identity card at hand."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    same: bool = Field(strict=True)
    """True: one person, the visits are merged. False: two people, one of whom bears a wrong ID number."""


class IdentityDecisionTaken(BaseModel):
    """The decision was taken in. Repeating it changes nothing; another one replaces it."""

    question_id: UUID
    same: bool


@router.get("/v1/identity-questions", summary="Is it one person?")
async def list_identity_questions(
    cursor: Annotated[str | None, Query(max_length=200, description="`next_cursor` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    caller: Principal = Depends(reviewers),
    door: Door = Depends(door_of),
) -> IdentityQuestionPage:
    """Questions that wait for a decision, with all records that stand under the ID number. What lies partly outside of
    your areas is for reviewers of the whole county."""
    after = read_cursor(cursor, datetime.fromisoformat, UUID) if cursor else None
    async with door.pool.connection() as connection:
        page = await page_of_questions(connection, after=after, limit=limit + 1, areas=caller.areas)
        kept = page[:limit]
        records = await records_of(connection, [row.person_key for row in kept])
        keys = await door.keyring.find(connection, [key_id_of(row.person_key) for row in kept])
        for row in kept:
            opened = keys.keys() & {key_id_of(row.person_key)}
            await audited.note(connection, caller, Act.IDENTITY_OPENED, f"question:{row.question_id}", keys=opened)
    last = kept[-1] if len(page) > limit else None
    return IdentityQuestionPage(
        items=[
            IdentityQuestion(
                question_id=row.question_id,
                raised_at=row.raised_at,
                sides=[[_record(row, key, records.get(key), keys) for key in side] for side in row.sides],
            )
            for row in kept
        ],
        next_cursor=make_cursor(last.raised_at.isoformat(), last.question_id) if last else None,
    )


@router.post(
    "/v1/identity-questions/{question_id}/decision", status_code=202, summary="Decide whether it is one person"
)
async def decide_identity_question(
    question_id: UUID,
    decision: IdentityDecision,
    caller: Principal = Depends(reviewers),
    door: Door = Depends(door_of),
) -> IdentityDecisionTaken:
    """One person or two. It can be decided anew as long as the same names stand with the number."""
    async with door.pool.connection() as connection, connection.transaction():
        found = await find_question(connection, question_id, areas=caller.areas)
        if found is None:
            raise Refusal(Code.QUESTION_UNKNOWN)
        person_key, is_standing = found
        if not is_standing:
            raise Refusal(Code.QUESTION_GONE)
        said = {"same": decision.same}
        moment = await last_words.note_change(connection, IDENTITY.name, question_id, said, door.now())
        if moment is not None:
            event = IdentityDecided(
                event_id=stable_id("identity-decided", str(question_id), str(decision.same), moment.isoformat()),
                recorded_at=moment,
                question_id=question_id,
                person_key=person_key,
                same=decision.same,
                decided_by=caller.subject,
            )
            transaction = door.transaction(connection)
            transaction.emit(IDENTITY.name, person_key, event)
            await transaction.flush()
            subject = f"question:{question_id}"
            await audited.note(connection, caller, Act.IDENTITY_DECIDED, subject, same=decision.same)
    return IdentityDecisionTaken(question_id=question_id, same=decision.same)


def _record(row: QuestionRow, key: tuple[AgencyCode, str], record: RecordRow | None, keys: dict[UUID, bytes]) -> Record:
    personal = _open(row.person_key, record.box, keys) if record is not None and record.box is not None else None
    return Record(
        agency=key[0],
        request_id=key[1],
        status=record.status if record else None,
        programme=record.programme if record else None,
        window=(_day(record.window_start), _day(record.due_date)) if record else (None, None),
        village_code=record.village_code if record else None,
        readable=personal is not None,
        name=personal.name if personal else None,
        residence_address=personal.residence_address if personal else None,
        phone=personal.phone if personal else None,
    )


def _open(person_key: str, box: str, keys: dict[UUID, bytes]) -> PersonalData | None:
    try:
        return PersonalData.model_validate_json(unseal(keys, Sealed(key_id=key_id_of(person_key), box=box)))
    except (Unsealable, ValidationError):
        return None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
