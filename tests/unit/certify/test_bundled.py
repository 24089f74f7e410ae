"""The report's attackers that have to answer a signed bundle, on made-up measurements."""

import pytest

from bench.verify.bundled import answers
from schemas.verification import Action
from services.certify.policy import VerificationPolicy
from tests.unit.certify.bundles import bundle
from tests.unit.certify.clips import measured, nodding


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ((Action.NOD, 1.0, 6.0), (True, True)),
        ((Action.NOD, 4.0, 9.0), (False, True)),
        ((Action.NOD, 13.0, 14.0), (False, False)),
        ((Action.OPEN_MOUTH, 1.0, 6.0), (False, False)),
    ],
)
def test_a_recording_answers_in_its_window_or_held_back_into_it(
    asked: tuple[Action, float, float], found: tuple[bool, bool]
) -> None:
    """Who nods in the third second answers a prompt before it; held back also one that comes later, but none beyond
    the longest wait; another action never."""
    assert answers(measured(nodding()), bundle(asked), VerificationPolicy()) == found
