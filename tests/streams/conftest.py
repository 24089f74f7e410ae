"""Fixtures of the stream tests."""

import os
from collections.abc import AsyncIterator
from datetime import date

import pytest

from services.certify.domain.recognition import RecognitionPolicy
from services.platform.database import open_pool
from services.platform.sealing import Keyring
from services.scheduler.intake import Intake
from services.scheduler.merging import Merging
from tests.streams.certifying_office import Office, make_certifier
from tests.streams.desk import RULES, SECRET, Desk


@pytest.fixture
async def office(database: str) -> AsyncIterator[Office]:
    """A certifier of an empty installation, with the default policy."""
    async with open_pool(database) as pool:
        yield Office(pool, make_certifier(RecognitionPolicy()))


@pytest.fixture
async def desk(database: str) -> AsyncIterator[Desk]:
    """The scheduler's folds in an empty installation; the county's day is the first of March 2026."""
    keyring = Keyring(os.urandom(32))
    intake = Intake(county_secret=SECRET, keyring=keyring, partitions=3, today=lambda: date(2026, 3, 1))
    async with open_pool(database) as pool:
        yield Desk(pool, keyring, intake, Merging(keyring=keyring, rules=RULES))
