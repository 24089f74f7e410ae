"""Where a row of a list stands, as the answers of ``onevisit merge`` name it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands."""

    file: str
    row: int
    sheet: str | None = None

    def as_json(self, prefix: str = "") -> dict[str, Any]:
        """``file`` and ``row``, and ``sheet`` when the file has several."""
        place: dict[str, Any] = {f"{prefix}file": self.file, f"{prefix}row": self.row}
        return place | {f"{prefix}sheet": self.sheet} if self.sheet else place
