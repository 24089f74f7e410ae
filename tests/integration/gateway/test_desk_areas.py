"""The desk as a scheduler of one village sees it: his cadre and his people, and nobody of the next village."""

from contextlib import AsyncExitStack
from io import BytesIO

from python_calamine import CalamineWorkbook

from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench
from tests.integration.gateway.county import id_number
from tests.integration.gateway.desk_county import opened_desk
from tests.integration.gateway.people import account, signed_in


async def test_board_files_and_sheets_are_of_the_own_part(bench: Bench) -> None:
    """The other cadre, his villages and his people are in none of them; for the whole county they are; the plan is
    published for the whole county alone. What he changes: `test_desk_parts.py`."""
    async with opened_desk(bench) as desk, AsyncExitStack() as browsers:
        await desk.county.ask("P-1", id_number(1), name="王秀英", village=VILLAGE)
        await desk.county.ask("P-2", id_number(2), name="李大山", village=OTHER_VILLAGE)
        await desk.make_plan()
        whole = await desk.board()
        assert {each["cadre_id"] for each in whole["cadres"]} == {"C001", "C002"}
        page = await signed_in(bench, browsers, await account(bench, "scheduler", VILLAGE))
        board = await page.get("/v1/desk/board")
        foreign = ("李大山", "C002", "张建华", OTHER_VILLAGE, str(await desk.county.visit(id_number(2))))
        assert [mark for mark in foreign if mark in board.text] == []
        assert "王秀英" in board.text
        assert board.json()["totals"] != whole["totals"]
        csv = (await page.get("/v1/desk/plan.csv")).content.decode("utf-8-sig")
        assert ("王秀英" in csv, "李大山" in csv) == (True, False)
        sheet = CalamineWorkbook.from_filelike(BytesIO((await page.get("/v1/desk/plan.xlsx")).content))
        cells = str(sheet.get_sheet_by_index(0).to_python())
        assert ("王秀英" in cells, "李大山" in cells) == (True, False)
        days = sorted({route["day"] for route in whole["routes"]})
        for cadre, status in (("C001", 200), ("C002", 404)):
            printed = await page.get("/v1/desk/route-sheet.pdf", params={"cadre_id": cadre, "day": days})
            assert printed.status_code == status, cadre
        for cadre, status in (("C001", 201), ("C002", 403), ("C003", 403)):
            order = {"cadre_id": cadre, "cadre_name": "李卫国", "village_codes": [VILLAGE]}
            offered = await page.post("/v1/device-enrolments", json=order)
            assert offered.status_code == status, "a phone gets what the plan gives to its cadre"
        assert (await page.post("/v1/desk/publish", json={"version": 1})).json()["code"] == "AREA_NOT_SERVED"
