"""The raw row: kept as typed, and silent about persons when printed."""

import pytest
from pydantic import ValidationError

from schemas.request_row import FIELDS, RequestRow


def test_printing_a_row_shows_no_person() -> None:
    """A row that slips into a log names nobody."""
    row = RequestRow(
        request_id="R1", id_number="11010519491231002X", name="张三", phone="19900000000", residence_address="河边组1号"
    )
    for personal in ("11010519491231002X", "张三", "19900000000", "河边组1号"):
        assert personal not in repr(row)
        assert personal not in str(row)
    assert "R1" in repr(row)


def test_a_row_is_frozen_and_knows_its_columns() -> None:
    """Eleven columns, no others, never changed."""
    assert len(FIELDS) == 12
    row = RequestRow(request_id="R1")
    with pytest.raises(ValidationError):
        row.request_id = "R2"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        RequestRow.model_validate({"surname": "张"})
