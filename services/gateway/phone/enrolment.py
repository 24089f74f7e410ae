"""A phone enrols itself: a desk makes a one-time code and shows it as a QR code, the phone sends it with its key.

The code is 32 random bytes, stands in the fragment of an address, so that no server or proxy ever logs it, and only its
hash is stored. The phone's private key is made in the phone and never leaves it.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import segno

from services.gateway.access.device_keys import read_public_key
from services.gateway.access.enrolment import VILLAGE, NewDevice, enrol_device
from services.gateway.access.tokens import DEVICE_PREFIX, hash_secret, new_secret
from services.gateway.errors import Code, Refusal
from services.gateway.store import accounts, devices
from services.gateway.store.devices import EnrolmentRow
from services.platform import audit
from services.platform.audit_chain import Act, Entry
from services.platform.database import Connection

ENROLMENT_PREFIX = "ove_"
"""Begins an enrolment code, so that a leaked one is recognised."""
QR_BORDER = 4
"""Quiet zone in modules: what ISO/IEC 18004 asks for."""


@dataclass(frozen=True)
class NewEnrolment:
    """A one-time code, shown this once."""

    enrolment_id: UUID
    code: str
    expires_at: datetime
    url: str
    """Opens the phone's page with the code in its fragment."""

    def qr_svg(self) -> str:
        """The address as a QR code: an SVG document that scales."""
        drawn = io.BytesIO()
        _qr(self.url).save(drawn, kind="svg", border=QR_BORDER, light="#fff", xmldecl=False, omitsize=True)
        return drawn.getvalue().decode()

    def qr_text(self) -> str:
        """The address as a QR code of half blocks, for a terminal."""
        drawn = io.StringIO()
        _qr(self.url).terminal(out=drawn, border=QR_BORDER, compact=True)
        return drawn.getvalue()


def _qr(url: str) -> segno.QRCode:
    return segno.make_qr(url, error="m")


async def make_enrolment(
    connection: Connection,
    *,
    cadre_id: str,
    cadre_name: str,
    village_codes: Sequence[str],
    name: str,
    made_by: str,
    now: datetime,
    minutes: int,
    address: str,
) -> NewEnrolment:
    """Makes a code with which one phone enrols for this cadre and these villages (12 digits each).

    Raises:
        ValueError: when a village code is none.
    """
    if not village_codes or not all(VILLAGE.fullmatch(code) for code in village_codes):
        raise ValueError("a village code has 12 digits; name at least one")
    code = new_secret(ENROLMENT_PREFIX)
    enrolment = EnrolmentRow(
        enrolment_id=uuid4(),
        cadre_id=cadre_id,
        cadre_name=cadre_name,
        village_codes=tuple(village_codes),
        name=name,
        expires_at=now + timedelta(minutes=minutes),
        device_id=None,
        key_thumbprint=None,
    )
    await devices.add_enrolment(connection, enrolment, hash_secret(code), made_by=made_by, made_at=now)
    return NewEnrolment(enrolment.enrolment_id, code, enrolment.expires_at, f"{address}/phone/#enrol={code}")


async def redeem(
    connection: Connection, code: str, public_key: Mapping[str, Any], name: str, now: datetime
) -> tuple[NewDevice, EnrolmentRow]:
    """Enrols the phone that sends this code. With the same key again, as when the answer was lost, the same phone gets
    a new token, and the one before is void.

    Raises:
        Refusal: ENROLMENT_UNKNOWN, ENROLMENT_USED, ENROLMENT_EXPIRED, PUBLIC_KEY_INVALID, or DEVICE_REVOKED when the
            phone was revoked since.
    """
    enrolment = await devices.find_enrolment(connection, hash_secret(code))
    if enrolment is None:
        raise Refusal(Code.ENROLMENT_UNKNOWN)
    try:
        thumbprint = read_public_key(public_key).thumbprint()
    except ValueError:
        raise Refusal(Code.PUBLIC_KEY_INVALID) from None
    if enrolment.device_id is not None and enrolment.key_thumbprint != thumbprint:
        raise Refusal(Code.ENROLMENT_USED)
    if now >= enrolment.expires_at:
        raise Refusal(Code.ENROLMENT_EXPIRED)
    if enrolment.device_id is not None:
        return await _give_new_token(connection, enrolment.device_id), enrolment
    made = await enrol_device(
        connection,
        cadre_id=enrolment.cadre_id,
        public_key=public_key,
        village_codes=enrolment.village_codes,
        name=name or enrolment.name,
        cadre_name=enrolment.cadre_name,
        enrolment_id=enrolment.enrolment_id,
    )
    await devices.mark_used(connection, enrolment.enrolment_id, made.device_id, thumbprint)
    return made, enrolment


async def _give_new_token(connection: Connection, device_id: UUID) -> NewDevice:
    device = await accounts.find_device(connection, device_id)
    if device is None or device.revoked:
        raise Refusal(Code.DEVICE_REVOKED)
    token = new_secret(DEVICE_PREFIX)
    await devices.replace_token(connection, device_id, hash_secret(token))
    who, subject = (str(device_id), "device"), f"account:{device_id}"
    await audit.note(connection, Entry(*who, Act.ACCESS_GIVEN, subject, detail={"again": True}))
    return NewDevice(device_id, token)
