"""The demo says that its counts are right only when they are."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from deploy.demo.county import Truth
from services.cli.demo.agencies import Agency
from services.cli.demo.phone import SCENES, Capture
from services.cli.demo.report import Counts, show_checks

TRUTH = Truth(
    rows=3,
    accepted=2,
    rejected={"ID_CHECK": 1},
    duplicates={},
    persons=2,
    rows_by_agency={"hrss": 3},
    rejected_by_agency={"hrss": 1},
)
COUNTS = Counts(
    requests=2,
    persons=2,
    open_visits=1,
    certified_visits=1,
    by_agency={"hrss": {"open": 1, "certified": 1}},
    unanswered=0,
    unmatched=0,
)
CAPTURE = Capture(SCENES[0], ("nod",), "certified", (), 1, 1, 1.0)


@pytest.mark.parametrize(
    ("counts", "capture", "certificates", "said"),
    [
        (COUNTS, CAPTURE, {"hrss": 1}, "all counts are right"),
        (replace(COUNTS, requests=1), CAPTURE, {"hrss": 1}, "requests accepted: expected 2, found 1"),
        (replace(COUNTS, unanswered=1), CAPTURE, {"hrss": 1}, "open requests without exactly one open visit"),
        (replace(COUNTS, unmatched=2), CAPTURE, {"hrss": 1}, "status and certificate disagree"),
        (COUNTS, replace(CAPTURE, decision="review"), {"hrss": 1}, "decisions: expected"),
        (COUNTS, replace(CAPTURE, issued=0), {"hrss": 1}, "certificates of certified visits"),
        (COUNTS, CAPTURE, {"hrss": 0}, "certificates fetched"),
    ],
)
async def test_every_wrong_count_is_said(
    counts: Counts, capture: Capture, certificates: dict[str, int], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One difference is enough for a verdict of wrong, with what was expected and what was found."""
    async with httpx.AsyncClient() as http:
        agency = Agency("hrss", Path("list.csv"), http, {"rows": 3}, Counter(ID_CHECK=1))
        right = show_checks(TRUTH, [agency], counts, [capture], certificates)
    assert right is (said == "all counts are right")
    assert said in capsys.readouterr().out
