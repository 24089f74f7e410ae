"""What the components of the burden index are called, and what lowers each, for people."""

from collections.abc import Mapping
from typing import Final

from services.gateway.domain.burden import Component
from services.gateway.domain.words import Words

COMPONENT_WORDS: Final[Mapping[Component, Words]] = {
    Component.REQUESTS: Words("认证申请", "requests"),
    Component.DUPLICATES: Words("重复申请", "duplicates"),
    Component.OFF_PLAN: Words("计划外申请", "off-plan requests"),
    Component.UNMERGED: Words("窗口未能合并", "windows not merged"),
    Component.REJECTED: Words("退回证明", "rejected receipts"),
    Component.TRIPS: Words("上门次数", "trips caused"),
}
"""One entry for each component (a test holds it)."""
ADVICE: Final[Mapping[Component, str]] = {
    Component.DUPLICATES: "请在报送前与已报名单核对，并撤回重复的申请；结算前撤回的不计。",
    Component.OFF_PLAN: "请将认证安排报联合工作组列入年度计划；计划外开展的，也可申请补批。",
    Component.UNMERGED: "请与其他部门协调时间窗口，使同一老人一次上门即可办完。",
    Component.REJECTED: "请在上门前核对并更正本部门档案，使证明一次即被采用。",
}
"""In the letter: what lowers each of the avoidable ones (a test holds that none is missing)."""
