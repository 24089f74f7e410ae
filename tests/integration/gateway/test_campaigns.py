"""The annual plan: agencies announce, the joint group decides, and what lies outside is served and counted."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from schemas.burden import CampaignDecided
from tests.integration.gateway.burden_county import CAMPAIGNS, BurdenCounty, campaign
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.county import id_number, today


@pytest.fixture
async def county(bench: Bench) -> BurdenCounty:
    """Two agencies ask for one person in two windows."""
    county = BurdenCounty(bench)
    await county.joint_group()
    await county.two_windows(1)
    return county


async def stated(county: BurdenCounty, *items: dict[str, object], agency: str = "civil_affairs") -> list[str]:
    """States campaigns; their ids."""
    status, page = await county.post(agency, CAMPAIGNS, {"items": list(items)})
    assert status == 202, page
    return [one["campaign_id"] for one in page["items"]]


async def decided(county: BurdenCounty, campaign_id: str, **said: object) -> tuple[int, str]:
    """The joint group decides; status, and the state or why not."""
    status, answer = await county.post("joint_group", f"{CAMPAIGNS}/{campaign_id}/decision", said)
    return status, str(answer.get("state") or answer.get("code"))


async def test_a_campaign_is_stated_rejected_stated_again_and_accepted(county: BurdenCounty) -> None:
    """With a reason that the agency reads; each decision is a line of the audit log, once."""
    first = date(today().year + 1, 3, 1)
    (campaign_id,) = await stated(county, campaign(first, 60))
    assert await stated(county, campaign(first, 60)) == [campaign_id]
    assert await decided(county, campaign_id, accepted=False) == (422, "CAMPAIGN_REASON_MISSING")
    assert await decided(county, campaign_id, accepted=False, reason=f"见{id_number(1)}") == (422, "MALFORMED")
    for _ in range(2):
        assert await decided(county, campaign_id, accepted=False, reason="请与人社部门同期") == (200, "rejected")
    assert await decided(county, campaign_id, accepted=True) == (409, "CAMPAIGN_DECIDED")
    (read,) = (await county.get(county.bench.as_role["civil_affairs"], f"{CAMPAIGNS}?year={first.year}"))["items"]
    assert (read["state"], read["reason"], read["programme"]) == ("rejected", "请与人社部门同期", "senior_subsidy")
    await stated(county, campaign(first, 60))
    assert await decided(county, campaign_id, accepted=True) == (409, "CAMPAIGN_DECIDED"), "the same words ask nothing"
    await stated(county, campaign(first, 60, why="已与人社部门协商同期"))
    assert await decided(county, campaign_id, accepted=True) == (200, "accepted")
    await stated(county, campaign(first, 60, why="再次"))
    assert await decided(county, campaign_id, accepted=True) == (200, "accepted")
    told = [(topic, event) for topic, _, event in await county.bench.events() if isinstance(event, CampaignDecided)]
    assert [(topic, each.accepted, each.reason) for topic, each in told] == [
        ("request.notice.civil_affairs", False, "请与人社部门同期"),
        ("request.notice.civil_affairs", True, ""),
    ]
    assert await county.acts(("campaign.",)) == [("campaign.decided", "joint_group")] * 2


async def test_each_agency_states_and_sees_its_own(county: BurdenCounty) -> None:
    """The joint group sees all, page by page; nobody else decides."""
    first = date(today().year + 1, 3, 1)
    (subsidy,) = await stated(county, campaign(first, 60))
    await stated(county, campaign(first + timedelta(days=1), 60, programme="pension"), agency="hrss")
    own = await county.get(county.bench.as_role["hrss"], CAMPAIGNS)
    assert [one["programme"] for one in own["items"]] == ["pension"]
    group = county.bench.as_role["joint_group"]
    page = await county.get(group, f"{CAMPAIGNS}?state=proposed&limit=1")
    following = await county.get(group, f"{CAMPAIGNS}?state=proposed&limit=1&cursor={page['next_cursor']}")
    assert [one["agency"] for one in page["items"] + following["items"]] == ["civil_affairs", "hrss"]
    assert following["next_cursor"] is None
    for role in ("civil_affairs", "scheduler", "auditor"):
        assert (await county.post(role, f"{CAMPAIGNS}/{subsidy}/decision", {"accepted": True}))[0] == 403
    assert (await county.post("joint_group", CAMPAIGNS, {"items": [campaign(first, 1)]}))[0] == 403
    assert await decided(county, str(uuid4()), accepted=True) == (404, "CAMPAIGN_UNKNOWN")


async def test_a_plan_with_impossible_days_is_not_taken_in_at_all(county: BurdenCounty) -> None:
    """Neither the wrong campaign nor the right one beside it."""
    first = date(today().year + 1, 3, 1)
    for wrong in (campaign(first, -1), campaign(first, 367), campaign(first, 1) | {"year": first.year + 1}):
        status, answer = await county.post("hrss", CAMPAIGNS, {"items": [campaign(first, 30), wrong]})
        assert (status, answer["code"]) == (422, "CAMPAIGN_DAYS_INVALID")
    numbered = campaign(first, 1, why=id_number(1))
    assert (await county.post("hrss", CAMPAIGNS, {"items": [numbered]}))[1]["code"] == "MALFORMED"
    assert (await county.get(county.bench.as_role["hrss"], CAMPAIGNS))["items"] == []


async def test_what_is_off_the_plan_is_served_counted_and_can_be_approved_later(county: BurdenCounty) -> None:
    """From the county's first accepted campaign of the year on; a closed month stays, an open one follows."""
    month = await county.month()
    assert "off_plan" not in await county.counts(month), "the county has no plan"
    ((first, last),) = await county.bench.execute(
        "SELECT (statement #>> '{fields,window_start,1}')::date, (statement #>> '{fields,due_date,1}')::date"
        " FROM scheduler.request WHERE request_id = 'S-1'"
    )
    (other,) = await stated(county, campaign(first, 10, programme="family_planning"), agency="hrss")
    assert "off_plan" not in await county.counts(month)
    assert await decided(county, other, accepted=True) == (200, "accepted")
    assert (await county.counts(month))["off_plan"] == 1
    assert "off_plan" not in await county.counts(month, "hrss"), "the pension follows each person's own cycle"
    assert len(await county.visits(id_number(1))) == 2, "both are visited"
    (unforeseen,) = await stated(county, campaign(first, (last - first).days))
    assert (await county.counts(month))["off_plan"] == 1
    assert await decided(county, unforeseen, accepted=True) == (200, "accepted")
    assert "off_plan" not in await county.counts(month)


