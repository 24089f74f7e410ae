"""What a person must decide before two records count as one person's, as ``onevisit merge --json`` lists it.

Three sorts stand under ``held``: accepted requests that bear one ID number and names that disagree
(``NAMES_DISAGREE``), or of which some have no name (``NAME_UNCONFIRMED``), and rows rejected for their ID number that
may be of an accepted person (``ID_UNSURE``).

Personal data. Who decides must see the names, so they are shown as typed, beside file, row and request number; nothing
else of the person is: no ID number, no birth date, no address, no telephone (reasons say only that they agree). The
answer is therefore to be kept like the lists themselves; the tables on the screen count the held records and show none.
"""

import hmac
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from schemas.request_row import RequestRow
from services.cli.merge_places import Place
from services.scheduler.domain.codes import Language
from services.scheduler.domain.identity import Settled
from services.scheduler.domain.intake import Rejected, read_who
from services.scheduler.domain.linkage import Finder, Known, Sought
from services.scheduler.domain.linkage_reasons import HeldReason, LinkReason, explain_held, explain_link
from services.scheduler.domain.programmes import read_agency, read_programme
from services.scheduler.domain.register import Entry

_LIKE_AN_ID: Final = re.compile(r"[0-9]{6}(?:(?:18|19|20)[0-9]{2})[0-9 *-]{4,}[Xx]?|[0-9]{15,}[Xx]?")
"""What may be an ID number, damaged too, that slipped into another column: not shown."""

VisitOf = Mapping[tuple[str, str], str]
"""Agency and request number → the visit that answers it."""


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """One row as a person must see it to decide."""

    place: Place
    agency: str | None
    request_id: str | None
    programme: str | None
    name: str | None
    side: int | None = None
    """Records with one number here have names that agree."""

    def as_json(self, visit_of: VisitOf) -> dict[str, Any]:
        """The record as the JSON answer states it, with its visit when it has one."""
        stated = self.place.as_json() | {
            "agency": _shown(self.agency),
            "request_id": self.request_id if self.side is not None else _shown(self.request_id),
            "programme": _shown(self.programme),
            "name": _shown(self.name),
        }
        if self.side is not None:
            stated["side"] = self.side
        visit = visit_of.get((self.agency or "", self.request_id or ""))
        return stated | ({"visit_id": visit} if visit else {})


@dataclass(frozen=True, slots=True)
class HeldCandidate:
    """An accepted person of whom a rejected row may be."""

    person_key: str
    score: float
    reasons: tuple[LinkReason, ...]
    records: tuple[HeldRecord, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """One question for a person."""

    held_id: str
    """32 hex digits under the county's secret; the same as long as the records' names are."""
    reason: HeldReason
    score: float
    reasons: tuple[LinkReason, ...]
    records: tuple[HeldRecord, ...]
    person_key: str | None = None
    candidates: tuple[HeldCandidate, ...] = ()

    def as_json(self, visit_of: VisitOf, language: Language) -> dict[str, Any]:
        """The question as the JSON answer states it."""
        text = explain_held(self.reason, language)
        stated: dict[str, Any] = {
            "held_id": self.held_id,
            "code": self.reason.value,
            "message": text.message,
            "next_step": text.next_step,
            "score": self.score,
            "reasons": _reasons_as_json(self.reasons, language),
            "records": [record.as_json(visit_of) for record in self.records],
        }
        if self.person_key:
            stated["person_key"] = self.person_key
        if self.candidates:
            stated["candidates"] = [
                {
                    "person_key": candidate.person_key,
                    "score": candidate.score,
                    "reasons": _reasons_as_json(candidate.reasons, language),
                    "records": [record.as_json(visit_of) for record in candidate.records],
                }
                for candidate in self.candidates
            ]
        return stated


def hold_names(person: Settled[Place], person_key: str, secret: bytes) -> Held:
    """The question whether the names of one ID number are one person's."""
    score, reasons = person.likeness()
    records = tuple(_record(entry, side) for side, mine in enumerate(person.sides, 1) for entry in mine)
    names = sorted({record.name or "" for record in records})
    return Held(
        held_id=_held_id(secret, "names", person.number, *names),
        reason=HeldReason.NAMES_DISAGREE if person.names_disagree else HeldReason.NAME_UNCONFIRMED,
        score=score,
        reasons=reasons,
        records=records,
        person_key=person_key,
    )


def hold_unsure(
    rejected: Sequence[tuple[Place, RequestRow, Rejected]],
    accepted: Iterable[Entry[Place]],
    *,
    secret: bytes,
    key_of: Callable[[str], str],
) -> list[Held]:
    """The rows rejected for their ID number that may be of somebody accepted, each with whom.

    Args:
        rejected: where, as typed, and why.
        accepted: all accepted requests.
        secret: key of the ids.
        key_of: person key of an accepted ID number.
    """
    if not rejected:
        return []
    entries: dict[str, list[Entry[Place]]] = {}
    for entry in accepted:
        entries.setdefault(entry.request.resident_id.number, []).append(entry)
    finder = Finder(_known(entry) for mine in entries.values() for entry in mine)
    held = []
    for place, row, outcome in rejected:
        name, village_code = read_who(row)
        found = finder.find(Sought(row.id_number, name, village_code, _phone(row.phone)))
        if not found:
            continue
        record = HeldRecord(
            place=place,
            agency=read_agency(row.agency)[0] if row.agency else None,
            request_id=outcome.request_id,
            programme=read_programme(row.programme)[0] if row.programme else None,
            name=name,
        )
        candidates = tuple(
            HeldCandidate(
                person_key=key_of(candidate.number),
                score=candidate.score,
                reasons=candidate.reasons,
                records=tuple(
                    _record(entry) for entry in sorted(entries[candidate.number], key=lambda entry: entry.request.key)
                ),
            )
            for candidate in found
        )
        held.append(
            Held(
                held_id=_held_id(secret, "unsure", place.file, str(place.sheet), str(place.row)),
                reason=HeldReason.ID_UNSURE,
                score=candidates[0].score,
                reasons=candidates[0].reasons,
                records=(record,),
                candidates=candidates,
            )
        )
    return held


def _record(entry: Entry[Place], side: int | None = None) -> HeldRecord:
    request = entry.request
    return HeldRecord(entry.origin, request.agency, request.request_id, request.programme, request.name, side)


def _known(entry: Entry[Place]) -> Known[Place]:
    request = entry.request
    return Known(
        number=request.resident_id.number,
        birth_date=request.resident_id.birth_date,
        name=request.name,
        village_code=request.village_code,
        phone=_phone(request.phone),
        origin=entry.origin,
    )


def _phone(typed: str | None) -> str | None:
    digits = "".join(character for character in typed or "" if character.isdecimal())
    return digits if len(digits) >= 7 else None


def _shown(text: str | None) -> str | None:
    """The text, unless it may hold an ID number."""
    return None if text is None or _LIKE_AN_ID.search(unicodedata.normalize("NFKC", text)) else text


def _reasons_as_json(reasons: Iterable[LinkReason], language: Language) -> list[dict[str, str]]:
    return [{"code": reason.value, "message": explain_link(reason, language)} for reason in reasons]


def _held_id(secret: bytes, *told: str) -> str:
    return hmac.digest(secret, "\n".join(("held", *told)).encode("utf-8", "replace"), "sha256").hex()[:32]
