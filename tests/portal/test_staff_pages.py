"""Logging in, and the page that says how the platform stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from tests.conftest import DAY
from xinyun.accounts.operations import add_user
from xinyun.console import queries

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
PASSWORD = "a long enough secret"


@pytest.fixture
def operator() -> Client:
    """A browser in which an operator of the credit centre has logged in."""
    add_user(
        username="operator",
        password=PASSWORD,
        office="52.market-regulation",
        role="operator",
        actor="test",
        on=DAY,
    )
    browser = Client()
    answer = browser.post("/login", {"login": "operator", "password": PASSWORD})
    assert answer["Location"] == "/console/"
    return browser


def test_a_stranger_is_sent_to_log_in_and_comes_back() -> None:
    answer = Client().get("/console/")

    assert (answer.status_code, answer["Location"]) == (302, "/login?next=/console/")


def test_a_wrong_password_is_answered_in_words() -> None:
    answer = Client().post("/login", {"login": "nobody", "password": "wrong"})

    assert answer.status_code == 200
    html = answer.content.decode()
    assert "没有登录成功" in html
    assert 'id="summary" role="alert" tabindex="-1" autofocus' in html
    assert html.count('aria-invalid="true" aria-describedby="summary"') == 2


def test_a_person_without_a_role_is_refused_with_what_to_do(operator: Client) -> None:
    from xinyun.accounts.models import User

    User.objects.update(role="")

    answer = operator.get("/console/")

    assert answer.status_code == 403
    assert "没有这项权限" in answer.content.decode()


def test_the_dashboard_counts_what_the_contexts_answer_for(company: str, operator: Client) -> None:
    page = queries.dashboard(DAY)

    assert (page.subjects, page.records, page.entries, page.rejected) == (1, 3, 2, 0)
    assert {row.item.zh for row in page.batches} == {"登记注册基本信息", "行政许可信息", "行政处罚信息"}
    assert "最近批次" in operator.get("/console/").content.decode()


def test_a_clerk_sees_the_own_offices_batches_only(company: str, write_csv: Callable[..., Path]) -> None:
    from tests.factories import a_registration, collected

    collected(write_csv([a_registration()], "own.csv"), office="520100.market-regulation")
    add_user(
        username="clerk", password=PASSWORD, office="520100.market-regulation", role="clerk", actor="test", on=DAY
    )  # fmt: skip
    browser = Client()
    browser.post("/login", {"login": "clerk", "password": PASSWORD})

    html = browser.get("/console/").content.decode()

    assert html.count("<tr>") == 2
    assert "贵阳市市场监督管理局" in html
    assert "贵州省市场监督管理局" not in html


def test_the_ledgers_kinds_are_told_in_words(company: str, operator: Client) -> None:
    from xinyun.ledger.operations import seal

    seal(actor="test", on=DAY)

    html = operator.get("/console/").content.decode()

    assert "<dt>归集批次</dt>" in html
    assert "records.accepted" not in html


def test_an_expired_form_says_that_nothing_was_sent() -> None:
    answer = Client(enforce_csrf_checks=True).post("/login", {"login": "x", "password": "y"})

    assert answer.status_code == 403
    assert "没有提交" in answer.content.decode()


def test_logging_out_takes_a_form_not_a_link(operator: Client) -> None:
    assert operator.get("/logout").status_code == 405
    assert operator.post("/logout")["Location"] == "/"
    assert operator.get("/console/").status_code == 302
