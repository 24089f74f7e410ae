"""The reviewers' desk: a case is put together, its pictures are opened for one answer, a decision is taken in.

What is opened here goes into the answer and nowhere else: no log, no error, no cache (`middleware.DEFAULT_HEADERS`);
that it was opened, and by whom, stands in the audit log before the answer is sent.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from schemas.base import stable_id
from schemas.review import ReviewDecided
from schemas.review_reasons import ReviewDecision
from schemas.topics import REVIEW
from schemas.verification import Verification
from services.gateway.access import audited
from services.gateway.access.callers import Principal
from services.gateway.domain.review import Opinion, Settlement, fits, must_have_looked, settle
from services.gateway.door import Door
from services.gateway.errors import Code, Refusal
from services.gateway.reasons_stated import reason_stated
from services.gateway.review.signals import ACTION_WORDS, signals_of
from services.gateway.review.views import (
    NOTES,
    AppealView,
    EarlierDecision,
    Moment,
    PhotoKind,
    PhotoView,
    ReviewCase,
    ReviewTaken,
    ReviewWord,
    ground_stated,
    reason_texts,
    review_reason,
)
from services.gateway.store import captures, review_media, reviews
from services.gateway.store.reviews import CaseRow
from services.platform.audit_chain import Act
from services.platform.blobs import BlobMissing
from services.platform.database import Connection
from services.platform.sealing import Unsealable, key_id_of, open_bytes


@dataclass(frozen=True)
class Opened:
    """A clip or a picture, opened for one answer."""

    content: bytes
    media_type: str


async def show_case(door: Door, connection: Connection, caller: Principal, case: CaseRow) -> ReviewCase:
    """The case as this reviewer may see it, and the line in the audit log."""
    lease = await reviews.find_lease(connection, case.case_id, caller.subject)
    if lease is None or not case.waits:
        raise Refusal(Code.REVIEW_NOT_YOURS)
    found = Verification.model_validate_json(case.verification)
    earlier = await reviews.opinions_of(connection, case.case_id, case.round)
    blind = case.blind_to_machine
    shown = ReviewCase(
        case_id=case.case_id,
        round=case.round,
        until=lease.expires_at,
        cause=None if blind else case.cause,
        programmes=list(case.programmes),
        captured_at=case.captured_at,
        longest_s=found.bundle.longest_s if found.bundle else None,
        moments=await _moments(connection, case, found),
        photos=await _photos(door, connection, case),
        signals=None if blind else signals_of(found),
        machine_reasons=None if blind else [reason_stated(reason) for reason in found.reasons],
        earlier=None
        if case.blind_to_first
        else [
            EarlierDecision(decision=one.decision, reasons=[review_reason(reason) for reason in one.reasons])
            for one in earlier
        ],
        appeal=AppealView(appealed_by=case.appealed_by, ground=ground_stated(case.ground)) if case.ground else None,
        reasons={decision: reason_texts(decision) for decision in ReviewDecision},
    )
    await audited.note(connection, caller, Act.REVIEW_OPENED, f"case:{case.case_id}", round=case.round)
    return shown


async def open_clip(door: Door, connection: Connection, caller: Principal, case_id: UUID) -> Opened:
    """The recording of the reviewer's own case, opened.

    Raises:
        Refusal: REVIEW_NOT_YOURS; REVIEW_MEDIA_GONE.
    """
    case = await _get_own(connection, caller, case_id)
    if case.blob_id is None:
        raise Refusal(Code.REVIEW_MEDIA_GONE)
    await reviews.note_opened(connection, case_id, caller.subject, door.now())
    return await _open(door, connection, caller, case, case.blob_id, Act.REVIEW_CLIP_OPENED)


async def open_photo(door: Door, connection: Connection, caller: Principal, case_id: UUID, kind: PhotoKind) -> Opened:
    """A picture to compare with, opened.

    Raises:
        Refusal: REVIEW_NOT_YOURS; REVIEW_MEDIA_GONE.
    """
    case = await _get_own(connection, caller, case_id)
    for photo in await review_media.photos_of(connection, case.person_key, case.capture_id):
        if photo.kind == kind:
            return await _open(door, connection, caller, case, photo.blob_id, Act.REVIEW_PHOTO_OPENED)
    raise Refusal(Code.REVIEW_MEDIA_GONE)


async def decide(door: Door, caller: Principal, case_id: UUID, word: ReviewWord) -> ReviewTaken:
    """Takes a decision in; when enough reviewers have decided, it is sent on its way.

    Raises:
        Refusal: REVIEW_REASON_MISSING, REVIEW_REASON_UNFIT, REVIEW_NOT_YOURS, REVIEW_CLIP_UNSEEN.
    """
    if word.decision is not ReviewDecision.CERTIFIED and not word.reasons:
        raise Refusal(Code.REVIEW_REASON_MISSING)
    if not fits(word.decision, word.reasons):
        raise Refusal(Code.REVIEW_REASON_UNFIT)
    opinion = Opinion(caller.subject, word.decision, tuple(dict.fromkeys(word.reasons)))
    async with door.pool.connection() as connection, connection.transaction():
        case = await reviews.find_case(connection, case_id, lock=True)
        if case is None:
            raise Refusal(Code.REVIEW_NOT_YOURS)
        own = await reviews.find_own(connection, case_id, caller.subject)
        if own is not None and own == (case.round, opinion):
            opinions = await reviews.opinions_of(connection, case_id, case.round)
            return _taken(case_id, word.decision, settle(case.reviewers, opinions))
        lease = await reviews.find_lease(connection, case_id, caller.subject)
        if own is not None or lease is None or not case.waits:
            raise Refusal(Code.REVIEW_NOT_YOURS)
        if lease.clip_opened_at is None and must_have_looked(word.decision, case.cause):
            raise Refusal(Code.REVIEW_CLIP_UNSEEN)
        now = door.now()
        await reviews.add_opinion(connection, case, opinion, lease.leased_at, now)
        await reviews.end_lease(connection, case_id, caller.subject)
        opinions = await reviews.opinions_of(connection, case_id, case.round)
        settled = settle(case.reviewers, opinions)
        if settled is not None:
            await _settle(door, connection, case, opinions, settled, now)
        reasons = [reason.value for reason in opinion.reasons]
        subject, said = f"case:{case_id}", word.decision.value
        await audited.note(
            connection, caller, Act.REVIEW_DECIDED, subject, decision=said, reasons=reasons, round=case.round
        )
    return _taken(case_id, word.decision, settled)


async def _settle(
    door: Door, connection: Connection, case: CaseRow, opinions: list[Opinion], settled: Settlement, now: datetime
) -> None:
    await reviews.settle_round(connection, case, settled, now)
    decided = ReviewDecided(
        event_id=stable_id("review-decided", str(case.case_id), str(case.round)),
        recorded_at=now,
        case_id=case.case_id,
        capture_id=case.capture_id,
        visit_id=case.visit_id,
        person_key=case.person_key,
        round=case.round,
        decision=settled.decision,
        reasons=settled.reasons,
        decided_by=tuple(opinion.reviewer for opinion in opinions),
        waited_s=max(0, int((now - case.opened_at).total_seconds())),
    )
    transaction = door.transaction(connection)
    transaction.emit(REVIEW.name, case.person_key, decided)
    await transaction.flush()


def _taken(case_id: UUID, decision: ReviewDecision, settled: Settlement | None) -> ReviewTaken:
    outcome = settled.decision if settled else None
    note = NOTES[outcome] if outcome else None
    return ReviewTaken(case_id=case_id, decision=decision, settled=settled is not None, outcome=outcome, note=note)


async def _get_own(connection: Connection, caller: Principal, case_id: UUID) -> CaseRow:
    case = await reviews.find_case(connection, case_id)
    lease = await reviews.find_lease(connection, case_id, caller.subject)
    if case is None or lease is None or not case.waits:
        raise Refusal(Code.REVIEW_NOT_YOURS)
    return case


async def _moments(connection: Connection, case: CaseRow, found: Verification) -> list[Moment]:
    capture = await captures.find_capture(connection, case.capture_id)
    given = await captures.find_challenge(connection, capture.challenge_id) if capture else None
    asked = {prompt.action: (prompt.at_s, prompt.until_s) for prompt in given.challenge.prompts} if given else {}
    actions = given.challenge.actions if given else tuple(found.challenge)
    seen = {} if case.blind_to_machine else {name: result.span_s for name, result in found.challenge.items()}
    return [
        Moment(
            action=action,
            zh=ACTION_WORDS[action][0],
            en=ACTION_WORDS[action][1],
            asked_s=asked.get(action),
            seen_s=seen.get(action),
        )
        for action in actions
    ]


async def _photos(door: Door, connection: Connection, case: CaseRow) -> list[PhotoView]:
    filmed_on = _day(door, case.captured_at)
    return [
        PhotoView(
            kind=photo.kind,
            taken_on=photo.taken_on,
            age_days=max(0, (filmed_on - (photo.taken_on or _day(door, photo.kept_at))).days),
        )
        for photo in await review_media.photos_of(connection, case.person_key, case.capture_id)
    ]


def _day(door: Door, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(door.settings.timezone)).date()


async def _open(
    door: Door, connection: Connection, caller: Principal, case: CaseRow, blob_id: UUID, act: Act
) -> Opened:
    key_id = key_id_of(case.person_key)
    key = (await door.keyring.find(connection, [key_id])).get(key_id)
    try:
        if key is None:
            raise Refusal(Code.REVIEW_MEDIA_GONE)
        content = open_bytes(key, key_id, door.blobs.get(blob_id))
    except (BlobMissing, Unsealable):
        raise Refusal(Code.REVIEW_MEDIA_GONE) from None
    await audited.note(connection, caller, act, f"case:{case.case_id}", keys=[key_id])
    return Opened(content, review_media.media_type_of(content))
