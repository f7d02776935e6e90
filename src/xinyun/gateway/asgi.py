"""The gateway as a bare ASGI application: checks, batches, bundles, answers given offline, health, readiness, metrics."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import django
from django.apps import apps

if not apps.ready:  # each worker process that uvicorn spawns starts here
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinyun.site.settings")
    django.setup()

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from xinyun import law
from xinyun.base import Refusal
from xinyun.gateway import doors, metrics, sandbox, wire
from xinyun.gateway.desk import Desk
from xinyun.gateway.rounds import Tell
from xinyun.plumbing import memory, problems

log = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = dict[bytes, bytes]

JSON = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
_FILE = [(b"content-type", wire.BINARY.encode()), (b"cache-control", b"no-store")]
_METRICS = [(b"content-type", metrics.CONTENT_TYPE), (b"cache-control", b"no-store")]
_HEADERS = {wire.BUNDLES: _FILE, metrics.ROUTE: _METRICS}
_PROBLEM = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")]


class Gateway:
    """The application; `lifespan` opens and closes its desk, so a stop loses no request."""

    def __init__(self) -> None:
        self._desk: Desk | None = None
        self._readers = _Readers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._respond(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        law.rulebook()
        memory.settle()
        desk = Desk()
        await desk.start()
        self._desk = desk
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await desk.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            status, body = await self._route(scope, receive)
            headers = _HEADERS.get(scope["path"], JSON)
        except Refusal as refusal:
            status, headers, body = self.refuse(refusal)
        length = (b"content-length", b"%d" % len(body))
        await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def take(self, headers: Headers, raw: bytes, tell: Tell) -> None:
        """Answer a check that has come whole; `tell` is called, perhaps before this returns, with its answer or refusal."""
        try:
            key, attempt = _asker(headers)
            self._at_desk().take(key, wire.read(raw), attempt, tell)
        except Refusal as refusal:
            tell(refusal)

    def refuse(self, refusal: Refusal) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """A refusal as status, headers and body; it is counted."""
        if self._desk is not None:
            self._desk.metrics.refused(refusal.code)
        headers = [*_PROBLEM, *getattr(refusal, "headers", ())]
        return refusal.status, headers, wire.encode(problems.document(refusal))

    async def _route(self, scope: Scope, receive: Receive) -> tuple[int, bytes]:
        headers: Headers = dict(scope["headers"])
        match scope["path"], scope["method"]:
            case wire.ROUTE, "POST":  # one that came in pieces: others take the shorter way, see `connection`
                return 200, await self._check(headers, receive)
            case wire.BATCH, "POST":
                return 200, await self._batch(headers, receive)
            case wire.OFFLINE, "POST":
                raw = await self._readers.body(headers, receive, wire.UPLOAD_LIMIT)
                told = _header(headers, b"authorization"), _header(headers, b"content-type")
                return 200, await _aside(lambda: doors.offline(*told, raw, *_moment()))
            case wire.BUNDLES, "GET":
                key, query = (
                    _header(headers, b"authorization"),
                    dict(parse_qsl(scope["query_string"].decode("latin-1"))),
                )
                return 200, await _aside(lambda: doors.bundle(key, query, *_moment()))
            case sandbox.ROUTE, "POST":
                return 200, await self._play(headers, receive)
            case ((wire.ROUTE | wire.BATCH | wire.OFFLINE | sandbox.ROUTE), _):
                raise wire.wrong_method()
            case wire.BUNDLES, _:
                raise wire.wrong_method("GET")
            case "/healthz", "GET" | "HEAD":
                return 200, b'{"alive":true}'
            case "/readyz", "GET" | "HEAD":
                return self._ready()
            case metrics.ROUTE, "GET":
                token: str = settings.XINYUN.metrics_token
                metrics.demand_allowed(scope["client"][0], _header(headers, b"authorization"), token)
                return 200, self._at_desk().metrics.text()
        raise wire.no_such_route()

    async def _check(self, headers: Headers, receive: Receive) -> bytes:
        key, attempt = _asker(headers)
        body = wire.read(await self._readers.body(headers, receive, wire.LIMIT))
        return await self._at_desk().ask(key, body, attempt)

    async def _batch(self, headers: Headers, receive: Receive) -> bytes:
        key, attempt = _asker(headers)
        asked = wire.shaped(await self._readers.body(headers, receive, wire.BATCH_LIMIT), wire.Batch)
        return await self._at_desk().ask_many(key, asked, attempt)

    async def _play(self, headers: Headers, receive: Receive) -> bytes:
        """A check in the sandbox, whose slow subjects keep only their own askers waiting."""
        raw = await self._readers.body(headers, receive, wire.LIMIT)
        told = _header(headers, b"authorization"), _header(headers, b"content-type")
        played = sandbox.play(*told, raw, *_moment())
        await asyncio.sleep(played.wait)
        return played.body

    def _at_desk(self) -> Desk:
        if self._desk is None:  # a server that does not speak lifespan
            raise wire.unavailable()
        return self._desk

    def _ready(self) -> tuple[int, bytes]:
        return 200, wire.encode(self._at_desk().ready())


def _moment() -> tuple[datetime, date]:
    at = timezone.now()
    return at, timezone.localdate(at)


def _asker(headers: Headers) -> tuple[str, str]:
    """The key of whoever sends JSON, and its `Idempotency-Key`, where it has one."""
    key = _key(headers.get(b"authorization", b""))
    if headers.get(b"content-type") != b"application/json":  # as nearly all write it
        wire.demand_json(_header(headers, b"content-type"))
    return key, _header(headers, b"idempotency-key") if b"idempotency-key" in headers else ""


@lru_cache(maxsize=1024)
def _key(authorization: bytes) -> str:
    return wire.key(authorization.decode("latin-1"))


def _header(headers: Headers, name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1")


async def _aside(work: Callable[[], bytes]) -> bytes:
    """Do work that takes long in a thread of its own, so that checks are answered meanwhile."""

    def work_and_let_go() -> bytes:
        try:
            return work()
        except DatabaseError:  # neither archive nor ledger may be done without
            log.exception("a question could not be answered")
            raise wire.unavailable() from None
        finally:
            connections.close_all()

    return await asyncio.to_thread(work_and_let_go)


class _Readers:
    """Gives whoever sends a body `READ_SECONDS`, to the half of it; one timer for all, for a timer each costs too much."""

    def __init__(self) -> None:
        self._since: dict[asyncio.Task[Any], float] = {}
        self._late: set[asyncio.Task[Any]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def body(self, headers: Headers, receive: Receive, limit: int) -> bytes:
        """The whole body, bounded in size and time."""
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > limit:
            raise wire.too_large()
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None
        if self._loop is not loop:
            self._loop = loop
            loop.call_later(wire.READ_SECONDS / 2, self._hurry)
        self._since[task] = loop.time()
        try:
            return await _whole(receive, limit)
        except asyncio.CancelledError:
            if task not in self._late:  # it is cancelled by somebody else
                raise
            task.uncancel()
            raise wire.too_slow() from None
        finally:
            del self._since[task]
            self._late.discard(task)

    def _hurry(self) -> None:
        """Let go of those who are too slow, as long as there is anybody."""
        loop, self._loop = asyncio.get_running_loop(), None
        for task, since in self._since.items():
            if loop.time() - since >= wire.READ_SECONDS:
                self._late.add(task)
                task.cancel()
        if self._since:
            self._loop = loop
            loop.call_later(wire.READ_SECONDS / 2, self._hurry)


async def _whole(receive: Receive, limit: int) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":  # what came of it may look whole, and is not
            raise wire.cut_off()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            raise wire.too_large()
        if not message.get("more_body"):
            return b"".join(parts)


app = Gateway()
