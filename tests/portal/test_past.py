"""What a program may read of a past day: what was public then, and is public still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.conftest import DAY
from tests.factories import a_code, a_licence, a_penalty, a_registration, collected
from xinyun.archive import operations, queries
from xinyun.lists import operations as lists
from xinyun.lists import queries as listed
from xinyun.plumbing import feed
from xinyun.portal.past import Days, past_document

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)


def past(
    code: str, valid: date, known: date | None = None, today: date | None = None
) -> dict[str, Any] | None:
    return past_document(code, Days(valid, known or timezone.localdate(), today or timezone.localdate()))


def numbers(document: dict[str, Any] | None) -> set[str]:
    return {record["number"] for record in document["records"]} if document else set()


def test_a_day_before_the_decision_does_not_show_it_and_the_day_itself_does(company: str) -> None:
    assert "演罚〔2026〕1号" not in numbers(past(company, date(2026, 5, 9)))
    assert "演罚〔2026〕1号" in numbers(past(company, date(2026, 5, 10)))


def test_the_header_and_whether_a_record_held_are_those_of_the_day(write_csv: Callable[..., Path]) -> None:
    code = a_code()
    collected(write_csv([a_registration(code, 名称="贵州演示旧名公司", 核准日期="2020-01-01")]))
    collected(write_csv([a_registration(code, 名称="贵州演示新名公司", 核准日期="2025-01-01")]))
    collected(
        write_csv([a_licence(code, XK_JDRQ="2024/05/01", XK_YXQZ="2024/05/01", XK_YXQZI="2025/04/30")]),
        "licence",
    )

    then, later = past(code, date(2024, 6, 1)), past(code, date(2025, 6, 1))

    assert (then["name"], later["name"]) == ("贵州演示旧名公司", "贵州演示新名公司")
    assert (then["records"][0]["in_force"], later["records"][0]["in_force"]) == (True, False)


def test_what_has_expired_or_was_withdrawn_since_does_not_come_back(company: str) -> None:
    valid, seen = date(2026, 6, 1), timezone.localdate()
    assert "演罚〔2026〕1号" in numbers(past(company, valid, seen, date(2027, 5, 9)))
    assert "演罚〔2026〕1号" not in numbers(past(company, valid, seen, date(2027, 5, 10)))
    subject = queries.subject(company)
    (penalty,) = queries.records_of(subject.id, items=("penalty",))

    operations.withdraw(records=[penalty.id], reason="演示", office="52.market-regulation", actor="a", on=DAY)

    assert "演罚〔2026〕1号" not in numbers(past(company, valid))


def test_a_correction_that_hides_a_record_hides_its_past(
    company: str, write_csv: Callable[..., Path]
) -> None:
    row = a_penalty(company, CF_WSH="演罚〔2026〕7号")
    collected(write_csv([row]), "penalty")
    assert "演罚〔2026〕7号" in numbers(past(company, date(2026, 6, 1)))

    collected(write_csv([row | {"CF_CFLB": "警告"}]), "penalty")

    assert "演罚〔2026〕7号" not in numbers(past(company, date(2026, 6, 1)))


def test_an_entry_that_was_removed_does_not_come_back(company: str) -> None:
    assert "演列〔2026〕1号" in numbers(past(company, date(2026, 6, 2)))
    entry = next(
        one for one in listed.history_of(queries.subject(company).id) if one.list_id == "wage-arrears"
    )

    lists.delist(
        entry=entry.id,
        document="演移〔2026〕1号",
        reason="演示",
        office="52.human-resources",
        actor="a",
        on=DAY,
    )

    assert "演列〔2026〕1号" not in numbers(past(company, date(2026, 6, 2)))


def test_the_interface_takes_both_days_and_refuses_days_to_come_in_words(company: str) -> None:
    today = timezone.localdate()
    address = f"/api/v1/subjects/{company}"

    told = Client().get(address, {"as_of": "2026-06-01", "known": str(today)}).json()
    early = Client().get(address, {"as_of": str(today - timedelta(days=1))})
    future = Client().get(address, {"as_of": str(today + timedelta(days=1))})

    assert told["as_of"] == told["as_of"] | {"on": "2026-06-01", "known": str(today), "seq": feed.head()}
    assert (early.status_code, early.json()["code"]) == (
        404,
        "no-such-subject",
    )  # the archive did not know it yet
    assert (future.status_code, future.json()["code"]) == (422, "future-day")
    assert "还没有到" in future.json()["title"] + future.json()["detail"]
    assert Client().get(address, {"known": str(today + timedelta(days=1))}).status_code == 422
