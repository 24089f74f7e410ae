"""What others read of a report holds nobody's ID number: the cadre's text, a note, a reason, an answer."""

import pytest

from tests.integration.gateway.conftest import VILLAGE, Bench
from tests.integration.gateway.county import id_number
from tests.integration.gateway.feedback_office import ANSWER, SAID, FeedbackOffice, Report
from tests.integration.gateway.test_feedback import code

NUMBER = id_number(7)
WITH_GAPS, OLD_FORM = f"{NUMBER[:6]} {NUMBER[6:14]}-{NUMBER[14:]}", NUMBER[:6] + NUMBER[8:17]
FULL_WIDTH = NUMBER.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789X"})
REFUSED = (422, "FEEDBACK_HAS_ID_NUMBER")


@pytest.mark.parametrize(
    "number",
    [NUMBER, NUMBER.lower(), FULL_WIDTH, WITH_GAPS, f"2026{NUMBER}", OLD_FORM],
    ids=["plain", "lower case", "full width", "with gaps", "within digits", "old form"],
)
async def test_a_cadres_text_with_an_id_number_is_not_kept(bench: Bench, number: str) -> None:
    """Nothing of it lies in the database; without the number it is taken, and so is one with other numbers."""
    office = FeedbackOffice(bench)
    phone = await bench.enrol_phone(VILLAGE)
    assert code(await office.send(phone, Report(text=f"老人{number}已去世。"))) == REFUSED
    assert await bench.execute("SELECT count(*) FROM gateway.feedback") == [(0,)]
    wrong = NUMBER[:17] + ("0" if NUMBER[17] != "0" else "1")
    for text in (SAID, f"电话13800001111，档号{wrong}"):
        assert (await office.send(phone, Report(text=text))).status_code == 200


async def test_no_step_of_a_report_carries_an_id_number(bench: Bench) -> None:
    """A note, a reason and an answer are refused and change nothing: the same step without the number is taken."""
    office = FeedbackOffice(bench)
    report = await office.report(await bench.enrol_phone(VILLAGE))
    said = f"请核对{FULL_WIDTH}"
    assert code(await office.act("scheduler", report, "passing-on", agency="hrss", note=said)) == REFUSED
    await office.passed_on(report)
    assert code(await office.act("hrss", report, "giving-back", version=2, reason=said)) == REFUSED
    assert code(await office.act("hrss", report, "answer", version=2, text=said)) == REFUSED
    assert (await office.opened("scheduler", report))["version"] == 2
    assert (await office.act("hrss", report, "answer", version=2, text=ANSWER)).status_code == 200
