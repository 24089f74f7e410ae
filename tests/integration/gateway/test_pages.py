"""The pages are served as files, with the headers that a page needs, and nothing beside them."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import get_args

import httpx
import pytest
from pydantic import ValidationError

from services.gateway.app import create_app
from services.gateway.routes.pages import Page
from services.platform.settings import Settings

FILES = {
    "phone/index.html": "<!doctype html>",
    "phone/app.js": "export const one = 1;",
    "phone/manifest.webmanifest": "{}",
    "phone/sounds/nod.mp3": "0123456789",
    "phone/.hidden.js": "no",
    "phone/notes.md": "no",
    "who/index.html": "<!doctype html>",
    "desk/index.html": "<!doctype html>",
    "secret.txt": "no",
}
LONG = "export const line = 'a line that comes again';\n" * 200


@pytest.fixture
async def http(make_settings: Callable[[], Settings], tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A door with pages of its own."""
    for name, text in FILES.items():
        (tmp_path / "web" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "web" / name).write_text(text)
    (tmp_path / "web/phone/link.txt").symlink_to(tmp_path / "web/secret.txt")
    app = create_app(make_settings().model_copy(update={"web": tmp_path / "web"}))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        transport = httpx.ASGITransport(app=app)
        yield await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://door"))


async def test_the_dialects_are_those_that_lie_there(http: httpx.AsyncClient) -> None:
    """None in a page without voices; the page's own folder has Mandarin (tests/unit/gateway/test_dialects.py)."""
    answer = await http.get("/phone/audio/dialects.json")
    assert (answer.status_code, answer.json()) == (200, {"dialects": []})
    assert answer.headers["content-security-policy"]


async def test_only_the_phone_may_hear(http: httpx.AsyncClient) -> None:
    """A cadre says what is wrong; no other page of ours needs a microphone."""
    allowed = {path: (await http.get(path)).headers["permissions-policy"] for path in ("/phone/", "/who/", "/desk/")}
    assert {path for path, policy in allowed.items() if "microphone=(self)" in policy} == {"/phone/"}
    assert all("camera=(self)" in policy for policy in allowed.values())


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/phone/", "text/html; charset=utf-8"),
        ("/phone/index.html", "text/html; charset=utf-8"),
        ("/phone/app.js", "text/javascript; charset=utf-8"),
        ("/phone/manifest.webmanifest", "application/manifest+json"),
        ("/phone/sounds/nod.mp3", "audio/mpeg"),
        ("/who/", "text/html; charset=utf-8"),
    ],
)
async def test_a_file_comes_with_its_type_and_headers(http: httpx.AsyncClient, path: str, media_type: str) -> None:
    """No script from elsewhere or within the page, the camera for ourselves alone, asked for anew by its ETag."""
    answer = await http.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["img-src"] == "'self' blob: data:" and policy["media-src"] == "'self' blob:"
    assert answer.headers["permissions-policy"].startswith("camera=(self)")
    assert answer.headers["service-worker-allowed"] == f"/{path.split('/')[1]}/"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"
    head = await http.head(path)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", answer.headers["etag"])


async def test_what_has_not_changed_is_not_sent_again(http: httpx.AsyncClient, tmp_path: Path) -> None:
    """304 for the ETag of the content, also in a list of them; a changed file has another one."""
    etag = (await http.get("/phone/app.js")).headers["etag"]
    for sent in (etag, f'"other", W/{etag}'):
        same = await http.get("/phone/app.js", headers={"If-None-Match": sent})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
    (tmp_path / "web/phone/app.js").write_text("export const one = 2; // changed")
    changed = await http.get("/phone/app.js", headers={"If-None-Match": etag})
    assert (changed.status_code, changed.headers["etag"] == etag) == (200, False)


@pytest.mark.parametrize("page", get_args(Page))
async def test_a_long_text_travels_gzipped(http: httpx.AsyncClient, page: str, tmp_path: Path) -> None:
    """For who can read it; the same content and ETag for who cannot, and 304 for both; on every page."""
    long = tmp_path / "web" / page / "long.js"
    long.parent.mkdir(exist_ok=True)
    long.write_text(LONG)
    plain = await http.get(f"/{page}/long.js", headers={"Accept-Encoding": "identity"})
    packed = await http.get(f"/{page}/long.js", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert packed.text == plain.text == LONG
    assert packed.num_bytes_downloaded < plain.num_bytes_downloaded / 10
    assert packed.headers["etag"] == plain.headers["etag"]
    assert packed.headers["vary"] == "Accept-Encoding"
    again = await http.get(f"/{page}/long.js", headers={"If-None-Match": packed.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_part_of_a_sound_can_be_asked_for(http: httpx.AsyncClient) -> None:
    """Safari plays no sound from a server that does not serve ranges."""
    answer = await http.get("/phone/sounds/nod.mp3", headers={"Range": "bytes=2-4"})
    assert (answer.status_code, answer.text) == (206, "234")


async def test_nothing_but_the_pages_is_served(http: httpx.AsyncClient) -> None:
    """No hidden file, no other type, no way out of the folder, no list of a folder."""
    for path in (
        "/phone/.hidden.js",
        "/phone/notes.md",
        "/phone/link.txt",
        "/phone/../secret.txt",
        "/phone/%2e%2e/secret.txt",
        "/phone/%2e%2e%2fsecret.txt",
        "/phone//etc/passwd.txt",
        "/phone/a%00.js",
        "/phone/sounds",
        "/phone/sounds/",
        "/who/app.js",
        "/secret.txt",
    ):
        answer = await http.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND"), path
    entered = await http.get("/phone")
    assert (entered.status_code, entered.headers["location"]) == (308, "/phone/")


async def test_tiles_of_one_host_are_let_through_at_the_desk_alone(
    make_settings: Callable[[], Settings], tmp_path: Path
) -> None:
    """With a tile server the desk is told of it and may show its pictures; other pages may not, nor scripts of it."""
    for page in ("desk", "phone"):
        (tmp_path / "web" / page).mkdir(parents=True)
        (tmp_path / "web" / page / "index.html").write_text("<!doctype html>")
    tiles = {"tiles": "https://tiles.example:8443/map/{z}/{x}/{y}.png", "tiles_attribution": "© somebody"}
    app = create_app(make_settings().model_copy(update={"web": tmp_path / "web", **tiles}))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        http = await stack.enter_async_context(
            httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://door")
        )
        told = (await http.get("/desk/tiles.json")).json()
        policies = [(await http.get(f"/{page}/")).headers["content-security-policy"] for page in ("desk", "phone")]
    assert told == {"url": tiles["tiles"], "attribution": "© somebody"}
    assert [policy.count("https://tiles.example:8443") for policy in policies] == [1, 0]
    assert "img-src 'self' https://tiles.example:8443 blob:" in policies[0]


@pytest.mark.parametrize("tiles", ["ftp://a/{z}", "https://a/z", "https://a/{z}; script-src *", "https://a b/{z}"])
def test_no_other_words_reach_the_policy(tiles: str) -> None:
    """What is no address of tiles is no setting."""
    with pytest.raises(ValidationError):
        Settings(tiles=tiles)
