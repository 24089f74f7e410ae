"""A recording that has arrived whole: checked, sealed, and told to certify in one transaction.

Answered *received* means: the sealed recording is durably in the store and the event is in the outbox. Each step may be
repeated after a crash with the same result, because every id follows from the challenge.
"""

import asyncio
import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from joserfc.jwk import KeySet
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from schemas.base import Sealed, Sha256, UtcDateTime, stable_id
from schemas.camera import STATEMENT_CHARACTERS, CameraStatement
from schemas.capture import CaptureReceived, LegalBasis, Recording
from schemas.topics import CAPTURE
from services.gateway.access.device_keys import verify_signature
from services.gateway.door import Door
from services.gateway.errors import Code, Refusal
from services.gateway.phone.consent_intake import check_consent, not_before
from services.gateway.store import captures
from services.gateway.store.accounts import Device
from services.gateway.store.captures import CaptureRow, GivenChallenge
from services.platform.database import Connection
from services.platform.sealing import Unsealable, key_id_of, seal, seal_bytes
from services.platform.secrets import published_keys
from services.platform.signed_challenge import find_challenge


def _statement(text: str) -> str:
    CameraStatement.model_validate_json(text)
    return text


class CaptureClaim(BaseModel):
    """What the phone says of a recording, in the metadata of its upload."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True, hide_input_in_errors=True)

    filename: str = Field(min_length=1, max_length=200)
    """Any name; tus clients need it to resume. It is not kept."""
    filetype: str = Field(max_length=100, pattern=r"^video/[A-Za-z0-9.+-]+(;.*)?$")
    """Media type."""
    visit_id: UUID
    """The visit at which it was made."""
    challenge_id: UUID
    """The challenge that it answers."""
    captured_at: UtcDateTime
    """When it was made, by the phone's clock, with zone."""
    sha256: Sha256
    """Of the recording, in hex."""
    signature: Annotated[str, Field(min_length=1, max_length=200)]
    """Base64 of the phone's signature over sha256 + '.' + challenge_id and, with a `camera`, + '.' + camera (UTF-8)."""
    legal_basis: LegalBasis
    """Why this face may be processed."""
    notice_version: Annotated[str, Field(pattern=r"^[0-9A-Za-z./-]{1,40}$")] | None = None
    """Version of the notice that was shown (`legal.notice_version` of `today`)."""
    challenge: Annotated[str, Field(max_length=8000)] | None = None
    """The signed challenge as it was given (compact JWS): a door that was restored from a backup may not know it."""
    consent_renewed: bool = False
    """The person has withdrawn consent before, was told anew (`notice_version`), and agrees to this recording."""
    camera: Annotated[str, Field(max_length=STATEMENT_CHARACTERS), AfterValidator(_statement)] | None = None
    """What the browser said of the camera: the JSON of a `CameraStatement`, letter by letter as it was signed. Older
    phones, recordings from before an update, and phones that film without a recorder state none."""

    @property
    def renews_consent(self) -> bool:
        """Whether it takes a withdrawal back."""
        told = self.consent_renewed and self.notice_version is not None
        return told and self.legal_basis is LegalBasis.SEPARATE_CONSENT

    @property
    def capture_id(self) -> UUID:
        """The id that the capture has or will have: one challenge, one capture."""
        return stable_id("capture", str(self.challenge_id))


class AlreadyReceived(Exception):
    """This very recording has been received before; there is nothing left to do."""

    def __init__(self, capture: CaptureRow) -> None:
        super().__init__("this recording has been received before")
        self.capture = capture


def read_claim(metadata: dict[str, str]) -> CaptureClaim:
    """The claim in an upload's metadata. Raises Refusal UPLOAD_METADATA_INVALID."""
    try:
        return CaptureClaim.model_validate(metadata)
    except (ValidationError, OverflowError):  # the latter of a moment at the very edge of the calendar
        raise Refusal(Code.UPLOAD_METADATA_INVALID) from None


async def check_claim(
    connection: Connection, door: Door, device: Device, claim: CaptureClaim, *, lock: bool = False
) -> tuple[GivenChallenge, str]:
    """Whether this phone may hand in this recording: the challenge it answers and whom it should show.

    Raises:
        AlreadyReceived: when it did so before.
        Refusal: SIGNATURE_WRONG, CHALLENGE_UNKNOWN, CHALLENGE_USED, CHALLENGE_EXPIRED, VISIT_UNKNOWN or
            CONSENT_WITHDRAWN.
    """
    if not verify_signature(device.public_key, claim.sha256, claim.challenge_id, claim.signature, claim.camera):
        raise Refusal(Code.SIGNATURE_WRONG)
    given = await captures.find_challenge(connection, claim.challenge_id, lock=lock)
    if given is None and await _take_back(connection, door, device, claim):
        given = await captures.find_challenge(connection, claim.challenge_id, lock=lock)
    if given is None or given.device_id != device.device_id or given.challenge.visit_id != claim.visit_id:
        raise Refusal(Code.CHALLENGE_UNKNOWN)
    if given.used:
        capture = await captures.find_capture(connection, claim.capture_id)
        if capture is not None and capture.sha256 == claim.sha256:
            raise AlreadyReceived(capture)
        raise Refusal(Code.CHALLENGE_USED)
    _check_times(door, given, claim)
    person = await captures.find_person(connection, claim.visit_id)
    if person is None:
        raise Refusal(Code.VISIT_UNKNOWN)
    made = _not_before(door, given, claim, door.now())
    await check_consent(connection, person, claim.legal_basis, made_not_before=made, renewed=claim.renews_consent)
    return given, person


