"""Signing in by the county's single sign-on: to the provider, and back."""

import hmac
import html
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.gateway.access import sessions, sso, staff_sso
from services.gateway.access.callers import anonymous
from services.gateway.access.passkeys import site_of
from services.gateway.access.sign_ins import keep, taken
from services.gateway.access.sso import Begun, SingleSignOn
from services.gateway.access.tokens import hash_secret, new_secret
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.problems import CODE_HEADER, Problem

_A_PAGE_TOO: dict[int | str, dict[str, Any]] = {
    "default": {"model": Problem, "description": "Refused: a page with a code.", "content": {"text/html": {}}}
}
router = APIRouter(tags=["access"], dependencies=[Depends(anonymous)], responses=_A_PAGE_TOO)

SSO = "sso"
BROWSER_COOKIE = "__Host-onevisit-sign-in"
"""Binds a sign-in to the browser that began it. Lax, not Strict: it must come along when the provider sends back."""
BROWSER_PREFIX = "ovb_"
CALLBACK = "/v1/sign-in/callback"
Sent = Annotated[str | None, Query(max_length=4000)]


class StaffPage(StrEnum):
    """Where somebody goes on after signing in: our own pages and nothing else."""

    DESK = "desk"
    REVIEW = "review"
    AGENCY = "agency"


@router.get("/v1/sign-in/sso", status_code=303, response_class=Response, summary="Sign in by the single sign-on")
async def leave(request: Request, page: StaffPage = StaffPage.DESK, door: Door = Depends(door_of)) -> Response:
    """Sends the browser to the county's provider. It comes back without its session's cookie (SameSite=Strict), so that
    session is remembered here: it ends when somebody has signed in."""
    try:
        provider = _provider(door)
        begun, browser = sso.begin(), new_secret(BROWSER_PREFIX)
        before = (sessions.held(request) or b"").hex()
        kept = {**vars(begun), "page": page.value, "browser": hash_secret(browser).hex(), "before": before}
        redirect = _redirect(door)
        state = await keep(door, SSO, kept)
        answer = RedirectResponse(await provider.address(begun, state=state, redirect=redirect), status_code=303)
    except Refusal as refusal:
        return _refused(refusal, page)
    seconds = int(door.policy.sign_in_minutes * 60)
    answer.set_cookie(BROWSER_COOKIE, browser, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")
    return answer


@router.get(CALLBACK, status_code=303, response_class=Response, summary="Back from the single sign-on")
async def come_back(
    request: Request,
    state: Sent = None,
    code: Sent = None,
    iss: Sent = None,
    door: Door = Depends(door_of),
) -> Response:
    """Signs in whom the provider vouches for and who has an account or a group; the session is in the cookie. Refusals
    are a page with their code."""
    page = StaffPage.DESK
    try:
        provider = _provider(door)
        kept = await taken(door, state or "", SSO)
        page = StaffPage(kept["page"])
        browser = hash_secret(request.cookies.get(BROWSER_COOKIE, ""))
        if not hmac.compare_digest(browser.hex(), kept["browser"]):
            raise Refusal(Code.SIGN_IN_EXPIRED)
        if not code or (iss is not None and iss != provider.issuer):
            raise Refusal(Code.SSO_REFUSED)
        begun = Begun(kept["nonce"], kept["verifier"])
        token = await provider.trade(code, begun, redirect=_redirect(door))
        claims = await provider.read(token, begun)
        before = bytes.fromhex(kept["before"]) or None
        made = await staff_sso.sign_in(door, provider.issuer, claims, before=before)
    except Refusal as refusal:
        return _refused(refusal, page)
    answer = RedirectResponse(f"/{page}/", status_code=303)
    answer.delete_cookie(BROWSER_COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    made.give(answer)
    return answer


def _provider(door: Door) -> SingleSignOn:
    if door.sso is None:
        raise Refusal(Code.SSO_NOT_SET_UP)
    return door.sso


def _redirect(door: Door) -> str:
    return site_of(door.settings.address).origin + CALLBACK


def _refused(refusal: Refusal, page: StaffPage) -> Response:
    """A refusal for a person before a browser: what is wrong, what to do, the code, and the way back; nothing else."""
    entry = refusal.entry
    texts = {"zh-Hans": entry.zh, "en": entry.en}
    lines = "".join(f'<p lang="{language}">{html.escape(text)}</p>' for language, text in texts.items())
    body = (
        f'<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>OneVisit 一访通</title>'
        f'<meta name="viewport" content="width=device-width">{lines}<p><code>{refusal.code}</code></p>'
        f'<p><a href="/{page}/">返回 Back</a></p></html>'
    )
    return HTMLResponse(body, status_code=entry.status, headers={**refusal.headers, CODE_HEADER: refusal.code.value})
