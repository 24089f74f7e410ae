"""The register of accepted requests: what is new, what repeats, what changes, and what clashes with what came before.

What several requests of one person say of each other (names, cycles) is judged by `identity`, when all are known.
`relate` is the rule for one pair, for a store that looks the earlier request up; `Register` folds whole lists.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar

from services.scheduler.domain.codes import RejectionCode, RepeatCode
from services.scheduler.domain.intake import Accepted

OriginT = TypeVar("OriginT")
"""Where a request came from; only handed back."""


class Relation(StrEnum):
    """How a request relates to the earlier one with the same agency and request number."""

    REPEATED = "repeated"
    AMENDED = "amended"
    OTHER_PERSON = "other_person"


def relate(earlier: Accepted, later: Accepted) -> Relation:
    """Same person and content: repeated; same person, anything else differs: amended; another person: a clash."""
    if earlier.resident_id != later.resident_id:
        return Relation.OTHER_PERSON
    return Relation.REPEATED if earlier == later else Relation.AMENDED


@dataclass(frozen=True, slots=True)
class Entry(Generic[OriginT]):
    """An accepted request and where it came from."""

    request: Accepted
    origin: OriginT


@dataclass(frozen=True, slots=True)
class Observation(Generic[OriginT]):
    """What the register noticed about a request: a repetition or a clash."""

    code: RepeatCode | RejectionCode
    field: str
    of: OriginT
    """Where the earlier request came from that this one repeats or contradicts."""


class Register(Generic[OriginT]):
    """All distinct requests, by (agency, request number); the later row of one request wins."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], Entry[OriginT]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry[OriginT]]:
        return iter(self._entries.values())

    def add(self, request: Accepted, origin: OriginT) -> list[Observation[OriginT]]:
        """Take a request in; a `RejectionCode` among the observations means that it was not taken."""
        earlier = self._entries.get(request.key)
        if earlier is None:
            self._entries[request.key] = Entry(request, origin)
            return []
        match relate(earlier.request, request):
            case Relation.OTHER_PERSON:
                return [Observation(RejectionCode.REQUEST_ID_REUSED, "request_id", earlier.origin)]
            case Relation.REPEATED:
                return [Observation(RepeatCode.REQUEST_REPEATED, "request_id", earlier.origin)]
            case Relation.AMENDED:
                self._entries[request.key] = Entry(request, origin)
                return [Observation(RepeatCode.REQUEST_AMENDED, "request_id", earlier.origin)]


__all__: Final = ["Entry", "Observation", "Register", "Relation", "relate"]
