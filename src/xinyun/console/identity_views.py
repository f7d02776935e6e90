"""The worklist of pairs that may be one subject, and the page on which a person decides about one of them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xinyun.base import Refusal, Text
from xinyun.base.identifiers import normalise
from xinyun.console.answering_views import say_done
from xinyun.console.collecting import actor_of
from xinyun.console.identifying import pair_page, worklist
from xinyun.identity import operations, queries
from xinyun.plumbing.access import needs


@needs("operator")
@require_safe
@never_cache
def identity(request: HttpRequest) -> HttpResponse:
    """The pairs that wait, and the way to any other two codes."""
    asked = [normalise(request.GET.get(name, ""))[:40] for name in ("code", "other")]
    refused = None
    if all(asked):
        try:
            queries.comparison(*asked)
            return redirect("console-identity-pair", *queries.pair(*asked))
        except queries.UnknownPair as refusal:
            refused = refusal
    told = request.GET.get("page", "1")
    number = int(told) if told.isascii() and told.isdigit() and len(told) < 6 else 1
    shown = {"page": worklist(number), "asked": asked, "refused": refused}
    return render(request, "console/identity.html", shown, status=refused.status if refused else 200)


@needs("operator")
@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Search all codes for pairs anew."""
    number = operations.find(actor=actor_of(request.user), on=timezone.localdate())
    say_done(request, Text(f"已重新查找，{number} 对等待判断。", f"Searched anew: {number} pairs wait."))
    return redirect("console-identity")


@needs("operator")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def pair(request: HttpRequest, code: str, other: str) -> HttpResponse:
    """Two subjects side by side; a person joins them, keeps them apart, or undoes what was decided."""
    one, another, given = normalise(code), normalise(other), request.POST
    refused: Refusal | None = None
    if request.method == "POST":
        try:
            _decide(request, one, another)
            return redirect("console-identity-pair", one, another)
        except Refusal as refusal:
            refused = refusal
    try:
        page = pair_page(one, another, timezone.localdate())
    except queries.UnknownPair as unknown:
        shown: dict[str, Any] = {"page": worklist(1), "asked": (one[:40], another[:40]), "refused": unknown}
        return render(request, "console/identity.html", shown, status=unknown.status)
    shown = {"page": page, "refused": refused, "given": given, "longest": operations.LONGEST}
    return render(request, "console/identity_pair.html", shown, status=refused.status if refused else 200)


def _decide(request: HttpRequest, code: str, other: str) -> None:
    given = request.POST
    told: dict[str, Any] = {
        "code": code, "other": other, "reason": given.get("reason", ""), "actor": actor_of(request.user),
        "on": timezone.localdate(),
    }  # fmt: skip
    match given.get("act", ""):
        case "join":
            operations.join(current=given.get("current", ""), **told)
            say_done(request, Text("已认定为同一主体。", "Decided: one subject."))
        case "keep-apart":
            operations.keep_apart(**told)
            say_done(request, Text("已认定为不同主体。", "Decided: different subjects."))
        case _:
            operations.undo(**told)
            say_done(request, Text("已撤销认定。", "The decision is undone."))
