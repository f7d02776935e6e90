"""The pages of records that are in the archive: find one, correct it, take it back, let it in again."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.archive.operations import Notice
from xinyun.archive.queries import RevisionView
from xinyun.base import Refusal, Text
from xinyun.collection import operations, records
from xinyun.collection import queries as collection
from xinyun.console import record_fields, record_pages
from xinyun.console.answering_views import (
    act,
    answer,
    demand_furnisher,
    demand_operator,
    go_on,
    must_mend,
    say_done,
    worked_on,
)
from xinyun.console.collecting import scope
from xinyun.plumbing.access import needs


@needs("staff")
@require_safe
@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """Find the own office's records of an item by their subject's code or their document's number."""
    asked = {name: request.GET.get(name, "") for name in ("item", "code", "number")}
    return answer(request, "records", record_pages.find_page(request.user, timezone.localdate(), **asked))


@needs("staff")
@require_http_methods(["GET", "POST"])
@never_cache
def record(request: HttpRequest, id: int) -> HttpResponse:
    """A record with its revisions and amendments, and what may be done about it."""
    found = _found(request, id)
    if request.method == "GET":
        if not found.is_current:
            return redirect("record", archive.revisions_of(id)[0].id)
        page = record_pages.record_page(found, request.user, timezone.localdate())
        return answer(request, "record", page)
    demand_furnisher(request.user)
    if "withdraw" in request.POST:
        return _done(request, found, "withdraw", _withdraw, Text("已撤回。", "Withdrawn."))
    if "readmit" in request.POST:
        return _done(request, found, "readmit", _readmit, Text("已恢复。", "Readmitted."))
    return _correct(request, found)


def _done(request: HttpRequest, found: RevisionView, form: str, verb: Any, well: Text) -> HttpResponse:
    """Do it and show the record as it is then, or say why it was not done."""
    try:
        verb(request, found)
    except Refusal as refused:
        return _again(request, found, refused, form=form)
    say_done(request, well)
    return redirect("record", archive.revisions_of(found.id)[0].id)


def _withdraw(request: HttpRequest, found: RevisionView) -> None:
    who = act(request)
    operations.withdraw_records(
        records=[found.id], reason=request.POST.get("reason", ""), office=scope(request.user),
        actor=who["actor"], on=who["on"],
    )  # fmt: skip


def _readmit(request: HttpRequest, found: RevisionView) -> None:
    given, who = request.POST, act(request)
    demand_operator(request.user)
    operations.readmit_record(
        record=found.id, reason=given.get("reason", ""),
        notice=Notice(given.get("notice", ""), _day(given.get("notified_on", ""))),
        actor=who["actor"], on=who["on"],
    )  # fmt: skip


def _correct(request: HttpRequest, found: RevisionView) -> HttpResponse:
    on = timezone.localdate()
    now = law.rulebook().on(on)
    item = now.item(found.item)
    content, typed = collection.shown(found, item), record_fields.read(item, request.POST)
    changes = {
        name: text.replace("\r\n", "\n")
        for name, text in typed.items()
        if name not in content.fixed and not (name in content.hidden and not text)
    }
    examined = records.examine(item, now, collection.corrected(found, changes))
    if must_mend(examined):
        page = record_pages.record_page(
            found, request.user, on, typed=typed, examined=examined, form="correct"
        )
        return answer(request, "record", page, status=422)
    try:
        id = operations.correct_record(
            record=found.id, values=changes, reason=request.POST.get("reason", ""),
            office=scope(request.user), **act(request),
        )  # fmt: skip
    except Refusal as refused:
        return _again(request, found, refused, form="correct", typed=typed)
    back = reverse("record", args=[found.id])
    return go_on(request, worked_on(id, request), Text("已更正。", "Corrected."), back)


def _again(request: HttpRequest, found: RevisionView, refused: Refusal, **told: Any) -> HttpResponse:
    page = record_pages.record_page(found, request.user, timezone.localdate(), **told)
    return answer(request, "record", page, refused)


def _found(request: HttpRequest, id: int) -> RevisionView:
    """A revision of that id; a clerk's own office's alone."""
    found, own = archive.revision(id), scope(request.user)
    if found is None or (own and found.office != own):
        raise Http404
    return found


def _day(text: str) -> date:
    """A day as a browser sends it; what is none is after every day, and refused as such."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.max
