"""Has a running broker read its certificate again: the same path, set anew, makes it look (KIP-226)."""

from pathlib import Path

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

NODE = "1"


def reload_certificate(kafka: str, keystore: Path) -> None:
    """Have the embedded broker take the certificate that lies in ``keystore`` now, for new connections.

    Args:
        kafka: bootstrap servers of the workers' listener.

    Raises:
        RuntimeError: when the broker refuses it.
        kafka.errors.KafkaError: when it does not answer.
    """
    admin = KafkaAdminClient(bootstrap_servers=kafka, client_id="onevisit-renew")
    try:
        setting = {"listener.name.agencies.ssl.keystore.location": str(keystore)}
        broker = ConfigResource(ConfigResourceType.BROKER, NODE, configs=setting)
        outcome = admin.alter_configs([broker], raise_on_unknown=False)  # settings of a listener are in no list
        for answer in outcome["broker"].values():
            if answer != "OK":
                raise RuntimeError(f"the broker does not take its new certificate: {answer}")
    finally:
        admin.close()
