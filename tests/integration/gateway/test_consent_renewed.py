"""Consent that is given anew after a withdrawal, from the phone's upload to what is kept: door and certify agree."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb
from tusclient.exceptions import TusCommunicationError

from schemas.capture import CaptureReceived, LegalBasis
from schemas.topics import CAPTURE
from services.certify.domain.retention import RetentionPolicy
from services.certify.store.consents import is_withdrawn
from services.certify.sweeper import Sweeper
from services.platform.runner import Reader
from tests.integration.gateway.conftest import VILLAGE, Bench, Phone
from tests.integration.gateway.county import id_number
from tests.integration.gateway.review_office import ReviewOffice, open_office
from tests.integration.gateway.serving import CLIP, send, served
from tests.streams.certifying_office import CERTIFIED

WANG = id_number(1)
CONSENT: dict[str, Any] = {"legal_basis": "separate_consent"}
RENEWED: dict[str, Any] = CONSENT | {"notice_version": "2026-12/30", "consent_renewed": "true"}


async def opened(bench: Bench) -> tuple[ReviewOffice, Phone]:
    """A county in which certify reads the recordings that the door takes, and a phone."""
    office = await open_office(bench, WANG)
    office.readers[CAPTURE.name] = Reader(CAPTURE, office.certifier.fold_captures)
    return office, await bench.enrol_phone(VILLAGE)


async def film(
    office: ReviewOffice, phone: Phone, number: int, challenge: dict[str, Any] | None = None, /, **stated: str
) -> CaptureReceived:
    """A recording that is sent by the phone, taken, judged by what the machine would find, and answered; by a challenge
    that is given now or was before."""
    bench = office.bench
    challenge = challenge or await bench.challenge(phone, await office.visit(WANG))
    clip = CLIP + bytes([number])
    async with served(bench.app) as address:
        await send(address, phone, clip, phone.metadata(clip, challenge, **stated))
    taken = [event for _, _, event in await bench.events() if isinstance(event, CaptureReceived)][-1]
    await bench.execute(
        "INSERT INTO certify.judgement (capture_id, verification) VALUES (%s, %s)",
        (taken.capture_id, Jsonb(CERTIFIED | {"decision": "retry"})),
    )
    await office.fold()
    return taken


async def withdraw(office: ReviewOffice, by: dict[str, str]) -> None:
    """The person takes consent back, now."""
    path = f"/v1/visits/{await office.visit(WANG)}/consent-withdrawal"
    await office.move(by, path, {"said_by": "person", "withdrawn_at": datetime.now(UTC).isoformat()})


async def kept(bench: Bench) -> set[UUID]:
    """The recordings that are there after a round of the clock."""
    async with bench.door.pool.connection() as connection:
        await Sweeper(bench.door.blobs, RetentionPolicy()).sweep(connection)
    rows = await bench.execute("SELECT capture_id, blob_id FROM certify.capture WHERE deleted_at IS NULL")
    assert all(bench.door.blobs.get(blob_id) for _, blob_id in rows)
    return {capture_id for capture_id, _ in rows}


async def looked_at(bench: Bench, taken: CaptureReceived) -> bool:
    """Whether certify would open the recording to judge it."""
    async with bench.door.pool.connection() as connection:
        return not await is_withdrawn(connection, taken.person_key, taken.legal_basis, taken.counts_as_made)


async def bases(office: ReviewOffice, phone: Phone) -> Any:
    """On which the phone may film."""
    (stop,) = (await office.get(phone.headers, "/v1/today"))["stops"]
    return stop["people"][0]["basis"]


async def test_what_is_filmed_on_a_renewed_consent_is_judged_and_kept_until_it_is_withdrawn_again(bench: Bench) -> None:
    """The recording of before goes; the one that renews, and those after it, stay and are looked at like any other,
    until the person takes consent back once more."""
    office, phone = await opened(bench)
    before = await film(office, phone, 1, **CONSENT)
    await withdraw(office, phone.headers)
    assert not await looked_at(bench, before)
    renewing = await film(office, phone, 2, **RENEWED)
    after = await film(office, phone, 3, **CONSENT)
    assert renewing.legal_basis is LegalBasis.SEPARATE_CONSENT
    assert [await looked_at(bench, one) for one in (renewing, after)] == [True, True]
    assert await kept(bench) == {renewing.capture_id, after.capture_id}
    assert await bases(office, phone) == ["statutory_duty", "separate_consent"]
    await withdraw(office, bench.as_role["scheduler"])
    assert [await looked_at(bench, one) for one in (renewing, after)] == [False, False]
    assert await kept(bench) == set()
    assert await bases(office, phone) == ["statutory_duty"]


async def test_a_clock_that_is_ahead_does_not_renew_for_the_time_to_come(bench: Bench) -> None:
    """A recording that renews says by its phone that it is of tonight; the person withdraws an hour later: that stands,
    at the door as with certify, and nothing more is filmed on consent."""
    office, phone = await opened(bench)
    await withdraw(office, phone.headers)
    tonight = (datetime.now(UTC) + timedelta(hours=bench.door.policy.clock_skew_hours / 2)).isoformat()
    renewing = await film(office, phone, 1, **RENEWED | {"captured_at": tonight})
    assert await bases(office, phone) == ["statutory_duty", "separate_consent"]
    assert await kept(bench) == {renewing.capture_id}
    await withdraw(office, bench.as_role["scheduler"])
    assert await bases(office, phone) == ["statutory_duty"]
    assert not await looked_at(bench, renewing) and await kept(bench) == set()
    with pytest.raises(TusCommunicationError) as caught:
        await film(office, phone, 2, **CONSENT)
    assert b"CONSENT_WITHDRAWN" in (caught.value.response_content or b"")


async def test_what_may_have_been_filmed_before_the_withdrawal_does_not_renew(bench: Bench) -> None:
    """Filmed by a phone whose clock is ahead, then the person withdraws, then it arrives, younger by its clock: it is
    refused, the visit stays open, and what is filmed by a challenge that was given afterwards is taken."""
    office, phone = await opened(bench)
    await withdraw(office, phone.headers)
    challenge = await bench.challenge(phone, await office.visit(WANG))
    tonight = (datetime.now(UTC) + timedelta(hours=bench.door.policy.clock_skew_hours / 2)).isoformat()
    filmed = phone.metadata(CLIP, challenge, **RENEWED | {"captured_at": tonight})
    await withdraw(office, bench.as_role["scheduler"])
    async with served(bench.app) as address:
        with pytest.raises(TusCommunicationError) as caught:
            await send(address, phone, CLIP, filmed)
    assert b"CONSENT_WITHDRAWN" in (caught.value.response_content or b"")
    assert await bench.execute("SELECT 1 FROM gateway.capture") == []
    assert await bench.execute("SELECT status FROM scheduler.visit") == [("open",)]
    (stop,) = (await office.get(phone.headers, "/v1/today"))["stops"]
    (said_at,) = (await bench.execute("SELECT max(withdrawn_at) FROM gateway.consent_withdrawal"))[0]
    assert datetime.fromisoformat(stop["people"][0]["consent_withdrawn_at"]) == said_at
    taken = await film(office, phone, 2, **RENEWED)
    assert await looked_at(bench, taken) and await kept(bench) == {taken.capture_id}
    assert await bases(office, phone) == ["statutory_duty", "separate_consent"]


async def test_a_withdrawal_that_is_heard_late_stands_against_what_may_be_older(bench: Bench) -> None:
    """The same, but the desk writes down afterwards what the person said before the recording arrived: by the phone's
    clock and by its arrival it is younger, and yet it renews nothing and is erased."""
    office, phone = await opened(bench)
    await withdraw(office, phone.headers)
    tonight = (datetime.now(UTC) + timedelta(hours=bench.door.policy.clock_skew_hours / 2)).isoformat()
    challenge = await bench.challenge(phone, await office.visit(WANG))
    said_at = datetime.now(UTC)
    taken = await film(office, phone, 1, challenge, **RENEWED | {"captured_at": tonight})
    assert min(taken.captured_at, taken.received_at) > said_at
    assert await bases(office, phone) == ["statutory_duty", "separate_consent"]
    path = f"/v1/visits/{await office.visit(WANG)}/consent-withdrawal"
    said = {"said_by": "person", "withdrawn_at": said_at.isoformat()}
    await office.move(bench.as_role["scheduler"], path, said)
    assert await bases(office, phone) == ["statutory_duty"]
    assert not await looked_at(bench, taken) and await kept(bench) == set()


async def test_a_phone_whose_clock_is_behind_withdraws_from_when_it_is_heard(bench: Bench) -> None:
    """By its clock, three days behind, the person spoke before agreeing anew; in truth afterwards: it stands, at the
    door as with certify, and what was said stays written down."""
    office, phone = await opened(bench)
    await withdraw(office, phone.headers)
    taken = await film(office, phone, 1, **RENEWED)
    assert await bases(office, phone) == ["statutory_duty", "separate_consent"]
    said_at = datetime.now(UTC) - timedelta(days=3)
    path = f"/v1/visits/{await office.visit(WANG)}/consent-withdrawal"
    await office.move(phone.headers, path, {"said_by": "person", "withdrawn_at": said_at.isoformat()})
    assert await bases(office, phone) == ["statutory_duty"]
    assert not await looked_at(bench, taken) and await kept(bench) == set()
    said = await bench.execute("SELECT said_at FROM gateway.consent_withdrawal ORDER BY recorded_at DESC LIMIT 1")
    assert said == [(said_at,)]
