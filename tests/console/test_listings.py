"""An office enters a subject in a list in its own pages: a clerk proposes and serves, a second one decides."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from tests.listing.conftest import ARTICLE, OFFICE, told
from tests.lists.conftest import a_code
from xinyun.accounts.operations import add_user
from xinyun.listing import operations, queries
from xinyun.lists import queries as lists

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
PASSWORD = "an-invented-password-of-24"
PROPOSAL = {
    "list": "wage-arrears", "code": a_code(1), "name": "演示建筑1有限公司", "conduct": "serious", "facts": "拖欠工资三十万元。",
    "article": [ARTICLE], "what-1": "责令改正后逾期", "in-1": "筑人社监令〔2026〕8号", "document": "筑人社列告〔2026〕1号",
}  # fmt: skip


def signed_in(name: str, office: str = OFFICE, role: str = "clerk") -> Client:
    """A browser in which a person of an office has logged in."""
    add_user(username=name, password=PASSWORD, office=office, role=role, actor="test", on=date(2026, 1, 4))
    browser = Client()
    browser.post("/login", {"login": name, "password": PASSWORD})
    return browser


def _past(days: int, number: int = 1) -> int:
    """A case whose notice was served some days ago."""
    on = timezone.localdate() - timedelta(days=days)
    id = operations.propose(**told(number, on=on)).id
    who = {"case": id, "office": OFFICE, "actor": "user:zhang", "on": on}
    operations.serve(way="direct", served=on, proof="回证", **who)
    return id


def _text(answer) -> str:
    return answer.content.decode()


def test_a_clerk_proposes_and_serves_the_notice() -> None:
    clerk = signed_in("zhang")
    assert "拖欠农民工工资失信联合惩戒对象名单" in _text(clerk.get("/console/listings"))
    assert f'value="{ARTICLE}"' in _text(clerk.get("/console/listings/new?list=wage-arrears"))

    page = clerk.post("/console/listings/new", PROPOSAL, follow=True)
    (case,) = queries.cases(OFFICE)
    served = {
        "act": "serve",
        "way": "direct",
        "served": timezone.localdate().isoformat(),
        "proof": "送达回证第1号",
    }
    after = _text(clerk.post(f"/console/listings/{case.id}", served, follow=True))

    assert "已提出" in _text(page)
    assert "已告知，听取意见" in after
    assert "送达回证第1号" in after
    assert "提出列入的人不能自己决定" in after
    waiting = _text(signed_in("li").get(f"/console/listings/{case.id}"))
    assert "期间到" in waiting  # why the second one may not decide to enter yet
    assert "拖欠农民工工资失信联合惩戒对象名单管理暂行办法》第六条" in waiting


def test_a_second_clerk_decides_and_the_entry_takes_effect_when_both_papers_were_served() -> None:
    id, zhang, li = _past(20), signed_in("zhang"), signed_in("li")
    decision = {"act": "decide", "document": "筑人社列〔2026〕1号", "reasons": "事实清楚。"}

    own = zhang.post(f"/console/listings/{id}", decision)
    decided = li.post(f"/console/listings/{id}", decision, follow=True)
    served = {
        "act": "serve-decision",
        "way": "mail",
        "served": timezone.localdate().isoformat(),
        "proof": "邮单EX1",
    }
    alone = zhang.post(f"/console/listings/{id}", served)
    both = zhang.post(f"/console/listings/{id}", served | {"repair_notice": "yes"}, follow=True)

    assert own.status_code == 403
    assert "提出列入的人不能自己决定" in _text(own)
    assert "已决定，待送达" in _text(decided)
    assert alone.status_code == 422
    assert 'value="邮单EX1"' in _text(alone)  # what was typed is kept
    assert "已列入，条目" in _text(both)
    (entry,) = lists.entries("wage-arrears", timezone.localdate())
    assert entry.document == "筑人社列〔2026〕1号"


def test_the_papers_hold_their_text() -> None:
    id, zhang, li = _past(20), signed_in("zhang"), signed_in("li")
    li.post(
        f"/console/listings/{id}",
        {"act": "decide", "document": "筑人社列〔2026〕1号", "reasons": "事实清楚。"},
    )

    texts = {}
    for which in ("notice", "decision", "repair"):
        answer = zhang.get(f"/console/listings/{id}/{which}.pdf")
        assert answer["Content-Type"] == "application/pdf"
        pages = PdfReader(BytesIO(answer.content)).pages
        texts[which] = "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")

    assert "列入名单告知书" in texts["notice"]
    assert "5个工作日" in texts["notice"]
    assert "陈述、申辩" in texts["notice"]
    for part in ("事由", "依据", "后果", "移出", "救济", "行政复议", "筑人社列〔2026〕1号"):
        assert part in texts["decision"]
    assert "信用修复告知书" in texts["repair"]
    assert "提前移出" in texts["repair"]
    assert (
        zhang.get(f"/console/listings/{id}/notice.pdf").content
        == zhang.get(f"/console/listings/{id}/notice.pdf").content
    )
    assert zhang.get(f"/console/listings/{id}/other.pdf").status_code == 404


def test_a_refused_proposal_keeps_what_was_typed() -> None:
    clerk = signed_in("zhang")

    without = clerk.post("/console/listings/new", PROPOSAL | {"article": []})

    assert without.status_code == 422
    assert 'value="责令改正后逾期"' in _text(without)
    assert queries.cases() == []


def test_cases_are_their_own_offices_and_auditors_read() -> None:
    id = _past(20)
    stranger, auditor = signed_in("wang", "520100.tax"), signed_in("sun", role="auditor")

    assert stranger.get(f"/console/listings/{id}").status_code == 404
    assert stranger.post(f"/console/listings/{id}", {"act": "withdraw", "reason": "x"}).status_code == 404
    assert stranger.get(f"/console/listings/{id}/notice.pdf").status_code == 404
    assert "演示建筑1有限公司" not in _text(stranger.get("/console/listings"))
    assert "演示建筑1有限公司" in _text(auditor.get("/console/listings"))
    assert "<summary>" not in _text(auditor.get(f"/console/listings/{id}"))
    assert auditor.post(f"/console/listings/{id}", {"act": "withdraw", "reason": "x"}).status_code == 403
    assert auditor.get("/console/listings/new?list=wage-arrears").status_code == 403
    assert queries.case(id).state == "notified"


def test_the_pages_are_in_english_too() -> None:
    id, clerk = _past(20), signed_in("zhang")

    page = _text(clerk.get(f"/en/console/listings/{id}"))

    for said in ("Decide to enter", "Notified, being heard", "Defence or public notice until", "Grounds"):
        assert said in page
