"""The views on which an office acts on lists: its tasks, its rosters, and how the six automatics run."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from xinyun.base import Refusal, Text
from xinyun.console import enforcement_pages as pages
from xinyun.console.answering_views import say_done
from xinyun.console.collecting import actor_of
from xinyun.enforcement import operations, queries
from xinyun.plumbing.access import NotAllowed, needs


class NoRoster(Refusal):
    """The form came without a file."""

    code = "no-roster"


@needs("staff")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def tasks(request: HttpRequest) -> HttpResponse:
    """The tasks of the person's own office, or of all; a second officer confirms false alarms here, or a check is overridden."""
    refused: Refusal | None = None
    if request.method == "POST":
        try:
            _demand_clerk(request)
            _confirm_or_override(request)
            return redirect("console-tasks")
        except Refusal as told:
            refused = told
    page = pages.tasks(
        request.user, request.GET, max(_number(request.GET.get("page", "1")), 1), timezone.localdate()
    )
    shown = {"page": page, "refused": refused, "given": request.POST}
    return render(request, "console/tasks.html", shown, status=refused.status if refused else 200)


@needs("staff")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def task(request: HttpRequest, id: int) -> HttpResponse:
    """A task; a clerk of its office says what was done, or why nothing, or that it is a false alarm."""
    refused: Refusal | None = None
    if request.method == "POST":
        try:
            _demand_clerk(request)
            _act(request, id)
            say_done(request, Text("已登记。", "Recorded."))
            return redirect("console-task", id)
        except Refusal as told:
            refused = told
    on = timezone.localdate()
    try:
        page = pages.task(id, request.user, on)
    except queries.NoSuchTask:
        raise Http404 from None
    shown = {"page": page, "refused": refused, "given": request.POST, "today": on}
    return render(request, "console/task.html", shown, status=refused.status if refused else 200)


@csrf_exempt  # asked for by `_put`, when the handler is set: to ask is to read the whole body
@needs("staff")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def rosters(request: HttpRequest) -> HttpResponse:
    """The rosters of the person's own office, or of all; a clerk uploads one, or says whom a name means."""
    if request.method == "POST":
        _demand_clerk(request)
        request.upload_handlers = [TemporaryFileUploadHandler(request)]
        return _put(request)
    return _rosters(request)


@needs("staff")
@require_safe
@never_cache
def automatics(request: HttpRequest) -> HttpResponse:
    """How push, match, intercept, reward or sanction, supervise and feedback run, with live figures."""
    return render(
        request, "console/automatics.html", {"page": pages.automatics(request.user, timezone.localdate())}
    )


@csrf_protect
def _put(request: HttpRequest) -> HttpResponse:
    given, who, file = request.POST, _who(request), request.FILES.get("file")
    try:
        if "line" in given:
            operations.settle_name(line=_number(given["line"]), code=given.get("code", ""), **who)
            say_done(request, Text("已认定，几秒后比对。", "Settled; it is matched within seconds."))
            return redirect("console-rosters")
        if file is None or not file.size:
            raise NoRoster(
                Text("没有选择文件，或文件是空的。", "No file was chosen, or it is empty."),
                Text("请选择名册文件。", "Choose the roster's file."),
            )
        put = operations.put_roster(
            scene=given.get("scene", ""), path=Path(file.temporary_file_path()), file_name=file.name or "",
            replace="replace" in given, **who,
        )  # fmt: skip
    except Refusal as refused:
        return _rosters(request, refused)
    told = Text(
        f"名册现有 {put.lines} 行，新增 {put.added}，去掉 {put.ended}；几秒后比对完。",
        f"The roster has {put.lines} lines, {put.added} new, {put.ended} gone; it is matched within seconds.",
    )
    say_done(request, told)
    return redirect("console-rosters")


def _rosters(request: HttpRequest, refused: Refusal | None = None) -> HttpResponse:
    shown = {
        "page": pages.rosters(request.user, timezone.localdate()),
        "refused": refused,
        "given": request.POST,
    }
    return render(request, "console/rosters.html", shown, status=refused.status if refused else 200)


def _confirm_or_override(request: HttpRequest) -> None:
    given, who = request.POST, _who(request)
    if "receipt" in given:
        operations.override(
            receipt=given["receipt"], did=given.get("did", ""), reason=given.get("reason", ""), **who
        )
        say_done(request, Text("已登记。", "Recorded."))
        return
    operations.confirm_false_alarm(alarm=_number(given.get("alarm", "")), **who)
    operations.follow(actor=who["actor"], on=who["on"])
    say_done(request, Text("已确认。", "Confirmed."))


def _act(request: HttpRequest, id: int) -> None:
    """Do what the form names, for the person's own office."""
    given, who = request.POST, _who(request) | {"task": id}
    match given.get("act"):
        case "decline":
            operations.decline(reason=given.get("reason", ""), text=given.get("text", ""), **who)
        case "false-alarm":
            operations.propose_false_alarm(
                whole_subject="whole" in given, reason=given.get("text", ""), until=_day(given.get("until", ""), who["on"]),
                **who,
            )  # fmt: skip
        case verb:
            record = operations.release if verb == "release" else operations.do
            record(
                what=given.get("text", ""), day=_day(given.get("day", ""), who["on"]),
                document=given.get("document", ""), **who,
            )  # fmt: skip


def _who(request: HttpRequest) -> dict[str, Any]:
    user: Any = request.user
    return {"office": user.office, "actor": actor_of(user), "on": timezone.localdate()}


def _demand_clerk(request: HttpRequest) -> None:
    user: Any = request.user
    if not user.holds("clerk"):
        raise NotAllowed(
            Text("由部门经办人登记。", "A clerk of the office records it."),
            Text("请联系该单位的经办人。", "Ask a clerk of that office."),
        )


def _day(text: str, on: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return on


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
