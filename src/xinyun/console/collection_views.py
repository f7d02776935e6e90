"""The pages of collection. Each parses, asks or does one thing, and renders; a clerk acts for the own office only."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from xinyun import law
from xinyun.base import Refusal, Text
from xinyun.collection import operations, records
from xinyun.collection.remapping import sent_columns
from xinyun.console import collecting, mending, record_fields
from xinyun.console.answering_views import (
    act,
    answer,
    demand_furnisher,
    demand_operator,
    go_on,
    must_mend,
    office_of,
    say_done,
    sent,
    worked_on,
)
from xinyun.console.collecting import scope
from xinyun.plumbing.access import needs


class NoFile(Refusal):
    """The form came without a file."""

    code = "no-file"


class NothingPicked(Refusal):
    """No row was ticked."""

    code = "nothing-picked"


@csrf_exempt  # asked for by `_upload`, when it is known who sends: to ask is to read the whole body
@needs("staff")
@require_http_methods(["GET", "POST"])
def collection(request: HttpRequest) -> HttpResponse:
    """An office's first page of collection, and where its files go."""
    if request.method == "POST":
        demand_furnisher(request.user)
        request.upload_handlers = [TemporaryFileUploadHandler(request)]
        return _upload(request)
    return _collection(request, request.GET)


@csrf_protect
def _upload(request: HttpRequest) -> HttpResponse:
    file = request.FILES.get("file")
    try:
        if file is None or not file.size:
            raise NoFile(
                Text("没有选择文件，或文件是空的。", "No file was chosen, or it is empty."),
                Text("请选择要报送的文件。", "Choose the file to submit."),
            )
        id = operations.submit(
            item=request.POST.get("item", ""),
            office=office_of(request),
            path=Path(file.temporary_file_path()),
            file_name=file.name or "",
            way="web",
            **act(request),
        )
    except Refusal as refused:
        return _collection(request, request.POST, refused)
    return redirect("submission", id)


def _collection(request: HttpRequest, given: Any, refused: Refusal | None = None) -> HttpResponse:
    page = collecting.collection_page(
        request.user, timezone.localdate(), item=given.get("item", ""), office=given.get("office", "")
    )
    return answer(request, "collection", page, refused)


@needs("staff")
@require_http_methods(["GET", "POST"])
def submission(request: HttpRequest, id: str) -> HttpResponse:
    """What became of a submission; a second officer lets one that is held pass, or turns it away."""
    refused = None
    if request.method == "POST":
        verb = operations.release if "release" in request.POST else operations.turn_away
        try:
            demand_operator(request.user)
            verb(submission=id, reason=request.POST.get("reason", ""), **act(request))
        except Refusal as told:
            refused = told
        else:
            return redirect("submission", id)
    page = collecting.submission_page(sent(request, id), request.user, timezone.localdate())
    if request.headers.get("HX-Request") == "true":
        return _progress(request, page)
    return answer(request, "submission", page, refused)


def _progress(request: HttpRequest, page: collecting.SubmissionPage) -> HttpResponse:
    """How far it is, for htmx; when it has arrived, the whole page is another one."""
    answer = render(request, "console/_progress.html", {"page": page})
    if not page.is_moving:
        answer["HX-Refresh"] = "true"
    return answer


@needs("staff")
@require_safe
@never_cache
def returned(request: HttpRequest) -> HttpResponse:
    """The returned rows that wait, by item, rule and batch."""
    return _returned(request)


@needs("staff")
@require_http_methods(["POST"])
def settle(request: HttpRequest) -> HttpResponse:
    """Confirm or drop the rows that were ticked, for one reason."""
    demand_furnisher(request.user)
    picked = [int(row) for row in request.POST.getlist("row") if row.isdecimal() and len(row) < 20]
    given: dict[str, Any] = {
        "returned": picked,
        "reason": request.POST.get("reason", ""),
        "office": scope(request.user),
    }
    who = act(request)
    try:
        if not picked:
            raise NothingPicked(
                Text("没有勾选任何一行。", "No row was ticked."),
                Text("请先勾选要处理的行。", "Tick the rows first."),
            )
        if "confirm" in request.POST:
            for id in operations.confirm_returned(**given, **who):
                worked_on(id, request)
        else:
            operations.drop_returned(**given, actor=who["actor"], on=who["on"])
    except Refusal as refused:
        return _returned(request, refused, frozenset(picked))
    count = len(picked)
    say_done(request, Text(f"已处理 {count} 行。", f"{count} rows settled."))
    sifted = request.GET.copy()
    sifted.pop("page", None)  # there may be fewer pages now
    return redirect(f"{reverse('returned')}?{sifted.urlencode()}")


def _returned(
    request: HttpRequest, refused: Refusal | None = None, picked: frozenset[int] = frozenset()
) -> HttpResponse:
    ask = request.GET
    wanted = {name: ask.get(name, "") for name in ("item", "rule", "batch", "office")}
    number = ask.get("page", "1")
    page = mending.returned_page(
        request.user,
        timezone.localdate(),
        page=int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 6 else 1,
        **wanted,
    )
    return answer(request, "returned", replace(page, picked=picked), refused)


