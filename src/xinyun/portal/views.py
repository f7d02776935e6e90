"""The pages of the public site. Each parses, asks one question or does one thing, and renders."""

from __future__ import annotations

import logging
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods

from xinyun.base import Text
from xinyun.base.identifiers import normalise
from xinyun.plumbing.access import public
from xinyun.portal import browsing, operations, queries, rules
from xinyun.portal.templatetags.reading import CONTRASTS, SCALES, Reading

LARGEST_PDF = 10 * 1024 * 1024
YEAR = 365 * 24 * 3600


@public
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The first page: search first."""
    page = browsing.home(timezone.localdate())
    return render(request, "portal/home.html", {"page": page, "column": _column("首页")})


@public
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Results; the same page answers htmx, which takes its part."""
    ask = request.GET
    number = ask.get("page", "1")
    page = browsing.search(
        ask.get("q", ""),
        city=ask.get("city", ""),
        kind=ask.get("kind", ""),
        page=int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1,
        on=timezone.localdate(),
    )
    return render(request, "portal/search.html", {"page": page, "column": _column("信用查询")})


@public
@require_GET
def subject(request: HttpRequest, code: str) -> HttpResponse:
    """One subject; a code typed in another form leads to its permanent address."""
    if code != normalise(code):
        return redirect("subject", normalise(code) or "-")
    page = browsing.subject(code, kind=request.GET.get("kind", ""), on=timezone.localdate())
    if page is None:
        return _unknown(request, code)
    article = {"title": page.subject.name, "on": page.subject.on}
    return render(
        request, "portal/subject.html", {"page": page, "column": _column("信用查询"), "article": article}
    )


@public
@require_GET
def subject_json(request: HttpRequest, code: str) -> HttpResponse:
    """The subject page's data, field by field under the catalogue's field names."""
    document = queries.subject_document(normalise(code), timezone.localdate())
    if document is None:
        raise queries.NoSuchSubject(code)
    return JsonResponse(document, json_dumps_params={"ensure_ascii": False, "indent": 1})


@public
@require_GET
def report(request: HttpRequest, code: str) -> HttpResponse:
    """Issue a credit report and hand it out."""
    at = timezone.now()
    try:
        issued = operations.issue(normalise(code), actor="public", on=timezone.localdate(at), at=at)
    except queries.NoSuchSubject:
        return _unknown(request, code)
    answer = HttpResponse(issued.pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{issued.number}.pdf"'
    answer["X-Robots-Tag"] = "noindex"
    answer["Cache-Control"] = "no-store"
    return answer


@public
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Tell whether a report is ours and unchanged, by its number or by the file itself."""
    number, verdict, problem = normalise(request.GET.get("no", ""))[:40], None, None
    if request.method == "POST":
        pdf, problem = _uploaded(request)
        verdict = operations.verify(pdf) if pdf else None
    elif number:
        verdict = operations.verify_number(number)
    shown = {"verdict": verdict, "problem": problem, "number": number, "column": _column("核验报告")}
    return render(request, "portal/verify.html", shown, status=422 if problem else 200)


@public
@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    """What is collected and listed, each with its basis."""
    page = browsing.catalogue(timezone.localdate())
    return render(request, "portal/catalogue.html", {"page": page, "column": _column("目录与规则")})


@public
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """How to read this site, and where it falls short."""
    return render(request, "portal/accessibility.html", {"column": _column("无障碍说明")})


@public
@require_GET
def reading(request: HttpRequest) -> HttpResponse:
    """Keep the reader's text size and contrast, for those without script, and go back."""
    back, ask = request.GET.get("next", "/"), request.GET
    safe = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    answer = HttpResponseRedirect(back if safe else "/")
    kept = Reading.of(request)
    scale, contrast = ask.get("scale", kept.scale), ask.get("contrast", kept.contrast)
    if scale in SCALES and contrast in CONTRASTS:
        answer.set_cookie(
            "reading", f"{scale}.{contrast}", max_age=YEAR, samesite="Lax", secure=request.is_secure()
        )
    return answer


def failed(request: HttpRequest) -> HttpResponse:
    """The page for what should not have happened; the number on it is also in the server's log."""
    reference = uuid4().hex[:12].upper()
    logging.getLogger(__name__).error("shown as failure %s: %s", reference, request.path)
    return render(None, "500.html", {"site": settings.XINYUN, "reference": reference}, status=500)


def _unknown(request: HttpRequest, code: str) -> HttpResponse:
    shown = {"code": code[:40], "advice": rules.advice(code)}
    return render(request, "portal/unknown.html", shown, status=404)


def _column(name: str) -> dict[str, str]:
    """Column of the page in the sense of 政府网站发展指引; every page here is one kind of column."""
    return {"name": name, "type": "政务服务" if name == "首页" else name}


def _uploaded(request: HttpRequest) -> tuple[bytes, Text | None]:
    file = request.FILES.get("file")
    if file is None or not file.size:
        return b"", Text("请选择要核验的信用报告 PDF 文件。", "Choose the PDF file of a credit report.")
    if file.size > LARGEST_PDF:
        return b"", Text(
            "文件超过 10 MB，不会是本平台的信用报告。", "The file exceeds 10 MB; no report of ours does."
        )
    pdf = file.read()
    if not pdf.startswith(b"%PDF-"):
        return b"", Text(
            "这个文件不是 PDF，请上传下载时的原文件。", "This is not a PDF; upload the file as downloaded."
        )
    return pdf, None
