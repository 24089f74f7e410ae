"""By when an agency should answer, and what may not stand in its words."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.agencies.receipt_policy import ReceiptPolicyInvalid, read_receipt_policy
from services.gateway.desk.workdays import is_workday
from services.gateway.domain.preflight import PreflightCode, VisitFacts, warnings_of
from services.gateway.domain.receipts import Follows, ReceiptPolicy, due_on, overdue_before
from services.gateway.domain.record_checks import RecordCheckPolicy

ANY_DAY = st.dates(date(2025, 1, 1), date(2028, 12, 31))


def test_ten_working_days_leave_out_holidays() -> None:
    """Issued on the last working day before the national holiday of 2026, a week of which nobody works."""
    assert due_on(date(2026, 9, 30), 1, is_workday) == date(2026, 10, 8)
    assert not is_workday(date(2026, 10, 1))
    assert is_workday(date(2026, 10, 10)), "a Saturday on which offices make up for the holiday"
    assert due_on(date(2026, 11, 25), 10, is_workday) == date(2026, 12, 9)


@given(ANY_DAY, ANY_DAY, st.integers(1, 30))
def test_what_is_listed_is_what_is_overdue(issued: date, today: date, days: int) -> None:
    """The list asks for one day per agency, the answer for each certificate: both say the same."""
    assert (issued < overdue_before(today, days, is_workday)) is (due_on(issued, days, is_workday) < today)


def test_a_county_sets_its_own_days(tmp_path: Path) -> None:
    """By agency; an empty file is the default; what is impossible is named."""
    file = tmp_path / "receipts.toml"
    file.write_text("")
    assert read_receipt_policy(file) == read_receipt_policy(None) == ReceiptPolicy()
    file.write_text('days = 15\n[agencies]\nhealth = 5\n[record_checks]\nagencies = ["hrss"]\nahead_days = 3\n')
    policy = read_receipt_policy(file)
    assert policy.record_checks == RecordCheckPolicy(agencies=frozenset({"hrss"}), ahead_days=3)
    assert (policy.of("health"), policy.of("hrss")) == (5, 15)
    for wrong in (
        "days = 0", "days = ", 'days = "ten"', "[agencies]\nhealth = 0", "[agencies]\nhealth = 251",
        "[record_checks]\ngood_days = 0", "[record_checks]\nahead_days = 61",
        '[agencies]\nhealth = "5"',
    ):  # fmt: skip
        file.write_text(wrong)
        with pytest.raises(ReceiptPolicyInvalid, match=r"days|TOML|agencies\.health"):
            read_receipt_policy(file)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ReceiptPolicyInvalid, match="not UTF-8"):
        read_receipt_policy(file)
    with pytest.raises(ReceiptPolicyInvalid, match="cannot be read"):
        read_receipt_policy(tmp_path / "nowhere.toml")


def test_what_follows_from_a_code() -> None:
    """Nothing from none; a visit where it can help; held otherwise, also when the code is newer than the door."""
    found = [Follows.from_code(code) for code in (None, "PROOF_TOO_OLD", "NAME_DIFFERS", "A_CODE_OF_NEXT_YEAR")]
    assert found == [Follows.NOTHING, Follows.VISIT_AGAIN, Follows.HELD, Follows.HELD]


def test_a_cadre_hears_which_agency_rejected_and_why() -> None:
    """One warning for each reason, the first of all; a record to settle is said with it, without sending anybody."""
    facts = VisitFacts(
        today=date(2026, 11, 1), last_day=date(2026, 12, 1), is_paused=False, is_readable=True, has_photo=True,
        village_code=None, villages=(), other_names_at=(), names_disagree=False,
        rejected=[("hrss", "PERSON_DOUBTED"), ("health", "PERSON_DOUBTED"), ("civil_affairs", "A_CODE_OF_NEXT_YEAR")],
        to_settle=[("hrss", "NAME_DIFFERS")],
    )  # fmt: skip
    warned = warnings_of(facts)
    assert [each.code for each in warned] == [PreflightCode.REJECTED_BY_AGENCY] * 2 + [PreflightCode.RECORD_TO_SETTLE]
    assert "health, human resources" in warned[1].words.en
    assert "ID card" in warned[1].words.en
    assert "姓名" in warned[2].words.zh
    assert not any("{" in each.words.zh + each.words.en for each in warned)
