"""Passkeys (WebAuthn): registered by an invitation, then signed in with, without a name and without a password.

The library checks type, challenge, origin, site and signature; here stands what is asked for: a passkey that the device
finds by itself and opens only to its owner (fingerprint, face, PIN).
"""

import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from services.gateway.errors import Code, Refusal
from services.gateway.store.staff import Passkey, Staff

_LOOPBACK: Final = {"127.0.0.1", "::1"}
"""A passkey belongs to a name: on this machine alone that is `localhost`."""
_UNREADABLE = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError)
"""What the library raises on answers that do not hold, or are no answers at all."""


@dataclass(frozen=True)
class Site:
    """Where passkeys are good."""

    name: str
    """Host name (RP ID)."""
    origin: str
    """Scheme, host and port of the pages."""


@dataclass(frozen=True)
class Asked:
    """What the browser is asked for, and the challenge that its answer must carry."""

    options: dict[str, Any]
    challenge: str
    """Base64url."""


def site_of(address: str) -> Site:
    """The site of an installation that is reached at this address."""
    parts = urlsplit(address)
    if parts.hostname in _LOOPBACK:
        parts = parts._replace(netloc=f"localhost:{parts.port}" if parts.port else "localhost")
    return Site(parts.hostname or "localhost", urlunsplit((parts.scheme, parts.netloc, "", "", "")))


def ask_to_register(site: Site, staff: Staff) -> Asked:
    """Asks for a new passkey of this member of staff."""
    options = generate_registration_options(
        rp_id=site.name,
        rp_name="OneVisit 一访通",
        user_id=staff.staff_id.encode(),
        user_name=staff.name or staff.staff_id,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return Asked(json.loads(options_to_json(options)), bytes_to_base64url(options.challenge))


def read_registered(site: Site, staff_id: str, credential: dict[str, Any], challenge: str) -> Passkey:
    """The passkey that was made. Raises Refusal PASSKEY_REFUSED when the answer does not hold."""
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.name,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _UNREADABLE:
        raise Refusal(Code.PASSKEY_REFUSED) from None
    return Passkey(made.credential_id, staff_id, made.credential_public_key, made.sign_count)


def ask_to_sign_in(site: Site) -> Asked:
    """Asks for whichever passkey of this site the device has."""
    options = generate_authentication_options(rp_id=site.name, user_verification=UserVerificationRequirement.REQUIRED)
    return Asked(json.loads(options_to_json(options)), bytes_to_base64url(options.challenge))


def credential_id_of(credential: dict[str, Any]) -> bytes:
    """Which passkey an answer comes from. Raises Refusal PASSKEY_REFUSED."""
    try:
        return base64url_to_bytes(credential["id"])
    except _UNREADABLE:
        raise Refusal(Code.PASSKEY_REFUSED) from None


def check_signed(site: Site, passkey: Passkey, credential: dict[str, Any], challenge: str) -> int:
    """The new count of signatures. Raises Refusal PASSKEY_REFUSED when the answer does not hold, or the count has not
    grown: then there are two of this key."""
    try:
        signed = verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.name,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except _UNREADABLE:
        raise Refusal(Code.PASSKEY_REFUSED) from None
    return signed.new_sign_count
