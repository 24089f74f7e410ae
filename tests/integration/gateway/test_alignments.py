"""The joint group asks which windows to align; agencies answer, each for itself; nobody else has a say."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest

from schemas.alignment import AlignmentAsked, ProposalAnswered
from schemas.base import Event
from services.gateway.access.callers import Role
from services.gateway.access.enrolment import enrol_client
from services.platform.ledger import Transaction
from services.scheduler.alignment import Alignment
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.county import County, day, id_number
from tests.integration.gateway.test_access_command import onevisit

ALIGNMENTS, PROPOSALS = "/v1/alignments", "/v1/alignment-proposals"
LIMITS: dict[str, Any] = {
    "max_days": 14,
    "limits": {
        programme: {"max_days_earlier": 3, "max_days_later": 3} for programme in ("senior_subsidy", "family_planning")
    },
}
"""Each agency alone may move three days only, and five are needed."""


class Group(County):
    """The county with a joint group; alignment is folded as the scheduler's runner does."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.readers.pop("alignment", None)
        self.alignment = Alignment()
        self.seen = 0

    async def think(self) -> None:
        """Lets the scheduler look at what was asked and answered, and at what follows from it."""
        events = [event for topic, _, event in await self.bench.events() if topic == "alignment"]
        for event in events[self.seen :]:
            await self.alignment.prepare(self.bench.door.pool, [event])
            async with self.bench.door.pool.connection() as connection, connection.transaction():
                transaction = Transaction(connection, "/test")
                await self.alignment.fold(transaction, [event])
                await transaction.flush()
        self.seen = len(events)
        await self.fold()

    async def asked(self, role: str = "joint_group", **order: Any) -> str:
        """Asks, and lets the scheduler answer."""
        taken = await self.move(self.bench.as_role[role], ALIGNMENTS, LIMITS | order)
        await self.think()
        return str(taken["alignment_id"])

    async def waiting(self, agency: str) -> list[dict[str, Any]]:
        """What waits for an agency's answer."""
        items: list[dict[str, Any]] = (await self.get(self.bench.as_role[agency], PROPOSALS))["items"]
        return items

    async def answer(self, agency: str, proposal_id: str, accepted: bool = True) -> dict[str, Any]:
        """An agency answers, and the scheduler reads it."""
        path = f"{PROPOSALS}/{proposal_id}/answer"
        taken = await self.move(self.bench.as_role[agency], path, {"accepted": accepted})
        await self.think()
        return taken

    async def sent(self, kind: type[Event]) -> list[Event]:
        """What the door has sent of a kind."""
        return [event for _, _, event in await self.bench.events() if isinstance(event, kind)]


@pytest.fixture
async def group(bench: Bench) -> Group:
    """Three people; civil affairs asks until day 10, health from day 15 on."""
    async with bench.door.pool.connection() as connection:
        for name, role, agency in (
            ("joint_group", Role.JOINT_GROUP, None),
            ("health", Role.AGENCY, "health"),
        ):
            made = await enrol_client(connection, role, agency=agency)
            form = {"grant_type": "client_credentials", **vars(made)}
            await connection.commit()
            answer = await bench.http.post("/v1/token", data=form)
            bench.as_role[name] = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    group = Group(bench)
    for number in range(1, 4):
        who = id_number(number)
        await group.ask(
            f"S-{number}", who, agency="civil_affairs", programme="senior_subsidy", first=day(1), last=day(10)
        )
        await group.ask(f"F-{number}", who, agency="health", programme="family_planning", first=day(15), last=day(40))
    await group.ask("P-1", id_number(1), agency="hrss", first=day(100), last=day(120))
    return group


async def test_asked_answered_applied(group: Group) -> None:
    """The joint group sees the table, both agencies accept, and three visits are fewer."""
    as_role = group.bench.as_role
    taken = await group.move(as_role["joint_group"], ALIGNMENTS, LIMITS)
    path = f"{ALIGNMENTS}/{taken['alignment_id']}"
    early = await group.get(as_role["joint_group"], path)
    assert (early["found_at"], early["visits"], early["proposals"]) == (None, None, [])
    await group.think()
    found = await group.get(as_role["joint_group"], path)
    assert (found["requests"], found["people"], found["visits"]) == (7, 3, 7)
    assert [(c["agency"], c["fixed"]) for c in found["campaigns"]] == [
        ("civil_affairs", None),
        ("health", None),
        ("hrss", "ALIGN_FIXED_BY_RULE"),
    ]
    proposal = found["proposals"][0]
    assert (proposal["visits_saved"], proposal["days"], proposal["waits_for"]) == (3, 5, ["civil_affairs", "health"])
    before = [len(await group.visits(id_number(number))) for number in (1, 2, 3)]
    await group.answer("health", proposal["proposal_id"])
    half = (await group.get(as_role["joint_group"], path))["proposals"][0]
    assert (half["state"], half["waits_for"]) == ("proposed", ["civil_affairs"])
    assert [(a["agency"], a["accepted"]) for a in half["answers"]] == [("health", True)]
    assert [len(await group.visits(id_number(number))) for number in (1, 2, 3)] == before == [3, 2, 2]
    await group.answer("civil_affairs", proposal["proposal_id"])
    assert (await group.get(as_role["joint_group"], path))["proposals"][0]["state"] == "applied"
    assert [len(await group.visits(id_number(number))) for number in (1, 2, 3)] == [2, 1, 1]
    state = await group.get(as_role["health"], "/v1/requests/F-1")
    assert (state["window_start"] <= day(15), state["due_date"] >= day(40)) == (True, True)


