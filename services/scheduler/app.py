"""The scheduler: request → visit. Reads settings and secrets, builds what the folds need, runs them.

python -m services.scheduler.app
"""

import sys
from datetime import datetime
from zoneinfo import ZoneInfo

from services.platform import secrets
from services.platform.runner import Reader
from services.platform.sealing import Keyring
from services.platform.settings import Settings
from services.platform.telemetry import configure_logging
from services.platform.worker import Worker
from services.scheduler.agents import readers
from services.scheduler.alignment import Alignment
from services.scheduler.county_rules import CountyRulesInvalid, read_alignment, read_ladder, read_life_events
from services.scheduler.domain.person import Rules
from services.scheduler.intake import Intake
from services.scheduler.ladder_clock import LadderClock
from services.scheduler.merging import Merging


def build_merging(settings: Settings) -> Merging:
    """What folds all that is said of persons, with the county's keys and rules."""
    own = secrets.load(settings.secrets)
    rules = Rules(read_life_events(settings.life_events), ZoneInfo(settings.timezone))
    return Merging(keyring=Keyring(own.master_key), rules=rules)


def build_readers(settings: Settings) -> tuple[Reader, ...]:
    """All subscriptions of the scheduler with what their folds need: secrets, the county's date and rules.

    Raises:
        CountyRulesInvalid: when the county's rules for life events or for alignment cannot be used.
    """
    own = secrets.load(settings.secrets)
    county = ZoneInfo(settings.timezone)
    intake = Intake(
        county_secret=own.county_secret,
        keyring=Keyring(own.master_key),
        partitions=settings.partitions,
        today=lambda: datetime.now(county).date(),
        agencies=frozenset(settings.agencies),
    )
    alignment = Alignment(policy=read_alignment(settings.alignment), agencies=frozenset(settings.agencies))
    return readers(intake, build_merging(settings), alignment)


def build_clock(settings: Settings) -> LadderClock:
    """The clock of the ladder before a lapse. Raises CountyRulesInvalid."""
    return LadderClock(settings.database, read_ladder(settings.ladder), ZoneInfo(settings.timezone))


def main() -> None:
    """Runs the scheduler's workers until a signal stops them; rules that cannot be used stop it before it begins."""
    configure_logging()
    settings = Settings.from_env()
    try:
        own_readers, clock = build_readers(settings), build_clock(settings)
    except CountyRulesInvalid as error:
        sys.exit(f"onevisit: {error}")
    Worker("scheduler", settings, own_readers, chores=(clock.climb_for_ever,)).main()


if __name__ == "__main__":
    main()
