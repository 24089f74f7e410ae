"""What an agency is told of the steps before a lapse, in Chinese and English."""

from datetime import date
from typing import Final, NamedTuple

from schemas.lapse import LapseStep, Office

_OFFICES: Final = {
    Office.TOWNSHIP: ("乡镇（街道）", "the township"),
    Office.COUNTY: ("县（区）", "the county"),
}


class Words(NamedTuple):
    """What it means, and what the agency is asked to do."""

    message: str
    next_step: str


def words_for_agency(step: LapseStep, counts_until: date, office: Office) -> Words:
    """What is said of a step; a stop is neither announced nor asked for.

    Example:
        >>> words_for_agency(LapseStep.GRACE, date(2026, 7, 30), Office.TOWNSHIP).message.split("。")[0]
        '已过截止日期，至2026-07-30的认证仍视为按时'
    """
    last = counts_until.isoformat()
    match step:
        case LapseStep.REMIND | LapseStep.OFFER_PATHS:
            return Words(
                f"截止日期临近，至{last}的认证视为按时。 The due date is near; a proof until {last} is in time.",
                "无需处理。 Nothing is to be done.",
            )
        case LapseStep.GRACE:
            return Words(
                f"已过截止日期，至{last}的认证仍视为按时。 The due date is past; a proof until {last} still counts as"
                " in time.",
                "宽限期内请勿停发待遇；如需延长，请修改截止日期。 Suspend no payment meanwhile; to give more time,"
                " amend the due date.",
            )
        case LapseStep.ESCALATE:
            chinese, english = _OFFICES[office]
            return Words(
                f"尚未完成认证，已交{chinese}工作人员处理；至{last}的认证视为按时。 There is no proof yet; {english}"
                f" has to act. A proof until {last} is in time.",
                "本系统不停发任何待遇；贵部门如决定延期或暂停发放，请告知决定。 This system stops no payment; if you"
                " decide to give more time or to suspend, say so.",
            )