async def test_an_approval_after_the_closing_rewrites_nothing(county: BurdenCounty) -> None:
    """The letter was right when it was written."""
    month = await county.month()
    ((first, last),) = await county.bench.execute(
        "SELECT (statement #>> '{fields,window_start,1}')::date, (statement #>> '{fields,due_date,1}')::date"
        " FROM scheduler.request WHERE request_id = 'S-1'"
    )
    (other,) = await stated(county, campaign(first, 10, programme="family_planning"), agency="hrss")
    await decided(county, other, accepted=True)
    await county.close(month)
    (late,) = await stated(county, campaign(first, (last - first).days))
    assert await decided(county, late, accepted=True) == (200, "accepted")
    assert (await county.counts(month))["off_plan"] == 1


async def test_a_plan_comes_as_a_table_row_by_row(bench: Bench) -> None:
    """A bad row has its code and nothing of the rest is lost; the same table again, or the same campaign twice in it,
    changes nothing; another agency sees none of it."""
    heads = "项目,年度,开始日期,结束日期,依据"
    good, bad = "高龄津贴,2097,2097-03-01,2097-05-31,年度复核", "高龄津贴,2097,2097-13-01,2097-05-31,年度复核"
    content = "\n".join((heads, good, bad, good)).encode()
    headers = bench.as_role["hrss"] | {"Content-Type": "text/csv"}
    answers = [await bench.http.post("/v1/campaign-lists", content=content, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    first, second = (answer.json() for answer in answers)
    assert (first["rows"], first["taken"], first["refused"]) == (3, 2, 1)
    assert [row["code"] for row in first["items"]] == [None, "CAMPAIGN_ROW_DAYS", None]
    assert first["items"][0]["campaign"] == first["items"][2]["campaign"]
    listed = [await bench.http.get("/v1/campaigns", headers=bench.as_role[who]) for who in ("hrss", "civil_affairs")]
    assert [len(answer.json()["items"]) for answer in listed] == [1, 0]
    assert second["items"][0]["campaign"]["campaign_id"] == first["items"][0]["campaign"]["campaign_id"]
    for wrong, code in ((b"", "LIST_MISSING"), (b"a,b\n1,2", "CAMPAIGN_LIST_UNREADABLE")):
        refused = await bench.http.post("/v1/campaign-lists", content=wrong, headers=headers)
        assert refused.json()["code"] == code
    for kind in ("csv", "xlsx"):
        template = await bench.http.get(f"/v1/campaign-lists/template.{kind}", headers=bench.as_role["hrss"])
        assert template.status_code == 200 and template.content
