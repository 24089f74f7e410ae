"""What a cadre should know of a visit before leaving: said while there is still time to take the right thing along."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from services.gateway.domain.words import Words, agencies_in_words

SOON: Final = timedelta(days=3)
"""A window that ends within so many days: what goes wrong now can hardly be repeated in time."""


class PreflightCode(StrEnum):
    """What should be known before leaving."""

    NAMES_DISAGREE = "names_disagree"
    """An agency has another name under this ID number, or none."""
    OTHER_VILLAGE = "other_village"
    """An agency has another village of residence."""
    VISIT_PAUSED = "visit_paused"
    """A life event is reported that would make the trip needless."""
    WINDOW_ENDS_SOON = "window_ends_soon"
    """The last day is near."""
    WINDOW_OVER = "window_over"
    """The last day is past, and the request still stands."""
    NO_REFERENCE_PHOTO = "no_reference_photo"
    """There is no photo to compare the face with."""
    DATA_ERASED = "data_erased"
    """Name and address cannot be read any more."""


_TEXTS: Final[Mapping[PreflightCode, Words]] = {
    PreflightCode.NAMES_DISAGREE: Words(
        "{zh}登记的姓名不同或缺失，请核对身份证。", "Another name, or none, at {en}: look at the ID card."
    ),
    PreflightCode.OTHER_VILLAGE: Words(
        "{zh}登记的居住村不同，出发前请先打电话问清住处。",
        "Another village at {en}: ask by telephone where the person lives before you leave.",
    ),
    PreflightCode.VISIT_PAUSED: Words(
        "有人上报了该老人的变动情况，走访已暂缓，请先与乡镇确认。如本人在场，可照常拍摄。",
        "A change was reported, the visit is paused: ask the township first. If the person is there, film.",
    ),
    PreflightCode.WINDOW_ENDS_SOON: Words("认证期限即将截止，请优先上门。", "The last day is near: go there first."),
    PreflightCode.WINDOW_OVER: Words(
        "认证期限已过，请尽快上门并告知乡镇。", "The last day is past: go as soon as you can, and tell the township."
    ),
    PreflightCode.NO_REFERENCE_PHOTO: Words(
        "系统中没有比对照片，录像将转人工复核，请携带并核对身份证。",
        "There is no photo to compare with, a reviewer will decide: look at the ID card.",
    ),
    PreflightCode.DATA_ERASED: Words(
        "姓名和住址已无法读取，请联系乡镇。", "Name and address cannot be read any more: ask the township."
    ),
}
"""With {zh} and {en} for the agencies concerned."""


@dataclass(frozen=True)
class Warned:
    """One warning."""

    code: PreflightCode
    words: Words


@dataclass(frozen=True)
class VisitFacts:
    """What is known of a visit before it."""

    today: date
    last_day: date
    is_paused: bool
    is_readable: bool
    has_photo: bool
    village_code: str | None
    villages: Collection[tuple[str, str | None]]
    """(agency, village that it has) of each of the visit's requests."""
    other_names_at: Collection[str]
    """Agencies with another name under this ID number."""
    names_disagree: bool


def warnings_of(facts: VisitFacts) -> list[Warned]:
    """What to say, the gravest first."""
    elsewhere = {agency for agency, village in facts.villages if village not in (None, facts.village_code)}
    left = facts.last_day - facts.today
    found: list[tuple[PreflightCode, Collection[str]]] = []
    if facts.is_paused:
        found.append((PreflightCode.VISIT_PAUSED, ()))
    if facts.names_disagree:
        found.append((PreflightCode.NAMES_DISAGREE, facts.other_names_at))
    if not facts.is_readable:
        found.append((PreflightCode.DATA_ERASED, ()))
    if elsewhere:
        found.append((PreflightCode.OTHER_VILLAGE, elsewhere))
    if left < timedelta(0):
        found.append((PreflightCode.WINDOW_OVER, ()))
    elif left <= SOON:
        found.append((PreflightCode.WINDOW_ENDS_SOON, ()))
    if not facts.has_photo:
        found.append((PreflightCode.NO_REFERENCE_PHOTO, ()))
    return [Warned(code, _text(code, agencies)) for code, agencies in found]


def _text(code: PreflightCode, agencies: Collection[str]) -> Words:
    who = agencies_in_words(agencies) if agencies else Words("其他部门", "another agency")
    text = _TEXTS[code]
    return Words(text.zh.replace("{zh}", who.zh), text.en.replace("{en}", who.en))
