"""Names of one ID number: what agrees, what does not, and that nothing depends on the order."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scheduler.domain.linkage_groups import group_names
from services.scheduler.domain.linkage_names import (
    NameRelation,
    compare_names,
    name_similarity,
    sound_of,
)
from services.scheduler.domain.linkage_readings import look_alike, readings, simplified

EQUAL, VARIANT, HOMOPHONE = NameRelation.EQUAL, NameRelation.VARIANT, NameRelation.HOMOPHONE
SUBSTITUTED, DIFFERENT = NameRelation.SUBSTITUTED, NameRelation.DIFFERENT

RELATIONS = [
    ("阿依古丽·买买提", "阿依古丽 • 买买提", EQUAL),
    ("Maria  Schmidt", "MARIA SCHMIDT", EQUAL),
    ("張建國", "张建国", VARIANT),
    ("Mamat Aygul", "AYGUL, Mamat", VARIANT),
    ("张三（女）", "张三", VARIANT),
    ("王坤", "王堃", HOMOPHONE),
    ("李红梅", "李洪妹", HOMOPHONE),
    ("单雄信", "山雄信", HOMOPHONE),
    ("仇英", "邱英", HOMOPHONE),
    ("朴正花", "piao zheng hua", HOMOPHONE),
    ("吕秀兰", "LYU XIULAN", HOMOPHONE),
    ("解放军", "谢放军", HOMOPHONE),
    ("王堃", "王KUN", SUBSTITUTED),
    ("李𬍛", "李BI", SUBSTITUTED),
    ("王喆", "王吉吉", SUBSTITUTED),
    ("李翀", "李中", SUBSTITUTED),
    ("陈頔", "陈由页", SUBSTITUTED),
    ("陈頔", "陈𬱖", HOMOPHONE),
    ("王?明", "王德明", SUBSTITUTED),
    ("王??明", "王䶮明", SUBSTITUTED),
    ("李囗", "李堃", SUBSTITUTED),
    ("张■山", "张大山", SUBSTITUTED),
    ("王**", "王德堃", SUBSTITUTED),
    ("王?", "王䶮", SUBSTITUTED),
    ("王德?", "王德明", DIFFERENT),
    ("?德明", "王德明", DIFFERENT),
    ("?德明", "䢺德明", SUBSTITUTED),
    ("王**", "王德明", DIFFERENT),
    ("陈?明", "陈玉铭", SUBSTITUTED),
    ("李?", "李KUN", SUBSTITUTED),
    ("李?华", "李KUN花", SUBSTITUTED),
    ("?德明", "WANG德明", DIFFERENT),
    ("王KUN明", "王堃铭", SUBSTITUTED),
    ("李喆华", "黎吉吉花", SUBSTITUTED),
    ("王KUN明", "王喆铭", DIFFERENT),
    ("王KUN明", "王堃山", DIFFERENT),
    ("阿依古丽·买买提", "阿依古丽", NameRelation.SHORTENED),
    ("阿依古丽·买买提", "阿伊古丽", NameRelation.SHORTENED),
    ("张三", None, NameRelation.UNSTATED),
    ("***", "张三", NameRelation.UNSTATED),
    ("张三", "张三丰", DIFFERENT),
    ("张建国", "张建华", DIFFERENT),
    ("张建国", "李建国", DIFFERENT),
    ("王玥", "王玲", DIFFERENT),
    ("单雄信", "丹雄信", DIFFERENT),
    ("王?明", "李德明", DIFFERENT),
    ("王?明", "王德山", DIFFERENT),
    ("王堃", "王LI", DIFFERENT),
    ("古丽", "阿依古丽·买买提", DIFFERENT),
    ("王李氏", "李秀英", DIFFERENT),
    ("Maria Schmidt", "Marta Schmidt", DIFFERENT),
]


@pytest.mark.parametrize(("first", "second", "relation"), RELATIONS)
def test_how_two_spellings_relate(first: str, second: str | None, relation: NameRelation) -> None:
    """In either order."""
    assert compare_names(first, second) is compare_names(second, first) is relation
    assert relation.agrees == (relation is not DIFFERENT)


def test_the_husbands_surname_in_front_is_tolerated_of_women_only() -> None:
    """A man has no such name, and half a name is none."""
    assert compare_names("王李秀英", "李秀英", female=True) is NameRelation.MARRIED
    assert compare_names("王李秀瑛", "李秀英", female=True) is NameRelation.MARRIED
    assert compare_names("王李秀英", "李秀英") is DIFFERENT
    assert compare_names("王秀英", "李秀英", female=True) is DIFFERENT


def test_radicals_liken_nothing() -> None:
    """Sisters are often all of jade; a rare character and its sound part are alike, two common ones never."""
    assert not look_alike("玥", "玲")
    assert look_alike("翀", "中")
    assert not look_alike("芳", "方")
    assert (simplified("國"), simplified("a")) == ("国", "a")
    assert "qiu" in readings("仇")


names = st.text(alphabet="张章王李四三山丹单国國堃喆?*·", min_size=1, max_size=4)


@given(names, names)
def test_comparison_is_symmetric_and_reflexive(first: str, second: str) -> None:
    """A rule that depends on who was read first would be no rule."""
    assert compare_names(first, second) is compare_names(second, first)
    assert compare_names(first, first).agrees
    assert 0 <= name_similarity(first, second) <= 1
    assert name_similarity(first, second) == name_similarity(second, first)


@given(
    st.lists(names, min_size=1, max_size=6, unique=True).flatmap(lambda n: st.tuples(st.just(n), st.permutations(n)))
)
def test_in_a_group_each_agrees_with_each(both: tuple[list[str], list[str]]) -> None:
    """A chain over a damaged name joins no two names that disagree; every name is in one group; any order."""
    given_names, shuffled = both
    groups = group_names(set(given_names))
    assert sorted(name for group in groups for name in group) == sorted(given_names)
    assert set(groups) == set(group_names(set(shuffled)))
    for group in groups:
        assert all(compare_names(a, b).agrees for a, b in combinations(sorted(group), 2))


def test_a_damaged_name_between_two_stands_alone() -> None:
    """It could be either's, so it is nobody's until a person says."""
    assert set(group_names({"张堃", "张喆", "张?"})) == {frozenset({"张堃"}), frozenset({"张喆"}), frozenset({"张?"})}
    assert group_names({"张堃", "張堃", "张?"}) == [frozenset({"张堃", "張堃", "张?"})]


def test_names_that_sound_the_same_stay_together_beside_one_that_fits_only_some() -> None:
    """李方土 is 李堃 in parts, and not 李坤: it is asked about, and parts no two that sound the same."""
    assert set(group_names({"李堃", "李坤", "李方土"})) == {frozenset({"李堃", "李坤"}), frozenset({"李方土"})}


def test_namesakes_sound_the_same() -> None:
    """The key under which namesakes are looked up; none where part of the name is hidden."""
    assert sound_of("仇英") == sound_of("邱英") == "qiuying"
    assert sound_of("王?明") == ""
