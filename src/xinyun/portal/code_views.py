"""The public page on which a code, or an old number, is looked up."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from xinyun.codes import queries
from xinyun.plumbing.access import public
from xinyun.portal import hints

LONGEST = 40


@public
@require_safe
def codes(request: HttpRequest) -> HttpResponse:
    """Explain a code, or lead an old number to its code; a natural person's number does not stay in the address."""
    asked = request.GET.get("q", "").strip()[:LONGEST]
    if hints.holds_person(asked):
        return redirect(f"{request.path}?person")
    found = queries.look_up(asked, timezone.localdate()) if asked else None
    shown = {
        "asked": asked,
        "found": found,
        "notice": hints.PERSON if "person" in request.GET else None,
        "column": {"name": "代码查询", "type": "代码查询"},
    }
    return render(request, "portal/codes.html", shown)
