"""Settings: read once, by the entry points, from the environment; everything else is handed what it needs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

ENV_PREFIX = "ONEVISIT_"
_TILES = r"^(https?://[a-zA-Z0-9.:-]+/[^?#\s'\";,]*\{z\}[^?#\s'\";,]*)?$"
_ISSUER = r"^((https://|http://(127\.0\.0\.1|localhost):)[^?#\s]+)?$"
_Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,31}$")]


class Settings(BaseModel):
    """What differs between two installations. Every field is the environment variable ``ONEVISIT_<FIELD>``."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kafka: str = "127.0.0.1:9092"
    """Bootstrap servers of Kafka, comma-separated host:port."""
    agency_kafka: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]+:[0-9]{1,5}$")] = "127.0.0.1:9093"
    """Where agencies reach Kafka, host:port (TLS, SCRAM-SHA-512). The embedded broker takes its certificate's name from
    it, and listens to other machines only when it is not 127.0.0.1."""
    agency_kafka_ca: Path | None = None
    """PEM file of the authority that signs that broker's certificate; without it, the embedded broker's own."""
    database: str = Field(default="postgresql://onevisit@127.0.0.1:5432/onevisit", repr=False)
    """PostgreSQL URI."""
    var: Path = Path("var")
    """Folder of everything that is made at run time: secrets, models, blobs, logs."""
    gateway_host: str = "127.0.0.1"
    """Address on which the gateway listens."""
    gateway_port: int = Field(default=8080, ge=1, le=65535)
    """Port on which the gateway listens."""
    public_url: Annotated[str, StringConstraints(pattern=r"^(https?://[^/?#\s]+)?$")] = ""
    """Address under which phones and families reach the gateway, without a path, e.g. ``https://onevisit.example``;
    empty: where it listens. Phones need HTTPS: a browser gives no camera to a page without it, but on 127.0.0.1."""
    oidc_issuer: Annotated[str, StringConstraints(pattern=_ISSUER)] = ""
    """Issuer of the single sign-on of staff (OpenID Connect), as its discovery document writes it; empty: staff sign in
    by passkey (docs/access.md)."""
    oidc_client_id: str = ""
    """Client id that the single sign-on gave to OneVisit; its redirect address is `/v1/sign-in/callback`."""
    oidc_client_secret: Path | None = None
    """File with the client's secret; without it, a public client with PKCE alone."""
    oidc_groups: Path | None = None
    """TOML file that says which group of the single sign-on gives which role and areas (docs/access.md); without it,
    only accounts made by ``onevisit access sso``."""
    web: Path = Path(__file__).resolve().parents[2] / "web"
    """Folder of the pages that the gateway serves: ``phone``, ``verify`` and ``who``."""
    topic_prefix: Annotated[str, StringConstraints(pattern=r"^([a-z0-9-]+\.)?$")] = ""
    """What every topic of this county begins with, e.g. ``c990101.``; lets several counties share one Kafka."""
    metrics_port: int = Field(default=0, ge=0, le=65535)
    """Port on which a stream worker shows its Prometheus metrics, on 127.0.0.1; 0: not at all."""
    agencies: tuple[_Code, ...] = ("hrss", "civil_affairs", "health")
    """Codes of the agencies of this county, comma-separated; each has its own topics."""
    worker: Annotated[str, StringConstraints(pattern=r"^[\w.-]{0,64}$")] = ""
    """Name of this stream worker among its like, e.g. its pod's: restarted under the same name, it takes its
    partitions back at once. Two running workers of a service may not share a name; empty: Kafka names them."""
    partitions: int = Field(default=4, ge=1, le=1000)
    """Partitions of every topic. More of them move people between partitions: stop all workers, and let the topics
    grow with ``python -m services.platform.prepare --add-partitions``."""
    replication: int = Field(default=1, ge=1, le=10)
    """Replicas of every topic: 1 on the embedded broker, 3 in production."""
    timezone: str = "Asia/Shanghai"
    """The county's time zone, in which days begin and times are shown."""
    recognition: Path | None = None
    """TOML file with the programmes' policies of recognising a recent proof; without it, in-person proofs in the
    request's own window count."""
    verification: Path | None = None
    """TOML file with the thresholds of the machine check, by programme where they differ (docs/matching.md); without
    it, the default."""
    life_events: Path | None = None
    """TOML file with what each life event does to open requests and who is told (docs/life-events.md); without it, the
    default."""
    retention: Path | None = None
    """TOML file that says how many days anything of a face is held (docs/privacy.md); without it, the default."""
    review: Path | None = None
    """TOML file with which recordings people look at, and how (docs/review.md); without it, what the machine would not
    decide and one in fifty of the rest."""
    alignment: Path | None = None
    """TOML file with how far each programme's windows may be proposed to move (docs/alignment.md); without it, the
    default."""
    ladder: Path | None = None
    """TOML file with the steps before a lapse by programme (docs/ladder.md); without it, the default."""
    delivery: Path | None = None
    """TOML file with how deliveries reach agencies by webhook and file (docs/delivery.md); without it, the default."""
    villages: Path | None = None
    """TOML file with name, lat and lon (WGS 84) of each village by its code (docs/phone.md); without it, villages are
    called by their codes and the phone's map is a list."""
    tiles: Annotated[str, StringConstraints(pattern=_TILES)] = ""
    """Address of map tiles for the background of the desk's map, with ``{z}``, ``{x}`` and ``{y}``, of one host
    (``{s}`` is not known); empty: the map shows villages and routes on a plain ground."""
    tiles_attribution: str = ""
    """What the makers of the tiles ask to be shown on the map."""
    receipts: Path | None = None
    """TOML file with the working days that each agency has to answer a certificate (docs/receipts.md); without it,
    10."""
    burden: Path | None = None
    """TOML file with what weighs how much in the agencies' burden index, who gets a letter and when (docs/burden.md);
    without it, the default."""
    roads: Annotated[str, StringConstraints(pattern=r"^((osrm|valhalla):https?://[^?#\s]+)?$")] = ""
    """Road engine for travel times, ``osrm:http://HOST:PORT`` or ``valhalla:http://HOST:PORT`` (docs/planning.md);
    empty: rides are estimated."""
    slope: float = Field(default=1.0, ge=0.5, le=5)
    """Times longer that estimated rides take because roads climb (docs/planning.md)."""
    journal: Path | None = None
    """Folder of the journal, which a restore needs (docs/operating.md): best on a disk of its own; without it,
    ``journal`` below ``var``."""
    issuer: str = "did:web:onevisit.example"
    """Who signs the certificates: the issuer in each of them."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Reads the settings; variables that no field knows are left alone.

        Raises:
            pydantic.ValidationError: naming the field that is wrong.
        """
        source = os.environ if env is None else env
        values: dict[str, object] = {}
        for name in cls.model_fields:
            text = source.get(ENV_PREFIX + name.upper())
            if text:
                values[name] = tuple(part.strip() for part in text.split(",")) if name == "agencies" else text
        return cls.model_validate(values)

    def to_env(self) -> dict[str, str]:
        """The variables from which `from_env` reads these settings again, for a program that is started with them."""
        given = self.model_dump(mode="json", exclude_none=True) | {"agencies": ",".join(self.agencies)}
        return {ENV_PREFIX + name.upper(): str(value) for name, value in given.items()}

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError("there is no such time zone; give its name, e.g. Asia/Shanghai") from None
        return name

    @property
    def address(self) -> str:
        """Where the gateway is reached: `public_url`, or where it listens."""
        host = f"[{self.gateway_host}]" if ":" in self.gateway_host else self.gateway_host
        return self.public_url or f"http://{host}:{self.gateway_port}"

    @property
    def secrets(self) -> Path:
        """Folder of the county's secrets."""
        return self.var / "secrets"

    @property
    def journal_folder(self) -> Path:
        """Folder of the journal."""
        return self.journal or self.var / "journal"

    @property
    def blobs(self) -> Path:
        """Folder of the sealed recordings and photos."""
        return self.var / "blobs"

    @property
    def kafka_authority(self) -> Path:
        """The certificate by which agencies recognise the broker; it may be given to anyone."""
        return self.agency_kafka_ca or self.var / "kafka-tls" / "ca.pem"

    @property
    def models(self) -> Path:
        """Folder of the weights."""
        return self.var / "models"

    @property
    def public_keys(self) -> Path:
        """JWK set of the keys that sign the certificates; it may be given to anyone."""
        return self.var / "public-keys.json"
