"""What the tests of delivery share: an installation of their own on the session's servers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.embedded import kafka_tls
from deploy.embedded.stack import EmbeddedStack
from services.platform.database import open_pool
from services.platform.settings import Settings
from tests.integration.delivery.office import Office
from tests.integration.line import Installation


@pytest.fixture
def county(stack: EmbeddedStack, database: str, tmp_path: Path) -> Settings:
    """An installation of this test alone."""
    return make_county(stack, database, tmp_path / "var")


def make_county(stack: EmbeddedStack, database: str, var: Path) -> Settings:
    """An installation whose topics exist; agencies reach the session's broker over TLS."""
    authority = stack.var / kafka_tls.FOLDER / kafka_tls.AUTHORITY
    given = {"agency_kafka": stack.agency_kafka, "agency_kafka_ca": authority, "partitions": 2}
    return Installation.make(stack.kafka, database, var, **given).settings


@pytest.fixture
async def office(database: str) -> AsyncIterator[Office]:
    """An empty installation."""
    async with open_pool(database, size=12) as pool:
        yield Office(pool, database)
