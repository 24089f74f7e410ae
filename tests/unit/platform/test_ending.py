"""A task is ended for certain."""

import asyncio

import pytest

from services.platform.ending import end_task


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
