"""Searches of the planner, and codes with their words, as the door shows them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.gateway.desk.views import View
from services.gateway.problems import Texts


class StatedCode(View):
    """A code in both languages."""

    code: str
    words: Texts


class JobView(View):
    """A search and what became of it."""

    job_id: UUID
    kind: str
    state: str
    """waiting, running, done, failed, cancelled."""
    done: int
    of: int
    asked_at: datetime
    asked_by: str
    answer: dict[str, Any] | None
    """Figures before and after (docs/planning.md)."""
    code: str | None
    words: Texts | None
    warnings: list[StatedCode]
