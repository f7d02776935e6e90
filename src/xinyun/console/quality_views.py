"""The pages of quality in the staff shell: a clerk sees the own office alone."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from xinyun.assessment import operations
from xinyun.assessment import queries as assessment
from xinyun.base import Text
from xinyun.console import quality as pages
from xinyun.plumbing.access import NotAllowed, needs


@needs("staff")
@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """A month of an office, or of all."""
    given = request.GET
    page = pages.page(_month(given.get("month", "")), _office(request, given), timezone.localdate())
    return render(request, "console/quality.html", {"page": page})


@needs("staff")
@require_POST
def notice(request: HttpRequest) -> HttpResponse:
    """Issue the notice of a month to an office or to everybody; a clerk takes that of the own office."""
    at, user = timezone.now(), request.user
    issued = operations.issue_notice(
        month=_month(request.POST.get("month", "")),
        office=_office(request, request.POST),
        actor=f"user:{user.get_username()}",
        on=timezone.localdate(at),
        at=at,
    )
    answer = HttpResponse(issued.pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{issued.number}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


def _month(text: str) -> date:
    on = timezone.localdate()
    return assessment.month_of(text, on) if text else assessment.months(on)[0]


def _office(request: HttpRequest, given: Any) -> str:
    """The office that is asked for; the own one for a clerk, whom another's is refused."""
    user: Any = request.user
    asked: str = given.get("office", "")
    if not user.holds("clerk"):
        return asked
    if asked not in {"", user.office}:
        raise NotAllowed(
            Text("只能查看本单位的报送质量。", "You may see your own office's quality only."),
            Text("各地各部门的汇总见公共网站的「报送质量」。", "Sums of all are on the public site."),
        )
    return str(user.office)
