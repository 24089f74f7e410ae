"""What an agency has said of one request, folded so that neither order nor repetition matters.

Each field remembers the moment of the statement that set it; a later statement wins, and of two of the same moment the
larger value, so any order and any repetition of the same statements gives the same request (a last-writer-wins
register: Shapiro et al., "A comprehensive study of Convergent and Commutative Replicated Data Types", 2011).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from schemas.base import Sealed
from schemas.request import AcceptedAmendment, AcceptedItem, AcceptedRequest, AcceptedWithdrawal
from services.scheduler.domain.identity import Cycle, cycle
from services.scheduler.domain.merge import OpenRequest
from services.scheduler.domain.receipt import LastWord

Value = str | bool | None
Written = tuple[str, Value]
"""When a field was said (ISO 8601, UTC, so that text order is time order) and what was said."""

_AMENDABLE = ("programme", "window_start", "due_date", "village_code")
_FIELDS = (*_AMENDABLE, "name_tag", "dwelling")
_WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Statement:
    """All that was said of one request."""

    agency: str
    """Who asks."""
    request_id: str
    """The agency's number."""
    person_key: str
    """Whose."""
    fields: dict[str, Written]
    """Latest value of each field, with its moment."""
    stated_at: str = ""
    """When the request itself was first made; empty while only amendments or a withdrawal have arrived."""
    answers: frozenset[UUID] = frozenset()
    """All certificates that were issued; a second one only after the agency did not take the first."""
    words: Mapping[UUID, LastWord] = field(default_factory=dict)
    """What the agency said of each certificate."""
    duplicate_of: str | None = None
    """The agency's own earlier number for the same person, programme and cycle, when there is one."""
    personal: tuple[str, Sealed] | None = None
    """The latest personal data heard, with their moment; None of a request that was read back from the store."""

    @classmethod
    def blank(cls, item: AcceptedItem) -> Statement:
        """A request of which nothing has been said yet."""
        return cls(agency=item.agency, request_id=item.request_id, person_key=item.person_key, fields={})

    def hear(self, item: AcceptedItem) -> Statement:
        """The statement with one more thing said."""
        moment = _moment(item.recorded_at)
        said: dict[str, Written] = {}
        match item:
            case AcceptedRequest():
                said = {name: (moment, _value(getattr(item, name))) for name in _FIELDS}
                said[_WITHDRAWN] = (moment, False)
            case AcceptedAmendment():
                given = ((name, getattr(item, name)) for name in _AMENDABLE)
                said = {name: (moment, _value(value)) for name, value in given if value is not None}
            case AcceptedWithdrawal():
                said = {_WITHDRAWN: (moment, True)}
        merged = dict(self.fields)
        for name, written in said.items():
            if name not in merged or _order(written) > _order(merged[name]):
                merged[name] = written
        if not isinstance(item, AcceptedRequest):
            return replace(self, fields=merged)
        heard = (moment, item.personal)
        later = heard if self.personal is None or _box_order(heard) > _box_order(self.personal) else self.personal
        return replace(self, fields=merged, stated_at=min(self.stated_at or moment, moment), personal=later)

    def answered(self, certificate_id: UUID) -> Statement:
        """The statement with one more answer."""
        return self if certificate_id in self.answers else replace(self, answers=self.answers | {certificate_id})

    def receipted(self, certificate_id: UUID, word: LastWord) -> Statement:
        """The statement with what the agency says of one of its certificates."""
        last = word.after(self.words.get(certificate_id))
        return replace(self, words={**self.words, certificate_id: last})

    @property
    def turned_down(self) -> Mapping[UUID, LastWord]:
        """The certificates that answer it no more, because the agency needs another proof."""
        return {certificate_id: word for certificate_id, word in self.words.items() if word.opens_again}

    @property
    def certificate_id(self) -> UUID | None:
        """The certificate that answers it; of several (the agency changed its mind) always the same one."""
        return min(self.answers - self.turned_down.keys(), default=None)

    @property
    def withdrawn(self) -> bool:
        """Whether the agency no longer asks."""
        return bool(self.fields.get(_WITHDRAWN, ("", False))[1])

    @property
    def status(self) -> str:
        """``open``, ``withdrawn`` or ``certified``."""
        if self.certificate_id is not None:
            return "certified"
        return "withdrawn" if self.withdrawn else "open"

    @property
    def village_code(self) -> str | None:
        """Where the person lives, as last said."""
        return self._text("village_code")

    @property
    def village_said_at(self) -> str:
        """When the village was said that counts; empty when none does: who names no village says nothing of it."""
        return self.fields["village_code"][0] if self.village_code is not None else ""

    @property
    def dwelling(self) -> str | None:
        """The dwelling (`schemas.base.Dwelling`); None when none was given, or the village was changed since."""
        said_at = self.fields.get("dwelling", ("", None))[0]
        return self._text("dwelling") if said_at >= self.village_said_at else None

    @property
    def name_tag(self) -> str | None:
        """What stands for the name (`schemas.base.NameTag`)."""
        return self._text("name_tag")

    @property
    def stands(self) -> bool:
        """Whether the request was made and not taken back; an answered one stands for ever."""
        return bool(self.stated_at) and self.status != "withdrawn"

    @property
    def cycle(self) -> Cycle:
        """What it asks for: two requests of one person with the same cycle are one question asked twice."""
        return cycle(self.agency, str(self.fields["programme"][1]), self._day("due_date"))

    def find_open(self) -> OpenRequest | None:
        """The request as the merge takes it; None when it is closed or not stated yet.

        Two amendments can leave the first day after the last one: then the due date alone counts, so nothing is lost.
        """
        if self.status != "open" or not self.stated_at:
            return None
        last = self._day("due_date")
        first = min(self._day("window_start"), last)
        return OpenRequest(
            agency=self.agency,
            request_id=self.request_id,
            programme=str(self.fields["programme"][1]),
            person_key=self.person_key,
            window_start=first,
            due_date=last,
            recorded_at=datetime.fromisoformat(self.stated_at),
        )

    def _text(self, name: str) -> str | None:
        value = self.fields.get(name, ("", None))[1]
        return value if isinstance(value, str) else None

    def _day(self, name: str) -> date:
        return date.fromisoformat(str(self.fields[name][1]))


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _value(value: object) -> Value:
    return value.isoformat() if isinstance(value, date) else value if isinstance(value, str) else None


def _order(written: Written) -> tuple[str, str]:
    return written[0], "" if written[1] is None else str(written[1])


def _box_order(heard: tuple[str, Sealed]) -> tuple[str, str]:
    return heard[0], heard[1].box
