"""Two agencies are asked to align their windows; one accepts, the other declines, another proposal is applied."""

from datetime import date

from schemas.alignment import (
    AlignmentAsked,
    AlignmentProposed,
    CampaignChange,
    CampaignLevel,
    Objective,
    ProgrammeLimit,
    ProposalAnswered,
    ProposalSettled,
    ProposalState,
    ProposedChange,
)
from schemas.base import Event
from schemas.generate.specimens.story import at, digest, example_id

ALIGNMENT = example_id("alignment")
PROPOSAL = example_id("proposal")


def alignment_events() -> dict[str, Event]:
    """By the name of the example."""
    return {
        "before-the-new-year": AlignmentAsked(
            event_id=example_id("alignment asked"),
            recorded_at=at(1),
            alignment_id=ALIGNMENT,
            asked_by="joint_group-1",
            as_of=date(2026, 11, 24),
            max_days=14,
            objective=Objective.TRIPS,
            level=CampaignLevel.TOWN,
            limits={"family_planning": ProgrammeLimit(max_days_earlier=7, max_days_later=0)},
        ),
        "one-town-and-one-county": AlignmentProposed(
            event_id=example_id("alignment proposed"),
            recorded_at=at(1, 1),
            agency="health",
            alignment_id=ALIGNMENT,
            objective=Objective.TRIPS,
            as_of=date(2026, 11, 24),
            requests=1200,
            people=1000,
            visits=1150,
            trips=900,
            proposals=(
                ProposedChange(
                    proposal_id=PROPOSAL,
                    changes=(
                        CampaignChange(
                            agency="civil_affairs",
                            programme="senior_subsidy",
                            area="990101001",
                            days_earlier=0,
                            days_later=3,
                        ),
                        CampaignChange(agency="health", programme="family_planning", days_earlier=5, days_later=0),
                    ),
                    agencies=("civil_affairs", "health"),
                    days=8,
                    requests=240,
                    people=230,
                    visits_saved=60,
                    trips_saved=75,
                    basis=digest("windows"),
                ),
            ),
        ),
        "accepted-by-health": _answer("health", accepted=True),
        "declined-by-civil-affairs": _answer("civil_affairs", accepted=False),
        "windows-amended": ProposalSettled(
            event_id=example_id("proposal settled"),
            recorded_at=at(3),
            agency="health",
            alignment_id=ALIGNMENT,
            proposal_id=example_id("another proposal"),
            state=ProposalState.APPLIED,
            amended=120,
            code="ALIGN_APPLIED",
            message="各有关机构均已同意，窗口期已放宽。 Every agency concerned has accepted: the windows were widened.",
            next_step="如需核对，请查询各申请的窗口期。 Look at your requests to see their new windows.",
        ),
    }


def _answer(agency: str, *, accepted: bool) -> ProposalAnswered:
    return ProposalAnswered(
        event_id=example_id(f"answer of {agency}"),
        recorded_at=at(2),
        alignment_id=ALIGNMENT,
        proposal_id=PROPOSAL,
        agency=agency,
        accepted=accepted,
        decided_by=f"agency-{agency}-1",
        reason="" if accepted else "通知已印发",
    )