@pytest.mark.parametrize("role", ["hrss", "reviewer", "auditor", "admin", "phone"])
async def test_only_the_joint_group_and_schedulers_ask(group: Group, role: str) -> None:
    """Nobody else starts a search."""
    headers = (await group.phone()).headers if role == "phone" else group.bench.as_role[role]
    assert await group.refused(headers, ALIGNMENTS, LIMITS) == (403, "ROLE_NOT_ALLOWED")


@pytest.mark.parametrize("role", ["joint_group", "scheduler", "auditor", "reviewer", "admin"])
async def test_only_an_agency_answers(group: Group, role: str) -> None:
    """The joint group proposes and cannot accept, nor see what waits for an agency."""
    await group.asked()
    (proposal_id, *_) = [proposal["proposal_id"] for proposal in await group.waiting("health")]
    path = f"{PROPOSALS}/{proposal_id}/answer"
    assert await group.refused(group.bench.as_role[role], path, {"accepted": True}) == (403, "ROLE_NOT_ALLOWED")
    seen = await group.bench.http.get(PROPOSALS, headers=group.bench.as_role[role])
    assert seen.status_code == 403


@pytest.mark.parametrize("path", ["/v1/visits", "/v1/identity-questions", "/v1/life-events", "/v1/requests/P-1"])
async def test_the_joint_group_sees_no_person(group: Group, path: str) -> None:
    """It sees campaigns and counts."""
    answer = await group.bench.http.get(path, headers=group.bench.as_role["joint_group"])
    assert (answer.status_code, answer.json()["code"]) == (403, "ROLE_NOT_ALLOWED")


async def test_an_agency_sees_and_answers_what_concerns_it(group: Group) -> None:
    """The pension office, whose windows stay, sees nothing of it and cannot accept for the others."""
    alignment_id = await group.asked("scheduler")
    as_role = group.bench.as_role
    mine = await group.get(as_role["health"], f"{ALIGNMENTS}/{alignment_id}")
    assert {campaign["agency"] for campaign in mine["campaigns"]} == {"health"}
    assert all("health" in proposal["agencies"] for proposal in mine["proposals"])
    assert (await group.get(as_role["auditor"], f"{ALIGNMENTS}/{alignment_id}"))["proposals"]
    hidden = await group.bench.http.get(f"{ALIGNMENTS}/{alignment_id}", headers=as_role["hrss"])
    assert (hidden.status_code, hidden.json()["code"]) == (404, "ALIGNMENT_UNKNOWN")
    assert await group.waiting("hrss") == []
    path = f"{PROPOSALS}/{mine['proposals'][0]['proposal_id']}/answer"
    assert await group.refused(as_role["hrss"], path, {"accepted": True}) == (404, "PROPOSAL_UNKNOWN")


async def test_an_answer_stands_and_said_again_is_said_once(group: Group) -> None:
    """The same again has the same moment and sends nothing; another one is refused; it no longer waits."""
    await group.asked()
    health = group.bench.as_role["health"]
    proposals = await group.waiting("health")
    path = f"{PROPOSALS}/{proposals[0]['proposal_id']}/answer"
    once = await group.move(health, path, {"accepted": False, "reason": "通知已印发"})
    assert await group.move(health, path, {"accepted": False}) == once
    assert await group.refused(health, path, {"accepted": True}) == (409, "PROPOSAL_ALREADY_ANSWERED")
    (event,) = await group.sent(ProposalAnswered)
    assert isinstance(event, ProposalAnswered)
    assert (event.agency, event.accepted, event.reason) == ("health", False, "通知已印发")
    assert len(await group.waiting("health")) == len(proposals) - 1
    await group.think()
    assert await group.refused(group.bench.as_role["civil_affairs"], path, {"accepted": True}) == (
        409,
        "PROPOSAL_SETTLED",
    )


