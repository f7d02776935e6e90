"""The views on which an office enters a subject in a list: a clerk proposes, serves and hears, a second one decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xinyun.base import Refusal, Text
from xinyun.console import listing_pages as pages
from xinyun.console.answering_views import demand_furnisher, no_such_act, say_done
from xinyun.console.collecting import actor_of
from xinyun.listing import operations, paper, queries, rules
from xinyun.listing.operations import Evidence
from xinyun.plumbing.access import needs

EVIDENCE = range(1, 5)
"""The rows for evidence on the form."""


class NotADay(Refusal):
    """The text is no day."""

    code = "not-a-day"


@needs("staff")
@require_safe
@never_cache
def listings(request: HttpRequest) -> HttpResponse:
    """The cases of the person's own office."""
    told = request.GET.get("page", "1")
    number = max(int(told), 1) if told.isascii() and told.isdigit() and len(told) < 6 else 1
    page = pages.listings(request.user, number, timezone.localdate())
    return render(request, "console/listings.html", {"page": page})


@needs("staff")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Propose that a subject be put on a list."""
    user, on, given = request.user, timezone.localdate(), request.POST
    demand_furnisher(user)
    refused: Refusal | None = None
    if request.method == "POST":
        try:
            view = _propose(request, on)
            say_done(request, Text("已提出，告知书已生成。", "Proposed; the notice is drawn up."))
            return redirect("console-listing", view.id)
        except Refusal as refusal:
            refused = refusal
    list_id = (given or request.GET).get("list", "")
    shown = {
        "page": pages.new(list_id, user, on), "refused": refused, "given": given, "chosen": given.getlist("article"),
        "evidence": [(n, given.get(f"what-{n}", ""), given.get(f"in-{n}", ""), given.get(f"sha-{n}", "")) for n in EVIDENCE],
        "longest": operations.LONGEST,
    }  # fmt: skip
    return render(request, "console/listing_new.html", shown, status=refused.status if refused else 200)


@needs("staff")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def case(request: HttpRequest, id: int) -> HttpResponse:
    """A case with its steps; the next one is taken here."""
    on, user = timezone.localdate(), request.user
    refused: Refusal | None = None
    if request.method == "POST":
        demand_furnisher(user)
        try:
            _act(request, id, on)
            return redirect("console-listing", id)
        except queries.NoSuchCase:
            raise
        except Refusal as refusal:
            refused = refusal
    page = pages.case(id, user, actor_of(user), on, request.POST)
    shown = {"page": page, "refused": refused, "today": on, "longest": operations.LONGEST}
    return render(request, "console/listing.html", shown, status=refused.status if refused else 200)


@needs("staff")
@require_safe
@never_cache
def listing_paper(request: HttpRequest, id: int, which: str) -> HttpResponse:
    """A paper of a case of the person's own office as PDF."""
    user: Any = request.user
    answer = HttpResponse(paper.pdf(queries.case(id, user.office), which), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="listing-{id}-{which}.pdf"'
    return answer


def _propose(request: HttpRequest, on: date) -> queries.CaseView:
    given, user = request.POST, request.user
    other = given.get("other", "").strip()
    return operations.propose(
        list_id=given.get("list", ""),
        code=given.get("code", ""),
        name=given.get("name") or None,
        conduct=given.get("conduct", ""),
        facts=given.get("facts", ""),
        articles=[*given.getlist("article"), *([other] if other else [])],
        evidence=[
            Evidence(given.get(f"what-{n}", ""), given.get(f"in-{n}", ""), given.get(f"sha-{n}", ""))
            for n in EVIDENCE
        ],
        document=given.get("document", ""),
        application=int(number)
        if (number := given.get("application", "")).isdecimal() and len(number) < 19
        else None,
        office=user.office,
        actor=actor_of(user),
        on=on,
    )


def _act(request: HttpRequest, id: int, on: date) -> None:
    """Take the step that the form names, for the person's own office."""
    given, user = request.POST, request.user
    queries.case(id, user.office)
    verb = _VERBS.get(given.get("act", ""))
    if verb is None:
        raise no_such_act()
    verb(given, {"case": id, "office": user.office, "actor": actor_of(user), "on": on})
    say_done(request, Text("已登记。", "Recorded."))


def _serve(given: Any, who: dict[str, Any]) -> None:
    operations.serve(**who, **_service(given))


def _serve_decision(given: Any, who: dict[str, Any]) -> None:
    operations.serve_decision(**who, **_service(given), repair_notice=given.get("repair_notice") == "yes")


def _service(given: Any) -> dict[str, Any]:
    return {
        "way": given.get("way", ""),
        "served": _day(given.get("served", "")),
        "proof": given.get("proof", ""),
    }


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise NotADay(
            Text(f"「{text[:20]}」不是日期。", f"{text[:20]!r} is no day."),
            Text("写作 2026-03-02。", "Write it as in 2026-03-02."),
            fields=(("served", Text("写作 2026-03-02", "as in 2026-03-02")),),
        ) from None


def _noting(verb: Callable[..., Any], *names: str) -> Callable[[Any, dict[str, Any]], None]:
    """An act whose form has these fields alone."""

    def act(given: Any, who: dict[str, Any]) -> None:
        verb(**who, **{name: given.get(name, "") for name in names})

    return act


_VERBS = {
    rules.SERVE: _serve,
    rules.STATE: _noting(operations.state, "text"),
    rules.ANSWER: _noting(operations.answer, "text"),
    rules.WAIVE: _noting(operations.waive, "text"),
    rules.ASK: _noting(operations.ask_hearing, "text"),
    rules.HEAR: _noting(operations.hold_hearing, "text"),
    rules.DECIDE: _noting(operations.decide, "document", "reasons", "considered", "consent"),
    rules.SPARE: _noting(operations.spare, "reasons"),
    rules.SERVE_DECISION: _serve_decision,
    rules.WITHDRAW: _noting(operations.withdraw, "reason"),
}
