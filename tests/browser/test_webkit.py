"""A day of the page in WebKit, the engine of every browser on an iPhone: what another engine reads, stores, signs and
sends otherwise is found here. Filming is by the phone's own camera program: this build of WebKit has no recorder."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.browser.conftest import lacking
from tests.browser.cutting_proxy import Wire
from tests.browser.hidden_text import FIND
from tests.browser.test_feedback import photo
from tests.browser.webkit import WebKit, launched_webkit, missing
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE
from tests.integration.gateway.county import County
from tests.structure.source import ROOT

PICTURES = ROOT / "var/phone-screens/webkit"
FILM = bytes(range(256)) * 4000
"""1 MB; the door looks at its hash alone."""
STATE = "const { app } = await import('/phone/app.js'); "
KEY = f"{STATE} const {{ privateKey: its }} = app; return [its.extractable, its.type, its.algorithm.namedCurve]"


@pytest.fixture
async def kit(tmp_path: Path) -> AsyncIterator[WebKit]:
    """A window of a phone's size."""
    if what := missing():
        lacking(what)
    PICTURES.mkdir(parents=True, exist_ok=True)
    async with launched_webkit(tmp_path / "webkit") as kit:
        await kit.resize(360, 780)
        yield kit


async def enrol(kit: WebKit, county: County, wire: Wire) -> None:
    """Opens the desk's link."""
    order = {"cadre_id": "C001", "cadre_name": "李建国", "village_codes": [VILLAGE, OTHER_VILLAGE]}
    bench = county.bench
    made = await bench.http.post("/v1/device-enrolments", json=order, headers=bench.as_role["scheduler"])
    await kit.open(f"{wire.address}/phone/#enrol={made.json()['code']}")
    await kit.find(".person", "王秀英")
    assert await kit.run("return location.hash") == "#today"


async def go(kit: WebKit, where: str, shown: str, name: str = "") -> None:
    """Straight to a screen, at which it looks."""
    await kit.run("location.hash = arguments[0]", where)
    await look(kit, shown, name or where)


async def look(kit: WebKit, shown: str, name: str) -> None:
    """Keeps a picture of the screen; nothing on it is cut off or lies over another."""
    await kit.find(shown)
    await kit.look(PICTURES / f"{name}.png")
    assert await kit.run(f"return ({FIND})()") == [], name
    assert await kit.run("return document.documentElement.scrollWidth <= innerWidth"), name


async def test_a_day_in_webkit(kit: WebKit, county: County, wire: Wire, tmp_path: Path) -> None:
    """Enrolled by the link; an outcome in two taps; a film whose upload is torn and goes on; a report with a photo; and
    the page opens without a signal, with everything that was kept."""
    await enrol(kit, county, wire)
    await look(kit, ".stops", "today")
    assert await kit.run(KEY) == [False, "private", "P-256"]
    await kit.tap(".person", "陈桂兰")
    await look(kit, "phone-person .foot", "person")
    await kit.tap("a.button", "其他情况")
    await kit.tap(".tile", "不在家")
    await look(kit, "phone-outcome .foot", "outcome")
    await kit.tap("button.main")
    await kit.find(".person.told", "陈桂兰")
    await film(kit, county, wire, tmp_path)
    await report(kit, county, tmp_path)
    ((outcome,),) = await county.bench.execute("SELECT outcome FROM gateway.visit_outcome")
    assert outcome == "not_at_home"
    await kit.run("await navigator.serviceWorker.ready")
    wire.lose_signal()
    await kit.open("about:blank")
    await kit.open(f"{wire.address}/phone/")
    await kit.find(".person.filmed", "李大山")
    assert await kit.run(KEY) == [False, "private", "P-256"]
    for size, where in ((30, "today"), (30, "settings"), (30, "map"), (30, "sending"), (30, "feedback")):
        await kit.run(STATE + "await app.set({ size: arguments[0] })", size)
        await go(kit, where, f"phone-{where}", f"{where}-{size}")


async def film(kit: WebKit, county: County, wire: Wire, folder: Path) -> None:
    """By the camera program; the upload is torn in the middle."""
    (folder / "VID_1.mp4").write_bytes(FILM)
    wire.cuts = [len(FILM) // 2]
    await kit.until(STATE + "return app.bundles.length > 0")
    await kit.tap(".person", "李大山")
    await kit.tap("a.main")
    await look(kit, "phone-capture .facts", "capture")
    await kit.write("input[type=file]", str(folder / "VID_1.mp4"))
    await kit.find("phone-result .result.received")
    stored = await county.bench.execute("SELECT sha256, size FROM gateway.capture")
    assert stored == [(hashlib.sha256(FILM).hexdigest(), len(FILM))]
    assert (wire.torn, await kit.run(STATE + "return app.database.count('recordings')")) == (1, 0)
    assert wire.body_bytes < 1.5 * len(FILM)


async def report(kit: WebKit, county: County, folder: Path) -> None:
    """A report with a photo, which this engine's canvas has encoded anew."""
    (folder / "form.jpg").write_bytes(photo())
    await go(kit, "report", "#text")
    await kit.write("#text", "表格看不懂")
    await kit.write("input[type=file]", str(folder / "form.jpg"))
    await kit.find("form img")
    await kit.tap("button.main")
    await kit.find(".report.received", "表格看不懂")
    kept = "SELECT media_type FROM gateway.feedback_part WHERE part = 'picture' AND sealed IS NOT NULL"
    assert await county.bench.execute(kept) == [("image/jpeg",)]
