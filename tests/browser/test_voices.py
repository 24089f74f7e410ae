"""A dialect that somebody drops at the door can be chosen on the phone, and speaks without a signal."""

import asyncio
import json
import shutil
from pathlib import Path

from playwright.async_api import Route, expect

from tests.browser.handset import Handset
from tests.integration.gateway.county import County

REPEAT_S = 6
"""How long after the words the same are said again (`web/phone/capture/prompting.js`)."""
LISTEN = """() => {
  window.said = [];
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    if (this instanceof HTMLAudioElement) window.said.push(performance.now() / 1000);
    return play.call(this);
  };
}"""
KEPT = "caches.open('onevisit-voices').then((kept) => kept.keys()).then((all) => all.map(({ url }) => url))"
LOADED = """async () => {
  const { loadSpeech } = await import("/phone/capture/speech.js");
  const { app } = await import("/phone/app.js");
  const speech = await loadSpeech(app.settings.dialect);
  speech.close();
  return speech.dialect;
}"""


def drop(county: County, folder: Path, more: bool = False) -> None:
    """A second voice (and one `more`) beside Mandarin, in the folder that the door serves."""
    web = folder / "web"
    shutil.copytree(county.bench.settings.web, web, ignore=shutil.ignore_patterns("node_modules"))
    object.__setattr__(county.bench.door.settings, "web", web)  # settings are frozen; this is an operator's copy
    for dialect, zh, en in (("zh-yue", "粤语", "Cantonese"), ("zh-nan", "闽南语", "Southern Min"))[: 2 if more else 1]:
        voice = web / "phone/audio" / dialect
        shutil.copytree(web / "phone/audio/zh-cmn", voice)
        manifest = json.loads((voice / "manifest.json").read_text("utf-8"))
        named = manifest | {"name": {"zh": zh, "en": en}}
        (voice / "manifest.json").write_text(json.dumps(named, ensure_ascii=False), "utf-8")


async def wait_for_voice(handset: Handset, dialect: str) -> None:
    """Until its files are kept."""
    for _ in range(600):
        if (await handset.read("facts", "voice") or "").startswith(f"{dialect} "):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{dialect} is not kept")


async def test_a_dropped_dialect_is_chosen_and_speaks_without_a_signal(
    handset: Handset, county: County, tmp_path: Path
) -> None:
    """No restart, no new version of the page; and while the cadre aims, the person is asked again after 6 s."""
    page = handset.page
    await handset.enrol()
    await handset.wait_for_challenges()
    await handset.go("settings", "phone-settings .sizes")
    await expect(page.locator("[name=dialect]")).to_have_count(0)
    drop(county, tmp_path)
    await page.evaluate("dispatchEvent(new Event('online'))")
    choice = page.locator("label.choice", has_text="粤语")
    await expect(choice).to_be_visible()
    await choice.click()
    await wait_for_voice(handset, "zh-yue")
    await expect(page.locator("phone-settings [role=status]")).to_contain_text("没有信号也能用")
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    handset.wire.lose_signal()
    await handset.reopen()
    page = handset.page
    await expect(page.locator(".person")).to_have_count(3)
    assert await page.evaluate(LOADED) == "zh-yue"
    await page.evaluate(LISTEN)
    await page.locator(".person", has_text="李大山").click()
    await page.locator("a.main").click()
    await expect(page.locator(".capture.framing")).to_be_visible(timeout=60_000)
    said: list[float] = []
    for _ in range(600):
        if len(said := await page.evaluate("window.said")) >= 2:
            break
        await asyncio.sleep(0.1)
    first, second = said[:2]
    assert second - first > REPEAT_S - 0.5


async def test_a_voice_that_does_not_come_takes_nothing_away(handset: Handset, county: County, tmp_path: Path) -> None:
    """The voice before stays until the new one is whole, and a sync ends well although no voice can be asked for."""
    page = handset.page
    drop(county, tmp_path, more=True)
    await handset.enrol()
    await handset.wait_for_challenges()
    await handset.go("settings", "phone-settings .sizes")
    await page.locator("label.choice", has_text="粤语").click()
    await wait_for_voice(handset, "zh-yue")
    torn: list[str] = []
    nan = tmp_path / "web/phone/audio/zh-nan"

    async def tear(route: Route) -> None:
        torn.append(route.request.url)
        await route.abort()

    await handset.context.route("**/audio/zh-nan/nod.*", tear)
    await page.locator("label.choice", has_text="闽南语").click()
    await expect(page.locator("phone-settings [role=status]")).to_contain_text("还没存到手机")
    for _ in range(600):
        if torn:
            break
        await asyncio.sleep(0.1)
    assert torn
    kept = await page.evaluate(KEPT)
    assert {Path(each).name for each in kept} == {each.name for each in nan.iterdir()}
    assert all("/zh-yue/" in each for each in kept)

    await handset.context.route("**/audio/dialects.json", lambda route: route.fulfill(status=503))
    before = await handset.read("facts", "lastSync")
    await page.evaluate("dispatchEvent(new Event('online'))")
    for _ in range(600):
        if await handset.read("facts", "lastSync") != before:
            break
        await asyncio.sleep(0.1)
    assert await handset.read("facts", "lastSync") != before

    await handset.context.unroute("**/audio/zh-nan/nod.*")
    await handset.context.unroute("**/audio/dialects.json")
    await page.evaluate("dispatchEvent(new Event('online'))")
    await wait_for_voice(handset, "zh-nan")
    kept = await page.evaluate(KEPT)
    assert all("/zh-nan/" in each for each in kept)
