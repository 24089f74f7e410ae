"""WebKit, the engine of every browser on an iPhone: Debian's WebKitGTK on a screen of its own, led by WebDriver.

Playwright has a WebKit too, but fetches it from its own host; this one is a system package, as Chromium is here.
"""

import asyncio
import base64
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from deploy.embedded.ports import choose

DRIVER, SCREEN = "WebKitWebDriver", "Xvfb"
WINDOW = next(Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser"), None)
FLAT = "* { min-width: 0; padding: 0; margin: 0; border: 0; font-size: 6px; }"
"""Style of the window around the page: its buttons would not let it be as narrow as a phone."""
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The name under which WebDriver passes an element (W3C WebDriver, 11)."""
LIMIT_S, PAUSE_S = 60.0, 0.1
WAITED = """const done = arguments[arguments.length - 1];
(async () => { %s })().then((value) => done({ value }), (error) => done({ error: String(error) }));"""


def missing() -> str:
    """What of it is not installed, as Debian calls it."""
    lacks = [] if WINDOW and shutil.which(DRIVER) else ["webkit2gtk-driver"]
    return " and ".join(lacks + ([] if shutil.which(SCREEN) else ["xvfb"]))


@dataclass
class WebKit:
    """One window."""

    http: httpx.AsyncClient
    session: str = ""
    around: int = 0
    """Pixels of the window above the page."""

    async def ask(self, method: str, path: str, **body: Any) -> Any:
        """One command of WebDriver; its value."""
        answer = await self.http.request(method, f"/session{path}", json=body if method == "POST" else None)
        value = answer.json()["value"]
        assert answer.status_code == 200, f"{path}: {value}"
        return value

    async def of(self, method: str, path: str, **body: Any) -> Any:
        """A command to this window."""
        return await self.ask(method, f"/{self.session}{path}", **body)

    async def open(self, url: str) -> None:
        """Goes there."""
        await self.of("POST", "/url", url=url)

    async def run(self, script: str, *arguments: Any) -> Any:
        """Runs the body of an async function in the page; what it returns."""
        told = await self.of("POST", "/execute/async", script=WAITED % script, args=list(arguments))
        assert "error" not in told, told["error"]
        return told.get("value")

    async def until(self, script: str) -> None:
        """Waits until it says yes."""
        for _ in range(int(LIMIT_S / PAUSE_S)):
            if await self.run(script):
                return
            await asyncio.sleep(PAUSE_S)
        raise AssertionError(script)

    async def find(self, css: str, text: str = "") -> str:
        """The first element that is seen and holds `text`; waits for it."""
        for _ in range(int(LIMIT_S / PAUSE_S)):
            for each in await self.of("POST", "/elements", using="css selector", value=css):
                try:
                    if text in await self.of("GET", f"/element/{each[ELEMENT]}/text"):
                        return str(each[ELEMENT])
                except AssertionError:
                    pass  # drawn anew meanwhile
            await asyncio.sleep(PAUSE_S)
        raise AssertionError(f"no {css} with “{text}”; {await self.run('return document.body.innerText')}")

    async def tap(self, css: str, text: str = "") -> None:
        """One tap of a finger, on what lies in the middle of the screen: at its edge a bar may lie over it."""
        what = await self.find(css, text)
        await self.run("arguments[0].scrollIntoView({ block: 'center' })", {ELEMENT: what})
        await self.of("POST", f"/element/{what}/click")

    async def write(self, css: str, text: str) -> None:
        """Types into a field, or names a file to one that takes files."""
        await self.of("POST", f"/element/{await self.find(css)}/value", text=text)

    async def resize(self, width: int, height: int) -> None:
        """Makes the page so large."""
        await self.of("POST", "/window/rect", x=0, y=0, width=width, height=height + self.around)
        seen = await self.run("return [innerWidth, innerHeight]")
        if seen != [width, height] and not self.around:
            self.around = height - seen[1]
            await self.resize(width, height)
            return
        assert seen == [width, height]

    async def look(self, path: Path) -> None:
        """Keeps a picture of the page."""
        picture = base64.b64decode(await self.of("GET", "/screenshot"))
        await asyncio.to_thread(path.write_bytes, picture)


@contextmanager
def _screen() -> Iterator[str]:
    reading, writing = os.pipe()
    size = ["-screen", "0", "1024x1200x24", "-nolisten", "tcp"]
    command = [SCREEN, "-displayfd", str(writing), *size]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    try:
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def _driver(port: int, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    style = folder / "gtk-3.0/gtk.css"
    style.parent.mkdir(parents=True)
    style.write_text(FLAT, "utf-8")
    own = {"GDK_BACKEND": "x11", "LIBGL_ALWAYS_SOFTWARE": "1", "XDG_CONFIG_HOME": str(folder), "TZ": "Asia/Shanghai"}
    with _screen() as screen:
        driver = subprocess.Popen(
            [DRIVER, f"--port={port}"], env=os.environ | own | {"DISPLAY": screen}, stderr=subprocess.DEVNULL
        )
        try:
            yield driver
        finally:
            driver.terminate()
            driver.wait()


@asynccontextmanager
async def launched_webkit(folder: Path) -> AsyncIterator[WebKit]:
    """A browser that nobody has used; `folder` holds its settings."""
    port = choose(set())
    options = {"binary": str(WINDOW), "args": ["--automation"]}
    with _driver(port, folder) as driver:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=2 * LIMIT_S, trust_env=False) as http:
            kit = WebKit(http)
            for _ in range(int(LIMIT_S / PAUSE_S)):
                assert driver.poll() is None, f"{DRIVER} ended by itself: {driver.returncode}"
                try:
                    await http.get("/status")
                    break
                except httpx.TransportError:
                    await asyncio.sleep(PAUSE_S)
            wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
            kit.session = (await kit.ask("POST", "", capabilities=wanted))["sessionId"]
            try:
                yield kit
            finally:
                await kit.of("DELETE", "")
