"""A proposal changes no window before every agency concerned has accepted it."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from services.scheduler.domain.align import align
from services.scheduler.domain.align_campaigns import Campaign, Change
from services.scheduler.domain.align_proposal import (
    AlreadyDecided,
    Decision,
    NotAccepted,
    NotConcerned,
    Proposal,
    ProposalState,
    WindowsChanged,
    basis_of,
)
from services.scheduler.domain.merge import OpenRequest

AT = datetime(2027, 1, 1, tzinfo=UTC)
YES = Decision(accepted=True, decided_by="office", decided_at=AT)
NO = Decision(accepted=False, decided_by="office", decided_at=AT, reason="printed already")
CIVIL, HEALTH = Campaign("civil_affairs", "senior_subsidy"), Campaign("health", "family_planning")


def request(campaign: Campaign, number: int, start: date, due: date) -> OpenRequest:
    return OpenRequest(campaign.agency, f"R{number}", campaign.programme, "p", start, due, AT)


REQUESTS = [
    request(CIVIL, 1, date(2027, 3, 1), date(2027, 3, 10)),
    request(HEALTH, 1, date(2027, 3, 15), date(2027, 4, 1)),
    request(Campaign("hrss", "pension"), 1, date(2027, 6, 1), date(2027, 6, 2)),
]
CAMPAIGN_OF = {(r.agency, r.request_id): Campaign(r.agency, r.programme) for r in REQUESTS}


@pytest.fixture
def proposal() -> Proposal:
    """Two agencies have to agree."""
    return Proposal({HEALTH: Change(2, 0), CIVIL: Change(0, 3)}, basis_of(REQUESTS[:2]))


def test_it_takes_every_agency_concerned_in_any_order(proposal: Proposal) -> None:
    """One answer is not enough; only then new windows come out, and of these agencies only."""
    for first, second in permutations(["health", "civil_affairs"]):
        half = proposal.decided(first, YES)
        assert (proposal.state, half.state) == (ProposalState.PROPOSED, ProposalState.PROPOSED)
        for early in (proposal, half):
            with pytest.raises(NotAccepted, match="wait until"):
                early.applied(REQUESTS, CAMPAIGN_OF)
        whole = half.decided(second, YES)
        assert whole.state is ProposalState.ACCEPTED
        assert [(r.agency, r.window_start, r.due_date) for r in whole.applied(REQUESTS, CAMPAIGN_OF)] == [
            ("civil_affairs", date(2027, 3, 1), date(2027, 3, 13)),
            ("health", date(2027, 3, 13), date(2027, 4, 1)),
        ]


def test_one_no_ends_it(proposal: Proposal) -> None:
    """Nobody can accept it afterwards, not even who declined."""
    declined = proposal.decided("health", NO)
    assert declined.state is ProposalState.DECLINED
    for agency in ("health", "civil_affairs"):
        with pytest.raises(AlreadyDecided, match="ALIGN_ALREADY_DECIDED"):
            declined.decided(agency, YES)
    with pytest.raises(NotAccepted):
        declined.applied(REQUESTS, CAMPAIGN_OF)


def test_the_same_answer_again_changes_nothing(proposal: Proposal) -> None:
    """Messages come twice."""
    later = Decision(accepted=True, decided_by="office", decided_at=AT + timedelta(1))
    once = proposal.decided("health", YES)
    assert once.decided("health", later) == once
    with pytest.raises(AlreadyDecided):
        once.decided("health", NO)


def test_who_is_not_concerned_is_not_asked(proposal: Proposal) -> None:
    """The pension office cannot accept for the others."""
    with pytest.raises(NotConcerned):
        proposal.decided("hrss", YES)


def test_windows_that_were_changed_meanwhile_are_not_overwritten(proposal: Proposal) -> None:
    """What was accepted was said of other windows; a campaign that is not concerned may do as it likes."""
    accepted = proposal.decided("health", YES).decided("civil_affairs", YES)
    moved = [request(HEALTH, 1, date(2027, 3, 16), date(2027, 4, 1)), REQUESTS[0]]
    with pytest.raises(WindowsChanged, match="ask anew"):
        accepted.applied(moved, CAMPAIGN_OF)
    assert len(accepted.applied(REQUESTS[:2], CAMPAIGN_OF)) == 2


def test_the_search_alone_changes_nothing() -> None:
    """What `align` returns waits for its agencies, and fits the requests it was made from."""
    found = align(REQUESTS)
    assert found.proposals
    for saving in found.proposals:
        proposal = saving.proposal
        assert proposal.state is ProposalState.PROPOSED
        for agency in proposal.agencies:
            proposal = proposal.decided(agency, YES)
        assert len(proposal.applied(REQUESTS, found.campaign_of)) == saving.requests


def test_the_id_is_of_the_changes_and_of_the_windows(proposal: Proposal) -> None:
    """Answers do not change it, other days or other windows do."""
    assert proposal.decided("health", YES).proposal_id == proposal.proposal_id
    assert Proposal({HEALTH: Change(2, 0)}, proposal.basis).proposal_id != proposal.proposal_id
    assert Proposal(proposal.changes, basis_of(REQUESTS)).proposal_id != proposal.proposal_id


def test_a_proposal_of_nothing_cannot_be_made() -> None:
    """And no change takes days away."""
    for changes in ({}, {HEALTH: Change()}):
        with pytest.raises(ValueError, match="at least one day"):
            Proposal(changes, "")
    with pytest.raises(ValueError, match="only widens"):
        Change(-1, 0)
