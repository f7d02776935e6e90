"""The archive is away, the disk is full, the clock goes back: a gateway goes on where it may, and refuses where it must."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests import conftest as stores
from tests.factories import a_code
from tests.gateway.conftest import SCENE, Running
from xinyun.gateway.knowledge import PATIENCE, Timepiece

REMOVED = ("--document", "演移1号", "--reason", "信用修复", "--by", "520100.human-resources")


def ready(gateway: Running) -> dict[str, Any]:
    return httpx.get(f"{gateway.url}/readyz").json()


def until(told: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until it is so."""
    end = time.monotonic() + seconds
    while not told():
        assert time.monotonic() < end, "it did not come to be so"
        time.sleep(0.05)


@contextmanager
def archive_away(gateway: Running) -> Iterator[None]:
    """The archive answers nobody: its server lets nobody in and throws everybody out, or its feed is gone."""
    if stores.STORE == "postgresql":
        name = urlsplit(gateway.store.environment["DATABASE_URL"]).path[1:]
        allow = "ALTER DATABASE {} WITH ALLOW_CONNECTIONS {};"
        stores._POSTGRESQL.psql(allow.format(name, "false"))
        stores._POSTGRESQL.psql(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}';"
        )
        yield
        stores._POSTGRESQL.psql(allow.format(name, "true"))
        return
    # Who has the file open would go on reading it under any name.
    rename = "from django.db import connection as c; c.cursor().execute('ALTER TABLE {} RENAME TO {}')"
    gateway.python(rename.format("feed_change", "feed_away"))
    yield
    gateway.python(rename.format("feed_away", "feed_change"))


def test_while_the_archive_is_away_checks_go_on_and_say_how_old_their_knowledge_is(own_gateway):
    listed, clean = own_gateway.listed(), a_code()
    own_gateway.ask(code=listed)
    with archive_away(own_gateway):
        until(lambda: ready(own_gateway)["archive"] is False)
        began, answers = datetime.now(UTC), []
        for _ in range(40):
            answers += [own_gateway.ask(code=listed), own_gateway.ask(code=clean)]
            time.sleep(0.05)

        assert [one.status_code for one in answers] == [200] * 80
        assert [one.json()["decision"] for one in answers] == ["block", "pass"] * 40
        (known_at,) = {one.json()["known_at"] for one in answers}
        assert datetime.fromisoformat(known_at) < began

    until(lambda: ready(own_gateway)["archive"] is True)
    own_gateway.xinyun("list", "remove", "wage-arrears", listed, *REMOVED)

    assert own_gateway.ask(code=listed).json()["decision"] == "pass"
    assert len(own_gateway.logged()) == 82
    assert {leaf["known_at"] for leaf in own_gateway.logged()[1:81]} == {known_at}


def test_a_replica_that_starts_while_the_archive_is_away_answers_from_its_index(own_gateway):
    listed = own_gateway.listed("贵州演示断网建筑有限公司")
    until(lambda: own_gateway.ask(name="贵州演示断网建筑有限公司").json()["decision"] == "review")
    own_gateway.stop()
    with archive_away(own_gateway):
        own_gateway.start()

        assert ready(own_gateway)["archive"] is False
        assert own_gateway.ask(code=listed).json()["decision"] == "block"
        assert own_gateway.ask(name="贵州演示断网建筑有限公司").json()["decision"] == "review"
        assert own_gateway.post({}, {"Authorization": "Bearer xy_wrong"}).status_code == 422
        wrong = own_gateway.post({"scene": "x", "purpose": "x"}, {"Authorization": "Bearer xy_wrong"})
        assert wrong.status_code == 401


def test_what_is_older_than_the_platform_answers_by_is_not_answered(own_gateway):
    own_gateway.stop()
    own_gateway.store.environment["XINYUN_KNOWLEDGE_HOURS"] = "0.001"  # 3.6 seconds
    own_gateway.start()
    code = a_code()
    with archive_away(own_gateway):
        until(lambda: own_gateway.ask(code=code).status_code == 503)
        refused = own_gateway.ask(code=code)

        assert refused.json()["code"] == "knowledge-too-old"
        assert "decision" not in refused.json()
        assert httpx.get(f"{own_gateway.url}/readyz").status_code == 503

    until(lambda: own_gateway.ask(code=code).status_code == 200)


