"""Intake: what makes a row a request, what sends it back, and what is only worth a look."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.request_row import FIELDS, RequestRow
from schemas.resident_id import IdFault, check_character
from services.scheduler.domain.codes import CATALOGUE, RejectionCode, RepeatCode, WarningCode, catalogue_table, explain
from services.scheduler.domain.intake import Accepted, Rejected, assess, assess_list

TODAY = date(2026, 3, 1)
GOOD = {
    "request_id": "2026-000017",
    "agency": "hrss",
    "programme": "pension",
    "id_number": "11010519491231002X",
    "name": "张三",
    "window_start": "2026-03-01",
    "due_date": "2026-04-01",
}


def judge(**changes: str | None) -> Accepted | Rejected:
    return assess(RequestRow.model_validate(GOOD | changes), today=TODAY)


def accepted(**changes: str | None) -> Accepted:
    outcome = judge(**changes)
    assert isinstance(outcome, Accepted), outcome
    return outcome


def codes(**changes: str | None) -> list[tuple[str, str]]:
    outcome = judge(**changes)
    assert isinstance(outcome, Rejected), outcome
    return [(fault.code.value, fault.field) for fault in outcome.faults]


def notices(**changes: str | None) -> set[WarningCode]:
    return {notice.code for notice in accepted(**changes).notices}


def test_a_good_row_is_taken_in_normal_form() -> None:
    """Codes, days and person are read; nothing is to be looked at."""
    request = accepted()
    assert (request.key, request.programme) == (("hrss", "2026-000017"), "pension")
    assert (request.window_start, request.due_date) == (date(2026, 3, 1), date(2026, 4, 1))
    assert request.notices == ()


@pytest.mark.parametrize("column", ["request_id", "agency", "programme", "id_number", "window_start", "due_date"])
@pytest.mark.parametrize("typed", [None, "", "  ", "\u200b", "-", "无", "N/A"])
def test_a_needed_column_must_be_filled(column: str, typed: str | None) -> None:
    """Missing, blank and what people write into empty cells are the same."""
    assert codes(**{column: typed}) == [("FIELD_MISSING", column)]


def test_all_faults_of_a_row_are_told_at_once() -> None:
    """An agency corrects a row once, not six times; the first fault stands for the row."""
    outcome = judge(request_id=None, id_number="110105194912310021", window_start="26-03-01", due_date="2026-02-30")
    assert isinstance(outcome, Rejected)
    assert [fault.code for fault in outcome.faults] == [
        RejectionCode.FIELD_MISSING,
        RejectionCode.ID_CHECK,
        RejectionCode.DATE_TWO_DIGIT_YEAR,
        RejectionCode.DATE_IMPOSSIBLE,
    ]
    assert outcome.first.field == "request_id"


def test_a_window_must_not_end_before_it_starts() -> None:
    """One day is a window; a day less is none."""
    assert accepted(due_date="2026-03-01").due_date == date(2026, 3, 1)
    assert codes(due_date="2026-02-28") == [("WINDOW_INVERTED", "due_date")]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("人社", "hrss"),
        ("人社局", "hrss"),
        ("人力资源和社会保障局", "hrss"),
        ("青云县人力资源和社会保障局", "hrss"),
        ("HRSS", "hrss"),
        ("civil", "civil_affairs"),
        ("民 政 局", "civil_affairs"),
        ("青云县民政局", "civil_affairs"),
        ("卫健委", "health"),
        ("Health", "health"),
    ],
)
def test_an_agency_is_known_by_its_usual_names(typed: str, code: str) -> None:
    """A county's own place name may stand in front."""
    assert accepted(agency=typed).agency == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("养老保险", "pension"),
        ("城乡居民养老保险", "pension"),
        ("高龄补贴", "senior_subsidy"),
        ("高龄津贴", "senior_subsidy"),
        ("计划生育补贴", "family_planning"),
        ("计生奖扶", "family_planning"),
        ("Family planning", "family_planning"),
    ],
)
def test_a_programme_is_known_by_its_usual_names(typed: str, code: str) -> None:
    """Only whole names count."""
    assert accepted(programme=typed).programme == code


def test_unknown_agencies_and_programmes_are_kept_as_typed() -> None:
    """Other counties have others; an employee pension is not the residents' pension."""
    request = accepted(agency=" 残联 ", programme="职工养老保险")
    assert (request.agency, request.programme) == ("残联", "职工养老保险")
    assert {notice.code for notice in request.notices} == {
        WarningCode.AGENCY_UNKNOWN,
        WarningCode.PROGRAMME_UNKNOWN,
    }


def test_things_to_look_at_do_not_stop_a_row() -> None:
    """No name, a lost character, old number, passed date, short village code: taken, with a notice."""
    assert notices(name=None) == {WarningCode.NAME_MISSING}
    assert notices(name="李\ufffd") == {WarningCode.NAME_DAMAGED}
    assert notices(id_number="110105491231002") == {WarningCode.ID_UPGRADED_FROM_15}
    assert notices(window_start="2026-01-01", due_date="2026-02-28") == {WarningCode.OVERDUE}
    assert notices(village_code="5399011") == {WarningCode.VILLAGE_CODE_INVALID}
    number = "99010119500101001"
    assert notices(id_number=number + check_character(number)) == {WarningCode.REGION_UNKNOWN}


