"""The random sample of what the machine certified: contradicted, and never decided."""

from schemas.revocation import RevocationOrdered
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.county import id_number
from tests.integration.gateway.review_office import APPEALS, open_office
from tests.streams.certifying_office import CERTIFIED

WANG = id_number(1)


async def test_a_drawn_recording_looks_like_any_other_and_a_contradiction_takes_its_certificates_back(
    bench: Bench,
) -> None:
    """The machine had certified; the reviewer, blind, refuses: each agency's certificate is revoked, the visit is open
    again, and it is counted."""
    office = await open_office(bench, WANG, sample_rate=1.0, blind_to_machine=True)
    await office.film(WANG, CERTIFIED)
    assert await office.certificates() == 2
    reviewer = bench.as_role["reviewer"]
    case = await office.take(reviewer)
    assert case is not None and case["cause"] is None
    await office.decide(reviewer, "refused", "not_a_living_face")
    ordered = [event for topic, _, event in await bench.events() if topic == "revocation"]
    assert sorted(event.agency for event in ordered if isinstance(event, RevocationOrdered)) == [
        *("civil_affairs", "hrss")
    ]
    (visit,) = await office.visits(WANG)
    assert len(visit["requests"]) == 2
    figures = await office.get(reviewer, "/v1/review-cases/figures")
    assert (figures["sampled"], figures["sample_contradicted"]) == (1, 1)


async def test_an_appeal_against_a_contradiction_is_won_and_both_agencies_are_answered_anew(bench: Bench) -> None:
    """By the scheduler's own word that the requests are open again; the agency appeals for the certificate it lost."""
    office = await open_office(bench, WANG, sample_rate=1.0)
    await office.film(WANG, CERTIFIED)
    first, second = [await office.reviewer() for _ in range(2)]
    await office.decide(first, "refused", "not_a_living_face")
    appeal = {"request_id": f"P-{WANG[-4:]}", "appealed_by": "family", "ground": "filmed_alive"}
    await office.move(bench.as_role["hrss"], APPEALS, appeal)
    await office.decide(second, "certified", "person_recognised")
    assert await office.certificates() == 4
    assert await office.visits(WANG) == []


async def test_what_was_drawn_and_never_decided_does_not_vanish(bench: Bench) -> None:
    """Its recording is gone, nobody is asked any more, and the figures say so for good."""
    office = await open_office(bench, WANG, sample_rate=1.0)
    await office.film(WANG, CERTIFIED)
    for days, expected in ((1, (0, 1, 1)), (31, (0, 0, 1))):
        gone = f"UPDATE certify.capture SET deleted_at = now() - interval '{days} days', blob_id = NULL"
        await bench.execute(gone)
        figures = await office.get(bench.as_role["auditor"], "/v1/review-cases/figures")
        assert tuple(figures[name] for name in ("waiting", "sample_expired", "sample_expired_ever")) == expected
