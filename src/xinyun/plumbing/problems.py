"""One place where a refusal becomes an answer: a problem document (RFC 9457) or a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from xinyun.base import Refusal

MACHINE_PATHS = ("/api/", "/v1/")


def document(refusal: Refusal) -> dict[str, Any]:
    """The RFC 9457 members of a refusal, with its grounds and per-field reasons, in both languages."""
    return {
        "type": f"urn:xinyun:problem:{refusal.code}",
        "code": refusal.code,
        "status": refusal.status,
        "title": refusal.what.zh,
        "title_en": refusal.what.en,
        "detail": refusal.remedy.zh,
        "detail_en": refusal.remedy.en,
        "basis": [str(basis) for basis in refusal.basis],
        "errors": [{"field": name, "detail": text.zh, "detail_en": text.en} for name, text in refusal.fields],
    }


def response(refusal: Refusal) -> JsonResponse:
    """The refusal as an HTTP answer for programs."""
    return JsonResponse(
        document(refusal),
        status=refusal.status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )


class RefusalMiddleware:
    """Turns a `Refusal` raised by any view into a problem document, or a page for people."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Only refusals are answered here; anything else is a 500 without detail."""
        if not isinstance(error, Refusal):
            return None
        if request.path.startswith(MACHINE_PATHS) or request.path.endswith(".json"):
            return response(error)
        return render(request, "refused.html", {"refusal": error}, status=error.status)
