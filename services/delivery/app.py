"""Delivery: agencies' topics → numbered deliveries → webhooks and files. Reads settings and secrets, runs the folds.

python -m services.delivery.app
"""

import sys

from services.delivery.dropping import Dropper
from services.delivery.keeping import readers
from services.delivery.posting import Poster
from services.delivery.retention import forget_for_ever
from services.delivery.sending import Sender
from services.platform import secrets
from services.platform.delivery_policy import DeliveryPolicyInvalid, read_delivery
from services.platform.settings import Settings
from services.platform.telemetry import configure_logging
from services.platform.worker import Chore, Worker


def main() -> None:
    """Runs until a signal stops it; a policy that cannot be used stops it before it begins."""
    configure_logging()
    settings = Settings.from_env()
    try:
        policy = read_delivery(settings.delivery)
        poster = Poster(policy)
    except DeliveryPolicyInvalid as error:
        sys.exit(f"onevisit: {error}")
    own = secrets.load(settings.secrets)
    sender = Sender(settings.database, own.master_key, policy, poster)
    chores: list[Chore] = [sender.send_for_ever, forget_for_ever(policy.keep_days)]
    if policy.drop is not None:
        dropper = Dropper(policy.drop, own.signing_key, settings.issuer, settings.agencies, policy)
        chores.append(dropper.drop_for_ever)
    Worker("delivery", settings, readers(), chores=chores).main()


if __name__ == "__main__":
    main()