async def test_a_question_with_the_same_key_is_asked_once(group: Group) -> None:
    """A client that lost the answer asks again; without a key, or by somebody else, it is another question."""
    joint, scheduler = group.bench.as_role["joint_group"], group.bench.as_role["scheduler"]

    async def ask(headers: Mapping[str, str], key: str | None) -> str:
        with_key = {**headers, "Idempotency-Key": key} if key else dict(headers)
        return str((await group.move(with_key, ALIGNMENTS, LIMITS))["alignment_id"])

    ids = [await ask(joint, "a"), await ask(joint, "a"), await ask(scheduler, "a"), await ask(joint, None)]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    events = await group.sent(AlignmentAsked)
    assert [str(event.alignment_id) for event in events if isinstance(event, AlignmentAsked)] == [ids[0], *ids[2:]]


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"max_days": 0}, "MALFORMED"),
        ({"max_days": 61}, "MALFORMED"),
        ({"save": "money"}, "MALFORMED"),
        ({"by": "street"}, "MALFORMED"),
        ({"limits": {"pension": {"max_days_earlier": -1, "max_days_later": 0}}}, "MALFORMED"),
        ({"limits": {"pension": {"max_days_earlier": 1}}}, "MALFORMED"),
        ({"apply": True}, "MALFORMED"),
        ({"as_of": "2026-01-01"}, "ALIGNMENT_DAY_PAST"),
    ],
)
async def test_a_question_that_is_none_is_refused(group: Group, order: dict[str, Any], code: str) -> None:
    """With a code, and nothing is sent."""
    assert await group.refused(group.bench.as_role["joint_group"], ALIGNMENTS, order) == (422, code)


@pytest.mark.parametrize(
    "body",
    [{}, {"accepted": None}, {"accepted": "yes"}, {"accepted": 1}, {"accepted": True, "reason": f"见{id_number(7)}"}],
)
async def test_an_answer_that_is_none_is_refused(group: Group, body: dict[str, Any]) -> None:
    """Neither yes nor no, or a reason with somebody's ID number in it, which is not repeated."""
    await group.asked()
    proposal_id = (await group.waiting("health"))[0]["proposal_id"]
    path = f"{PROPOSALS}/{proposal_id}/answer"
    assert await group.refused(group.bench.as_role["health"], path, body) == (422, "MALFORMED")
    answer = await group.bench.http.post(path, json=body, headers=group.bench.as_role["health"])
    assert id_number(7) not in answer.text


async def test_what_is_not_there_is_unknown(group: Group) -> None:
    """Whether it never was or is somebody else's."""
    path = f"{ALIGNMENTS}/{uuid4()}"
    answer = await group.bench.http.get(path, headers=group.bench.as_role["joint_group"])
    assert (answer.status_code, answer.json()["code"]) == (404, "ALIGNMENT_UNKNOWN")
    path = f"{PROPOSALS}/{uuid4()}/answer"
    assert await group.refused(group.bench.as_role["health"], path, {"accepted": True}) == (404, "PROPOSAL_UNKNOWN")


async def test_limits_only_narrow_the_countys_rules(group: Group) -> None:
    """The pension stays however far the joint group would let it move; the others move no further than asked."""
    wide = {"max_days_earlier": 60, "max_days_later": 60}
    alignment_id = await group.asked(max_days=60, limits={"pension": wide, "family_planning": wide})
    found = await group.get(group.bench.as_role["joint_group"], f"{ALIGNMENTS}/{alignment_id}")
    limits = {c["programme"]: (c["max_days_earlier"], c["max_days_later"]) for c in found["campaigns"]}
    assert limits == {"pension": (0, 0), "family_planning": (30, 30), "senior_subsidy": (30, 30)}


async def test_pages_of_proposals_leave_none_out(group: Group) -> None:
    """By the cursor every waiting proposal comes once."""
    for _ in range(3):
        await group.asked(limits={})
    all_ids = {proposal["proposal_id"] for proposal in await group.waiting("health")}
    seen: list[str] = []
    cursor = ""
    while True:
        page = await group.get(group.bench.as_role["health"], f"{PROPOSALS}?limit=1{cursor}")
        seen += [str(UUID(item["proposal_id"])) for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) >= 3
    assert set(seen) == all_ids


async def test_the_operator_lets_the_joint_group_in(group: Group) -> None:
    """With the command for staff, like any other role; what it prints opens the door."""
    bench = group.bench
    printed = (await onevisit(bench, "staff", "--role", "joint_group", "--name", "联合认证工作组", "--json")).stdout
    answer = await bench.http.post("/v1/token", data={"grant_type": "client_credentials", **json.loads(printed)})
    bench.as_role["new"] = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    alignment_id = await group.asked("new")
    assert (await group.get(bench.as_role["new"], f"{ALIGNMENTS}/{alignment_id}"))["proposals"]
