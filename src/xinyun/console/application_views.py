"""The page of applications for a favourable list: taken in, reviewed, and those named before who are to be reviewed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xinyun import law
from xinyun.base import Refusal, Text
from xinyun.console.answering_views import demand_furnisher, no_such_act, say_done
from xinyun.console.collecting import actor_of, may_submit
from xinyun.law import Law
from xinyun.listing import operations, queries
from xinyun.listing.operations import Evidence
from xinyun.plumbing.access import needs

EVIDENCE = range(1, 4)
SHOWN = 50
STATES = {
    queries.RECEIVED: (Text("待审核", "To be reviewed"), "warn"),
    "recommended": (Text("已推荐", "Recommended"), "good"),
    "turned-down": (Text("不予推荐", "Not recommended"), "mute"),
    "withdrawn": (Text("已撤回", "Withdrawn"), "mute"),
    "proposed": (Text("已提出认定", "Proposed"), "info"),
}


@needs("staff")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def applications(request: HttpRequest) -> HttpResponse:
    """Applications that the person's office took in or reviewed; whoever decides on the list sees those recommended."""
    user: Any = request.user
    on, given = timezone.localdate(), request.POST
    refused: Refusal | None = None
    if request.method == "POST":
        demand_furnisher(user)
        try:
            _act(request, on)
            say_done(request, Text("已登记。", "Recorded."))
            return redirect("console-applications")
        except Refusal as refusal:
            refused = refusal
    shown = _page(user, on) | {"refused": refused, "given": given, "longest": operations.LONGEST}
    shown["evidence"] = [(n, given.get(f"what-{n}", ""), given.get(f"in-{n}", "")) for n in EVIDENCE]
    return render(request, "console/applications.html", shown, status=refused.status if refused else 200)


def _act(request: HttpRequest, on: date) -> None:
    user: Any = request.user
    given, who = request.POST, {"office": user.office, "actor": actor_of(user), "on": on}
    number = given.get("application", "")
    told = {"application": int(number) if number.isdecimal() and len(number) < 19 else 0, **who}
    match given.get("act"):
        case "apply":
            operations.apply(
                list_id=given.get("list", ""),
                code=given.get("code", ""),
                name=given.get("name") or None,
                statement=given.get("statement", ""),
                evidence=[Evidence(given.get(f"what-{n}", ""), given.get(f"in-{n}", "")) for n in EVIDENCE],
                **who,
            )
        case "recommend":
            operations.recommend(reasons=given.get("reasons", ""), **told)
        case "turn-down":
            operations.turn_down(reasons=given.get("reasons", ""), **told)
        case "withdraw":
            operations.withdraw_application(**told)
        case _:
            raise no_such_act()


def _page(user: Any, on: date) -> dict[str, Any]:
    now = law.rulebook().on(on)
    entered = _on_application(now)
    theirs = {
        list_id for list_id in entered if now.office(user.office).department in now.list(list_id).authority
    }
    own = queries.applications(office=user.office, limit=SHOWN)
    others = [one for one in queries.applications(open_only=True, limit=SHOWN) if one.list_id in theirs]
    found = {one.id: one for one in (*own, *others)}
    return {
        "lists": [(id, _title(id, now)) for id in entered],
        "lines": [
            (one, _title(one.list_id, now), *STATES[one.state])
            for _, one in sorted(found.items(), reverse=True)
        ],
        "may_act": may_submit(user),
        "under_review": [
            (
                one.entry,
                _title(one.entry.list_id, now),
                [Text(held.title, held.english) for held in one.barred_by],
            )
            for one in queries.under_review(on)
            if one.entry.list_id in theirs
        ],
    }


def _on_application(now: Law) -> list[str]:
    return sorted(list_id for norm in now.listings() if norm.application for list_id in norm.lists)


def _title(list_id: str, now: Law) -> Text:
    found = now.list(list_id)
    return Text(found.title, found.english)
