"""Staff read everything of a subject for a purpose that is logged first; a clerk what is public and the own office's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from tests.conftest import DAY
from tests.factories import a_code, a_penalty, a_registration, collected
from xinyun.accounts.operations import add_user
from xinyun.archive import operations, queries
from xinyun.ledger import queries as ledger

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
PASSWORD = "a long enough secret"


@pytest.fixture
def login() -> Callable[..., Client]:
    """A browser in which a person of an office and a role has logged in."""

    def enter(role: str, office: str = "52.market-regulation") -> Client:
        add_user(username=role, password=PASSWORD, office=office, role=role, actor="test", on=DAY)
        browser = Client()
        browser.post("/login", {"login": role, "password": PASSWORD})
        return browser

    return enter


@pytest.fixture
def code(write_csv: Callable[..., Path]) -> str:
    """A company with a registration that another department contradicts, a shown penalty and a warning."""
    code = a_code()
    row = a_registration(code, 名称="贵州演示甲公司", 住所="演示路1号")
    collected(write_csv([row]))
    collected(write_csv([row | {"住所": "演示路9号"}]), office="52.civil-affairs")
    collected(write_csv([a_penalty(code, CF_WFXW="公示的违法")]), "penalty", "52.transport")
    collected(write_csv([a_penalty(code, CF_CFLB="警告", CF_WFXW="不公示的违法")]), "penalty", "52.transport")
    return code


def reads() -> int:
    return ledger.kinds().get("read", 0)


def test_nothing_is_shown_before_a_purpose_is_given_and_logged(
    code: str, login: Callable[..., Client]
) -> None:
    browser = login("operator")
    address = f"/console/subjects/{code}"

    asked, refused = browser.get(address), browser.post(address, {"purpose": " "})
    assert (asked.status_code, refused.status_code, reads()) == (200, 422, 0)
    assert "贵州演示甲公司" not in asked.content.decode() + refused.content.decode()
    assert "没有写明用途" in refused.content.decode()

    shown = browser.post(address, {"purpose": "核对登记"})

    assert (shown.status_code, reads()) == (200, 1)
    text = shown.content.decode()
    for wanted in ("公示的违法", "不公示的违法", "演示路9号", "来源不一致", "逐项来源", "核对登记"):
        assert wanted in text


def test_a_clerk_sees_what_is_public_and_the_own_offices(code: str, login: Callable[..., Client]) -> None:
    other, own = login("clerk", "52.tax"), f"/console/subjects/{code}"

    text = other.post(own, {"purpose": "核对"}).content.decode()

    assert "公示的违法" in text
    assert "不公示的违法" not in text
    assert "只列公示的和本单位报送的" in text


def test_a_clerk_sees_the_own_offices_records_that_are_not_public(
    code: str, login: Callable[..., Client]
) -> None:
    text = (
        login("clerk", "52.transport").post(f"/console/subjects/{code}", {"purpose": "核对"}).content.decode()
    )

    assert "不公示的违法" in text


def test_the_centre_is_shown_statements_whose_record_was_withdrawn(
    code: str, login: Callable[..., Client]
) -> None:
    browser = login("auditor")
    assert "另有单位的陈述" not in browser.get("/console/subjects").content.decode()
    (record,) = queries.records_of(queries.subject(code).id, items=("registration",))

    operations.withdraw(records=[record.id], reason="演示", office="52.market-regulation", actor="a", on=DAY)

    text = browser.get("/console/subjects").content.decode()
    assert "另有单位的陈述" in text
    assert f"/console/subjects/{code}" in text
    assert "另有单位的陈述" not in login("clerk").get("/console/subjects").content.decode()


def test_a_code_leads_to_its_subject_and_an_unknown_one_says_so(
    code: str, login: Callable[..., Client]
) -> None:
    browser = login("operator")

    assert browser.get("/console/subjects", {"code": code.lower()})["Location"] == f"/console/subjects/{code}"
    assert "没有代码为" in browser.get("/console/subjects", {"code": "9152"}).content.decode()
    assert browser.get("/console/subjects/911101080000000001").status_code == 404
    assert Client().get(f"/console/subjects/{code}").status_code == 302


def test_staff_read_past_days_and_days_to_come_are_refused(code: str, login: Callable[..., Client]) -> None:
    browser, address = login("operator"), f"/console/subjects/{code}"
    today = timezone.localdate()

    then = browser.post(address, {"purpose": "核对", "as_of": "2026-05-09", "known": str(today)})
    future = browser.post(address, {"purpose": "核对", "as_of": str(today + timedelta(days=1))})

    assert f"2026-05-09 有效、{today} 已知的档案" in then.content.decode()
    assert then.content.decode().count("当日无效") == 2  # the two penalties were decided a day later
    assert (future.status_code, reads()) == (422, 1)
    assert "还没有到" in future.content.decode()
