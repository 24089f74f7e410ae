"""What a cadre is warned of before leaving."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.gateway.domain.preflight import _OF_RECORDS, _TEXTS, PreflightCode, VisitFacts, warnings_of
from services.gateway.domain.record_checks import RecordCheckCode

TODAY = date(2026, 11, 25)
CLEAR = VisitFacts(
    today=TODAY,
    last_day=TODAY + timedelta(days=20),
    is_paused=False,
    is_readable=True,
    has_photo=True,
    village_code="990101001001",
    villages=[("hrss", "990101001001"), ("civil_affairs", None)],
    other_names_at=(),
    names_disagree=False,
)


def codes(facts: VisitFacts) -> list[str]:
    """What is warned of."""
    return [warned.code.value for warned in warnings_of(facts)]


def test_nothing_is_said_of_a_clear_visit() -> None:
    """A village that an agency does not state is no other village."""
    assert codes(CLEAR) == []


@pytest.mark.parametrize(
    ("days", "said"), [(4, []), (3, ["window_ends_soon"]), (0, ["window_ends_soon"]), (-1, ["window_over"])]
)
def test_the_last_day_is_near_for_three_days(days: int, said: list[str]) -> None:
    """The last day itself still counts."""
    assert codes(replace(CLEAR, last_day=TODAY + timedelta(days=days))) == said


def test_all_at_once_comes_gravest_first_and_names_the_agencies() -> None:
    """Who has another name or village is said in words, never by a code."""
    facts = replace(
        CLEAR,
        is_paused=True,
        is_readable=False,
        has_photo=False,
        names_disagree=True,
        other_names_at={"civil_affairs", "health"},
        villages=[("hrss", "990101001002")],
    )
    assert codes(facts) == ["visit_paused", "names_disagree", "data_erased", "other_village", "no_reference_photo"]
    texts = {warned.code: warned.words for warned in warnings_of(facts)}
    assert "民政部门、卫健部门" in texts[PreflightCode.NAMES_DISAGREE].zh
    assert "human resources" in texts[PreflightCode.OTHER_VILLAGE].en


def test_every_code_has_its_text() -> None:
    """In both languages."""
    assert set(_TEXTS) == set(PreflightCode)
    assert all(words.zh and words.en for words in _TEXTS.values())


def test_records_that_do_not_agree_are_warned_of_and_silence_comes_last() -> None:
    """Each answer with the agencies that gave it; one that agrees says nothing; what is not checked holds up nobody."""
    assert codes(replace(CLEAR, records=[("hrss", RecordCheckCode.FOUND)])) == []
    facts = replace(
        CLEAR,
        has_photo=False,
        records=[
            ("hrss", None),
            ("health", RecordCheckCode.NAME_DIFFERS),
            ("civil_affairs", RecordCheckCode.DECEASED),
            ("disabled", RecordCheckCode.NAME_DIFFERS),
        ],
    )
    assert codes(facts) == ["record_deceased", "record_name_differs", "no_reference_photo", "record_not_checked"]
    texts = {warned.code: warned.words for warned in warnings_of(facts)}
    assert "disabled、卫健部门" in texts[PreflightCode.RECORD_NAME_DIFFERS].zh
    assert "go all the same" in texts[PreflightCode.RECORD_NOT_CHECKED].en
    assert not any("{" in words.zh + words.en for words in texts.values())


def test_every_answer_says_what_is_warned_of() -> None:
    """A new one has to say it too; only a record that agrees warns of nothing."""
    assert set(_OF_RECORDS) == {*RecordCheckCode, None}
    assert [said for said, code in _OF_RECORDS.items() if code is None] == [RecordCheckCode.FOUND]
