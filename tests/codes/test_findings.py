"""Duplicate and wrong codes as the archive shows them, and the rates of offices, cities and months."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.codes.conftest import NUMBER, OFFICE, OTHER, PROVINCE, a_sibling, a_wrong_code
from tests.conftest import DAY
from tests.factories import a_code, a_penalty, a_registration
from xinyun.codes import queries

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])


@pytest.fixture
def today() -> date:
    """The feed's own clock tells what was known when, so that months are asked about as of the real day."""
    from django.utils import timezone

    return timezone.localdate()


def grounds(today: date) -> list[tuple[list[str], set[str]]]:
    found = queries.report(today.replace(day=1), today).findings
    return [([ground for ground, _ in one.grounds], {holder.code for holder in one.holders}) for one in found]


def test_nothing_is_found_among_sound_codes(register: Callable[..., Any], today: date) -> None:
    register(*(a_registration() for _ in range(3)), a_registration(注册号=NUMBER))

    assert grounds(today) == []
    assert queries.report(today.replace(day=1), today).whole.rate == "0.00%"


def test_one_code_of_two_registries_with_two_names_is_found(
    register: Callable[..., Any], today: date
) -> None:
    code = a_code("93")
    register(a_registration(code, 名称="贵州演示甲专业合作社"))
    register(
        {
            "名称": "贵州演示乙专业合作社",
            "统一社会信用代码": code,
            "数据来源单位": "演示局",
            "数据来源单位代码": a_code("11"),
        },
        item="registration-cooperative",
    )

    assert grounds(today) == [(["one-code"], {code})]
    (found,) = queries.report(today.replace(day=1), today).findings
    assert set(found.names) == {"贵州演示甲专业合作社", "贵州演示乙专业合作社"}


def test_a_name_that_an_office_repeats_against_another_offices_is_found(
    register: Callable[..., Any], today: date
) -> None:
    code = a_code()
    for office, name in ((OFFICE, "甲"), (PROVINCE, "乙"), (OFFICE, "甲")):
        register(a_registration(code, 名称=f"贵州演示{name}有限公司"), office=office)

    assert grounds(today) == [(["one-code"], {code})]


@pytest.mark.parametrize("order", [(PROVINCE, "52.civil-affairs"), ("52.civil-affairs", PROVINCE)])
def test_a_name_that_another_department_says_beside_the_record_is_found(
    register: Callable[..., Any], today: date, order: tuple[str, str]
) -> None:
    code = a_code()
    for office in order:
        register(a_registration(code, 名称=f"贵州演示{office[-5:]}有限公司"), office=office)

    assert grounds(today) == [(["one-code"], {code})]


def test_a_renaming_is_not_found(register: Callable[..., Any], today: date) -> None:
    code = a_code()
    for office, name in ((OFFICE, "甲"), (OFFICE, "乙"), (PROVINCE, "丙")):
        register(a_registration(code, 名称=f"贵州演示{name}有限公司"), office=office)

    assert grounds(today) == []


def test_one_organisation_with_two_codes_is_found_on_every_ground(
    register: Callable[..., Any], today: date
) -> None:
    part, number, named = a_code(), a_code(), a_code()
    sibling, other, namesake = a_sibling(part), a_code(), a_code()
    register(a_registration(part), a_registration(sibling))
    register(a_registration(number, 注册号=NUMBER))
    register(a_registration(other, 注册号=NUMBER))
    register(*(a_registration(code, 名称="贵州演示同名有限公司") for code in (named, namesake)))

    assert grounds(today) == [
        (["same-part"], {part, sibling}),
        (["same-number"], {number, other}),
        (["same-name"], {named, namesake}),
    ]


def test_a_name_is_free_again_elsewhere_afterwards_and_for_individual_businesses(
    register: Callable[..., Any], today: date
) -> None:
    name = {"名称": "贵州演示同名有限公司"}
    register(a_registration(登记状态="注销", **name), a_registration(**name))
    register(a_registration(a_code(division="520300"), **name))
    register(*(a_registration(a_code("92"), 名称="贵阳市演示便利店") for _ in range(2)))

    assert grounds(today) == []


def test_a_number_that_was_corrected_is_no_duplicate_any_more(
    register: Callable[..., Any], today: date
) -> None:
    one, other = a_code(), a_code()
    for code in (one, other):
        register(a_registration(code, 注册号=NUMBER))
    register(a_registration(other, 注册号=""))

    assert grounds(today) == []


def test_the_rate_counts_codes_and_refused_rows_by_office_city_and_kind(
    register: Callable[..., Any], today: date
) -> None:
    strange = a_code(division="529999")
    register(
        *(a_registration() for _ in range(3)),
        a_registration(strange),
        a_registration(a_wrong_code()),
        a_registration(统一社会信用代码="", 注册号=NUMBER),
        on=today,
    )
    register(
        *(a_registration(a_code(division="520302"), 名称="贵州演示同名有限公司") for _ in range(2)),
        office=OTHER,
    )
    register(a_penalty(a_wrong_code()), item="penalty")

    told = queries.report(today.replace(day=1), today)

    offices = {line.id: line for line in told.registrars}
    assert (offices["520100.9"].counts.codes, offices["520100.9"].counts.refused) == (3, 1)
    assert (offices["520100.9"].rate, offices["520100.9"].coverage) == ("25.00%", "60.00%")
    assert offices["520302.9"].rate == "100.00%"
    assert offices["520302.9"].title.zh == "遵义市红花岗区 · 市场监管"
    assert offices["529999.9"].counts.wrong == 1
    cities = {line.title.zh: line.counts for line in told.cities}
    assert cities["遵义市"].duplicate == 2
    assert cities["贵阳市"].waiting == 2
    assert told.whole.counts.codes == 6
    assert {line.title.zh: line.counts.codes for line in told.kinds} == {"企业": 6, "类型未定": 0}
    assert [ground for ground, _ in told.findings[-1].grounds] == ["division"]


def test_a_month_of_before_knows_nothing_of_what_came_later(
    register: Callable[..., Any], today: date
) -> None:
    code = a_code()
    register(a_registration(code), a_registration(a_sibling(code)), a_registration(a_wrong_code()), on=today)

    before = queries.report(date(2026, 1, 1), today)

    assert before.whole.counts.codes == before.whole.counts.refused == 0
    assert before.findings == ()
    with pytest.raises(queries.WrongMonth):
        queries.month_of("2999-01", DAY)
    with pytest.raises(queries.WrongMonth):
        queries.month_of("2026-13", DAY)
