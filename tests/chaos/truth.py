"""What is true: a made-up stream of statements, and what must follow from it, worked out by brute force.

Nothing here is shared with the services but the form of the messages: statements are applied one by one as they were
said, and the fewest visits of a person are found by trying.
"""

import hashlib
import hmac
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import combinations

from tests.integration.line import made_up_ids

FIRST_DAY = date(2026, 3, 1)
SAID_AT = datetime(2026, 2, 1, tzinfo=UTC)
PROGRAMMES = {"hrss": ("pension", "disability"), "civil_affairs": ("advanced_age",), "health": ("family_support",)}
AMENDED, WITHDRAWN, SENT_AGAIN, BAD = 0.08, 0.05, 0.05, 0.02
"""Shares of the requests to which this happens."""

Key = tuple[str, str]
"""Agency and its request number."""


class Kind(StrEnum):
    """What a statement is."""

    REQUESTED = "requested"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Said:
    """One statement of the stream, in the clear."""

    kind: Kind
    agency: str
    request_id: str
    programme: str
    id_number: str
    window: tuple[date, date]
    moment: datetime
    bad: bool = False
    """Its ID number has a wrong check character: it must be refused, once."""


@dataclass
class Truth:
    """The stream of each agency, and what must be there in the end."""

    stream: dict[str, list[Said]]
    open_windows: dict[Key, tuple[date, date]] = field(default_factory=dict)
    """Every request that still needs a visit, with its window."""
    accepted: dict[Key, str] = field(default_factory=dict)
    """Every request that must have been taken, with the ID number of its person."""
    refused: set[Key] = field(default_factory=set)

    @classmethod
    def make(cls, requests: int, seed: int) -> "Truth":
        """About as many requests as asked for, the same for the same seed."""
        rng = random.Random(seed)
        placed: defaultdict[str, list[tuple[float, int, Said]]] = defaultdict(list)
        numbers = iter(made_up_ids(requests))
        made = 0
        while made < requests:
            number = next(numbers)
            asked = [(agency, programme) for agency, all_of in PROGRAMMES.items() for programme in all_of]
            for agency, programme in rng.sample(asked, rng.randint(1, 4)):
                made += 1
                placed[agency] += [(at, made, said) for at, said in _life(rng, agency, programme, number, made)]
        truth = cls({agency: _in_order(all_of) for agency, all_of in sorted(placed.items())})
        truth._apply()
        return truth

    @property
    def statements(self) -> int:
        """How many statements are sent."""
        return sum(map(len, self.stream.values()))

    def fewest_visits(self, county_secret: bytes) -> dict[str, int]:
        """For each person with an open request, the fewest visits."""
        people: defaultdict[str, list[tuple[date, date]]] = defaultdict(list)
        for key, window in self.open_windows.items():
            people[person_key(county_secret, self.accepted[key])].append(window)
        return {person: fewest(windows) for person, windows in people.items()}

    def _apply(self) -> None:
        """Applies what was said in the order of its moments: of two statements of one request the later one counts."""
        said = sorted((s for all_of in self.stream.values() for s in all_of), key=lambda s: s.moment)
        for one in said:
            key = (one.agency, one.request_id)
            if one.bad:
                self.refused.add(key)
                continue
            self.accepted[key] = one.id_number
            if one.kind is Kind.WITHDRAWN:
                self.open_windows.pop(key, None)
            elif one.kind is Kind.REQUESTED or key in self.open_windows:
                self.open_windows[key] = one.window


def person_key(county_secret: bytes, id_number: str) -> str:
    """The pseudonym of a person, as docs/adr/0004 defines it."""
    return hmac.new(county_secret, id_number.encode(), hashlib.sha256).hexdigest()


def fewest(windows: Iterable[tuple[date, date]]) -> int:
    """The fewest days such that every window holds one, found by trying all sets of last days."""
    all_of = list(windows)
    ends = sorted({last for _, last in all_of})
    for count in range(1, len(ends) + 1):
        for days in combinations(ends, count):
            if all(any(first <= day <= last for day in days) for first, last in all_of):
                return count
    return 0


def _life(rng: random.Random, agency: str, programme: str, number: str, serial: int) -> list[tuple[float, Said]]:
    """All that is said of one request, each with its place (0-1) in the agency's stream."""
    bad = rng.random() < BAD
    if bad:
        number = number[:-1] + ("1" if number[-1] != "1" else "2")
    request_id = f"{agency}-{serial}"
    moment = SAID_AT + timedelta(seconds=10 * serial)

    def said(kind: Kind, after: int) -> Said:
        first = FIRST_DAY + timedelta(days=rng.randrange(60))
        window = (first, first + timedelta(days=rng.randrange(10, 60)))
        return Said(kind, agency, request_id, programme, number, window, moment + timedelta(seconds=after), bad)

    at = rng.random()
    first = said(Kind.REQUESTED, 0)
    life = [(at, first)]
    if bad:
        return life
    if rng.random() < AMENDED:
        life.append((rng.uniform(at, 1), said(Kind.AMENDED, 1)))
    if rng.random() < WITHDRAWN:
        life.append((rng.uniform(at, 1), said(Kind.WITHDRAWN, 2)))
    if rng.random() < SENT_AGAIN:
        life.append((rng.uniform(at, 1), first))
    return life


def _in_order(placed: list[tuple[float, int, Said]]) -> list[Said]:
    return [said for _, _, said in sorted(placed, key=lambda entry: entry[:2])]
