"""The pages that the door serves: the cadre's phone, the family's question who comes, the staff's desks. Plain files.

Open to all, because they hold no data: everything personal comes by the routes of the API, with a token.
"""

import hashlib
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal, get_args
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Header, Response
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel

from services.gateway.access.callers import anonymous_page
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.phone.dialects import read_dialects

router = APIRouter(tags=["pages"], dependencies=[Depends(anonymous_page)], include_in_schema=False)

MEDIA_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".bin": "application/octet-stream",
    ".txt": "text/plain; charset=utf-8",
}
"""What is served, and as what; anything else in the folders is not. Not guessed: the system's table differs between
machines, and a browser runs no module that comes as text/plain."""
_CONTENT_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""No script but our own files. Inline styles are let through: on phones without constructable style sheets (iOS before
16.4) the page's components bring theirs as <style>, and a style cannot send anything to anybody else here."""
PAGE_HEADERS: Final = {
    "Content-Security-Policy": _CONTENT_POLICY,
    "Permissions-Policy": "camera=(self), microphone=()",
    "Cache-Control": "no-cache",
}
"""`no-cache`: kept, but asked for anew by its ETag, so that a new version of the page is never half an old one."""
Page = Literal["phone", "who", "verify", "staff", "desk", "review", "agency"]
"""`staff` is what the desks share: signing in, style, third-party code."""


async def _serve(page: Page, path: str, door: Door, if_none_match: str | None) -> Response:
    file = _find(door.settings.web / page, path)
    if file is None:
        raise Refusal(Code.NOT_FOUND)
    stat = file.stat()
    etag = _etag(file, stat.st_mtime_ns, stat.st_size)
    headers = PAGE_HEADERS | {"ETag": etag, "Service-Worker-Allowed": f"/{page}/"}
    if page == "phone":
        headers["Permissions-Policy"] = "camera=(self), microphone=(self)"
    if page == "desk" and door.settings.tiles:
        headers["Content-Security-Policy"] = _with_tiles(door.settings.tiles)
    if if_none_match is not None and etag in (tag.strip().removeprefix("W/") for tag in if_none_match.split(",")):
        return Response(status_code=304, headers=headers)
    return FileResponse(file, media_type=MEDIA_TYPES[file.suffix.lower()], headers=headers)


def _with_tiles(tiles: str) -> str:
    """The policy that also lets pictures of the tiles' host through."""
    address = urlsplit(tiles)
    return _CONTENT_POLICY.replace("img-src 'self'", f"img-src 'self' {address.scheme}://{address.netloc}")


class Tiles(BaseModel):
    """Whose tiles lie below the desk's map."""

    url: str
    attribution: str


@router.get("/desk/tiles.json")
async def tell_tiles(door: Door = Depends(door_of)) -> Tiles:
    """The setting, for the page; an empty address: there are none."""
    return Tiles(url=door.settings.tiles, attribution=door.settings.tiles_attribution)


@router.get("/phone/audio/dialects.json", response_model=None)
def list_dialects(door: Door = Depends(door_of)) -> Response:
    """The dialects that lie in the page's folder now: whoever drops one need not build or restart anything."""
    dialects = [dialect.model_dump(mode="json") for dialect in read_dialects(door.settings.web / "phone/audio")]
    return JSONResponse({"dialects": dialects}, headers=PAGE_HEADERS)


def _find(folder: Path, path: str) -> Path | None:
    """A file in the folder that may be served; None for everything else, hidden files and ways out of it included."""
    if "\0" in path or any(part.startswith(".") for part in path.split("/")):
        return None
    root = folder.resolve()
    file = (root / (path or "index.html")).resolve()
    if not file.is_relative_to(root) or file.suffix.lower() not in MEDIA_TYPES or not file.is_file():
        return None
    return file


@lru_cache(maxsize=1024)
def _etag(file: Path, mtime_ns: int, size: int) -> str:
    """Of the content, so that two copies of one version agree; read again when the file was changed."""
    return f'"{hashlib.sha256(file.read_bytes()).hexdigest()[:32]}"'


def _mount(page: Page) -> None:
    async def serve(
        path: str,
        if_none_match: Annotated[str | None, Header()] = None,
        door: Door = Depends(door_of),
    ) -> Response:
        return await _serve(page, path, door, if_none_match)

    async def enter() -> Response:
        return RedirectResponse(f"/{page}/", status_code=308)

    served: tuple[tuple[str, Callable[..., Awaitable[Response]]], ...] = (
        (f"/{page}/{{path:path}}", serve),
        (f"/{page}", enter),
    )
    for address, endpoint in served:
        router.add_api_route(address, endpoint, methods=["GET", "HEAD"], response_model=None)


for _page in get_args(Page):
    _mount(_page)
