"""The public ledger of quality, and the staff's page: figures with their articles, and whose they are."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from tests.conftest import DAY
from tests.factories import a_penalty, collected
from xinyun.accounts.operations import add_user

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
PASSWORD = "a long enough secret"
OFFICE, OTHER = "520100.market-regulation", "52.tax"


@pytest.fixture
def today() -> date:
    """Pages read the clock, so batches are collected today."""
    return timezone.localdate()


@pytest.fixture
def month(today: date, write_csv: Callable[..., Path]) -> str:
    """One office with a late penalty, a gap and a refused row; another whose penalty is in time. Returns the month."""
    late, soon, before = (today - timedelta(days=days) for days in (40, 1, 70))
    collected(write_csv([a_penalty(CF_JDRQ=str(before))], "before.csv"), "penalty", OFFICE, on=before)
    rows = [
        a_penalty(CF_WSH=f"筑市监罚〔{today.year}〕{n}号", CF_JDRQ=str(day), CF_XDR_MC="贵州演示秘密有限公司")
        for n, day in ((1, soon), (2, late), (4, soon), (5, soon))
    ]
    rows.append(a_penalty(CF_JDRQ="no day"))
    collected(write_csv(rows, "a.csv"), "penalty", OFFICE, on=today)
    collected(write_csv([a_penalty(CF_JDRQ=str(soon))], "b.csv"), "penalty", OTHER, on=today)
    return f"{today:%Y-%m}"


def get(path: str, browser: Client | None = None) -> str:
    answer = (browser or Client()).get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def somebody(role: str, office: str = OFFICE) -> Client:
    add_user(username=role, password=PASSWORD, office=office, role=role, actor="test", on=DAY)
    browser = Client()
    browser.post("/login", {"login": role, "password": PASSWORD})
    return browser


def test_the_page_shows_cities_departments_and_items_with_articles(month: str) -> None:
    html = get("/quality")

    assert f'报送质量 <span class="nowrap">{month}</span>' in html
    assert f'href="/quality/{month}?city=520100"' in html
    assert "合规率 83.33%（5 / 6）" in html
    assert "及时率 80.00%（4 / 5）" in html
    assert "《贵州省社会信用条例》第十五条、第五十七条" in html
    assert html.count("<caption") == html.count("<table") == 5
    assert "怎样计算" in html
    assert "/quality" in get("/")


def test_a_city_is_told_by_its_offices(month: str) -> None:
    html = get(f"/quality/{month}?city=520100")

    assert "贵阳市市场监督管理局" in html
    assert "贵州省税务局" not in html
    assert Client().get(f"/quality/{month}?city=110100").status_code == 404


def test_the_page_is_there_in_english_and_with_nothing(today: date) -> None:
    html = get(f"/en/quality/{today:%Y-%m}")

    assert "Quality of submissions" in html
    assert "Nothing has come this month." in html
    assert "报送质量" not in html.split("<main")[1]


def test_neither_page_nor_data_names_a_subject_or_a_document(month: str) -> None:
    for path in (f"/quality/{month}", f"/quality/{month}.json", f"/quality/{month}.csv"):
        told = Client().get(path).content.decode()
        assert "演示秘密" not in told
        assert "筑市监罚" not in told


def test_a_month_that_is_none_or_lies_ahead_is_refused_with_what_to_do(today: date) -> None:
    for text in ("2026-13", "later", "2999-01"):
        answer = Client().get(f"/quality/{text}")
        assert answer.status_code == 422
        assert "写成" in answer.content.decode()
        assert Client().get(f"/quality/{text}.json").status_code == 422


def test_the_twins_tell_the_same_numbers(month: str) -> None:
    told = json.loads(get(f"/quality/{month}.json"))
    table = list(
        csv.DictReader(io.StringIO(Client().get(f"/quality/{month}.csv").content.decode("utf-8-sig")))
    )

    wide = told["assessments"][0]
    assert (wide["whole"]["received"], wide["whole"]["late"]) == (6, 1)
    assert sum(int(line["收到"]) for line in table) == 6
    assert sum(int(line["迟报"]) for line in table) == 1


def test_the_centre_sees_who_is_late_wrong_and_silent_and_goes_into_an_office(month: str) -> None:
    centre = somebody("operator", "52.development-reform")

    html = get("/console/quality", centre)
    assert f'href="?month={month}&amp;office={OFFICE}"' in html
    assert html.index("贵阳市市场监督管理局") < html.index("贵州省税务局")
    assert "不是有效日期" in html
    assert "目录要求，从未报送" in html

    own = get(f"/console/quality?office={OFFICE}", centre)
    assert "缺 1 个：3，可能未报送" in own
    assert "贵州省税务局" not in own


def test_a_clerk_sees_the_own_office_and_no_other(month: str) -> None:
    clerk = somebody("clerk")

    assert "贵州省税务局" not in get("/console/quality", clerk)
    assert clerk.get(f"/console/quality?office={OTHER}").status_code == 403
    assert clerk.post("/console/quality/notice", {"month": month, "office": OTHER}).status_code == 403
    assert Client().get("/console/quality").status_code == 302


def test_the_notice_is_downloaded_by_a_form_and_shown_as_issued(month: str) -> None:
    clerk = somebody("clerk")

    answer = clerk.post("/console/quality/notice", {"month": month})

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    number = answer["Content-Disposition"].split('"')[1].removesuffix(".pdf")
    assert number in get("/console/quality", clerk)
    assert clerk.get("/console/quality/notice").status_code == 405
