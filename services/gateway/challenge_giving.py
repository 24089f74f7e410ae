"""Gives a phone a challenge for a visit that it may see: drawn, written down, good for one recording from then on."""

from uuid import UUID

from schemas.capture import Challenge
from schemas.visit import VisitStatus
from services.gateway import challenges
from services.gateway.door import Door
from services.gateway.errors import Code, Refusal
from services.gateway.person_abilities import Abilities
from services.gateway.store import captures, visits
from services.gateway.store.accounts import Device
from services.gateway.store.visits import Sight
from services.platform.database import Connection


async def draw_for(door: Door, connection: Connection, device: Device, visit_id: UUID, said: Abilities) -> Challenge:
    """A challenge that the person can answer. Also for a paused visit: somebody who was reported dead may stand there.

    Raises:
        Refusal: NO_ACTION_LEFT, VISIT_UNKNOWN or VISIT_CLOSED; nothing was written down then.
    """
    challenge = challenges.draw(
        visit_id, door.policy, abilities=set(said.abilities), unable=set(said.unable), now=door.now()
    )
    visit = await visits.find_visit(connection, visit_id, Sight(villages=device.village_codes, cadre=device.cadre_id))
    if visit is None:
        raise Refusal(Code.VISIT_UNKNOWN)
    if visit.status == VisitStatus.CLOSED:
        raise Refusal(Code.VISIT_CLOSED)
    await captures.add_challenge(connection, challenge, device.device_id)
    return challenge
