"""What belongs to one agency or to one village's phone, tried by another agency and another village's phone.

The routes are those of the code: each that serves agencies or phones is in a table below, so that a new one has to say
how it keeps them apart. People of another part of the county: `test_areas.py`; topics: `test_kafka_access.py`.
"""

import json
import sys
from collections.abc import Container, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.gateway.access.callers import Declared, Role, declarations
from services.gateway.access.sessions import COOKIE, PAGE_HEADER
from services.gateway.agencies.asked_rounds import ask_for_records
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench
from tests.integration.gateway.county import LIFE_EVENTS, day, id_number
from tests.integration.gateway.feedback_office import VOICE, FeedbackOffice, Report
from tests.integration.gateway.people import account, signed_in
from tests.integration.gateway.review_office import ReviewOffice
from tests.integration.gateway.test_lapses import climb

NAME, NUMBER, REQUEST, LAPSING = "欧阳秀英", id_number(1), "P-hrss-7", "L-hrss-7"
ANNOUNCEMENT = "/v1/visits/{visit_id}/announcement"
DEATH = {"kind": "deceased", "source": "agency", "request_id": REQUEST, "happened": {"day": "{lately}"}}
ITSELF = {
    ("DELETE", "/v1/session"),
    ("GET", "/v1/sessions"),
    ("DELETE", "/v1/sessions/{session_id}"),
    ("POST", "/v1/lists"),
    ("POST", "/v1/webhooks"),
    ("POST", "/v1/campaigns"),
    ("POST", "/v1/campaign-lists"),
    ("GET", "/v1/campaign-lists/template.csv"),
    ("GET", "/v1/campaign-lists/template.xlsx"),
    ("POST", "/v1/captures"),
    ("POST", "/v1/captures/"),
    ("OPTIONS", "/v1/captures/"),
    ("POST", "/v1/visitor-codes"),
}
"""Routes that name nothing that is there already, or only the caller's own session."""
ELSEWHERE = {
    ("POST", "/v1/alignment-proposals/{proposal_id}/answer"): "test_alignments.py",
    ("GET", "/v1/alignments/{alignment_id}"): "test_alignments.py",
    ("GET", "/v1/burden/{agency}/behind"): "test_burden.py",
    ("GET", "/v1/burden/{agency}/letters/{month}.pdf"): "test_burden.py",
    ("PUT", "/v1/feedback/{feedback_id}"): "test_feedback.py",
    ("POST", "/v1/life-event-lists"): "test_life_event_lists.py",
    ("POST", "/v1/record-check-lists"): "test_record_checks.py",
    ("DELETE", "/v1/captures/{uuid}"): "test_captures.py",
    ("HEAD", "/v1/captures/{uuid}"): "test_captures.py",
    ("PATCH", "/v1/captures/{uuid}"): "test_captures.py",
}
"""What needs a county of its own to be there."""
LISTED = {
    ("GET", f"/v1/{path}")
    for path in (
        *("alignment-proposals", "certificates", "deliveries", "lapses", "lapses/figures", "life-events", "receipts"),
        *(
            "delivery-ways",
            "receipts/unanswered",
            "visits",
            "webhooks",
            "captures",
            "today",
            "feedback",
            "own-feedback",
        ),
        *("burden", "burden/escalations", "campaigns"),
        *("record-checks", "record-check-lists/open.csv", "record-check-lists/open.xlsx"),
    )
}
"""What lists: it must name nothing of the other's."""
NAMED: dict[tuple[str, str], Any] = {
    ("POST", "/v1/appeals"): {"request_id": REQUEST, "appealed_by": "family", "ground": "same_person"},
    ("GET", "/v1/captures/{capture_id}"): None,
    ("POST", "/v1/certificates/{certificate_id}/revocation"): {"reason": "ISSUED_IN_ERROR"},
    ("GET", "/v1/certificates/{request_id}"): None,
    ("GET", "/v1/certificates/{request_id}.pdf"): None,
    ("GET", "/v1/feedback/{feedback_id}"): None,
    ("GET", "/v1/feedback/{feedback_id}/{medium}"): None,
    ("PUT", "/v1/feedback/{feedback_id}/{medium}"): None,
    ("POST", "/v1/feedback/{feedback_id}/answer"): {"version": 2, "text": "x"},
    ("POST", "/v1/feedback/{feedback_id}/giving-back"): {"version": 2, "reason": "x"},
    ("GET", "/v1/own-feedback/{feedback_id}/answer"): None,
    ("GET", "/v1/life-events/{life_event_id}"): None,
    ("POST", LIFE_EVENTS): DEATH,
    ("POST", "/v1/life-events/{life_event_id}/acknowledgement"): {"version": 1},
    ("POST", "/v1/life-events/{life_event_id}/confirmation"): {},
    ("POST", "/v1/life-events/{life_event_id}/correction"): {"happened": {"day": "{lately}"}},
    ("POST", "/v1/life-events/{life_event_id}/ending"): {"happened": {"day": "{lately}"}},
    ("POST", "/v1/lapses/{lapse_id}/close"): {"decision": "AGENCY_SUSPENDED"},
    ("GET", "/v1/lists/{list_id}"): None,
    ("DELETE", "/v1/requests/{request_id}"): None,
    ("GET", "/v1/requests/{request_id}"): None,
    ("PATCH", "/v1/requests/{request_id}"): {"due_date": "{soon}"},
    ("GET", "/v1/visits/{visit_id}"): None,
    ("PUT", "/v1/visits/{visit_id}/abilities"): {"abilities": ["stiff_neck"]},
    ("DELETE", ANNOUNCEMENT): None,
    ("POST", ANNOUNCEMENT): {"day": "{soon}"},
    ("POST", "/v1/visits/{visit_id}/challenge"): None,
    ("POST", "/v1/visits/{visit_id}/outcomes"): {
        "outcome_id": str(UUID(int=7)),
        "outcome": "not_at_home",
        "happened_at": "{now}",
        "legal_basis": "statutory_duty",
    },
    ("POST", "/v1/visits/{visit_id}/consent-withdrawal"): {
        "said_by": "person",
        "withdrawn_at": "{now}",
    },
    ("DELETE", "/v1/webhooks/{webhook_id}"): None,
    ("GET", "/v1/webhooks/{webhook_id}"): None,
    ("GET", "/v1/webhooks/{webhook_id}/deliveries"): None,
    ("POST", "/v1/webhooks/{webhook_id}/deliveries/{number}/resend"): None,
    ("POST", "/v1/webhooks/{webhook_id}/resume"): None,
    ("POST", "/v1/webhooks/{webhook_id}/secret"): None,
    ("POST", "/v1/webhooks/{webhook_id}/send-from"): {"after": 0},
    ("POST", "/v1/webhooks/{webhook_id}/stop"): None,
}
"""What names one that is the other's: there is none, or it is refused; nothing of it is told or changed."""
BY_PHONES: dict[tuple[str, str], Any] = {
    ("POST", "/v1/appeals"): {"visit_id": "{visit_id}", "appealed_by": "family", "ground": "same_person"},
    ("POST", LIFE_EVENTS): {
        "kind": "deceased",
        "source": "cadre",
        "visit_id": "{visit_id}",
        "happened": {"day": "{lately}"},
    },
}
"""The same where a phone names the visit, not a request."""
BATCHES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/v1/receipts"): {"items": [{"certificate_id": "{certificate_id}", "outcome": "accepted"}]},
    ("POST", "/v1/record-checks"): {"items": [{"request_id": REQUEST, "found": "deceased"}]},
    ("POST", "/v1/challenge-bundles"): {"visits": [{"visit_id": "{visit_id}"}]},
    ("POST", "/v1/evidence"): {
        "items": [
            {"request_id": REQUEST, "source": "clinic_visit", "happened_on": "{lately}", "acted_by": "person"},
        ]
    },
}
"""What names several: the batch is answered, each of the other's as unknown, and nothing is taken."""
BY_ID_NUMBER = {("PUT", "/v1/reference-photos")}
"""What an agency says of whoever has an ID number that it knows: the answer is the same whoever asks for the person."""


