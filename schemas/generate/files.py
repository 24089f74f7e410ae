"""Which derived files there are, what they must hold, and how they differ from what is committed."""

import difflib
import json
from pathlib import Path, PurePosixPath
from typing import Any

from schemas.generate.asyncapi import asyncapi_yaml
from schemas.generate.faults import faulty_examples
from schemas.generate.json_schemas import json_schema_of
from schemas.generate.specimens import valid_examples
from schemas.generate.topic_table import topics_markdown
from schemas.wire import EVENT_TYPES

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = PurePosixPath("schemas/generated")
EXAMPLES = PurePosixPath("schemas/examples")


def expected_files() -> dict[PurePosixPath, str]:
    """Every derived file by its path from the project's root, with its content."""
    files = {SCHEMAS / f"{name}.schema.json": _json(json_schema_of(event)) for name, event in EVENT_TYPES.items()}
    files[SCHEMAS / "asyncapi.yaml"] = asyncapi_yaml()
    files[PurePosixPath("docs/topics.md")] = topics_markdown()
    for event_type, name, document in (*valid_examples(), *faulty_examples()):
        files[EXAMPLES / event_type / f"{name}.json"] = _json(document)
    return dict(sorted(files.items()))


def stale_files(root: Path = ROOT) -> list[PurePosixPath]:
    """Files in the folders of derived files that no model makes any more."""
    expected = expected_files()
    found = (
        PurePosixPath(path.relative_to(root).as_posix())
        for folder in (SCHEMAS, EXAMPLES)
        for path in sorted((root / folder).rglob("*"))
        if path.is_file()
    )
    return [path for path in found if path not in expected]


def differences(root: Path = ROOT) -> str:
    """A unified diff from what is committed to what should be; empty when all is up to date."""
    parts = [
        _diff(path, (root / path).read_text("utf-8") if (root / path).is_file() else "", content)
        for path, content in expected_files().items()
    ]
    parts += [_diff(path, (root / path).read_text("utf-8"), "") for path in stale_files(root)]
    return "".join(parts)


def _diff(path: PurePosixPath, old: str, new: str) -> str:
    return "".join(
        difflib.unified_diff(
            old.splitlines(keepends=True), new.splitlines(keepends=True), f"committed/{path}", f"generated/{path}"
        )
    )


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
