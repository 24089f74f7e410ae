"""A proposal to change windows, and the only way in which it can take effect: every agency it concerns accepts it.

States: proposed → accepted or declined. What an agency has decided stays; who wants other dates makes a new proposal.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from services.scheduler.domain.align_campaigns import Campaign, Change, RequestKey
from services.scheduler.domain.merge import OpenRequest

PROPOSAL_NAMESPACE: Final = UUID("0b8c1b52-6d0c-5f63-9a3e-2f5a1a7d4c10")
"""Fixed for ever: proposal ids are made in it."""


class ProposalState(StrEnum):
    """What has become of a proposal."""

    PROPOSED = "proposed"
    """At least one agency has not answered, and none has declined."""
    ACCEPTED = "accepted"
    """Every agency whose windows change has accepted."""
    DECLINED = "declined"
    """An agency has declined."""


class ProposalError(ValueError):
    """Something was asked of a proposal that its state does not allow."""

    code = "ALIGN_REFUSED"

    def __init__(self, message: str) -> None:
        super().__init__(f"{self.code}: {message}")


class NotAccepted(ProposalError):
    """A proposal was to be applied that not every agency concerned has accepted."""

    code = "ALIGN_NOT_ACCEPTED"


class AlreadyDecided(ProposalError):
    """An agency that has answered a proposal answers it otherwise."""

    code = "ALIGN_ALREADY_DECIDED"


class NotConcerned(ProposalError):
    """An agency answers a proposal that changes none of its windows."""

    code = "ALIGN_NOT_CONCERNED"


class WindowsChanged(ProposalError):
    """The windows are no longer those for which the proposal was made."""

    code = "ALIGN_WINDOWS_CHANGED"


@dataclass(frozen=True, slots=True)
class Decision:
    """An agency's answer."""

    accepted: bool
    decided_by: str
    """Account or office that answered for the agency; never a cadre."""
    decided_at: datetime
    """UTC."""
    reason: str = ""
    """Why not, in the agency's words."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Changes of windows that are good together; nothing is changed by it."""

    changes: Mapping[Campaign, Change]
    """At least one, each of at least one day."""
    basis: str
    """SHA-256 of the windows concerned, as they were when it was made (`basis_of`)."""
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    """The answers so far, by agency."""

    def __post_init__(self) -> None:
        if not self.changes or not all(change.days for change in self.changes.values()):
            raise ValueError("a proposal changes at least one campaign, each by at least one day")

    @property
    def proposal_id(self) -> UUID:
        """The same for the same changes of the same windows."""
        stated = [f"{c.agency}\t{c.programme}\t{c.area}\t{d.days_earlier}\t{d.days_later}" for c, d in self.sorted]
        return uuid5(PROPOSAL_NAMESPACE, "\n".join([*stated, self.basis]))

    @property
    def sorted(self) -> list[tuple[Campaign, Change]]:
        """The changes in the order of the campaigns."""
        return sorted(self.changes.items())

    @property
    def agencies(self) -> frozenset[str]:
        """Whose windows change; each of them has to accept."""
        return frozenset(campaign.agency for campaign in self.changes)

    @property
    def days(self) -> int:
        """Campaign-days."""
        return sum(change.days for change in self.changes.values())

    @property
    def state(self) -> ProposalState:
        """What follows from the answers so far."""
        if any(not decision.accepted for decision in self.decisions.values()):
            return ProposalState.DECLINED
        return ProposalState.ACCEPTED if self.agencies <= self.decisions.keys() else ProposalState.PROPOSED

    def decided(self, agency: str, decision: Decision) -> "Proposal":
        """The proposal with an agency's answer. The same answer again changes nothing.

        Raises:
            NotConcerned: none of the agency's windows change.
            AlreadyDecided: the agency has answered otherwise, or another has declined.
        """
        if agency not in self.agencies:
            raise NotConcerned("this agency's windows do not change: only the agencies concerned are asked")
        earlier = self.decisions.get(agency)
        if earlier is not None and earlier.accepted == decision.accepted:
            return self
        if earlier is not None or self.state is ProposalState.DECLINED:
            raise AlreadyDecided("an answer stands: make a new proposal for other dates")
        return replace(self, decisions={**self.decisions, agency: decision})

    def applied(self, requests: Iterable[OpenRequest], campaign_of: Mapping[RequestKey, Campaign]) -> list[OpenRequest]:
        """The requests of the campaigns concerned with their new windows, to be sent as amendments of their agencies.

        Raises:
            NotAccepted: not every agency concerned has accepted.
            WindowsChanged: the campaigns' windows are not those that the agencies were asked about.
        """
        if self.state is not ProposalState.ACCEPTED:
            raise NotAccepted(f"the proposal is {self.state}: wait until every agency concerned has accepted it")
        mine = [r for r in requests if campaign_of.get((r.agency, r.request_id)) in self.changes]
        if basis_of(mine) != self.basis:
            raise WindowsChanged("windows were changed or added since: run the alignment again and ask anew")
        return [self.changes[campaign_of[r.agency, r.request_id]].widened(r) for r in mine]


def basis_of(requests: Iterable[OpenRequest]) -> str:
    """SHA-256 over the identities and windows of requests, in any order."""
    lines = sorted(f"{r.agency}\t{r.request_id}\t{r.window_start}\t{r.due_date}" for r in requests)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
