"""Whether two spellings can be one name, for two rows that bear the same valid ID number.

An empty or wholly hidden name disagrees with none. What agrees:

* the same letters: interpuncts, spaces, case, full width, traditional or simplified characters, the order of the words
  of a Latin name;
* homophones: each character has a reading (without tone) in common with the other's; also the whole name in pinyin;
* one substituted character: its pinyin, a look-alike of a rare character, its parts side by side;
* ``?``, ``□``, ``囗``, ``■`` or ``*`` for a rare character, or for any in the middle of a name; not for a common last
  one, for that is what tells siblings apart;
* an interpuncted name cut short after its first part (the father's name is often left out);
* of a woman (by the ID number): the husband's surname in front of the whole name (王李秀英 for 李秀英).

The characters that are not replaced, hidden or left out need only sound the same: two offices slip in two places.

All else disagrees, above all another given name with the same surname: with one ID number that is a brother, a sister
or a wife more often than a slip. "李氏" is no name in this sense. Nothing here ever joins two ID numbers.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz import fuzz

from services.scheduler.domain.linkage_readings import (
    is_rare,
    look_alike,
    parts,
    readings,
    simplified,
    surname_readings,
)
from services.scheduler.domain.names import HOLES, MIDDLE_DOT, fold_name, is_damaged, normalise_name

_TOKENS: Final = re.compile(rf"[a-z]+|[{HOLES}]+|[^\W\d_a-z]")
_REMARK: Final = re.compile(r"(?<=.)[(\[【][^)\]】]*[)\]】]")
"""What lists put behind a name in brackets: (女), (已迁)."""
_HOLE: Final = "?"
_FIRST_BEYOND_BASE: Final = 0x3400


class NameRelation(StrEnum):
    """How two spellings relate; all but ``DIFFERENT`` agree."""

    EQUAL = "equal"
    VARIANT = "variant"
    HOMOPHONE = "homophone"
    SUBSTITUTED = "substituted"
    SHORTENED = "shortened"
    MARRIED = "married"
    UNSTATED = "unstated"
    DIFFERENT = "different"

    @property
    def agrees(self) -> bool:
        """Whether the two can be one name."""
        return self is not NameRelation.DIFFERENT


@dataclass(frozen=True, slots=True)
class _Spelling:
    folded: str
    tokens: tuple[str, ...]
    """Characters (simplified), words in Latin letters, and runs of holes."""
    first_part: int
    """Number of tokens before the first interpunct; 0 without one."""

    @property
    def latin(self) -> bool:
        return all(token[0].isascii() and token[0] != _HOLE for token in self.tokens)

    @property
    def holes(self) -> bool:
        return any(token[0] == _HOLE for token in self.tokens)

    @property
    def visible(self) -> bool:
        return any(token[0] != _HOLE for token in self.tokens)


def spelling_key(name: str) -> tuple[str, ...]:
    """What equal names share however they are typed: simplified characters, words, runs of holes."""
    return _read(name).tokens


@lru_cache(1 << 16)
def _read(name: str) -> _Spelling:
    name = normalise_name(name)
    head, dot, _ = name.partition(MIDDLE_DOT)
    return _Spelling(fold_name(name), _tokens(name), len(_tokens(head)) if dot else 0)


def _tokens(name: str) -> tuple[str, ...]:
    plain = _REMARK.sub("", unicodedata.normalize("NFKC", name).casefold())
    if not plain.isascii() and re.search("[a-zà-ɏ]", plain):
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    found = (match.group() for match in _TOKENS.finditer(plain))
    return tuple(
        _HOLE * len(token) if is_damaged(token[0]) else token if token.isascii() else simplified(token)
        for token in found
    )


def compare_names(first: str | None, second: str | None, *, female: bool = False) -> NameRelation:
    """How two names as typed relate; the same in either order.

    Args:
        first: a name, or nothing.
        second: another.
        female: the ID number says that the person is a woman.
    """
    if first is None or second is None:
        return NameRelation.UNSTATED
    if first == second:
        return NameRelation.EQUAL
    one, other = _read(first), _read(second)
    if not one.visible or not other.visible:
        return NameRelation.UNSTATED
    if one.tokens == other.tokens:
        return NameRelation.EQUAL if one.folded == other.folded else NameRelation.VARIANT
    return _compare_tokens(one, other, female=female)


def is_visible(name: str) -> bool:
    """Whether anything of the name can be seen."""
    return _read(name).visible


def _compare_tokens(one: _Spelling, other: _Spelling, *, female: bool) -> NameRelation:
    if one.latin or other.latin:
        return _compare_latin(one, other)
    if one.holes or other.holes:
        fits = _fill(_cells(one.tokens), _cells(other.tokens))
        return NameRelation.SUBSTITUTED if fits else NameRelation.DIFFERENT
    if len(one.tokens) == len(other.tokens):
        return _compare_by_character(one.tokens, other.tokens)
    short, long = sorted((one, other), key=lambda spelling: len(spelling.tokens))
    return _compare_lengths(short, long, female=female)


def _compare_lengths(short: _Spelling, long: _Spelling, *, female: bool) -> NameRelation:
    if _is_split(short.tokens, long.tokens):
        return NameRelation.SUBSTITUTED
    if 0 < long.first_part <= len(short.tokens) and _alike(short.tokens, long.tokens[: len(short.tokens)]):
        return NameRelation.SHORTENED
    if female and len(short.tokens) >= 2 and _alike(short.tokens, long.tokens[1:]):
        return NameRelation.MARRIED
    return NameRelation.DIFFERENT


def _compare_latin(one: _Spelling, other: _Spelling) -> NameRelation:
    if one.latin and other.latin:
        joined = "".join(one.tokens) == "".join(other.tokens)
        same = joined or sorted(one.tokens) == sorted(other.tokens)
        return NameRelation.VARIANT if same else NameRelation.DIFFERENT
    latin, han = (one, other) if one.latin else (other, one)
    spelt = not han.holes and _spells("".join(latin.tokens), han.tokens, head=True)
    return NameRelation.HOMOPHONE if spelt else NameRelation.DIFFERENT


def _spells(letters: str, tokens: tuple[str, ...], *, head: bool) -> bool:
    """Whether the letters are the pinyin of the characters, one after the other."""
    if not tokens:
        return not letters
    return any(
        letters.startswith(typed) and _spells(letters[len(typed) :], tokens[1:], head=False)
        for typed in _typed_readings(tokens[0], head=head)
    )


def _typed_readings(token: str, *, head: bool) -> set[str]:
    """How a character's pinyin is typed: ü as v, u or yu; a word in Latin letters stands for itself."""
    if token.isascii():
        return {token}
    found = surname_readings(token) if head else readings(token)
    return {reading.replace("v", written) for reading in found for written in ("v", "u", "yu")}


