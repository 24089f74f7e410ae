"""What each caller sees of visits, requests, certificates; and what an agency may say of its requests and people."""

import asyncio
from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import psycopg
import pytest
from joserfc import jws
from joserfc.jwk import KeySet, OKPKey
from PIL import Image

from schemas.capture import Challenge
from schemas.request import RequestAmended, RequestBatch, RequestWithdrawn
from schemas.resident_id import ResidentId
from services.platform.references import find_reference
from services.platform.signed_challenge import find_challenge
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench

PERSON = "11010519491231002X"


async def test_each_caller_sees_its_part_of_a_visit(bench: Bench) -> None:
    """An agency sees its own requests, a phone its villages, the scheduler all."""
    joint = await bench.open_visit(("hrss", "P-1"), ("civil_affairs", "S-1"))
    far = await bench.open_visit(("civil_affairs", "S-2"), village=OTHER_VILLAGE)
    phone = await bench.enrol_phone(VILLAGE)

    async def seen(headers: dict[str, str]) -> dict[str, list[str]]:
        page = (await bench.http.get("/v1/visits", headers=headers)).json()
        return {v["visit_id"]: [r["request_id"] for r in v["requests"]] for v in page["items"]}

    assert await seen(bench.as_role["scheduler"]) == {str(joint): ["P-1", "S-1"], str(far): ["S-2"]}
    assert await seen(bench.as_role["hrss"]) == {str(joint): ["P-1"]}
    assert await seen(bench.as_role["civil_affairs"]) == {str(joint): ["S-1"], str(far): ["S-2"]}
    assert await seen(phone.headers) == {str(joint): ["P-1", "S-1"]}
    for headers in (phone.headers, bench.as_role["hrss"]):
        hidden = await bench.http.get(f"/v1/visits/{far}", headers=headers)
        assert (hidden.status_code, hidden.json()["code"]) == (404, "VISIT_UNKNOWN")
    own = (await bench.http.get(f"/v1/visits/{joint}", headers=bench.as_role["hrss"])).json()
    assert own["person_key"] is None


