"""What became of everything that a phone has sent: taken by how many agencies, or why not."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict

from schemas.review_reasons import ReviewDecision
from schemas.verification_reasons import Decision
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.cursors import make_cursor, read_cursor
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.phone.day_views import Stated
from services.gateway.reasons_stated import any_decision, loss_stated, reason_stated, receipt_stated
from services.gateway.store import capture_changes
from services.gateway.store.capture_changes import CaptureChange
from services.gateway.store.consents import standing_withdrawals
from services.gateway.store.lost_captures import last_restored, lost_of_phone

router = APIRouter(tags=["captures"])
SETTLED = timedelta(minutes=1)
"""The clock of a change is read when its transaction begins; after so long it has ended, and nothing older appears."""
NOBODY = UUID(int=0)


class CertificateState(BaseModel):
    """One agency's answer at a visit."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    agency: str
    """Who asks."""
    request_id: str
    """Its number."""
    state: Literal["waiting", "issued", "accepted", "rejected"]
    """`waiting` for its certificate → `issued` → `accepted` or `rejected` by the agency, which may change its mind;
    `rejected` too when it was revoked."""
    because: Stated | None = None
    """Why it was rejected."""
    message: str | None = None
    """What the agency adds in its own words."""


class CaptureProgress(BaseModel):
    """How far a capture is."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    capture_id: UUID
    """Names the capture."""
    challenge_id: UUID
    """The challenge that it answers."""
    visit_id: UUID
    """The visit at which it was made."""
    state: Literal["received", "judged", "certified"]
    """`received` → `judged` (see decision) → `certified` when every request of the visit has its certificate."""
    received_at: datetime
    """When the last byte arrived and everything was checked."""
    sha256: str
    """Of the recording: what is here is what the phone has, and the phone may delete its own."""
    decision: Decision | ReviewDecision | None
    """What counts: certified, review (a person decides), retry (film again), or refused, which only a person does."""
    reasons: list[Stated]
    """Why, when it did not certify."""
    certificates: list[CertificateState]
    """Of each agency that asks."""


class LostCaptureView(BaseModel):
    """A recording that was received, and that the county has lost since."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    capture_id: UUID
    """Names the capture that is gone."""
    visit_id: UUID
    """Its visit, which is open."""
    because: Stated
    """What happened, and what to do."""


class CapturePage(BaseModel):
    """Captures in the order of their last changes."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    items: list[CaptureProgress]
    """What has changed."""
    next_cursor: str | None
    """Send it as `since` next time. It stays a minute behind the present, so the newest may come twice."""
    lost: list[LostCaptureView] = []
    """Recordings that were received and are lost, and must be made again: all of them, in every answer."""
    restored_at: datetime | None = None
    """When the county was restored from a backup last: outcomes that were sent before are sent once more."""


@router.get("/v1/captures", summary="What became of this phone's captures?")
async def list_captures(
    since: Annotated[
        str | None, Query(max_length=200, description="`next_cursor` of the answer before, or a moment with its zone.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    caller: Principal = Depends(allow(Role.DEVICE)),
    door: Door = Depends(door_of),
) -> CapturePage:
    """All captures of this phone with which something has changed since: received, judged, certificates issued,
    accepted or rejected; and those that a restore from a backup has lost."""
    after = _read_since(since) if since else None
    async with door.pool.connection() as connection:
        page = await capture_changes.page_of_changes(
            connection, caller.own_device.device_id, after=after, limit=limit + 1
        )
        lost = await lost_of_phone(connection, caller.own_device)
        restored_at = await last_restored(connection)
        withdrawn = await standing_withdrawals(connection, {each.person_key for each in lost})
    settled = [change for change in page if change.changed_at < door.now() - SETTLED]
    last = page[limit - 1] if len(page) > limit else settled[-1] if settled else None
    return CapturePage(
        items=[_progress(change) for change in page[:limit]],
        next_cursor=make_cursor(last.changed_at.isoformat(), last.capture_id) if last else since,
        lost=[
            LostCaptureView(
                capture_id=each.capture_id,
                visit_id=each.visit_id,
                because=loss_stated(consent_withdrawn=each.person_key in withdrawn),
            )
            for each in lost
        ],
        restored_at=restored_at,
    )


def _read_since(since: str) -> tuple[datetime, UUID]:
    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        return read_cursor(since, datetime.fromisoformat, UUID)
    if moment.tzinfo is None:
        raise Refusal(Code.CURSOR_INVALID)
    return moment, NOBODY


def _progress(change: CaptureChange) -> CaptureProgress:
    decision = any_decision(change.decision)
    states = [
        CertificateState(
            agency=c["agency"],
            request_id=c["request_id"],
            state=(c["outcome"] or "issued") if c["issued"] else "waiting",
            because=receipt_stated(c["code"]) if c["code"] else None,
            message=c["message"],
        )
        for c in change.certificates
    ]
    done = decision == Decision.CERTIFIED and states and all(state.state != "waiting" for state in states)
    return CaptureProgress(
        capture_id=change.capture_id,
        challenge_id=change.challenge_id,
        visit_id=change.visit_id,
        state="certified" if done else "judged" if decision else "received",
        received_at=change.received_at,
        sha256=change.sha256,
        decision=decision,
        reasons=[reason_stated(code) for code in change.reasons],
        certificates=states,
    )
