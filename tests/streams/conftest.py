"""Fixtures of the stream tests."""

from collections.abc import AsyncIterator

import pytest

from services.certify.domain.recognition import RecognitionPolicy
from services.platform.database import migrate, open_pool
from tests.streams.certifying_office import Office, make_certifier


@pytest.fixture
async def office(database: str) -> AsyncIterator[Office]:
    """A certifier of an empty installation, with the default policy."""
    migrate(database)
    async with open_pool(database) as pool:
        yield Office(pool, make_certifier(RecognitionPolicy()))
