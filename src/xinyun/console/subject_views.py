"""The pages of one subject's whole history: by code alone, for a purpose, which is logged before anything is shown."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xinyun.archive import operations
from xinyun.archive import queries as archive
from xinyun.base import Refusal
from xinyun.base.identifiers import normalise
from xinyun.console.answering_views import act, answer
from xinyun.console.subject_pages import SubjectPage, subject_asked, subject_page, subjects_page
from xinyun.plumbing.access import needs


@needs("staff")
@require_safe
@never_cache
def subjects(request: HttpRequest) -> HttpResponse:
    """Find a subject by its code."""
    code = request.GET.get("code", "")
    if code and subject_asked(normalise(code)):
        return redirect("subject-history", normalise(code))
    return answer(request, "subjects", subjects_page(request.user, timezone.localdate(), code=code))


@needs("staff")
@require_http_methods(["GET", "POST"])
@never_cache
def subject_history(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for the purpose; when it is given and logged, show the events and the sources."""
    given, on, code = request.POST, timezone.localdate(), normalise(code)
    if subject_asked(code) is None:
        raise Http404
    if request.method == "GET":
        return answer(request, "subject", SubjectPage(code))
    purpose, page = given.get("purpose", ""), given.get("page", "1")
    valid, known = (_day(given.get(name, "")) for name in ("as_of", "known"))
    try:
        for day in filter(None, (valid, known)):
            archive.demand_past(day, on)
        found = subject_asked(code, known=known or valid)
        if found is None:
            raise Http404
        operations.log_reading(found.ids, purpose=purpose, **act(request))
    except Refusal as refused:
        return answer(request, "subject", SubjectPage(code), refused)
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    shown = subject_page(
        found, request.user, on, purpose=purpose.strip(), page=number, valid=valid, known=known
    )
    return answer(request, "subject", shown)


def _day(text: str) -> date | None:
    """A day as a browser sends it; what is none was not asked for."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
