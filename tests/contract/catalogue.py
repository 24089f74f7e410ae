"""The committed examples and schemas, read from the files as another language would read them."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "schemas" / "examples"
SCHEMAS = ROOT / "schemas" / "generated"


@dataclass(frozen=True)
class Example:
    """One committed example."""

    event_type: str
    name: str
    text: str

    def __str__(self) -> str:
        return f"{self.event_type}/{self.name}"

    @property
    def document(self) -> Any:
        """Its content, fresh at each call."""
        return json.loads(self.text)


def examples(kind: str) -> list[Example]:
    """All examples whose file name begins with `kind`: ``valid`` or ``invalid``."""
    return [
        Example(path.parent.name, path.stem, path.read_text("utf-8"))
        for path in sorted(EXAMPLES.glob(f"*/{kind}-*.json"))
    ]


def json_schema(event_type: str) -> Any:
    """The committed JSON Schema of an event."""
    return json.loads((SCHEMAS / f"{event_type}.schema.json").read_text("utf-8"))


@cache
def validator(event_type: str) -> Draft202012Validator:
    """A validator that asserts formats too."""
    return Draft202012Validator(json_schema(event_type), format_checker=Draft202012Validator.FORMAT_CHECKER)
