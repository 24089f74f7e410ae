"""The scheduler: request → visit. Reads settings and secrets, builds what the folds need, runs them.

python -m services.scheduler.app
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from services.platform import secrets
from services.platform.runner import Reader
from services.platform.sealing import Keyring
from services.platform.settings import Settings
from services.platform.telemetry import configure_logging
from services.platform.worker import Worker
from services.scheduler.agents import readers
from services.scheduler.intake import Intake


def build_readers(settings: Settings) -> tuple[Reader, ...]:
    """All subscriptions of the scheduler with what their folds need: secrets, the county's date."""
    own = secrets.load(settings.secrets)
    county = ZoneInfo(settings.timezone)
    intake = Intake(
        county_secret=own.county_secret,
        keyring=Keyring(own.master_key),
        partitions=settings.partitions,
        today=lambda: datetime.now(county).date(),
        agencies=frozenset(settings.agencies),
    )
    return readers(intake)


def main() -> None:
    """Runs the scheduler's workers until a signal stops them."""
    configure_logging()
    settings = Settings.from_env()
    Worker("scheduler", settings, build_readers(settings)).main()


if __name__ == "__main__":
    main()
