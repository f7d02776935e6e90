"""Who is told of changes: an office sees its own and takes what waits, the centre replays and ends, auditors only read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.conftest import DAY
from tests.exchange.conftest import AT, a_client, enlist, subscribe
from xinyun.accounts.operations import add_user, set_quota
from xinyun.exchange import operations, progress, queries

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
PASSWORD = "a long enough secret"
PAGE = "/console/subscriptions"


@pytest.fixture
def login() -> Callable[..., Client]:
    """A browser in which a person of a role has logged in."""

    def enter(role: str, office: str = "52.development-reform") -> Client:
        add_user(username=role, password=PASSWORD, office=office, role=role, actor="test", on=DAY)
        browser = Client()
        browser.post("/login", {"login": role, "password": PASSWORD})
        return browser

    return enter


def text(browser: Client, address: str) -> str:
    return browser.get(address).content.decode()


def test_a_clerk_reads_the_own_offices_inbox_and_takes_what_is_in_it(login: Callable[..., Client]) -> None:
    a_client()
    id = subscribe()
    code = enlist(1)
    clerk, page = login("clerk"), f"{PAGE}/{id}"

    assert "演示招标系统" in text(clerk, PAGE)
    said = text(clerk, page)
    for words in (code, "演列1号", "拖欠农民工工资", "以上都已收到", "2029-03-01"):
        assert words in said
    cursor = str(queries.waiting(queries.row_of(id)).cursor)
    assert clerk.post(page, {"take": cursor}).status_code == 302

    assert code not in text(clerk, page)
    (done,) = queries.deliveries(id)
    assert (done.messages, done.through) == (1, cursor)
    assert done.actor != "worker"
    assert clerk.post(page, {"take": cursor}).status_code == 302  # the same form sent twice
    assert len(queries.deliveries(id)) == 1


def test_the_page_says_how_much_the_client_may_ask(login: Callable[..., Client]) -> None:
    a_client()
    clerk, page = login("clerk"), f"{PAGE}/{subscribe()}"

    assert "不限" in text(clerk, page)
    set_quota(name="演示招标系统", quota=1200, actor="test", on=DAY)
    assert "每分钟 1,200 次" in text(clerk, page)
    assert "1,200 a minute" in text(clerk, f"/en{page}")


def test_another_offices_clerk_sees_none_of_it(login: Callable[..., Client]) -> None:
    a_client()
    id = subscribe()
    stranger = login("clerk", "52.market-regulation")

    assert "演示招标系统" not in text(stranger, PAGE)
    assert stranger.get(f"{PAGE}/{id}").status_code == 404
    assert stranger.post(f"{PAGE}/{id}", {"take": "1.1.1"}).status_code == 404


def test_the_centre_replays_and_ends_and_others_may_not(login: Callable[..., Client]) -> None:
    a_client()
    id = subscribe()
    code = enlist(1)
    page = f"{PAGE}/{id}"
    through = str(queries.waiting(queries.row_of(id)).cursor)
    operations.take(subscription=id, through=through, limit=50, office="", actor="t", on=DAY, at=AT)
    clerk, auditor, operator = login("clerk"), login("auditor"), login("operator")

    for browser in (clerk, auditor):
        assert browser.post(page, {"end": "1"}).status_code == 403
        assert browser.post(page, {"after": "0"}).status_code == 403
        assert "重推、结束" not in text(browser, page)
    refused = operator.post(page, {"after": "昨天"})
    assert refused.status_code == 422
    assert "不是消息的位置" in refused.content.decode()
    assert operator.post(page, {"after": "0"}).status_code == 302
    assert code in text(operator, page)
    assert auditor.post(page, {"take": through}).status_code == 403
    assert operator.post(page, {"end": "1"}).status_code == 302

    assert "已结束" in text(operator, PAGE)
    assert operator.post(page, {"end": "1"}).status_code == 409


def test_a_failing_one_says_why_and_when_it_is_tried_again(login: Callable[..., Client]) -> None:
    a_client()
    id = subscribe(channel="webhook", address="http://127.0.0.1:9/told")
    enlist(1)
    ((row, _),) = progress.claim(AT, busy=())
    progress.failed(row, "HTTP 500", at=AT)

    said = text(login("operator"), f"{PAGE}/{id}")

    assert "HTTP 500" in said
    assert "连续失败 1 次" in said
    assert "2026-11-20 10:00:05" in said
