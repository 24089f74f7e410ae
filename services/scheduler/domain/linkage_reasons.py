"""Why two records may be one person's: permanent codes, each in words, English and Chinese."""

from enum import StrEnum
from typing import Final

from services.scheduler.domain.codes import Language, Text
from services.scheduler.domain.linkage_names import NameRelation

SIMILAR: Final = 0.6
"""From this likeness on, two names that disagree are called similar: one character of two differs at most."""


class LinkReason(StrEnum):
    """One thing that speaks for or against two records being of one person."""

    ID_SAME = "ID_SAME"
    ID_ONE_DIGIT_OFF = "ID_ONE_DIGIT_OFF"
    ID_DIGITS_SWAPPED = "ID_DIGITS_SWAPPED"
    ID_DIGIT_LOST_OR_ADDED = "ID_DIGIT_LOST_OR_ADDED"
    ID_TWO_DIGITS_OFF = "ID_TWO_DIGITS_OFF"
    ID_VISIBLE_PART_FITS = "ID_VISIBLE_PART_FITS"
    NAME_SAME = "NAME_SAME"
    NAME_SOUNDS_SAME = "NAME_SOUNDS_SAME"
    NAME_CHARACTER_REPLACED = "NAME_CHARACTER_REPLACED"
    NAME_PARTLY_GIVEN = "NAME_PARTLY_GIVEN"
    NAME_NOT_GIVEN = "NAME_NOT_GIVEN"
    NAME_SIMILAR = "NAME_SIMILAR"
    SURNAME_SAME = "SURNAME_SAME"
    NAME_OTHER = "NAME_OTHER"
    BIRTH_DATE_SAME = "BIRTH_DATE_SAME"
    BIRTH_DATE_ONE_DIGIT_OFF = "BIRTH_DATE_ONE_DIGIT_OFF"
    BIRTH_DATE_OTHER = "BIRTH_DATE_OTHER"
    VILLAGE_SAME = "VILLAGE_SAME"
    VILLAGE_OTHER = "VILLAGE_OTHER"
    PHONE_SAME = "PHONE_SAME"

    @classmethod
    def of_name(cls, relation: NameRelation, similarity: float, first: str, second: str) -> "LinkReason":
        """What a comparison of names says."""
        if relation is not NameRelation.DIFFERENT:
            return _OF_RELATION[relation]
        if similarity >= SIMILAR:
            return cls.NAME_SIMILAR
        return cls.SURNAME_SAME if first[:1] == second[:1] else cls.NAME_OTHER


_OF_RELATION: Final = {
    NameRelation.EQUAL: LinkReason.NAME_SAME,
    NameRelation.VARIANT: LinkReason.NAME_SAME,
    NameRelation.HOMOPHONE: LinkReason.NAME_SOUNDS_SAME,
    NameRelation.SUBSTITUTED: LinkReason.NAME_CHARACTER_REPLACED,
    NameRelation.SHORTENED: LinkReason.NAME_PARTLY_GIVEN,
    NameRelation.MARRIED: LinkReason.NAME_PARTLY_GIVEN,
    NameRelation.UNSTATED: LinkReason.NAME_NOT_GIVEN,
}


class HeldReason(StrEnum):
    """Why a person must decide."""

    NAMES_DISAGREE = "NAMES_DISAGREE"
    NAME_UNCONFIRMED = "NAME_UNCONFIRMED"
    ID_UNSURE = "ID_UNSURE"


