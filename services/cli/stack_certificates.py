"""Which certificates ``onevisit doctor`` and a running stack look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from deploy.embedded.certificate_ends import CertificateWatch
    from deploy.embedded.stack import EmbeddedStack


def foreign_authorities() -> dict[str, Path]:
    """PEM files that the county itself named, by the setting that names them."""
    from services.platform.delivery_policy import DeliveryPolicyInvalid, read_delivery  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415

    settings = Settings.from_env()
    try:
        webhooks = read_delivery(settings.delivery).authority
    except DeliveryPolicyInvalid:
        webhooks = None  # delivery says so when it starts
    named = {"ONEVISIT_AGENCY_KAFKA_CA": settings.agency_kafka_ca, "ONEVISIT_DELIVERY": webhooks}
    return {setting: file for setting, file in named.items() if file is not None}


def watch_of(stack: EmbeddedStack, tell: Callable[[str], None]) -> CertificateWatch:
    """Who looks after the certificates of a stack that runs."""
    from deploy.embedded import kafka_tls  # noqa: PLC0415
    from deploy.embedded.certificate_ends import CertificateWatch  # noqa: PLC0415

    def reload(keystore: Path) -> None:
        from deploy.embedded.kafka_reload import reload_certificate  # noqa: PLC0415 (slow to import, once a year)

        reload_certificate(stack.kafka, keystore)

    host = stack.agency_kafka.rpartition(":")[0]
    return CertificateWatch(stack.var / kafka_tls.FOLDER, host, reload, foreign_authorities(), tell)
