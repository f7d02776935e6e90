"""Names that only a change of registration tells: found as former names as soon as told, no more once taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import DAY
from tests.factories import a_code, a_registration, collected
from xinyun.archive import operations, queries
from xinyun.archive.bearing import borne_names
from xinyun.archive.renaming import TOUCHED
from xinyun.archive.rules import NAME, changed
from xinyun.law import rulebook
from xinyun.subjects import queries as subjects

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
NOW = rulebook().on(DAY)
OFFICE = "52.market-regulation"
NEW, OLD = "贵州演示今名公司", "贵州黔雾原名公司"


@pytest.fixture
def change(write_csv) -> Callable[..., Any]:
    """Collect a change of registration of a code."""

    def put(code: str, **told: str) -> Any:
        row = {
            "name": NEW, "uscc": code, "authority_name": "演示市市场监督管理局",
            "数据来源单位": "演示市市场监督管理局", "change_item": "名称变更", "changed_on": "2018-02-01",
            "before_change": OLD, "after_change": NEW,
        }  # fmt: skip
        outcome = collected(write_csv([row | told], "change.csv"), "registration-change", OFFICE)
        assert outcome.rejected == 0, outcome
        return outcome

    return put


@pytest.fixture
def company(register) -> str:
    (code,) = register(a_registration(a_code(), 名称=NEW))
    return code


def found(text: str) -> list[tuple[str, str]]:
    return [(hit.code, hit.former) for hit in queries.search(text, limit=9).hits]


def both_ways(text: str) -> list[tuple[str, str]]:
    """What the index that followed finds, which is what one built anew finds."""
    followed = found(text)
    operations.rebuild_names(actor="test", on=DAY)
    assert found(text) == followed
    return followed


def test_a_name_that_only_a_change_tells_is_found_once_it_has_arrived(company, change):
    assert found("黔雾") == []

    change(company)

    assert both_ways("黔雾") == [(company, OLD)]
    assert both_ways("今名") == [(company, "")]
    assert [one for one in borne_names(NOW) if one[1] == company] == [
        (NEW, company, False),
        (OLD, company, True),
    ]


def test_names_in_between_are_found_and_are_those_that_the_subject_base_tells(company, change):
    change(company, after_change="贵州黔雨中名公司")
    change(company, before_change="贵州黔雨中名公司", changed_on="2020-02-01")

    assert both_ways("黔雨") == [(company, "贵州黔雨中名公司")]
    base = subjects.base(company, on=DAY, now=NOW)
    indexed = {name for name, code, former in borne_names(NOW) if code == company and former}
    assert indexed == {one.value for one in base.former_names} == {OLD, "贵州黔雨中名公司"}


def test_a_change_that_is_taken_back_or_corrected_tells_its_name_no_more(company, change):
    change(company)
    (record,) = [r.id for r in queries.records_of(queries.subject(company).id) if r.item != "registration"]

    change(company, before_change="贵州黔霜更正公司")
    assert both_ways("黔雾") == []
    assert both_ways("黔霜") == [(company, "贵州黔霜更正公司")]

    (record,) = [r.id for r in queries.records_of(queries.subject(company).id) if r.item != "registration"]
    operations.withdraw(records=[record], reason="演示", office=OFFICE, actor="a", on=DAY)
    operations.follow_names(actor="test", on=DAY)
    assert both_ways("黔霜") == []


def test_an_erased_change_tells_its_name_no_more(company, change):
    change(company)
    (record,) = [r.id for r in queries.records_of(queries.subject(company).id) if r.item != "registration"]
    terms = operations.Terms("demonstration", date(2026, 1, 1), "演示条款")

    operations.erase_records(records=[record], terms=terms, actor="a", on=DAY)
    operations.follow_names(actor="test", on=DAY)

    assert both_ways("黔雾") == []


def test_changes_of_something_else_tell_no_name(company, change):
    change(company, change_item="住所变更", before_change="黔雾路1号", after_change="黔雾路2号")
    assert both_ways("黔雾") == []

    change(
        company,
        change_item="住所变更",
        changed_on="2019-01-01",
        after_change="黔雾路3号",
        former_name="贵州黔冰公司",
    )
    assert both_ways("黔冰") == [(company, "贵州黔冰公司")]
    assert both_ways("黔雾") == []


_TEXT = st.text(max_size=3)


@given(
    st.sampled_from(["名称", "企业名称变更登记", "住所变更", "经营范围", ""]), st.tuples(_TEXT, _TEXT, _TEXT)
)
def test_the_rule_tells_of_a_matter_only_what_is_about_it(item: str, words: tuple[str, str, str]):
    former, before, after = words
    content = dict(zip(("former_name", "before_change", "after_change"), words, strict=True))
    content |= {"change_item": item, "changed_on": "2020-01-01"}
    told, about = changed(content, NAME, NOW), "名称" in item

    assert (told is None) == (not about and not former)
    assert told is None or told == ((former or before, after) if about else (former, ""))
    assert changed(content | {"changed_on": ""}, NAME, NOW) is None
    assert changed(content, "住所", NOW) == ((before, after) if item == "住所变更" else None)


@pytest.mark.one_store
def test_who_was_renamed_is_looked_up_in_the_indexes_of_arrivals_and_withdrawals():
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + TOUCHED.format(first=5, last=9))
        plan = [row[-1] for row in cursor.fetchall() if "archive_record" in row[-1]]

    assert ["record_arrival" in line or "record_withdrawn" in line for line in plan] == [True, True], plan
