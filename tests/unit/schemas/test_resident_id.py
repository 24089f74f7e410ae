"""The ID number: what is read, what is refused with which code, and that it never shows."""

import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.resident_id import IdFault, InvalidResidentId, ResidentId, Sex, check_character

TODAY = date(2026, 11, 24)
VALID = "11010519491231002X"
"""The example of GB 11643-1999, annex A."""

digits = st.text("0123456789", min_size=1)


@st.composite
def id_numbers(draw: st.DrawFn) -> str:
    """Valid numbers of people born 1900-2026."""
    born = draw(st.dates(date(1900, 1, 1), TODAY))
    first_17 = f"{draw(st.integers(110000, 659999))}{born:%Y%m%d}{draw(st.integers(1, 995)):03d}"
    return first_17 + check_character(first_17)


def parse(text: str) -> ResidentId:
    return ResidentId.parse(text, today=TODAY)


def fault(text: str) -> IdFault:
    with pytest.raises(InvalidResidentId) as caught:
        parse(text)
    return caught.value.code


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        "  11010519491231002X\t",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105 19491231 002X",
        "110105-19491231-002X",
        "110105–19491231—002X",
        "\ufeff11010519491231002X\u200b",
        "'11010519491231002X",
        '="11010519491231002X"',
        "11010519491231002х",  # Cyrillic
        "11010519491231002×",
        "11010519491231002Ⅹ",  # Roman numeral ten
        "110105491231002",
        "110105491231002.0",
    ],
)
def test_usual_typing_means_the_same_number(typed: str) -> None:
    """Every usual way to type the standard's example gives the standard's number."""
    assert parse(typed).number == VALID


def test_the_number_tells_birth_sex_region_and_origin() -> None:
    """Parts are read from the number; only a number of 15 digits counts as upgraded."""
    read = parse(VALID)
    assert (read.birth_date, read.sex, read.region, read.upgraded_from_15) == (
        date(1949, 12, 31),
        Sex.FEMALE,
        "110105",
        False,
    )
    assert parse("110105491231002").upgraded_from_15
    assert parse("110105491231002") == read


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", IdFault.MISSING),
        (" '\u200b", IdFault.MISSING),
        ("1101051949123100", IdFault.LENGTH),
        ("1101051949123100212", IdFault.LENGTH),
        ("1101O519491231002X", IdFault.CHARACTERS),
        ("11010519491X310020", IdFault.CHARACTERS),
        ("张三", IdFault.CHARACTERS),
        ("110105194912310021", IdFault.CHECK),
        ("110105194913310025", IdFault.BIRTH_DATE),
        ("110105194902300020", IdFault.BIRTH_DATE),
        ("110105490230002", IdFault.BIRTH_DATE),
        ("110105202612010022", IdFault.BIRTH_FUTURE),
        ("110105189012310022", IdFault.BIRTH_TOO_LONG_AGO),
        ("110105491231996", IdFault.CENTURY_UNKNOWN),
        ("110105491231999", IdFault.CENTURY_UNKNOWN),
        ("4.2E+17", IdFault.PRECISION_LOST),
        ("1.10105194912310E+17", IdFault.PRECISION_LOST),
        ("1.10105e+017", IdFault.PRECISION_LOST),
        ("1,10105E+17", IdFault.PRECISION_LOST),
        ("110105194912310000", IdFault.PRECISION_LOST),
        ("110105194912310020.0", IdFault.PRECISION_LOST),
        ("110105********002X", IdFault.MASKED),
        ("110105XXXXXXXX002X", IdFault.MASKED),
        ("USA110149123101", IdFault.FOREIGN_OLD_CARD),
    ],
)
def test_a_bad_number_has_its_own_code(typed: str, code: IdFault) -> None:
    """Each way to be wrong has one permanent code."""
    assert fault(typed) is code


@pytest.mark.parametrize("region", ["810000", "820000", "830000", "911840"])
def test_permits_of_residents_from_elsewhere_are_read_like_any_number(region: str) -> None:
    """Hong Kong, Macao and Taiwan permits and the 2023 card of foreign residents share form and check character."""
    first_17 = f"{region}19500101001"
    assert parse(first_17 + check_character(first_17)).region_known


def test_an_unknown_region_is_no_fault() -> None:
    """Regions are abolished and renamed: the caller may warn, the number stands."""
    first_17 = "99010119500101001"
    assert not parse(first_17 + check_character(first_17)).region_known


@given(id_numbers(), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_caught(number: str, position: int, shift: int) -> None:
    """MOD 11-2 catches every single substitution."""
    wrong = str((int(number[position]) + shift) % 10)
    with pytest.raises(InvalidResidentId):
        parse(number[:position] + wrong + number[position + 1 :])


@given(id_numbers(), st.integers(0, 15))
def test_two_neighbours_exchanged_are_always_caught(number: str, position: int) -> None:
    """MOD 11-2 catches every transposition of neighbours that changes the number."""
    exchanged = number[:position] + number[position + 1] + number[position] + number[position + 2 :]
    if exchanged != number:
        with pytest.raises(InvalidResidentId):
            parse(exchanged)


@given(id_numbers())
def test_15_digits_and_18_characters_of_a_person_are_equal(number: str) -> None:
    """The old and the new number of somebody born in the 1900s are one identity with one key."""
    if number[6:8] == "19":
        old, new = parse(number[:6] + number[8:17]), parse(number)
        assert old == new
        assert hash(old) == hash(new)
        assert old.person_key(b"county") == new.person_key(b"county")


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_a_fault(text: str) -> None:
    """Nothing that can be typed raises anything else, and the fault never repeats it."""
    try:
        parse(text)
    except InvalidResidentId as error:
        assert len(text) < 5 or text not in str(error)


@given(id_numbers())
def test_the_number_never_shows(number: str) -> None:
    """Printing, formatting and the key show neither the number, nor its birth date, nor its sequence."""
    read = parse(number)
    for shown in (str(read), repr(read), f"{read}", repr([read])):
        assert number[6:14] not in shown
        assert number[14:] not in shown
    assert number not in read.person_key(b"county")


def test_keys_differ_between_counties_and_do_not_need_the_object() -> None:
    """Without the county's secret the key of a person cannot be made."""
    read = parse(VALID)
    assert read.person_key(b"one county") != read.person_key(b"another")
    assert len(read.person_key(b"one county")) == 64
    assert pickle.loads(pickle.dumps(read)) == read
