"""Makes bundles for the tests: prompts at given seconds, drawn at noon, good for an hour."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from schemas.capture import Challenge, Prompt
from schemas.verification import Action

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
VISIT = UUID("00000000-0000-4000-8000-000000000001")
NONCE = UUID("00000000-0000-4000-8000-000000000002")


def bundle(*prompts: tuple[Action, float, float], longest_s: float | None = 15.0) -> Challenge:
    """A bundle of these prompts: action, when it is asked, until when it counts."""
    return Challenge(
        challenge_id=NONCE,
        visit_id=VISIT,
        actions=tuple(action for action, _, _ in prompts),
        issued_at=NOON,
        expires_at=NOON + timedelta(hours=1),
        prompts=tuple(Prompt(action=action, at_s=at, until_s=until) for action, at, until in prompts),
        longest_s=longest_s,
    )