async def _take_back(connection: Connection, door: Door, device: Device, claim: CaptureClaim) -> bool:
    """Writes down again what was drawn after the backup that this database was restored from: it counts as given to
    the phone that has it. Nothing else is unknown here and signed by the county."""
    if claim.challenge is None:
        return False
    published: Any = published_keys(door.settings.secrets, door.settings.issuer)
    challenge = find_challenge(claim.challenge, KeySet.import_key_set({"keys": published["keys"]}))
    if challenge is None or (challenge.challenge_id, challenge.visit_id) != (claim.challenge_id, claim.visit_id):
        return False
    await captures.add_challenge(connection, challenge, device.device_id)
    return True


def _not_before(door: Door, given: GivenChallenge, claim: CaptureClaim, received_at: datetime) -> datetime:
    skew = timedelta(hours=door.policy.clock_skew_hours)
    return not_before(given.challenge.issued_at, claim.captured_at, received_at, skew)


def _check_times(door: Door, given: GivenChallenge, claim: CaptureClaim) -> None:
    """Filmed in time, by a phone's clock that may be wrong; arrived in time, by ours."""
    skew = timedelta(hours=door.policy.clock_skew_hours)
    grace = timedelta(days=door.policy.challenge_grace_days)
    challenge = given.challenge
    filmed_in_time = challenge.issued_at - skew <= claim.captured_at <= challenge.expires_at + skew
    if not filmed_in_time or door.now() > challenge.expires_at + grace:
        raise Refusal(Code.CHALLENGE_EXPIRED)


async def receive_capture(door: Door, device: Device, claim: CaptureClaim, upload_id: str, path: Path) -> CaptureRow:
    """Takes the whole recording at `path` in. The plaintext stays; the caller removes it after this has returned.

    Raises:
        Refusal: as `check_claim`, and RECORDING_DAMAGED or DATA_ERASED; nothing was taken in then.
    """
    content = await asyncio.to_thread(path.read_bytes)
    try:
        async with door.pool.connection() as connection:
            _, person = await check_claim(connection, door, device, claim)
        if await asyncio.to_thread(lambda: hashlib.sha256(content).hexdigest()) != claim.sha256:
            raise Refusal(Code.RECORDING_DAMAGED)
        blob_id = stable_id("capture-blob", str(claim.challenge_id), claim.sha256)
        key_id = key_id_of(person)
        key = await _key(door, key_id)
        await asyncio.to_thread(lambda: door.blobs.put(blob_id, seal_bytes(key, key_id, content)))
        camera = None if claim.camera is None else seal(key, key_id, claim.camera.encode())
        return await _record(door, device, claim, upload_id, blob_id, len(content), camera)
    except AlreadyReceived as again:
        async with door.pool.connection() as connection:
            await captures.settle_upload(
                connection, upload_id, device.device_id, again.capture.size, again.capture.capture_id
            )
        return again.capture


async def _key(door: Door, key_id: UUID) -> bytes:
    try:
        async with door.pool.connection() as connection:
            return (await door.keyring.get_or_make(connection, [key_id]))[key_id]
    except Unsealable:
        raise Refusal(Code.DATA_ERASED) from None


async def _record(
    door: Door, device: Device, claim: CaptureClaim, upload_id: str, blob_id: UUID, size: int, camera: Sealed | None
) -> CaptureRow:
    received_at = door.now()
    try:
        async with door.pool.connection() as connection, connection.transaction():
            given, person = await check_claim(connection, door, device, claim, lock=True)
            made_not_before = _not_before(door, given, claim, received_at)
            capture = CaptureRow(
                capture_id=claim.capture_id,
                challenge_id=claim.challenge_id,
                visit_id=claim.visit_id,
                device_id=device.device_id,
                sha256=claim.sha256,
                size=size,
                captured_at=claim.captured_at,
                received_at=received_at,
                blob_id=blob_id,
                notice_version=claim.notice_version,
                renews_consent=claim.renews_consent,
                made_not_before=made_not_before,
            )
            await captures.add_capture(connection, capture)
            await captures.settle_upload(connection, upload_id, device.device_id, size, capture.capture_id)
            transaction = door.transaction(connection)
            event = CaptureReceived(
                event_id=stable_id("capture-received", str(capture.capture_id)),
                recorded_at=received_at,
                capture_id=capture.capture_id,
                visit_id=claim.visit_id,
                person_key=person,
                device_id=device.device_id,
                captured_at=claim.captured_at,
                received_at=received_at,
                made_not_before=made_not_before,
                recording=Recording(blob_id=blob_id, sha256=claim.sha256, size=size, media_type=claim.filetype),
                challenge=given.challenge,
                device_signature=claim.signature,
                legal_basis=claim.legal_basis,
                camera=camera,
            )
            transaction.emit(CAPTURE.name, str(claim.visit_id), event)
            await transaction.flush()
    except Refusal:
        door.blobs.delete(blob_id)  # of a recording that lost a race against another answer to the same challenge
        raise
    return capture
