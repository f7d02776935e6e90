"""The inbox for programs: by the key of the subscriber alone, from any place, without moving anything."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.exchange.conftest import a_client, delist, enlist, subscribe

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])


@pytest.fixture
def key() -> str:
    return a_client()


def ask(id: int, key: str, **given: str) -> tuple[int, dict]:  # type: ignore[type-arg]
    answer = Client().get(
        f"/api/v1/subscriptions/{id}/messages", given, headers={"Authorization": f"Bearer {key}"}
    )
    return answer.status_code, answer.json()


def test_messages_are_read_from_any_place_as_often_as_one_likes(key: str) -> None:
    id = subscribe()
    code = enlist(1)
    delist(code)

    status, first = ask(id, key, limit="1")
    assert (status, first["more"]) == (200, True)
    (entered,) = first["messages"]
    assert (entered["kind"], entered["code"], entered["on"]) == ("list.entered", code, "2026-03-01")
    assert "record" not in entered
    assert ask(id, key, limit="1") == (status, first)

    _, rest = ask(id, key, after=first["cursor"])
    assert [one["kind"] for one in rest["messages"]] == ["list.removed"]
    assert ask(id, key, after=rest["cursor"])[1] | {"cursor": ""} == {
        "messages": [],
        "cursor": "",
        "more": False,
    }


def test_nobody_else_reads_them(key: str) -> None:
    id = subscribe()
    other = a_client("演示另一系统")

    assert ask(id, other)[0] == 404
    assert ask(id + 1, key)[0] == 404
    assert ask(id, "xy_nobody")[0] == 401
    assert Client().get(f"/api/v1/subscriptions/{id}/messages").status_code == 401


def test_what_is_no_place_is_refused_with_what_to_do(key: str) -> None:
    status, problem = ask(subscribe(), key, after="latest")

    assert (status, problem["code"]) == (422, "not-a-cursor")
    assert "cursor" in problem["detail"] + str(problem)
    assert ask(subscribe(), key, limit="0")[0] == 422
