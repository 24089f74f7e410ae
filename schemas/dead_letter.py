"""A dead letter: a message that could not be read, kept with its error until it is repaired and sent again."""

from typing import ClassVar

from pydantic import Field

from schemas.base import Event


class DeadLetter(Event):
    """A message that its reader could not understand; the messages behind it went on."""

    event_type: ClassVar[str] = "org.onevisit.dead-letter.v1"

    topic: str
    """Where it stood."""
    partition: int = Field(ge=0)
    """Its partition."""
    offset: int = Field(ge=0)
    """Its offset."""
    reader: str
    """Who could not read it."""
    code: str = Field(pattern=r"^[A-Z][A-Z0-9_]+$")
    """Permanent code of the error."""
    error: str
    """What is wrong, without the content."""
    key: str | None
    """Base64 of the message's key."""
    headers: tuple[tuple[str, str], ...]
    """The message's headers, values in base64."""
    value: str | None
    """Base64 of the message's value."""
