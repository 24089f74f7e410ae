"""Phones: a desk makes a one-time code, a phone enrols with it, a lost phone is revoked."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from schemas.areas import covers
from schemas.base import VillageCode
from services.gateway.access import audited
from services.gateway.access.callers import Principal, Role, allow, anonymous, need_area
from services.gateway.cursors import make_cursor, read_cursor
from services.gateway.desk.board import Sight
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.phone.enrolment import make_enrolment, redeem
from services.gateway.store import accounts, desk, devices
from services.gateway.store.devices import ListedDevice
from services.platform.audit_chain import Act

router = APIRouter(tags=["phones"])
desks = allow(Role.SCHEDULER, Role.ADMIN, by_area=True)
CadreId = Annotated[str, Field(min_length=1, max_length=57, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""57 characters: `cadre:` before it still fits where events say whose word it is (64)."""
ShortName = Annotated[str, Field(max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")]


class EnrolmentOrder(BaseModel):
    """Whose phone it will be."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    cadre_id: CadreId
    """The county's id of the cadre; all phones of one cadre are one voice."""
    cadre_name: Annotated[ShortName, Field(min_length=1)]
    """The cadre's name, as families see it."""
    village_codes: list[VillageCode] = Field(min_length=1, max_length=200)
    """Villages whose visits the phone sees."""
    name: ShortName = ""
    """Which of the cadre's phones it is."""


class Enrolment(BaseModel):
    """A one-time code. It is shown this once: show the QR code to the phone's camera."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    enrolment_id: UUID
    """Names the enrolment."""
    code: str = Field(repr=False)
    """The code, good for one phone."""
    expires_at: datetime
    """When it ends."""
    url: str = Field(repr=False)
    """The phone's page, with the code in the fragment, which no server sees."""
    qr_svg: str = Field(repr=False)
    """The address as a QR code (SVG)."""


class DeviceClaim(BaseModel):
    """What a phone sends to be enrolled."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    code: str = Field(min_length=1, max_length=200, repr=False)
    """The code of its QR code."""
    public_key: dict[str, Any] = Field(max_length=20)
    """Public half of the key made in the phone: JWK, P-256 or Ed25519."""
    name: ShortName = ""
    """Name of the phone; without it, the one that the desk gave."""


class EnrolledDevice(BaseModel):
    """The phone is enrolled. The token is shown this once."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    device_id: UUID
    """Names the phone."""
    token: str = Field(repr=False)
    """Send it as `Authorization: Bearer …`; it lasts until the phone is revoked."""
    cadre_id: str
    """Whose phone it is."""
    cadre_name: str
    """The cadre's name."""
    village_codes: list[str]
    """Villages whose visits it sees."""


class DeviceView(BaseModel):
    """A phone on the desk's list."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    device_id: UUID
    """Names the phone."""
    cadre_id: str
    """Whose phone it is."""
    cadre_name: str
    """The cadre's name."""
    name: str
    """Name of the phone."""
    village_codes: list[str]
    """Villages whose visits it sees."""
    enrolled_at: datetime
    """Since when."""
    revoked_at: datetime | None
    """Until when; null: it may come in."""


class DevicePage(BaseModel):
    """Phones by when they were enrolled."""

    items: list[DeviceView]
    next_cursor: str | None


@router.post("/v1/device-enrolments", status_code=201, summary="Make a one-time code for a phone")
async def order_enrolment(
    order: EnrolmentOrder, caller: Principal = Depends(desks), door: Door = Depends(door_of)
) -> Enrolment:
    """Good for one phone and for 30 minutes; only a hash of it is kept. For villages of your areas alone, and for
    cadres all of whose villages and visits in the plan lie there: a phone gets what the plan gives to its cadre."""
    need_area(caller, order.village_codes)
    async with door.pool.connection() as connection, connection.transaction():
        if caller.areas is not None:
            _, planned = await desk.read_draft(connection)
            if order.cadre_id not in Sight(areas=caller.areas).documents(planned):
                raise Refusal(Code.AREA_NOT_SERVED)
        made = await make_enrolment(
            connection,
            cadre_id=order.cadre_id,
            cadre_name=order.cadre_name,
            village_codes=order.village_codes,
            name=order.name,
            made_by=caller.subject,
            now=door.now(),
            minutes=door.policy.enrolment_minutes,
            address=door.settings.address,
        )
        await audited.note(connection, caller, Act.ACCESS_OFFERED, f"enrolment:{made.enrolment_id}")
    return Enrolment(
        enrolment_id=made.enrolment_id,
        code=made.code,
        expires_at=made.expires_at,
        url=made.url,
        qr_svg=made.qr_svg(),
    )


@router.post("/v1/devices", status_code=201, summary="Enrol this phone", dependencies=[Depends(anonymous)])
async def enrol(claim: DeviceClaim, request: Request, door: Door = Depends(door_of)) -> EnrolledDevice:
    """The one-time code is the credential. When the answer was lost, send the same code and key again: the same phone
    gets a new token."""
    with door.wrong_enrolments.counted(request) as right:
        async with door.pool.connection() as connection, connection.transaction():
            made, enrolment = await redeem(connection, claim.code, claim.public_key, claim.name, door.now())
        right()
    return EnrolledDevice(
        device_id=made.device_id,
        token=made.token,
        cadre_id=enrolment.cadre_id,
        cadre_name=enrolment.cadre_name,
        village_codes=list(enrolment.village_codes),
    )


@router.get("/v1/devices", summary="Enrolled phones")
async def list_devices(
    cursor: Annotated[str | None, Query(max_length=200, description="`next_cursor` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    caller: Principal = Depends(allow(Role.SCHEDULER, Role.ADMIN, Role.AUDITOR, by_area=True)),
    door: Door = Depends(door_of),
) -> DevicePage:
    """All phones, or those of your areas; revoked ones too."""
    after = read_cursor(cursor, datetime.fromisoformat, UUID) if cursor else None
    async with door.pool.connection() as connection:
        page = await devices.page_of_devices(connection, after=after, limit=limit + 1, areas=caller.areas)
    last = page[limit - 1] if len(page) > limit else None
    return DevicePage(
        items=[_view(device) for device in page[:limit]],
        next_cursor=make_cursor(last.enrolled_at.isoformat(), last.device_id) if last else None,
    )


@router.delete("/v1/devices/{device_id}", summary="Revoke a lost phone")
async def revoke_device(
    device_id: UUID, caller: Principal = Depends(desks), door: Door = Depends(door_of)
) -> DeviceView:
    """From now on whatever the phone asks or sends is refused with DEVICE_REVOKED, recordings that it has not sent yet
    too. Repeating it changes nothing; it cannot be undone, a found phone is enrolled anew."""
    async with door.pool.connection() as connection, connection.transaction():
        device = await devices.find_listed(connection, device_id)
        if device is None or not all(covers(caller.areas, village) for village in device.village_codes):
            raise Refusal(Code.DEVICE_UNKNOWN)
        if await accounts.revoke(connection, str(device_id)):
            await audited.note(connection, caller, Act.ACCESS_ENDED, f"account:{device_id}")
            device = await devices.find_listed(connection, device_id) or device
    return _view(device)


def _view(device: ListedDevice) -> DeviceView:
    return DeviceView.model_validate(vars(device) | {"village_codes": list(device.village_codes)})
