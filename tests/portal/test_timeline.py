"""The public timeline: what happened, who said so, and nothing that may not be shown today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from tests.conftest import DAY
from tests.factories import a_code, a_licence, a_penalty, a_registration, collected
from xinyun.archive import operations, queries
from xinyun.archive.operations import Notice
from xinyun.portal.timeline import timeline

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)


def kinds(code: str, on: date = DAY) -> list[str]:
    return [told.event.kind for told in timeline(code, on=on).events]


def html(code: str, language: str = "") -> str:
    answer = Client().get(f"{language}/subject/{code}/timeline")
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_event_of_a_company_stands_there_newest_first(write_csv: Callable[..., Path]) -> None:
    code = a_code()
    row = a_registration(code, 名称="贵州演示旧名公司", 住所="演示路1号", 核准日期="2016-01-01")
    collected(write_csv([row]))
    row |= {"名称": "贵州演示新名公司", "住所": "演示路2号", "登记状态": "注销", "核准日期": "2024-01-01"}
    collected(write_csv([row]))
    ended = {"XK_JDRQ": "2020/05/10", "XK_YXQZ": "2020/05/10", "XK_YXQZI": "2021/05/09"}
    collected(write_csv([a_licence(code, **ended)]), "licence")

    page = timeline(code, on=DAY)

    assert sorted(kinds(code)) == sorted(
        ["registered", "renamed", "moved", "cancelled", "changed", "decided", "ended"]
    )
    days = [told.event.day or told.event.recorded for told in page.events]
    assert days == sorted(days, reverse=True)
    renamed = next(told.event for told in page.events if told.event.kind == "renamed")
    assert [(one.before, one.after) for one in renamed.changes] == [("贵州演示旧名公司", "贵州演示新名公司")]
    assert (renamed.day, renamed.number) == (date(2024, 1, 1), "")
    assert next(t.event.day for t in page.events if t.event.kind == "ended") == date(2021, 5, 10)


def test_a_withdrawn_record_has_no_events_and_one_that_is_back_has_all_without_the_reason(
    write_csv: Callable[..., Path],
) -> None:
    code = a_code()
    collected(write_csv([a_penalty(code)]), "penalty")
    subject = queries.subject(code)
    (record,) = queries.records_of(subject.id)
    operations.withdraw(
        records=[record.id], reason="内部理由", office="52.market-regulation", actor="a", on=DAY
    )
    assert kinds(code) == []

    (gone,) = (one.current for one in queries.histories(subject.id))
    operations.readmit(
        record=gone.id, reason="内部理由", notice=Notice("演〔2026〕1号", DAY), actor="b", on=DAY
    )

    assert sorted(kinds(code)) == ["decided", "readmitted", "withdrawn"]
    assert "内部理由" not in html(code)
    assert kinds(code, date(2027, 5, 10)) == []  # its term of publicity is over, and its past with it


def test_a_value_of_a_revision_that_would_be_hidden_is_not_told(write_csv: Callable[..., Path]) -> None:
    code = a_code()
    row = a_penalty(code)
    collected(write_csv([row | {"CF_CFLB": "警告", "CF_SY": "不公示的事实"}]), "penalty")
    collected(write_csv([row]), "penalty")

    assert sorted(kinds(code)) == ["corrected", "decided"]
    assert "不公示的事实" not in html(code)


def test_sources_that_disagree_are_shown_with_the_reason(write_csv: Callable[..., Path]) -> None:
    code = a_code()
    collected(write_csv([a_registration(code, 名称="贵州演示甲公司", 住所="演示路1号")]))
    collected(
        write_csv([a_registration(code, 名称="贵州演示甲公司", 住所="演示路9号")]), office="52.civil-affairs"
    )

    text, page = html(code), timeline(code, on=DAY)

    assert kinds(code).count("contradicted") == 1
    ((other,),) = (one.others for one in page.sourced)
    assert [text for _, text in other.fields] == ["演示路9号"]
    assert "的提供部门以市场监管在民政之前" in text
    assert "来源不一致" in text
    assert "Sources disagree" in html(code, "/en")
    assert {source.office.zh for source in page.sourced[0].sources} == {"贵州省市场监督管理局"}


def test_an_entry_that_counts_is_there_and_the_page_is_linked_from_the_subjects(company: str) -> None:
    assert {"listed", "honoured"} <= set(kinds(company))
    assert f"/subject/{company}/timeline" in Client().get(f"/subject/{company}").content.decode()
    assert Client().get("/subject/911101080000000001/timeline").status_code == 404
