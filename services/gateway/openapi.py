"""Writes what the door's code says of itself: OpenAPI, the table of who may call what, the catalogue of refusals.

python -m services.gateway.openapi           writes docs/api/
python -m services.gateway.openapi --check   exits 1 when docs/api/ says something else
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI

from services.gateway.access.callers import Declared, Role, declarations, declared_access
from services.gateway.app import assemble
from services.gateway.domain.roles import OF_A_PART
from services.gateway.errors import catalogue_table
from services.gateway.policy import DoorPolicy
from services.platform.settings import Settings

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "api"
_MADE = "Made by `python -m services.gateway.openapi`; do not edit by hand.\n\n"


def described_app() -> FastAPI:
    """The door as it is described: the default settings and policy."""
    return assemble(Settings(), DoorPolicy())


def openapi(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document; each operation names the roles that may call it, and refuses with problem details."""
    document = app.openapi()
    for operations in document["paths"].values():
        for operation in operations.values():
            refused = operation["responses"]["default"]["content"]
            refused["application/problem+json"] = refused.pop("application/json")
    for method, path, roles in declared_access(app):
        operation = document["paths"].get(path, {}).get(method.lower())
        if operation is None:
            continue
        operation["x-roles"] = [role.value for role in roles or ()] or ["anonymous"]
        if not roles:
            operation.pop("security", None)
        if path.startswith("/v1/captures") and operation.get("tags") == ["captures"] and method != "GET":
            operation["description"] = _TUS
    return document


_TUS = """Resumable upload, tus 1.0.0 (https://tus.io): creation with Upload-Length, PATCH, HEAD, termination.

Upload-Metadata: filename, filetype, visit_id, challenge_id, captured_at (ISO 8601 with zone), sha256 (hex), signature
(base64; the phone's key over the text sha256 + '.' + challenge_id, and + '.' + camera where there is one), legal_basis,
notice_version when one was shown, consent_renewed=true when the person, having withdrawn consent, has agreed anew,
challenge, the signed challenge (jws) as it was given, which a county that was restored from a backup may not know, and
camera, what the browser says of it: a JSON text of at most 800 characters with label (at most 100), facing (user,
environment, left, right), offers (of facing, torch, zoom, focus) and is_screen, each of which may be left out.

The answer to the last PATCH is sent after the recording was checked and sealed, and carries its capture id in
Onevisit-Capture; HEAD on a finished upload says the same. An unfinished upload lies on disk as plaintext, readable to
the gateway alone, until it is finished or expires (7 days)."""


def access_table(app: FastAPI) -> str:
    """Who may call what, as Markdown."""
    lines = [
        "# Who may call what\n",
        _MADE.strip() + " `tests/structure/test_routes.py` compares it with the code.\n",
        "A route that is not here does not exist; a route without a declaration does not pass the tests.\n",
        "`area`: also for people of a part of the county, who see that part there; `✓`: for the whole county only."
        " Of agencies, `✓`: their program and their people (the page /agency/); `program`: client credentials only.\n",
        "| method | path | " + " | ".join(role.value for role in Role) + " |",
        "| --- | --- |" + " :-: |" * len(Role),
    ]
    for each in sorted(declarations(app), key=lambda line: (line.path, line.method)):
        marks = [_mark(each, role) for role in Role]
        lines.append(f"| {each.method} | `{each.path}` | " + " | ".join(marks) + " |")
    return "\n".join(lines) + "\n"


def _mark(declared: Declared, role: Role) -> str:
    if declared.roles == ():
        return "anyone"
    if role not in (declared.roles or ()):
        return ""
    if role is Role.AGENCY and not declared.by_officer:
        return "program"
    return "area" if declared.by_area and role in OF_A_PART else "✓"


def documents() -> dict[str, str]:
    """File name → content of everything that is made."""
    app = described_app()
    return {
        "openapi.json": json.dumps(openapi(app), ensure_ascii=False, indent=1, sort_keys=True) + "\n",
        "access.md": access_table(app),
        "errors.md": f"# Why the door refuses\n\n{_MADE}{catalogue_table()}",
    }


def main(arguments: list[str]) -> int:
    """Writes or checks; returns the exit code."""
    made = documents()
    if arguments == ["--check"]:
        stale = [name for name, text in made.items() if _read(name) != text]
        for name in stale:
            sys.stderr.write(f"docs/api/{name} is not what the code says: run `python -m services.gateway.openapi`\n")
        return 1 if stale else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (FOLDER / name).write_text(text, "utf-8")
    return 0


def _read(name: str) -> str:
    path = FOLDER / name
    return path.read_text("utf-8") if path.exists() else ""


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
