"""How a step of a life event is passed on: under which moment, and remembered by the door itself."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from schemas.life_event import LifeEventRecorded
from schemas.topics import LIFE_EVENT
from services.gateway.access import audited
from services.gateway.access.callers import Principal
from services.gateway.door import Door
from services.gateway.people.life_event_history import History
from services.gateway.store import life_events
from services.platform.audit_chain import Act
from services.platform.database import Connection


def moment_after(door: Door, history: History | None) -> datetime:
    """Now, or just after the last step when that has a later clock: what is said later counts as later."""
    now = door.now()
    return max(now, history.steps[-1].recorded_at + timedelta(microseconds=1)) if history else now


def today(door: Door) -> date:
    """The day in the county."""
    return door.now().astimezone(ZoneInfo(door.settings.timezone)).date()


async def tell(door: Door, connection: Connection, caller: Principal, step: LifeEventRecorded) -> None:
    """Writes a step down and sends it, in the caller's transaction."""
    await life_events.remember(connection, step, caller.subject)
    transaction = door.transaction(connection)
    transaction.emit(LIFE_EVENT.name, step.person_key, step)
    await transaction.flush()
    subject, kind, stage = f"life_event:{step.life_event_id}", step.kind.value, step.stage.value
    await audited.note(connection, caller, Act.LIFE_EVENT_STATED, subject, kind=kind, stage=stage)
