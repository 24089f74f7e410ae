"""A slice of ``make fuzz-clips``: damaged clips through the whole machine check."""

from services.certify.verify import Verifier
from tests.integration.certify.fuzz import corpus, run


def test_whatever_the_file_there_is_a_verdict(verifier: Verifier) -> None:
    """Thirty damaged clips of ten containers: a code for each, nobody left behind, nothing leaked."""
    account = run(verifier, corpus(None), 30, seed=2)
    assert account.wrong == []
    assert account.clips == 30
    assert len({code for counts in account.outcomes.values() for code in counts}) > 1
