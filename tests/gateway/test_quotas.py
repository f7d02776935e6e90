"""How much a client may ask in a minute: the arithmetic, and the doors that ask for it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx
import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import DAY
from tests.factories import a_code
from tests.gateway.conftest import SCENE
from xinyun.accounts import operations as accounts
from xinyun.accounts.models import Client
from xinyun.accounts.queries import ClientView, client_by_key
from xinyun.gateway import wire
from xinyun.gateway.quotas import MINUTE, BatchOverQuota, OverQuota, Quotas
from xinyun.plumbing import feed

STORES = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
ASKED = {"scene": SCENE, "purpose": "投标登记"}


def a_client(quota: int | None, id: int = 1) -> ClientView:
    return ClientView(id, "交易系统", "52.public-resources", frozenset({SCENE}), False, (), quota)


def admitted(quotas: Quotas, client: ClientView, count: int, now: float) -> bool:
    try:
        quotas.take(client, count, now)
    except (OverQuota, BatchOverQuota):
        return False
    return True


calls = st.lists(st.tuples(st.floats(0, 40), st.integers(1, 30)), max_size=60)


@given(quota=st.integers(1, 40), calls=calls)
def test_no_minute_lets_in_more_than_the_quota_beyond_the_full_bucket(
    quota: int, calls: list[tuple[float, int]]
) -> None:
    quotas, client, now, let_in = Quotas(), a_client(quota), 0.0, []
    for pause, count in calls:
        now += pause
        if admitted(quotas, client, count, now):
            let_in.append((now, count))

    for start, _ in let_in:
        within = sum(count for at, count in let_in if start <= at < start + MINUTE)
        assert within <= 2 * quota
    if let_in:  # over any stretch: the bucket as it was at first, and what came in since
        assert sum(count for _, count in let_in) <= quota + quota * (let_in[-1][0]) / MINUTE + 1e-6


@given(quota=st.integers(1, 40), calls=calls)
def test_after_a_quiet_minute_the_bucket_is_full_and_no_fuller(
    quota: int, calls: list[tuple[float, int]]
) -> None:
    quotas, client, now = Quotas(), a_client(quota), 0.0
    for pause, count in calls:
        now += pause
        admitted(quotas, client, count, now)

    later = now + MINUTE + 1e-6
    assert admitted(quotas, client, quota, later)
    assert not admitted(quotas, client, 1, later)


@given(quota=st.integers(1, 40), calls=calls)
def test_who_waits_as_long_as_told_is_let_in(quota: int, calls: list[tuple[float, int]]) -> None:
    quotas, client, now = Quotas(), a_client(quota), 0.0
    for pause, count in calls:
        now += pause
        try:
            quotas.take(client, count, now)
        except BatchOverQuota:
            assert count > quota
        except OverQuota as refusal:
            wait = dict(refusal.headers)[b"retry-after"]
            now += int(wait)
            quotas.take(client, count, now)


def test_clients_count_apart_and_without_a_quota_nothing_is_counted() -> None:
    quotas = Quotas()
    for id in (1, 2):
        quotas.take(a_client(5, id), 5, 0.0)
    for _ in range(10_000):
        quotas.take(a_client(None, 3), 10_000, 0.0)

    assert not admitted(quotas, a_client(5, 1), 1, 0.0)


def test_another_quota_holds_from_the_next_question_on() -> None:
    quotas, client = Quotas(), a_client(100)
    quotas.take(client, 10, 0.0)

    assert not admitted(quotas, replace(client, quota=3), 4, 0.0)
    assert admitted(quotas, replace(client, quota=3), 3, 0.0)
    assert admitted(quotas, replace(client, quota=None), 1000, 0.0)


def a_key(**told: Any) -> str:
    return accounts.add_client(
        name="交易系统", office="52.public-resources", scenes=[SCENE], actor="t", on=DAY, **told
    )


@STORES
def test_the_bound_is_kept_announced_and_lifted() -> None:
    key = a_key(quota=3)
    before = feed.head()
    accounts.set_quota(name="交易系统", quota=7, actor="t", on=DAY)
    told = client_by_key(key)

    assert told is not None
    assert told.quota == 7
    assert feed.head() == before + 1
    accounts.set_quota(name="交易系统", quota=None, actor="t", on=DAY)
    lifted = client_by_key(key)
    assert lifted is not None
    assert lifted.quota is None


@STORES
@pytest.mark.parametrize("quota", [0, -1, accounts.MOST_A_MINUTE + 1])
def test_what_is_no_bound_is_refused(quota: int) -> None:
    with pytest.raises(accounts.NotAQuota):
        a_key(quota=quota)
    a_key()
    with pytest.raises(accounts.NotAQuota):
        accounts.set_quota(name="交易系统", quota=quota, actor="t", on=DAY)
    with pytest.raises(accounts.UnknownClient):
        accounts.set_quota(name="无此系统", quota=1, actor="t", on=DAY)


@STORES
def test_the_store_itself_takes_no_bound_of_none() -> None:
    a_key()
    with pytest.raises(IntegrityError), transaction.atomic():
        Client.objects.update(quota=0)


@STORES
def test_nobody_bounds_a_client_whose_key_is_revoked() -> None:
    a_key()
    accounts.revoke_client(name="交易系统", actor="t", on=DAY, at=datetime.fromisoformat(f"{DAY}T00:00:00Z"))
    with pytest.raises(accounts.AlreadyRevoked):
        accounts.set_quota(name="交易系统", quota=1, actor="t", on=DAY)


def post(route: str, key: str, body: dict[str, Any]) -> Any:
    headers = {"Authorization": f"Bearer {key}"}
    return Browser().post(route, json.dumps(ASKED | body), "application/json", headers=headers)


@STORES
def test_single_checks_and_batches_of_the_site_draw_from_one_bucket() -> None:
    key = a_key(quota=4)
    three = {"subjects": [{"code": a_code()} for _ in range(3)]}

    assert post(wire.BATCH, key, three).status_code == 200
    over = post(wire.BATCH, key, three)
    assert post(wire.ROUTE, key, {"code": a_code()}).status_code == 200
    single = post(wire.ROUTE, key, {"code": a_code()})
    never = post(wire.BATCH, key, {"subjects": [{"code": a_code()}] * 5})

    assert (over.status_code, over.json()["code"]) == (429, "over-quota")
    assert 1 <= int(over["Retry-After"]) <= 45
    assert all(over.json()[name] for name in ("title", "title_en", "detail", "detail_en"))
    assert (single.status_code, single.json()["code"]) == (429, "over-quota")
    assert (never.status_code, never.json()["code"]) == (422, "batch-over-quota")


def test_a_running_gateway_hears_of_a_new_bound(gateway: Any) -> None:
    limited = ["client", "add", "限额系统", "--office", "52.public-resources", "--scene", SCENE]
    key = gateway.xinyun(*limited, "--quota", "2")["key"]
    batch = {"subjects": [{"code": a_code()}, {"code": a_code()}]}

    def ask() -> httpx.Response:
        headers = {"Authorization": f"Bearer {key}"}
        return httpx.post(f"{gateway.url}{wire.BATCH}", json=ASKED | batch, headers=headers, timeout=30)

    assert ask().status_code == 200
    over = ask()
    assert (over.status_code, over.json()["code"]) == (429, "over-quota")
    assert int(over.headers["retry-after"]) >= 1
    assert gateway.xinyun("client", "quota", "限额系统", "none") == {"client": "限额系统", "quota": None}
    assert ask().status_code == 200
    assert gateway.xinyun("client", "quota", "限额系统", "1")["quota"] == 1
    assert ask().status_code == 422
