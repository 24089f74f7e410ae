"""Settings are read from the environment, and a wrong one is named."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.platform.settings import Settings


def test_an_empty_environment_means_the_defaults() -> None:
    """Nothing has to be set to begin."""
    assert Settings.from_env({}) == Settings()
    assert Settings.from_env({"ONEVISIT_KAFKA": "", "ONEVISIT_AGENCIES": ""}) == Settings()


def test_every_field_is_a_variable() -> None:
    """Numbers, folders and lists are read from their text; other variables are left alone."""
    env = {
        "ONEVISIT_KAFKA": "kafka-1:9092,kafka-2:9092",
        "ONEVISIT_AGENCY_KAFKA": "kafka.county.example:9093",
        "ONEVISIT_AGENCY_KAFKA_CA": "/etc/onevisit/kafka-ca.pem",
        "ONEVISIT_DATABASE": "postgresql://db/onevisit",
        "ONEVISIT_VAR": "/srv/onevisit",
        "ONEVISIT_GATEWAY_HOST": "::1",
        "ONEVISIT_PUBLIC_URL": "https://county.example",
        "ONEVISIT_OIDC_ISSUER": "https://sso.county.example/realms/county",
        "ONEVISIT_OIDC_CLIENT_ID": "onevisit",
        "ONEVISIT_OIDC_CLIENT_SECRET": "/etc/onevisit/oidc-secret",
        "ONEVISIT_OIDC_GROUPS": "/etc/onevisit/groups.toml",
        "ONEVISIT_WEB": "/srv/onevisit/web",
        "ONEVISIT_VILLAGES": "/etc/onevisit/villages.toml",
        "ONEVISIT_TILES": "https://tiles.example/{z}/{x}/{y}.png",
        "ONEVISIT_TILES_ATTRIBUTION": "© somebody",
        "ONEVISIT_TOPIC_PREFIX": "c990101.",
        "ONEVISIT_WORKER": "certify-0",
        "ONEVISIT_METRICS_PORT": "9464",
        "ONEVISIT_GATEWAY_PORT": "8443",
        "ONEVISIT_AGENCIES": "hrss, veterans",
        "ONEVISIT_PARTITIONS": "12",
        "ONEVISIT_REPLICATION": "3",
        "ONEVISIT_TIMEZONE": "Asia/Urumqi",
        "ONEVISIT_RECOGNITION": "/etc/onevisit/recognition.toml",
        "ONEVISIT_LIFE_EVENTS": "/etc/onevisit/life-events.toml",
        "ONEVISIT_LADDER": "/etc/onevisit/ladder.toml",
        "ONEVISIT_DELIVERY": "/etc/onevisit/delivery.toml",
        "ONEVISIT_RETENTION": "/etc/onevisit/retention.toml",
        "ONEVISIT_REVIEW": "/etc/onevisit/review.toml",
        "ONEVISIT_ALIGNMENT": "/etc/onevisit/alignment.toml",
        "ONEVISIT_VERIFICATION": "/etc/onevisit/verification.toml",
        "ONEVISIT_RECEIPTS": "/etc/onevisit/receipts.toml",
        "ONEVISIT_BURDEN": "/etc/onevisit/burden.toml",
        "ONEVISIT_JOURNAL": "/srv/journal",
        "ONEVISIT_ISSUER": "did:web:county.example",
        "ONEVISIT_ROADS": "osrm:http://127.0.0.1:5000",
        "ONEVISIT_SLOPE": "1.2",
        "ONEVISIT_SOMETHING_ELSE": "kept out",
        "KAFKA": "kept out",
    }
    settings = Settings.from_env(env)
    for name in Settings.model_fields:
        assert getattr(settings, name) != getattr(Settings(), name), name
    assert Settings.from_env(settings.to_env()) == settings
    assert Settings.from_env(Settings().to_env()) == Settings()
    assert settings.agencies == ("hrss", "veterans")
    assert settings.partitions == 12
    assert settings.secrets == Path("/srv/onevisit/secrets")
    assert settings.blobs == Path("/srv/onevisit/blobs")
    assert settings.models == Path("/srv/onevisit/models")


def test_the_door_is_reached_where_it_listens_unless_it_is_said_otherwise() -> None:
    """An IPv6 address stands in brackets."""
    assert Settings().address == "http://127.0.0.1:8080"
    assert Settings(gateway_host="::1", gateway_port=8443).address == "http://[::1]:8443"
    assert Settings(public_url="https://county.example").address == "https://county.example"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("oidc_issuer", "http://sso.county.example"),
        ("gateway_port", "eighty"),
        ("gateway_port", "0"),
        ("gateway_port", "65536"),
        ("partitions", "0"),
        ("replication", "-1"),
        ("timezone", "Asia/Nowhere"),
        ("timezone", "../etc/passwd"),
        ("public_url", "onevisit.example"),
        ("public_url", "https://onevisit.example/phone/"),
        ("topic_prefix", "c990101"),
        ("worker", "two words"),
        ("agencies", "HRSS"),
        ("agencies", "hrss,,health"),
        ("agencies", "civil-affairs"),
    ],
)
def test_a_wrong_value_names_its_field(name: str, text: str) -> None:
    """The operator sees which variable to correct."""
    with pytest.raises(ValidationError) as caught:
        Settings.from_env({f"ONEVISIT_{name.upper()}": text})
    assert {error["loc"][0] for error in caught.value.errors()} == {name}


def test_the_database_with_its_password_is_not_shown() -> None:
    """Settings are printed and logged; the password is not."""
    assert "hunter2" not in repr(Settings.from_env({"ONEVISIT_DATABASE": "postgresql://one:hunter2@db/onevisit"}))


def test_the_real_environment_is_the_default_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """Entry points call it without arguments."""
    monkeypatch.setenv("ONEVISIT_PARTITIONS", "7")
    assert Settings.from_env().partitions == 7
