"""The interface by which an office's programs furnish: files, files in parts, single records, returned rows.

Each route asks for the key of a client that furnishes; it sees and does what is its office's, and nothing else.
"""

from __future__ import annotations

import io
import pathlib
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from urllib.parse import unquote

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.utils.http import parse_header_parameters
from ninja import Body, Header, Path, Query, Router, Status

from xinyun import law
from xinyun.accounts.queries import ClientView, furnisher
from xinyun.base import Refusal, Text
from xinyun.collection import drafts, errors, operations, queries
from xinyun.collection import shapes as out
from xinyun.collection.models import Returned
from xinyun.collection.shapes import BIGGEST, batch_url, submission_out, upload_url
from xinyun.collection.single import plain
from xinyun.collection.submitting import no_such
from xinyun.collection.uploading import Upload, upload
from xinyun.plumbing.access import client

router = Router(tags=["报送 Furnishing"])
_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_KEY = {"security": [{"key": []}]}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PAGE = 200


def _file_of(kind: str) -> dict[str, Any]:
    """What the description says of a route that answers with a file."""
    answer = {"content": {kind: {"schema": {"type": "string", "format": "binary"}}}, "description": "OK"}
    return _KEY | {"responses": {200: answer}}


class Incomplete(Refusal):
    """The connection ended before the file did; nothing was submitted."""

    code = "incomplete"
    status = 400


class Record(Refusal):
    """A single record was returned."""

    code = "record-returned"


class NoInstant(Refusal):
    """The text is the form of an instant, and none."""

    code = "no-instant"


class _Asker(NamedTuple):
    """Who asks, and when."""

    client: ClientView
    at: datetime
    on: date

    @property
    def office(self) -> str:
        return self.client.office

    @property
    def who(self) -> dict[str, Any]:
        """For operations: the office, who acts for it, and when."""
        return {"office": self.office, "actor": self.client.actor, "on": self.on, "at": self.at}


def _asker(request: HttpRequest) -> _Asker:
    at = timezone.now()
    return _Asker(furnisher(request.headers.get("Authorization", "")), at, timezone.localdate(at))


@router.post(
    "/batches", response={202: out.SubmissionOut}, summary="报送一个文件", openapi_extra=_FILE | _KEY
)
@client
def submit(
    request: HttpRequest,
    response: HttpResponse,
    item: Query[str],
    idempotency_key: str | None = Header(None, alias="Idempotency-Key"),
    x_file_name: str | None = Header(None, alias="X-File-Name"),
) -> Any:
    """Submit a file, which is the body; it is durable when this answers, and worked on afterwards."""
    asker = _asker(request)
    try:
        with drafts.spooled(request) as path:  # type: ignore[arg-type]
            if path.stat().st_size != int(request.headers.get("Content-Length") or 0):
                raise _incomplete()
            id = operations.submit(
                item=item,
                path=path,
                file_name=unquote(x_file_name or "") or _disposition(request) or "submission",
                way="api",
                idempotency_key=idempotency_key,
                **asker.who,
            )
    except UnreadablePostError:
        raise _incomplete() from None
    response["Location"] = batch_url(id)
    return Status(202, submission_out(_submission(id, asker)))


@router.get("/batches", response=list[out.SubmissionOut], summary="本单位最近的报送", openapi_extra=_KEY)
@client
def submissions(
    request: HttpRequest, limit: int = Query(20, ge=1, le=_PAGE), before: datetime | None = None
) -> Any:
    """The latest submissions of the office; `before` is the `at` of the last one seen."""
    found = queries.submissions(limit=limit, office=_asker(request).office, before=_instant(before))
    return [submission_out(one) for one in found]


@router.get("/batches/{id}", response=out.SubmissionOut, summary="一次报送的状态和结果", openapi_extra=_KEY)
@client
def batch(request: HttpRequest, id: Path[str]) -> Any:
    """Where a submission stands, and what became of its rows."""
    return submission_out(_submission(id, _asker(request)))


@router.get("/batches/{id}/errors", response=out.FaultsOut, summary="退回的行及原因", openapi_extra=_KEY)
@client
def faults(
    request: HttpRequest,
    id: Path[str],
    limit: int = Query(100, ge=1, le=_PAGE),
    after: int = Query(0, ge=0, le=BIGGEST),
) -> Any:
    """The faults of up to `limit` returned rows after the row `after`."""
    _submission(id, _asker(request))
    rows = list(Returned.objects.filter(batch=id, row__gt=after).order_by("row")[:limit])
    return {"faults": out.faults_out(rows), "next": rows[-1].row if len(rows) == limit else None}


@router.get(
    "/batches/{id}/errors.csv",
    response={200: None},
    summary="退回的行及原因，CSV",
    openapi_extra=_file_of("text/csv"),
)
@client
def faults_as_csv(request: HttpRequest, id: Path[str]) -> Any:
    """All faults of a batch, a line each."""
    _submission(id, _asker(request))
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    errors.write(text, id)
    text.detach()
    file.seek(0)
    return FileResponse(file, content_type="text/csv; charset=utf-8", filename=f"{id}-errors.csv")


