"""What a cadre should know of a visit before leaving: said while there is still time to take the right thing along."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from schemas.receipt_codes import RECEIPT_TEXTS, ReceiptCode
from schemas.revocation import find_text
from services.gateway.domain.record_checks import RecordCheckCode
from services.gateway.domain.words import Words, agencies_in_words

SOON: Final = timedelta(days=3)
"""A window that ends within so many days: what goes wrong now can hardly be repeated in time."""


class PreflightCode(StrEnum):
    """What should be known before leaving."""

    REJECTED_BY_AGENCY = "rejected_by_agency"
    """An agency did not take the last proof: why, and what to look at this time."""
    RECORD_TO_SETTLE = "record_to_settle"
    """An agency rejected a certificate of this person because of its own record, and has not put it right."""

    RECORD_DECEASED = "record_deceased"
    """An agency's record says that the person has died."""
    RECORD_UNKNOWN = "record_unknown"
    """An agency has no record of this person."""
    RECORD_SUSPENDED = "record_suspended"
    """An agency's record is closed or suspended."""
    RECORD_MOVED = "record_moved"
    """An agency's record says that the person has moved away."""
    RECORD_NAME_DIFFERS = "record_name_differs"
    """An agency's record has another name."""
    RECORD_NOT_CHECKED = "record_not_checked"
    """An agency that answers before visits has not looked into its record yet; the visit goes on."""

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
    CONSENT_WITHDRAWN = "consent_withdrawn"
    """The person has withdrawn the consent to be filmed."""
    DATA_ERASED = "data_erased"
    """Name and address cannot be read any more."""


_TEXTS: Final[Mapping[PreflightCode, Words]] = {
    PreflightCode.REJECTED_BY_AGENCY: Words("{zh}未采信上次认证：{why_zh}", "Not accepted by {en}: {why_en}"),
    PreflightCode.RECORD_TO_SETTLE: Words(
        "{zh}此前因其档案退回过此人的证明（{why_zh}）请先由乡镇核对，以免白跑。",
        "A certificate of this person was rejected by {en} ({why_en}): have the township settle it first.",
    ),
    PreflightCode.RECORD_DECEASED: Words(
        "{zh}档案登记此人已去世，出发前请先由乡镇核实；本人在场的，可照常拍摄。",
        "The record of {en} says that the person has died: have the township ask first. If the person is there, film.",
    ),
    PreflightCode.RECORD_UNKNOWN: Words(
        "{zh}查无此人档案，出发前请先由乡镇核对，以免证明被退回。",
        "No record of this person at {en}: have the township settle it first, or the certificate may be rejected.",
    ),
    PreflightCode.RECORD_SUSPENDED: Words(
        "{zh}档案已停发或关闭，出发前请先由乡镇核对，以免白跑。",
        "The record of {en} is closed or suspended: have the township settle it first.",
    ),
    PreflightCode.RECORD_MOVED: Words(
        "{zh}档案登记此人已迁出，出发前请先打电话问清住处。",
        "The record of {en} says that the person has moved away: ask by telephone where before you leave.",
    ),
    PreflightCode.RECORD_NAME_DIFFERS: Words(
        "{zh}档案中的姓名不同，请核对身份证。", "Another name in the record of {en}: look at the ID card."
    ),
    PreflightCode.RECORD_NOT_CHECKED: Words(
        "{zh}尚未核对其档案，不影响上门。", "The record of {en} is not checked yet: go all the same."
    ),
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
    PreflightCode.CONSENT_WITHDRAWN: Words(
        "此人已撤回拍摄同意，请改由见证人、视频通话或书面材料认证；本人听取告知后重新同意的，方可依据同意拍摄。",
        "Consent to be filmed was withdrawn: offer a witness, a video call or a document, unless the person, told anew,"
        " agrees again.",
    ),
    PreflightCode.DATA_ERASED: Words(
        "姓名和住址已无法读取，请联系乡镇。", "Name and address cannot be read any more: ask the township."
    ),
}
"""With {zh} and {en} for the agencies concerned, {why_zh} and {why_en} for their reasons."""

