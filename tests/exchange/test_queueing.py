"""A real MQTT broker: down, back, refusing; what was not acknowledged is told again, and its place is kept."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from queue import Queue
from typing import Any

import pytest
from amqtt.broker import Broker
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.exchange.conftest import AT, a_client, delist, enlist, subscribe
from xinyun.base import Refusal
from xinyun.exchange import operations, queries
from xinyun.exchange.delivering import Courier

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
LATER = timedelta(minutes=1)


class Running:
    """A broker on a port of its own, started and stopped as a test wants, with somebody who listens durably."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"mqtt://127.0.0.1:{self.port}/xinyun/lists"
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def start(self) -> None:
        self._broker = self._wait(self._made())
        self._wait(self._broker.start())

    def stop(self) -> None:
        self._wait(self._broker.shutdown())

    async def _made(self) -> Broker:
        listener = {"type": "tcp", "bind": f"127.0.0.1:{self.port}"}
        return Broker(
            {
                "listeners": {"default": listener},
                "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {}},
            }
        )

    def _wait(self, doing: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result(20)

    def listener(self) -> tuple[mqtt.Client, Queue[bytes]]:
        found: Queue[bytes] = Queue()
        client, ready = (
            mqtt.Client(CallbackAPIVersion.VERSION2, client_id="reader", clean_session=False),
            threading.Event(),
        )
        client.on_message = lambda _, __, message: found.put(message.payload)
        client.on_subscribe = lambda *_: ready.set()
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        client.subscribe("xinyun/lists", qos=1)
        assert ready.wait(10)
        return client, found


@pytest.fixture
def broker() -> Iterator[Running]:
    running = Running()
    running.start()
    yield running
    running.stop()


def deliver(at: Any = AT) -> None:
    with Courier(actor="worker") as courier:
        courier.finish(at)


def test_a_queue_has_every_message_in_order_and_again_only_what_it_did_not_acknowledge(
    broker: Running,
) -> None:
    a_client()
    client, found = broker.listener()
    id = subscribe(channel="queue", address=broker.address)
    first, second = enlist(1), enlist(2)

    deliver()
    delist(first)
    broker.stop()
    deliver(AT + LATER)
    down = queries.subscription(id)
    broker.start()
    client.loop_stop()
    client, after = broker.listener()
    deliver(AT + 2 * LATER)

    told = json.loads(found.get(timeout=10))
    assert [(one["kind"], one["code"]) for one in told["messages"]] == [
        ("list.entered", first),
        ("list.entered", second),
    ]
    assert (down.delivered, down.failures) == (2, 1)
    (removed,) = json.loads(after.get(timeout=10))["messages"]
    assert (removed["kind"], removed["code"]) == ("list.removed", first)
    assert (queries.subscription(id).delivered, queries.subscription(id).failures) == (3, 0)
    client.disconnect()
    client.loop_stop()


@pytest.mark.one_store
@pytest.mark.parametrize(
    "address",
    [
        "mqtt://broker.example/topic", "mqtts://broker.example", "mqtts://broker.example/a/#", "mqtts://user:pw@broker.example/a",
        "https://broker.example/a", "mqtts://broker.example/$SYS/a", "",
    ],
)  # fmt: skip
def test_an_address_that_is_not_safe_or_no_topic_is_refused(address: str) -> None:
    a_client()

    with pytest.raises(operations.NotAnAddress):
        subscribe(channel="queue", address=address)


@pytest.mark.one_store
def test_a_subscription_is_told_in_one_way() -> None:
    from xinyun.site.cli.subscribing import _add

    with pytest.raises(Refusal) as refused:
        _add("演示招标系统", list=["wage-arrears"], webhook="https://a.example/", files=True)

    assert refused.value.code == "several-channels"
