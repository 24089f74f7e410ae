"""What the benchmark counts is there under these names: a function that was renamed is counted no more, unheard."""

from operator import attrgetter
from types import ModuleType

import pytest

from bench.verify.stages import STAGES


@pytest.mark.parametrize(
    ("owner", "name"), [(owner, name) for _, owner, names in STAGES for name in names], ids=lambda one: str(one)[:60]
)
def test_every_stage_is_there(owner: ModuleType | type, name: str) -> None:
    """A function of a module, or a method of a class."""
    assert callable(attrgetter(name)(owner))
