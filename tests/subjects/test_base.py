"""The subject base as records tell it, on any day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import DAY
from tests.factories import a_code, a_registration, collected
from xinyun.archive import operations
from xinyun.archive import queries as archive
from xinyun.law import rulebook
from xinyun.plumbing import feed
from xinyun.subjects import queries

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
OFFICE = "52.market-regulation"
NOW = rulebook().on(DAY)
ORIGIN = {"数据来源单位": "演示市市场监督管理局"}


@pytest.fixture
def send(write_csv) -> Callable[..., Any]:
    """Collect one row of an item under its field names."""

    def send(item: str, row: dict[str, str], office: str = OFFICE, **given: Any) -> Any:
        outcome = collected(write_csv([row], f"{item}.csv"), item, office, **given)
        assert outcome.rejected == 0, outcome
        return outcome

    return send


@pytest.fixture
def company(send) -> str:
    """One that changed its name, moved, changed its industry and was revoked."""
    code = a_code(division="520102")
    about = {"名称": "贵州演示旧名公司", "住所": "贵州省贵阳市南明区演示路1号", "行业门类": "制造业"}
    send("registration", a_registration(code, **about, 核准日期="2016-01-10"))
    about |= {"名称": "贵州演示新名公司", "行业门类": "批发和零售业"}
    send("registration", a_registration(code, **about, 核准日期="2019-05-01"))
    about |= {"住所": "贵州省遵义市汇川区演示路2号"}
    send("registration", a_registration(code, **about, 核准日期="2022-03-01"))
    send("registration", a_registration(code, **about, 核准日期="2025-07-01", 登记状态="吊销，未注销"))
    return code


def base(code: str, day: str = str(DAY), **given: Any) -> queries.Base:
    found = queries.base(code, on=date.fromisoformat(day), **{"now": NOW} | given)
    assert found
    return found


def told(spans: tuple[queries.Span, ...]) -> list[tuple[str, str, str]]:
    return [(one.value, str(one.since or ""), str(one.until or "")) for one in spans]


def test_each_value_has_its_days_and_the_record_that_says_so(company):
    found = base(company)

    assert told(found.names) == [
        ("贵州演示旧名公司", "2016-01-10", "2019-05-01"),
        ("贵州演示新名公司", "2019-05-01", ""),
    ]
    assert [one.value for one in found.former_names] == ["贵州演示旧名公司"]
    assert told(found.divisions) == [("520102", "2016-01-10", "2022-03-01"), ("520303", "2022-03-01", "")]
    assert [one.title.zh for one in found.divisions] == ["贵阳市南明区", "遵义市汇川区"]
    assert told(found.industries) == [("C", "2016-01-10", "2019-05-01"), ("F", "2019-05-01", "")]
    assert told(found.states) == [("存续", "2016-01-10", "2025-07-01"), ("吊销未注销", "2025-07-01", "")]
    assert found.state.title.zh == "吊销未注销"
    assert (found.group.label, found.kind, found.category) == ("企业", "organisation", "企业")
    last = max(archive.revisions_of(found.state.said.record), key=lambda one: one.revision)
    assert (found.state.said.record, found.state.said.batch, found.state.said.office) == (
        last.id,
        last.batch,
        OFFICE,
    )


def test_a_past_day_has_what_held_then_and_a_past_knowledge_what_was_known(company):
    then = base(company, "2020-06-01")
    assert (then.name, then.division.value, then.state.value, then.industry.value) == (
        "贵州演示新名公司", "520102", "存续", "F",
    )  # fmt: skip
    assert [one.value for one in then.former_names] == ["贵州演示旧名公司"]
    early = base(company, "2010-01-01")
    assert (early.name, early.state.since) == ("贵州演示旧名公司", date(2016, 1, 10))

    first = archive.revisions_of(then.state.said.record)[-1].recorded_seq
    known = base(company, seq=first)
    assert (known.name, known.division.value, known.former_names) == ("贵州演示旧名公司", "520102", ())
    assert queries.base(company, on=DAY, seq=first - 1, now=NOW) is None


def test_what_was_taken_back_tells_nothing(company):
    (row,) = archive.records_of(archive.subject(company).id)

    operations.withdraw(records=[row.id], reason="演示", office=OFFICE, actor="a", on=DAY)

    found = base(company)
    assert (found.state, found.industry, found.names, found.former_names) == (None, None, (), ())


def test_a_change_of_registration_tells_what_was_before(send):
    code = a_code(division="520102")
    send("registration", a_registration(code, 名称="贵州演示今名公司", 住所="贵州省贵阳市南明区演示路1号"))
    change = {"name": "贵州演示今名公司", "uscc": code, "authority_name": "演示市市场监督管理局"} | ORIGIN
    send("registration-change", change | {
        "change_item": "名称变更", "changed_on": "2018-02-01", "before_change": "贵州演示原名公司",
        "after_change": "贵州演示今名公司",
    })  # fmt: skip
    send("registration-change", change | {
        "change_item": "住所变更", "changed_on": "2017-02-01", "before_change": "贵州省安顺市西秀区演示路",
        "after_change": "贵州省贵阳市南明区演示路1号",
    })  # fmt: skip

    found = base(code)

    assert told(found.names) == [
        ("贵州演示原名公司", "", "2018-02-01"),
        ("贵州演示今名公司", "2018-02-01", ""),
    ]
    assert told(found.divisions) == [("520402", "", "2017-02-01"), ("520102", "2017-02-01", "")]
    assert found.former_names[0].said.item == "registration-change"
    assert base(code, "2017-12-31").division.value == "520102"


def test_old_numbers_are_told_by_form_and_of_which_record(send):
    code = a_code()
    send("registration", a_registration(code, 注册号="520100000000014"))
    send("uscc-assignment", {
        "name": "贵州演示公司", "uscc": code, "act": "换码", "act_on": "2016-03-01",
        "old_code": "520100000000014", "authority_name": "演示市市场监督管理局",
    } | ORIGIN)  # fmt: skip

    (found,) = base(code).numbers

    assert (found.number, found.until, found.said.item) == (
        "520100000000014",
        date(2016, 3, 1),
        "uscc-assignment",
    )


def test_branches_are_told_of_the_head_office_and_the_head_office_of_a_branch(send):
    head, branch = a_code(), a_code(division="520303")
    for code, name in ((head, "贵州演示总公司"), (branch, "贵州演示总公司遵义分公司")):
        send("registration", a_registration(code, 名称=name))
    send("branch", {
        "name": "贵州演示总公司", "uscc": head, "branch_name": "贵州演示总公司遵义分公司", "branch_uscc": branch,
        "branch_established_on": "2020-01-01", "branch_status": "存续", "authority_name": "演示市市场监督管理局",
    } | ORIGIN)  # fmt: skip

    (told_branch,) = base(head).branches
    (told_head,) = base(branch).head_offices

    assert (told_branch.code, told_branch.state, told_branch.since) == (branch, "存续", date(2020, 1, 1))
    assert (told_head.code, told_head.name, told_head.said.item) == (head, "贵州演示总公司", "branch")
    assert (base(head, "2019-12-31").branches, base(branch, "2019-12-31").head_offices) == ((), ())


def test_the_number_of_queries_does_not_grow_with_what_is_told(company, send):
    def count(code: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            base(code, seq=feed.head())
        return len(asked)

    plain = a_code()
    send("registration", a_registration(plain))
    few = count(plain)
    for n in range(5):
        send("branch", {
            "name": "贵州演示总公司", "uscc": company, "branch_name": f"演示第{n}分公司", "branch_uscc": a_code(),
            "branch_established_on": "2020-01-01", "authority_name": "演示市市场监督管理局",
        } | ORIGIN)  # fmt: skip

    assert count(company) == few + 1 <= 6


def test_a_retired_division_in_a_code_is_followed_to_what_it_became(send):
    code = a_code(division="522422")
    send("registration", a_registration(code, 住所="贵州省毕节地区大方县演示镇"))

    assert told(base(code).divisions) == [("522422", "", "2011-10-22"), ("520521", "2011-10-22", "")]


def test_anybody_is_told_only_what_the_catalogue_makes_public(company):
    found = queries.base(company, on=DAY, shows=queries.to_public(NOW), now=NOW)

    assert found
    assert found.former_names
    nothing = queries.base(company, on=DAY, shows=lambda row, field: False, now=NOW)
    assert nothing
    assert (nothing.names, nothing.divisions, nothing.numbers) == ((), (), ())


def test_natural_persons_have_no_base():
    assert queries.base("52999919000101001X", on=DAY, now=NOW) is None
