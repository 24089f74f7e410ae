"""The line, from lists to certificates, with the counts on the way."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from joserfc.jwk import KeySet

from deploy.demo import film
from deploy.demo.county import County, make_county, write_county
from deploy.embedded.clips import MEDIA
from schemas.resident_id import InvalidResidentId, ResidentId
from services.certify.certificate import check
from services.cli.demo import report
from services.cli.demo.agencies import Agency
from services.cli.demo.errors import DemoFailed
from services.cli.demo.persist import query
from services.cli.demo.phone import SCENES, Capture, Phone
from services.cli.demo.season import Season, today_in_county, visits_to_make
from services.platform.settings import Settings
from services.scheduler.store.stops import offer_stops

if TYPE_CHECKING:
    from deploy.embedded.stack import EmbeddedStack

Say = Callable[[str], None]
PATIENCE_S = 600.0
SETTLE_S = 60.0


@dataclass
class Line:
    """One run of the line."""

    stack: "EmbeddedStack"
    season: Season
    step: Say
    note: Say
    agencies: list[Agency] = field(default_factory=list)
    _files: list[Path] = field(default_factory=list)

    @property
    def lists_folder(self) -> Path:
        """Where the agencies' lists lie."""
        return self.season.folder / "lists"

    @property
    def certificates_folder(self) -> Path:
        """Where the certificates lie, one file each."""
        return self.season.folder / "certificates"

    async def run(self) -> bool:
        """Runs all stages and prints the tables; True when every count is right."""
        try:
            return await self._run()
        finally:
            for agency in self.agencies:
                await agency.leave()

    async def _run(self) -> bool:
        county = await asyncio.to_thread(self._make_county)
        await self._requests(county)
        await self._merge(county)
        captures = await self._captures(county)
        certificates = await self._certificates()
        counts = await self._settled()
        report.show_agencies(self.agencies, counts, certificates)
        return report.show_checks(county.truth, self.agencies, counts, captures, certificates)

    async def _settled(self) -> report.Counts:
        """The counts once the scheduler has heard of the last verdict; as they are when it does not in time."""
        give_up_at = time.monotonic() + SETTLE_S
        while (counts := await report.read_counts(self.stack.database)).unmatched and time.monotonic() < give_up_at:
            await asyncio.sleep(0.2)
        return counts

    def _make_county(self) -> County:
        season = self.season
        self.step(
            f"a made-up county: {season.villages} villages, {season.people} elderly, seed {season.seed} 虚构县数据"
        )
        county = make_county(season.seed, villages=season.villages, people=season.people, first_day=season.first_day)
        self._files = write_county(county, self.lists_folder)
        return county

    async def _requests(self, county: County) -> None:
        self.step("request: three agencies post their lists 三个部门报送名单")
        for agency_list, file in zip(county.lists, self._files, strict=True):
            code = agency_list.campaign.agency
            agency = await Agency.enter(code, file, self.stack.gateway, self.stack.database)
            self.agencies.append(agency)
            began = time.monotonic()
            await agency.post_list()
            receipt = agency.receipt
            again = " (had this list already 重复报送，未重复计数)" if receipt["already_received"] else ""
            self.note(
                f"{file.name}: {receipt['rows']} rows, {receipt['accepted']} accepted, {receipt['rejected']} rejected,"
                f" {time.monotonic() - began:.1f} s{again}"
            )

    async def _merge(self, county: County) -> None:
        self.step("visit: the requests of each person are merged 合并为一次上门")
        give_up_at = time.monotonic() + PATIENCE_S
        told = 0.0
        while (counts := await report.read_counts(self.stack.database)).requests < county.truth.accepted:
            if time.monotonic() > give_up_at:
                raise DemoFailed(
                    f"{counts.requests} of {county.truth.accepted} requests merged: see log of `scheduler`"
                )
            if time.monotonic() - told > 2.0:
                told = time.monotonic()
                self.note(f"{counts.requests} of {county.truth.accepted} requests merged")
            await asyncio.sleep(0.2)
        report.show_merge(counts)
        offer = await query(self.stack.database, offer_stops)
        self.note(
            f"one stop for visits of one dwelling saves {offer.trips_saved} further trips (onevisit stops)"
            f" 同户同行再省{offer.trips_saved}趟"
        )

    async def _captures(self, county: County) -> list[Capture]:
        self.step("capture → verdict: a phone films five of these people 手机拍摄并核验五人")
        self.note("the clips are cut from real recordings of one actor and one stranger; the reference is a still of")
        self.note("another moment of the actor 视频取自真人录像片段，参照照片为同一人另一时刻的画面")
        visits = await query(
            self.stack.database, lambda connection: visits_to_make(connection, today_in_county(), len(SCENES))
        )
        phone = await Phone.enrol(self.stack.gateway, self.stack.database, [visit["village_code"] for visit in visits])
        ids = _id_numbers(county)
        photo = await asyncio.to_thread(film.still, MEDIA / film.ACTOR, film.REFERENCE_S)
        done: list[Capture] = []
        try:
            for visit, scene in zip(visits, SCENES, strict=True):
                first = visit["requests"][0]
                agency = next(agency for agency in self.agencies if agency.code == first["agency"])
                await agency.hand_in_photo(ids[first["agency"], first["request_id"]], photo)
                done.append(await phone.capture(str(visit["visit_id"]), scene, MEDIA))
                self.note(report.told(done[-1]))
        finally:
            await phone.close()
        return done

    async def _certificates(self) -> dict[str, int]:
        """Fetches every agency's certificates and checks each one offline; how many hold, by agency."""
        self.step("certificate: each agency fetches its own and checks them without us 各部门领取并离线核验证明")
        keys = KeySet.import_key_set(json.loads(Settings(var=self.stack.var).public_keys.read_text()))
        self.certificates_folder.mkdir(parents=True, exist_ok=True)
        held: dict[str, int] = {}
        for agency in self.agencies:
            certificates = await agency.certificates()
            for certificate in certificates:
                check(certificate["jws"], keys, now=datetime.now(UTC))
                name = f"{agency.code}-{certificate['certificate_id']}.jws"
                (self.certificates_folder / name).write_text(certificate["jws"] + "\n")
            held[agency.code] = len(certificates)
            self.note(f"{agency.code}: {len(certificates)} certificates, every signature holds 签名全部有效")
        return held


def _id_numbers(county: County) -> dict[tuple[str, str], str]:
    """The ID number of each request, by agency and request number, as the agency itself knows it."""
    found: dict[tuple[str, str], str] = {}
    for agency_list in county.lists:
        for row in agency_list.rows:
            try:
                number = ResidentId.parse(row["id_number"]).number
            except InvalidResidentId:
                continue
            found.setdefault((agency_list.campaign.agency, row["request_id"]), number)
    return found
