"""Whoever opens personal data writes it into the audit log."""

import ast

from tests.structure.source import ROOT, parsed, python_files

OPENS = {"unseal", "open_bytes", "open_box", "find_still"}
NOTED_IN = {
    "services/gateway/day.py": ("services/gateway/routes/today.py", "DAY_OPENED"),
    "services/gateway/person_abilities.py": ("services/gateway/routes/today.py", "DAY_OPENED"),
    "services/gateway/routes/identity.py": ("services/gateway/routes/identity.py", "IDENTITY_OPENED"),
    "services/gateway/review_desk.py": ("services/gateway/review_desk.py", "REVIEW_CLIP_OPENED"),
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
