"""What each agency has to be told of a person's life events, and how far it has taken note."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from schemas.base import stable_id
from schemas.life_event import Effect, LifeEventAcknowledged, LifeEventNotified, LifeEventState, NoticedRequest
from services.scheduler.domain.life_event import LastSeen, Report
from services.scheduler.domain.life_event_policy import LifeEventPolicy
from services.scheduler.domain.statement import Statement

NoticeKey = tuple[UUID, str]
"""(life event, agency)."""
_NO_NEWS = (LifeEventState.CONTRADICTED, LifeEventState.VOIDED, LifeEventState.ENDED)
"""Told only to those who were told of the event before."""
_ENVELOPE = {"event_id", "recorded_at", "version"}


@dataclass(frozen=True)
class Notice:
    """One agency and one life event."""

    life_event_id: UUID
    agency: str
    person_key: str
    told: LifeEventNotified | None = None
    """The last notice."""
    acknowledged: int = 0
    """Up to which notice the agency has taken note."""
    acknowledged_at: datetime | None = None

    @property
    def version(self) -> int:
        """How often the agency was told."""
        return self.told.version if self.told else 0

    def hear(self, event: LifeEventAcknowledged) -> Notice:
        """The notice with an acknowledgement; the furthest one stands."""
        if event.version <= self.acknowledged:
            return self
        return replace(self, acknowledged=event.version, acknowledged_at=event.recorded_at)


def notices_after(
    person_key: str,
    known: Mapping[NoticeKey, Notice],
    reports: Iterable[Report],
    statements: Iterable[Statement],
    policy: LifeEventPolicy,
    seen: LastSeen,
    at: datetime,
) -> dict[NoticeKey, Notice]:
    """All notices of one person: those whose content has changed are one version further.

    Every agency is told that has ever asked for the person, also one whose request is answered or withdrawn, for it may
    pay still.
    """
    asked: defaultdict[str, list[Statement]] = defaultdict(list)
    for statement in sorted(statements, key=lambda s: (s.agency, s.request_id)):
        if statement.stated_at:
            asked[statement.agency].append(statement)
    notices = dict(known)
    for report in reports:
        if not policy.of(report.said.kind).told:
            continue
        for agency, mine in asked.items():
            key = (report.life_event_id, agency)
            before = notices.get(key, Notice(report.life_event_id, agency, person_key))
            news = _news(before, report, mine, policy, seen, at)
            if news is not None:
                notices[key] = replace(before, told=news)
    return notices


def _news(
    before: Notice,
    report: Report,
    mine: Iterable[Statement],
    policy: LifeEventPolicy,
    seen: LastSeen,
    at: datetime,
) -> LifeEventNotified | None:
    """What the agency has not been told yet; None when it knows."""
    state = report.state(seen)
    if before.told is None and state in _NO_NEWS:
        return None
    effect = report.effect(policy, seen)
    version, said = before.version + 1, report.said
    news = LifeEventNotified(
        event_id=stable_id("life-event-notified", str(report.life_event_id), before.agency, str(version)),
        recorded_at=at,
        agency=before.agency,
        life_event_id=report.life_event_id,
        version=version,
        kind=said.kind,
        state=state,
        happened=said.happened,
        known_on=said.known_on,
        sources=said.sources,
        requests=tuple(
            NoticedRequest(
                request_id=statement.request_id,
                programme=str(statement.fields["programme"][1]),
                effect=effect if statement.status == "open" else Effect.NONE,
            )
            for statement in mine
        ),
    )
    if before.told is not None and news.model_dump(exclude=_ENVELOPE) == before.told.model_dump(exclude=_ENVELOPE):
        return None
    return news
