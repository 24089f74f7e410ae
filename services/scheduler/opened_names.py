"""The names that stand with one ID number, opened for the moment in which they are compared.

Only where two tags differ (`domain/question.py`): of the others nobody needs to know the name. Nothing opened is kept.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

from pydantic import ValidationError

from schemas.base import Sealed
from schemas.request import PersonalData
from schemas.request_row import RequestRow
from schemas.resident_id import InvalidResidentId, ResidentId, Sex
from services.platform.database import Connection
from services.platform.sealing import Keyring, Unsealable, key_id_of, unseal
from services.scheduler.domain.intake import read_who
from services.scheduler.domain.person import Person
from services.scheduler.domain.question import KnownNames
from services.scheduler.domain.visit import RequestKey
from services.scheduler.store.people import personal_of


async def open_names(connection: Connection, keyring: Keyring, people: Collection[Person]) -> dict[str, KnownNames]:
    """The opened names by person; a name whose key was destroyed is left out."""
    if not people:
        return {}
    stored = await personal_of(connection, [person.person_key for person in people])
    boxes = {person.person_key: _boxes(person, stored.get(person.person_key, {})) for person in people}
    keys = await keyring.find(connection, {box.key_id for mine in boxes.values() for box in mine.values()})
    names = {}
    for person in people:
        opened = {key: found for key, box in boxes[person.person_key].items() if (found := _open(keys, box))}
        tags = {key: person.statements[key].name_tag for key in opened}
        by_tag = {tag: name for key, found in opened.items() if (tag := tags[key]) and (name := _name(found))}
        names[person.person_key] = KnownNames(by_tag, female=any(_is_female(found) for found in opened.values()))
    return names


def _boxes(person: Person, stored: Mapping[RequestKey, tuple[str, str]]) -> dict[RequestKey, Sealed]:
    """The latest personal data of each request: what lies in the store, or what was just heard."""
    key_id = key_id_of(person.person_key)
    latest = {key: (moment, Sealed(key_id=key_id, box=box)) for key, (moment, box) in stored.items()}
    for key, statement in person.statements.items():
        if statement.personal is not None and (key not in latest or statement.personal[0] >= latest[key][0]):
            latest[key] = statement.personal
    return {key: box for key, (_, box) in latest.items() if key in person.statements}


def _open(keys: Mapping[UUID, bytes], box: Sealed) -> PersonalData | None:
    try:
        return PersonalData.model_validate_json(unseal(keys, box))
    except (Unsealable, ValidationError):
        return None


def _name(found: PersonalData) -> str | None:
    return read_who(RequestRow(name=found.name))[0]


def _is_female(found: PersonalData) -> bool:
    try:
        return found.id_number is not None and ResidentId.parse(found.id_number).sex is Sex.FEMALE
    except InvalidResidentId:
        return False
