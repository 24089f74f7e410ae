"""What a person can do, kept with the person so that the next cadre asks for the right thing. Health data: sealed."""

from collections.abc import Mapping
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.verification import Action
from services.gateway.domain.abilities import AbilitySet
from services.gateway.door import Door
from services.gateway.errors import Code, Refusal
from services.gateway.store import days
from services.platform.database import Connection
from services.platform.sealing import Unsealable, key_id_of, open_bytes, seal_bytes


class Abilities(BaseModel):
    """What limits a person."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    abilities: list[AbilitySet] = Field(default_factory=list, max_length=len(AbilitySet))
    """Sets that hold (docs/challenge.md): only what can be done under all of them is asked."""
    unable: list[Action] = Field(default_factory=list, max_length=len(Action))
    """Single actions that the person cannot do besides."""


async def keep_abilities(door: Door, connection: Connection, person: str, said: Abilities, said_by: str) -> None:
    """Keeps what was said, sealed under the person's key; it replaces what was said before.

    Raises:
        Refusal: DATA_ERASED when that key was destroyed.
    """
    key_id = key_id_of(person)
    try:
        keys = await door.keyring.get_or_make(connection, [key_id])
    except Unsealable:
        raise Refusal(Code.DATA_ERASED) from None
    box = seal_bytes(keys[key_id], key_id, said.model_dump_json().encode())
    await days.put_abilities(connection, person, box, said_by, door.now())


def open_abilities(person: str, box: bytes | None, keys: Mapping[UUID, bytes]) -> Abilities:
    """What was said of a person; nothing when nobody has said anything, or it cannot be read any more."""
    key_id = key_id_of(person)
    if box is None or key_id not in keys:
        return Abilities()
    try:
        return Abilities.model_validate_json(open_bytes(keys[key_id], key_id, box))
    except (Unsealable, ValidationError):
        return Abilities()
