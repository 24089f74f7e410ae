"""Dead letters as files that a person can repair: the message as JSON, everything else to find its place again."""

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from services.platform.redrive import Letter, Place, RedriveCode, RedriveRefused


class LetterFile(BaseModel):
    """A dead letter as a file. Only `headers` and the value are taken from a repaired one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topic: str
    """Where the message stood."""
    partition: int = Field(ge=0)
    """Its partition."""
    offset: int = Field(ge=0)
    """Its offset."""
    reader: str
    """Who could not read it."""
    code: str = ""
    """Why; for the person who repairs it."""
    error: str = ""
    """What was wrong; for the person who repairs it."""
    headers: tuple[tuple[str, str], ...]
    """The CloudEvents headers, names and texts."""
    value: JsonValue = None
    """The message, when it is JSON."""
    value_text: str | None = None
    """The message, when it is text but no JSON."""
    value_base64: str | None = None
    """The message, when it is no text at all."""

    @model_validator(mode="after")
    def _one_value(self) -> "LetterFile":
        if len({"value", "value_text", "value_base64"} & self.model_fields_set) != 1:
            raise ValueError("give exactly one of value, value_text and value_base64")
        return self

    def content(self) -> bytes:
        """The value as bytes."""
        if self.value_text is not None:
            return self.value_text.encode()
        if self.value_base64 is not None:
            return base64.b64decode(self.value_base64, validate=True)
        return json.dumps(self.value, ensure_ascii=False, separators=(",", ":")).encode()


def file_name(letter: Letter) -> str:
    """A name that says where the letter stood."""
    return f"{letter.place.topic}-{letter.place.partition}-{letter.place.offset}-{letter.reader}.json"


def letter_json(letter: Letter) -> str:
    """The content of the file of a letter."""
    headers = [(name, content.decode("utf-8", "replace")) for name, content in letter.headers]
    place = letter.place
    document: dict[str, Any] = {
        "topic": place.topic,
        "partition": place.partition,
        "offset": place.offset,
        "reader": letter.reader,
        "code": letter.code,
        "error": letter.error,
        "headers": headers,
        **_value(letter.value or b""),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _value(content: bytes) -> dict[str, Any]:
    """The value in the form that is easiest to repair and loses nothing."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return {"value_base64": base64.b64encode(content).decode("ascii")}
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return {"value_text": text}
    return {"value": value}


def read_repair(path: Path, letters: Sequence[Letter]) -> Letter:
    """The letter that a repaired file stands for, with the repaired message.

    Raises:
        RedriveRefused: REPAIR_MALFORMED or LETTER_UNKNOWN.
    """
    try:
        repair = LetterFile.model_validate_json(path.read_bytes())
        content = repair.content()
    except OSError as error:
        raise RedriveRefused(RedriveCode.REPAIR_MALFORMED, f"{path.name}: {error.strerror}") from None
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        where = next((str(part) for part in wrong["loc"] if part in LetterFile.model_fields), "file")
        raise RedriveRefused(RedriveCode.REPAIR_MALFORMED, f"{path.name}: {where}: {wrong['type']}") from None
    except ValueError as error:
        raise RedriveRefused(RedriveCode.REPAIR_MALFORMED, f"{path.name}: value: {type(error).__name__}") from None
    place = Place(repair.topic, repair.partition, repair.offset)
    for letter in letters:
        if letter.mark == (repair.reader, place):
            return letter.with_message(((name, text.encode()) for name, text in repair.headers), content)
    raise RedriveRefused(RedriveCode.LETTER_UNKNOWN, f"{place}, read by {repair.reader}")
