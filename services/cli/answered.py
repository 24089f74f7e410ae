"""What a clip is said to answer: bare actions, or a signed one-time bundle whose trust is checked here."""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import typer
from joserfc.jwk import KeySet

from schemas.capture import Challenge
from schemas.verification import Action, Reason
from services.certify.bundle import use_once
from services.certify.domain.bundle import bundle_faults
from services.cli.challenge import moment
from services.platform.settings import Settings
from services.platform.signed_challenge import find_challenge


@dataclass(frozen=True)
class Answered:
    """The asked actions, or the bundle with what is wrong with it so far."""

    asked: tuple[Action, ...] | Challenge
    faults: tuple[Reason, ...] = ()
    ledger: Path | None = None
    """File of the challenges that were used."""

    @classmethod
    def of_bundle(
        cls, content: bytes, keys: Path | None, captured_at: str | None, visit: UUID | None, ledger: Path | None
    ) -> "Answered":
        """Reads and judges a bundle. Times are taken as they are given, to the second.

        Raises:
            typer.BadParameter: when the keys or the moment cannot be read. A bundle that cannot be is a finding.
        """
        filmed_at, known = moment(captured_at, "--captured-at"), _public_keys(keys)
        challenge = find_challenge(content.decode("ascii", errors="replace"), known)
        if challenge is None:
            return cls((), (Reason.CHALLENGE_UNTRUSTED,))
        faults = bundle_faults(challenge, visit_id=visit, captured_at=filmed_at, skew=timedelta(seconds=1))
        return cls(challenge, faults, ledger)

    def take(self) -> tuple[tuple[Action, ...] | Challenge, tuple[Reason, ...]]:
        """What is answered and what is wrong with it; the bundle is used up by this.

        Raises:
            typer.BadParameter: when the ledger cannot be written.
        """
        if self.ledger is None or not isinstance(self.asked, Challenge):
            return self.asked, self.faults
        try:
            fresh = use_once(self.ledger, self.asked.challenge_id)
        except (OSError, UnicodeDecodeError) as error:
            raise typer.BadParameter(f"{self.ledger} cannot be used: {error}", param_hint="--used") from None
        return self.asked, self.faults if fresh else (Reason.CHALLENGE_USED, *self.faults)


def _public_keys(path: Path | None) -> KeySet:
    file = path or Settings.from_env().public_keys
    if not file.is_file():
        raise typer.BadParameter(f"no public keys at {file}: give the county's with --keys.", param_hint="--keys")
    try:
        return KeySet.import_key_set(json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError):
        raise typer.BadParameter(f"{file} is not a JWK set.", param_hint="--keys") from None
