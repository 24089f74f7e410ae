"""Makes a challenge and signs it with the county's key: the bundle that a phone carries into the mountains."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from joserfc import jws
from joserfc.jwk import OKPKey

from schemas.capture import CHALLENGE_TYPE, Challenge, PromptForm
from schemas.verification import Action
from services.gateway.access.tokens import ALGORITHM
from services.gateway.domain.abilities import AbilitySet, able_actions, prompt_form
from services.gateway.domain.drawing import draw_actions, draw_prompts
from services.gateway.errors import Code, Refusal
from services.gateway.policy import DoorPolicy


def draw(
    visit_id: UUID, policy: DoorPolicy, *, abilities: set[AbilitySet], unable: set[Action], now: datetime
) -> Challenge:
    """A challenge that this person can answer, drawn by the system's own randomness.

    Raises:
        Refusal: NO_ACTION_LEFT.
    """
    actions = draw_actions(able_actions(abilities, unable), policy, secrets.SystemRandom())
    if actions is None:
        raise Refusal(Code.NO_ACTION_LEFT)
    return put_together(visit_id, actions, prompt_form(abilities), policy, now=now)


def put_together(
    visit_id: UUID, actions: tuple[Action, ...], form: PromptForm, policy: DoorPolicy, *, now: datetime
) -> Challenge:
    """A challenge of these actions, at random moments."""
    prompts, longest_s = draw_prompts(actions, policy, secrets.SystemRandom())
    return Challenge(
        challenge_id=uuid4(),
        visit_id=visit_id,
        actions=actions,
        issued_at=now,
        expires_at=now + timedelta(days=policy.challenge_days),
        prompts=prompts,
        longest_s=longest_s,
        prompt_form=form,
    )


def sign(challenge: Challenge, key: OKPKey) -> str:
    """The challenge as compact JWS (Ed25519)."""
    header = {"alg": ALGORITHM, "typ": CHALLENGE_TYPE, "kid": key.thumbprint()}
    return jws.serialize_compact(header, challenge.model_dump_json(), key, algorithms=[ALGORITHM])
