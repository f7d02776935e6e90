"""The public API: what the site shows, for programs. Described at `/api/v1/openapi.json`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from ninja import Field, NinjaAPI, Path, Query, Schema
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

import xinyun
from xinyun.assessment.api import router as quality
from xinyun.base import Refusal, Text
from xinyun.base.identifiers import normalise
from xinyun.codes.api import router as codes
from xinyun.collection.amending_api import router as amending
from xinyun.collection.api import router as collection
from xinyun.enforcement.api import router as enforcement
from xinyun.exchange.api import router as exchange
from xinyun.identity.api import router as identity
from xinyun.ledger import queries as ledger
from xinyun.listing.api import router as listing
from xinyun.plumbing import problems
from xinyun.plumbing.access import public
from xinyun.portal import queries as portal
from xinyun.portal.api import router as search
from xinyun.portal.letting_api import router as letting
from xinyun.portal.past import Days, past_document
from xinyun.relations.api import router as relations
from xinyun.repair.api import router as repair
from xinyun.site.description import PROBLEM, described
from xinyun.site.naming_api import router as naming


class Api(NinjaAPI):
    """ninja's, with problem documents and the check service in its description."""

    def get_openapi_schema(self, **options: Any) -> Any:
        """The OpenAPI document; an operation that names no refusal of its own may answer with any."""
        document = described(super().get_openapi_schema(**options))
        for methods in document["paths"].values():
            for operation in methods.values():
                if all(str(status).startswith("2") for status in operation["responses"]):
                    operation["responses"]["default"] = PROBLEM
        return document


class StrictJson(Parser):
    """Refuses what Python's own reader lets pass and no store can keep, such as half a character."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body of a request as JSON."""
        return msgspec.json.decode(request.body)


api = Api(
    parser=StrictJson(),
    title="信云 Xinyun",
    version=xinyun.__version__,
    description="公共信用信息平台公开接口 | public interface of the public-credit platform",
    openapi_url="openapi.json",
    docs_url="docs",
    urls_namespace="api",
)


class WrongParameters(Refusal):
    """A parameter is missing or not of its type."""

    code = "wrong-parameters"


class NoSuchRoute(Refusal):
    """There is nothing at this address."""

    code = "no-such-route"
    status = 404


class WrongMethod(Refusal):
    """The address takes another method."""

    code = "wrong-method"
    status = 405


class UnreadableBody(Refusal):
    """The body is no JSON."""

    code = "unreadable"
    status = 400


class TooLarge(Refusal):
    """The body is larger than a question in JSON can be."""

    code = "too-large"
    status = 413


class NoCheckpoint(Refusal):
    """The ledger has not been signed yet."""

    code = "no-checkpoint"
    status = 404


@api.exception_handler(Refusal)
def _refused(request: HttpRequest, refusal: Refusal) -> Any:
    told = problems.response(refusal)
    if refusal.status == 401:
        told["WWW-Authenticate"] = "Bearer"
    return told


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: HttpError) -> Any:
    return problems.response(
        UnreadableBody(
            Text("请求不是有效的 JSON。", "The request is not valid JSON."),
            Text("请以 UTF-8 编码发送 JSON。", "Send JSON in UTF-8."),
        )
    )


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, error: RequestDataTooBig) -> Any:
    return problems.response(
        TooLarge(
            Text("请求过大。", "The request is too large."),
            Text("文件请报送到 /api/v1/batches。", "Send files to /api/v1/batches."),
        )
    )


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> Any:
    return problems.response(
        WrongParameters(
            Text("请求的参数不对。", "The parameters are wrong."),
            Text("请按 errors 逐项改正。", "Mend what errors names."),
            fields=tuple((str(fault["loc"][-1]), _fault(fault)) for fault in error.errors),
        )
    )


