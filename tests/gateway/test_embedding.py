"""The embedded page: a ticket for one answer, framed by whom it was made for alone."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections
from django.test import Client as Browser
from django.utils import timezone

from tests.conftest import DAY
from tests.factories import a_code
from xinyun.accounts.operations import NotAClient, add_client, revoke_client
from xinyun.base import Refusal
from xinyun.gateway import embedding, operations
from xinyun.ledger.models import Preimage
from xinyun.lists import operations as lists

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
SCENE, ORIGIN = "tender-registration", "https://jy.example.cn"
BY = {"actor": "t", "on": DAY}


def a_key(name: str = "交易系统", origins: tuple[str, ...] = (ORIGIN,)) -> str:
    return add_client(name=name, office="52.public-resources", scenes=[SCENE], origins=origins, **BY)


def mint(key: str, **other: Any) -> Any:
    told = {"scene": SCENE, "purpose": "投标登记", "case": "演案1号"} | other
    headers = {"Authorization": f"Bearer {key}"}
    return Browser().post("/v1/embeds", json.dumps(told), "application/json", headers=headers)


def path(key: str) -> str:
    return mint(key).json()["path"]


def ask(opened: str, language: str = "", **form: str) -> Any:
    token = opened.partition("ticket=")[2]
    return Browser().post(f"{language}{embedding.PAGE}", {"ticket": token} | form)


@pytest.fixture
def listed() -> str:
    code = a_code()
    lists.enlist(
        list_id="wage-arrears", code=code, document="演列1号", decided=DAY.replace(month=3, day=1), office="520300.human-resources",
        name="贵州演示拖欠建筑有限公司", **BY,
    )  # fmt: skip
    return code


def logged() -> list[dict[str, Any]]:
    return [
        json.loads(one)
        for one in Preimage.objects.filter(leaf__kind="check").values_list("payload", flat=True)
    ]


def test_an_officer_asks_once_and_reads_the_answer_in_words(listed):
    opened = path(a_key())
    form = Browser().get(opened)
    answer = ask(opened, code=listed)
    again = ask(opened, code=a_code())

    assert "演案1号" in form.content.decode()
    text = answer.content.decode()
    assert answer.status_code == 200
    for said in (
        "不得办理",
        "限制参加招标投标",
        "第四十八条",
        "2029-03-01",
        "拖欠农民工工资",
        "data:image/svg",
    ):
        assert said in text
    assert (again.status_code, "只查一次" in again.content.decode()) == (403, True)
    assert Browser().get(opened).status_code == 403
    (one,) = logged()
    assert (one["client"], one["purpose"], one["case"], one["decision"]) == (
        "交易系统",
        "投标登记",
        "演案1号",
        "block",
    )


def test_only_the_clients_sites_may_frame_it(listed):
    opened = path(a_key(origins=(ORIGIN, "http://localhost:8000")))
    for response in (Browser().get(opened), ask(opened, code=listed), Browser().get(opened)):
        policy = response["Content-Security-Policy"]
        assert f"frame-ancestors {ORIGIN} http://localhost:8000" in policy
        assert (response["Referrer-Policy"], response["Cache-Control"]) == ("no-referrer", "no-store")
        assert "X-Frame-Options" not in response
    assert "frame-ancestors 'none'" in Browser().get(embedding.PAGE)["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in Browser().get("/")["Content-Security-Policy"]


def test_a_wrong_code_does_not_use_the_ticket_up(listed):
    opened = path(a_key())
    wrong = ask(opened, code="91")

    assert (wrong.status_code, 'role="alert"' in wrong.content.decode()) == (200, True)
    assert logged() == []
    assert "不得办理" in ask(opened, code=listed).content.decode()


def test_a_name_alone_never_blocks_and_english_is_spoken(listed):
    from xinyun.archive.operations import follow_names

    follow_names(**BY)
    page = ask(path(a_key()), "/en", name="贵州演示拖欠建筑有限公司").content.decode()

    assert "A person must look into it first" in page
    assert listed in page
    assert "Do not proceed" not in page


def test_a_ticket_that_is_old_forged_or_revoked_is_refused(listed, monkeypatch):
    key = a_key()
    token = path(key).partition("ticket=")[2]
    ticket = embedding.read(token)
    with pytest.raises(embedding.TicketRefused, match="过期"):
        ticket.demand_good(timezone.now() + timedelta(minutes=11))
    assert Browser().get(embedding.PAGE, {"ticket": token[:-4] + "AAAA"}).status_code == 403
    revoke_client(name="交易系统", at=timezone.now(), **BY)
    assert Browser().get(embedding.PAGE, {"ticket": token}).status_code == 403


def test_a_receipt_is_no_ticket(listed):
    (answer,) = operations.answer(
        [operations.Question(scene=SCENE, purpose="投标登记", client="c", code=listed)],
        at=timezone.now(),
        on=DAY,
    )

    assert Browser().get(embedding.PAGE, {"ticket": answer.receipt}).status_code == 403


def test_two_who_use_one_ticket_at_once_get_one_answer(listed):
    opened, together, given = path(a_key()), Barrier(4), []

    def use(code: str) -> None:
        together.wait()
        given.append(ask(opened, code=code).status_code)
        connections.close_all()

    users = [Thread(target=use, args=(code,)) for code in (listed, *(a_code() for _ in range(3)))]
    for one in users:
        one.start()
    for one in users:
        one.join()

    assert sorted(given) == [200, 403, 403, 403]
    assert len(logged()) == 1


@pytest.mark.parametrize(
    ("other", "status", "code"),
    [
        ({"scene": "licence-approval"}, 403, "scene-not-granted"),
        ({"purpose": ""}, 422, "malformed-question"),
        ({"extra": 1}, 422, "malformed-question"),
    ],
)
def test_what_may_not_be_asked_gets_no_ticket(other, status, code):
    told = mint(a_key(), **other)

    assert (told.status_code, told.json()["code"]) == (status, code)


def test_without_an_origin_or_a_key_there_is_no_ticket():
    assert mint(a_key(origins=())).json()["code"] == "no-origin"
    assert mint("xy_none").status_code == 401


@pytest.mark.parametrize(
    "origin", ["https://a.cn; script-src *", "https://a.cn/path", "http://a.cn", "*", "https://A.cn", ""]
)
def test_what_is_no_origin_is_refused(origin):
    with pytest.raises(NotAClient):
        a_key(origins=(origin,))


def test_a_demonstration_says_so_on_this_page_too(settings):
    opened = path(a_key())
    plain = Browser().get(opened).content.decode()
    settings.XINYUN = replace(settings.XINYUN, demo_asked=True)
    shown = Browser().get(opened).content.decode()

    assert ("演示数据" in plain, "演示数据" in shown) == (False, True)


def test_the_page_needs_no_script():
    page = Browser().get(path(a_key())).content.decode()

    assert "<script" not in page
    assert not re.search(r"\son\w+=|\sstyle=", page)
    assert issubclass(embedding.TicketRefused, Refusal)