@needs("staff")
@require_http_methods(["GET", "POST"])
@never_cache
def returned_row(request: HttpRequest, id: int) -> HttpResponse:
    """Mend one returned row; it is shown in full only for a purpose, which is logged."""
    given, on, own = request.POST, timezone.localdate(), scope(request.user)
    record = records.returned_record(id, office=own)
    if "reveal" in given:
        try:
            record = operations.read_returned(
                returned=id, purpose=given.get("purpose", ""), office=own, **act(request)
            )
        except Refusal as refused:
            return answer(request, "mend", mending.mend_page(record, request.user, on), refused)
        return answer(request, "mend", mending.mend_page(record, request.user, on, revealed=True))
    if request.method == "GET":
        return answer(request, "mend", mending.mend_page(record, request.user, on))
    return _mend(request, record)


def _mend(request: HttpRequest, record: records.Record) -> HttpResponse:
    demand_furnisher(request.user)
    given, on, own = request.POST, timezone.localdate(), scope(request.user)
    revealed = "revealed" in given
    typed = _taken(given, record_fields.read(law.rulebook().on(on).item(record.row.item), given))
    kept = set() if revealed else {name for name in record.hidden if not typed[name]}
    changes = {name: text for name, text in typed.items() if name not in kept}
    examined = records.examine_mended(record.row.id, changes, office=own, on=on)
    again = replace(
        record,
        values={**record.values, **changes},
        hidden=frozenset() if revealed else record.hidden,
        found=examined,
    )
    if must_mend(examined) or "take" in given:
        page = mending.mend_page(again, request.user, on, typed=typed, revealed=revealed)
        return answer(request, "mend", page, status=422 if "take" not in given else 200)
    try:
        id = operations.mend_returned(
            returned=record.row.id,
            values={record.titles[name]: text for name, text in changes.items()},
            office=own,
            **act(request),
        )
    except Refusal as refused:
        page = mending.mend_page(again, request.user, on, typed=typed, revealed=revealed)
        return answer(request, "mend", page, refused)
    back = f"{reverse('returned')}?batch={record.row.batch}"
    return go_on(request, worked_on(id, request), Text("已改正并收下。", "Mended and accepted."), back)


@needs("staff")
@require_http_methods(["GET", "POST"])
@never_cache
def record_new(request: HttpRequest) -> HttpResponse:
    """Fill in one record of an item; everything that is wrong with it is told at once."""
    demand_furnisher(request.user)
    given, on = request.POST or request.GET, timezone.localdate()
    now = law.rulebook().on(on)
    if not given.get("item"):
        return redirect("collection")
    item, office = now.item(given["item"]), office_of(request)
    if request.method == "GET":
        return answer(request, "record_form", mending.new_record_page(item, office, now, {}, records.Found()))
    values = _taken(given, record_fields.read(item, given))
    examined = records.examine(item, now, values)
    if must_mend(examined) or "take" in given:
        page = mending.new_record_page(item, office, now, values, examined)
        return answer(request, "record_form", page, status=422 if "take" not in given else 200)
    try:
        found = operations.submit_record(item=item.id, values=values, office=office, **act(request))
    except Refusal as refused:
        page = mending.new_record_page(item, office, now, values, examined)
        return answer(request, "record_form", page, refused)
    return go_on(request, found, Text("已收下。", "Accepted."), reverse("collection"))


def _taken(given: Any, typed: dict[str, str]) -> dict[str, str]:
    """What was typed, with the proposal that was taken, if one was."""
    name, _, proposal = given.get("take", "").partition("=")
    return {**typed, name: proposal} if name in typed else typed


@needs("staff")
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The workbook in which an office fills in an item."""
    if not request.GET.get("item"):
        return redirect("collection")
    now = law.rulebook().on(timezone.localdate())
    item = now.item(request.GET["item"])
    return _workbook(f"{item.title}.xlsx", lambda target: operations.template(target, item, now))


@needs("staff")
@require_safe
@never_cache
def errors(request: HttpRequest, id: str, kind: str) -> HttpResponse:
    """What a batch brought back: as a workbook to be mended in place, or as a table of faults."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    found = sent(request, id)
    stem = Path(found.file_name).stem
    if kind == "csv":
        table = io.StringIO(newline="")
        operations.write_errors(table, found.id)
        content = ("\ufeff" + table.getvalue()).encode()  # by the mark spreadsheets know that it is UTF-8
        return FileResponse(io.BytesIO(content), as_attachment=True, filename=f"{stem}-退回.csv")
    demand_furnisher(request.user)
    who, own = act(request), scope(request.user)
    return _workbook(
        f"{stem}-退回.xlsx",
        lambda target: operations.take_error_workbook(target, batch=found.id, office=own, **who),
    )


def _workbook(name: str, write: Callable[[Path], None]) -> FileResponse:
    """A file that is written to be sent and has no name on disk any more while it is."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "workbook.xlsx"
        write(target)
        return FileResponse(target.open("rb"), as_attachment=True, filename=name)


@needs("staff")
@require_http_methods(["GET", "POST"])
@never_cache
def mapping(request: HttpRequest, id: str) -> HttpResponse:
    """Say which column of a refused file is which field; the file is then submitted again by it."""
    demand_furnisher(request.user)
    found, own, on = sent(request, id), scope(request.user), timezone.localdate()
    columns = sent_columns(id, office=own, on=on)
    if request.method == "GET":
        return answer(request, "mapping", collecting.mapping_page(found, columns, on))
    titles = [one.proposal.title for one in columns]
    chosen = {title: request.POST.get(f"column-{place}", "") for place, title in enumerate(titles)}
    try:
        again = operations.submit_remapped(submission=id, columns=chosen, office=own, **act(request))
    except Refusal as refused:
        return answer(request, "mapping", collecting.mapping_page(found, columns, on, chosen), refused)
    return redirect("submission", again)