def _compare_by_character(one: tuple[str, ...], other: tuple[str, ...]) -> NameRelation:
    """Of equally long names: all sound the same, or all but one, and of that one the first stands for the second."""
    pairs = enumerate(zip(one, other, strict=True))
    differing = [(index, a, b) for index, (a, b) in pairs if not _sounds_alike(a, b, head=index == 0)]
    if not differing:
        return NameRelation.HOMOPHONE
    if len(differing) == 1 < len(one):
        ((index, a, b),) = differing
        if _substitutes(a, b, head=index == 0):
            return NameRelation.SUBSTITUTED
    return NameRelation.DIFFERENT


def _alike(one: tuple[str, ...], other: tuple[str, ...], *, head: bool = True) -> bool:
    """Whether two pieces of names are equal or sound so, character by character; `head`: from the surname on."""
    pairs = enumerate(zip(one, other, strict=False))
    return len(one) == len(other) and all(_sounds_alike(a, b, head=head and index == 0) for index, (a, b) in pairs)


def _sounds_alike(first: str, second: str, *, head: bool) -> bool:
    if first == second:
        return True
    if first.isascii() or second.isascii():
        return False
    of = surname_readings if head else readings
    return not set(of(first)).isdisjoint(of(second))


def _substitutes(first: str, second: str, *, head: bool) -> bool:
    """Whether one of the two stands for the other: its pinyin, or a look-alike.

    Of characters outside the base block the tables' readings are not relied on: any letters may be their pinyin.
    """
    if first.isascii() == second.isascii():
        return not first.isascii() and look_alike(*sorted((first, second)))
    letters, character = (first, second) if first.isascii() else (second, first)
    beyond = not 0x4E00 <= ord(character) <= 0x9FFF and ord(character) >= _FIRST_BEYOND_BASE
    return letters in _typed_readings(character, head=head) or (beyond and is_rare(character) and len(letters) <= 6)


