"""The load: made-up people and the request messages of their agencies, just as the door would have written them.

Everything follows from the number, so that every engine gets the same work and a checker can work out what is true.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from schemas.base import stable_id
from schemas.request import MAX_BATCH, CertificationRequested, Origin, PersonalData, RequestBatch
from schemas.resident_id import check_character
from schemas.wire import Headers, encode
from services.platform import secrets
from services.platform.database import open_pool
from services.platform.sealing import Keyring, key_id_of, seal
from services.platform.settings import Settings

AGENCIES = ("hrss", "civil_affairs", "health")
PROGRAMMES = {"hrss": "pension", "civil_affairs": "advanced_age", "health": "family_support"}
TODAY = datetime.now(UTC).date()
FIRST_DAY = TODAY + timedelta(days=60)
"""Two months ahead, so that nothing is near a lapse: else the ladder's clock, which looks at the whole register when
the scheduler starts, would climb for everybody in it, and be counted as if the requests cost it."""
SAID_AT = datetime(2026, 2, 1, 8, tzinfo=UTC)
PER_DAY_OF_BIRTH = 900
"""People born on one day: sequences 000-899 of the made-up county."""
KEY_CHUNK = 20_000
NAME = "张三"
"""Of everybody: names are sealed one by one and compared within one number, so that equal ones cost the same."""


@dataclass(frozen=True)
class Wanted:
    """One request of the load, in the clear: what a checker works from."""

    agency: str
    request_id: str
    person: int
    window_start: date
    due_date: date


@dataclass(frozen=True)
class Sent:
    """One message of the topic `request`, encoded."""

    agency: str
    headers: Headers
    value: bytes


def id_number(person: int) -> str:
    """The ID number of the n-th made-up person, of a county that does not exist (region 990101)."""
    birth = date(1926, 1, 1) + timedelta(days=person // PER_DAY_OF_BIRTH)
    first_17 = f"990101{birth:%Y%m%d}{person % PER_DAY_OF_BIRTH:03d}"
    return first_17 + check_character(first_17)


def agencies_of(person: int) -> tuple[str, ...]:
    """Who asks for this person: one, two or three agencies, two on average."""
    return AGENCIES[: person % 3 + 1]


def wanted(people: range, agency: str) -> Iterator[Wanted]:
    """What this agency asks for these people. Windows of 31 to 60 days: some of one person meet, some do not."""
    shift = 17 * AGENCIES.index(agency)
    for person in people:
        if agency in agencies_of(person):
            first = FIRST_DAY + timedelta(days=(person * 7) % 30 + shift * (person % 5))
            last = first + timedelta(days=30 + (person * 11) % 30)
            yield Wanted(agency, f"{agency}-{person}", person, first, last)


async def encode_requests(settings: Settings, people: range, *, per_message: int = MAX_BATCH) -> list[Sent]:
    """The messages that ask for these people, agency by agency; makes the data keys of the people, as the door does."""
    keyring = Keyring(secrets.load(settings.secrets).master_key)
    key_ids = {person: key_id_of(id_number(person)) for person in people}
    keys: dict[UUID, bytes] = {}
    async with open_pool(settings.database) as pool, pool.connection() as connection:
        everyone = list(key_ids.values())
        for start in range(0, len(everyone), KEY_CHUNK):
            keys |= await keyring.get_or_make(connection, everyone[start : start + KEY_CHUNK])
            await connection.commit()
    sent: list[Sent] = []
    for agency in AGENCIES:
        asked = list(wanted(people, agency))
        for start in range(0, len(asked), per_message):
            items = tuple(
                CertificationRequested(
                    request_id=one.request_id,
                    programme=PROGRAMMES[agency],
                    window_start=one.window_start.isoformat(),
                    due_date=one.due_date.isoformat(),
                    village_code=f"990101001{one.person % 200 + 1:03d}",
                    personal=seal(
                        keys[key_ids[one.person]],
                        key_ids[one.person],
                        PersonalData(id_number=id_number(one.person), name=NAME, phone="13900000000")
                        .model_dump_json()
                        .encode(),
                    ),
                    origin=Origin(list_id=stable_id("bench-list", agency, str(people)), row=start + row),
                    recorded_at=SAID_AT + timedelta(hours=AGENCIES.index(agency), microseconds=one.person),
                )
                for row, one in enumerate(asked[start : start + per_message], 1)
            )
            batch = RequestBatch(
                event_id=stable_id("bench-batch", agency, str(people), str(start)),
                recorded_at=SAID_AT,
                agency=agency,
                items=items,
            )
            headers, value = encode(batch, source="/onevisit/bench")
            sent.append(Sent(agency, headers, value))
    return sent
