"""The page on which anybody verifies a report or a receipt: by number, by file, by picture, by its text."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from xinyun.base import Refusal, Text
from xinyun.base.identifiers import normalise
from xinyun.plumbing.access import public
from xinyun.portal import browsing, hints, operations, rules
from xinyun.portal.pages import ReportVerdict
from xinyun.portal.uploads import LARGEST_PDF
from xinyun.portal.views import printable

_COLUMN = {"name": "核验报告", "type": "核验报告"}


@public
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Tell whether a report or a receipt is ours, what it says, and where it stands in the public log."""
    now = timezone.now()
    shown, status = {"column": _COLUMN, "number": printable(request.GET.get("no", ""))}, 200
    try:
        shown |= (
            _posted(request, now) if request.method == "POST" else _numbered(request, shown["number"], now)
        )
    except Refusal as refusal:
        field = "receipt" if "receipt" in request.POST else "file"
        given = request.POST.get("receipt", "")
        shown, status = shown | {"wrong": refusal, "field": field, "given": given}, refusal.status
    if shown.get("wrong_number"):
        status = 422
    answer = render(request, "portal/verify.html", shown, status=status)
    if request.method == "POST":
        answer["Cache-Control"] = "no-store"
    return answer


def _numbered(request: HttpRequest, number: str, now: datetime) -> dict[str, Any]:
    if not request.GET.get("no"):
        return {}
    if wrong := rules.number_problem(normalise(number)):
        return {"wrong_number": wrong}
    return _of_report(operations.verify_number(normalise(number)), now)


def _posted(request: HttpRequest, now: datetime) -> dict[str, Any]:
    if "receipt" not in request.POST:
        found = operations.examine(_uploaded(request))
    elif (found := operations.recognise(request.POST["receipt"])) is None:
        raise operations.NothingToVerify(
            Text("这不是一张完整的回执。", "This is not a whole receipt."),
            Text("请完整粘贴，或上传二维码的图片。", "Paste all of it, or send a picture of its QR code."),
        )
    if isinstance(found, ReportVerdict):
        return _of_report(found, now)
    about = request.POST.get("about", "")
    if hints.holds_person(about):  # neither compared nor told back
        return {"receipt": operations.read(found, now), "is_person": True}
    return {"receipt": operations.read(found, now, about), "about": printable(about.strip())}


def _of_report(found: ReportVerdict, now: datetime) -> dict[str, Any]:
    logged = None
    if found.at is not None:
        logged = operations.logged("report", found.at, now, index=found.ledger_index)
    return {"card": browsing.verdict(found, timezone.localdate(now)), "logged": logged}


def _uploaded(request: HttpRequest) -> bytes:
    file = request.FILES.get("file")
    if file is None or not file.size:
        raise operations.NothingToVerify(
            Text("还没有选择文件。", "No file was chosen."),
            Text("请选择报告 PDF，或二维码的照片、截图。", "Choose the PDF of a report, or a picture of a QR code."),
        )  # fmt: skip
    if file.size > LARGEST_PDF:
        raise operations.NothingToVerify(
            Text("文件超过 10 MB。", "The file exceeds 10 MB."),
            Text("报告都小于 10 MB；图片请只截取二维码那一块。", "No report is as large; of a picture send the QR code alone."),
        )  # fmt: skip
    content: bytes = file.read()
    return content
