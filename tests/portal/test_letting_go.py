"""Anybody disputes a line or asks for its repair from the subject's page, and follows it by number and word."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from tests.repair.conftest import CENTRE, Course
from xinyun.plumbing import feed
from xinyun.portal.queries import public_snapshot
from xinyun.repair import queries

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
FORM = {
    "statement": "已经缴清，信息有误。", "what-1": "缴清罚款", "in-1": "演示收据1号", "contact_name": "演示人",
    "telephone": "0851-0000000",
}  # fmt: skip
BROWSER = Client()


def line_of(code: str, kind: str = "penalty") -> str:
    found = public_snapshot(code, on=timezone.localdate())
    assert found is not None
    return next(line.id for line in found.lines if line.kind.id == kind)


def text(answer) -> str:
    return answer.content.decode()


def word(answer) -> tuple[str, str]:
    """The number and the word that a page tells once."""
    found = re.findall(r'id="(?:number|secret)">([^<]+)<', text(answer))
    return found[0], found[1]


def test_an_objection_is_filed_from_the_page_followed_and_shown_once_it_is_accepted(company: str) -> None:
    line = line_of(company)
    assert f"/subject/{company}/objection/{line}" in text(BROWSER.get(f"/subject/{company}"))

    filed = BROWSER.post(f"/subject/{company}/objection/{line}", FORM)
    number, secret = word(filed)
    followed = BROWSER.post("/cases", {"number": number, "secret": secret})
    before = text(BROWSER.get(f"/subject/{company}"))
    Course(queries.cases("objection")[0]).accept(office=None, actor=CENTRE, on=timezone.localdate())
    after = text(BROWSER.get(f"/subject/{company}"))

    assert filed.status_code == 201
    assert "0851" not in text(filed) + text(followed) + str([one.payload for one in feed.since(0)])
    assert "已提出" in text(followed)
    assert ("异议处理中" in before, "异议处理中" in after) == (False, True)
    printed = PdfReader(BytesIO(BROWSER.get(f"/subject/{company}/report.pdf").content))
    assert "异议处理中" in "".join(page.extract_text() for page in printed.pages)
    report = BROWSER.get(f"/subject/{company}.json").json()
    assert [one["disputed"] for one in report["records"] if one["id"] == line] == [True]


def test_a_receipt_and_a_withdrawal_are_for_whoever_has_the_word(company: str) -> None:
    declared = FORM | {"performed": "yes", "commitment": "yes"}
    number, secret = word(BROWSER.post(f"/subject/{company}/repair/{line_of(company)}", declared))

    assert BROWSER.post("/cases", {"number": number, "secret": "WRONGWRONG"}).status_code == 404
    paper = BROWSER.post("/cases", {"number": number, "secret": secret, "paper": "receipt"})
    assert paper.content.startswith(b"%PDF")
    assert BROWSER.post("/cases", {"number": number, "secret": secret, "paper": "result"}).status_code == 404
    gone = BROWSER.post("/cases", {"number": number, "secret": secret, "reason": "不再需要"})
    assert "已撤回" in text(gone)


def test_what_cannot_be_repaired_yet_is_told_before_anything_is_written(company: str) -> None:
    page = text(BROWSER.get(f"/subject/{company}/repair/{line_of(company, 'serious')}"))

    assert "2026-12-01" in page
    assert "<textarea" not in page
    assert BROWSER.post(f"/subject/{company}/repair/{line_of(company)}", FORM).status_code == 409
    assert queries.cases("repair") == []


def test_lines_that_the_page_does_not_show_are_not_dealt_with(company: str) -> None:
    for address in (f"/subject/{company}/objection/999999", "/subject/91520100XY00000010/objection/1"):
        assert BROWSER.get(address).status_code == 404
    answer = BROWSER.post(f"/subject/{company}/objection/{line_of(company)}", FORM | {"statement": ""})
    assert (answer.status_code, "缴清罚款" in text(answer)) == (422, True)


def test_programs_do_the_same_and_are_held_to_five_a_day(company: str) -> None:
    line = line_of(company)
    told = {
        "code": company, "line": line, "statement": "信息有误", "evidence": [{"what": "收据", "document": "1号"}],
    }  # fmt: skip

    def post(address: str, body: dict):
        return BROWSER.post(f"/api/v1/{address}", body, content_type="application/json")

    can = BROWSER.get(f"/api/v1/repairs/can?code={company}&line={line}").json()
    asked = post("repairs", told | {"performed": True, "commitment": True})
    again = post("repairs", told | {"performed": True, "commitment": True})
    followed = post("cases/follow", {"number": asked.json()["number"], "secret": asked.json()["secret"]})
    others = [post("objections", told).status_code for _ in range(5)]

    assert (can["outcome"], can["free_of_charge"]) == ("open", True)
    assert (asked.status_code, again.status_code) == (201, 409)
    assert again.json()["code"] == "already-open"
    assert (followed.json()["state"], followed.json()["late"]) == ("filed", False)
    assert others == [201, 201, 201, 201, 429]
    assert post("objections", told | {"statement": "长" * 5000}).status_code == 422
