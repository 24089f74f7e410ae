"""Whoever opens personal data writes it into the audit log."""

import ast

from fastapi.routing import iter_route_contexts

from services.gateway.openapi import described_app
from services.platform.audit_chain import Act
from tests.structure.calls import Calls
from tests.structure.source import ROOT, parsed, python_files
from tests.structure.test_routes import PAGES

OPENS = {"unseal", "open_bytes", "open_box", "find_still"}
NOTED_IN = {
    "services/gateway/phone/day.py": ("services/gateway/routes/today.py", "DAY_OPENED"),
    "services/gateway/phone/person_abilities.py": ("services/gateway/routes/today.py", "DAY_OPENED"),
    "services/gateway/feedback/desk.py": ("services/gateway/feedback/desk.py", "FEEDBACK_OPENED"),
    "services/gateway/routes/identity.py": ("services/gateway/routes/identity.py", "IDENTITY_OPENED"),
    "services/gateway/review/cases.py": ("services/gateway/review/cases.py", "REVIEW_CLIP_OPENED"),
    "services/cli/privacy_data.py": ("services/cli/privacy.py", "PERSON_EXPORTED"),
    "services/cli/replay.py": ("services/cli/replay.py", "MEASUREMENTS_OPENED"),
}
"""By each module of the door and the command line that opens sealed data: where that is noted, as which act. (What
workers open is seen by nobody.)"""


def test_every_module_that_opens_personal_data_notes_it() -> None:
    """A new one is named above, and notes what it opens before it shows it."""
    opening = {
        str(path.relative_to(ROOT))
        for path in python_files("services/gateway", "services/cli")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in OPENS
    }
    assert opening == set(NOTED_IN)
    for file, act in NOTED_IN.values():
        assert f"Act.{act}" in (ROOT / file).read_text("utf-8"), file


OPENING = {
    ("GET", "/v1/today"): Act.DAY_OPENED,
    ("GET", "/v1/desk/board"): Act.PLAN_OPENED,
    ("GET", "/v1/desk/plan.csv"): Act.PLAN_OPENED,
    ("GET", "/v1/desk/plan.xlsx"): Act.PLAN_OPENED,
    ("GET", "/v1/desk/route-sheet.pdf"): Act.PLAN_OPENED,
    ("GET", "/v1/identity-questions"): Act.IDENTITY_OPENED,
    ("GET", "/v1/feedback/{feedback_id}"): Act.FEEDBACK_OPENED,
    ("GET", "/v1/feedback/{feedback_id}/{medium}"): Act.FEEDBACK_OPENED,
    ("GET", "/v1/own-feedback/{feedback_id}/answer"): Act.FEEDBACK_ANSWER_READ,
    ("GET", "/v1/review-cases/{case_id}/clip"): Act.REVIEW_CLIP_OPENED,
    ("GET", "/v1/review-cases/{case_id}/photos/{kind}"): Act.REVIEW_PHOTO_OPENED,
}
"""Every route by which sealed data are opened, and as which act each notes it. One that opens without a line would
stand in a table of its own here, with the reason: there is none."""
UPLOADS = {"/v1/captures", "/v1/captures/", "/v1/captures/{uuid}"}
"""Made by the tus library, like pages by a mount: their functions are no module's, and they take, or serve files."""


def test_every_route_that_opens_personal_data_notes_it() -> None:
    """By the calls from each route down: where something sealed is opened, the opening is noted."""
    calls = Calls("services/gateway")
    opening: dict[tuple[str, str], set[str]] = {}
    unread = set()
    for context in iter_route_contexts(described_app().routes):
        endpoint = getattr(context.original_route, "endpoint", None)
        path, start = str(context.path_format), (getattr(endpoint, "__module__", ""), getattr(endpoint, "__name__", ""))
        if start not in calls.names:
            unread.add(path)
            continue
        said = {name for one in calls.reached(start) for name in calls.names[one]}
        if said & OPENS:
            opening |= {(method, path): said & set(Act.__members__) for method in context.methods or ()}
    assert unread <= PAGES | UPLOADS
    assert set(opening) == set(OPENING)
    for route, act in OPENING.items():
        assert act.name in opening[route], route
