"""Applications for an honour in the offices' own pages: a city takes in and recommends, the deciding office proposes."""

from __future__ import annotations

import pytest

from tests.console.test_listings import _text, signed_in
from tests.lists.conftest import a_code
from xinyun.listing import queries

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])

LIST, CITY, PROVINCE = "demonstration-enterprise", "520100.market-regulation", "52.development-reform"
APPLICATION = {
    "act": "apply", "list": LIST, "code": a_code(1), "name": "演示建筑1有限公司", "statement": "连续三年无违约。",
    "what-1": "履约情况", "in-1": "演示审计报告〔2026〕1号",
}  # fmt: skip


def test_an_application_goes_from_the_city_to_the_office_that_decides() -> None:
    city, province = signed_in("zhang", CITY), signed_in("wang", PROVINCE)

    taken = city.post("/console/applications", APPLICATION, follow=True)
    (application,) = queries.applications()
    assert "待审核" in _text(taken)
    city.post(
        "/console/applications", {"act": "recommend", "application": application.id, "reasons": "材料属实。"}
    )

    assert "已推荐" in _text(province.get("/console/applications"))
    form = _text(province.get(f"/console/listings/new?list={LIST}"))
    assert f'<option value="{application.id}">' in form
    proposal = {
        "list": LIST, "code": "", "conduct": "general", "facts": "经审核推荐。", "what-1": "审核意见",
        "in-1": "演示推荐函〔2026〕1号", "article": ["guizhou-demonstration-enterprise 第三条"], "document": "演示发改公〔2026〕1号",
    }  # fmt: skip
    unnamed = province.post(
        "/console/listings/new", proposal | {"code": a_code(1), "name": "演示建筑1有限公司"}
    )
    assert unnamed.status_code == 409
    province.post("/console/listings/new", proposal | {"application": application.id})

    (case,) = queries.cases(PROVINCE)
    assert queries.application(application.id).case == case.id


def test_what_is_refused_is_told_and_the_form_keeps_what_was_written() -> None:
    city = signed_in("zhang", CITY)

    refused = city.post("/console/applications", APPLICATION | {"in-1": ""})
    unknown = city.post("/console/applications", {"act": "recommend", "application": "9" * 30})
    none = city.post("/console/applications", {"act": "dance"})

    assert (refused.status_code, unknown.status_code, none.status_code) == (422, 404, 422)
    assert "连续三年无违约。" in _text(refused)
    assert queries.applications() == []


def test_another_office_and_an_auditor_see_no_more_than_is_theirs() -> None:
    signed_in("zhang", CITY).post("/console/applications", APPLICATION)

    assert "演示建筑1有限公司" not in _text(signed_in("li", "520300.tax").get("/console/applications"))
    auditor = signed_in("shen", PROVINCE, "auditor")
    assert auditor.post("/console/applications", APPLICATION).status_code == 403
