"""Webhooks and their log as an agency sees them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.delivery import DeliveryKind


class NewWebhook(BaseModel):
    """An endpoint to be registered."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    url: str = Field(max_length=2000, examples=["https://pension.example/onevisit"])
    """Where to post: HTTPS, at a public address or in a network that the county allows."""
    kinds: list[DeliveryKind] = Field(default=[], max_length=20)
    """Only these kinds; empty: all."""
    after: int | None = Field(default=None, ge=0, le=2**63 - 1)
    """Begin after this number of GET /v1/deliveries, 0 for everything kept; left out: with what comes from now on."""


class Webhook(BaseModel):
    """An endpoint."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)

    webhook_id: UUID
    """Names it."""
    url: str
    """Where it is."""
    kinds: list[DeliveryKind]
    """What it is sent; empty: all."""
    state: Literal["active", "paused", "stopped", "gone"]
    """paused: failed too long, is probed; stopped: by you; gone: it answered 410. Nothing is lost meanwhile."""
    failing_since: datetime | None
    """Since when no attempt has succeeded."""
    not_before: datetime | None
    """Before this nothing is tried: of a paused one the next probe, else what its last answer asked to wait."""
    fault: str | None
    """Code of what went wrong last with what waits for it (docs/codes.md)."""
    waiting: int
    """How much waits for it."""
    made_at: datetime
    """When it was registered."""


class WebhookWithSecret(BaseModel):
    """An endpoint with the secret that signs what it is sent: shown this once."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    webhook: Webhook
    """The endpoint."""
    secret: str = Field(examples=["whsec_…"])
    """Keep it: with it you check the header webhook-signature."""


class WebhookList(BaseModel):
    """An agency's endpoints."""

    items: list[Webhook]


class SendFrom(BaseModel):
    """From where on everything is sent again."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    after: int = Field(ge=0, le=2**63 - 1)
    """A number of GET /v1/deliveries or of the log; 0: everything that is kept."""


class Sent(BaseModel):
    """One delivery in the log of an endpoint. What it says is not repeated here: see GET /v1/deliveries."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)

    number: int
    """Its number in GET /v1/deliveries."""
    event_id: UUID
    """The webhook-id of every attempt."""
    kind: DeliveryKind
    """What it is."""
    recorded_at: datetime
    """When it was written down."""
    status: Literal["waiting", "delivered", "failed"]
    """failed: not taken for 3 days; send it again when the endpoint is mended."""
    attempts: int
    """How often it was tried."""
    due_at: datetime
    """When it is tried next, while it waits."""
    first_attempt_at: datetime | None
    """When it was tried first."""
    last_attempt_at: datetime | None
    """When it was tried last."""
    response_code: int | None
    """The status of your last answer."""
    latency_ms: int | None
    """How long the last attempt took."""
    fault: str | None
    """Code of what went wrong in the last attempt (docs/codes.md)."""


class SentPage(BaseModel):
    """The log, the newest first."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    items: list[Sent]
    """A page of it."""
    next_before: int | None
    """Send it as `before` for the page behind; null at the end."""
