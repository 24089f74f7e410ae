"""A page reads what has changed since it read last and merges it (web/desk/model/merge.js): that is the whole board."""

import json
import subprocess
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from services.platform.sealing import key_id_of
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench
from tests.integration.gateway.county import id_number, today
from tests.integration.gateway.desk_county import opened_desk, stops
from tests.integration.gateway.people import account, signed_in
from tests.integration.gateway.test_audit import read_log
from tests.integration.gateway.test_desk import free_half_day
from tests.structure.source import ROOT

MERGE = """
import { readFileSync } from "node:fs";
const { merged } = await import(process.argv[1]);
const boards = [];
for (const said of JSON.parse(readFileSync(0, "utf-8"))) boards.push(merged(boards.at(-1) ?? null, said));
console.log(JSON.stringify(boards));
"""
"""Merges what the door has said, one after the other, as the page does."""


@dataclass
class Page:
    """A page that is open while others work."""

    http: httpx.AsyncClient
    headers: dict[str, str]
    read: list[dict[str, Any]] = field(default_factory=list)
    """What the door has said: the whole, then what has changed each time."""
    whole: list[dict[str, Any]] = field(default_factory=list)
    """The whole board each time."""

    async def look(self) -> list[str]:
        """Reads what has changed since, and the whole beside it; whose parts came."""
        since = {"since": str(self.read[-1]["revision"])} if self.read else {}
        for query, found in ((since, self.read), ({}, self.whole)):
            answer = await self.http.get("/v1/desk/board", params=query, headers=self.headers)
            assert answer.status_code == 200, answer.text
            found.append(answer.json())
        changed: list[str] = self.read[-1]["changed"]
        return changed

    def merged(self) -> list[dict[str, Any]]:
        """The boards that the page has had, by its own code."""
        command = ["node", "--input-type=module", "-e", MERGE, str(ROOT / "web/desk/model/merge.js")]
        done = subprocess.run(command, input=json.dumps(self.read), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        boards: list[dict[str, Any]] = json.loads(done.stdout)
        return boards


def shown(board: dict[str, Any]) -> dict[str, Any]:
    """The board without the moment at which it was read, and whose parts came."""
    return {name: value for name, value in board.items() if name not in ("as_of", "changed")}


async def test_what_has_changed_makes_the_whole_board(bench: Bench) -> None:
    """Through a morning of two schedulers, one of the county and one of a village: a move, publishing, told days, a
    late request, a leave, a new plan, a cadre less. Nothing of the next village comes to the latter, and names are
    opened of whom something came."""
    async with opened_desk(bench) as desk, AsyncExitStack() as browsers:
        await desk.people(1, 2, 3)
        await desk.people(4, 5, village=OTHER_VILLAGE)
        await desk.make_plan()
        county = Page(bench.http, desk.headers)
        village = Page(await signed_in(bench, browsers, await account(bench, "scheduler", VILLAGE)), {})

        async def both() -> tuple[list[str], list[str]]:
            await desk.board()  # nothing waits to be mended
            return await county.look(), await village.look()

        assert await both() == (["", "C001", "C002"], ["C001"])
        assert await both() == ([], [])
        version = county.whole[-1]["version"]
        _, stop = stops(county.whole[-1], "C002")[0]
        to = free_half_day(county.whole[-1], "C002")
        order = {"version": version, "visit_ids": stop["visit_ids"], "to": to}
        assert (await desk.post("moves", order))["applied"]
        begun = len(await read_log(bench))
        revision = county.read[-1]["revision"]
        await bench.http.get(f"/v1/desk/board?since={revision}", headers=desk.headers)
        (line,) = (await read_log(bench))[begun:]
        theirs = {str(key_id_of(desk.county.person(id_number(number)))) for number in (4, 5)}
        assert set(line["keys"]) == theirs
        assert await both() == (["C002"], [])
        await desk.post("publish", {"version": version + 1, "told_until": str(today() + timedelta(60))})
        assert await both() == (["C001", "C002"], ["C001"])
        await desk.county.fold()
        assert (await both())[1] == ["C001"], "the days that were told are seen, though the plan is the same"
        assert all(each["announced_on"] for _, each in stops(village.whole[-1]))
        await desk.people(6)
        await both()
        (cadre,) = [each for each in county.whole[-1]["cadres"] if each["cadre_id"] == "C001"]
        leave = {**cadre, "days_off": [route["day"] for route, _ in stops(county.whole[-1], "C001")][:1]}
        put = await bench.http.put("/v1/desk/cadres/C001", json=leave, headers=desk.headers)
        assert put.status_code == 200, put.text
        assert (await both())[1] == ["C001"]
        await desk.make_plan()
        await both()
        gone = await bench.http.delete("/v1/desk/cadres/C002", headers=desk.headers)
        assert gone.status_code == 204
        await both()
        assert county.read[-1]["parts"] == ["", "C001"]
        for page in (county, village):
            assert [shown(board) for board in page.merged()] == [shown(board) for board in page.whole]
        foreign = ["C002", OTHER_VILLAGE, *[str(await desk.county.visit(id_number(number))) for number in (4, 5)]]
        assert [mark for mark in foreign if mark in json.dumps(village.read)] == []
        later = {"since": str(county.read[-1]["revision"] + 1)}
        answer = (await bench.http.get("/v1/desk/board", params=later, headers=desk.headers)).json()
        assert answer["changed"] == answer["parts"], "a revision of another database: everything comes"
