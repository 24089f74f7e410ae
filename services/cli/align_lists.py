"""Agencies' lists in, proposals to change windows out: the reading is that of the merge, the rules are the domain's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from schemas.alignment import CampaignLevel, Objective
from services.cli.align_words import campaign_name, change_in_words
from services.cli.merge_lists import MergeResult, merge_lists
from services.scheduler.domain.align import Alignment, Saving, align
from services.scheduler.domain.align_campaigns import Campaign, Change
from services.scheduler.domain.align_policy import AlignmentPolicy
from services.scheduler.domain.codes import Language
from services.scheduler.domain.household import Home, dwelling_of


@dataclass(frozen=True, slots=True)
class AlignedLists:
    """What was read, and what is proposed."""

    merged: MergeResult
    found: Alignment
    as_of: date | None
    """The day from which windows count; ``None``: every window was over, so the season is looked at as a whole."""

    def as_json(self, language: Language) -> dict[str, Any]:
        """The answer of ``onevisit align --json``; described in docs/alignment.md."""
        found = self.found
        return {
            "requests": len(found.campaign_of),
            "rejected": len(self.merged.rejected),
            "overdue": found.overdue,
            "problems": self.merged.as_json(language)["problems"],
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "objective": found.objective.value,
            "exact": found.exact,
            "people": found.people,
            "visits": found.visits,
            "trips": found.trips,
            "campaigns": [
                _campaign_as_json(one.campaign)
                | {
                    "requests": one.requests,
                    "people": one.people,
                    "first_day": one.first_day.isoformat(),
                    "last_day": one.last_day.isoformat(),
                    "max_days_earlier": one.limits.earlier,
                    "max_days_later": one.limits.later,
                    "fixed": one.limits.fixed.value if one.limits.fixed else None,
                    "front": [_days(change) | {"saved": saved} for change, saved in one.front],
                }
                for one in found.campaigns
            ],
            "proposals": [_saving_as_json(saving, found, language) for saving in found.proposals],
            "steps": [
                {
                    "changes": _changes_as_json(step.changes, language),
                    "days": step.days,
                    "saved": step.saved,
                    "so_far": _saving_as_json(step.so_far, found, language),
                    "most_for_these_days": step.most_for_these_days,
                }
                for step in found.steps
            ],
            "whole": _saving_as_json(found.whole, found, language) if found.whole else None,
            "front": [{"days": days, "saved": saved} for days, saved in found.front],
        }


def align_lists(
    files: Sequence[Path],
    *,
    county_secret: bytes,
    today: date,
    from_day: date | None = None,
    policy: AlignmentPolicy,
    max_days: int,
    max_proposals: int,
    level: CampaignLevel = CampaignLevel.AUTO,
    objective: Objective = Objective.VISITS,
    agencies: Mapping[str, str] | None = None,
    programmes: Mapping[str, str] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> AlignedLists:
    """Read the lists as `merge_lists` does, and search the changes of windows that save the most.

    What was due before ``from_day`` (``today`` without one) is left as it is, unless everything was.
    """
    merged = merge_lists(
        files, county_secret=county_secret, today=today, agencies=agencies, programmes=programmes, progress=progress
    )
    progress("align")
    requests = [request for visit in merged.visits for request in visit.requests]
    rows = {entry.request.key: entry.request for entry in merged.register}
    dwellings: dict[str, str] = {}
    for request in requests:
        row = rows[request.agency, request.request_id]
        home = Home(row.village_code, row.residence_address, row.household_id)
        if request.person_key not in dwellings and (dwelling := dwelling_of(home)):
            dwellings[request.person_key] = "\n".join(dwelling)
    since = from_day or today
    as_of = None if all(request.due_date < since for request in requests) else since
    found = align(
        requests,
        policy=policy,
        village_of={key: row.village_code for key, row in rows.items()},
        dwelling_of=dwellings,
        level=level,
        max_days=max_days,
        max_proposals=max_proposals,
        as_of=as_of,
        objective=objective,
    )
    return AlignedLists(merged, found, as_of)


def _saving_as_json(saving: Saving, found: Alignment, language: Language) -> dict[str, Any]:
    proposal = saving.proposal
    return {
        "proposal_id": str(proposal.proposal_id),
        "state": proposal.state.value,
        "agencies": sorted(proposal.agencies),
        "changes": _changes_as_json(proposal.changes, language),
        "days": proposal.days,
        "requests": saving.requests,
        "people": saving.people,
        "visits_saved": saving.visits_saved,
        "visits_saved_percent": round(100 * saving.visits_saved / found.visits, 2) if found.visits else 0.0,
        "trips_saved": saving.trips_saved,
        "trips_saved_percent": round(100 * saving.trips_saved / found.trips, 2) if found.trips else 0.0,
        "basis": proposal.basis,
    }


def _changes_as_json(changes: Mapping[Campaign, Change], language: Language) -> list[dict[str, Any]]:
    return [
        _campaign_as_json(campaign)
        | _days(change)
        | {"words": f"{campaign_name(campaign, language)}: {change_in_words(change, language)}"}
        for campaign, change in sorted(changes.items())
    ]


def _campaign_as_json(campaign: Campaign) -> dict[str, Any]:
    return {"agency": campaign.agency, "programme": campaign.programme, "area": campaign.area or None}


def _days(change: Change) -> dict[str, int]:
    return {"days_earlier": change.days_earlier, "days_later": change.days_later}
