"""An office's clerk uploads a roster, does what follows and says so; others see their own; the centre sees the figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import localdate

from tests.conftest import DAY
from tests.enforcement.conftest import LABOUR, OFFICE, SCENE, enlist
from tests.enforcement.test_acting import a_receipt
from tests.factories import a_code
from xinyun.accounts.operations import add_user
from xinyun.enforcement import operations, queries

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
PASSWORD = "a long enough secret"


@pytest.fixture
def login() -> Callable[..., Client]:
    """A browser in which a person of a role has logged in."""

    def enter(role: str, office: str = OFFICE, name: str = "") -> Client:
        username = name or f"{role}-{office}"
        add_user(username=username, password=PASSWORD, office=office, role=role, actor="test", on=DAY)
        browser = Client()
        browser.post("/login", {"login": username, "password": PASSWORD})
        return browser

    return enter


def text(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def upload(browser: Client, content: str, **given: str) -> int:
    file = SimpleUploadedFile("名册.csv", content.encode())
    return browser.post("/console/rosters", {"scene": SCENE, "file": file} | given).status_code


def test_from_the_roster_to_what_was_done(login: Callable[..., Client]) -> None:
    on = localdate()
    code, entry = enlist(on=on)
    clerk = login("clerk")
    assert upload(clerk, f"统一社会信用代码,业务编号\n{code},标段7\n{a_code()},\n") == 302
    assert "名册现有 2 行" in text(clerk, "/console/rosters")
    operations.follow(actor="worker", on=on)

    said = text(clerk, "/console/tasks")
    for words in (code, "贵州演示建筑有限公司", "演列1号", "拖欠农民工工资"):
        assert words in said
    first, *_ = queries.tasks(OFFICE, on=on)
    page = f"/console/tasks/{first.id}"
    for words in ("标段7", "登记已执行", "这是误报", f"条目 {entry}"):
        assert words in text(clerk, page)
    assert clerk.post(page, {"act": "do", "text": "", "day": str(on)}).status_code == 422
    done = {"act": "do", "text": "取消投标资格（演示）", "day": str(on), "document": "演执1号"}
    assert clerk.post(page, done).status_code == 302
    again = clerk.post(page, done)
    assert again.status_code == 409
    assert "已经有人办了" in again.content.decode()
    assert "演执1号" in text(clerk, page)

    labour = login("clerk", LABOUR)
    assert code not in text(labour, "/console/tasks")
    assert "已执行" in text(labour, "/console/tasks?of=decided")
    assert "演执1号" in text(labour, page)
    assert labour.post(page, done | {"text": "不是本单位的"}).status_code == 404
    assert login("clerk", "52.finance").get(page).status_code == 404
    operator = login("operator", "52.development-reform")
    assert operator.post(page, done).status_code == 403
    figures = text(operator, "/console/automatics")
    for words in ("自动推送", "自动比对", "自动拦截", "自动奖惩", "自动督办", "自动反馈", "反馈率"):
        assert words in figures
    assert "Automatic supervision" in text(operator, "/en/console/automatics")


def test_a_bad_row_is_told_and_nothing_is_taken(login: Callable[..., Client]) -> None:
    clerk = login("clerk")
    file = SimpleUploadedFile("r.csv", f"code\n{a_code()}\n91520100\n".encode())

    answer = clerk.post("/console/rosters", {"scene": SCENE, "file": file})

    assert answer.status_code == 422
    assert "第 2 行" in answer.content.decode()
    assert queries.rosters() == []
    assert clerk.post("/console/rosters", {"scene": SCENE}).status_code == 422
    assert upload(login("auditor"), "code\n") == 403


def test_a_false_alarm_is_confirmed_by_another_clerk(login: Callable[..., Client]) -> None:
    on = localdate()
    code, _ = enlist(on=on)
    operations.put_lines(office=OFFICE, scene=SCENE, lines=[(code, "", "")], replace=False, actor="t", on=on)
    operations.follow(actor="worker", on=on)
    first, *_ = queries.tasks(OFFICE, on=on)
    one, two = login("clerk", name="one"), login("clerk", name="two")
    given = {"act": "false-alarm", "text": "证号写错", "whole": "1", "until": str(on + timedelta(days=20))}
    assert one.post(f"/console/tasks/{first.id}", given).status_code == 302
    (alarm,) = queries.false_alarms(OFFICE, on)

    assert "待另一人确认" in text(one, "/console/tasks")
    assert one.post("/console/tasks", {"alarm": alarm.pk}).status_code == 409
    assert two.post("/console/tasks", {"alarm": alarm.pk}).status_code == 302

    assert code not in text(two, "/console/tasks").split("误报")[0]
    assert queries.task(first.id).state == "ended"


def test_a_check_is_overridden_with_its_receipt(login: Callable[..., Client]) -> None:
    code, _ = enlist(on=DAY)
    receipt, _ = a_receipt(code)
    clerk = login("clerk")
    given = {"receipt": receipt, "did": "let-through", "reason": ""}
    assert clerk.post("/console/tasks", given).status_code == 422
    assert clerk.post("/console/tasks", given | {"receipt": "x.y.z", "reason": "有"}).status_code == 422

    assert clerk.post("/console/tasks", given | {"reason": "联席会议同意"}).status_code == 302

    assert "联席会议同意" in text(clerk, "/console/automatics")
    assert clerk.post("/console/tasks", given | {"reason": "又一次"}).status_code == 409