@router.get(
    "/batches/{id}/errors.xlsx",
    response={200: None},
    summary="退回的行，可在表中改好再报",
    openapi_extra=_file_of(_XLSX),
)
@client
def faults_as_workbook(request: HttpRequest, id: Path[str]) -> Any:
    """The returned rows that wait, as they were sent, to be mended in place; that they were taken is logged."""
    asker = _asker(request)
    _submission(id, asker)
    return _written(lambda file: operations.take_error_workbook(file, batch=id, **asker.who), f"{id}.xlsx")


@router.post("/uploads", response={201: out.UploadOut}, summary="开始分段上传", openapi_extra=_KEY)
@client
def begin(request: HttpRequest, response: HttpResponse, told: out.UploadIn) -> Any:
    """Begin a file that is sent in parts, which may be continued after any break."""
    asker = _asker(request)
    begun = operations.begin_upload(**told.dict(), **asker.who)
    _head(response, begun)
    return Status(201, _upload_out(begun))


@router.patch("/uploads/{id}", response={204: None}, summary="续传一段", openapi_extra=_FILE | _KEY)
@client
def append(
    request: HttpRequest,
    id: Path[str],
    upload_offset: int = Header(..., alias="Upload-Offset", ge=0, le=BIGGEST),
) -> Any:
    """Send the next part, which begins at `Upload-Offset`; the last one submits the file under the upload's id."""
    asker = _asker(request)
    try:
        begun = operations.append_to_upload(id=id, offset=upload_offset, stream=request, **asker.who)  # type: ignore[arg-type]
    except UnreadablePostError:  # what arrived is kept
        raise _incomplete() from None
    answer = HttpResponse(status=204)
    _head(answer, begun)
    return answer


@router.get("/uploads/{id}", response=out.UploadOut, summary="分段上传到了哪里", openapi_extra=_KEY)
@router.api_operation(["HEAD"], "/uploads/{id}", response=out.UploadOut, include_in_schema=False)
@client
def offset(request: HttpRequest, response: HttpResponse, id: Path[str]) -> Any:
    """How far an upload is: `Upload-Offset` is where the next part begins."""
    begun = upload(id, office=_asker(request).office)
    _head(response, begun)
    response["Cache-Control"] = "no-store"
    return _upload_out(begun)


@router.post(
    "/records/{item}",
    response={200: out.SubmissionOut, 201: out.SubmissionOut, 202: out.SubmissionOut},
    summary="报送一条记录",
    openapi_extra=_KEY,
)
@client
def record(
    request: HttpRequest,
    item: Path[str],
    values: Body[dict[str, str | int | float | bool | None]],
    idempotency_key: str | None = Header(None, alias="Idempotency-Key"),
) -> Any:
    """Submit one record, by titles, codes or names. 201 accepted; 200 known already, or revised; 202 held or waiting."""
    view = operations.submit_record(
        item=item, values=values, idempotency_key=idempotency_key, **_asker(request).who
    )
    return _concluded(view)


@router.get("/returned", response=out.ReturnedPageOut, summary="等待改正的退回行", openapi_extra=_KEY)
@client
def returned(
    request: HttpRequest,
    item: str | None = None,
    limit: int = Query(50, ge=1, le=_PAGE),
    offset: int = Query(0, ge=0, le=1_000_000),
) -> Any:
    """The office's returned rows that wait, those first that are due first."""
    asker = _asker(request)
    if item:
        law.rulebook().on(asker.on).item(item)  # refuses one that does not exist
    found = queries.returned(limit=limit, offset=offset, office=asker.office, item=item)
    told: dict[int, list[dict[str, Any]]] = {one.id: [] for one in found}
    for fault in out.faults_out(list(Returned.objects.filter(pk__in=told))):
        told[fault["id"]].append(fault)
    clock = queries.correction_clock(asker.office, asker.on)
    names = [name for name in out.ReturnedOut.model_fields if name != "faults"]
    rows = [{name: getattr(one, name) for name in names} | {"faults": told[one.id]} for one in found]
    return {"open": clock.open, "overdue": clock.overdue, "rows": rows}


@router.post(
    "/returned/{id}",
    response={
        200: out.SubmissionOut | out.DroppedOut, 201: out.SubmissionOut, 202: out.SubmissionOut,
    },
    summary="改正、确认或不再报送一个退回行",
    openapi_extra=_KEY,
)  # fmt: skip
@client
def settle(request: HttpRequest, told: out.SettleIn, id: int = Path(..., ge=0, le=BIGGEST)) -> Any:
    """Mend a returned row, confirm that it is right as it stands, or say that it will not be furnished."""
    who = _asker(request).who
    if told.action == "drop":
        at = who.pop("at")
        assert at
        return {"dropped": operations.drop_returned(returned=[id], reason=told.reason, **who)}
    if told.action == "confirm":
        (submitted,) = operations.confirm_returned(returned=[id], reason=told.reason, **who)
    else:
        submitted = operations.mend_returned(returned=id, values=plain(told.values), **who)
    who.pop("office")
    return _concluded(operations.worked_on(submission=submitted, **who))


