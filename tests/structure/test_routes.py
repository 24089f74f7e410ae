"""Every route says whom it serves, and the documents say the same as the code."""

import json

import pytest

from services.gateway.access.callers import Role, allow, declared_access
from services.gateway.errors import CATALOGUE, Code
from services.gateway.openapi import described_app, documents, main

PAGES = {
    f"/{page}{rest}"
    for page in ("phone", "who", "verify", "staff", "desk", "review", "agency")
    for rest in ("", "/{path}")
}
ANONYMOUS = {
    ("GET", "/healthz"),
    ("GET", "/.well-known/jwks.json"),
    ("GET", "/v1/status-lists"),
    ("GET", "/v1/status-lists/{number}"),
    ("POST", "/v1/token"),
    ("GET", "/v1/sign-in"),
    ("GET", "/v1/sign-in/sso"),
    ("GET", "/v1/sign-in/callback"),
    *(("POST", f"/v1/sign-in/{way}{step}") for way in ("passkey", "invitation") for step in ("", "/question")),
    ("POST", "/v1/devices"),
    ("GET", "/v1/visitors/{code}"),
    ("GET", "/v1/feeds/{secret}.ics"),
    ("GET", "/desk/tiles.json"),
    ("GET", "/phone/audio/dialects.json"),
    *((method, path) for method in ("GET", "HEAD") for path in PAGES),
}


def test_every_route_declares_whom_it_serves() -> None:
    """A route without `allow(...)` or `anonymous` does not pass; the mounted tus router is walked too."""
    declared = list(declared_access(described_app()))
    assert [(method, path) for method, path, roles in declared if roles is None] == []
    assert ("PATCH", "/v1/captures/{uuid}", (Role.DEVICE,)) in declared


def test_what_is_open_to_all_is_listed_here() -> None:
    """Health, keys, status lists, pages and what carries its own credential; nothing else is anonymous."""
    open_to_all = {(method, path) for method, path, roles in declared_access(described_app()) if roles == ()}
    assert open_to_all == ANONYMOUS


def test_an_undeclared_route_is_found() -> None:
    """The walk sees a route that somebody forgot to declare, mounted or not."""
    app = described_app()

    @app.get("/forgotten")
    async def forgotten() -> None:
        """Nobody said whom it serves."""

    assert ("GET", "/forgotten", None) in list(declared_access(app))


def test_a_declaration_names_a_role() -> None:
    """An empty declaration would serve nobody, or everybody."""
    with pytest.raises(ValueError, match="at least one role"):
        allow()


def test_the_documents_say_what_the_code_says() -> None:
    """docs/api/ holds the OpenAPI, the table of access and the catalogue of refusals as the code makes them."""
    assert main(["--check"]) == 0


def test_every_refusal_has_its_texts_in_both_languages() -> None:
    """A code without an entry, or an entry without a next step, does not pass."""
    assert set(CATALOGUE) == set(Code)
    for code, entry in CATALOGUE.items():
        assert all(entry[1:]), code
        assert "{" not in "".join(entry[1:]).replace("{request_id}", ""), code
        assert 400 <= entry.status < 600, code


def test_every_operation_is_described() -> None:
    """Each operation of the OpenAPI has a summary or a description and names its roles; open ones ask for no token."""
    document = json.loads(documents()["openapi.json"])
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation.get("summary") or operation.get("description"), where
            assert operation["x-roles"], where
            assert ("security" in operation) == (operation["x-roles"] != ["anonymous"]), where


def test_no_module_path_stands_in_the_contract() -> None:
    """Two classes of one name would be told apart by where they lie, which is nobody's matter outside: rename one."""
    schemas = json.loads(documents()["openapi.json"])["components"]["schemas"]
    assert [name for name in schemas if "__" in name] == []
