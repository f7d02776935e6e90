"""The commands and the worker as processes of their own: told in seconds, and a worker that is killed loses nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Store
from tests.exchange.conftest import Subscriber
from tests.factories import a_code

CLIENT = ("client", "add", "演示系统", "--office", "52.public-resources", "--scene", "tender-registration")
LISTED = ("--decided", "2026-03-01", "--by", "52.human-resources", "--name", "贵州演示建筑有限公司")


def run(store: Store, *words: Any) -> Any:
    return json.loads(store.run(*words, "--json").stdout)


def wait_for(found: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it was not told"
        time.sleep(0.05)


@pytest.mark.one_store
def test_the_commands_from_subscribing_to_ending(store: Store) -> None:
    run(store, *CLIENT)
    made = run(store, "subscription", "add", "演示系统", "--list", "wage-arrears", "--files")
    id = made["subscription"]
    code = a_code()
    run(store, "list", "add", "wage-arrears", code, "--document", "演列1号", *LISTED)

    (waiting,) = run(store, "subscription", "messages", id)["messages"]
    assert (waiting["kind"], waiting["code"]) == ("list.entered", code)
    (pushed,) = run(store, "subscription", "push")
    assert (pushed["delivered"], pushed["failures"]) == (1, 0)
    (file,) = (store.home / "pushed" / str(id)).iterdir()
    assert json.loads(file.read_bytes())["messages"] == [waiting]
    again = run(store, "subscription", "replay", id, "--after", "0")
    assert again["cursor"] == "0.9.0"
    run(store, "subscription", "push")
    assert [one.read_bytes() for one in (store.home / "pushed" / str(id)).iterdir()] == [file.read_bytes()]
    assert run(store, "subscription", "end", id)["ended_at"]
    refused = store.run("subscription", "end", id, check=False)
    assert refused.returncode == 1
    assert "already-ended" in refused.stderr


def test_a_worker_tells_at_once_and_one_that_is_killed_loses_nothing(
    store: Store, subscriber: Subscriber
) -> None:
    run(store, *CLIENT)
    made = run(
        store, "subscription", "add", "演示系统", "--list", "wage-arrears", "--webhook", subscriber.address
    )
    assert made["secret"].startswith("whsec_")
    subscriber.wait.clear()
    worker = store.start("worker")
    try:
        run(store, "list", "add", "wage-arrears", a_code(), "--document", "演列1号", *LISTED)
        wait_for(lambda: len(subscriber.calls) == 1)
    finally:
        worker.kill()  # while the subscriber has the message and has not yet said so
        worker.communicate()
    subscriber.wait.set()
    (before,) = run(store, "subscription", "show")
    assert before["delivered"] == 0

    # Its lease ends within a minute; an operator who does not want to wait tells it to go on.
    run(store, "subscription", "replay", made["subscription"], "--after", before["cursor"])
    worker = store.start("worker")
    try:
        run(store, "list", "add", "wage-arrears", a_code(), "--document", "演列2号", *LISTED)
        wait_for(lambda: [one["document"] for one in subscriber.messages][-1] == "演列2号")
        wait_for(lambda: run(store, "subscription", "show")[0]["delivered"] == 2)
    finally:
        worker.kill()
        worker.communicate()

    documents = [one["document"] for one in subscriber.messages]
    assert set(documents) == {"演列1号", "演列2号"}
    assert documents == sorted(documents[:1]) + sorted(documents[1:])  # in order, the first told twice
    assert len({one["id"] for one in subscriber.messages}) == 2
