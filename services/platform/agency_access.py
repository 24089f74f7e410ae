"""Agencies at Kafka: a user and a password for each, and rules by which it reads its own topics and nothing else.

An agency's user may read the topics of `schemas.topics` that exist once for each agency, its own, and use consumer
groups whose names begin with its own user name. No rule allows anything else, and the broker denies what no rule
allows (docs/adr/0012-how-agencies-receive.md).
"""

import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass

from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    KafkaAdminClient,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)
from kafka.errors import BrokerResponseError, NoError, SecurityDisabledError

from schemas.topics import TOPICS
from services.platform.settings import Settings

MECHANISM = "SCRAM-SHA-512"
_ITERATIONS = 8192
"""Of SCRAM. The passwords are 32 random bytes, so guessing them is hopeless whatever the number."""


_PATIENCE_S = 10.0


class KafkaAccessRefused(Exception):
    """The broker does not take users or rules."""

    code = "KAFKA_ACCESS_REFUSED"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"{self.code}: {why}: the broker needs an authorizer (authorizer.class.name), and this user the right to"
            " alter the cluster"
        )


@dataclass(frozen=True)
class KafkaCredentials:
    """What an agency needs to read; the password is shown this once."""

    username: str
    password: str
    topics: tuple[str, ...]
    group_prefix: str


def user_of(settings: Settings, agency: str) -> str:
    """The Kafka user of an agency; with the county's prefix, because several counties may share one Kafka."""
    return f"{settings.topic_prefix}agency-{agency}"


def topics_of(settings: Settings, agency: str) -> tuple[str, ...]:
    """The topics of an agency, with the county's prefix."""
    return tuple(settings.topic_prefix + topic.named(agency) for topic in TOPICS if topic.per_agency and topic.wired)


def grant(settings: Settings, agency: str) -> KafkaCredentials:
    """Makes the agency's user, or gives it a new password, and writes its rules.

    Raises:
        KafkaAccessRefused: when the broker knows no users or no rules.
        kafka.errors.KafkaError: when the broker does not answer.
    """
    user, password = user_of(settings, agency), secrets.token_urlsafe(32)
    admin = _connect(settings)
    try:
        _write_rules(admin, settings, [agency])
        upsert = UserScramCredentialUpsertion(
            user=user, mechanism=ScramMechanism.SCRAM_SHA_512, iterations=_ITERATIONS, password=password.encode()
        )
        _alter_user(admin, upsert)
        give_up_at = time.monotonic() + _PATIENCE_S
        while user not in _users(admin):  # brokers hear of what their controller has written a little later
            if time.monotonic() > give_up_at:
                raise KafkaAccessRefused("it does not show the user that it has taken")
            time.sleep(0.05)
    finally:
        admin.close()
    return KafkaCredentials(user, password, topics_of(settings, agency), f"{user}.")


def revoke(settings: Settings, agency: str) -> bool:
    """Ends the agency's access; returns whether it had any. Its rules go first: they bind open connections too.

    Raises:
        KafkaAccessRefused: when the broker does not delete them; the access has not ended.
        kafka.errors.KafkaError: when the broker does not answer.
    """
    admin = _connect(settings)
    try:
        if user_of(settings, agency) not in _users(admin):
            return False
        delete_rules(admin, user_of(settings, agency))
        _alter_user(admin, UserScramCredentialDeletion(user_of(settings, agency), ScramMechanism.SCRAM_SHA_512))
        return True
    finally:
        admin.close()


def delete_rules(admin: KafkaAdminClient, user: str) -> None:
    """Deletes all rules of a user, and sees that the broker knows none any more.

    Raises:
        KafkaAccessRefused: when it does not delete them.
    """
    everything = ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY)
    own = ACLFilter(f"User:{user}", None, ACLOperation.ANY, ACLPermissionType.ANY, everything)
    for _, _, error in admin.delete_acls([own]):
        if error is not NoError:
            raise KafkaAccessRefused(f"it does not delete rules ({error.__name__})")
    give_up_at = time.monotonic() + _PATIENCE_S
    while admin.describe_acls(own)[0]:
        if time.monotonic() > give_up_at:
            raise KafkaAccessRefused("it still has rules that it was to delete")
        time.sleep(0.05)


def keep_rules(settings: Settings) -> tuple[str, ...]:
    """Writes the rules of every agency that has a user anew: a newer version may have more topics. Returns those."""
    admin = _connect(settings)
    try:
        users = _users(admin)
        have = tuple(agency for agency in settings.agencies if user_of(settings, agency) in users)
        if have:
            _write_rules(admin, settings, have)
        return have
    finally:
        admin.close()


def _connect(settings: Settings) -> KafkaAdminClient:
    return KafkaAdminClient(bootstrap_servers=settings.kafka, client_id="onevisit-access")


def _users(admin: KafkaAdminClient) -> set[str]:
    return set(admin.describe_user_scram_credentials())


def _alter_user(admin: KafkaAdminClient, change: UserScramCredentialUpsertion | UserScramCredentialDeletion) -> None:
    problems = [why for why in admin.alter_user_scram_credentials([change]).values() if why]
    if problems:
        raise KafkaAccessRefused(problems[0])


def _write_rules(admin: KafkaAdminClient, settings: Settings, agencies: Iterable[str]) -> None:
    rules = [rule for agency in agencies for rule in _rules(settings, agency)]
    try:
        outcome = admin.create_acls(rules)
    except SecurityDisabledError:
        raise KafkaAccessRefused("it has no authorizer") from None
    except BrokerResponseError as error:
        raise KafkaAccessRefused(type(error).__name__) from None
    if failed := outcome["failed"]:
        raise KafkaAccessRefused(str(failed[0][1]))


def _rules(settings: Settings, agency: str) -> list[ACL]:
    user = user_of(settings, agency)

    def may_read(resource: ResourcePattern) -> ACL:
        return ACL(f"User:{user}", "*", ACLOperation.READ, ACLPermissionType.ALLOW, resource)

    group = ResourcePattern(ResourceType.GROUP, f"{user}.", ACLResourcePatternType.PREFIXED)
    topics = [ResourcePattern(ResourceType.TOPIC, name) for name in topics_of(settings, agency)]
    return [may_read(resource) for resource in (*topics, group)]
