"""Where webhooks may go, how they are signed, and the county's policy."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from services.platform.delivery_policy import DeliveryPolicy, DeliveryPolicyInvalid, read_delivery
from services.platform.sealing import Unsealable
from services.platform.webhook_addresses import may_be_reached, url_fault
from services.platform.webhook_signing import new_secret, open_secret, seal_secret, shown, signed_headers

ONE = UUID(int=1)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "::", "ff02::1", "::ffff:127.0.0.1",
        "64:ff9b::a00:1", "2002:7f00:1::", "2001:0:0:0:0:0:80ff:fffe", "not an address", "",
        "64:ff9b:1::a00:1", "::ffff:0:10.0.0.1", "::10.0.0.1", "fec0::1", "5f00::1",
    ],
)  # fmt: skip
def test_private_addresses_are_not_reached(address: str) -> None:
    """Neither in their own form nor hidden in an IPv6 address."""
    assert not may_be_reached(address, ())


def test_public_addresses_are_and_private_ones_when_the_county_says_so() -> None:
    """A network of the county allows itself and nothing beside it."""
    assert may_be_reached("93.184.215.14", ()) and may_be_reached("2606:2800:21f:cb07:6820:80da:af6b:8b2c", ())
    assert may_be_reached("10.1.2.3", ("10.1.0.0/16",)) and may_be_reached("::ffff:10.1.2.3", ("10.1.0.0/16",))
    assert not may_be_reached("10.2.2.3", ("10.1.0.0/16",))


def test_plain_http_is_for_loopback_only_and_only_when_that_is_allowed() -> None:
    """Everywhere else it could be read on the way."""
    assert url_fault("http://127.0.0.1:8000/a", ("127.0.0.0/8",)) is None
    assert url_fault("http://127.0.0.1:8000/a", ()) == "private"
    assert url_fault("http://10.1.2.3/a", ("10.0.0.0/8",)) == "not https"
    assert url_fault("https://agency.example/a?b=c", ()) is None
    for wrong in (
        "https://a.example/#x",
        "https://a@b.example/",
        "https://a.example/ b",
        "https://例.example/",
        "https:///x",
    ):
        assert url_fault(wrong, ()) == "malformed"


@given(st.text(), st.text())
def test_whatever_is_typed_is_judged(text: str, host: str) -> None:
    """No address makes the judge fail."""
    for url in (text, f"https://{host}/", f"https://[{host}]:{text}"):
        assert url_fault(url, ()) in {None, "malformed", "not https", "private"}


@given(st.binary(max_size=200))
def test_signatures_are_those_of_the_conventions(content: bytes) -> None:
    """Their own library signs the same; a second secret adds a second signature."""
    body = content.hex().encode()
    old, new = new_secret(), new_secret()
    headers = signed_headers(ONE, (new, old), 1_800_000_000, body)
    at = datetime.fromtimestamp(1_800_000_000, UTC)
    theirs = [Webhook(shown(secret)).sign(str(ONE), at, body.decode()) for secret in (new, old)]
    assert headers["webhook-signature"].split(" ") == theirs


def test_a_sealed_secret_opens_for_its_own_webhook_only() -> None:
    """A row that is copied to another webhook is worth nothing."""
    secret, master = new_secret(), bytes(32)
    box = seal_secret(master, ONE, secret)
    assert secret not in box and open_secret(master, ONE, box) == secret
    with pytest.raises(Unsealable):
        open_secret(master, UUID(int=2), box)


def test_a_policy_is_read_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    """An empty file means the defaults."""
    file = tmp_path / "delivery.toml"
    file.write_text("")
    assert read_delivery(None) == read_delivery(file) == DeliveryPolicy()
    for text, named in (("try_hours = 0", "try_hours"), ('networks = ["10.0.0.1/8"]', "networks"), ("x = 1", "x")):
        file.write_text(text)
        with pytest.raises(DeliveryPolicyInvalid, match=named):
            read_delivery(file)
    with pytest.raises(DeliveryPolicyInvalid, match="cannot be read"):
        read_delivery(tmp_path / "absent.toml")
