"""A name in parts: region, core, trade, legal form, and what names a branch. All names are invented."""

from __future__ import annotations

import pytest

from xinyun.naming.splitting import split

pytestmark = pytest.mark.one_store


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("贵州演恒商贸有限公司", ("贵州", "演恒", "商贸", "有限公司", "")),
        ("贵州省仁怀市茅台镇演酿酒业有限公司", ("贵州省仁怀市茅台镇", "演酿", "酒业", "有限公司", "")),
        ("演恒科技发展(上海)有限公司贵州分公司", ("上海", "演恒", "科技发展", "有限公司", "贵州分公司")),
        ("水城县演利种养殖农民专业合作社", ("水城县", "演利", "种养殖", "农民专业合作社", "")),
        ("内蒙古演牧乳业集团股份有限公司", ("内蒙古", "演牧", "乳业", "集团股份有限公司", "")),
        ("贵州大方科技有限公司", ("贵州", "大方", "科技", "有限公司", "")),
        ("演恒", ("", "演恒", "", "", "")),
    ],
)
def test_a_name_is_split(name: str, parts: tuple[str, ...]) -> None:
    found = split(name)

    assert (found.region, found.core, found.trade, found.form, found.branch) == parts


def test_a_short_form_of_another_province_s_county_is_no_region_here() -> None:
    assert split("贵州东方商贸有限公司").region == "贵州"


def test_a_name_without_a_core_says_so() -> None:
    assert split("桐梓县农业生产资料公司").generic
    assert not split("贵州演恒商贸有限公司").generic


def test_other_names_in_brackets_are_told_apart() -> None:
    found = split("贵州演新商贸有限公司（原贵阳演旧商贸公司）")

    assert found.core == "演新"
    assert found.others == ("贵阳演旧商贸公司",)


@pytest.mark.parametrize("name", ["", "（）", "有限公司", "贵州", "第一", "()()", "贵州省贵阳市"])
def test_odd_names_keep_a_role_for_each_character(name: str) -> None:
    found = split(name)

    assert len(found.text) == len(found.roles)
