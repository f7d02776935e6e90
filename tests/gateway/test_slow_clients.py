"""Clients that are slow, on purpose or not: they keep nobody waiting, and are let go in time."""

from __future__ import annotations

import asyncio
import json
import resource
import time
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.factories import a_code
from tests.gateway.conftest import SCENE, Running
from xinyun.gateway import wire
from xinyun.gateway.connection import HEAD_LIMIT

CHECK = {"scene": SCENE, "purpose": "投标登记"}
SLOW, ORDINARY, EACH = 1000, 8, 25
LATEST = wire.READ_SECONDS / 2
"""Seconds: no ordinary client waits longer; it would as long as the slow ones are waited for if these were in its way."""
PAUSE = 0.7
"""Seconds between two bytes of one who trickles; no part of those at which bodies are looked after."""
LET_GO = wire.READ_SECONDS * 1.5 + 3
"""Seconds after which even the slowest is let go: bodies are looked after twice in `READ_SECONDS`."""


@pytest.fixture
def many_files() -> Iterator[None]:
    """As many open files as the system allows this process."""
    some, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (some, most))


def head(gateway: Running, length: int) -> bytes:
    lines = ["POST /v1/checks HTTP/1.1", "Host: gateway", f"Authorization: Bearer {gateway.key}"]
    lines += ["Content-Type: application/json", f"Content-Length: {length}", "", ""]
    return "\r\n".join(lines).encode()


class Slow:
    """A client that sends these bytes at once, and the others one by one."""

    def __init__(self, at_once: bytes, trickled: bytes) -> None:
        self.at_once, self.trickled = at_once, trickled
        self.told = b""
        self.connected = asyncio.Event()

    async def go(self, gateway: Running) -> None:
        """Be slow until the gateway lets go; keep what it told."""
        address = urlsplit(gateway.url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        self.connected.set()
        writer.write(self.at_once)
        trickling = asyncio.create_task(self._trickle(writer))
        try:
            while told := await reader.read(4096):
                self.told += told
        except ConnectionError:
            pass
        finally:
            trickling.cancel()
            writer.close()

    async def _trickle(self, writer: asyncio.StreamWriter) -> None:
        for byte in self.trickled:
            await asyncio.sleep(PAUSE)
            writer.write(bytes([byte]))


def slow_clients(gateway: Running) -> dict[str, list[Slow]]:
    """A third that send half a head, a third that trickle a body, a third that say nothing."""
    body = json.dumps(CHECK | {"code": a_code()}).encode()
    whole = head(gateway, len(body))
    third = range(SLOW // 3)
    return {
        "half a head": [Slow(whole[: len(whole) // 2], b"") for _ in third],
        "a body": [Slow(whole, body) for _ in third],
        "nothing": [Slow(b"", b"") for _ in range(SLOW - 2 * len(third))],
    }


async def ask(gateway: Running) -> list[tuple[int, float]]:
    """What an ordinary client gets, and how long it waits for each answer."""
    got = []
    async with httpx.AsyncClient(headers=gateway.headers, timeout=30) as client:
        for _ in range(EACH):
            since = time.monotonic()
            answer = await client.post(f"{gateway.url}/v1/checks", json=CHECK | {"code": a_code()})
            got.append((answer.status_code, time.monotonic() - since))
    return got


def test_a_thousand_slow_clients_keep_nobody_waiting_and_are_let_go(gateway, many_files):
    async def act() -> tuple[dict[str, list[Slow]], list[tuple[int, float]]]:
        slow = slow_clients(gateway)
        everyone = [one for some in slow.values() for one in some]
        going = [asyncio.create_task(one.go(gateway)) for one in everyone]
        await asyncio.gather(*(one.connected.wait() for one in everyone))
        since = time.monotonic()
        got = await asyncio.gather(*(ask(gateway) for _ in range(ORDINARY)))
        assert not any(task.done() for task in going), "they were to be there all the while"
        _, late = await asyncio.wait(going, timeout=LET_GO - (time.monotonic() - since))
        assert not late, f"{len(late)} of {SLOW} slow clients were not let go within {LET_GO} s"
        return slow, [answer for answers in got for answer in answers]

    slow, got = asyncio.run(act())

    statuses, waited = Counter(status for status, _ in got), sorted(seconds for _, seconds in got)
    figures = f"{dict(statuses)}; half within {waited[len(waited) // 2]:.3f} s, all within {waited[-1]:.3f} s"
    assert statuses == {200: ORDINARY * EACH}, figures
    assert waited[-1] < LATEST, figures
    told = [one.told for one in slow["a body"] if one.told]
    assert len(told) > 0.9 * len(slow["a body"])  # a byte that crosses the answer resets the connection
    for answer in told:
        lines, _, problem = answer.partition(b"\r\n\r\n")
        assert (lines[:13], json.loads(problem)["code"]) == (b"HTTP/1.1 408 ", "too-slow")
    assert {one.told for one in (*slow["half a head"], *slow["nothing"])} == {b""}
    assert httpx.get(f"{gateway.url}/readyz").json()["ready"] is True


def test_whoever_trickles_something_that_is_no_request_is_let_go(gateway):
    get = b"GET /healthz HTTP/1.1\r\nHost: gateway\r\n"
    before, within, after = (
        Slow(b"", b"\r\n" * 60),
        Slow(get + b"X: ", b"x" * 120),
        Slow(get + b"\r\n", b"\r\n" * 60),
    )

    async def act() -> None:
        await asyncio.wait_for(asyncio.gather(*(one.go(gateway) for one in (before, within, after))), LET_GO)

    asyncio.run(act())

    assert (before.told, within.told, after.told[:13]) == (b"", b"", b"HTTP/1.1 200 ")


@pytest.mark.parametrize("header", [b"X-Filler: " + b"x" * 1000 + b"\r\n", b"x" * 1000], ids=["many", "long"])
def test_a_head_that_grows_past_the_limit_is_not_read_on(gateway, header):
    async def flood() -> int:
        address = urlsplit(gateway.url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: gateway\r\nX-First: ")
        sent = 0
        try:
            while not reader.at_eof() and sent < 100 * HEAD_LIMIT:
                writer.write(header)
                await writer.drain()
                await asyncio.sleep(0)
                sent += len(header)
        except ConnectionError:
            pass
        return sent

    assert asyncio.run(flood()) < 100 * HEAD_LIMIT


def test_a_head_over_the_limit_that_comes_at_once_is_refused_and_one_within_it_is_not(gateway):
    def told(size: int) -> int:
        return httpx.get(f"{gateway.url}/healthz", headers={"X-Filler": "x" * size}).status_code

    assert [told(HEAD_LIMIT // 2), told(HEAD_LIMIT + 1)] == [200, 400]
