"""What of the draft staff of a township or village may change: cadres all of whose villages and visits lie in it.

What lies elsewhere is answered as if it did not exist; what cannot be done without it is for the whole county's staff.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from schemas.areas import lies_in, villages_of
from schemas.desk import DeskRefusal
from services.scheduler.domain.plan_draft import Fault
from services.scheduler.domain.plan_model import Cadre
from services.scheduler.domain.plan_move_codes import MoveFaultCode
from services.scheduler.planner.county import County
from services.scheduler.planner.documents import NOBODY, Document
from services.scheduler.planner.draft import Draft
from services.scheduler.planner.refused import Refused
from services.scheduler.store.plan import stops_of


@dataclass(frozen=True)
class Part:
    """What somebody may change of a draft."""

    draft: Draft
    areas: tuple[str, ...] | None
    """Division codes; None: the whole county."""

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole county."""
        return self.areas is None

    @cached_property
    def documents(self) -> dict[str, Document]:
        """The documents of the cadres that lie in it; of the whole county also that of nobody."""
        return {
            one: document
            for one, document in self.draft.documents.items()
            if self.is_whole or (one != NOBODY and lies_in(document, self.areas))
        }

    @property
    def mine(self) -> Draft:
        """The draft with these documents alone."""
        return replace(self.draft, documents=self.documents)

    @cached_property
    def visits(self) -> set[str]:
        """The visits in these documents."""
        return {one for document in self.documents.values() for stop in stops_of(document) for one in stop["visit_ids"]}

    def faults(self, visit_ids: Collection[str], cadre_id: str) -> list[Fault]:
        """Why these visits cannot be put to this cadre: one of them, or the cadre, is not there for who asks."""
        if self.is_whole:
            return []
        mine = self.visits
        faults = [] if cadre_id in self.documents else [Fault(MoveFaultCode.CADRE_UNKNOWN, cadre_id)]
        return faults + [Fault(MoveFaultCode.VISIT_GONE, one) for one in visit_ids if one not in mine]

    def county(self, county: County) -> County:
        """The cadres and visits of the county that lie in it, to be planned by themselves."""
        if self.is_whole:
            return county
        mine, visits = self.documents, self.visits
        return replace(
            county,
            cadres={one: cadre for one, cadre in county.cadres.items() if one in mine},
            visits={one: visit for one, visit in county.visits.items() if one in visits},
            nowhere={},
        )

    def need_whole(self) -> None:
        """Refuses what is done for the whole county alone. Raises Refused AREA."""
        if not self.is_whole:
            raise Refused(DeskRefusal.AREA)

    def need_own(self, changed: Collection[str]) -> None:
        """Refuses what would change the plan of somebody outside. Raises Refused AREA."""
        if not self.is_whole and not set(changed) <= {NOBODY, *self.documents}:
            raise Refused(DeskRefusal.AREA)

    def need_same_place(self, cadre: Cadre) -> None:
        """Refuses another cadre, and other villages or another township for one of one's own: that would reach outside.

        Raises:
            Refused: CADRE_UNKNOWN or AREA.
        """
        if self.is_whole:
            return
        document = self.documents.get(cadre.cadre_id)
        if document is None:
            raise Refused(DeskRefusal.CADRE_UNKNOWN)
        was = document["cadre"]
        if (set(was["village_codes"]), was["township"]) != (set(cadre.villages), cadre.township):
            raise Refused(DeskRefusal.AREA)


def villages_changed(before: Draft, after: Draft, changed: Collection[str]) -> list[str]:
    """The villages of the documents that a step changes, before and after it; '' where one is not known."""
    documents: list[Mapping[str, Any]] = [
        draft.documents[one] for draft in (before, after) for one in changed if one in draft.documents
    ]
    return sorted({village or "" for document in documents for village in villages_of(document)})
