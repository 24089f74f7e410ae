"""The number that an agency's deliveries have reached: whoever gives one, or must see none given, holds it."""

from services.platform.database import Connection


async def lock_number(connection: Connection, agency: str) -> int:
    """The agency's last number, locked until the commit: no delivery of the agency is added meanwhile."""
    await connection.execute("INSERT INTO delivery.counter VALUES (%s, 0) ON CONFLICT DO NOTHING", (agency,))
    cursor = await connection.execute(
        "SELECT last_number FROM delivery.counter WHERE agency = %s FOR UPDATE", (agency,)
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])
