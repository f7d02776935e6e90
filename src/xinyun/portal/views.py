"""The pages of the public site. Each parses, asks one question or does one thing, and renders."""

from __future__ import annotations

import logging
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_safe

from xinyun.base import Refusal, Text
from xinyun.base.identifiers import normalise
from xinyun.plumbing import problems
from xinyun.plumbing.access import public
from xinyun.portal import browsing, dcat, hints, norms, operations, queries, rules, volumes
from xinyun.portal import timeline as timelines
from xinyun.portal.finding import Asked
from xinyun.portal.pages import SearchPage
from xinyun.portal.templatetags.reading import CONTRASTS, SCALES, Reading

YEAR = 365 * 24 * 3600
NOT_FOR_ROBOTS = (
    "/subject/*/report.pdf",
    "/subject/*/objection/",
    "/subject/*/repair/",
    "/cases",
    "/search",
    "/verify?",
    "/reading",
    "/login",
    "/console/",
    "/api/",
)
"""Addresses that do work for each caller, or say nothing to whoever is not asking."""


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page: search first."""
    page = browsing.home(timezone.localdate())
    return render(request, "portal/home.html", {"page": page, "column": _column("首页")})


@public
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results; the same page answers htmx, which takes its part."""
    ask = request.GET
    page = browsing.search(
        Asked(ask.get("q", ""), ask.get("city", ""), ask.get("kind", ""), ask.get("record", "")),
        page=_page(request),
        after=ask.get("after", ""),
        before=ask.get("before", ""),
        on=timezone.localdate(),
        person="person" in ask,
    )
    live = request.headers.get("HX-Request") == "true"
    if not live and len(page.hits) == 1 and page.hits[0].code == normalise(page.asked):
        return redirect("subject", page.hits[0].code)
    plain = normalise(page.asked)
    if not live and not page.hits and rules.is_code_shaped(plain) and queries.superseded([plain]):
        return redirect("subject", plain)  # a former code under which nothing was ever furnished
    address = _address(request, page)
    if (page.person and "q" in request.GET) or (not live and "" in request.GET.values()):
        return redirect(address)
    answer = render(request, "portal/search.html", {"page": page, "column": _column("信用查询")})
    if live:
        answer["HX-Replace-Url"] = address
    return answer


def _address(request: HttpRequest, page: SearchPage) -> str:
    """The address of these results: no empty parts, and never a person's number."""
    kept = {name: text for name, text in request.GET.items() if text} | {"person": "1" if page.person else ""}
    if page.person:
        kept.pop("q", None)
    asked = urlencode({name: text for name, text in kept.items() if text})
    return f"{request.path}?{asked}" if asked else request.path


@public
@require_safe
def subject(request: HttpRequest, code: str) -> HttpResponse:
    """One subject; a code typed in another form leads to its permanent address."""
    plain = normalise(code)
    if code != plain and rules.is_code_shaped(plain):
        return redirect("subject", plain)
    page = browsing.subject(
        code, kind=request.GET.get("kind", ""), on=timezone.localdate(), page=_page(request)
    )
    if page is None:
        return _unknown(request, code)
    article = {"title": page.subject.name, "on": page.subject.on}
    return render(
        request, "portal/subject.html", {"page": page, "column": _column("信用查询"), "article": article}
    )


@public
@require_safe
def timeline(request: HttpRequest, code: str) -> HttpResponse:
    """Everything that happened to one subject and is public, and where each value comes from."""
    page = timelines.timeline(normalise(code), on=timezone.localdate(), page=_page(request))
    if page is None:
        return _unknown(request, code)
    return render(request, "portal/timeline.html", {"page": page, "column": _column("信用查询")})


@public
@require_safe
def subject_json(request: HttpRequest, code: str) -> HttpResponse:
    """The subject page's data, field by field under the catalogue's field names."""
    document = queries.subject_document(normalise(code), timezone.localdate())
    if document is None:
        raise queries.NoSuchSubject(code)
    return JsonResponse(document, json_dumps_params={"ensure_ascii": False, "indent": 1})


@public
@require_safe
def report(request: HttpRequest, code: str) -> HttpResponse:
    """Issue a credit report and hand it out; who only asks for the headers is issued nothing."""
    at, code = timezone.now(), normalise(code)
    on = timezone.localdate(at)
    answer = HttpResponse(content_type="application/pdf")
    answer["X-Robots-Tag"] = "noindex"
    answer["Cache-Control"] = "no-store"
    if request.method == "HEAD":
        return answer if queries.public_snapshot(code, on=on) else _unknown(request, code)
    try:
        issued = operations.issue(code, actor="public", on=on, at=at)
    except queries.NoSuchSubject:
        return _unknown(request, code)
    answer.content = issued.pdf
    answer["Content-Disposition"] = f'attachment; filename="{issued.number}.pdf"'
    return answer


