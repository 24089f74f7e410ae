"""Signing in by passkey, and registering one by an invitation."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.gateway.access import passkeys, sessions
from services.gateway.access.callers import Role, anonymous, signed_in
from services.gateway.access.passkeys import Asked
from services.gateway.access.sign_ins import keep, taken
from services.gateway.access.tokens import hash_secret
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.store import staff
from services.gateway.store.staff import Staff
from services.platform import audit
from services.platform.audit_chain import Act, Entry
from services.platform.database import Connection

router = APIRouter(tags=["access"], dependencies=[Depends(anonymous)])
from_page = [Depends(sessions.need_page)]

PASSKEY = "passkey"
REGISTERING = "registering"
Secret = Annotated[str, Field(min_length=1, max_length=200, repr=False)]


class Holder(BaseModel):
    """Who is signed in."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    session_id: UUID
    """Names the session."""
    staff_id: str
    """Names the account."""
    name: str
    """Of the person."""
    role: Role
    """What he is to the system."""
    agency: str | None
    """The agency, of one of its people."""
    areas: list[str] | None
    """Division codes whose people he sees; null: the whole county."""


class Ways(BaseModel):
    """How members of staff sign in here."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    origin: str
    """The address of the staff's pages: passkeys and the single sign-on are good there, not under another name of this
    machine."""
    sso: bool
    """Whether there is a single sign-on: open /v1/sign-in/sso."""
    timezone: str
    """The county's: pages show times by it, wherever the computer stands."""
    signed_in: Holder | None
    """Who is signed in in this browser."""


class Question(BaseModel):
    """What to ask the browser's passkeys."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    sign_in: str
    """Names this try; send it back with the answer."""
    options: dict[str, Any]
    """For `PublicKeyCredential.parse…OptionsFromJSON`."""


class PasskeyAnswer(BaseModel):
    """What the passkey answered."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    sign_in: Secret
    """Of the question."""
    credential: dict[str, Any] = Field(max_length=20, repr=False)
    """`PublicKeyCredential.toJSON()`."""


class Invited(BaseModel):
    """The code of an invitation."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    code: Secret
    """From the fragment of the link."""


class Registered(PasskeyAnswer):
    """The new passkey, with the code of the invitation."""

    code: Secret
    """From the fragment of the link."""


@router.get("/v1/sign-in", summary="How do members of staff sign in?")
async def ways(request: Request, door: Door = Depends(door_of)) -> Ways:
    """Client credentials (`/v1/token`) are there beside these, for programs."""
    return Ways(
        origin=passkeys.site_of(door.settings.address).origin,
        sso=door.sso is not None,
        timezone=door.settings.timezone,
        signed_in=await _holder(request, door),
    )


@router.post("/v1/sign-in/passkey/question", summary="Begin to sign in by passkey", dependencies=from_page)
async def ask(door: Door = Depends(door_of)) -> Question:
    """A challenge, good for one answer."""
    return await _question(door, PASSKEY, passkeys.ask_to_sign_in(passkeys.site_of(door.settings.address)))


@router.post("/v1/sign-in/passkey", status_code=204, summary="Sign in by passkey", dependencies=from_page)
async def answer(given: PasskeyAnswer, request: Request, response: Response, door: Door = Depends(door_of)) -> None:
    """The session is in the cookie of the answer."""
    site = passkeys.site_of(door.settings.address)
    with door.wrong_sign_ins.counted(request) as right:
        kept = await taken(door, given.sign_in, PASSKEY)
        async with door.pool.connection() as connection, connection.transaction():
            passkey = await staff.find_passkey(connection, passkeys.credential_id_of(given.credential))
            if passkey is None:
                raise Refusal(Code.PASSKEY_UNKNOWN)
            count = passkeys.check_signed(site, passkey, given.credential, kept["challenge"])
            who = await _of_staff(connection, passkey.staff_id)
            await staff.passkey_used(connection, passkey.credential_id, count, door.now())
            made = await sessions.begin(connection, door, who, PASSKEY, before=sessions.held(request))
        right()
    made.give(response)


@router.post("/v1/sign-in/invitation/question", summary="Begin to register a passkey", dependencies=from_page)
async def ask_invited(given: Invited, request: Request, door: Door = Depends(door_of)) -> Question:
    """For whom `onevisit access invite` has made a link."""
    with door.wrong_sign_ins.counted(request) as right:
        async with door.pool.connection() as connection:
            who = await _invited(connection, door, given.code)
        right()
    return await _question(door, REGISTERING, passkeys.ask_to_register(passkeys.site_of(door.settings.address), who))


@router.post("/v1/sign-in/invitation", status_code=204, summary="Register a passkey", dependencies=from_page)
async def register(given: Registered, request: Request, response: Response, door: Door = Depends(door_of)) -> None:
    """Keeps the passkey, uses the invitation up, and signs in."""
    with door.wrong_sign_ins.counted(request) as right:
        kept = await taken(door, given.sign_in, REGISTERING)
        async with door.pool.connection() as connection, connection.transaction():
            who = await _invited(connection, door, given.code)
            site = passkeys.site_of(door.settings.address)
            passkey = passkeys.read_registered(site, who.staff_id, given.credential, kept["challenge"])
            if not await staff.add_passkey(connection, passkey):
                raise Refusal(Code.PASSKEY_REFUSED)
            await staff.invitation_used(connection, hash_secret(given.code), door.now())
            given_way = Entry(
                who.staff_id, who.role, Act.ACCESS_GIVEN, f"account:{who.staff_id}", detail={"way": PASSKEY}
            )
            await audit.note(connection, given_way)
            made = await sessions.begin(connection, door, who, PASSKEY, before=sessions.held(request))
        right()
    made.give(response)


async def _holder(request: Request, door: Door) -> Holder | None:
    """Who is signed in; an ended session is none."""
    try:
        caller = await signed_in(request, door)
    except Refusal:
        return None
    if caller is None or caller.session_id is None:
        return None
    return Holder(
        session_id=caller.session_id,
        staff_id=caller.subject,
        name=caller.name,
        role=caller.role,
        agency=caller.agency,
        areas=None if caller.areas is None else list(caller.areas),
    )


async def _question(door: Door, kind: str, asked: Asked) -> Question:
    return Question(sign_in=await keep(door, kind, {"challenge": asked.challenge}), options=asked.options)


async def _invited(connection: Connection, door: Door, code: str) -> Staff:
    invitation = await staff.find_invitation(connection, hash_secret(code))
    if invitation is None:
        raise Refusal(Code.INVITATION_UNKNOWN)
    if invitation.used:
        raise Refusal(Code.INVITATION_USED)
    if door.now() >= invitation.expires_at:
        raise Refusal(Code.INVITATION_EXPIRED)
    return await _of_staff(connection, invitation.staff_id)


async def _of_staff(connection: Connection, staff_id: str) -> Staff:
    """Not whom groups of the single sign-on let in: his rights are taken anew there, at each sign-in."""
    who = await staff.find_staff(connection, staff_id)
    if who is None or who.revoked or who.from_groups:
        raise Refusal(Code.PASSKEY_UNKNOWN)
    return who