LINK_TEXTS: Final[dict[LinkReason, tuple[str, str]]] = {
    LinkReason.ID_SAME: ("the ID numbers are the same", "身份证号相同"),
    LinkReason.ID_ONE_DIGIT_OFF: ("one character of the ID number differs", "身份证号仅一位不同"),
    LinkReason.ID_DIGITS_SWAPPED: ("two neighbouring digits of the ID number are exchanged", "身份证号相邻两位颠倒"),
    LinkReason.ID_DIGIT_LOST_OR_ADDED: ("the ID number has one digit too few or too many", "身份证号少一位或多一位"),
    LinkReason.ID_TWO_DIGITS_OFF: ("two characters of the ID number differ", "身份证号有两位不同"),
    LinkReason.ID_VISIBLE_PART_FITS: ("what can be seen of the ID number is the same", "身份证号可见部分一致"),
    LinkReason.NAME_SAME: ("the names are the same", "姓名相同"),
    LinkReason.NAME_SOUNDS_SAME: ("the names sound the same", "姓名同音"),
    LinkReason.NAME_CHARACTER_REPLACED: (
        "one name has a replacement for a character of the other",
        "姓名中有一字被拼音、形近字或占位符代替",
    ),
    LinkReason.NAME_PARTLY_GIVEN: ("one name is a part of the other", "一个姓名是另一个的一部分"),
    LinkReason.NAME_NOT_GIVEN: ("a name is missing or cannot be seen", "姓名缺失或被遮盖"),
    LinkReason.NAME_SIMILAR: ("the names are similar, but not the same", "姓名相近但不相同"),
    LinkReason.SURNAME_SAME: ("only the surname is the same", "仅姓氏相同"),
    LinkReason.NAME_OTHER: ("the names are different", "姓名不同"),
    LinkReason.BIRTH_DATE_SAME: ("the birth dates are the same", "出生日期相同"),
    LinkReason.BIRTH_DATE_ONE_DIGIT_OFF: ("the birth dates differ by one slip", "出生日期仅一处不同"),
    LinkReason.BIRTH_DATE_OTHER: ("the birth dates are different", "出生日期不同"),
    LinkReason.VILLAGE_SAME: ("the village is the same", "所在村相同"),
    LinkReason.VILLAGE_OTHER: ("the villages are different", "所在村不同"),
    LinkReason.PHONE_SAME: ("the telephone number is the same", "联系电话相同"),
}

_HELD_TEXTS: Final[dict[HeldReason, tuple[Text, Text]]] = {
    HeldReason.NAMES_DISAGREE: (
        Text(
            "One ID number stands with names that disagree: one person, or a wrong number. Each name has a visit.",
            "Ask in the village or compare the identity cards. One person: run again with --same and this held_id, or "
            "correct the name. Two persons: have the agency correct the wrong number and send the row again.",
        ),
        Text(
            "同一身份证号对应不一致的姓名：可能是同一人，也可能有一方号码有误。核实前各按姓名分别上门。",
            "请向村里核实或对照身份证。是同一人：加 --same 和本条 held_id 重新运行，或改正姓名；"
            "是两个人：请机构改正错误的号码后重新报送。",
        ),
    ),
    HeldReason.NAME_UNCONFIRMED: (
        Text(
            "One ID number stands with a name in one row and without a name in another: whether the other office means "
            "the same person cannot be seen. The row without a name has a visit of its own.",
            "Have the agency add the name and send the row again; then it merges by itself. If you know that it is one "
            "person, run again with --same and this held_id.",
        ),
        Text(
            "同一身份证号在一行有姓名、在另一行无姓名，无法看出是否指同一人。核实前无姓名的一行单独上门。",
            "请机构补充姓名后重新报送，系统即自动合并；确知是同一人的，加 --same 和本条 held_id 重新运行。",
        ),
    ),
    HeldReason.ID_UNSURE: (
        Text(
            "The row is rejected for its ID number; it may be one of these persons.",
            "Compare with the identity card. If it is one of them, correct the number in the row and send it again; "
            "nothing is merged before.",
        ),
        Text(
            "该行因身份证号被退回，可能是以下人员之一。",
            "请对照身份证核实。如是其中一人，请改正该行号码后重新报送；在此之前不作任何合并。",
        ),
    ),
}


def explain_held(reason: HeldReason, language: Language) -> Text:
    """What is to be decided, and how."""
    return _HELD_TEXTS[reason][0 if language == "en" else 1]


def explain_link(reason: LinkReason, language: Language) -> str:
    """One reason in words."""
    return LINK_TEXTS[reason][0 if language == "en" else 1]
