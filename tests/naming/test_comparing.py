"""What two names say of whether they are one organisation's. All names are invented."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinyun.naming.comparing import compare, known_names

pytestmark = pytest.mark.one_store
NAME = "贵州演恒商贸有限公司"
NAMES = st.text(
    st.sampled_from("贵州阳遵义省市演恒衡信商贸科技有限责任公司第一二分店(集团)农业A1"), max_size=18
)


@pytest.mark.parametrize(
    ("other", "outcome", "code"),
    [
        ("貴州演恒商貿有限公司", "same", "equal"),
        ("贵州演恒商贸有限责任公司", "same", "lost-legal-form"),
        ("演恒商贸有限公司", "same", "absent-region"),
        ("贵州演衡商贸有限公司", "same", "heard-core"),
        ("贵州演商贸有限公司", "same", "lost-core"),
        ("贵阳演恒商贸有限公司", "unsure", "changed-region"),
        ("四川演恒商贸有限公司", "unsure", "elsewhere-region"),
        ("演恒", "unsure", "absent-trade"),
        ("贵州演恒商贸有限公司第一分公司", "unsure", "absent-branch"),
        ("贵州华瑞商贸有限公司", "different", "changed-core"),
    ],
)
def test_a_pair_is_decided_with_its_reason(other: str, outcome: str, code: str) -> None:
    found = compare(NAME, other)

    assert found.decision.outcome == outcome
    assert code in {reason.code for reason in found.decision.reasons}
    assert all(reason.text.zh and reason.text.en for reason in found.decision.reasons)


def test_numbers_tell_branches_apart() -> None:
    assert compare("贵阳演恒医药公司第一分店", "贵阳演恒医药公司第十一分店").decision.outcome == "different"


def test_two_slips_are_not_the_same() -> None:
    assert compare(NAME, "贵州衍衡商贸有限公司").decision.outcome == "unsure"


def test_a_name_without_a_core_needs_its_place() -> None:
    assert compare("桐梓县农业生产资料公司", "农业生产资料公司").decision.outcome == "unsure"


def test_a_few_characters_are_never_the_same_for_they_may_be_a_person() -> None:
    assert compare("张三", "张三").decision.outcome == "unsure"


def test_a_short_name_is_not_taken_for_another_s() -> None:
    found = compare("中演油", "中国演示石油天然气股份有限公司")

    assert found.decision.outcome == "unsure"
    assert found.decision.reasons[0].code == "short"


def test_the_former_name_in_brackets_counts() -> None:
    assert compare("贵州演新有限公司（原贵阳演旧商贸公司）", "贵阳演旧商贸公司").decision.outcome == "same"


def test_a_recorded_former_name_counts() -> None:
    known = known_names([(NAME, "贵阳演旧商贸公司")])

    assert compare(NAME, "贵阳演旧商贸公司", known).decision.outcome == "same"
    assert compare("贵阳演旧商贸公司", NAME, known).decision.outcome == "same"
    assert compare(NAME, "贵阳演旧商贸公司").decision.outcome == "different"


def test_nothing_is_said_of_an_empty_name() -> None:
    assert compare("", NAME).decision.outcome == "unsure"


@given(NAMES, NAMES)
@settings(max_examples=300, deadline=None)
def test_it_does_not_matter_which_comes_first(left: str, right: str) -> None:
    one, other = compare(left, right), compare(right, left)

    assert (one.points, one.decision.outcome) == (other.points, other.decision.outcome)


@given(NAMES)
@settings(max_examples=200, deadline=None)
def test_a_name_is_itself(name: str) -> None:
    found = compare(name, name)

    assert found.decision.outcome != "different"
    assert found.points in (0, 1000)
