"""The real page in Debian's Chromium against the real door; before the camera runs a real clip, as MJPEG."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import av
import pytest
import pytest_asyncio
from playwright.async_api import Browser, ViewportSize, async_playwright, expect

from deploy.embedded import clips
from services.gateway.policy import DoorPolicy
from services.gateway.villages import Village
from tests.browser.cutting_proxy import Wire, wire_to
from tests.browser.desk_page import planned
from tests.browser.handset import Handset
from tests.browser.page_errors import fresh_page
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench, bench, make_settings, routes
from tests.integration.gateway.county import County, day, id_number
from tests.integration.gateway.serving import served

__all__ = ["bench", "make_settings", "planned", "routes"]

CLIP = "franck.mp4"
CAMERA_S = 12
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
"""No sandbox: the tests may run as root. Nothing of Chromium's own reaches the network."""
SHORT = {"prompt_first_s": 0.7, "prompt_window_s": 3.0, "prompt_wait_s": 0.0, "prompt_tail_s": 0.0}
"""The shortest challenge that a county may set: 6.7 s instead of 14; for who is not judged."""
VILLAGES = {
    VILLAGE: Village(name="石门村", lat=26.35, lon=107.2),
    OTHER_VILLAGE: Village(name="茶山村", lat=26.37, lon=107.24),
}
expect.set_options(timeout=30_000)
"""Milliseconds until something must be seen; the page's own limits are tested by themselves. A busy machine is slow."""
SMALL, LARGE = ViewportSize(width=360, height=780), ViewportSize(width=412, height=915)


@pytest.fixture
def _function_scoped_runner(_session_scoped_runner: asyncio.Runner) -> asyncio.Runner:
    """Whatever is async here, tests and what they need, runs on one loop (pytest-asyncio asks for a runner by this
    name): Chromium is started once, and can be used on the loop of its start alone."""
    return _session_scoped_runner


def lacking(what: str) -> None:
    """Skips; under CI nothing may be lacking."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing; next: make test")
    pytest.skip(f"{what} is missing; next: make test")


@pytest.fixture(scope="session")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the phone's camera sees: a person, 640×480, again and again."""
    found = clips.find()
    if CLIP not in found:
        lacking("the demo's clip")
    target = tmp_path_factory.mktemp("camera") / "person.mjpeg"
    with av.open(str(found[CLIP])) as source, av.open(str(target), "w", format="mjpeg") as made:
        stream = made.add_stream("mjpeg", rate=30)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = 640, 480, "yuvj420p", 8_000_000
        for frame in source.decode(video=0):
            if frame.time is not None and frame.time > CAMERA_S:
                break
            made.mux(stream.encode(frame.reformat(640, 480, "yuvj420p")))
        made.mux(stream.encode(None))
    return target


@asynccontextmanager
async def launched(camera: Path, *more: str) -> AsyncIterator[Browser]:
    """Chromium, which sees `camera`; with `more` flags."""
    program = shutil.which("chromium")
    if program is None:
        lacking("Chromium")
    async with async_playwright() as playwright:
        flags = [*FLAGS, *more, f"--use-file-for-fake-video-capture={camera}"]
        browser = await playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def browser(camera: Path) -> AsyncIterator[Browser]:
    """Chromium for all tests here: to start it for each would take longer than most of them. A test has a context of
    its own in it."""
    async with launched(camera) as browser:
        yield browser


@pytest.fixture
async def county(bench: Bench) -> County:
    """A couple of one household, and somebody in the next village."""
    county = County(bench)
    object.__setattr__(bench.door, "villages", VILLAGES)
    object.__setattr__(bench.door, "policy", bench.door.policy.model_copy(update=SHORT))
    await county.ask("P-1", id_number(1), name="王秀英", address="向阳路3号", household="0042", last=day(40))
    await county.ask("S-1", id_number(1), name="王秀英", agency="civil_affairs", programme="senior_subsidy")
    await county.ask("P-2", id_number(2), name="李大山", household="0042", last=day(2))
    await county.ask(
        "F-3", id_number(3), name="陈桂兰", address="五组 3 号", programme="family_planning", village=OTHER_VILLAGE
    )
    return county


def ask_slowly(county: County) -> None:
    """The door's usual challenges, for a test that needs the time of a whole recording."""
    object.__setattr__(county.bench.door, "policy", DoorPolicy())


@pytest.fixture
async def wire(county: County) -> AsyncIterator[Wire]:
    """The wire to the county's door."""
    async with served(county.bench.app) as address, wire_to(address) as wire:
        yield wire


@pytest.fixture
async def handset(browser: Browser, county: County, wire: Wire) -> AsyncIterator[Handset]:
    """A phone that is not anybody's yet."""
    async with fresh_page(browser, SMALL) as page:
        yield Handset(page.context, page, wire, county.bench)
