"""The pages on which an office finds a record, corrects it or takes it back, and the centre lets one in again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.collection.test_persons import PERSON, a_person
from tests.console.test_collection import browser, html, sent
from tests.console.test_mending import form
from tests.factories import a_code, a_penalty, a_registration
from xinyun.archive import queries as archive
from xinyun.base.identifiers import mask
from xinyun.collection import queries
from xinyun.collection.models import Amendment, Returned

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
LIST = "/console/records"
OFFICE = "520100.market-regulation"


def operator(name: str = "operator") -> Client:
    return browser(name, "operator", "52.development-reform")


def a_record(clerk: Client, code: str, **changes: str) -> str:
    """The address of a penalty's page."""
    sent(clerk, [a_penalty(code, **changes)], item="penalty")
    return f"{LIST}/{current(code).id}"


def current(code: str) -> archive.RevisionView:
    (found,) = archive.find_current("penalty", office=None, code=code)
    return found


def page_of(answer: Any) -> str:
    return answer.content.decode()


def test_a_clerk_finds_the_own_offices_records_by_code_or_number() -> None:
    clerk, code = browser(), a_code()
    page = a_record(clerk, code, CF_XDR_MC="贵州演示查找有限公司", CF_WSH="演罚〔2026〕71号")

    by_code = html(clerk, f"{LIST}?item=penalty&code={code.lower()}")
    by_number = html(clerk, f"{LIST}?item=penalty&number=演罚〔2026〕71号")
    nothing = html(clerk, f"{LIST}?item=penalty&number=演罚〔2026〕72号")
    stranger = browser("other", office="520300.market-regulation")

    assert f'href="{page}">贵州演示查找有限公司' in by_code
    assert f'href="{page}"' in by_number
    assert "找到 <b>0</b> 条" in nothing
    assert "找到 <b>0</b> 条" in html(stranger, f"{LIST}?item=penalty&code={code}")
    assert stranger.get(page).status_code == 404
    assert stranger.post(page, {"withdraw": "", "reason": "试"}).status_code == 404
    assert "贵阳市市场监督管理局" in html(operator(), f"{LIST}?item=penalty&code={code}")


def test_a_record_is_corrected_in_the_browser_and_its_history_is_told() -> None:
    clerk, code = browser(), a_code()
    page = a_record(clerk, code)
    shown = html(clerk, page)

    done = clerk.post(
        page, {**form(shown), "content": "罚款两万元", "reason": "金额录错", "correct": ""}, follow=True
    )

    told = page_of(done)
    assert current(code).content["content"] == "罚款两万元"
    assert "已更正" in told
    assert "改动：处罚内容" in told
    assert "<b>更正</b> · 金额录错" in told
    assert 'name="decision_no"' not in shown
    assert done.redirect_chain[-1][0] == f"{LIST}/{current(code).id}"


def test_all_that_is_wrong_with_a_correction_is_told_before_it_is_sent() -> None:
    clerk, code = browser(), a_code()
    page = a_record(clerk, code)
    shown = html(clerk, page)

    wrong = clerk.post(
        page, {**form(shown), "decision_date": "2099-01-01", "penalty_class": "", "reason": "试"}
    )
    without = clerk.post(page, {**form(shown), "content": "警告", "reason": " "})
    nothing = clerk.post(page, {**form(shown), "reason": "试"})

    assert [one.status_code for one in (wrong, without, nothing)] == [422, 422, 422]
    assert "处要改" in page_of(wrong)
    assert 'value="2099-01-01"' in page_of(wrong)
    assert "没有写明理由" in page_of(without)
    assert ">警告</textarea>" in page_of(without)
    assert "与现有记录相同" in page_of(nothing)
    assert (Amendment.objects.count(), Returned.objects.count()) == (0, 0)


def test_personal_values_stay_masked_and_as_they_were() -> None:
    clerk = browser()
    sent(clerk, [a_person()], item="penalty")
    (found,) = archive.find_current("penalty", office=OFFICE)
    page = f"{LIST}/{found.id}"
    shown = html(clerk, page)

    clerk.post(page, {**form(shown), "content": "警告", "reason": "录错", "correct": ""})

    (now,) = archive.find_current("penalty", office=OFFICE)
    assert PERSON not in shown
    assert mask(PERSON) in shown
    assert (now.revision, now.content["content"]) == (2, "警告")
    assert queries.changed_fields(found, now) == ["content"]


def test_a_record_is_withdrawn_and_the_centre_readmits_it_after_a_notice() -> None:
    clerk, code = browser(), a_code()
    page = a_record(clerk, code)

    without = clerk.post(page, {"withdraw": "", "reason": ""})
    withdrawn = clerk.post(page, {"withdraw": "", "reason": "主体错误"}, follow=True)
    gone = withdrawn.redirect_chain[-1][0]
    asked = {"readmit": "", "reason": "复核无误", "notice": "演告〔2026〕1号", "notified_on": "2026-05-20"}
    listed = html(clerk, LIST)
    by_clerk = clerk.post(gone, asked)
    no_day = operator().post(gone, asked | {"notified_on": ""})
    done = operator().post(gone, asked, follow=True)

    assert without.status_code == 422
    assert "已撤回" in page_of(withdrawn)
    assert "主体错误" in listed
    assert by_clerk.status_code == 403
    assert no_day.status_code == 422
    assert 'value="演告〔2026〕1号"' in page_of(no_day)
    assert "已恢复" in page_of(done)
    assert "演告〔2026〕1号" in page_of(done)
    assert current(code).revision == 3
    assert "主体错误" not in html(clerk, LIST)
    assert clerk.get(page)["Location"] == f"{LIST}/{current(code).id}"


def test_who_withdrew_a_record_is_not_offered_to_readmit_it() -> None:
    clerk, code = browser(), a_code()
    page = a_record(clerk, code)
    one = operator("one")

    gone = one.post(page, {"withdraw": "", "reason": "重复"}, follow=True).redirect_chain[-1][0]

    assert 'name="readmit"' not in html(one, gone)
    assert 'name="readmit"' in html(operator("two"), gone)
    assert 'name="withdraw"' not in html(clerk, gone)
    assert (
        one.post(
            gone, {"readmit": "", "reason": "试", "notice": "1号", "notified_on": "2026-05-20"}
        ).status_code
        == 409
    )


def test_an_auditor_reads_and_changes_nothing() -> None:
    clerk, code = browser(), a_code()
    page = a_record(clerk, code)
    auditor = browser("auditor", "auditor", "52.audit")

    assert not re.search(r'name="(withdraw|correct)"', html(auditor, page))
    assert auditor.post(page, {"withdraw": "", "reason": "试"}).status_code == 403
    assert auditor.get(f"{LIST}/999999999").status_code == 404


def test_a_record_of_a_registration_has_no_number_and_is_found_by_code() -> None:
    clerk, code = browser(), a_code()
    sent(clerk, [a_registration(code, 名称="贵州演示登记有限公司")])

    found = html(clerk, f"{LIST}?item=registration&code={code}")

    assert "贵州演示登记有限公司" in found
    assert f'<span class="code">{code}</span><time' in found
