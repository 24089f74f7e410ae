"""What every route needs, built once by `create_app`: the settings, the secrets, the database, the blob store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from fastapi import Request

from services.gateway.access.rate_limit import Allowance, WrongTries
from services.gateway.access.sso import SingleSignOn
from services.gateway.access.sso_groups import SsoGroups
from services.gateway.burden.months import OpenMonths
from services.gateway.domain.burden_policy import BurdenPolicy
from services.gateway.domain.receipts import ReceiptPolicy
from services.gateway.phone.legal_notice import Notice, read_notice
from services.gateway.policy import DoorPolicy
from services.gateway.villages import Village
from services.platform.blobs import BlobStore
from services.platform.clock import ClockWatch
from services.platform.database import Connection, Pool
from services.platform.delivery_policy import DeliveryPolicy
from services.platform.ledger import Transaction
from services.platform.look_ups import LookUps
from services.platform.sealing import Keyring
from services.platform.secrets import Secrets
from services.platform.settings import Settings

SOURCE = "/onevisit/gateway"
"""CloudEvents source of everything the door sends."""


@dataclass(frozen=True)
class Door:
    """The parts of the running gateway."""

    settings: Settings
    policy: DoorPolicy
    secrets: Secrets
    pool: Pool
    blobs: BlobStore
    villages: Mapping[str, Village] = field(default_factory=dict)
    delivery: DeliveryPolicy = field(default_factory=DeliveryPolicy)
    receipts: ReceiptPolicy = field(default_factory=ReceiptPolicy)
    burden: BurdenPolicy = field(default_factory=BurdenPolicy)
    open_months: OpenMonths = field(default_factory=OpenMonths)
    """Of the burden index."""
    notice: Notice = field(default_factory=lambda: read_notice(None))
    """What people are told before they are filmed."""
    look_ups: LookUps = field(default_factory=LookUps)
    """Of webhooks' names: apart from the threads that everything else needs."""
    clock: ClockWatch = field(default_factory=ClockWatch)
    """While it is in doubt, nothing is taken in."""
    sso: SingleSignOn | None = None
    """The single sign-on of staff, if there is one."""
    sso_groups: SsoGroups = field(default_factory=SsoGroups)
    """Which of its groups may come in, as what."""
    keyring: Keyring = field(init=False)
    wrong_enrolments: WrongTries = field(init=False)
    wrong_visitors: WrongTries = field(init=False)
    wrong_sign_ins: WrongTries = field(init=False)
    wrong_secrets: WrongTries = field(init=False)
    """Counted apart: who guesses visitors' codes does not keep phones from enrolling, nor a program with an old secret
    the staff of its office from signing in."""
    calls: Allowance = field(init=False)
    open_calls: Allowance = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keyring", Keyring(self.secrets.master_key))
        for name in ("wrong_enrolments", "wrong_visitors"):
            tries = WrongTries(each=self.policy.wrong_codes_per_minute, overall=self.policy.wrong_codes_overall)
            object.__setattr__(self, name, tries)
        policy = self.policy
        for name in ("wrong_sign_ins", "wrong_secrets"):
            tries = WrongTries(each=policy.wrong_sign_ins_per_minute, overall=policy.wrong_sign_ins_overall)
            object.__setattr__(self, name, tries)
        calls = Allowance(per_second=policy.calls_per_second, at_once=policy.calls_at_once)
        object.__setattr__(self, "calls", calls)
        open_calls = Allowance(per_second=policy.open_calls_per_second, at_once=policy.open_calls_at_once)
        object.__setattr__(self, "open_calls", open_calls)

    def now(self) -> datetime:
        """This moment, UTC."""
        return datetime.now(UTC)

    def transaction(self, connection: Connection) -> Transaction:
        """Collects events for the outbox; the caller flushes it last before its commit."""
        return Transaction(connection, source=SOURCE)


def door_of(request: Request) -> Door:
    """The running gateway's parts; a dependency of the routes."""
    return cast(Door, request.app.state.door)
