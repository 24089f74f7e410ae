"""A door that is closed closes, wherever its own rounds are."""

import asyncio
from collections.abc import Callable

import pytest

from services.gateway.app import create_app
from services.platform.settings import Settings


@pytest.mark.timeout(900)
async def test_the_door_closes_in_the_middle_of_a_round(make_settings: Callable[[], Settings]) -> None:
    """At sixty moments of the first round, which asks the database; about each tenth lost its only cancellation."""
    settings = make_settings()
    for moment in range(60):
        app = create_app(settings)
        async with asyncio.timeout(60), app.router.lifespan_context(app):
            await asyncio.sleep(moment % 30 * 0.0006)
