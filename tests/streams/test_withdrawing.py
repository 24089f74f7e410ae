"""Consent withdrawn, on a real PostgreSQL and real files: what rests on it alone goes with the next sweep."""

import signal
from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from schemas.base import stable_id
from schemas.capture import CaptureReceived, LegalBasis
from schemas.consent import ConsentVoice, ConsentWithdrawn
from tests.streams.certifying_office import CAPTURE
from tests.streams.killed import run_killed
from tests.streams.test_retention import Archive, archive

__all__ = ["archive"]
CONSENT, DUTY = LegalBasis.SEPARATE_CONSENT, LegalBasis.STATUTORY_DUTY
AFTER = CAPTURE.captured_at + timedelta(minutes=5)
LATER = AFTER + timedelta(minutes=1)


def withdrawal(at: datetime = AFTER, person: str = CAPTURE.person_key) -> ConsentWithdrawn:
    return ConsentWithdrawn(
        event_id=uuid4(),
        recorded_at=at,
        withdrawal_id=stable_id("withdrawal", person, at.isoformat()),
        person_key=person,
        said_by=ConsentVoice.PERSON,
        withdrawn_at=at,
        recorded_by="phone-1",
    )


async def keep_still(archive: Archive, capture: CaptureReceived) -> UUID:
    """The still of this recording, a reference by now."""
    blob_id = uuid4()
    archive.blobs.put(blob_id, b"sealed still")
    await archive.connection.execute(
        "INSERT INTO certify.still (capture_id, person_key, blob_id, photo_id, chain, captured_at, accepted)"
        " VALUES (%s, %s, %s, gen_random_uuid(), 1, %s, true)",
        (capture.capture_id, capture.person_key, blob_id, capture.captured_at),
    )
    return blob_id


@pytest.mark.parametrize("decision", ["certified", "retry"])
async def test_what_rests_on_consent_goes_at_once_and_nothing_else(archive: Archive, decision: str) -> None:
    """Recording, measurements, still and motion; not what rests on a duty, was filmed later or is another person's. The
    decision stays, and no certificate is revoked; heard twice, it is the same."""
    gone = await archive.keep(decision, legal_basis=CONSENT)
    kept = [
        await archive.keep(decision, legal_basis=DUTY),
        await archive.keep(decision, legal_basis=CONSENT, captured_at=LATER, received_at=LATER, made_not_before=LATER),
        await archive.keep(decision, legal_basis=CONSENT, person="f" * 64),
    ]
    stills = [await keep_still(archive, capture) for capture in (gone, *kept)]
    for capture in (gone, *kept):
        await archive.keep_motion(capture)
    assert await archive.sweep(1) == Counter()
    for _ in range(2):
        assert await archive.office.hear(withdrawal()) == []
    assert await archive.sweep(1) == Counter({decision: 1})
    assert await archive.holds(gone) == (False, False)
    assert [await archive.holds(capture) for capture in kept] == [(True, True)] * 3
    assert [archive.has(still) for still in stills] == [False, True, True, True]
    assert await archive.motions() == {capture.capture_id for capture in kept}
    assert await archive.sweep(1) == Counter()
    cursor = await archive.connection.execute("SELECT decision FROM certify.capture WHERE deleted_at IS NOT NULL")
    assert await cursor.fetchall() == [(decision,)]


async def test_what_a_review_or_an_appeal_waits_for_goes_once_it_is_decided(archive: Archive) -> None:
    """Without the recording nobody could decide for the person; the month after the decision is not waited for."""
    waiting = await archive.keep("review", legal_basis=CONSENT)
    appealed = await archive.keep("retry", legal_basis=CONSENT)
    await archive.connection.execute(
        "UPDATE certify.capture SET review_round = 2 WHERE capture_id = %s", (appealed.capture_id,)
    )
    await archive.office.hear(withdrawal())
    assert await archive.sweep(300) == Counter()
    await archive.connection.execute("UPDATE certify.capture SET reviewed_at = now(), review_round = 2")
    assert await archive.sweep(0.1) == Counter({"review": 1, "retry": 1})
    assert [await archive.holds(one) for one in (waiting, appealed)] == [(False, False)] * 2


async def test_the_order_in_which_they_are_heard_does_not_matter(archive: Archive) -> None:
    """A recording that was made before the withdrawal and is heard of later goes too, with its still."""
    await archive.office.hear(withdrawal())
    capture = await archive.keep("certified", legal_basis=CONSENT)
    still = await keep_still(archive, capture)
    assert await archive.sweep(0.1) == Counter({"certified": 1})
    assert (await archive.holds(capture), archive.has(still)) == ((False, False), False)


@pytest.mark.parametrize(
    ("received_at", "made_not_before"), [(CAPTURE.captured_at, None), (LATER, CAPTURE.challenge.issued_at)]
)
async def test_a_phone_whose_clock_is_ahead_keeps_nothing_back(
    archive: Archive, received_at: datetime, made_not_before: datetime | None
) -> None:
    """By its clock the recording is younger than the withdrawal; but it was here before, or may have been made so."""
    ahead = await archive.keep(
        "certified",
        legal_basis=CONSENT,
        captured_at=LATER,
        received_at=received_at,
        made_not_before=made_not_before,
    )
    await archive.office.hear(withdrawal())
    assert await archive.sweep(0.1) == Counter({"certified": 1})
    assert await archive.holds(ahead) == (False, False)


async def test_kill_9_in_the_middle_leaves_nothing_behind(archive: Archive, database: str) -> None:
    """After the first file and before the commit: the next round ends it."""
    captures = [await archive.keep("certified", legal_basis=CONSENT) for _ in range(3)]
    await archive.office.hear(withdrawal())
    now = archive.began + timedelta(days=1)
    killed = await run_killed("tests.streams.killed_sweep", database, str(archive.folder), now.isoformat())
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert sorted([await archive.holds(one) for one in captures]) == [(False, True), (True, True), (True, True)]
    assert await archive.sweep(1) == Counter({"certified": 3})
    assert [await archive.holds(one) for one in captures] == [(False, False)] * 3
