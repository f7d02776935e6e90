"""The interface by which registered programs ask which listed subjects stand near one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from xinyun.accounts.queries import asker
from xinyun.base import Text
from xinyun.base.identifiers import normalise
from xinyun.plumbing.access import client
from xinyun.relations import operations, queries
from xinyun.relations.rules import Viewer

router = Router(tags=["关联 Relations"])
_KEY = {"security": [{"key": []}]}


class TextOut(Schema):
    """A sentence in both languages."""

    zh: str
    en: str


class ListingOut(Schema):
    """An adverse list that is public, and the decision by which the subject is on it."""

    list: str
    title: TextOut
    document: str
    decided_on: date
    until: date | None
    under: str = Field(
        description="名单写的代码，已非现行的才写 | the code that the list names, where it is not the current one"
    )


class RecordOut(Schema):
    """The record that tells a relation."""

    id: int
    item: str
    title: TextOut
    document: str = Field(description="文号或编号；记录没有的为空 | empty where the record has none")
    office: str
    starts_on: date | None
    under: str = Field(
        description="记录写的、已非现行的代码 | codes that the record names and that are current no more"
    )


class StepOut(Schema):
    """`far` is the `link` of `near`, or they are partners."""

    near: str
    far: str
    link: str
    title: TextOut
    share: str
    records: list[RecordOut]


class JoinedOut(Schema):
    """A subject of the answer with several codes; records and lists may name any of them."""

    code: str = Field(description="现行代码 | the current code")
    others: list[str]
    said: list[TextOut] = Field(description="凭什么是同一主体 | what says that they are one subject")


class FoundOut(Schema):
    """A listed subject and the ways that lead to it, at most five."""

    code: str
    name: str
    steps: int
    listings: list[ListingOut]
    paths: list[list[StepOut]]
    basis: list[str] = Field(
        description="途经自然人时，许可关联的条款 | the articles, where the way leads through a natural person"
    )


class AssociationOut(Schema):
    """Listed subjects within two steps. Natural persons are numbered in each answer anew."""

    code: str = Field(description="所问主体的现行代码 | the current code of the subject asked about")
    name: str
    found: list[FoundOut]
    joined: list[JoinedOut]
    cut: list[str] = Field(
        description="关联过多没有查全时，为其现行代码 | its current code, where not all relations were followed"
    )
    caution: TextOut
    basis: list[str]


@router.get(
    "/association/{code}",
    response=AssociationOut,
    summary="两步以内有哪些在名单上的主体，凭哪些文书",
    openapi_extra=_KEY,
)
@client
def association(
    request: HttpRequest,
    code: Path[str],
    purpose: str = Query("", description="用途，记入存证日志 | what for; it is logged"),
) -> Any:
    """Which subjects on public adverse lists stand within two steps, and by which documents. Logged before it answers."""
    who, at = asker(request.headers.get("Authorization", "")), timezone.now()
    found = operations.associate(
        code=normalise(code), purpose=purpose, viewer=Viewer.CLIENT, office=who.office, actor=who.actor,
        on=timezone.localdate(at), at=at,
    )  # fmt: skip
    return document(found)


def document(answer: queries.Associated) -> dict[str, Any]:
    """An answer for programs."""
    return {
        "code": answer.code,
        "name": answer.name,
        "found": [
            {
                "code": one.node.key,
                "name": one.node.name,
                "steps": one.node.step,
                "listings": [_listing(listing) for listing in one.node.listings],
                "paths": [[_step(edge) for edge in path] for path in one.paths],
                "basis": [str(basis) for basis in one.basis],
            }
            for one in answer.found
        ],
        "joined": [
            {"code": one.code, "others": list(one.others), "said": [_both(said) for said in one.said]}
            for one in answer.joined
        ],
        "cut": list(answer.cut),
        "caution": _both(queries.CAUTION),
        "basis": [str(basis) for basis in queries.CAUTION_BASIS],
    }


def _listing(one: queries.Listing) -> dict[str, Any]:
    told = {"list": one.list_id, "title": _both(one.title), "document": one.document}
    return told | {"decided_on": one.decided_on, "until": one.until, "under": one.under}


def _step(edge: queries.Edge) -> dict[str, Any]:
    told = {
        "near": edge.near,
        "far": edge.far,
        "link": edge.link,
        "title": _both(edge.title),
        "share": edge.share,
    }
    return told | {
        "records": [
            {"id": one.record, "item": one.item, "title": _both(one.title), "document": one.document,
             "office": one.office, "starts_on": one.starts_on, "under": one.under}
            for one in edge.proofs
        ]
    }  # fmt: skip


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
