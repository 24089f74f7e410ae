"""A county whose agencies cause burden, with its joint group, and months that are closed at a moment of the test's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pypdfium2
import pytest

from services.gateway.access.callers import Role
from services.gateway.access.enrolment import enrol_client
from services.gateway.burden.closing import close_months
from services.gateway.domain.burden_months import closes_on, month_after
from services.platform import secrets
from services.platform.settings import Settings
from tests.integration.gateway.county import County, day, id_number

RULES = "fewest_people = 1\nletter_from = 1\n"
"""As few people as a test has are ranked."""
BURDEN, CAMPAIGNS, ESCALATIONS = "/v1/burden", "/v1/campaigns", "/v1/burden/escalations"


@pytest.fixture
def make_settings(database: str, tmp_path: Path) -> Callable[[], Settings]:
    """With rules of the county's own."""

    def make() -> Settings:
        rules = tmp_path / "burden.toml"
        rules.write_text(RULES, encoding="utf-8")
        settings = Settings(database=database, var=tmp_path / "var", burden=rules)
        secrets.make_missing(settings.secrets)
        return settings

    return make


@dataclass
class BurdenCounty(County):
    """hrss asks for somebody for ten days; civil affairs ten days later, so that one visit cannot answer both."""

    async def joint_group(self, name: str = "joint_group") -> None:
        """One more account of the joint group, as this role."""
        bench = self.bench
        async with await psycopg.AsyncConnection.connect(bench.settings.database) as connection:
            made = await enrol_client(connection, Role.JOINT_GROUP)
        answer = await bench.http.post("/v1/token", data={"grant_type": "client_credentials", **vars(made)})
        bench.as_role[name] = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    async def two_windows(self, number: int) -> None:
        """Both ask for one person, whose windows lie apart."""
        who = id_number(number)
        await self.ask(f"P-{number}", who, first=day(0), last=day(10))
        await self.ask(
            f"S-{number}",
            who,
            agency="civil_affairs",
            programme="senior_subsidy",
            first=day(20),
            last=day(60),
        )

    async def month(self) -> date:
        """The month in which the first request was made, as the door has noted it."""
        ((asked_on,),) = await self.bench.execute(
            "SELECT min(((statement ->> 'stated_at')::timestamptz AT TIME ZONE 'Asia/Shanghai')::date)"
            " FROM scheduler.request"
        )
        first: date = asked_on.replace(day=1)
        return first

    async def move_to(self, request_id: str, month: date, *, on: int = 5) -> None:
        """As if a request had been made on a day of another month."""
        moment = datetime(month.year, month.month, on, 2, tzinfo=UTC).isoformat(timespec="microseconds")
        await self.bench.execute(
            "UPDATE scheduler.request SET statement = jsonb_set(statement, '{stated_at}', to_jsonb(%s::text))"
            " WHERE request_id = %s",
            (moment, request_id),
        )

    async def close(self, month: date) -> list[date]:
        """Closes months as on the first day on which this one can be closed."""
        on = closes_on(month, self.bench.door.burden.close_after_days)
        noon = datetime(on.year, on.month, on.day, 4, tzinfo=UTC)
        return await close_months(self.bench.door, now=noon)

    async def row(self, month: date, agency: str = "civil_affairs", role: str = "joint_group") -> dict[str, Any]:
        """How an agency stands."""
        found = await self.get(self.bench.as_role[role], f"{BURDEN}?month={month:%Y-%m}")
        return next(one for one in found["agencies"] if one["agency"] == agency)

    async def counts(self, month: date, agency: str = "civil_affairs") -> dict[str, float]:
        """Its components that are not zero."""
        row = await self.row(month, agency)
        return {one["component"]: one["count"] for one in row["components"] if one["count"]}

    async def behind(
        self, month: date, component: str, agency: str = "civil_affairs", role: str = "auditor"
    ) -> list[Any]:
        """What lies behind a number, read page by page."""
        path = f"{BURDEN}/{agency}/behind?month={month:%Y-%m}&component={component}&limit=1"
        items, after = [], 0
        while True:
            page = await self.get(self.bench.as_role[role], f"{path}&after={after}")
            items += page["items"]
            after = page["next_after"]
            if not page["more"]:
                return items

    async def post(self, role: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """Posts; status and answer."""
        answer = await self.bench.http.post(path, json=body, headers=self.bench.as_role[role])
        return answer.status_code, answer.json()

    async def letter(self, role: str, month: date, agency: str = "civil_affairs") -> tuple[int, str]:
        """The letter's text, or why there is none."""
        path = f"{BURDEN}/{agency}/letters/{month:%Y-%m}.pdf"
        answer = await self.bench.http.get(path, headers=self.bench.as_role[role])
        if answer.status_code != 200:
            return answer.status_code, answer.json()["code"]
        document = pypdfium2.PdfDocument(answer.content)
        assert len(document) == 1
        text = "".join(document[0].get_textpage().get_text_range().split())
        document.close()
        return 200, text

    async def acts(self, beginning: tuple[str, ...]) -> list[tuple[str, str]]:
        """Acts of the audit log that begin so, with the role."""
        found = await self.bench.execute(
            "SELECT line::jsonb ->> 'act', line::jsonb ->> 'role' FROM platform.audit ORDER BY number"
        )
        return [(act, role) for act, role in found if act.startswith(beginning)]


async def three_months(county: BurdenCounty) -> list[date]:
    """Civil affairs has a letter in three months in a row, which are closed."""
    for number in (2, 3):
        await county.two_windows(number)
    months = months_from(await county.month(), 3)
    for number, month in enumerate(months, 1):
        await county.move_to(f"S-{number}", month)
        await county.move_to(f"P-{number}", months[0], on=1)
    for month in months:
        assert month in await county.close(month)
        assert (await county.row(month))["letter"]
    return months


def campaign(
    first: date, days: int, *, programme: str = "高龄津贴", why: str = "民发〔2026〕3号，年度复核"
) -> dict[str, Any]:
    """A campaign as an agency states it."""
    last = first + timedelta(days=days)
    return {
        "programme": programme,
        "year": first.year,
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
        "why": why,
    }


def months_from(month: date, count: int) -> list[date]:
    """So many months, from this one on."""
    found = [month]
    while len(found) < count:
        found.append(month_after(found[-1]))
    return found
