"""Letting somebody in: new clients and phones, with the secret that is shown this once."""

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from services.gateway.access.device_keys import read_public_key
from services.gateway.access.tokens import DEVICE_PREFIX, SECRET_PREFIX, hash_secret, new_secret
from services.gateway.domain.roles import Role
from services.gateway.store import accounts
from services.platform import audit
from services.platform.audit_chain import OPERATOR, Act, Entry
from services.platform.database import Connection

VILLAGE = re.compile(r"\d{12}")


@dataclass(frozen=True)
class NewClient:
    """A client's credentials."""

    client_id: str
    client_secret: str


@dataclass(frozen=True)
class NewDevice:
    """A phone's identity and token."""

    device_id: UUID
    token: str


async def enrol_client(connection: Connection, role: Role, *, agency: str | None = None, name: str = "") -> NewClient:
    """Lets an agency's machine or a member of staff in.

    Raises:
        ValueError: for a device, or when agency and role do not fit.
    """
    if role is Role.DEVICE or (role is Role.AGENCY) != (agency is not None):
        raise ValueError("an agency's client needs its agency's code, staff need none, a phone is enrolled as a device")
    client_id = f"{role.value}-{agency + '-' if agency else ''}{secrets.token_hex(4)}"
    secret = new_secret(SECRET_PREFIX)
    await accounts.add_client(connection, client_id, hash_secret(secret), role.value, agency, name or client_id)
    detail = {"role": role.value} | ({"agency": agency} if agency else {})
    await audit.note(connection, Entry(*OPERATOR, Act.ACCESS_GIVEN, f"account:{client_id}", detail=detail))
    return NewClient(client_id, secret)


async def enrol_device(
    connection: Connection,
    *,
    cadre_id: str,
    public_key: Mapping[str, Any],
    village_codes: Sequence[str],
    name: str = "",
    cadre_name: str = "",
    enrolment_id: UUID | None = None,
) -> NewDevice:
    """Enrols a phone with its public key (JWK, P-256 or Ed25519) for these villages (12 digits each).

    Args:
        enrolment_id: the code with which the phone enrols itself; without one the operator enrols it.

    Raises:
        ValueError: when the key or a village code is none.
    """
    if not village_codes or not all(VILLAGE.fullmatch(code) for code in village_codes):
        raise ValueError("a village code has 12 digits; name at least one")
    public = read_public_key(public_key).as_dict(private=False)
    device_id, token = uuid4(), new_secret(DEVICE_PREFIX)
    await accounts.add_device(
        connection,
        device_id,
        hash_secret(token),
        cadre_id,
        name or cadre_id,
        json.loads(json.dumps(public)),
        village_codes,
        cadre_name,
    )
    who = (str(device_id), Role.DEVICE.value) if enrolment_id else OPERATOR
    detail = {"role": Role.DEVICE.value} | ({"enrolment": str(enrolment_id)} if enrolment_id else {})
    await audit.note(connection, Entry(*who, Act.ACCESS_GIVEN, f"account:{device_id}", detail=detail))
    return NewDevice(device_id, token)
