"""How the county delivers to agencies: times, limits and networks, from the TOML file that ONEVISIT_DELIVERY names."""

import ipaddress
import tomllib
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator


class DeliveryPolicyInvalid(Exception):
    """The policy cannot be used."""

    code = "DELIVERY_POLICY_INVALID"

    def __init__(self, why: str) -> None:
        super().__init__(f"{self.code}: {why}: mend the file that ONEVISIT_DELIVERY names, or leave it out")


class DeliveryPolicy(BaseModel):
    """What is not named in the file keeps its default; an empty file means the defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    networks: tuple[str, ...] = ()
    """Private networks (CIDR) in which agencies may have webhooks, e.g. the county's government network. Public
    addresses always may; private ones never, unless they are here."""
    authority: Path | None = None
    """PEM file of further certificate authorities for webhooks, e.g. that of the government's network."""
    try_hours: float = Field(default=72.0, gt=0)
    """How long a delivery is tried again after its first attempt: 3 days, longer than a weekend."""
    first_wait_s: float = Field(default=5.0, gt=0)
    """Before the n-th new attempt a random time up to this times 2^(n-1) passes (full jitter) …"""
    longest_wait_s: float = Field(default=3 * 3600.0, gt=0)
    """… and up to this at most."""
    connect_s: float = Field(default=5.0, gt=0)
    """How long a connection may take."""
    answer_s: float = Field(default=15.0, gt=0)
    """How long a whole attempt may take, in seconds (the conventions say 15 to 30)."""
    answer_bytes: int = Field(default=65_536, gt=0)
    """Of an answer no more is read; nothing of it is kept."""
    parallel: int = Field(default=8, ge=1, le=100)
    """Attempts to one endpoint at the same time; what is about one request goes one after the other."""
    pause_hours: float = Field(default=12.0, gt=0)
    """An endpoint that has failed for so long, without one success, is paused."""
    probe_s: float = Field(default=600.0, gt=0)
    """A paused endpoint gets one delivery each so many seconds; when it takes it, all go on."""
    throttle_s: float = Field(default=3600.0, gt=0)
    """The longest Retry-After of an answer 429 or 503 that is obeyed."""
    overlap_hours: float = Field(default=24.0, ge=0)
    """How long the secret before the last still signs, beside the new one."""
    keep_days: int = Field(default=400, ge=1)
    """How long deliveries can be pulled and sent again: as long as the topics keep them."""
    drop: Path | None = None
    """Folder below which each agency has one for its files; without it, no files are written."""
    drop_rows: int = Field(default=10_000, ge=1, le=1_000_000)
    """Most rows of one file."""
    drop_s: float = Field(default=300.0, gt=0)
    """Seconds between two looks at what there is to write."""
    drop_life_event_s: float = Field(default=20.0, gt=0)
    """Seconds between two looks for a death or another life event, which does not wait for the next file: every agency
    is to know of it within a minute."""

    @field_validator("networks")
    @classmethod
    def _are_networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        for network in networks:
            ipaddress.ip_network(network)
        return networks

    @classmethod
    def from_toml(cls, file: Path) -> Self:
        """Reads a policy. Raises OSError, UnicodeDecodeError, tomllib.TOMLDecodeError or pydantic.ValidationError."""
        return cls.model_validate(tomllib.loads(file.read_text("utf-8")))


def read_delivery(file: Path | None) -> DeliveryPolicy:
    """The county's own policy, or the default. Raises ``DeliveryPolicyInvalid``."""
    try:
        return DeliveryPolicy() if file is None else DeliveryPolicy.from_toml(file)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DeliveryPolicyInvalid(f"the file cannot be read ({type(error).__name__})") from None
    except ValidationError as error:
        where = ", ".join(".".join(map(str, one["loc"])) for one in error.errors(include_input=False))
        raise DeliveryPolicyInvalid(f"these fields are wrong: {where}") from None
