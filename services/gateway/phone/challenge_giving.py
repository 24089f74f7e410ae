"""Gives a phone a challenge for a visit that it may see: drawn, written down, good for one recording from then on."""

from uuid import UUID

from schemas.capture import Challenge, LegalBasis
from schemas.visit import VisitStatus
from services.gateway.door import Door
from services.gateway.errors import Code, Refusal
from services.gateway.phone import challenges
from services.gateway.phone.consent_intake import check_consent
from services.gateway.phone.person_abilities import Abilities
from services.gateway.store import captures, visits
from services.gateway.store.accounts import Device
from services.gateway.store.visits import Sight
from services.platform.database import Connection


class ChallengeOrder(Abilities):
    """Whom the challenge must suit, and on which basis it will be filmed."""

    legal_basis: LegalBasis | None = None
    """If it is known already: on consent that was withdrawn nothing is drawn."""
    consent_renewed: bool = False
    """The person has withdrawn consent before, was told anew, and agrees again."""


async def draw_for(
    door: Door, connection: Connection, device: Device, visit_id: UUID, said: ChallengeOrder
) -> Challenge:
    """A challenge that the person can answer. Also for a paused visit: somebody who was reported dead may stand there.

    Raises:
        Refusal: NO_ACTION_LEFT, VISIT_UNKNOWN, VISIT_CLOSED or CONSENT_WITHDRAWN; nothing was written down then.
    """
    challenge = challenges.draw(
        visit_id, door.policy, abilities=set(said.abilities), unable=set(said.unable), now=door.now()
    )
    visit = await visits.find_visit(connection, visit_id, Sight(villages=device.village_codes, cadre=device.cadre_id))
    if visit is None:
        raise Refusal(Code.VISIT_UNKNOWN)
    if visit.status == VisitStatus.CLOSED:
        raise Refusal(Code.VISIT_CLOSED)
    await check_consent(
        connection, visit.person_key, said.legal_basis, made_not_before=door.now(), renewed=said.consent_renewed
    )
    await captures.add_challenge(connection, challenge, device.device_id)
    return challenge
