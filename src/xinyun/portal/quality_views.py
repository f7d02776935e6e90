"""The pages of the public ledger of quality, for people and for programs."""

from __future__ import annotations

import csv
import io
from datetime import date

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from xinyun.assessment import queries as assessment
from xinyun.plumbing.access import public
from xinyun.portal import quality


@public
@require_safe
def ledger(request: HttpRequest, month: str = "") -> HttpResponse:
    """A month; the newest in which anything came where none is named."""
    page = quality.page(_month(month), request.GET.get("city", ""), timezone.localdate())
    column = {"name": "报送质量", "type": "报送质量"}
    return render(request, "portal/quality.html", {"page": page, "column": column})


@public
@require_safe
def ledger_json(request: HttpRequest, month: str) -> HttpResponse:
    """The same for programs, by office too."""
    told = assessment.document(_month(month), timezone.localdate())
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


@public
@require_safe
def ledger_csv(request: HttpRequest, month: str) -> HttpResponse:
    """The same as a table, for spreadsheets: they know UTF-8 by its mark."""
    first = _month(month)
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(assessment.csv_rows(first, timezone.localdate()))
    answer = HttpResponse(out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="quality-{first:%Y-%m}.csv"'
    return answer


def _month(text: str) -> date:
    on = timezone.localdate()
    return assessment.month_of(text, on) if text else assessment.months(on)[0]
