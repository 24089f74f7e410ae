"""A task is ended for certain."""

import asyncio
import contextlib

import pytest
from mode.services import Service

from services.platform.ending import end_task, run_until_ended


@pytest.mark.parametrize("lost", [0, 2])
async def test_a_lost_cancellation_is_said_again(lost: int) -> None:
    """As often as the task loses one; the cleaning behind the last one is waited for."""
    begun, cleaned = asyncio.Event(), False

    async def deaf() -> None:
        nonlocal cleaned
        begun.set()
        for _ in range(lost):
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                continue
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0)
            cleaned = True

    task = asyncio.create_task(deaf())
    await begun.wait()
    await end_task(task)
    assert task.cancelled()
    assert cleaned


async def test_how_it_ended_is_not_told() -> None:
    """Neither a failure nor an end of its own is raised."""

    async def fails() -> None:
        raise ValueError

    task = asyncio.create_task(fails())
    await asyncio.wait({task})
    await end_task(task)
    assert isinstance(task.exception(), ValueError)


async def test_work_that_loses_a_cancellation_ends_all_the_same() -> None:
    """Faust cancels a chore once and waits until it has ended: a worker stood there for ever."""
    cleaned = False

    async def deaf() -> None:
        nonlocal cleaned
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(3600)
        try:
            await asyncio.sleep(3600)
        finally:
            cleaned = True

    service = Service()
    service.add_future(run_until_ended(deaf()))
    await asyncio.sleep(0.01)
    async with asyncio.timeout(30):
        await service.stop()
    assert cleaned


async def test_a_failure_of_the_work_is_raised() -> None:
    """Whoever runs it hears of it."""

    async def fails() -> None:
        raise ValueError

    with pytest.raises(ValueError):
        await run_until_ended(fails())
