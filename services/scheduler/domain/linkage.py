"""Whom a row without a sure ID number may be of: candidates for a person to decide, never a merge.

Candidates are looked up, not compared one by one: by the valid numbers one slip away, and by what the name sounds like
together with the year, the day, the village or the telephone. So the work for one row does not grow with the county.

The score is a sum of weights on the scale of log odds (Fellegi and Sunter, "A Theory for Record Linkage", 1969), told
as a probability. The weights are judged, not learned: what one agreement makes likelier in a county of some thousand
old people; `bench/linkage.py` measures what follows. It only orders a person's work: no score merges.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import exp
from typing import Final, Generic, TypeVar

from services.scheduler.domain.linkage_ids import (
    birth_digits,
    birth_relation,
    compact,
    one_slip_away,
    two_digits_off,
    visible_part,
)
from services.scheduler.domain.linkage_names import NameRelation, compare_names, latin_words, name_similarity, sound_of
from services.scheduler.domain.linkage_reasons import LinkReason

OriginT = TypeVar("OriginT")

WEIGHTS: Final[dict[LinkReason, float]] = {
    LinkReason.ID_SAME: 9.0,
    LinkReason.ID_ONE_DIGIT_OFF: 8.0,
    LinkReason.ID_DIGITS_SWAPPED: 8.0,
    LinkReason.ID_DIGIT_LOST_OR_ADDED: 8.0,
    LinkReason.ID_TWO_DIGITS_OFF: 6.0,
    LinkReason.ID_VISIBLE_PART_FITS: 4.0,
    LinkReason.NAME_SAME: 5.0,
    LinkReason.NAME_SOUNDS_SAME: 3.5,
    LinkReason.NAME_CHARACTER_REPLACED: 3.5,
    LinkReason.NAME_PARTLY_GIVEN: 3.0,
    LinkReason.NAME_NOT_GIVEN: 0.0,
    LinkReason.NAME_SIMILAR: 1.0,
    LinkReason.SURNAME_SAME: -2.0,
    LinkReason.NAME_OTHER: -4.0,
    LinkReason.BIRTH_DATE_SAME: 4.0,
    LinkReason.BIRTH_DATE_ONE_DIGIT_OFF: 2.0,
    LinkReason.BIRTH_DATE_OTHER: -2.0,
    LinkReason.VILLAGE_SAME: 2.0,
    LinkReason.VILLAGE_OTHER: -0.5,
    LinkReason.PHONE_SAME: 4.0,
}
"""What each reason adds; reasons about the birth date are left out where the whole number already speaks."""
PRIOR: Final = -7.0
"""Before anything is known: about one in a thousand."""
LEAST_SCORE: Final = 0.05
"""Below it nothing is shown: a sound in common and no more."""
LEAST_VISIBLE: Final = 10
"""Characters of a hidden or rounded number that must be seen: fewer say the county and the decade, not who."""
MOST_CANDIDATES: Final = 5
"""More than that nobody reads."""
MOST_NAMESAKES: Final = 64
"""A key that more records share than this tells nobody apart, and is not followed."""


@dataclass(frozen=True, slots=True)
class Known(Generic[OriginT]):
    """One accepted record of a person."""

    number: str
    """The valid ID number. Personal: never shown."""
    birth_date: date
    name: str | None
    village_code: str | None
    phone: str | None
    origin: OriginT


@dataclass(frozen=True, slots=True)
class Sought:
    """A row whose ID number is missing or damaged."""

    number: str | None
    """The number as typed. Personal: never shown."""
    name: str | None
    village_code: str | None = None
    phone: str | None = None
    birth_date: date | None = None
    """Where a register states it apart from the number."""


@dataclass(frozen=True, slots=True)
class Candidate(Generic[OriginT]):
    """A person of whom the row may be, with the record that fits best."""

    number: str
    """The candidate's ID number. Personal: never shown."""
    score: float
    """0 to 1; higher is likelier."""
    reasons: tuple[LinkReason, ...]
    best: Known[OriginT]


