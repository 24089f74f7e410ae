"""Publishing: the draft becomes the plan that phones have, and its next days count as told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from schemas.base import stable_id
from schemas.desk import DeskRefusal, PublishOrder
from schemas.plan import HalfDay, PlanPublished, Route, Stop
from schemas.topics import PLAN, VISIT_ANNOUNCED
from schemas.visit import AnnouncedRequest, VisitAnnounced
from services.platform.last_words import note_change
from services.platform.ledger import Transaction
from services.scheduler.planner.documents import NOBODY, Document
from services.scheduler.planner.draft import Draft
from services.scheduler.planner.refused import Refused, require
from services.scheduler.store import plan as store

TOLD_DAYS = 6
"""Days after the first one of the plan that count as told when it is published: a week is what a village hears of."""


@dataclass(frozen=True, slots=True)
class Publication:
    """One publication."""

    version: int
    by: str
    at: datetime
    zone: ZoneInfo


async def publish(
    transaction: Transaction, draft: Draft, order: PublishOrder, by: str, at: datetime, zone: ZoneInfo
) -> dict[str, Any]:
    """Publishes what differs from what phones have; the draft is locked.

    Raises:
        Refused: NONE, DRAFT_CHANGED, or ALREADY_PUBLISHED when nothing differs and nobody is to be told.
    """
    require(draft, order.version)
    assert draft.plan.first is not None
    connection = transaction.connection
    told_until = order.told_until or max(draft.plan.first, draft.today + timedelta(1)) + timedelta(TOLD_DAYS)
    has = await store.read_published(connection)
    wanted = {one: routes_published(document) for one, document in draft.documents.items() if one != NOBODY}
    wanted |= {one: [] for one in has if one not in wanted}
    changed = {one: routes for one, routes in wanted.items() if routes != has.get(one, [])}
    publication = Publication(draft.plan.published_version + 1, by, at, zone)
    told, told_anew, taken_back = await _tell(transaction, draft, told_until, publication)
    if not changed and not told + taken_back:
        raise Refused(DeskRefusal.ALREADY_PUBLISHED)
    for cadre_id, routes in sorted(changed.items()):
        transaction.emit(PLAN.name, cadre_id, _event(cadre_id, routes, publication))
    await store.write_published(connection, publication.version, changed, by, at)
    await store.write_plan(
        connection, replace(draft.plan, published_version=publication.version, told_until=told_until)
    )
    settled = {
        one: {**document, "moves": []}
        for one, document in draft.documents.items()
        if document["moves"] or one in changed
    }
    await store.write_parts(connection, settled)
    await store.tell_desk(connection, "published", {"published_version": publication.version})
    return {
        "published_version": publication.version,
        "cadres": len(changed),
        "routes": sum(map(len, wanted.values())),
        "told": told,
        "told_anew": told_anew,
        "taken_back": taken_back,
    }


def routes_published(document: Document) -> list[dict[str, Any]]:
    """What phones get of a cadre's document."""
    names = ("visit_ids", "arrive", "lat", "lon", "of_village")
    return [
        {
            "day": route["day"],
            "half_day": route["half_day"],
            "stops": [{name: stop[name] for name in names} for stop in route["stops"]],
        }
        for route in document["routes"]
    ]


def _event(cadre_id: str, routes: list[dict[str, Any]], publication: Publication) -> PlanPublished:
    return PlanPublished(
        event_id=stable_id("plan-published", cadre_id, str(publication.version)),
        recorded_at=publication.at,
        cadre_id=cadre_id,
        version=publication.version,
        routes=tuple(
            Route(
                day=date.fromisoformat(route["day"]),
                half_day=HalfDay(route["half_day"]),
                stops=tuple(
                    Stop(
                        visit_ids=tuple(UUID(one) for one in stop["visit_ids"]),
                        arrive_at=_moment(route["day"], stop["arrive"], publication.zone),
                    )
                    for stop in route["stops"]
                ),
            )
            for route in routes
        ),
    )


def _moment(day: str, clock: str, zone: ZoneInfo) -> datetime:
    hours, minutes = divmod(int(clock[:2]) * 60 + int(clock[3:]), 60)
    midnight = datetime.fromisoformat(day).replace(tzinfo=zone)
    return (midnight + timedelta(hours=hours, minutes=minutes)).astimezone(UTC)


def _days(draft: Draft) -> Iterator[tuple[str, date | None]]:
    """Each visit of the draft with the day on which it is planned."""
    for document in draft.documents.values():
        for route in document["routes"]:
            for stop in route["stops"]:
                yield from ((one, date.fromisoformat(route["day"])) for one in stop["visit_ids"])
        for stop in document["unplanned"]:
            yield from ((one, None) for one in stop["visit_ids"])


async def _tell(transaction: Transaction, draft: Draft, until: date, publication: Publication) -> tuple[int, int, int]:
    """Announces days until then, and every day that is not the one that was told before; returns how many visits were
    told a day, how many of them another one than before, and to how many nobody comes on the day that was told."""
    told = anew = back = 0
    days = dict(_days(draft))
    for visit_id, person_key, requests, before in await store.read_announced(transaction.connection, sorted(days)):
        day = days[str(visit_id)]
        if day == before or (before is None and (day is None or day > until)):
            continue
        if await _announce(transaction, visit_id, person_key, requests, day, publication):
            told += day is not None
            anew += day is not None and before is not None
            back += day is None
    return told, anew, back


async def _announce(
    transaction: Transaction,
    visit_id: UUID,
    person_key: str,
    stored: list[dict[str, str]],
    day: date | None,
    publication: Publication,
) -> bool:
    requests = sorted((one["agency"], one["request_id"]) for one in stored)
    said = {"day": day.isoformat() if day else None, "requests": [list(request) for request in requests]}
    moment = await note_change(transaction.connection, VISIT_ANNOUNCED.name, visit_id, said, publication.at)
    if moment is None:
        return False
    event = VisitAnnounced(
        event_id=stable_id("visit-announced", str(visit_id), str(day), moment.isoformat()),
        recorded_at=moment,
        visit_id=visit_id,
        person_key=person_key,
        day=day,
        requests=tuple(AnnouncedRequest(agency=agency, request_id=number) for agency, number in requests),
        announced_by=publication.by,
    )
    transaction.emit(VISIT_ANNOUNCED.name, str(visit_id), event)
    return True
