"""The county as the store has it, through `domain.align`, to what is stored and told: one pure step in a thread."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from schemas.alignment import AlignmentAsked, CampaignChange, ProposedChange
from schemas.base import stable_id
from services.scheduler.domain.align import Alignment, CampaignFront, Saving, align
from services.scheduler.domain.align_effect import Placed
from services.scheduler.domain.align_policy import AlignmentPolicy
from services.scheduler.domain.merge import OpenRequest
from services.scheduler.store.alignment import StoredAlignment
from services.scheduler.store.county import County


def align_county(
    asked: AlignmentAsked,
    county: County,
    answered: Sequence[tuple[OpenRequest, str | None]],
    policy: AlignmentPolicy,
    now: datetime,
) -> tuple[StoredAlignment, list[Placed]]:
    """What is found, and the windows that agencies are asked about.

    Requests for which nobody is sent now (a life event, a question of identity) are in no count; they, and those
    answered for the last cycle, still bound how far the others' windows may grow.
    """
    counted = [one for one in county.standing if one.counts]
    beside = [one.request for one in county.standing if not one.counts] + [request for request, _ in answered]
    villages = {one.key: one.village_code for one in county.standing}
    villages |= {(request.agency, request.request_id): village for request, village in answered}
    found = align(
        [one.request for one in counted],
        policy=policy,
        village_of=villages,
        dwelling_of=county.dwelling_of,
        level=asked.level,
        max_days=asked.max_days,
        as_of=asked.as_of,
        objective=asked.objective,
        beside=beside,
    )
    savings = {saving.proposal.proposal_id: saving for saving in _savings(found)}
    stored = StoredAlignment(
        asked=asked,
        requests=len(found.campaign_of),
        people=found.people,
        visits=found.visits,
        trips=found.trips,
        overdue=found.overdue,
        exact=found.exact,
        campaigns=[_campaign(front) for front in found.campaigns],
        made_at=now,
        proposals=[_proposed(asked, saving) for saving in savings.values()],
    )
    concerned = {campaign for saving in savings.values() for campaign in saving.proposal.changes}
    placed = [
        Placed(one.request, campaign)
        for one in counted
        for campaign in (found.campaign_of.get(one.key),)
        if campaign in concerned
    ]
    return stored, placed


def _savings(found: Alignment) -> Iterator[Saving]:
    """Single changes and pairs, best first; then one after the other; then all that help."""
    yield from found.proposals
    for step in found.steps:
        yield step.so_far
    if found.whole is not None:
        yield found.whole


def _proposed(asked: AlignmentAsked, saving: Saving) -> ProposedChange:
    proposal = saving.proposal
    return ProposedChange(
        proposal_id=stable_id("alignment-proposal", str(asked.alignment_id), str(proposal.proposal_id)),
        changes=tuple(
            CampaignChange(
                agency=campaign.agency,
                programme=campaign.programme,
                area=campaign.area or None,
                days_earlier=change.days_earlier,
                days_later=change.days_later,
            )
            for campaign, change in proposal.sorted
        ),
        agencies=tuple(sorted(proposal.agencies)),
        days=proposal.days,
        requests=saving.requests,
        people=saving.people,
        visits_saved=saving.visits_saved,
        trips_saved=saving.trips_saved,
        basis=proposal.basis,
    )


def _campaign(front: CampaignFront) -> dict[str, object]:
    return {
        "agency": front.campaign.agency,
        "programme": front.campaign.programme,
        "area": front.campaign.area or None,
        "requests": front.requests,
        "people": front.people,
        "first_day": front.first_day.isoformat(),
        "last_day": front.last_day.isoformat(),
        "max_days_earlier": front.limits.earlier,
        "max_days_later": front.limits.later,
        "fixed": front.limits.fixed.value if front.limits.fixed else None,
    }
