"""Requests that once had no answer: each was found by `test_openapi_contract.py` or `make fuzz-api`."""

from tests.integration.gateway.conftest import Bench


async def test_the_year_0_has_no_months(bench: Bench) -> None:
    """A month that fits the pattern and is none of any calendar is malformed, not our fault."""
    answer = await bench.http.get("/v1/lapses/figures?month=0000-01", headers=bench.as_role["hrss"])
    assert (answer.status_code, answer.json()["code"]) == (422, "MALFORMED")


async def test_an_empty_text_of_a_receipt_says_nothing(bench: Bench) -> None:
    """It does not end the whole batch with an error: the receipt beside it is taken."""
    certificate_id = await bench.issue("hrss", "P-1", await bench.open_visit(("hrss", "P-1")))
    item = {
        "certificate_id": str(certificate_id),
        "outcome": "accepted",
        "message": "",
        "receipt_id": " ",
        "record": "",
    }
    unsound = {"certificate_id": str(certificate_id), "message": "\0"}
    body = {"items": [unsound, item, item | {"message": "x" * 401}]}
    answer = await bench.http.post("/v1/receipts", json=body, headers=bench.as_role["hrss"])
    assert answer.status_code == 202, answer.text
    assert [(one["taken"], one["fields"]) for one in answer.json()["items"]] == [
        (False, ["outcome"]),
        (True, None),
        (False, ["message"]),
    ]