class Finder(Generic[OriginT]):
    """Accepted records, indexed to find whom a damaged row may be of."""

    def __init__(self, known: Iterable[Known[OriginT]]) -> None:
        self._by_number: defaultdict[str, list[Known[OriginT]]] = defaultdict(list)
        self._by_key: defaultdict[tuple[str, ...], list[Known[OriginT]]] = defaultdict(list)
        seen: set[tuple[str, str | None, str | None, str | None]] = set()
        for record in sorted(known, key=lambda r: (r.number, r.name or "", r.village_code or "", r.phone or "")):
            if (told := (record.number, record.name, record.village_code, record.phone)) in seen:
                continue
            seen.add(told)
            self._by_number[record.number].append(record)
            birth = record.birth_date.strftime("%Y%m%d")
            for key in _keys(record.name, birth, record.village_code, record.phone):
                self._by_key[key].append(record)
            for cut in _CUTS:
                self._by_key["number", record.number[:cut]].append(record)

    def find(self, sought: Sought) -> list[Candidate[OriginT]]:
        """The likeliest persons, best first; the same whatever the order of the known records."""
        number = compact(sought.number or "")
        birth = sought.birth_date.strftime("%Y%m%d") if sought.birth_date else birth_digits(number)
        slips = {near: reason for near, reason in one_slip_away(number) if near in self._by_number}
        head, tail = visible_part(number)
        records = {id(record): record for near in slips for record in self._by_number[near]}
        for key in (*_keys(sought.name, birth, sought.village_code, sought.phone), *_head_keys(head)):
            near_records = self._by_key.get(key, ())
            if len(near_records) <= MOST_NAMESAKES:
                records.update((id(record), record) for record in near_records)
        best: dict[str, Candidate[OriginT]] = {}
        for record in records.values():
            fits = len(head + tail) >= LEAST_VISIBLE and record.number.startswith(head) and record.number.endswith(tail)
            about_number = slips.get(record.number) or (
                LinkReason.ID_VISIBLE_PART_FITS
                if fits
                else LinkReason.ID_TWO_DIGITS_OFF
                if two_digits_off(number, record.number)
                else None
            )
            candidate = _judge(sought, record, about_number, birth)
            if candidate.score >= LEAST_SCORE and (
                record.number not in best or candidate.score > best[record.number].score
            ):
                best[record.number] = candidate
        return sorted(best.values(), key=lambda candidate: (-candidate.score, candidate.number))[:MOST_CANDIDATES]


_CUTS: Final = (10, 14, 15)
"""Lengths of a number's head by which hidden and rounded numbers are looked up: to the year, the day, the sequence."""


def _head_keys(head: str) -> list[tuple[str, ...]]:
    cut = max((cut for cut in _CUTS if cut <= len(head)), default=0)
    return [("number", head[:cut])] if cut else []


def _keys(name: str | None, birth: str, village: str | None, phone: str | None) -> list[tuple[str, ...]]:
    """What a record is looked up by. One slip in a birth date leaves the year or the day whole."""
    keys: list[tuple[str, ...]] = []
    if name and (sound := sound_of(name)):
        keys.append(("name", sound))
        if birth:
            keys += [("year", sound, birth[:4]), ("day", sound, birth[4:])]
        if village:
            keys.append(("village", sound, village))
        for word in latin_words(name):
            keys += [("word", word, place) for place in (birth, village) if place]
    if birth and village:
        keys.append(("birth", birth, village))
    if phone:
        keys.append(("phone", phone))
    return keys


def _is_womans(number: str) -> bool:
    return len(number) == 18 and int(number[16]) % 2 == 0


def _judge(sought: Sought, record: Known[OriginT], about_number: LinkReason | None, birth: str) -> Candidate[OriginT]:
    reasons = [about_number] if about_number else []
    relation = compare_names(sought.name, record.name, female=_is_womans(record.number))
    if sought.name and record.name:
        likeness = 1.0 if relation.agrees else name_similarity(sought.name, record.name)
        reasons.append(LinkReason.of_name(relation, likeness, sought.name, record.name))
    else:
        reasons.append(LinkReason.of_name(NameRelation.UNSTATED, 0.0, "", ""))
    if about_number is None and (born := birth_relation(birth, record.birth_date)):
        reasons.append(born)
    if sought.village_code and record.village_code:
        same = sought.village_code == record.village_code
        reasons.append(LinkReason.VILLAGE_SAME if same else LinkReason.VILLAGE_OTHER)
    if sought.phone and sought.phone == record.phone:
        reasons.append(LinkReason.PHONE_SAME)
    odds = PRIOR + sum(WEIGHTS[reason] for reason in reasons)
    return Candidate(record.number, round(1 / (1 + exp(-odds)), 3), tuple(reasons), record)
