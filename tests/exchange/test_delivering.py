"""Real HTTP: down, slow, failing, killed in between: every subscriber has every message, in order, and its place is kept."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from datetime import datetime, timedelta
from time import sleep

import pytest

from tests.conftest import DAY
from tests.exchange.conftest import AT, Subscriber, a_client, delist, enlist, subscribe
from xinyun.accounts.operations import revoke_client
from xinyun.exchange import operations, progress, queries
from xinyun.exchange.delivering import Courier, folder_of
from xinyun.exchange.models import Subscription
from xinyun.exchange.rules import signature

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
SECONDS = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def key() -> str:
    return a_client()


def webhook(address: str) -> int:
    return subscribe(channel="webhook", address=address)


def deliver(at: datetime = AT) -> None:
    with Courier(actor="worker") as courier:
        courier.finish(at)


def standing(id: int) -> tuple[int, int]:
    """How many messages it has, and how often it failed since."""
    one = queries.subscription(id)
    return one.delivered, one.failures


def test_a_subscriber_is_told_once_in_order_and_can_prove_who_told_it(subscriber: Subscriber) -> None:
    id, secret = operations.subscribe(
        client="演示招标系统", channel="webhook", lists=["wage-arrears"], items=[], address=subscriber.address,
        actor="t", on=DAY,
    )  # fmt: skip
    first, second = enlist(1), enlist(2)
    delist(first)

    deliver()
    deliver(AT + SECONDS)

    assert [(one["kind"], one["code"]) for one in subscriber.messages] == [
        ("list.entered", first), ("list.entered", second), ("list.removed", first),
    ]  # fmt: skip
    ((headers, body),) = subscriber.calls
    signed = signature(
        b64decode(secret.removeprefix("whsec_")),
        headers["webhook-id"],
        int(headers["webhook-timestamp"]),
        body,
    )
    assert headers["webhook-signature"] == signed
    assert standing(id) == (3, 0)
    assert [one.through for one in queries.deliveries(id)] == [json.loads(body)["cursor"]]


def test_one_that_is_away_for_an_hour_misses_nothing(subscriber: Subscriber) -> None:
    id = webhook(subscriber.address)
    subscriber.answers = [500] * 1000
    codes, at = [], AT
    for minute in range(60):
        if minute % 10 == 0:
            codes.append(enlist(minute))
        deliver(at + minute * 60 * SECONDS)
    tries = len(subscriber.calls)
    assert standing(id)[0] == 0
    assert 8 <= tries <= 15  # the waits grow: 60 rounds are not 60 calls
    assert queries.subscription(id).last_failure == "HTTP 500"

    subscriber.answers = []
    subscriber.calls.clear()
    deliver(at + 90 * 60 * SECONDS)

    assert [one["code"] for one in subscriber.messages] == codes
    assert standing(id) == (6, 0)


def test_an_address_where_nobody_listens_is_tried_again() -> None:
    id = webhook("http://127.0.0.1:9/told")
    enlist(1)

    deliver()

    one = queries.subscription(id)
    assert one.failures == 1
    assert "ConnectError" in one.last_failure
    assert one.due_at == AT + 5 * SECONDS


def test_a_subscriber_that_sends_elsewhere_is_not_followed(subscriber: Subscriber) -> None:
    id = webhook(subscriber.address)
    subscriber.answers = [307]
    enlist(1)

    deliver()

    assert queries.subscription(id).last_failure == "HTTP 307"
    assert len(subscriber.calls) == 1


def test_a_slow_one_keeps_nobody_waiting_but_itself(subscribers: Callable[[], Subscriber]) -> None:
    slow, quick = subscribers(), subscribers()
    ids = webhook(slow.address), webhook(quick.address)
    slow.wait.clear()
    with Courier(actor="worker") as courier:
        for number in range(5):
            enlist(number)
            for _ in range(200):
                courier.round(AT)
                if len(quick.messages) > number:
                    break
                sleep(0.01)
        assert len(quick.messages) == 5
        assert len(slow.calls) == 1  # one delivery under way, however many rounds
        slow.wait.set()
        courier.finish(AT)

    assert [one["document"] for one in slow.messages] == [f"演列{n}号" for n in range(5)]
    assert [standing(id) for id in ids] == [(5, 0), (5, 0)]


def test_killed_between_telling_and_writing_it_down_it_tells_again_under_the_same_id(
    subscriber: Subscriber,
) -> None:
    id = webhook(subscriber.address)
    enlist(1)
    with Courier(actor="worker") as courier:  # which carries, and ends before it has written down that it did
        courier.round(AT)
    assert len(subscriber.calls) == 1
    assert standing(id) == (0, 0)

    deliver(AT + SECONDS)
    assert len(subscriber.calls) == 1  # the dead one's lease still holds
    deliver(AT + progress.LEASE)

    assert [headers["webhook-id"] for headers, _ in subscriber.calls] == [
        subscriber.calls[0][0]["webhook-id"]
    ] * 2
    assert subscriber.calls[0][1] == subscriber.calls[1][1]
    assert standing(id) == (1, 0)


def test_two_workers_tell_it_once(subscriber: Subscriber) -> None:
    webhook(subscriber.address)
    enlist(1)

    with Courier(actor="one") as one, Courier(actor="two") as two:
        one.round(AT)
        two.round(AT)
        one.finish(AT)
        two.finish(AT)

    assert len(subscriber.calls) == 1


def test_a_replay_that_was_ordered_meanwhile_wins(subscriber: Subscriber) -> None:
    id = webhook(subscriber.address)
    enlist(1)
    subscriber.wait.clear()
    with Courier(actor="worker") as courier:
        courier.round(AT)
        operations.replay(subscription=id, after="0", actor="t", on=DAY)
        subscriber.wait.set()
        courier.finish(AT)

    assert standing(id) == (1, 0)
    assert len(subscriber.calls) == 2


def test_more_than_one_batch_goes_on_without_waiting(subscriber: Subscriber) -> None:
    id = webhook(subscriber.address)
    for number in range(120):
        enlist(number)

    deliver()

    assert [len(json.loads(body)["messages"]) for _, body in subscriber.calls] == [100, 20]
    assert standing(id) == (120, 0)


def test_files_are_whole_sort_as_they_came_and_are_written_once() -> None:
    id = subscribe(channel="file")
    first = enlist(1)
    deliver()
    delist(first)
    deliver(AT + SECONDS)

    files = sorted(folder_of(id).iterdir())
    assert [json.loads(file.read_bytes())["messages"][0]["kind"] for file in files] == [
        "list.entered",
        "list.removed",
    ]
    assert standing(id) == (2, 0)
    assert {file.stat().st_mode & 0o077 for file in files} == {0}


def test_an_inbox_waits_for_somebody_to_take_it() -> None:
    id = subscribe()
    enlist(1)

    deliver()

    assert standing(id) == (0, 0)
    assert len(queries.waiting(queries.row_of(id)).messages) == 1


def test_who_is_told_nothing_is_not_looked_through_again(subscriber: Subscriber) -> None:
    id = webhook(subscriber.address)
    operations.subscribe(
        client="演示招标系统", channel="inbox", lists=["wage-arrears"], items=[], actor="t", on=DAY
    )  # a change that is not for it

    deliver()

    assert subscriber.calls == []
    assert queries.deliveries(id) == []
    assert queries.subscription(id).cursor.split(".")[1] == "9"


def test_whose_key_is_revoked_is_told_nothing_more(subscriber: Subscriber) -> None:
    id = webhook(subscriber.address)
    enlist(1)
    revoke_client(name="演示招标系统", actor="t", on=DAY, at=AT)

    deliver()

    assert subscriber.calls == []
    assert standing(id) == (0, 0)


def test_one_whose_secret_cannot_be_opened_keeps_nobody_waiting(subscriber: Subscriber) -> None:
    broken, sound = webhook(subscriber.address), webhook(subscriber.address)
    Subscription.objects.filter(pk=broken).update(secret=b"\0" * 60)
    enlist(1)

    deliver()

    assert standing(broken) == (0, 1)
    assert standing(sound) == (1, 0)
