"""One question about many subjects over HTTP: each is answered as if asked about singly, and each is in the ledger."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client as Browser

from tests.conftest import DAY
from tests.factories import a_code
from tests.gateway.conftest import SCENE, away
from xinyun.accounts.operations import add_client
from xinyun.gateway import wire
from xinyun.ledger import queries as ledger
from xinyun.lists import operations as lists

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
ASKED = {"scene": SCENE, "purpose": "投标登记", "case": "演案1号"}


@pytest.fixture
def key() -> str:
    told = {"office": "52.public-resources", "scenes": (SCENE,), "actor": "t", "on": DAY}
    return add_client(name="交易系统", **told)


@pytest.fixture
def listed() -> str:
    code = a_code()
    lists.enlist(
        list_id="wage-arrears", code=code, document="演列1号", decided=date(2026, 3, 1), office="520300.human-resources",
        name="贵州演示拖欠建筑有限公司", actor="t", on=DAY,
    )  # fmt: skip
    return code


def post(key: str, subjects: Any, attempt: str = "", **other: Any) -> Any:
    headers = {"Authorization": f"Bearer {key}"} | ({"Idempotency-Key": attempt} if attempt else {})
    body = json.dumps(ASKED | {"subjects": subjects} | other)
    return Browser().post(wire.BATCH, body, "application/json", headers=headers)


def checks() -> int:
    return ledger.kinds().get("check", 0)


def test_each_is_answered_in_order_as_if_asked_about_singly(key: str, listed: str) -> None:
    subjects = [{"code": listed}, {"code": "91"}, {"name": "贵州演示拖欠建筑有限公司"}, {"code": a_code()}]

    told = post(key, subjects).json()["answers"]
    single = Browser().post(
        wire.ROUTE, json.dumps(ASKED | {"code": listed}), "application/json", headers={"Authorization": f"Bearer {key}"}
    ).json()  # fmt: skip

    assert [one.get("decision", one.get("code")) for one in told] == [
        "block",
        "malformed-question",
        "review",
        "pass",
    ]
    assert told[0] | {"receipt": ""} == single | {"receipt": ""}
    assert len({one["receipt"] for one in told if "receipt" in one}) == 3
    assert checks() == 4


def test_ten_thousand_are_answered_in_one_call_and_each_is_in_the_ledger(key: str, listed: str) -> None:
    subjects = [{"code": listed} if n % 1000 == 0 else {"code": a_code()} for n in range(wire.MOST)]

    told = post(key, subjects).json()["answers"]

    assert [n for n, one in enumerate(told) if one["decision"] == "block"] == list(range(0, wire.MOST, 1000))
    assert checks() == wire.MOST


def test_a_batch_that_is_sent_again_is_logged_once(key: str, listed: str) -> None:
    subjects = [{"code": listed}, {"code": a_code()}]

    post(key, subjects, "attempt-1")
    post(key, subjects, "attempt-1")

    assert checks() == 2


@pytest.mark.parametrize(
    ("subjects", "other", "status"),
    [
        ([], {}, 422),
        ([{"code": "1"}] * (wire.MOST + 1), {}, 422),
        ([{"id_number": "529999190001010018"}], {}, 422),
        ([{"name": "甲"}], {"scene": "licence-approval"}, 403),
        ([{"name": "甲"}], {"purpose": ""}, 422),
        ([{"name": "甲" * (wire.BATCH_LIMIT // 3)}], {}, 413),
        ("甲", {}, 422),
    ],
)
def test_what_is_wrong_with_the_whole_is_refused_and_nobody_is_asked_about(
    key: str, subjects: Any, other: dict[str, str], status: int
) -> None:
    assert post(key, subjects, **other).status_code == status
    assert checks() == 0


def test_a_key_of_a_batch_that_leaves_no_room_for_its_places_is_refused_as_a_whole(
    key: str, listed: str
) -> None:
    subjects = [{"code": listed}]

    assert post(key, subjects, "k" * 59).status_code == 200
    assert post(key, subjects, "k" * 60).status_code == 422
    assert checks() == 1


def test_without_key_archive_or_ledger_nothing_is_answered(key: str, listed: str) -> None:
    assert post("none", [{"code": listed}]).status_code == 401
    for alias in ("default", "ledger"):
        with away(alias):
            told = post(key, [{"code": listed}])
        assert (told.status_code, told.json()["code"]) == (503, "unavailable")
    assert checks() == 0


def test_the_gateway_has_the_same_door(gateway: Any) -> None:
    import httpx

    code = gateway.listed("贵州演示成批建筑有限公司")
    body = ASKED | {"subjects": [{"code": code}, {"code": a_code()}]}
    told = httpx.post(f"{gateway.url}{wire.BATCH}", json=body, headers=gateway.headers, timeout=30)

    assert [one["decision"] for one in told.json()["answers"]] == ["block", "pass"]
    assert httpx.get(f"{gateway.url}{wire.BATCH}").status_code == 405
    assert gateway.xinyun("ledger", "verify")["ok"]
