"""Candidates for damaged numbers: found, ordered, explained, and few."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.resident_id import check_character
from services.scheduler.domain.linkage import MOST_CANDIDATES, MOST_NAMESAKES, WEIGHTS, Finder, Known, Sought
from services.scheduler.domain.linkage_ids import birth_digits, birth_relation, compact, one_slip_away, visible_part
from services.scheduler.domain.linkage_reasons import LINK_TEXTS, LinkReason

VILLAGE = "990101001001"


def number(index: int) -> str:
    """A valid number of a region that was never assigned."""
    body = f"990101{1940 + index % 30}{1 + index % 12:02}{1 + index % 28:02}{index % 1000:03}"
    return body + check_character(body)


def known(index: int, name: str, village: str | None = VILLAGE) -> Known[int]:
    valid = number(index)
    return Known(valid, date(int(valid[6:10]), int(valid[10:12]), int(valid[12:14])), name, village, None, index)


PEOPLE = [known(1, "王秀英"), known(2, "李建国"), known(3, "仇英"), known(40, "王秀英", "990101001002")]


@given(st.integers(0, 5000), st.integers(0, 17), st.integers(0, 9))
def test_every_wrong_digit_is_undone(index: int, place: int, digit: int) -> None:
    """The true number is among those one slip away, and there are at most nineteen others."""
    true = number(index)
    damaged = true[:place] + str(digit) + true[place + 1 :]
    near = dict(one_slip_away(damaged))
    assert near[true] in {LinkReason.ID_ONE_DIGIT_OFF, LinkReason.ID_SAME, LinkReason.ID_DIGITS_SWAPPED}
    assert len(near) <= 1 + 17 + 17
    assert all(check_character(one) == one[17] for one in near)


@given(st.integers(0, 5000), st.integers(0, 16))
def test_swapped_lost_and_doubled_digits_are_undone(index: int, place: int) -> None:
    """The slips of a hand on a keyboard."""
    true = number(index)
    swapped = true[:place] + true[place + 1] + true[place] + true[place + 2 :]
    assert true in dict(one_slip_away(swapped))
    assert dict(one_slip_away(true[:place] + true[place + 1 :]))[true] is LinkReason.ID_DIGIT_LOST_OR_ADDED
    assert dict(one_slip_away(true[:place] + true[place] + true[place:]))[true] is LinkReason.ID_DIGIT_LOST_OR_ADDED


def test_what_can_be_seen_of_a_number() -> None:
    """Masks, roundings, letters for digits."""
    assert visible_part(compact("990101********0012")) == ("990101", "0012")
    assert visible_part(compact("9.90101E+17")) == ("990101", "")
    assert visible_part(compact("990101194912310000")) == ("990101194912310", "")
    assert compact("99O1 01-1949") == "9901011949"
    assert birth_digits("990101491231001") == "19491231"
    assert birth_digits("990101") == ""
    born = date(1949, 12, 31)
    assert birth_relation("19491231", born) is LinkReason.BIRTH_DATE_SAME
    assert birth_relation("19491213", born) is LinkReason.BIRTH_DATE_ONE_DIGIT_OFF
    assert birth_relation("19490203", date(1949, 3, 2)) is LinkReason.BIRTH_DATE_ONE_DIGIT_OFF
    assert birth_relation("19521231", born) is LinkReason.BIRTH_DATE_OTHER
    assert birth_relation("", born) is None


def test_the_person_is_found_by_whatever_is_left() -> None:
    """One wrong digit without a name; no number with name and village; a homophone with the birth date."""
    finder = Finder(PEOPLE)
    true = number(2)
    wrong = true[:17] + ("1" if true[17] != "1" else "2")
    assert [c.best.origin for c in finder.find(Sought(wrong, None))] == [2]
    first, second = finder.find(Sought(None, "王秀英", VILLAGE))
    assert (first.best.origin, second.best.origin) == (1, 40)
    assert first.score > second.score
    two_wrong = number(3)[:15] + ("98" if number(3)[15:17] != "98" else "87") + "1"
    (candidate,) = finder.find(Sought(two_wrong, "邱英", VILLAGE))
    assert candidate.best.origin == 3
    assert LinkReason.NAME_SOUNDS_SAME in candidate.reasons
    assert finder.find(Sought(None, "赵钱孙", VILLAGE)) == []
    assert finder.find(Sought(None, None)) == []


def test_more_namesakes_than_anybody_reads_are_not_listed() -> None:
    """A name that half a county bears is no hint; of those with more in common the best few are shown."""
    crowd = Finder([known(index, "王秀英", f"9901010010{index % 10:02}") for index in range(MOST_NAMESAKES + 1)])
    assert crowd.find(Sought(None, "王秀英")) == []
    assert len(crowd.find(Sought(None, "王秀英", "990101001001"))) == MOST_CANDIDATES


@settings(max_examples=30)
@given(st.permutations(PEOPLE))
def test_the_order_of_the_known_changes_nothing(people: list[Known[int]]) -> None:
    """Nor does a record that is given twice."""
    sought = Sought(None, "王秀英", VILLAGE)
    assert Finder([*people, people[0]]).find(sought) == Finder(PEOPLE).find(sought)


def test_every_reason_has_its_weight_and_its_words() -> None:
    """In both languages."""
    assert set(WEIGHTS) == set(LINK_TEXTS) == set(LinkReason)
    assert all(english and chinese for english, chinese in LINK_TEXTS.values())
