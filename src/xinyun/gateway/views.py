"""The same check inside `serve`, for an installation without a gateway of its own: one question, one commit."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from xinyun import law
from xinyun.accounts.queries import client_by_key
from xinyun.base import Refusal
from xinyun.gateway import operations, wire
from xinyun.gateway.desk import pose
from xinyun.plumbing import problems
from xinyun.plumbing.access import client as for_clients


@for_clients
@csrf_exempt
def checks(request: HttpRequest) -> HttpResponse:
    """`POST /v1/checks`: the key is the permission, so no session and no token of a form."""
    try:
        body = _answer(request)
    except Refusal as refusal:
        told = problems.response(refusal)
        for name, value in getattr(refusal, "headers", ()):
            if name != b"connection":  # a hop-by-hop header is the server's own
                told[name.decode()] = value.decode()
        return told
    return HttpResponse(body, content_type="application/json", headers={"Cache-Control": "no-store"})


def _answer(request: HttpRequest) -> bytes:
    if request.method != "POST":
        raise wire.wrong_method()
    key = wire.key(request.headers.get("Authorization", ""))
    wire.demand_json(request.headers.get("Content-Type", ""))
    if (
        int(request.headers.get("Content-Length") or 0) > wire.LIMIT
    ):  # the site takes no body of unknown length
        raise wire.too_large()
    asked = wire.read(request.body)
    client = client_by_key(key)
    if client is None:
        raise wire.no_key()
    at = timezone.now()
    on = timezone.localdate(at)
    question = pose(client, asked, law.rulebook().on(on), uuid4().hex)
    (answer,) = operations.answer([question], at=at, on=on)
    return wire.encode(operations.document(answer))