def _fault(fault: dict[str, Any]) -> Text:
    """One fault in words; what else the validator says is English and stays so."""
    if fault["type"] == "missing":
        return Text("缺少这个参数", "This parameter is missing")
    return Text(f"值不合要求（{fault['msg']}）", fault["msg"])


class SubjectOut(Schema):
    """What the subject page says; `records` are open objects, whose `fields` follow the catalogue."""

    code: str
    name: str
    kind: dict[str, str]
    division: str
    status: str
    established_on: date | None
    label: dict[str, str] | None
    registration: dict[str, str]
    base: dict[str, Any] = Field(
        description="主体库：大类、状态、登记地、行业、曾用名、原号码、分支机构，各有起止日和出处 | "
        "the subject base: group, state, division, industry, former names, numbers, branches, each with its days and its record"
    )
    records: list[dict[str, Any]]
    as_of: dict[str, Any]
    demo: bool


class CheckpointOut(Schema):
    size: int
    root: str
    note: str = Field(description="签名文本（C2SP tlog-checkpoint） | the signed text")


class AsOfIn(Schema):
    as_of: date | None = Field(
        None, description="给出该日有效的内容，缺省为今天 | as it was valid on that day, today by default"
    )
    known: date | None = Field(
        None,
        description="只用该日终了时已知的内容，缺省同 as_of | by what was known when that day ended, by default the same",
    )


def _problems(*statuses: int) -> dict[str, Any]:
    return {"responses": dict.fromkeys(statuses, PROBLEM)}


@api.get(
    "/subjects/{code}",
    response=SubjectOut,
    summary="一个组织的公开信息",
    tags=["主体 Subjects"],
    openapi_extra=_problems(404, 422),
)
@public
def subject(request: HttpRequest, code: Path[str], asked: Query[AsOfIn]) -> Any:
    """What the public site shows about one organisation, or of what is public still what it showed on a past day."""
    today = timezone.localdate()
    if asked.as_of or asked.known:
        valid = asked.as_of or today
        found = past_document(normalise(code), Days(valid, asked.known or valid, today))
    else:
        found = portal.subject_document(normalise(code), today)
    if found is None:
        raise portal.NoSuchSubject(code)
    return found


@api.get(
    "/ledger/checkpoint",
    response=CheckpointOut,
    summary="存证日志的最新检查点",
    tags=["存证 Ledger"],
    openapi_extra=_problems(404),
)
@public
def checkpoint(request: HttpRequest) -> Any:
    """The latest signed checkpoint of the transparency log."""
    latest = ledger.latest_checkpoint()
    if latest is None:
        raise NoCheckpoint(
            Text("尚无检查点。", "There is no checkpoint yet."), Text("稍后再试。", "Try again later.")
        )
    return {"size": latest.size, "root": latest.root.hex(), "note": latest.note}


# What the contexts offer to programs, each in its own module.
api.add_router("", collection)
api.add_router("", amending)
api.add_router("", quality)
api.add_router("", codes)
api.add_router("", search)
api.add_router("", identity)
api.add_router("", listing)
api.add_router("", letting)
api.add_router("", repair)
api.add_router("", naming)
api.add_router("", relations)
api.add_router("", exchange)
api.add_router("", enforcement)


@public
@csrf_exempt
def unknown(request: HttpRequest) -> HttpResponse:
    """Any other address below `/api/`."""
    return problems.response(
        NoSuchRoute(
            Text("没有这个地址。", "There is nothing here."),
            Text("接口说明见 /api/v1/docs。", "See /api/v1/docs."),
        )
    )


class MethodsAsProblems:
    """ninja answers a wrong method in plain text; here it is a problem document like every other refusal."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != WrongMethod.status or not request.path.startswith("/api/"):
            return response
        told = problems.response(
            WrongMethod(
                Text("这个地址不接受此方法。", "This address does not take that method."),
                Text(f"可用的方法：{response['Allow']}。", f"It takes {response['Allow']}."),
            )
        )
        told["Allow"] = response["Allow"]
        return told