def of_today(text: str) -> str:
    """With moments around now for the names in braces, which the tables of this file leave open."""
    moments = {"now": datetime.now(UTC).isoformat(), "lately": day(-3), "soon": day(90)}
    for name, value in moments.items():
        text = text.replace(f"{{{name}}}", value)
    return text


@dataclass
class Foreign:
    """A county in which much of one agency and one village is there, and who tries it."""

    office: ReviewOffice
    of: dict[Role, dict[str, str]]
    officer: dict[str, str]
    """A person of that agency, signed in on a page."""
    ids: dict[str, str] = field(default_factory=dict)

    def fill(self, text: str) -> str:
        """With the other's ids for the names in braces."""
        text = of_today(text)
        for name, value in self.ids.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def told(self, answer: str, sent: str = "") -> list[str]:
        """What of the other's stands in an answer; what was sent is known already."""
        marks = {NAME, NUMBER, REQUEST, LAPSING, VILLAGE, *self.ids.values()} - {"1", "voice"}
        return [mark for mark in marks if mark in answer and mark not in sent]

    async def send(self, route: Declared, headers: dict[str, str], body: Any = None) -> tuple[httpx.Response, str]:
        """One try; the answer, and all that was sent."""
        path, body = self.fill(route.path), json.loads(self.fill(json.dumps(body)))
        assert "{" not in path, path
        answer = await self.office.bench.http.request(route.method, path, headers=headers, json=body)
        return answer, f"{path} {json.dumps(body, ensure_ascii=False)}"

    def callers(self, route: Declared, role: Role) -> list[dict[str, str]]:
        """Who tries a route in a role: the agency's program, and its people where they are served."""
        return [self.of[role], *([self.officer] if role is Role.AGENCY and route.by_officer else [])]

    def tries(self, table: Container[tuple[str, str]]) -> Iterator[tuple[Declared, Role]]:
        """Each route of a table with each role that it serves."""
        for each in declarations(self.office.bench.app):
            if (each.method, each.path) in table:
                yield from ((each, role) for role in (Role.AGENCY, Role.DEVICE) if role in (each.roles or ()))


