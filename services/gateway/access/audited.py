"""A line of the audit log for what a caller of the door sees or does, in the transaction of the act (docs/audit.md)."""

from collections.abc import Iterable
from uuid import UUID

from services.gateway.access.callers import Principal
from services.platform import audit
from services.platform.audit_chain import Act, Entry, Said
from services.platform.database import Connection


async def note(
    connection: Connection, caller: Principal, act: Act, subject: str, *, keys: Iterable[UUID] = (), **detail: Said
) -> int:
    """Notes who did what to whom. Call it last before the commit, and before anything opened is answered.

    Args:
        subject: kind and id, e.g. ``capture:<uuid>``; never a name, an ID number or a person_key.
        keys: whose data are opened: ids of data keys (`key_id_of`).
        detail: codes, ids and numbers.

    Returns:
        The line's number.
    """
    entry = Entry(caller.subject, caller.role.value, act, subject, tuple(sorted(keys)), detail)
    return await audit.note(connection, entry)


async def note_officer(connection: Connection, caller: Principal, act: Act, subject: str, **detail: Said) -> None:
    """Notes what a person of an agency did; the same by its program is no line: the record itself names its account."""
    if caller.is_officer:
        await note(connection, caller, act, subject, keys=(), **detail)