@pytest.mark.parametrize("dot", "·•・．‧")
def test_interpuncts_of_a_name_are_one(dot: str) -> None:
    """Offices type five different dots in one name."""
    assert accepted(name=f" 阿依古丽 {dot} 买买提 ").name == "阿依古丽·买买提"


def test_names_keep_what_belongs_to_them() -> None:
    """No spaces inside Han names; Latin names keep theirs; rare characters outside the BMP stay."""
    assert accepted(name="张　三 ").name == "张三"
    assert accepted(name="Maria  da Silva").name == "Maria da Silva"
    assert accepted(name="李𬍛").name == "李𬍛"


def test_what_no_database_takes_is_taken_out() -> None:
    """NUL and halves of characters would stop the whole batch later."""
    request = accepted(request_id="R\x00\ud8001", residence_address="河边\x00组", agency="残\udfff联")
    assert (request.request_id, request.residence_address, request.agency) == ("R1", "河边组", "残联")


def test_a_request_number_that_lost_digits_is_refused() -> None:
    """A rounded number would make many requests one."""
    assert codes(request_id="2.02611E+17") == [("REQUEST_ID_PRECISION_LOST", "request_id")]


@pytest.mark.parametrize(
    "request_id",
    ["11010519491231002X", "P-11010519491231002x", "110105195001010017", "１１０１０５１９４９１２３１００２Ｘ"],
)
def test_an_id_number_must_not_travel_as_request_number(request_id: str) -> None:
    """Request numbers stand in the open: in topics, certificates and answers."""
    valid = request_id[:-1] + check_character(request_id) if request_id.isdigit() else request_id
    outcome = judge(request_id=valid)
    assert isinstance(outcome, Rejected)
    assert outcome.first.code is RejectionCode.REQUEST_ID_IS_ID_NUMBER
    assert outcome.request_id is None


def test_where_a_column_was_rounded_a_number_that_fits_by_chance_is_refused_too() -> None:
    """A number ending with 000 passes its check for one region in eleven; among rounded numbers it is nobody's."""
    firsts = (f"{region}19491231100"[:15] + "00" for region in range(110101, 110199))
    lucky = next(first_17 + "0" for first_17 in firsts if check_character(first_17) == "0")
    rows = [RequestRow.model_validate(GOOD | {"request_id": "1", "id_number": lucky})]
    assert isinstance(assess_list(enumerate(rows), today=TODAY)[0][1], Accepted)
    rows.append(RequestRow.model_validate(GOOD | {"request_id": "2", "id_number": "1.10105E+17"}))
    outcomes = [outcome for _, outcome in assess_list(enumerate(rows), today=TODAY)]
    assert [outcome.first.code for outcome in outcomes if isinstance(outcome, Rejected)] == [
        RejectionCode.ID_PRECISION_LOST
    ] * 2
    rows += [RequestRow.model_validate(GOOD | {"request_id": f"G{number}"}) for number in range(1000)]
    assert isinstance(assess_list(enumerate(rows), today=TODAY)[0][1], Accepted), "of so many one ends so by chance"


@given(st.lists(st.fixed_dictionaries({}, optional={name: st.text(max_size=25) for name in FIELDS}), max_size=5))
def test_no_row_whatever_stops_a_list(rows: list[dict[str, Any]]) -> None:
    """Every row ends accepted or rejected, in its place."""
    typed = [RequestRow.model_validate(row) for row in rows]
    outcomes = assess_list(enumerate([*typed, RequestRow.model_validate(GOOD)]), today=TODAY)
    assert [number for number, _ in outcomes] == list(range(len(rows) + 1))
    assert isinstance(outcomes[-1][1], Accepted)


@given(st.sampled_from(FIELDS), st.text(min_size=6, max_size=30))
def test_a_rejection_repeats_nothing_that_was_typed(column: str, typed: str) -> None:
    """A shifted column may hold an ID number: messages and faults never show a value."""
    outcome = judge(**{column: f"{typed}√{typed}"})
    if isinstance(outcome, Rejected):
        for fault in outcome.faults:
            told = json.dumps([*fault.explain("en"), *fault.explain("zh"), repr(fault)], ensure_ascii=False)
            assert f"{typed}√" not in told


def test_every_code_is_explained_in_both_languages() -> None:
    """No code without a message and a next step; every fault of an ID number is a rejection code."""
    every = {*RejectionCode, *WarningCode, *RepeatCode}
    assert set(CATALOGUE) == every
    for code in every:
        for language in ("en", "zh"):
            text = explain(code, "due_date", language)
            assert text.message and text.next_step and "{" not in text.message + text.next_step
        assert f"`{code.value}`" in catalogue_table()
    assert {fault.value for fault in IdFault} - {"ID_MISSING"} <= {code.value for code in RejectionCode}