@pytest.fixture
async def foreign(bench: Bench) -> Foreign:
    """hrss asks for somebody of a village, whose phone films her; she is certified and said to be dead. The cadre
    reports a problem, which is passed on to hrss."""
    office = ReviewOffice(bench)
    await office.ask(REQUEST, NUMBER, name=NAME)
    capture_id = await office.film(NUMBER)
    visit_id = await office.visit(NUMBER)
    made = await bench.http.post("/v1/webhooks", json={"url": "https://8.8.8.8/x"}, headers=bench.as_role["hrss"])
    assert made.status_code == 201, made.text
    ((list_id,),) = await bench.execute("SELECT list_id FROM gateway.list")
    await office.ask(LAPSING, id_number(2), name="张玉兰", first=day(-30), last=day(1))
    await climb(office)
    ((lapse_id,),) = await bench.execute("SELECT lapse_id FROM scheduler.lapse")
    feedback = FeedbackOffice(bench)
    report = await feedback.report(await office.phone(VILLAGE), Report(voice=VOICE))
    await feedback.passed_on(report, "hrss")
    ids = {
        "feedback_id": str(report.feedback_id),
        "medium": "voice",
        "capture_id": str(capture_id),
        "visit_id": str(visit_id),
        "certificate_id": str(await bench.issue("hrss", REQUEST, visit_id)),
        "webhook_id": made.json()["webhook"]["webhook_id"],
        "list_id": str(list_id),
        "lapse_id": str(lapse_id),
        "number": "1",
        "request_id": REQUEST,
        "life_event_id": (
            await office.move(bench.as_role["hrss"], LIFE_EVENTS, json.loads(of_today(json.dumps(DEATH))))
        )["life_event_id"],
    }
    await ask_for_records(bench.door)
    phone = await office.phone(OTHER_VILLAGE, cadre="C009")
    async with AsyncExitStack() as stack:
        page = await signed_in(bench, stack, await account(bench, "agency", agency="civil_affairs"))
        officer = {"Cookie": f"{COOKIE}={page.cookies[COOKIE]}", PAGE_HEADER: "staff"}
    of = {Role.AGENCY: bench.as_role["civil_affairs"], Role.DEVICE: phone.headers}
    return Foreign(office, of, officer, ids)


def test_every_route_of_agencies_and_phones_is_in_a_table(bench: Bench) -> None:
    """Whoever adds one says here how it keeps them apart."""
    tables = {*ITSELF, *ELSEWHERE, *LISTED, *NAMED, *BATCHES, *BY_ID_NUMBER}
    assert tables == {
        (each.method, each.path)
        for each in declarations(bench.app)
        if {Role.AGENCY, Role.DEVICE} & set(each.roles or ())
    }


async def test_another_agency_and_another_phone_get_nothing(
    foreign: Foreign, capsys: pytest.CaptureFixture[str]
) -> None:
    """Lists do not name it, its id is unknown or refused, batches refuse it; nothing is sent on to anybody."""
    bench = foreign.office.bench
    before = await bench.execute("SELECT count(*) FROM platform.outbox")
    tries, reads = 0, []
    for each, role in foreign.tries({*LISTED, *NAMED, *BATCHES}):
        route = (each.method, each.path)
        bodies = {**NAMED, **BATCHES} | (BY_PHONES if role is Role.DEVICE else {})
        body = bodies.get(route)
        for headers in foreign.callers(each, role):
            answer, sent = await foreign.send(each, headers, body)
            tries += 1
            expected = {403, 404} if route in NAMED else {200, 201, 202}
            if answer.status_code not in expected or foreign.told(answer.text, sent):
                reads.append((each.method, each.path, role.value, answer.status_code, answer.text[:300]))
            elif route in BATCHES:
                assert 'taken":true' not in answer.text
    assert await bench.execute("SELECT count(*) FROM platform.outbox") == before
    with capsys.disabled():
        sys.stdout.write(f"\ncross reads: {len(reads)} of {tries} tries\n")
    assert not reads, reads
    assert tries >= len({*LISTED, *NAMED, *BATCHES})


async def test_whoever_it_belongs_to_gets_it(foreign: Foreign) -> None:
    """So that the test above can fail: the same addresses answer their owner with what is there."""
    bench = foreign.office.bench
    owner = bench.as_role["hrss"]
    read = 0
    for each, role in foreign.tries({route for route in NAMED if route[0] == "GET"}):
        if role is not Role.AGENCY or each.path.endswith(".pdf"):
            continue
        answer, _ = await foreign.send(each, owner)
        assert answer.status_code == 200, (each, answer.text)
        read += 1
    assert read >= 5
    for path in ("certificates", "lapses", "life-events", "visits?status=paused", "webhooks", "record-checks"):
        assert foreign.told((await bench.http.get(f"/v1/{path}", headers=owner)).text), path
