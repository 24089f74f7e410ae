"""Refusals as the caller sees them: RFC 9457 problem details, in Chinese and English, never with what was sent."""

import logging
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg import DataError, OperationalError
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from services.gateway.errors import CATALOGUE, Code, Refusal
from services.gateway.phone.uploads import CAPTURE_HEADER, UploadSettled
from services.platform.seldom import AGAIN

log = logging.getLogger(__name__)

CODE_HEADER = "Onevisit-Code"
"""Response header with the code: an answer to HEAD has no body."""
TUS_VERSION = "1.0.0"
GIVEN_UP = "onevisit.given_up"
"""Key in the ASGI scope of a request whose body stopped coming (`middleware.InterruptibleBody`)."""


class Texts(BaseModel):
    """One text in both languages."""

    zh: str
    en: str


class FieldProblem(BaseModel):
    """One field that does not have the expected form; what was sent is not repeated."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    where: str
    """Path of the field."""
    kind: str
    """What is wrong, as pydantic names it."""


class Problem(BaseModel):
    """Why a request was refused (RFC 9457)."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    type: str
    """`urn:onevisit:problem:` and the code."""
    title: str
    """What is wrong, in English."""
    status: int
    """HTTP status."""
    detail: str
    """What is wrong, in Chinese and English."""
    code: Code
    """Permanent code (docs/api/errors.md)."""
    next_step: Texts
    """What to do about it."""
    fields: list[FieldProblem] | None = None
    """Which fields, when the form of the request is wrong."""


def problem(code: Code, *, status: int | None = None, fields: list[FieldProblem] | None = None) -> Problem:
    """The problem of a code."""
    entry = CATALOGUE[code]
    return Problem(
        type=f"urn:onevisit:problem:{code}",
        title=entry.message_en,
        status=status or entry.status,
        detail=f"{entry.message_zh} {entry.message_en}",
        code=code,
        next_step=Texts(zh=entry.next_zh, en=entry.next_en),
        fields=fields,
    )


def answer_problem(stated: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    """The response that states a problem."""
    return JSONResponse(
        stated.model_dump(mode="json", exclude_none=True),
        status_code=stated.status,
        media_type="application/problem+json",
        headers={**(headers or {}), CODE_HEADER: stated.code.value},
    )


_STATUS_CODES = {
    404: Code.NOT_FOUND,
    405: Code.METHOD_NOT_ALLOWED,
    413: Code.BODY_TOO_LARGE,
    503: Code.DATABASE_AWAY,
}
_UPLOAD_CODES = {
    404: Code.UPLOAD_UNKNOWN,
    409: Code.UPLOAD_OFFSET_DIFFERS,
    410: Code.UPLOAD_EXPIRED,
    413: Code.RECORDING_TOO_LARGE,
    503: Code.UPLOAD_BUSY,
}


def _foreign_code(request: Request, status: int) -> Code:
    """The code of a refusal by FastAPI or tuspyserver; their texts are not passed on, they may quote what was sent."""
    if status >= 500 and status not in _STATUS_CODES:
        return Code.INTERNAL
    if request.url.path.startswith("/v1/captures"):
        return _UPLOAD_CODES.get(status) or _STATUS_CODES.get(status) or Code.UPLOAD_REQUEST_INVALID
    return _STATUS_CODES.get(status, Code.MALFORMED)


def _where(path: Sequence[int | str], kind: str) -> str:
    """The path of a field; the name of a field that we do not know is something that was sent."""
    return ".".join(map(str, path[:-1] if kind == "extra_forbidden" else path))


def _body_too_slow() -> JSONResponse:
    """The connection ends with it: nobody reads the rest of that body any more (RFC 9110, 15.5.9)."""
    return answer_problem(problem(Code.BODY_TOO_SLOW), {"Connection": "close"})


def install(app: FastAPI) -> None:
    """Makes every refusal a problem."""

    @app.exception_handler(Refusal)
    async def refused(request: Request, refusal: Refusal) -> Response:
        headers = dict(refusal.headers)
        if refusal.entry.status == 401:
            headers.setdefault("WWW-Authenticate", "Bearer")
        return answer_problem(problem(refusal.code), headers)

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> Response:
        fields = [FieldProblem(where=_where(e["loc"], e["type"]), kind=e["type"]) for e in error.errors()]
        is_upload = request.url.path.startswith("/v1/captures") and request.method != "GET"
        code = Code.UPLOAD_REQUEST_INVALID if is_upload else Code.MALFORMED
        return answer_problem(problem(code, fields=fields))

    @app.exception_handler(ClientDisconnect)
    async def given_up(request: Request, error: ClientDisconnect) -> Response:
        return _body_too_slow()

    @app.exception_handler(HTTPException)
    async def foreign(request: Request, error: HTTPException) -> Response:
        if request.scope.get(GIVEN_UP) and not request.url.path.startswith("/v1/captures"):
            return _body_too_slow()
        code = _foreign_code(request, error.status_code)
        return answer_problem(problem(code, status=error.status_code), dict(error.headers or {}))

    @app.exception_handler(OperationalError)
    async def database_away(request: Request, error: OperationalError) -> Response:
        log.warning("the database does not answer (%s)", type(error).__name__, extra=AGAIN)
        return answer_problem(problem(Code.DATABASE_AWAY), {"Retry-After": "10"})

    @app.exception_handler(DataError)
    async def not_storable(request: Request, error: DataError) -> Response:
        return answer_problem(problem(Code.MALFORMED))

    @app.exception_handler(Exception)
    async def internal(request: Request, error: Exception) -> Response:
        return answer_problem(problem(Code.INTERNAL))

    @app.exception_handler(UploadSettled)
    async def settled(request: Request, done: UploadSettled) -> Response:
        headers: dict[str, Any] = {
            "Tus-Resumable": TUS_VERSION,
            "Upload-Offset": str(done.size),
            "Upload-Length": str(done.size),
            CAPTURE_HEADER: str(done.capture_id),
        }
        if done.created is not None:
            headers["Location"] = f"{request.url.path.rstrip('/')}/{done.created}"
            return Response(status_code=201, headers=headers)
        return Response(status_code=200 if request.method == "HEAD" else 204, headers=headers)
