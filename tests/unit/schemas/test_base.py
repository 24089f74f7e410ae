"""The value types that every event stands on."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemas.base import AgencyCode, PersonKey, RequestId, Schema, Sha256, UtcDateTime, VillageCode, stable_id

MOMENT: TypeAdapter[datetime] = TypeAdapter(UtcDateTime)
PARTS = st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x1f")), min_size=1, max_size=4)


class Sample(Schema):
    """A record to try the common settings on."""

    count: int
    """A number."""


def test_the_id_of_a_cause_never_changes() -> None:
    """Ids lie in logs and databases of years: this value may never change."""
    assert stable_id("person-data-key", "abc") == UUID("4de73326-a060-535d-870a-dbdc670ecbf5")


@given(PARTS, PARTS)
def test_equal_causes_and_only_they_have_equal_ids(one: list[str], other: list[str]) -> None:
    """However the parts are cut: ("a", "bc") is not ("ab", "c")."""
    assert (stable_id(*one) == stable_id(*other)) == (one == other)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x1f"), min_size=2), st.data())
def test_the_same_text_cut_elsewhere_is_another_cause(text: str, data: st.DataObject) -> None:
    """Two cuts of one text have two ids."""
    cut = data.draw(st.integers(1, len(text) - 1))
    assert stable_id(text[:cut], text[cut:]) != stable_id(text)


ZONES = st.builds(timezone, st.builds(timedelta, minutes=st.integers(-14 * 60, 14 * 60)))


@given(st.datetimes(timezones=ZONES).filter(lambda moment: 1 < moment.year < 9999))
def test_a_moment_of_any_zone_becomes_utc(local: datetime) -> None:
    """The moment stays the same, the zone becomes UTC."""
    read = MOMENT.validate_python(local)
    assert read == local
    assert read.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused() -> None:
    """Nobody guesses whose time it is."""
    with pytest.raises(ValidationError, match="timezone"):
        MOMENT.validate_python(datetime(2026, 11, 24, 9, 0))  # noqa: DTZ001 (the fault under test)
    with pytest.raises(ValidationError, match="timezone"):
        MOMENT.validate_json('"2026-11-24T09:00:00"')


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (
            AgencyCode,
            ["hrss", "civil_affairs", "a1"],
            ["", "h", "HRSS", "civil-affairs", "1a", "a.b", "a" * 33, "hrss\n"],
        ),
        (PersonKey, ["0a" * 32], ["", "0A" * 32, "0a" * 31, "0a" * 32 + "\n", "９" * 64]),
        (RequestId, ["1", "计生-0042", "P 17"], ["", "a\tb", "a\nb", "\x1f", "a" * 65, "\ud800"]),
        (VillageCode, ["990101001001"], ["99010100100", "９９０１０１００１００１", "990101001001\n"]),
        (Sha256, ["f" * 64], ["F" * 64, "g" * 64, "f" * 63]),
    ],
    ids=["agency", "person_key", "request_id", "village", "sha256"],
)
def test_codes_have_one_form(kind: Any, good: list[str], bad: list[str]) -> None:
    """What becomes a topic name, a key or a file name is checked to the last character."""
    adapter = TypeAdapter(kind)
    assert [adapter.validate_python(text) for text in good] == good
    for text in bad:
        with pytest.raises(ValidationError):
            adapter.validate_python(text)


def test_records_are_frozen_strict_and_forward_compatible() -> None:
    """No change after the fact, no silent conversion, no failure on what a newer writer adds."""
    sample = Sample.model_validate({"count": 1, "added_later": True})
    assert sample == Sample(count=1)
    with pytest.raises(ValidationError, match="frozen"):
        sample.count = 2  # type: ignore[misc]
    with pytest.raises(ValidationError, match="int_type"):
        Sample.model_validate({"count": "1"})


def test_an_error_does_not_show_what_was_typed() -> None:
    """What is wrong may be a national ID in the wrong column."""
    with pytest.raises(ValidationError) as caught:
        Sample.model_validate({"count": "typed-by-somebody"})
    assert "typed-by-somebody" not in str(caught.value)


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_moment_outside_of_the_calendar_is_an_error_of_the_field(text: str) -> None:
    """It exists where it was written but not in UTC; an error of another kind would stop the reader of the message."""
    with pytest.raises(ValidationError):
        MOMENT.validate_python(datetime.fromisoformat(text))
