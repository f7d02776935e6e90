"""The interface by which an office's programs follow its own cases of entering a list: where each stands and what is due."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from xinyun.accounts.queries import ClientView, furnisher
from xinyun.listing import queries, rules
from xinyun.listing.queries import CaseView
from xinyun.plumbing.access import client

router = Router(tags=["列入名单 Entering lists"])
_KEY: dict[str, Any] = {"security": [{"key": []}]}
_PAGE = 100


class StepOut(Schema):
    """Something that happened in a case."""

    number: int
    kind: str = Field(
        description="notified、stated、answered、waived、hearing-asked、heard、decided、not-entered、decision-served、effective、dropped"
    )
    on: date


class DeadlineOut(Schema):
    """Something that is due on a day."""

    what: str = Field(description="period、hearing、answer、service")
    last: date
    basis: list[str]


class CaseOut(Schema):
    """A case of entering a list."""

    id: int
    list: str
    code: str
    name: str
    office: str
    state: str = Field(description="proposed、notified、decided、effective、not-entered、dropped")
    proposed_on: date
    entry: int | None = Field(description="生效后的名单条目 | the entry, once it is in effect")


class CaseToldOut(CaseOut):
    """A case with its steps, what is due, and the articles it falls under."""

    steps: list[StepOut]
    deadlines: list[DeadlineOut]
    articles: list[str]


@router.get("/listings", response=list[CaseOut], summary="本单位列入名单的案件", openapi_extra=_KEY)
@client
def listings(
    request: HttpRequest,
    open: bool = False,
    limit: int = Query(50, ge=1, le=_PAGE),
    offset: int = Query(0, ge=0, le=10**6),
) -> Any:
    """The cases of the client's own office, the latest first; `open` leaves out those that have ended."""
    asker = _asker(request)
    return [_told(one) for one in queries.cases(asker.office, open_only=open, limit=limit, offset=offset)]


@router.get("/listings/{id}", response=CaseToldOut, summary="本单位的一个案件", openapi_extra=_KEY)
@client
def listing(request: HttpRequest, id: int) -> Any:
    """One case of the client's own office: its steps, and what it waits for today."""
    view = queries.case(id, _asker(request).office)
    waiting = rules.deadlines(view.facts, queries.terms(view, timezone.localdate()))
    return {
        **_told(view),
        "steps": [{"number": one.number, "kind": one.kind, "on": one.on} for one in view.steps],
        "deadlines": [
            {"what": one.what, "last": one.last, "basis": list(map(str, one.basis))} for one in waiting
        ],
        "articles": list(map(str, view.articles)),
    }


def _asker(request: HttpRequest) -> ClientView:
    return furnisher(request.headers.get("Authorization", ""))


def _told(view: CaseView) -> dict[str, Any]:
    effective = view.last(rules.EFFECTIVE)
    return {
        "id": view.id,
        "list": view.list_id,
        "code": view.code,
        "name": view.name,
        "office": view.office,
        "state": view.state,
        "proposed_on": view.on,
        "entry": effective.entry if effective else None,
    }


class ApplicationOut(Schema):
    """An application for a favourable list that the client's office took in or reviewed."""

    id: int
    list: str
    code: str
    name: str
    state: str = Field(description="received、recommended、turned-down、withdrawn、proposed")
    on: date
    reviewed_by: str
    reasons: str
    case: int | None = Field(description="提出列入的案件 | the case it went into")


@router.get(
    "/applications", response=list[ApplicationOut], summary="本单位受理或审核的申报", openapi_extra=_KEY
)
@client
def applications(request: HttpRequest, open: bool = False, limit: int = Query(50, ge=1, le=_PAGE)) -> Any:
    """The applications that the client's office took in or reviewed, the latest first; `open` leaves out those that ended."""
    asker = _asker(request)
    return [
        {
            "id": one.id, "list": one.list_id, "code": one.code, "name": one.name, "state": one.state, "on": one.on,
            "reviewed_by": one.reviewed_by, "reasons": one.reasons, "case": one.case,
        }
        for one in queries.applications(office=asker.office, open_only=open, limit=limit)
    ]  # fmt: skip
