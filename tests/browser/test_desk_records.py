"""What agencies hold against a visit in their own records, on the desk's page as on the phone and the route sheet."""

from uuid import UUID

import pytest
from playwright.async_api import Page, expect

from services.gateway.domain.receipts import ReceiptPolicy
from services.gateway.domain.record_checks import RecordCheckPolicy
from tests.browser.conftest import lacking
from tests.browser.desk_county import DeskCounty
from tests.browser.desk_page import Board, county, database, desk, go, make_settings
from tests.browser.test_desk import SIZES, SMALL_SIZE, look
from tests.browser.test_desk_order import LEAST_STOPS
from tests.browser.test_screens import AXE

__all__ = ["county", "database", "desk", "make_settings"]
pytestmark = pytest.mark.timeout(600)


async def test_the_stops_of_a_half_day_say_what_agencies_hold_against_a_visit(desk: Page, county: DeskCounty) -> None:
    """In the language of the page: who found what, and who has not looked; nothing where the record agrees; the plan
    stays as it is. Looked at on a screen and on a phone."""
    if not AXE.is_file():
        lacking("axe-core")
    bench, board = county.bench, Board(county.bench)
    checks = RecordCheckPolicy(agencies=frozenset({"hrss"}), ahead_days=60)
    object.__setattr__(bench.door, "receipts", ReceiptPolicy(record_checks=checks))
    route = next(each for each in (await board.read())["routes"] if len(each["stops"]) >= LEAST_STOPS)
    visits = [UUID(stop["people"][0]["visit_id"]) for stop in route["stops"][:LEAST_STOPS]]
    asked = dict(
        await bench.execute(
            "SELECT visit_id, r ->> 'request_id' FROM scheduler.visit CROSS JOIN jsonb_array_elements(requests) AS r"
            " WHERE r ->> 'agency' = 'hrss' AND visit_id = ANY(%s)",
            (visits,),
        )
    )
    items = [
        {"request_id": asked[visit], "found": found}
        for visit, found in zip(visits, ("deceased", "name_differs", "found"), strict=True)
    ]
    version = (await board.read())["version"]
    answer = await bench.http.post("/v1/record-checks", json={"items": items}, headers=bench.as_role["hrss"])
    assert answer.json()["taken"] == LEAST_STOPS
    await desk.reload()
    found: dict[str, list[str]] = {}
    for language, dead, other in (("zh", "已去世", "姓名不同"), ("en", "has died", "Another name")):
        if language == "en":
            await desk.locator("header button[lang=en]").click()
        await go(desk, f"board?show=cadre:{route['cadre_id']},day:{route['day']},half:{route['half_day']}")
        notes = [desk.locator(f".drawer [data-stop='{visit}'] .record") for visit in visits]
        await expect(notes[0].and_(desk.locator(".bad"))).to_contain_text(dead)
        await expect(notes[1].and_(desk.locator(".bad"))).to_contain_text(other)
        await expect(notes[2].and_(desk.locator(".bad"))).to_have_count(0)
        for width, height in (SIZES[1], SMALL_SIZE):
            await desk.set_viewport_size({"width": width, "height": height})
            await notes[0].first.scroll_into_view_if_needed()
            await look(desk, f"records-{width}-{language}", found)
    await bench.execute(
        "INSERT INTO gateway.lost_capture VALUES (gen_random_uuid(), %s, gen_random_uuid(), NULL, now(), now())",
        (visits[2],),
    )
    await desk.reload()
    await go(desk, f"board?show=cadre:{route['cadre_id']},day:{route['day']},half:{route['half_day']}")
    lost = desk.locator(f".drawer [data-stop='{visits[2]}'] .record.bad")
    await expect(lost).to_contain_text("lost this recording")
    await lost.scroll_into_view_if_needed()
    await look(desk, "records-lost-en", found)
    assert found == {}
    assert (await board.read())["version"] == version