async def test_pages_of_visits_leave_none_out(bench: Bench) -> None:
    """Paging by the cursor gives every visit once, the most urgent first."""
    made = [await bench.open_visit(("hrss", f"P-{n}"), last=bench.today + timedelta(30 + n % 3)) for n in range(7)]
    seen: list[str] = []
    lasts: list[str] = []
    cursor = ""
    while True:
        address = f"/v1/visits?limit=2&cursor={cursor}" if cursor else "/v1/visits?limit=2"
        page = (await bench.http.get(address, headers=bench.as_role["auditor"])).json()
        seen += [v["visit_id"] for v in page["items"]]
        lasts += [v["window"][1] for v in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert sorted(seen) == sorted(map(str, made))
    assert lasts == sorted(lasts)
    wrong = await bench.http.get("/v1/visits?cursor=abc", headers=bench.as_role["auditor"])
    assert (wrong.status_code, wrong.json()["code"]) == (400, "CURSOR_INVALID")


async def test_a_challenge_is_random_signed_and_fits_the_person(bench: Bench) -> None:
    """What somebody cannot do is not asked; all orders come up, at other moments; the signature checks with the public
    key."""
    visit = await bench.open_visit(("hrss", "P-1"))
    phone = await bench.enrol_phone(VILLAGE)
    address = f"/v1/visits/{visit}/challenge"
    drawn = [(await bench.http.post(address, headers=phone.headers)).json() for _ in range(30)]
    assert len({tuple(d["challenge"]["actions"]) for d in drawn}) > 4
    assert len({d["challenge"]["prompts"][1]["at_s"] for d in drawn}) > 4
    assert {d["challenge"]["prompt_form"] for d in drawn} == {"spoken"}
    assert len({d["challenge"]["challenge_id"] for d in drawn}) == 30
    (published,) = (await bench.http.get("/.well-known/jwks.json")).json()["keys"]
    signed = jws.deserialize_compact(drawn[0]["jws"], OKPKey.import_key(published), algorithms=["Ed25519"])
    assert Challenge.model_validate_json(signed.payload).model_dump(mode="json") == drawn[0]["challenge"]
    assert find_challenge(drawn[0]["jws"], KeySet([OKPKey.import_key(published)])) is not None
    stiff = await bench.http.post(address, json={"abilities": ["cannot_move_head", "deaf"]}, headers=phone.headers)
    assert set(stiff.json()["challenge"]["actions"]) == {"open_mouth", "blink"}
    assert stiff.json()["challenge"]["prompt_form"] == "shown"
    other = await bench.http.post(address, json={"unable": ["open_mouth", "nod", "blink"]}, headers=phone.headers)
    assert set(other.json()["challenge"]["actions"]) == {"turn_left", "turn_right"}
    one_left = {"unable": ["open_mouth", "nod", "blink", "turn_left"]}
    alone = await bench.http.post(address, json=one_left, headers=phone.headers)
    assert (alone.status_code, alone.json()["code"]) == (422, "NO_ACTION_LEFT")
    everything = ["nod", "open_mouth", "turn_left", "turn_right", "blink"]
    none = await bench.http.post(address, json={"unable": everything}, headers=phone.headers)
    assert (none.status_code, none.json()["code"]) == (422, "NO_ACTION_LEFT")
    await bench.execute("UPDATE scheduler.visit SET status = 'closed', closed_because = 'withdrawn'")
    closed = await bench.http.post(address, headers=phone.headers)
    assert (closed.status_code, closed.json()["code"]) == (409, "VISIT_CLOSED")
    stranger = await bench.enrol_phone(OTHER_VILLAGE)
    refused = await bench.http.post(address, headers=stranger.headers)
    assert (refused.status_code, refused.json()["code"]) == (404, "VISIT_UNKNOWN")


async def test_an_agency_changes_and_withdraws_its_own_requests_only(bench: Bench) -> None:
    """Statements go out under the agency's name; a stranger's number is unknown, whatever characters are in it."""
    number = "城乡/2026/养老-001"
    await bench.open_visit(("hrss", number))
    await bench.execute("INSERT INTO scheduler.request_owner VALUES ('hrss', %s, %s)", (number, "a" * 64))
    hrss, stranger = bench.as_role["hrss"], bench.as_role["civil_affairs"]
    address = f"/v1/requests/{number}"
    assert (await bench.http.delete(address, headers=stranger)).json()["code"] == "REQUEST_UNKNOWN"
    assert (await bench.http.patch(address, json={}, headers=hrss)).json()["code"] == "NOTHING_TO_CHANGE"
    changed = await bench.http.patch(address, json={"due_date": "2097-01-31"}, headers=hrss)
    withdrawn = await bench.http.delete(address, headers=hrss)
    assert [changed.status_code, withdrawn.status_code] == [202, 202]
    events = [event for _, _, event in await bench.events() if isinstance(event, RequestBatch)]
    first, second = (event.items[0] for event in events)
    assert isinstance(first, RequestAmended) and isinstance(second, RequestWithdrawn)
    assert (first.request_id, first.due_date, first.programme) == (number, "2097-01-31", None)
    assert [event.agency for event in events] == ["hrss", "hrss"]


async def test_a_statement_sent_again_does_not_override_a_later_one(bench: Bench) -> None:
    """The same Idempotency-Key is the same statement, also after others; the number goes out as intake knows it."""
    csv = "request_id,id_number,programme,due_date\nＰ－７,1,pension,2096-12-31\n".encode()
    hrss = bench.as_role["hrss"]
    made = (await bench.http.post("/v1/lists?wait=0", content=csv, headers=hrss | {"Content-Type": "text/csv"})).json()
    await bench.execute(
        "INSERT INTO scheduler.row_outcome (list_id, row, agency, request_id, outcome)"
        " VALUES (%s, 2, 'hrss', 'P-7', 'accepted')",
        (made["list_id"],),
    )

    async def amend(day: str, key: str) -> str:
        answer = await bench.http.patch(
            "/v1/requests/Ｐ－７", json={"due_date": day}, headers=hrss | {"Idempotency-Key": key}
        )
        return str(answer.json()["recorded_at"])

    first, second = await amend("2097-01-31", "a"), await amend("2097-02-28", "b")
    assert await amend("2097-01-31", "a") == first < second
    items = [i for _, _, e in await bench.events() if isinstance(e, RequestBatch) for i in e.items]
    assert [(i.request_id, i.due_date) for i in items if isinstance(i, RequestAmended)] == [
        ("P-7", "2097-01-31"),
        ("P-7", "2097-02-28"),
    ]
    visit = await bench.open_visit(("hrss", "P-7"))
    status = (await bench.http.get("/v1/requests/Ｐ－７", headers=hrss)).json()
    assert (status["status"], status["visit"]["visit_id"]) == ("open", str(visit))


async def test_a_request_is_followed_from_the_list_to_the_certificate(bench: Bench) -> None:
    """received → rejected / open → certified; another agency's request of the same number stays unknown."""
    csv = "request_id,id_number,programme,due_date\nP-1,1,pension,2096-12-31\nP-2,1,pension,2096-12-31\n"
    hrss = bench.as_role["hrss"]
    made = (await bench.http.post("/v1/lists?wait=0", content=csv, headers=hrss | {"Content-Type": "text/csv"})).json()

    async def status(request_id: str) -> str:
        answer = await bench.http.get(f"/v1/requests/{request_id}", headers=hrss)
        return str(answer.json().get("status"))

    assert await status("P-1") == "received"
    await bench.execute(
        "INSERT INTO scheduler.row_outcome (list_id, row, agency, request_id, outcome, code, field, message, next_step)"
        " VALUES (%s, 3, 'hrss', 'P-2', 'rejected', 'ID_LENGTH', 'id_number', 'wrong', 'correct it')",
        (made["list_id"],),
    )
    assert await status("P-2") == "rejected"
    visit = await bench.open_visit(("hrss", "P-1"))
    assert await status("P-1") == "open"
    certificate_id = await bench.issue("hrss", "P-1", visit)
    answered = (await bench.http.get("/v1/requests/P-1", headers=hrss)).json()
    assert (answered["status"], answered["certificate_id"]) == ("certified", str(certificate_id))
    window = [(bench.today + timedelta(days)).isoformat() for days in (-25, 35)]
    assert answered["visit"] == {"visit_id": str(visit), "window": window}
    stranger = await bench.http.get("/v1/requests/P-1", headers=bench.as_role["civil_affairs"])
    assert (stranger.status_code, stranger.json()["code"]) == (404, "REQUEST_UNKNOWN")


async def test_certificates_are_pulled_by_their_agency_alone(bench: Bench) -> None:
    """Each once, in order, resumable; a stranger sees none of them, by list or by number."""
    visit = uuid4()
    for n in range(5):
        await bench.issue("hrss", f"P/{n}", visit)
        await bench.issue("civil_affairs", f"S/{n}", visit)
    after, pulled = 0, []
    while True:
        address = f"/v1/certificates?after={after}&limit=2"
        page = (await bench.http.get(address, headers=bench.as_role["hrss"])).json()
        pulled += [c["request_id"] for c in page["items"]]
        after = page["next_after"]
        if not page["more"]:
            break
    assert pulled == [f"P/{n}" for n in range(5)]
    again = (await bench.http.get(f"/v1/certificates?after={after}", headers=bench.as_role["hrss"])).json()
    assert (again["items"], again["next_after"]) == ([], after)
    own = await bench.http.get("/v1/certificates/P/3", headers=bench.as_role["hrss"])
    assert own.json()["jws"] == "a.b.c"
    stranger = await bench.http.get("/v1/certificates/P/3", headers=bench.as_role["civil_affairs"])
    assert (stranger.status_code, stranger.json()["code"]) == (404, "CERTIFICATE_UNKNOWN")


async def test_a_later_commit_never_hides_an_earlier_number(bench: Bench) -> None:
    """A certificate whose transaction is still open holds back those with larger numbers, so a cursor misses none."""
    insert = (
        "INSERT INTO certify.certificate (agency, request_id, certificate_id, programme, person_key, visit_id,"
        " proved_at, issued_at, jws) VALUES ('hrss', %s, %s, 'pension', 'k', %s, now(), now(), 'a.b.c')"
    )

    async def pulled() -> list[str]:
        page = (await bench.http.get("/v1/certificates", headers=bench.as_role["hrss"])).json()
        return [c["request_id"] for c in page["items"]]

    async with await psycopg.AsyncConnection.connect(bench.settings.database) as slow:
        await slow.execute(insert, ("first", uuid4(), uuid4()))
        await bench.issue("hrss", "second", uuid4())
        assert await pulled() == []
        await slow.commit()
    for _ in range(600):  # another session's autovacuum may hold the horizon for a moment
        if await pulled() == ["first", "second"]:
            break
        await asyncio.sleep(0.1)
    assert await pulled() == ["first", "second"]


def picture(width: int, height: int, form: str = "JPEG") -> bytes:
    """A plain picture."""
    file = BytesIO()
    Image.new("RGB", (width, height), (120, 90, 60)).save(file, form)
    return file.getvalue()


async def test_a_reference_photo_is_sealed_for_its_person(bench: Bench) -> None:
    """The number travels in the body; what is kept opens only with the person's key."""
    photo = picture(400, 500)
    answer = await bench.http.put(
        "/v1/reference-photos",
        data={"id_number": PERSON.lower(), "taken_on": "2014-05-01"},
        files={"photo": ("photo.jpg", photo, "image/jpeg")},
        headers=bench.as_role["hrss"],
    )
    assert answer.status_code == 200, answer.text
    person = ResidentId.parse(PERSON).person_key(bench.door.secrets.county_secret)
    async with bench.door.pool.connection() as connection:
        found = await find_reference(connection, bench.door.keyring, bench.door.blobs, person)
    assert found is not None
    assert (found.content, found.taken_on) == (photo, date(2014, 5, 1))
    assert found.age_days(date(2026, 5, 1)) == 4383
    kept = [path.read_bytes() for path in bench.settings.blobs.rglob("*.sealed")]
    assert len(kept) == 1
    assert photo[:200] not in kept[0]


@pytest.mark.parametrize(
    ("id_number", "content", "code"),
    [
        ("12345", picture(400, 400), "ID_NUMBER_INVALID"),
        (PERSON, b"no picture", "PHOTO_UNREADABLE"),
        (PERSON, picture(400, 400)[:300], "PHOTO_UNREADABLE"),
        (PERSON, picture(100, 400), "PHOTO_TOO_SMALL"),
        (PERSON, picture(9000, 6000, "PNG"), "PHOTO_TOO_LARGE"),
        (PERSON, picture(400, 400, "GIF"), "PHOTO_UNREADABLE"),
        (PERSON, b"x" * 10_050_000, "PHOTO_TOO_LARGE"),
        (PERSON, b"x" * 12_000_000, "BODY_TOO_LARGE"),
    ],
)
async def test_a_photo_that_cannot_serve_is_refused(bench: Bench, id_number: str, content: bytes, code: str) -> None:
    """Each with its own code, before anything is kept."""
    answer = await bench.http.put(
        "/v1/reference-photos",
        data={"id_number": id_number},
        files={"photo": ("photo.jpg", content, "image/jpeg")},
        headers=bench.as_role["hrss"],
    )
    assert answer.json()["code"] == code
    assert not list(bench.settings.blobs.rglob("*.sealed"))
