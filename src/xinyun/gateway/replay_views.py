"""The page on which a past check is decided again, and what the nightly samples of them came to."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from xinyun.base import Refusal, Text
from xinyun.gateway import sampling
from xinyun.plumbing.access import needs

NIGHTS, LONGEST = 30, 4000
PARTS = {
    "decision": Text("结论", "the decision"),
    "measures": Text("措施", "the measures"),
    "disputed": Text("是否有异议", "whether disputed"),
    "others": Text("主体的其他代码", "the subject's other codes"),
    "counting": Text("名称所指的主体", "whom the name meant"),
    "rulebook": Text("法规库", "the rulebook"),
    "answer": Text("答复的字节", "the bytes of the answer"),
}
"""The parts of a logged check that may come out otherwise, as the page names them."""


@needs("operator", "auditor")
@require_http_methods(["GET", "HEAD", "POST"])
def replays(request: HttpRequest) -> HttpResponse:
    """Decide a past check again by its receipt; it is logged who asked."""
    at = timezone.now()
    on = timezone.localdate(at)
    shown: dict[str, Any] = {
        "nights": sampling.samples(on - timedelta(days=NIGHTS), on),
        "sampled": sampling.SAMPLED,
    }
    if request.method != "POST":
        return render(request, "gateway/replays.html", shown)
    receipt = request.POST.get("receipt", "")[:LONGEST]
    user: Any = request.user
    try:
        found = sampling.replay_one(receipt, actor=f"user:{user.get_username()}", on=on, at=at)
    except Refusal as refusal:
        shown |= {"refused": refusal, "receipt": receipt}
        return render(request, "gateway/replays.html", shown, status=refusal.status)
    told = json.dumps(found.told, ensure_ascii=False, indent=2)
    differing = [PARTS.get(name, Text(name, name)) for name in found.differing]
    return render(
        request,
        "gateway/replays.html",
        shown | {"found": found, "told": told, "differing": differing, "receipt": receipt},
    )