@router.get("/items", response=list[out.ItemOut], summary="本单位可以报送的事项", openapi_extra=_KEY)
@client
def items(request: HttpRequest) -> Any:
    """The items that the office may furnish."""
    asker = _asker(request)
    norms = law.rulebook().on(asker.on)
    department = norms.office(asker.office).department
    return [
        {"id": item.id, "title": item.title, "english": item.english, "template": f"/api/v1/items/{item.id}/template.xlsx"}
        for item in norms.items()
        if item.admits(department)
    ]  # fmt: skip


@router.get(
    "/items/{id}/template.xlsx",
    response={200: None},
    summary="填报模板",
    openapi_extra=_file_of(_XLSX),
)
@client
def template(request: HttpRequest, id: Path[str]) -> Any:
    """A workbook in which the item is filled in."""
    norms = law.rulebook().on(_asker(request).on)
    item = norms.item(id)
    return _written(lambda file: operations.template(file, item, norms), f"{item.id}.xlsx")


def _written(write: Callable[[pathlib.Path], None], name: str) -> FileResponse:
    """A workbook as an answer, from a file without a name."""
    with drafts.unnamed() as (_, path):
        write(path)
        return FileResponse(path.open("rb"), content_type=_XLSX, filename=name, as_attachment=True)


def _instant(given: datetime | None) -> datetime | None:
    """An instant in universal time: a store need not know every zone that can be written."""
    try:
        return given and (timezone.make_aware(given) if timezone.is_naive(given) else given).astimezone(UTC)
    except OverflowError:
        raise NoInstant(
            Text("这个时刻超出了日历的范围。", "The instant lies outside of the calendar."),
            Text("请用所见最后一次报送的 at。", "Give the `at` of the last submission seen."),
        ) from None


def _submission(id: str, asker: _Asker) -> queries.SubmissionView:
    found = queries.submission(id, office=asker.office)
    if found is None:
        raise no_such(id)
    return found


def _concluded(view: queries.SubmissionView) -> Status:
    """How the submission of one record is answered.

    :raises Refusal: it was refused as a whole, or the record was returned, with all its faults.
    """
    told = submission_out(view)
    if view.state == "refused":
        raise Refused(view)
    if view.batch is None:
        return Status(202, told)
    if view.batch.rejected:
        raise _returned(view)
    return Status(201 if view.batch.accepted else 200, told)


def _returned(view: queries.SubmissionView) -> Record:
    found = errors.page(view.id, limit=1)
    return Record(
        Text(f"这条记录已退回，编号 {found[0].number}。", f"The record was returned as {found[0].number}."),
        Text(
            f"请按 errors 逐项改正，再报送或 POST /api/v1/returned/{found[0].id}。",
            f"Mend what errors names, then submit it again or POST /api/v1/returned/{found[0].id}.",
        ),
        fields=tuple(
            (one.field, Text(f"{one.problem.zh}。{one.remedy.zh}", f"{one.problem.en}. {one.remedy.en}"))
            for one in found
        ),
    )


class Refused(Refusal):
    """The submission of a record was refused as a whole, as its problem document says."""

    def __init__(self, view: queries.SubmissionView) -> None:
        told = view.problem or {}
        super().__init__(
            Text(told.get("title", ""), told.get("title_en", "")),
            Text(told.get("detail", ""), told.get("detail_en", "")),
            fields=tuple(
                (one["field"], Text(one["detail"], one["detail_en"])) for one in told.get("errors", ())
            ),
        )
        self.code = told.get("code", self.code)  # type: ignore[misc]
        self.status = min(told.get("status", self.status), 499)  # type: ignore[misc]


def _disposition(request: HttpRequest) -> str:
    """The file's name by `Content-Disposition`."""
    _, parameters = parse_header_parameters(request.headers.get("Content-Disposition", ""))
    return parameters.get("filename", "")


def _incomplete() -> Incomplete:
    return Incomplete(
        Text("文件没有传完。", "The file did not arrive to its end."),
        Text("请重传；大文件请用 /api/v1/uploads 分段续传。", "Send it again; large ones in parts, by /api/v1/uploads."),
    )  # fmt: skip


def _head(response: HttpResponse, begun: Upload) -> None:
    response["Location"] = batch_url(begun.id) if begun.complete else upload_url(begun.id)
    response["Upload-Offset"], response["Upload-Length"] = str(begun.offset), str(begun.size)
    response["Upload-Complete"] = "?1" if begun.complete else "?0"


def _upload_out(begun: Upload) -> dict[str, Any]:
    return {
        "id": begun.id,
        "offset": begun.offset,
        "size": begun.size,
        "complete": begun.complete,
        "links": {"self": upload_url(begun.id), "batch": batch_url(begun.id)},
    }
