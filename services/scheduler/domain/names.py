"""Personal names as people of all nationalities write them: normalised for storage, folded for comparison."""

import re
import unicodedata
from typing import Final

MIDDLE_DOT: Final = "·"
_INTERPUNCTS: Final = re.compile(r"\s*[·•・．‧⋅∙●･᛫⸱]\s*")
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0e-\x1f]")
_LATIN: Final = re.compile(r"[A-Za-zÀ-ɏ]")
HOLES: Final = "\ufffd?？□■囗〓○◯◇*＊\ue000-\uf8ff"
"""What stands where a character was lost or hidden, as the inside of a character class: replacement and question
marks, boxes (囗, a radical that nobody is named, is typed for one), the printers' 〓, stars, and characters for private
use."""
_HAN_PLAIN: Final = re.compile("(?!.*囗)[一-鿿]{1,12}")
_DAMAGE: Final = re.compile(f"[{HOLES}]")


def normalise_name(text: str) -> str:
    """NFC, one sort of interpunct, no invisible characters, no spaces inside names that are not in Latin letters."""
    if _HAN_PLAIN.fullmatch(text):
        return text
    text = _INTERPUNCTS.sub(MIDDLE_DOT, _INVISIBLE.sub("", unicodedata.normalize("NFC", text)))
    if _LATIN.search(text):
        text = re.sub(r"(?<=[^\W\d_])\.(?=[^\W\d_A-Za-z])", MIDDLE_DOT, text)
        return " ".join(text.split())
    return "".join(text.split()).replace(".", MIDDLE_DOT)


def fold_name(name: str) -> str:
    """What two spellings of one name have in common: without interpuncts, spaces, case, forms."""
    if _HAN_PLAIN.fullmatch(name):
        return unicodedata.normalize("NFKC", name)
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character.isalnum())


def is_damaged(name: str) -> bool:
    """Whether a character was lost on the way: a replacement or question mark, a box, or one for private use."""
    return _DAMAGE.search(name) is not None