class _Cell(NamedTuple):
    token: str
    coverable: bool
    """Whether holes may stand for it."""
    head: bool
    """Whether it is the surname's place."""


def _cells(tokens: tuple[str, ...]) -> tuple[_Cell, ...]:
    """Holes stand for rare characters, also where these are typed as pinyin, and in the middle of a name for any: the
    last one tells siblings apart."""
    last = len(tokens) - 1

    def coverable(index: int, token: str) -> bool:
        return token[0] == _HOLE or 0 < index < last or (index > 0 and token.isascii()) or is_rare(token)

    return tuple(_Cell(token, coverable(index, token), index == 0) for index, token in enumerate(tokens))


def _fill(one: tuple[_Cell, ...], other: tuple[_Cell, ...]) -> bool:
    """Whether what is visible sounds the same; a run of n holes stands for one to n tokens (bytes are lost in runs)."""
    if not one or not other:
        return one == other
    for holes, after, rest in ((one[0].token, one[1:], other), (other[0].token, other[1:], one)):
        if holes[0] == _HOLE:
            longest = len(holes) + (len(rest[0].token) - 1 if rest[0].token[0] == _HOLE else 0)
            return any(
                all(cell.coverable for cell in rest[:count]) and _fill(after, rest[count:])
                for count in range(1, min(longest, len(rest)) + 1)
            )
    same = _sounds_alike(one[0].token, other[0].token, head=one[0].head and other[0].head)
    return same and _fill(one[1:], other[1:])


def _is_split(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether one character of the short name stands in the long one as its parts side by side (吉吉 for 喆)."""
    for index, token in enumerate(short):
        pieces = () if token.isascii() else parts(token)
        if len(pieces) == len(long) - len(short) + 1 >= 2 and len(short) >= 2:
            after = index + len(pieces)
            same = all(a == b or {a, b} == {"玉", "王"} for a, b in zip(pieces, long[index:after], strict=True))
            if same and _alike(short[:index], long[:index]) and _alike(short[index + 1 :], long[after:], head=False):
                return True
    return False


def name_similarity(first: str, second: str) -> float:
    """How alike two names are, 0 to 1, by characters or by pinyin, whichever is more; only to order a person's work."""
    one, other = _read(first), _read(second)
    by_character = fuzz.ratio(one.tokens, other.tokens)
    by_sound = fuzz.ratio(sound_of(first), sound_of(second))
    return round(max(by_character, 0.9 * by_sound) / 100, 2)


@lru_cache(1 << 17)
def sound_of(name: str) -> str:
    """The usual pinyin of a name without tones, to look namesakes up; empty when part of the name is not visible."""
    spelling = _read(name)
    if spelling.holes:
        return ""
    spoken = (_usual_reading(token, head=index == 0) for index, token in enumerate(spelling.tokens))
    return "".join(spoken)


def latin_words(name: str) -> tuple[str, ...]:
    """The words of a name in Latin letters, of three letters and more."""
    return tuple(token for token in _read(name).tokens if token.isascii() and len(token) > 2 and token[0] != _HOLE)


def _usual_reading(token: str, *, head: bool) -> str:
    found = () if token.isascii() else surname_readings(token) if head else readings(token)
    return found[0] if found else token
