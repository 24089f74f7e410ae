"""What agencies ask, what intake passes on, what it refuses."""

from datetime import date

from schemas.base import Event
from schemas.generate.specimens.story import PENSION, PERSON, VILLAGE, at, digest, example_id, sealed
from schemas.request import (
    AcceptedAmendment,
    AcceptedRequest,
    AcceptedWithdrawal,
    CertificationRequested,
    Origin,
    PersonRequestBatch,
    RequestAmended,
    RequestBatch,
    RequestRejected,
    RequestWithdrawn,
)


def request_events() -> dict[str, Event]:
    """By the name of the example."""
    return {
        "three-statements": RequestBatch(
            event_id=example_id("batch"),
            recorded_at=at(1),
            agency="hrss",
            items=(
                CertificationRequested(
                    request_id="P-2026-000017",
                    programme="养老保险",
                    window_start="2026-11-01",
                    due_date="2026年12月31日",
                    village_code=VILLAGE,
                    personal=sealed("row 2"),
                    origin=Origin(list_id=example_id("list"), row=2),
                    recorded_at=at(1),
                ),
                RequestAmended(request_id="P-2026-000011", due_date="2027-01-31", recorded_at=at(1)),
                RequestWithdrawn(request_id="P-2026-000009", recorded_at=at(1)),
            ),
        ),
        "row-with-empty-cells": RequestBatch(
            event_id=example_id("batch with a faulty row"),
            recorded_at=at(1),
            agency="civil_affairs",
            items=(
                CertificationRequested(
                    request_id=None,
                    programme=None,
                    window_start=None,
                    due_date="soon",
                    personal=sealed("row 3"),
                    recorded_at=at(1),
                ),
            ),
        ),
        "accepted": PersonRequestBatch(
            event_id=example_id("person batch"),
            recorded_at=at(1, 1),
            items=(
                AcceptedRequest(
                    person_key=PERSON,
                    **PENSION.model_dump(),
                    village_code=VILLAGE,
                    personal=sealed("person"),
                    recorded_at=at(1),
                ),
                AcceptedAmendment(
                    person_key=digest("second example person"),
                    agency="hrss",
                    request_id="P-2026-000011",
                    due_date=date(2027, 1, 31),
                    recorded_at=at(1),
                ),
                AcceptedWithdrawal(
                    person_key=digest("third example person"),
                    agency="hrss",
                    request_id="P-2026-000009",
                    recorded_at=at(1),
                ),
            ),
        ),
        "wrong-check-character": RequestRejected(
            event_id=example_id("rejection"),
            recorded_at=at(1, 1),
            agency="civil_affairs",
            request_id="老龄-0108",
            origin=Origin(list_id=example_id("list"), row=3),
            code="ID_CHECK",
            field="id_number",
            message="身份证号校验码不符：至少有一位数字有误。 "
            "The check character of the ID number does not fit: at least one digit is wrong.",
            next_step="请对照身份证核对号码，改正后重新报送该行。 "
            "Compare the number with the identity card, correct it and send the row again.",
        ),
    }
