"""The pages of who is told of changes: how far each subscriber has been told, and what waits in an inbox."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from xinyun import law
from xinyun.base import Refusal, Text
from xinyun.console.collecting import actor_of
from xinyun.exchange import operations, queries
from xinyun.exchange.queries import SubscriptionView
from xinyun.plumbing.access import NotAllowed, needs

CHANNELS = {
    "webhook": Text("回调", "webhook"),
    "file": Text("文件", "files"),
    "queue": Text("消息队列", "message queue"),
    "inbox": Text("收件箱", "inbox"),
}
KINDS = {
    "list.entered": Text("列入", "entered"),
    "list.removed": Text("移出", "removed"),
    "list.suspended": Text("停止执行", "held off"),
    "list.resumed": Text("恢复", "counts again"),
    "list.disputed": Text("异议处理中", "under objection"),
    "list.settled": Text("异议办结", "objection settled"),
    "record.disputed": Text("记录异议处理中", "record under objection"),
    "record.settled": Text("记录异议办结", "objection to a record settled"),
    "record.current": Text("记录", "record"),
    "record.withdrawn": Text("记录撤回", "record withdrawn"),
}
_SHOWN = 50


@needs("staff")
@require_safe
def subscriptions(request: HttpRequest) -> HttpResponse:
    """Every subscription, or those of the own office, each with how far it has been told."""
    found = queries.subscriptions(_office(request))
    return render(request, "console/subscriptions.html", {"lines": [_line(one) for one in found]})


@needs("staff")
@require_http_methods(["GET", "HEAD", "POST"])
def subscription(request: HttpRequest, id: int) -> HttpResponse:
    """What a subscriber was told and what waits; its office takes what waits in an inbox, operators replay and end."""
    if request.method == "POST":
        try:
            _order(request, id)
        except Refusal as refusal:
            return render(
                request,
                "console/subscription.html",
                _page(request, id) | {"refused": refusal},
                status=refusal.status,
            )
        return redirect("console-subscription", id)
    return render(request, "console/subscription.html", _page(request, id))


def _page(request: HttpRequest, id: int) -> dict[str, Any]:
    try:
        row = queries.row_of(min(id, 2**63 - 1), office=_office(request))
    except queries.UnknownSubscription:
        raise Http404 from None
    found = queries.waiting(row, limit=_SHOWN)
    return {
        "line": _line(queries.view(row)),
        "messages": [{**one, "said": KINDS[one["kind"]], "of": _of(one)} for one in found.messages],
        "cursor": found.cursor,
        "more": found.more,
        "deliveries": queries.deliveries(id),
    }


def _order(request: HttpRequest, id: int) -> None:
    """Take what waits, tell again, or end, as the form says."""
    user: Any = request.user
    given, actor, on, at = request.POST, actor_of(user), timezone.localdate(), timezone.now()
    if "take" in given and not user.holds("auditor"):
        operations.take(
            subscription=id,
            through=given["take"],
            limit=_SHOWN,
            office=_office(request),
            actor=actor,
            on=on,
            at=at,
        )
        return
    if not user.holds("operator"):
        raise NotAllowed(
            Text("重推和结束订阅由信用中心办理。", "The credit centre replays and ends subscriptions."),
            Text("请联系信用中心。", "Ask the credit centre."),
        )
    if "end" in given:
        operations.end(subscription=id, actor=actor, on=on, at=at)
    else:
        operations.replay(subscription=id, after=given.get("after", ""), actor=actor, on=on)


def _office(request: HttpRequest) -> str:
    """The office to whose subscriptions the person is held; none for those who see all."""
    user: Any = request.user
    return user.office if user.holds("clerk") else ""


def _line(one: SubscriptionView) -> dict[str, Any]:
    now = law.rulebook()
    titles = [now.title_of("list", id) for id in one.lists] + [now.title_of("item", id) for id in one.items]
    return {"one": one, "channel": CHANNELS[one.channel], "titles": titles}


def _of(message: dict[str, Any]) -> Text:
    book = law.rulebook()
    return (
        book.title_of("list", message["list"])
        if "list" in message
        else book.title_of("item", message["item"])
    )
