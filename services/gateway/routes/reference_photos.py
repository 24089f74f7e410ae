"""An agency hands in the photo that a person is compared with."""

import asyncio
import warnings
from datetime import date
from io import BytesIO
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, UploadFile
from PIL import Image, UnidentifiedImageError
from pydantic import BaseModel

from schemas.resident_id import InvalidResidentId, ResidentId
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.policy import DoorPolicy
from services.platform.references import put_reference
from services.platform.sealing import Unsealable

router = APIRouter(tags=["reference photos"])
FORMATS = ("JPEG", "PNG")


class PhotoKept(BaseModel):
    """The photo is sealed and kept; it replaces the one before."""

    photo_id: UUID


@router.put("/v1/reference-photos", summary="Hand in a reference photo")
async def put_photo(
    id_number: Annotated[str, Form(max_length=64, description="The person's ID number, as typed.")],
    photo: Annotated[UploadFile, File(description="JPEG or PNG of the person alone, at most 10 MB.")],
    taken_on: Annotated[date | None, Form(description="The day it was taken, if known: YYYY-MM-DD.")] = None,
    caller: Principal = Depends(allow(Role.AGENCY)),
    door: Door = Depends(door_of),
) -> PhotoKept:
    """Keeps the newest photo of a person, sealed under the person's key. The ID number travels in the body only."""
    try:
        person = ResidentId.parse(id_number).person_key(door.secrets.county_secret)
    except InvalidResidentId:
        raise Refusal(Code.ID_NUMBER_INVALID) from None
    content = await photo.read()
    if len(content) > door.policy.photo_bytes:
        raise Refusal(Code.PHOTO_TOO_LARGE)
    await asyncio.to_thread(_check_photo, content, door.policy)
    try:
        async with door.pool.connection() as connection:
            photo_id = await put_reference(
                connection,
                door.keyring,
                door.blobs,
                person,
                content,
                source=caller.own_agency,
                taken_on=taken_on,
            )
    except Unsealable:
        raise Refusal(Code.DATA_ERASED) from None
    return PhotoKept(photo_id=photo_id)


def _check_photo(content: bytes, policy: DoorPolicy) -> None:
    """Decodes the photo once, after its size in pixels is known to be harmless."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damaged metadata, which nobody reads; decoding below decides
            with Image.open(BytesIO(content), formats=FORMATS) as image:
                if image.width * image.height > policy.photo_pixels:
                    raise Refusal(Code.PHOTO_TOO_LARGE)
                if min(image.size) < policy.photo_min_side:
                    raise Refusal(Code.PHOTO_TOO_SMALL)
                image.load()
    except Image.DecompressionBombError:
        raise Refusal(Code.PHOTO_TOO_LARGE) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise Refusal(Code.PHOTO_UNREADABLE) from None
