"""The national ID number as a value: read from whatever an office typed, checked, and never shown in full.

Sources: GB 11643-1999 (18 characters: region, birth date, sequence, check character); ISO 7064:2003 MOD 11-2 (the
check character); the immigration administration's note on the 2023 card of foreign permanent residents (18 digits, the
first one 9, same check character). Residence permits of Hong Kong, Macao and Taiwan residents have the same form, with
the regions 810000, 820000 and 830000.
"""

import hmac
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from operator import mul
from typing import Final, Self

MAX_AGE_YEARS: Final = 130
"""Nobody has been shown to live longer than 122 years; beyond 130 the birth date is a typing error."""

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ZEROS: Final = ord("0") * sum(_WEIGHTS)
_CHECK_CHARACTERS: Final = "10X98765432"
_PROVINCES: Final = frozenset(
    f"{zone}{province}"
    for zone, provinces in {
        1: "12345",
        2: "123",
        3: "1234567",
        4: "123456",
        5: "01234",
        6: "12345",
        7: "1",
        8: "123",
    }.items()
    for province in provinces
)
_CENTENARIAN_SEQUENCES: Final = frozenset({"996", "997", "998", "999"})

_WELL_FORMED: Final = re.compile(r"[0-9]{17}[0-9X]")
_LEGACY: Final = re.compile(r"[0-9]{15}")
_FOREIGN_LEGACY: Final = re.compile(r"[A-Z]{3}[0-9]{12}")
_SCIENTIFIC: Final = re.compile(r"[0-9]([.,][0-9]+)?E\+?0?[0-9]{1,2}")
_AS_A_FRACTION: Final = re.compile(r"([0-9]{15,18})\.0+")
_X_LOOK_ALIKES: Final = "xхХ×χΧ✕✖╳"
"""Latin, Cyrillic and Greek letters and signs that people type for the check character X; only read so in last place,
where the check character itself proves the reading."""
_QUOTES: Final = frozenset("'\"`´‘’“”′‵ʹˈ=−")

_DECORATION_CATEGORIES: Final = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"})
_CHINA_OFFSET: Final = timedelta(hours=8)


class Sex(StrEnum):
    """Sex as the number tells it: an odd sequence is male."""

    MALE = "male"
    FEMALE = "female"


class IdFault(StrEnum):
    """Why a text is no ID number. The values are permanent: lists, topics and manuals quote them."""

    MISSING = "ID_MISSING"
    LENGTH = "ID_LENGTH"
    CHARACTERS = "ID_CHARACTERS"
    CHECK = "ID_CHECK"
    BIRTH_DATE = "ID_BIRTH_DATE"
    BIRTH_FUTURE = "ID_BIRTH_FUTURE"
    BIRTH_TOO_LONG_AGO = "ID_BIRTH_TOO_LONG_AGO"
    CENTURY_UNKNOWN = "ID_CENTURY_UNKNOWN"
    PRECISION_LOST = "ID_PRECISION_LOST"
    MASKED = "ID_MASKED"
    FOREIGN_OLD_CARD = "ID_FOREIGN_OLD_CARD"


_MESSAGES: Final = {
    IdFault.MISSING: "the ID number is empty; enter it from the identity card",
    IdFault.LENGTH: "the ID number has neither 18 nor 15 characters; compare it with the identity card",
    IdFault.CHARACTERS: "the ID number holds characters other than digits and a final X; type it again",
    IdFault.CHECK: "the check character does not fit: a digit is wrong; compare the number with the identity card",
    IdFault.BIRTH_DATE: "the birth date inside the ID number does not exist; compare the number with the identity card",
    IdFault.BIRTH_FUTURE: "the birth date inside the ID number lies in the future; compare it with the identity card",
    IdFault.BIRTH_TOO_LONG_AGO: f"the birth date inside the ID number is over {MAX_AGE_YEARS} years ago; compare it "
    "with the identity card",
    IdFault.CENTURY_UNKNOWN: "a 15-digit number with sequence 996-999 belongs to somebody born in the 1800s or 1900s; "
    "ask for the 18-digit number, it cannot be worked out",
    IdFault.PRECISION_LOST: "a spreadsheet stored the ID number as a number and lost its last digits; set the column "
    "to the format Text and paste the numbers again from the source",
    IdFault.MASKED: "part of the ID number is hidden by asterisks; export the list again with full numbers",
    IdFault.FOREIGN_OLD_CARD: "this is the old 15-character number of a foreign permanent resident; enter the 18-digit "
    "number that starts with 9 (new card), or handle this person by hand",
}


class InvalidResidentId(ValueError):
    """A text that is no valid ID number.

    ``code`` is permanent; the message says what is wrong and what to do, and never holds the text itself.
    """

    def __init__(self, code: IdFault) -> None:
        super().__init__(_MESSAGES[code])
        self.code = code


