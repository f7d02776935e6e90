"""The officer's page: what is due is counted where asked for, what went is shown with its article, a record can be kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.conftest import DAY
from tests.retention.conftest import AT, OTHER, Send, a_person, send
from xinyun.accounts.operations import add_user
from xinyun.archive.models import Record
from xinyun.retention import operations, queries

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
PASSWORD = "a long enough secret"
PAGE = "/console/retention"
__all__ = ["send"]


@pytest.fixture
def login() -> Callable[[str], Client]:
    """A browser in which a person of a role has logged in."""

    def enter(role: str) -> Client:
        add_user(
            username=role, password=PASSWORD, office="52.market-regulation", role=role, actor="test", on=DAY
        )
        browser = Client()
        browser.post("/login", {"login": role, "password": PASSWORD})
        return browser

    return enter


def test_an_officer_sees_what_is_due_and_keeps_a_record(send: Send, login: Callable[[str], Client]) -> None:
    send(a_person(), a_person(OTHER))
    officer, record = login("operator"), Record.objects.order_by("id")[0].pk

    assert "还没有运行过" in officer.get(PAGE).content.decode()
    counted = officer.get(PAGE, {"due": "1"}).content.decode()
    assert "到期应删" in counted
    assert "《征信业管理条例》第十六条" in counted
    kept = {"record": record, "ground": "objection", "reason": "异议正在核查"}
    assert officer.post(PAGE, kept).status_code == 302
    operations.run(actor="worker", on=timezone.localdate(), at=AT + timedelta(days=1))

    said = officer.get(PAGE).content.decode()
    for words in ("异议正在核查", "到期但保留", "已删除", "adverse-of-persons", "最近的删除令"):
        assert words in said
    assert list(Record.objects.values_list("pk", flat=True)) == [record]
    (hold,) = queries.holds()
    assert officer.post(PAGE, {"release": hold.id, "reason": "办结"}).status_code == 302
    assert queries.holds() == []


def test_what_was_wrong_is_said_and_what_was_given_is_kept(
    send: Send, login: Callable[[str], Client]
) -> None:
    answer = login("operator").post(PAGE, {"record": "x", "ground": "case", "reason": "诉讼中需要"})

    assert answer.status_code == 404
    said = answer.content.decode()
    assert "没有这样的记录" in said
    assert "诉讼中需要" in said


def test_a_clerk_may_not(login: Callable[[str], Client]) -> None:
    assert login("clerk").get(PAGE).status_code == 403
