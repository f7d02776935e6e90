"""The page on which the credit centre looks at a subject's relations; what for is logged before anything is shown."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from xinyun.base import Refusal
from xinyun.base.identifiers import normalise
from xinyun.console.collecting import actor_of
from xinyun.console.drawing import picture
from xinyun.plumbing.access import needs
from xinyun.relations import operations, queries

_SHORTEST, _LONGEST = 1, 2


@needs("operator")
@require_http_methods(["GET", "HEAD", "POST"])
def relations(request: HttpRequest) -> HttpResponse:
    """Who stands around a subject, which listed ones stand near, and who answers for it where it is listed."""
    given = request.POST
    code, purpose = normalise(given.get("code", request.GET.get("code", "")))[:18], given.get("purpose", "")
    steps = _LONGEST if given.get("steps", "2") == "2" else _SHORTEST
    shown: dict[str, Any] = {"code": code, "purpose": purpose, "steps": steps, "longest": operations.LONGEST}
    if request.method != "POST":
        return render(request, "console/relations.html", shown)
    try:
        shown |= _answers(request, code, purpose, steps)
    except Refusal as refusal:
        return render(request, "console/relations.html", shown | {"refused": refusal}, status=refusal.status)
    return render(request, "console/relations.html", shown)


def _answers(request: HttpRequest, code: str, purpose: str, steps: int) -> dict[str, Any]:
    user: Any = request.user
    at = timezone.now()
    asked: dict[str, Any] = {
        "code": code, "purpose": purpose, "office": user.office, "actor": actor_of(user),
        "on": timezone.localdate(at), "at": at,
    }  # fmt: skip
    found = operations.look(steps=steps, **asked)
    told: dict[str, Any] = {"found": found, "caution": queries.CAUTION, "picture": picture(found)}
    told["near"] = operations.associate(viewer=queries.Viewer.OFFICER, **asked)
    told["joined"] = tuple(dict.fromkeys((*found.joined, *told["near"].joined)))
    try:
        told["responsible"] = operations.answer_for(**asked)
    except (queries.NotListed, queries.NoArticle) as refusal:
        told["not_responsible"] = refusal
    return told
