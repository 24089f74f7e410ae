"""Identity: whether the names that stand with one ID number are one person's. Only a person decides."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from schemas.base import Event, PersonKey


class IdentityDecided(Event):
    """A reviewer has compared the records and the identity card."""

    event_type: ClassVar[str] = "org.onevisit.identity.decided.v1"

    question_id: UUID
    """The question. It is of certain names: when they change, it is put anew."""
    person_key: PersonKey
    """The ID number that the records share."""
    same: bool
    """True: one person, the visits are merged. False: two people, one of whom bears a wrong number."""
    decided_by: str = Field(min_length=1, max_length=64)
    """Account that decided; never a name."""
