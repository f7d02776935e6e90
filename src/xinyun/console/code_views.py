"""The pages of codes in the staff shell."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xinyun.base import Refusal
from xinyun.codes import operations, queries
from xinyun.console import coding
from xinyun.plumbing.access import needs


@needs("staff")
@require_safe
def codes(request: HttpRequest) -> HttpResponse:
    """A month's figures, what was found, and the notices."""
    return _page(request)


def _page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    user: Any = request.user
    on = timezone.localdate()
    page = coding.page(
        queries.month_of(request.GET.get("month", ""), on), user.office if user.holds("clerk") else "", on
    )
    status = refusal.status if refusal else 200
    return render(request, "console/codes.html", {"page": page, "refusal": refusal}, status=status)


@needs("operator")
@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """Send what is new to the registering offices."""
    at = timezone.now()
    operations.issue_notices(actor=_actor(request), on=timezone.localdate(at), at=at)
    return redirect("console-codes")


@needs("operator")
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Write down what a registering office did about a finding."""
    given = request.POST
    number = given.get("notice", "")
    try:
        operations.answer_notice(
            notice=int(number) if number.isdecimal() and len(number) < 19 else 0,
            finding=given.get("finding", ""),
            outcome=given.get("outcome", ""),
            reason=given.get("reason", ""),
            actor=_actor(request),
            on=timezone.localdate(),
        )
    except operations.WrongAnswer as refusal:
        return _page(request, refusal)
    return redirect("console-codes")


@needs("staff")
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """Look up to a thousand lines up at once."""
    text = request.POST.get("lines", "")
    shown: dict[str, Any] = {"lines": text, "most": queries.MOST_LINES}
    try:
        shown["found"] = coding.looked_up(text, timezone.localdate())
    except queries.TooManyLines as refusal:
        return render(
            request, "console/codes_look_up.html", shown | {"refusal": refusal}, status=refusal.status
        )
    return render(request, "console/codes_look_up.html", shown)


def _actor(request: HttpRequest) -> str:
    return f"user:{request.user.get_username()}"