HOLD = """
import sys, time
from xinyun.gateway.index import index
held = index()
with held.reading():
    environment = held._current.environment
with environment.begin(write=True):
    print("held", flush=True)
    time.sleep(60)
"""


def test_nobody_waits_long_for_an_index_that_takes_long_to_read_a_change_in(own_gateway):
    code = a_code()
    own_gateway.ask(code=code)
    command = [sys.executable, "-c", "import django; django.setup()" + HOLD]
    environment = own_gateway.store.environment | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        own_gateway.python(
            "from django.db import transaction; from xinyun.plumbing import feed;"
            "\nwith transaction.atomic(): feed.append('test.moved', {}, actor='t')"
        )
        time.sleep(1.2)  # the gateway has seen that something came, and waits for the index
        asked = {"scene": SCENE, "purpose": "投标登记", "code": code}
        with httpx.Client(base_url=own_gateway.url, headers=own_gateway.headers, timeout=30) as client:
            began = time.monotonic()
            answers = [client.post("/v1/checks", json=asked) for _ in range(20)]
            waited = time.monotonic() - began
        holder.kill()

    assert {one.status_code for one in answers} == {200}
    assert waited < 20 * PATIENCE, f"20 checks took {waited:.2f} s"
    until(lambda: own_gateway.ask(code=code).json()["as_of"]["seq"] > answers[0].json()["as_of"]["seq"])


@contextmanager
def no_room(gateway: Running) -> Iterator[None]:
    """Files of the gateway take a few bytes more at most, as on a disk that is full."""
    kept = resource.prlimit(gateway.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(gateway.process.pid, resource.RLIMIT_FSIZE, (5, kept[1]))
    yield
    resource.prlimit(gateway.process.pid, resource.RLIMIT_FSIZE, kept)


def test_while_the_disk_is_full_nothing_is_answered_and_afterwards_everything_again(own_gateway):
    code = own_gateway.listed()
    own_gateway.ask(code=code)
    with no_room(own_gateway):
        refused = [own_gateway.ask(code=code) for _ in range(30)]

        assert {one.status_code for one in refused} == {503}
        assert {one.json()["code"] for one in refused} == {"disk-full"}
        assert refused[0].headers["retry-after"] == "1"
        assert httpx.get(f"{own_gateway.url}/readyz").status_code == 503

    answered = [own_gateway.ask(code=code) for _ in range(30)]

    assert {one.json()["decision"] for one in answered} == {"block"}
    assert httpx.get(f"{own_gateway.url}/readyz").status_code == 200
    assert len(own_gateway.logged()) == 31
    assert not list((own_gateway.store.home / "answered").glob("*.new"))
    assert own_gateway.xinyun("ledger", "verify")["ok"]


class Clock:
    """A clock that can be set."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


def test_a_clock_that_is_set_back_is_waited_for(caplog):
    clock = Clock()
    timepiece = Timepiece(clock)
    clock.at += timedelta(hours=1)
    before = timepiece.now()

    clock.at -= timedelta(hours=1)
    with caplog.at_level(logging.WARNING):
        counted = [timepiece.now() for _ in range(50)]
    assert before <= counted[0] < before + timedelta(seconds=5)
    assert counted == sorted(counted)
    assert caplog.text.count("set back") == 1

    clock.at = counted[-1] + timedelta(seconds=1)
    assert timepiece.now() == clock.at


@pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
def test_answers_of_a_desk_whose_clock_goes_back_go_on_in_order():
    from xinyun.accounts import operations as accounts
    from xinyun.gateway import wire
    from xinyun.gateway.desk import Desk
    from xinyun.ledger import receipts

    key = accounts.add_client(
        name="钟表", office="52.public-resources", scenes=["tender-registration"], actor="t", on=stores.DAY
    )
    clock = Clock()

    async def ask() -> list[str]:
        desk = Desk(clock)
        await desk.start()
        instants = []
        for step in (0, 60, -3600, 1, -86400, 5):
            clock.at += timedelta(seconds=step)
            body = wire.Body("tender-registration", "投标登记", code=a_code())
            answer = wire.shaped(await desk.ask(key, body), dict)
            instants.append(receipts.own(answer["receipt"])["at"])
        await desk.stop()
        return instants

    instants = asyncio.run(ask())

    assert instants == sorted(instants)
    assert instants[0] == "2026-11-20T08:30:00.000Z"
