"""The public pages on which a line is disputed, its repair asked for, and a case followed by its number and word."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from xinyun.base import Refusal
from xinyun.base.identifiers import normalise
from xinyun.plumbing.access import public
from xinyun.portal import letting_go
from xinyun.repair import operations, paper, queries, steps

_COLUMN = {"name": "异议和修复", "type": "政务服务"}


@public
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("contact_name", "telephone")
def objection(request: HttpRequest, code: str, line: str) -> HttpResponse:
    """Dispute a line of a subject's page."""
    return _form(request, steps.OBJECTION, code, line)


@public
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("contact_name", "telephone")
def repair(request: HttpRequest, code: str, line: str) -> HttpResponse:
    """Ask for the repair of what a line of a subject's page says; whether that can be is told before the form."""
    return _form(request, steps.REPAIR, code, line)


@public
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("secret")
def followed(request: HttpRequest) -> HttpResponse:
    """Follow a case by number and word, take its papers, or withdraw it. The word is posted, never in an address."""
    given, on = request.POST, timezone.localdate()
    shown: dict[str, Any] = {"column": _COLUMN, "given": given}
    if request.method != "POST":
        return render(request, "portal/case.html", shown)
    try:
        view = operations.follow(
            number=given.get("number", ""), secret=given.get("secret", ""), withdrawing=given.get("reason", ""),
            actor="portal", on=on,
        )  # fmt: skip
        if which := given.get("paper"):
            answer = HttpResponse(paper.pdf(view, which), content_type="application/pdf")
            answer["Content-Disposition"] = f'attachment; filename="{view.number}.pdf"'
            return answer
    except Refusal as refused:
        return render(request, "portal/case.html", {**shown, "refused": refused}, status=refused.status)
    return render(request, "portal/case.html", {**shown, "page": letting_go.case_page(view, on)})


def _form(request: HttpRequest, kind: str, code: str, line: str) -> HttpResponse:
    given, on, code = request.POST, timezone.localdate(), normalise(code)
    page, refused = letting_go.form_page(kind, code, line, on), None
    if request.method == "POST":
        told = {name: given.get(name, "") for name in _FIELDS} | {"evidence": letting_go.pieces(given)}
        try:
            filed = letting_go.file(kind, code, line, told, way=letting_go.PORTAL, actor="portal", on=on)
            shown = {"page": page, "case": filed.case, "secret": filed.secret, "column": _COLUMN}
            return render(request, "portal/applied.html", shown, status=201)
        except Refusal as refusal:
            refused = refusal
    rows = [(n, given.get(f"what-{n}", ""), given.get(f"in-{n}", "")) for n in letting_go.PIECES]
    shown = {
        "page": page, "refused": refused, "given": given, "rows": rows, "longest": queries.LONGEST, "column": _COLUMN,
    }  # fmt: skip
    return render(request, "portal/apply.html", shown, status=refused.status if refused else 200)


_FIELDS = ("statement", "performed", "commitment", "contact_name", "telephone")
