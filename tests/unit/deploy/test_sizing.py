"""What the embedded database takes of the machine."""

from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.embedded.sizing import MB, memory_mb, server_settings


def _mb(settings: dict[str, str], name: str) -> int:
    assert settings[name].endswith("MB")
    return int(settings[name].removesuffix("MB"))


def test_a_machine_of_4_gb_keeps_most_of_its_memory_for_the_others() -> None:
    """Kafka's heap takes 512 MB, each worker some 150."""
    assert _mb(server_settings(4096), "shared_buffers") == 512


@given(st.integers(min_value=1, max_value=4_000_000))
def test_the_settings_stay_between_postgresql_s_defaults_and_what_a_county_needs(memory: int) -> None:
    """A small machine gets what it had, a large one no more than helps."""
    settings = server_settings(memory)
    assert 128 <= _mb(settings, "shared_buffers") <= 2048
    assert 1024 <= _mb(settings, "max_wal_size") <= 4096


@given(st.integers(min_value=1024, max_value=4_000_000))
def test_from_1_gb_on_the_buffers_take_an_eighth_at_most(memory: int) -> None:
    """The database is one of several on the machine."""
    assert _mb(server_settings(memory), "shared_buffers") * 8 <= memory


@given(st.integers(min_value=1, max_value=4_000_000), st.integers(min_value=0, max_value=100_000))
def test_more_memory_never_gives_less(memory: int, more: int) -> None:
    """No machine is punished for its size."""
    for name in ("shared_buffers", "max_wal_size"):
        assert _mb(server_settings(memory), name) <= _mb(server_settings(memory + more), name)


def test_durability_is_not_traded() -> None:
    """What is not set stays on, as PostgreSQL ships it."""
    assert not {"fsync", "full_page_writes", "synchronous_commit", "data_sync_retry"} & server_settings(65536).keys()


@pytest.mark.parametrize(("told", "megabytes"), [("268435456\n", 256), ("max\n", None), (None, None)])
def test_a_container_s_limit_counts_when_it_is_less_than_the_machine(
    tmp_path: Path, told: str | None, megabytes: int | None
) -> None:
    """The kernel kills what takes more than the limit, whatever the machine has."""
    limit = tmp_path / "memory.max"
    if told is not None:
        limit.write_text(told, encoding="ascii")
    assert memory_mb(limit) == (megabytes or psutil.virtual_memory().total // MB)
