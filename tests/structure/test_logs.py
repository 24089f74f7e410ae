"""What certify may say in a log is a closed list: nothing of a face can slip in beside it."""

import ast

from tests.structure.source import ROOT, python_files

ALLOWED = {
    "error",
    "event.capture_id",
    "found.decision",
    "','.join(found.reasons)",
    "type(error).__name__",
    "people",
    "expired",
    "FACES_TO_FILE",
    "', '.join((f'{number} {kind}' for kind, number in sorted(gone.items())))",
    "programme",
    "rules.sface_threshold",
    "rules.max_reference_days or 'any number of'",
    "'counts' if rules.accept_refreshed else 'does not count'",
    "policy.version",
    "'the default' if file is None else 'file'",
    "'of any other name' if programme == '*' else programme",
    "rule.in_words()",
    "name",
}
"""Recording, decision, reason codes; kinds and numbers; names and thresholds of policies; errors that name keys and
blobs by id (``BlobMissing``, ``Unsealable``)."""

LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}


def test_certify_logs_only_what_was_agreed_on() -> None:
    """A new thing to be logged is a decision: add it above, or do not log it."""
    said = {}
    for path in python_files("services/certify"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
                if ast.unparse(node.func.value) not in {"log", "logging", "logger"}:
                    continue
                assert isinstance(node.args[0], ast.Constant), f"{path}:{node.lineno}: the text is made up on the way"
                for argument in node.args[1:]:
                    said[ast.unparse(argument)] = f"{path.relative_to(ROOT)}:{node.lineno}"
    assert {text: where for text, where in said.items() if text not in ALLOWED} == {}
    assert "found.decision" in said, "the test has found the logs"
