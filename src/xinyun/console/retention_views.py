"""The page of what has come to its end: what the law says to delete, what went, what is kept and why."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from xinyun.base import Refusal, Text
from xinyun.console.collecting import actor_of
from xinyun.plumbing.access import needs
from xinyun.retention import operations, queries

OUTCOMES = {
    "due": Text("到期应删", "due"),
    "erased": Text("已删除", "erased"),
    "held": Text("到期但保留", "due, but held"),
    "undetermined": Text("算不出起算日，未删", "cannot be counted, not deleted"),
}
KINDS = {
    "records": Text("记录", "Records"),
    "companions": Text("自然人身份", "Identities of natural persons"),
    "entries": Text("名单条目", "Entries on lists"),
    "queries": Text("查询记录的内容", "Contents of the log of queries"),
    "originals": Text("原始文件", "Submitted files"),
    "returned": Text("退回行的内容", "Contents of returned rows"),
}


@needs("operator")
@require_http_methods(["GET", "HEAD", "POST"])
def retention(request: HttpRequest) -> HttpResponse:
    """What a run would erase where that is asked for, what the last one did, and officers' orders to keep records."""
    on = timezone.localdate()
    if request.method == "POST":
        try:
            _order(request)
        except Refusal as refusal:
            given = {"refused": refusal, "given": request.POST}
            return render(request, "console/retention.html", _page(on) | given, status=refusal.status)
        return redirect("console-retention")
    shown = _page(on)
    if request.GET.get("due"):
        shown["due"] = _lines(queries.due(on))
    return render(request, "console/retention.html", shown)


def _order(request: HttpRequest) -> None:
    """Keep a record or let it go again, as the form says."""
    given, who = request.POST, {"actor": actor_of(request.user), "on": timezone.localdate()}
    if "release" in given:
        operations.release(hold=_number(given["release"]), reason=given.get("reason", ""), **who)
    else:
        operations.hold(
            record=_number(given.get("record", "")),
            ground=given.get("ground", ""),
            reason=given.get("reason", ""),
            **who,
        )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _page(on: Any) -> dict[str, Any]:
    last = queries.last_run()
    return {
        "on": on,
        "last": last,
        "done": _lines(last.lines) if last else [],
        "orders": queries.orders(30),
        "holds": queries.holds(),
        "grounds": queries.grounds(),
    }


def _lines(lines: Any) -> list[dict[str, Any]]:
    return [
        {"line": one, "kind": KINDS[one.of], "outcome": OUTCOMES[one.outcome], "title": queries.title_of(one)}
        for one in lines
    ]
