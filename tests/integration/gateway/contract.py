"""The door tried by its own OpenAPI: schemathesis makes the requests and compares the answers with what is declared."""

import copy
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema

ENDLESS: Final = ("get", "/v1/desk/events")
"""A stream that ends when the reader leaves: nothing here waits for that (`test_desk_files.py` reads it)."""
CHECKS: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "ignored_auth",
)
MEANT: Final = {"PLANNER_AWAY", "SSO_NOT_SET_UP"}
"""Codes of 5xx that are the right answer here: no planner runs behind this door, and it has no single sign-on."""

NOT_HTTP: Final = "Invalid HTTP request received."
"""The server's own answer to what is no HTTP request (a Content-Length that is no number): no route sees it."""


@dataclass
class Account:
    """What was tried, and what was wrong with it."""

    tried: Counter[str] = field(default_factory=Counter)
    """By operation: how many requests were sent."""
    wrong: dict[str, str] = field(default_factory=dict)
    """By operation and failure: the request that shows it again."""

    def __str__(self) -> str:
        return "\n".join(f"{title}\n{example}\n" for title, example in self.wrong.items())


def part_of(document: Mapping[str, Any], ids: Mapping[str, str], wanted: Callable[[list[str]], bool]) -> dict[str, Any]:
    """The document with the operations of whose roles this is true; `ids` are examples of what stands in a path."""
    part: dict[str, Any] = copy.deepcopy(dict(document))
    for path, operations in part["paths"].items():
        for method, operation in list(operations.items()):
            if not wanted(operation["x-roles"]) or (method, path) == ENDLESS:
                del operations[method]
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path" and parameter["name"] in ids:
                    parameter["example"] = ids[parameter["name"]]
    part["paths"] = {path: operations for path, operations in part["paths"].items() if operations}
    return part


def try_door(
    address: str, document: dict[str, Any], headers: dict[str, str], *, examples: int, thorough: bool
) -> Account:
    """Tries every operation of the document with these headers; blocks until it has.

    Args:
        examples: so many made-up requests for each operation, always the same ones.
        thorough: also every boundary of every field (the coverage phase of schemathesis).
    """
    config = SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "base-url": address,
            "headers": headers,
            "request-timeout": 120,
            "continue-on-failure": True,
            "generation": {"max-examples": examples, "deterministic": True, "database": "none", "no-shrink": True},
            "checks": {"enabled": False} | {name: {"enabled": True} for name in CHECKS},
            "phases": {
                "examples": {"enabled": False},
                "stateful": {"enabled": False},
                "coverage": {"enabled": thorough, "unexpected-methods": []},
            },
        }
    )
    account = Account()
    for event in from_schema(schemathesis.openapi.from_dict(document, config=config)).execute():
        if isinstance(event, events.ScenarioFinished):
            _enter(account, event)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            account.wrong[f"{getattr(event, 'label', 'all')}: not tried"] = str(vars(event))
    return account


def _enter(account: Account, event: events.ScenarioFinished) -> None:
    """Counts one scenario's requests, and keeps each failure once, with the answer."""
    recorder = event.recorder
    account.tried[recorder.label] += len(recorder.interactions)
    for case_id, checks in recorder.checks.items():
        response = recorder.interactions[case_id].response
        said = (response.content or b"")[:2000].decode(errors="replace") if response else "no answer"
        for check in checks:
            if check.status is not Status.FAILURE or check.failure_info is None:
                continue
            if said == NOT_HTTP or _is_meant(check.name, said):
                continue
            failure = check.failure_info
            title = f"{recorder.label}: {check.name}: {failure.failure.title}"
            account.wrong.setdefault(title, f"{failure.code_sample}\n{failure.failure.message}\n{said}")


def _is_meant(check: str, said: str) -> bool:
    return check == "not_a_server_error" and said.startswith("{") and json.loads(said).get("code") in MEANT
