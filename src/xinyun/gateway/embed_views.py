"""The edge of `embedding`: tickets for clients' servers, and the page for their officers."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from xinyun import law
from xinyun.base import Refusal
from xinyun.gateway import doors, embedding, operations, questions, quotas, wire
from xinyun.gateway.showing import shown
from xinyun.gateway.views import demand_small, told
from xinyun.plumbing.access import client as for_clients


@for_clients
@csrf_exempt
def embeds(request: HttpRequest) -> HttpResponse:
    """`POST /v1/embeds`: the address of a page for one check; the key is the permission."""
    return told(lambda: _mint(request))


def _mint(request: HttpRequest) -> bytes:
    if request.method != "POST":
        raise wire.wrong_method()
    demand_small(request, wire.LIMIT)
    client = doors.holder(request.headers.get("Authorization", ""))
    wire.demand_json(request.headers.get("Content-Type", ""))
    wanted, at = wire.shaped(request.body, embedding.Wanted), timezone.now()
    questions.demand_granted(wanted.scene, client.scenes, law.rulebook().on(timezone.localdate(at)))
    return wire.encode(embedding.mint(client, wanted, at))


@for_clients
@csrf_exempt
def page(request: HttpRequest) -> HttpResponse:
    """The form, and its answer. The ticket is what no other site can know, so the form needs no token besides."""
    ticket, context, status = None, dict[str, Any](), 200
    given = request.POST if request.method == "POST" else request.GET
    try:
        ticket = embedding.read(given.get("ticket", ""))
        ticket.demand_good(timezone.now())
        context = {"ticket": ticket, "scene": law.rulebook().on(timezone.localdate()).scene(ticket.scene)}
        if request.method == "POST":
            context |= _asked(request, ticket)
    except questions.Malformed as refusal:
        context |= {"wrong": refusal, "code": given.get("code", ""), "name": given.get("name", "")}
    except Refusal as refusal:
        context, status = {"refusal": refusal}, refusal.status
    response = render(request, "gateway/embed.html", context, status=status)
    response["Content-Security-Policy"] = embedding.policy(ticket)
    response["Cache-Control"], response["Referrer-Policy"] = "no-store", "no-referrer"
    return response


def _asked(request: HttpRequest, ticket: embedding.Ticket) -> dict[str, Any]:
    quotas.HERE.take(ticket.client, 1, time.monotonic())
    at = timezone.now()
    on = timezone.localdate(at)
    question = operations.Question(
        scene=ticket.scene, purpose=ticket.purpose, case=ticket.case, code=request.POST.get("code") or None,
        name=request.POST.get("name") or None, client=ticket.client.name, office=ticket.client.office, ref=ticket.ref,
    )  # fmt: skip
    now = law.rulebook().on(on)
    admitted = operations.admit(question, now, ticket.client.scenes)
    answer = operations.answer_once(admitted, at=at, on=on, actor=ticket.client.actor)
    return shown(answer, now)
