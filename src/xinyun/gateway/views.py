"""The same check inside `serve`, for an installation without a gateway of its own: one question, one commit."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import date, datetime
from uuid import uuid4

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from xinyun import law
from xinyun.accounts.queries import client_by_key
from xinyun.base import Refusal
from xinyun.gateway import doors, operations, quotas, sandbox, wire
from xinyun.gateway.rounds import pose
from xinyun.plumbing import problems
from xinyun.plumbing.access import client as for_clients


@for_clients
@csrf_exempt
def checks(request: HttpRequest) -> HttpResponse:
    """`POST /v1/checks`: the key is the permission, so no session and no token of a form."""
    return told(lambda: _answer(request))


@for_clients
@csrf_exempt
def batch(request: HttpRequest) -> HttpResponse:
    """`POST /v1/checks/batch`: see `doors.batch`."""
    return told(lambda: _batch(request))


@for_clients
@csrf_exempt
def offline(request: HttpRequest) -> HttpResponse:
    """`POST /v1/checks/offline`: see `doors.offline`."""
    return told(lambda: _upload(request))


@for_clients
@csrf_exempt
def bundles(request: HttpRequest) -> HttpResponse:
    """`GET /v1/bundles`: see `doors.bundle`."""
    return told(lambda: _bundle(request), wire.BINARY)


@for_clients
@csrf_exempt
def sandbox_checks(request: HttpRequest) -> HttpResponse:
    """`POST /sandbox/v1/checks`: see `sandbox`."""
    return told(lambda: _play(request))


log = logging.getLogger(__name__)
_SLOW = threading.BoundedSemaphore(2)
"""At most so many slow answers at a time: each holds a thread of the server."""


def _play(request: HttpRequest) -> bytes:
    if request.method != "POST":
        raise wire.wrong_method()
    demand_small(request, wire.LIMIT)
    given = request.headers.get("Authorization", ""), request.headers.get("Content-Type", "")
    played = sandbox.play(*given, request.body, *_moment())
    if played.wait:
        if not _SLOW.acquire(blocking=False):
            raise wire.unavailable()
        try:
            time.sleep(played.wait)
        finally:
            _SLOW.release()
    return played.body


def _moment() -> tuple[datetime, date]:
    at = timezone.now()
    return at, timezone.localdate(at)


def told(answer: Callable[[], bytes], content_type: str = "application/json") -> HttpResponse:
    """What a door answers, or its refusal as a problem document."""
    try:
        body = answer()
    except DatabaseError:  # neither archive nor ledger may be done without
        log.exception("a question could not be answered")
        return _refused(wire.unavailable())
    except Refusal as refusal:
        return _refused(refusal)
    return HttpResponse(body, content_type=content_type, headers={"Cache-Control": "no-store"})


def _refused(refusal: Refusal) -> HttpResponse:
    response = problems.response(refusal)
    for name, value in getattr(refusal, "headers", ()):
        if name != b"connection":  # a hop-by-hop header is the server's own
            response[name.decode()] = value.decode()
    return response


def _bundle(request: HttpRequest) -> bytes:
    if request.method != "GET":
        raise wire.wrong_method("GET")
    query = {name: str(value) for name, value in request.GET.items()}
    return doors.bundle(request.headers.get("Authorization", ""), query, *_moment())


def _batch(request: HttpRequest) -> bytes:
    if request.method != "POST":
        raise wire.wrong_method()
    demand_small(request, wire.BATCH_LIMIT)
    names = ("Authorization", "Content-Type", "Idempotency-Key")
    return doors.batch(*(request.headers.get(name, "") for name in names), request.body, *_moment())


def _upload(request: HttpRequest) -> bytes:
    if request.method != "POST":
        raise wire.wrong_method()
    demand_small(request, wire.UPLOAD_LIMIT)
    headers = request.headers
    given = headers.get("Authorization", ""), headers.get("Content-Type", "")
    return doors.offline(*given, request.body, *_moment())


def demand_small(request: HttpRequest, limit: int) -> None:
    """Refuse a body over a limit.

    :raises TooLarge: it is.
    """
    if int(request.headers.get("Content-Length") or 0) > limit:  # the site takes no body of unknown length
        raise wire.too_large()


def _answer(request: HttpRequest) -> bytes:
    if request.method != "POST":
        raise wire.wrong_method()
    key = wire.key(request.headers.get("Authorization", ""))
    wire.demand_json(request.headers.get("Content-Type", ""))
    demand_small(request, wire.LIMIT)
    asked = wire.read(request.body)
    client = client_by_key(key)
    if client is None:
        raise wire.no_key()
    quotas.HERE.take(client, 1, time.monotonic())
    at = timezone.now()
    on = timezone.localdate(at)
    attempt = request.headers.get("Idempotency-Key", "")
    question = pose(client, asked, law.rulebook().on(on), uuid4().hex, attempt)
    (answer,) = operations.answer([question], at=at, on=on)
    return wire.encode(operations.document(answer))
