"""Tells an agency that a letter is there, or what became of its campaign, on its own topic (docs/delivery.md)."""

from datetime import datetime

from schemas.base import Event, stable_id
from schemas.burden import BurdenLetterWritten, CampaignDecided
from schemas.topics import REQUEST_NOTICE
from services.gateway.door import Door
from services.gateway.store.campaigns import CampaignRow
from services.platform.database import Connection

_REJECTED = (
    "联合工作组退回了该计划。 The joint group has rejected the campaign.",
    "请修改理由或日期后重新申报；其申请照常办理，计为计划外。"
    " State it again with another reason or other days; its requests are served, and count as off the plan.",
)
_ACCEPTED = (
    "联合工作组已将该计划列入年度计划。 The joint group has accepted the campaign.",
    "请按所报日期提交名单。 Hand in your lists within these days.",
)


async def tell_letter(
    door: Door,
    connection: Connection,
    agency: str,
    month: str,
    *,
    rank: int,
    ranked: int,
    in_a_row: int,
    escalated: bool,
) -> None:
    """In the transaction in which the month is closed."""
    event = BurdenLetterWritten(
        event_id=stable_id("burden-letter", agency, month),
        recorded_at=door.now(),
        agency=agency,
        month=month,
        rank=rank,
        ranked=ranked,
        in_a_row=in_a_row,
        escalated=escalated,
        message="贵部门该月给基层带来的负担居前，已有提示函。"
        " Your agency's burden of the month is among the highest: a letter is there.",
        next_step=f"请下载 /v1/burden/{agency}/letters/{month}.pdf 并按所列项目改进。"
        " Fetch it there; it says what would lower the burden most.",
    )
    await _tell(door, connection, agency, month, event)


async def tell_decision(door: Door, connection: Connection, row: CampaignRow, decided_at: datetime) -> None:
    """In the transaction in which the joint group decided."""
    message, next_step = _ACCEPTED if row.state == "accepted" else _REJECTED
    event = CampaignDecided(
        event_id=stable_id("campaign-decided", str(row.campaign_id), decided_at.isoformat()),
        recorded_at=decided_at,
        agency=row.agency,
        campaign_id=row.campaign_id,
        programme=row.programme,
        first_day=row.first_day,
        last_day=row.last_day,
        accepted=row.state == "accepted",
        reason=row.reason,
        message=message,
        next_step=next_step,
    )
    await _tell(door, connection, row.agency, str(row.campaign_id), event)


async def _tell(door: Door, connection: Connection, agency: str, key: str, event: Event) -> None:
    """An agency without topics of its own is told nothing: an event for it would stop the relay."""
    if agency in door.settings.agencies:
        transaction = door.transaction(connection)
        transaction.emit(REQUEST_NOTICE.named(agency), key, event)
        await transaction.flush()
