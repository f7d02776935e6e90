"""The interface: a key, a purpose, and an answer with documents; a program that only furnishes is turned away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.conftest import DAY
from tests.relations.conftest import Send, a_licence_naming, a_shareholder, listed
from xinyun.accounts.operations import add_client
from xinyun.ledger import queries as ledger

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
Firm = Callable[..., str]


def a_key(**given: Any) -> str:
    told: dict[str, Any] = {"scenes": ["tender-registration"], "name": "演示交易平台"} | given
    return add_client(office="52.public-resources", actor="test", on=DAY, **told)


def ask(code: str, key: str = "", **given: str) -> Any:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return Client().get(f"/api/v1/association/{code}", given, headers=headers)


def test_a_listed_subject_comes_with_its_decision_and_the_records_that_lead_to_it(
    send: Send, firm: Firm
) -> None:
    one, owner = firm("贵州演示甲有限公司"), firm("贵州演示乙有限公司")
    send("shareholder", a_shareholder(one, owner))
    listed(owner)
    before = ledger.kinds().get("relations.read", 0)

    answer = ask(one, a_key(), purpose="投标登记核对")

    told = answer.json()
    assert answer.status_code == 200, told
    (found,) = told["found"]
    assert (found["code"], found["steps"], found["listings"][0]["document"]) == (
        owner,
        1,
        "演税确字〔2026〕1号",
    )
    ((step,),) = found["paths"]
    assert (step["near"], step["link"], step["far"], step["share"]) == (one, "shareholder", owner, "60")
    assert step["records"][0]["item"] == "shareholder"
    assert told["basis"] == ["gov-49-2020 第五部分"]
    assert ledger.kinds()["relations.read"] == before + 1


def test_persons_are_numbered_and_neither_named_nor_hashed(send: Send, firm: Firm) -> None:
    one, other = firm("贵州演示甲有限公司"), firm("贵州演示乙有限公司")
    send("licence", a_licence_naming(one), a_licence_naming(other))
    listed(other)

    answer = ask(one, a_key(), purpose="投标登记核对")

    (found,) = answer.json()["found"]
    assert [(step["near"], step["far"]) for step in found["paths"][0]] == [(one, "p1"), (other, "p1")]
    assert found["basis"] == ["sat-54-2021 第十二条"]
    assert "演示甲" not in answer.content.decode().replace("贵州演示甲有限公司", "")


@pytest.mark.parametrize(("given", "status", "code"), [
    ({}, 401, "no-key"),
    ({"key": "xy_nobody"}, 401, "no-key"),
    ({"furnishes": True}, 403, "may-not-ask"),
    ({"purpose": ""}, 422, "no-purpose"),
    ({"code": "911101080000000001"}, 404, "no-such-subject"),
])  # fmt: skip
def test_what_is_refused(given: dict[str, Any], status: int, code: str, firm: Firm) -> None:
    key = given.get("key", "")
    if given.get("furnishes"):
        key = a_key(scenes=[], furnishes=True)
    elif given.keys() & {"purpose", "code"}:
        key = a_key()

    answer = ask(given.get("code") or firm("贵州演示甲有限公司"), key, purpose=given.get("purpose", "核对"))

    assert (answer.status_code, answer.json()["code"]) == (status, code)
