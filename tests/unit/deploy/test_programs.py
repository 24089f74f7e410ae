"""The list of workers is the line."""

import importlib.util

import pytest

from deploy.embedded.programs import PREPARE, WORKERS


@pytest.mark.parametrize("argv", [PREPARE, *(worker.argv for worker in WORKERS)], ids=lambda argv: argv[-1])
def test_every_program_names_a_module_that_exists(argv: tuple[str, ...]) -> None:
    """A renamed module is noticed here and not at the first start."""
    assert importlib.util.find_spec(argv[argv.index("-m") + 1]) is not None


def test_names_are_unique() -> None:
    """The name is also the log's and the process number's key."""
    names = [worker.name for worker in WORKERS]
    assert len(set(names)) == len(names)
