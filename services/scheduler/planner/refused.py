"""Why the planner did nothing of what the desk asked."""

from schemas.desk import DeskRefusal
from services.scheduler.planner.draft import Draft


class Refused(Exception):
    """Nothing was done; the door's texts of the code say what to do."""

    def __init__(self, refusal: DeskRefusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


def require(draft: Draft, version: int | None) -> None:
    """The draft is the one that was seen.

    Raises:
        Refused: NONE or DRAFT_CHANGED.
    """
    if draft.plan.version == 0:
        raise Refused(DeskRefusal.NONE)
    if version is not None and draft.plan.version != version:
        raise Refused(DeskRefusal.DRAFT_CHANGED)
