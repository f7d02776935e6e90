"""The interface by which an office's programs follow the objections and repairs that are theirs to deal with."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from xinyun.accounts.queries import furnisher
from xinyun.plumbing.access import client
from xinyun.repair import queries, steps

router = Router(tags=["异议和修复 Objections and repair"])
_KEY: dict[str, Any] = {"security": [{"key": []}]}


class DeadlineOut(Schema):
    """An act with its last day."""

    act: str = Field(description="accept、forward、answer、decide")
    last: date
    done: date | None
    late: bool
    basis: list[str]


class WorkOut(Schema):
    """A case of an office; neither what the applicant wrote nor whom to call."""

    id: int
    number: str
    kind: str
    code: str
    of: str = Field(description="事项或名单 | the item or the list")
    document: str
    state: str
    filed_on: date
    deadlines: list[DeadlineOut]


@router.get("/cases", response=list[WorkOut], summary="本单位的异议和修复案件", openapi_extra=_KEY)
@client
def cases(
    request: HttpRequest,
    kind: str = Query("objection", description="objection、repair"),
    open: bool = True,
    limit: int = Query(50, ge=1, le=100),
    offset: int = Query(0, ge=0, le=10**6),
) -> Any:
    """The objections to, or the repairs of, what the client's own office furnished or decided, the latest first."""
    office, on = furnisher(request.headers.get("Authorization", "")).office, timezone.localdate()
    kind = kind if kind in steps.KINDS else steps.OBJECTION
    found = queries.cases(kind, office, open_only=open, limit=limit, offset=offset)
    return [
        {
            "id": one.id,
            "number": one.number,
            "kind": one.kind,
            "code": one.code,
            "of": one.of,
            "document": one.document,
            "state": one.state,
            "filed_on": one.on,
            "deadlines": [
                {
                    "act": due.act,
                    "last": due.last,
                    "done": due.done,
                    "late": due.missed(on),
                    "basis": [str(basis) for basis in due.basis],
                }
                for due in queries.deadlines(one, on)
            ],
        }
        for one in found
    ]
