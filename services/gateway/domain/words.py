"""What agencies and programmes are called, for people: an unknown one is called by its code."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple


class Words(NamedTuple):
    """One text in both languages."""

    zh: str
    en: str


AGENCY_WORDS: Final[Mapping[str, Words]] = {
    "hrss": Words("人社部门", "human resources and social security"),
    "civil_affairs": Words("民政部门", "civil affairs"),
    "health": Words("卫健部门", "health"),
}
PROGRAMME_WORDS: Final[Mapping[str, Words]] = {
    "pension": Words("城乡居民养老保险", "residents' pension"),
    "senior_subsidy": Words("高龄津贴", "senior subsidy"),
    "family_planning": Words("计划生育家庭奖励扶助", "family-planning subsidy"),
}


def agencies_in_words(codes: Iterable[str]) -> Words:
    """Several agencies, in the order of their codes."""
    words = [AGENCY_WORDS.get(code, Words(code, code)) for code in sorted(set(codes))]
    return Words("、".join(each.zh for each in words), ", ".join(each.en for each in words))


def programme_in_words(code: str) -> Words:
    """One programme."""
    return PROGRAMME_WORDS.get(code, Words(code, code))
