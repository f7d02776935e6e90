"""The page on which an officer asks a check in person, for those without a system that asks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xinyun import law
from xinyun.base import Refusal
from xinyun.gateway import operations
from xinyun.gateway.showing import shown
from xinyun.law import Law, Scene
from xinyun.plumbing.access import needs


@needs("operator", "clerk")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check(request: HttpRequest) -> HttpResponse:
    """Ask in a scene of the person's own department, the credit centre in any; answered, logged and signed as any check."""
    user: Any = request.user
    at, given = timezone.now(), request.POST
    on = timezone.localdate(at)
    now = law.rulebook().on(on)
    scenes = _scenes(user, now)
    context: dict[str, Any] = {"scenes": scenes, "given": given}
    if request.method != "POST":
        return render(request, "gateway/check.html", context)
    try:
        question = operations.Question(
            scene=given.get("scene", ""), purpose=given.get("purpose", ""), case=given.get("case") or None,
            code=given.get("code") or None, name=given.get("name") or None, client=f"user:{user.get_username()}",
            office=user.office,
        )  # fmt: skip
        admitted = operations.admit(question, now, frozenset(one.id for one in scenes))
        (answer,) = operations.answer([admitted], at=at, on=on, actor=f"user:{user.get_username()}")
    except Refusal as refusal:
        return render(request, "gateway/check.html", context | {"refused": refusal}, status=refusal.status)
    return render(request, "gateway/check.html", context | shown(answer, now))


def _scenes(user: Any, now: Law) -> list[Scene]:
    """The scenes in which a person may ask about organisations."""
    department = now.office(user.office).department
    own = (one for one in now.scenes() if user.role == "operator" or one.office == department)
    return sorted((one for one in own if set(one.subjects) - {"person"}), key=lambda one: one.title)
