"""The notice: what it says, that the same content is the same bytes, and that it is logged before it is handed out."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import DatabaseError
from pypdf import PdfReader

from tests.assessment.conftest import NOVEMBER, OFFICE, OTHER
from xinyun.assessment import operations, queries
from xinyun.assessment.models import Notice
from xinyun.law import UnknownNorm
from xinyun.ledger import queries as ledger

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
ON = date(2026, 11, 26)
AT = datetime(2026, 11, 26, 9, 30, 15, tzinfo=timezone(timedelta(hours=8)))


def issued(at: datetime = AT, **scope: str) -> operations.IssuedNotice:
    return operations.issue_notice(month=NOVEMBER, actor="test", on=ON, at=at, **scope)


def text_of(notice: operations.IssuedNotice) -> str:
    pages = PdfReader(io.BytesIO(notice.pdf)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def test_a_notice_to_an_office_says_who_is_late_wrong_and_perhaps_silent(november: None) -> None:
    notice = issued(office=OFFICE)

    text = text_of(notice)

    assert notice.number in text
    assert "2026年11月公共信用信息报送质量考核通报" in text
    assert "贵阳市市场监督管理局" in text
    assert "及时率66.67%（4/6）" in text
    assert "合规率75.00%（6/8）" in text
    assert "请重点整改" in text
    assert "不是有效日期" in text
    assert "以往报送，现已到期未报（最近2026-09-02）" in text
    assert "缺2个：3–4，可能未报送" in text
    assert "发改办财金" in text or "公示时限" in text


def test_a_notice_to_a_city_and_to_everybody_compares(november: None) -> None:
    city, everybody = text_of(issued(city="520100")), text_of(issued())

    assert "通报对象贵阳市" in city
    assert "黔税罚" not in city
    assert "各市（州）、省级有关单位" in everybody
    assert "省级单位" in everybody


def test_asking_again_gives_the_same_bytes_and_logs_nothing(november: None) -> None:
    first = issued(office=OFFICE)
    size = ledger.size()

    again = issued(office=OFFICE, at=AT + timedelta(hours=3))

    assert (again.number, again.pdf) == (first.number, first.pdf)
    assert (ledger.size(), Notice.objects.count()) == (size, 1)


def test_something_new_makes_another_notice(november: None, send: Callable[..., Any]) -> None:
    first = issued(office=OFFICE)
    send(["2026-11-25"], ON, prefix="新罚")

    second = issued(office=OFFICE, at=AT + timedelta(hours=3))

    assert second.number != first.number
    assert [one.number for one in queries.notices(office=OFFICE)] == [second.number, first.number]


def test_a_notice_is_in_the_ledger_and_its_register_keeps_it(november: None) -> None:
    notice = issued(office=OTHER)

    assert ledger.kinds()["notice"] == 1
    (known,) = queries.notices()
    assert (known.scope, known.sha256, known.through) == (OTHER, notice.sha256, ON)
    with pytest.raises(DatabaseError, match="never changed"):
        Notice.objects.update(sha256="0" * 64)


def test_a_month_that_has_not_begun_an_unknown_office_and_city_are_refused(db: None) -> None:
    with pytest.raises(UnknownNorm):
        issued(office="520100.nobody")
    with pytest.raises(queries.NoSuchCity):
        issued(city="110100")
    with pytest.raises(queries.WrongMonth):
        queries.month_of("2026-12", ON)
    assert Notice.objects.count() == 0
