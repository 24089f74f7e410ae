"""Certificates end: what renews itself, and what an operator is told in time."""

from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self

import pytest
from cryptography import x509

from deploy.embedded import checks, kafka_tls
from deploy.embedded.certificate_ends import CertificateWatch, certificate_ends

HOST = "127.0.0.1"


def watch(folder: Path, told: list[str], reloaded: list[Path]) -> CertificateWatch:
    return CertificateWatch(folder, HOST, reloaded.append, {}, told.append)


def test_the_running_stack_renews_the_server_certificate_and_says_so_once(tmp_path: Path) -> None:
    """A month before its end, without a restart; after that it looks once a day and finds nothing."""
    kafka_tls.prepare(tmp_path, HOST)
    told: list[str] = []
    reloaded: list[Path] = []
    one, now = watch(tmp_path, told, reloaded), datetime.now(UTC)
    one.look(now)
    assert (told, reloaded) == ([], [])
    before = (tmp_path / kafka_tls.BROKER).read_bytes()
    for _ in range(2):
        one.look(kafka_tls.server_ends(tmp_path) - timedelta(days=29))
    assert reloaded == [tmp_path / kafka_tls.BROKER]
    assert len(told) == 1 and told[0].startswith("renewed Kafka's certificate")
    assert (tmp_path / kafka_tls.BROKER).read_bytes() != before


def test_a_watch_outlives_a_broker_that_does_not_take_it(tmp_path: Path) -> None:
    """It says what to do; the next day it looks again."""
    kafka_tls.prepare(tmp_path, HOST)
    told: list[str] = []

    def refuse(_: Path) -> None:
        raise RuntimeError("no")

    CertificateWatch(tmp_path, HOST, refuse, {}, told.append).look(kafka_tls.server_ends(tmp_path))
    assert len(told) == 1 and "onevisit access kafka-renew" in told[0]


def test_an_authority_that_ends_within_half_a_year_is_told_each_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what to do; the server certificate ends with it, and is not renewed in vain."""
    monkeypatch.setattr(kafka_tls, "AUTHORITY_LIFE", timedelta(days=20))
    kafka_tls.prepare(tmp_path, HOST)
    ends = kafka_tls.authority_ends(tmp_path / kafka_tls.AUTHORITY)
    assert kafka_tls.server_ends(tmp_path) == ends
    told: list[str] = []
    reloaded: list[Path] = []
    one, now = watch(tmp_path, told, reloaded), datetime.now(UTC)
    for day in range(2):
        one.look(now + timedelta(days=day))
    assert len(told) == 2 and not reloaded
    assert f"ends on {ends:%Y-%m-%d}" in told[0] and "kafka-renew --authority" in told[0]


def test_a_renewed_authority_keeps_name_and_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So the server certificate holds by either file, and an agency may take the new one whenever it likes."""
    monkeypatch.setattr(kafka_tls, "AUTHORITY_LIFE", timedelta(days=20))
    kafka_tls.prepare(tmp_path, HOST)
    key, old = (tmp_path / kafka_tls.AUTHORITY_KEY).read_bytes(), (tmp_path / kafka_tls.AUTHORITY).read_bytes()
    monkeypatch.undo()
    assert kafka_tls.renew_authority(tmp_path, HOST) > datetime.now(UTC) + timedelta(days=3600)
    assert (tmp_path / kafka_tls.AUTHORITY_KEY).read_bytes() == key
    assert (tmp_path / kafka_tls.AUTHORITY).read_bytes() != old
    assert kafka_tls.server_ends(tmp_path) > datetime.now(UTC) + timedelta(days=390)
    assert all(one.due > datetime.now(UTC) for one in certificate_ends(tmp_path, {}))


@pytest.mark.parametrize("days", [380, 20_000], ids=["the server's has ended", "the authority too"])
def test_what_a_clock_that_is_ahead_renews_holds_when_it_is_set_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    """A machine that boots in another decade shuts no agency out: both certificates begin where the first did."""
    kafka_tls.prepare(tmp_path, HOST)
    first = {name: (tmp_path / name).read_bytes() for name in (kafka_tls.AUTHORITY, kafka_tls.BROKER)}
    ahead(monkeypatch, timedelta(days=days))
    kafka_tls.prepare(tmp_path, HOST)
    assert (tmp_path / kafka_tls.BROKER).read_bytes() != first[kafka_tls.BROKER]
    assert ((tmp_path / kafka_tls.AUTHORITY).read_bytes() != first[kafka_tls.AUTHORITY]) is (days == 20_000)
    monkeypatch.undo()
    for name in (kafka_tls.AUTHORITY, kafka_tls.BROKER):
        for certificate in x509.load_pem_x509_certificates((tmp_path / name).read_bytes()):
            assert certificate.not_valid_before_utc < datetime.now(UTC) < certificate.not_valid_after_utc


def ahead(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    """The machine's clock is ahead."""

    class Ahead(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp((datetime.now(tz) + by).timestamp(), tz)

    monkeypatch.setattr(kafka_tls, "datetime", Ahead)


def test_a_stack_starts_though_its_authority_has_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody comes in by an authority that has ended: it is made anew, under its key."""
    kafka_tls.prepare(tmp_path, HOST)
    ended(tmp_path, monkeypatch)
    kafka_tls.prepare(tmp_path, HOST)
    assert min(
        kafka_tls.authority_ends(tmp_path / kafka_tls.AUTHORITY), kafka_tls.server_ends(tmp_path)
    ) > datetime.now(UTC)


def test_doctor_tells_of_what_ends_soon_and_of_what_has_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Soon is no failure yet; what has ended is."""
    monkeypatch.setenv("ONEVISIT_VAR", str(tmp_path))
    folder = tmp_path / kafka_tls.FOLDER
    assert [one.outcome for one in checks._certificates({})] == [checks.Outcome.LATER]
    kafka_tls.prepare(folder, HOST)
    assert [one.outcome for one in checks._certificates({"X": tmp_path / "absent.pem"})] == [checks.Outcome.OK]
    with monkeypatch.context() as patch:
        patch.setattr(kafka_tls, "AUTHORITY_LIFE", timedelta(days=100))
        kafka_tls.renew_authority(folder, HOST)
    (found,) = checks._certificates({})
    assert found.outcome is checks.Outcome.SOON and "kafka-renew --authority" in found.remedy
    ended(folder, monkeypatch)
    assert {one.outcome for one in checks._certificates({})} == {checks.Outcome.MISSING}


def test_doctor_looks_at_an_authority_that_the_county_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the webhooks, or of a broker of its own."""
    monkeypatch.setenv("ONEVISIT_VAR", str(tmp_path / "var"))
    kafka_tls.prepare(tmp_path, HOST)
    ended(tmp_path, monkeypatch)
    (found,) = checks._certificates({"ONEVISIT_DELIVERY": tmp_path / kafka_tls.AUTHORITY})
    assert found.outcome is checks.Outcome.MISSING
    assert "ONEVISIT_DELIVERY ended" in found.detail and "next certificate" in found.remedy


def ended(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts an authority into its place that ended a minute ago."""
    with monkeypatch.context() as patch:
        patch.setattr(kafka_tls, "AUTHORITY_LIFE", timedelta(minutes=-1))
        kafka_tls._write_authority(folder, kafka_tls._authority_key(folder))