_OF_RECORDS: Final[Mapping[RecordCheckCode | None, PreflightCode | None]] = {
    RecordCheckCode.DECEASED: PreflightCode.RECORD_DECEASED,
    RecordCheckCode.UNKNOWN_PERSON: PreflightCode.RECORD_UNKNOWN,
    RecordCheckCode.SUSPENDED: PreflightCode.RECORD_SUSPENDED,
    RecordCheckCode.MOVED: PreflightCode.RECORD_MOVED,
    RecordCheckCode.NAME_DIFFERS: PreflightCode.RECORD_NAME_DIFFERS,
    RecordCheckCode.FOUND: None,
    None: PreflightCode.RECORD_NOT_CHECKED,
}
"""What is warned of for each answer, the gravest first; the last one where none came in time."""


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
    rejected: Collection[tuple[str, str]] = ()
    """(agency, code) of each of the visit's requests that is open again because the agency did not take its answer."""
    to_settle: Collection[tuple[str, str]] = ()
    """(agency, code) of agencies of the visit whose last word on this person is a rejection because of their record."""
    consent_withdrawn: bool = False
    records: Collection[tuple[str, RecordCheckCode | None]] = ()
    """(agency, what it found in its record of the person); None where it was asked and has not answered."""


def warnings_of(facts: VisitFacts) -> list[Warned]:
    """What to say, the gravest first."""
    elsewhere = {agency for agency, village in facts.villages if village not in (None, facts.village_code)}
    left = facts.last_day - facts.today
    found: list[tuple[PreflightCode, Collection[str]]] = []
    if facts.is_paused:
        found.append((PreflightCode.VISIT_PAUSED, ()))
    if facts.consent_withdrawn:
        found.append((PreflightCode.CONSENT_WITHDRAWN, ()))
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
    about_receipts = [
        *_by_reason(PreflightCode.REJECTED_BY_AGENCY, facts.rejected),
        *_by_reason(PreflightCode.RECORD_TO_SETTLE, facts.to_settle),
    ]
    of_records = record_warnings(facts.records)
    answered = [each for each in of_records if each.code is not PreflightCode.RECORD_NOT_CHECKED]
    silent = of_records[len(answered) :]
    return [*about_receipts, *answered, *(Warned(code, _text(code, agencies)) for code, agencies in found), *silent]


def record_warnings(records: Collection[tuple[str, RecordCheckCode | None]]) -> list[Warned]:
    """What agencies' own records hold against a visit, the gravest first, each with the agencies that say so; that one
    was not checked comes last."""
    warned = []
    for said, code in _OF_RECORDS.items():
        agencies = {agency for agency, found in records if found == said}
        if code is not None and agencies:
            warned.append(Warned(code, _text(code, agencies)))
    return warned


def _by_reason(code: PreflightCode, said: Collection[tuple[str, str]]) -> list[Warned]:
    """One warning for each reason, with the agencies that gave it."""
    warned = []
    for reason in sorted({reason for _, reason in said}):
        text = find_text(reason) or RECEIPT_TEXTS[ReceiptCode.OTHER]
        words = _text(code, [agency for agency, given in said if given == reason])
        next_zh, next_en = (text.next_chinese, text.next_english) if text.reopens else ("", "")
        zh = words.zh.replace("{why_zh}", text.chinese + next_zh)
        warned.append(Warned(code, Words(zh, words.en.replace("{why_en}", f"{text.english} {next_en}".strip()))))
    return warned


def _text(code: PreflightCode, agencies: Collection[str]) -> Words:
    who = agencies_in_words(agencies) if agencies else Words("其他部门", "another agency")
    text = _TEXTS[code]
    return Words(text.zh.replace("{zh}", who.zh), text.en.replace("{en}", who.en))
