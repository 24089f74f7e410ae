"""How people moved in earlier recordings, in PostgreSQL, sealed under each person's key: destroying the key erases it
in every copy."""

import logging
from uuid import UUID

from schemas.base import PersonKey
from schemas.capture import CaptureReceived
from services.certify.domain.motion import Motion, pack_motion, unpack_motion
from services.certify.measurement_box import close_box, open_box
from services.certify.store.consents import WITHDRAWN
from services.platform.database import Connection
from services.platform.sealing import Unsealable, key_id_of

log = logging.getLogger(__name__)

MOST = 20
"""Earlier recordings that one is compared with, the newest: two visits a month for most of a year."""


async def keep_motion(connection: Connection, key: bytes, capture: CaptureReceived, motion: Motion) -> None:
    """Keeps it once."""
    box = close_box(key, key_id_of(capture.person_key), pack_motion(motion))
    await connection.execute(
        "INSERT INTO certify.motion (capture_id, person_key, captured_at, box) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (capture.capture_id, capture.person_key, capture.captured_at, box),
    )


async def find_motions(connection: Connection, key: bytes, person: PersonKey, but: UUID) -> dict[str, Motion]:
    """The newest of this person by capture, without that of the recording ``but``: delivered again, it is not its own
    copy. One that cannot be opened is left out."""
    cursor = await connection.execute(
        "SELECT capture_id, box FROM certify.motion WHERE person_key = %s AND capture_id <> %s"
        " ORDER BY captured_at DESC, capture_id LIMIT %s",
        (person, but, MOST),
    )
    found: dict[str, Motion] = {}
    for capture_id, box in await cursor.fetchall():
        try:
            found[str(capture_id)] = unpack_motion(open_box(key, key_id_of(person), box))
        except (Unsealable, ValueError) as error:
            log.error("a motion that is kept cannot be opened (%s)", type(error).__name__)
    return found


async def let_go_withdrawn(connection: Connection) -> None:
    """Motions of recordings whose consent was withdrawn: nothing is compared with them any more. Also called by the
    clock: that of a recording that is heard of later goes too."""
    await connection.execute(
        "DELETE FROM certify.motion AS m USING certify.capture AS c WHERE m.capture_id = c.capture_id"  # noqa: S608 (a constant)
        f" AND m.person_key IN (SELECT person_key FROM certify.consent_withdrawal) AND {WITHDRAWN}"
    )
