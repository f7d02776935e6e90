"""The views on which objections and repairs are dealt with: accepted, answered or verified by one, decided by a second."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xinyun.base import Refusal, Text
from xinyun.console import letting_pages as pages
from xinyun.console.answering_views import act as acting
from xinyun.console.answering_views import demand_furnisher, no_such_act, say_done
from xinyun.console.collecting import actor_of, scope
from xinyun.plumbing.access import needs
from xinyun.repair import operations, paper, queries, steps


@needs("staff")
@require_safe
@never_cache
def cases(request: HttpRequest) -> HttpResponse:
    """The objections, or the repairs, that wait for this person's office."""
    told, kind = request.GET.get("page", "1"), request.GET.get("kind", "")
    number = max(int(told), 1) if told.isascii() and told.isdigit() and len(told) < 6 else 1
    kind = kind if kind in steps.KINDS else steps.OBJECTION
    page = pages.work(kind, request.user, number, timezone.localdate(), open_only="all" not in request.GET)
    return render(request, "console/letting.html", {"page": page})


@needs("staff")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def case(request: HttpRequest, id: int) -> HttpResponse:
    """A case with its steps; the next one is taken here, and whom to call is told once the purpose is logged."""
    on, user = timezone.localdate(), request.user
    refused: Refusal | None = None
    contact: dict[str, str] | None = None
    if request.method == "POST":
        demand_furnisher(user)
        queries.case(id, scope(user))
        try:
            if request.POST.get("act") == "contact":
                purpose = request.POST.get("purpose", "")
                contact = operations.read_contact(
                    case=id, purpose=purpose, office=scope(user), **acting(request)
                )
            else:
                _act(request, id)
                return redirect("console-case", id)
        except Refusal as refusal:
            refused = refusal
    page = pages.case(id, user, actor_of(user), on, request.POST, contact)
    shown = {"page": page, "refused": refused, "today": on, "longest": queries.LONGEST}
    return render(request, "console/letting_case.html", shown, status=refused.status if refused else 200)


@needs("staff")
@require_safe
@never_cache
def case_paper(request: HttpRequest, id: int, which: str) -> HttpResponse:
    """A paper of a case as PDF."""
    view = queries.case(id, scope(request.user))
    answer = HttpResponse(paper.pdf(view, which), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{view.number}-{which}.pdf"'
    return answer


def _act(request: HttpRequest, id: int) -> None:
    """Take the step that the form names."""
    given, who = request.POST, acting(request)
    verb = _VERBS.get(given.get("act", ""))
    if verb is None:
        raise no_such_act()
    at = who.pop("at")
    verb(given, {"case": id, "office": scope(request.user)} | who, at)
    say_done(request, Text("已登记。", "Recorded."))


def _verb(operation: Callable[..., Any], *names: str) -> Callable[[Any, dict[str, Any], Any], None]:
    """An act whose form has these fields alone."""

    def act(given: Any, who: dict[str, Any], at: Any) -> None:
        operation(**who, **{name: given.get(name, "") for name in names})

    return act


def _verify(given: Any, who: dict[str, Any], at: Any) -> None:
    operations.verify(**who, performed=given.get("performed") == "yes", text=given.get("text", ""))


def _decide(given: Any, who: dict[str, Any], at: Any) -> None:
    pairs = [line.split("=", 1) for line in given.get("values", "").splitlines() if "=" in line]
    told = {name: given.get(name, "") for name in ("outcome", "document", "reasons", "ground")}
    operations.decide(**who, **told, values={name.strip(): text.strip() for name, text in pairs}, at=at)


_VERBS = {
    steps.ACCEPT: _verb(operations.accept),
    steps.REJECT: _verb(operations.reject, "ground", "reasons"),
    steps.FORWARD: _verb(operations.forward),
    steps.ANSWER: _verb(operations.answer, "outcome", "text"),
    steps.VERIFY: _verify,
    steps.DECIDE: _decide,
    steps.WITHDRAW: _verb(operations.withdraw, "reason"),
}
