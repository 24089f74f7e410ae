"""One ID number: one person, or sides that wait for a decision."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.request_row import RequestRow
from services.scheduler.domain.identity import sent_again, settle, sides_of
from services.scheduler.domain.intake import Accepted, assess
from services.scheduler.domain.linkage_names import compare_names
from services.scheduler.domain.linkage_reasons import LinkReason
from services.scheduler.domain.register import Entry

MAN, WOMAN = "99010119491231001X", "990101195203040023"


def entry(
    number: int, name: str | None, due: str = "2027-04-01", start: str = "2027-03-01", who: str = MAN
) -> Entry[int]:
    """An accepted request with its number as origin."""
    typed = RequestRow(
        request_id=f"R{number}",
        agency=("hrss", "civil_affairs", "health")[number % 3],
        programme="pension",
        id_number=who,
        name=name,
        window_start=start,
        due_date=due,
    )
    outcome = assess(typed, today=date(2027, 1, 1))
    assert isinstance(outcome, Accepted), outcome
    return Entry(outcome, number)


def numbers(sides: tuple[tuple[Entry[int], ...], ...]) -> list[set[int]]:
    return [{entry.origin for entry in side} for side in sides]


def test_one_person_under_tolerant_names() -> None:
    """Traditional characters and a placeholder agree."""
    sides = sides_of([entry(0, "张建国"), entry(1, "張建國"), entry(3, "张?国")])
    assert numbers(sides) == [{0, 1, 3}]


def test_names_that_disagree_part_and_the_nameless_stand_apart() -> None:
    """Nobody knows whose a nameless request is when another has a name; a wholly hidden name is none."""
    sides = sides_of([entry(0, "张建国"), entry(1, "张建华"), entry(2, None), entry(3, "张建國"), entry(4, "***")])
    assert numbers(sides) == [{1}, {0, 3}, {2, 4}]
    assert numbers(sides_of([entry(0, "张建国"), entry(2, None)])) == [{0}, {2}]


def test_where_nobody_gives_a_name_the_number_is_all_that_is_asked_about() -> None:
    """A county whose lists have no column for names merges by the number."""
    assert numbers(sides_of([entry(0, None), entry(1, "***"), entry(2, None)])) == [{0, 1, 2}]


def test_a_husbands_surname_is_read_by_the_numbers_sex() -> None:
    """The ID number says who is a woman."""
    assert len(sides_of([entry(0, "王李秀英", who=WOMAN), entry(1, "李秀英", who=WOMAN)])) == 1
    assert len(sides_of([entry(0, "王李秀英"), entry(1, "李秀英")])) == 2


def test_a_held_person_says_why_and_can_be_joined() -> None:
    """The nearest two names count; a decision makes one side of all."""
    (person,) = settle([entry(0, "张建国"), entry(1, "张建华"), entry(2, "李四")])
    assert person.held
    score, reasons = person.likeness()
    assert reasons == (LinkReason.ID_SAME, LinkReason.NAME_SIMILAR)
    assert 0.6 <= score < 1
    assert numbers(person.joined().sides) == [{0, 1, 2}]


def test_a_row_without_a_name_is_held_apart_from_the_named_one() -> None:
    """There is nothing to compare: neither like nor unlike; a decision joins them."""
    (person,) = settle([entry(0, "张建国"), entry(1, None)])
    assert person.held
    assert not person.names_disagree
    assert person.likeness() == (0.5, (LinkReason.ID_SAME, LinkReason.NAME_NOT_GIVEN))
    assert numbers(person.joined().sides) == [{0, 1}]


def test_two_numbers_are_two_persons_whatever_the_name() -> None:
    """A name never joins."""
    assert len(list(settle([entry(0, "张三"), entry(1, "张三", who=WOMAN)]))) == 2


def test_sent_again_is_the_same_agency_programme_and_due_date() -> None:
    """Another first day is the same cycle, another due date is the next."""
    first, again = entry(0, "张三"), entry(3, "张三", start="2027-03-10")
    other = [entry(1, "张三"), entry(6, "张三", due="2028-04-01")]
    assert [(a.origin, b.origin) for a, b in sent_again([first, *other, again])] == [(3, 0)]


some_names = st.sampled_from(
    ["张堃", "張堃", "章坤", "张?", "张喆", "张三", "李四", None, "***", "张三丰", "zhang san"]
)


@settings(max_examples=60)
@given(st.lists(some_names, min_size=1, max_size=7).flatmap(lambda n: st.permutations(list(enumerate(n)))))
def test_sides_partition_the_requests_in_any_order(requests: list[tuple[int, str | None]]) -> None:
    """Every request is on one side; on a side all names agree; the order changes nothing."""
    sides = sides_of([entry(number, name) for number, name in requests])
    assert sorted(e.origin for side in sides for e in side) == sorted(number for number, _ in requests)
    assert sides == sides_of([entry(number, name) for number, name in sorted(requests)])
    for side in sides:
        assert all(compare_names(a.request.name, b.request.name).agrees for a in side for b in side)


def test_a_number_filled_down_a_column_is_judged_at_once() -> None:
    """A slip in a spreadsheet gives one number to a thousand people; each keeps a side, and it takes no minutes."""
    surnames, given = (
        "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗",
        "秀英桂兰玉珍凤建国德明志强春生长文华淑芬金山永贵福海大云翠花",
    )
    people = [entry(number, a + b + "山") for number, (a, b) in enumerate((a, b) for a in surnames for b in given)]
    (person,) = settle(people)
    assert len(person.sides) == len(people)
    assert person.likeness()[1][0] is LinkReason.ID_SAME