@dataclass(frozen=True, slots=True, repr=False)
class ResidentId:
    """A valid, normalised ID number of 18 characters; made by :meth:`parse` only.

    Printing it shows only the province: a number that slips into a log or a traceback must not identify anybody.
    Two values are equal when their numbers are equal, also when one was typed in the 15-digit form.

    >>> ResidentId.parse("11010519491231002x", today=date(2026, 11, 24)).birth_date
    datetime.date(1949, 12, 31)
    """

    number: str
    """18 characters, upper-case X. Personal: store it sealed, key by :meth:`person_key`."""
    birth_date: date = field(compare=False)
    """Day of birth inside the number."""
    upgraded_from_15: bool = field(default=False, compare=False)
    """The text had 15 digits; century and check character were added."""

    @classmethod
    def parse(cls, text: str, *, today: date | None = None) -> Self:
        """Read an ID number as offices type it; ``today`` bounds the birth date (default: the date in China now).

        Accepts full-width digits, spaces, hyphens, invisible characters, the apostrophe or ``="…"`` that spreadsheets
        put in front, lower-case x and its look-alikes, and 15 digits (the century 19 is implied).

        Raises:
            InvalidResidentId: with the :class:`IdFault` that says why.
        """
        compact = text if _WELL_FORMED.fullmatch(text) else _compact(text)
        legacy = len(compact) == 15
        number = _upgrade(compact) if legacy else compact
        birth_date = _birth_date(number, today or (datetime.now(UTC) + _CHINA_OFFSET).date())
        if check_character(number) != number[17]:
            raise InvalidResidentId(IdFault.PRECISION_LOST if number.endswith("000") else IdFault.CHECK)
        return cls(number, birth_date, legacy)

    @property
    def region(self) -> str:
        """Six digits: the region of first registration (9, province and nationality for a foreign resident)."""
        return self.number[:6]

    @property
    def region_known(self) -> bool:
        """Whether the province part is one in use. Counties are abolished and renamed, so only a warning follows."""
        return (self.number[1:3] if self.number[0] == "9" else self.number[:2]) in _PROVINCES

    @property
    def sex(self) -> Sex:
        """Sex by the parity of the sequence."""
        return Sex.MALE if int(self.number[16]) % 2 else Sex.FEMALE

    def person_key(self, county_secret: bytes) -> str:
        """The key of this person everywhere outside the sealed data: HMAC-SHA-256 of the number, 64 hex digits.

        A plain hash would be reversed by trying all birth dates; with the county's secret it cannot be.
        """
        return hmac.digest(county_secret, self.number.encode("ascii"), "sha256").hex()

    def __str__(self) -> str:
        return f"{self.number[:2]}****************"

    def __repr__(self) -> str:
        return f"ResidentId({str(self)!r})"


def check_character(first_17: str) -> str:
    """ISO 7064 MOD 11-2 over the first 17 digits; further characters are ignored.

    >>> check_character("11010519491231002")
    'X'
    """
    total = sum(map(mul, _WEIGHTS, first_17.encode("ascii")))
    return _CHECK_CHARACTERS[(total - _ZEROS) % 11]


def _compact(text: str) -> str:
    """The text without what typing and spreadsheets add: 15 digits, or 17 and a last digit or X."""
    kept = "".join(c for c in unicodedata.normalize("NFKC", text) if not is_decoration(c)).upper()
    if as_fraction := _AS_A_FRACTION.fullmatch(kept):
        kept = as_fraction[1] if len(as_fraction[1]) == 15 else ""
        if not kept:
            raise InvalidResidentId(IdFault.PRECISION_LOST)
    if len(kept) == 18 and kept[-1] in _X_LOOK_ALIKES:
        kept = kept[:-1] + "X"
    if _WELL_FORMED.fullmatch(kept) or _LEGACY.fullmatch(kept):
        return kept
    raise InvalidResidentId(_fault_of(kept))


def _fault_of(kept: str) -> IdFault:
    if not kept:
        return IdFault.MISSING
    if _SCIENTIFIC.fullmatch(kept):
        return IdFault.PRECISION_LOST
    if kept.count("*") >= 2 or (len(kept) in (15, 18) and kept.count("X") >= 3):
        return IdFault.MASKED
    if _FOREIGN_LEGACY.fullmatch(kept):
        return IdFault.FOREIGN_OLD_CARD
    return IdFault.CHARACTERS if re.search(r"[^0-9]", kept[:-1] + kept[-1:].replace("X", "")) else IdFault.LENGTH


def is_decoration(character: str) -> bool:
    """Spaces, control and format characters (zero-width, BOM, direction marks), dashes, quotes, a formula's ``=``."""
    return character in _QUOTES or (
        not character.isalnum() and unicodedata.category(character) in _DECORATION_CATEGORIES
    )


def _upgrade(legacy: str) -> str:
    """15 digits to 18: the century 19 and the check character, unless the sequence says that the century may be 18."""
    if legacy[12:] in _CENTENARIAN_SEQUENCES:
        raise InvalidResidentId(IdFault.CENTURY_UNKNOWN)
    number = f"{legacy[:6]}19{legacy[6:]}"
    return number + check_character(number)


def _birth_date(number: str, today: date) -> date:
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise InvalidResidentId(IdFault.BIRTH_DATE) from None
    if born > today:
        raise InvalidResidentId(IdFault.BIRTH_FUTURE)
    if born.year < today.year - MAX_AGE_YEARS:
        raise InvalidResidentId(IdFault.BIRTH_TOO_LONG_AGO)
    return born
