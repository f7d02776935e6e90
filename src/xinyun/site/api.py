"""The public API: what the site shows, for programs. Described at `/api/v1/openapi.json`."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import NinjaAPI, Query, Schema

import xinyun
from xinyun.archive import queries as archive
from xinyun.base import Refusal, Text
from xinyun.base.identifiers import normalise
from xinyun.ledger import queries as ledger
from xinyun.plumbing import problems
from xinyun.plumbing.access import public

api = NinjaAPI(
    title="信云 Xinyun",
    version=xinyun.__version__,
    description="公共信用信息平台公开接口 | public interface of the public-credit platform",
    openapi_url="openapi.json",
    docs_url="docs",
    urls_namespace="api",
)


@api.exception_handler(Refusal)
def _refused(request: HttpRequest, refusal: Refusal) -> Any:
    return problems.response(refusal)


class NotFound(Refusal):
    """The archive has no subject of that code."""

    code = "no-such-subject"
    status = 404


class HitOut(Schema):
    code: str
    name: str
    kind: str
    category: str
    division: str
    status: str
    established_on: date | None


class SearchOut(Schema):
    total: int
    hits: list[HitOut]


class CheckpointOut(Schema):
    size: int
    root: str
    note: str


class SearchIn(Schema):
    q: str
    limit: int = 20
    offset: int = 0


@api.get("/subjects", response=SearchOut, summary="按名称或代码查找组织")
@public
def search(request: HttpRequest, asked: Query[SearchIn]) -> Any:
    """Find organisations by two or more characters of the name, or four or more of the code."""
    limit, offset = max(1, min(asked.limit, 100)), max(0, min(asked.offset, 10_000))
    return archive.search(asked.q[:100], limit=limit, offset=offset)


@api.get("/subjects/{code}", response=dict[str, Any], summary="一个组织的公开信息")
@public
def subject(request: HttpRequest, code: str) -> Any:
    """What the public site shows about one organisation."""
    from xinyun.portal import queries as portal

    found = portal.subject_document(normalise(code), timezone.localdate())
    if found is None:
        raise NotFound(
            Text(f"没有 {code[:40]}。", f"There is no {code[:40]}."), Text("请核对代码。", "Check the code.")
        )
    return found


@api.get("/ledger/checkpoint", response=CheckpointOut, summary="存证日志的最新检查点")
@public
def checkpoint(request: HttpRequest) -> Any:
    """The latest signed checkpoint of the transparency log."""
    latest = ledger.latest_checkpoint()
    if latest is None:
        raise NotFound(
            Text("尚无检查点。", "There is no checkpoint yet."), Text("稍后再试。", "Try again later.")
        )
    return {"size": latest.size, "root": latest.root.hex(), "note": latest.note}