@public
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """What is collected and listed, each with its basis."""
    page = norms.catalogue(timezone.localdate())
    return render(request, "portal/catalogue.html", {"page": page, "column": _column("目录与规则")})


@public
@require_safe
def catalogue_json(request: HttpRequest) -> HttpResponse:
    """Every norm that anybody may read, by kind and id, with the address of its own page for programs."""
    return _json(dcat.index(settings.XINYUN.base_url))


@public
@require_safe
def catalogue_dcat(request: HttpRequest) -> HttpResponse:
    """The catalogue in the words of DCAT 3."""
    told = dcat.catalogue(settings.XINYUN.base_url, settings.XINYUN.operator, timezone.localdate())
    return _json(told, "application/ld+json")


@public
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """Which department furnishes which item."""
    page = volumes.coverage_page(timezone.localdate())
    return render(request, "portal/coverage.html", {"page": page, "column": _column("目录与规则")})


@public
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """The instruments on which the rules rest."""
    rows = volumes.source_rows(timezone.localdate())
    return render(request, "portal/sources.html", {"rows": rows, "column": _column("目录与规则")})


@public
@require_safe
def norm(request: HttpRequest, kind: str, id: str) -> HttpResponse:
    """A norm with its history."""
    page = volumes.norm_page(kind, id, timezone.localdate())
    if page is None:
        raise Http404
    return render(request, "portal/norm.html", {"page": page, "column": _column("目录与规则")})


@public
@require_safe
def norm_json(request: HttpRequest, kind: str, id: str) -> HttpResponse:
    """A norm with its history, for programs."""
    told = volumes.norm_twin(kind, id)
    if told is None:
        raise Http404
    return _json(told)


def _json(told: dict[str, Any], content_type: str = "application/json") -> HttpResponse:
    return JsonResponse(told, content_type=content_type, json_dumps_params={"ensure_ascii": False})


@public
@require_safe
def credit_list(request: HttpRequest, id: str) -> HttpResponse:
    """Who is on a public list, or whether the subject of a code is."""
    code = normalise(request.GET.get("code", ""))[:40]
    if hints.holds_person(code):  # neither looked for nor told back
        return redirect("list", id)
    page = norms.credit_list(id, _page(request), timezone.localdate(), code)
    if page is None:
        raise Http404
    return render(request, "portal/list.html", {"page": page, "column": _column("名单公示")})


@public
@require_safe
def latest(request: HttpRequest, kind: str) -> HttpResponse:
    """What was published last: licences or penalties."""
    page = browsing.latest(kind, _page(request), timezone.localdate())
    if page is None:
        raise Http404
    return render(request, "portal/latest.html", {"page": page, "column": _column("双公示")})


@public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """How to read this site, and where it falls short."""
    return render(request, "portal/accessibility.html", {"column": _column("无障碍说明")})


@public
@require_safe
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


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines are asked to leave alone."""
    rows = [f"Disallow: {prefix}{path}" for path in NOT_FOR_ROBOTS for prefix in ("", "/en")]
    return HttpResponse("\n".join(["User-agent: *", *rows, ""]), content_type="text/plain; charset=utf-8")


@public
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """The mark, for browsers that look for it here whatever the page says."""
    return redirect(static("xinyun/mark.svg"))


class Failed(Refusal):
    """Something happened that should not have."""

    code = "internal"
    status = 500

    def __init__(self, reference: str) -> None:
        super().__init__(
            Text("系统出了问题，请求没有完成。", "Something went wrong; the request was not carried out."),
            Text(
                f"请稍后再试；仍不行时，请告知编号 {reference}。",
                f"Try later; if it persists, tell us {reference}.",
            ),
        )


def failed(request: HttpRequest) -> HttpResponse:
    """The page for what should not have happened; the number on it is also in the server's log."""
    reference = uuid4().hex[:12].upper()
    logging.getLogger(__name__).error("shown as failure %s: %s", reference, request.path)
    if request.path.startswith(problems.MACHINE_PATHS):
        return problems.response(Failed(reference))
    return render(None, "500.html", {"site": settings.XINYUN, "reference": reference}, status=500)


def _unknown(request: HttpRequest, code: str) -> HttpResponse:
    shown = {"code": printable(code), "advice": hints.advice(code)}
    return render(request, "portal/unknown.html", shown, status=404)


def printable(text: str) -> str:
    """What somebody typed, as far as a page can show it."""
    return "".join(char for char in text if char.isprintable())[:40]


def _page(request: HttpRequest) -> int:
    number = request.GET.get("page", "1")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1


def _column(name: str) -> dict[str, str]:
    """Column of the page in the sense of 政府网站发展指引; every page here is one kind of column."""
    return {"name": name, "type": "政务服务" if name == "首页" else name}
