"""The public interface by which anybody disputes a record, asks for its repair, and follows what became of that."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from xinyun.base.identifiers import normalise
from xinyun.plumbing.access import public
from xinyun.portal import letting_go
from xinyun.repair import operations, queries, steps
from xinyun.repair.operations import Evidence
from xinyun.repair.queries import CaseView

router = Router(tags=["异议和修复 Objections and repair"])
_LINE = "主体数据里记录的 id：记录编号，或 list-条目编号 | a record's id in the subject's data"


class PieceIn(Schema):
    """A piece of evidence."""

    what: str = Field(description="证明什么 | what it shows", max_length=300)
    document: str = Field(description="文书 | the document", max_length=300)


class ObjectionIn(Schema):
    """An objection to one line of a subject's data."""

    code: str = Field(max_length=40)
    line: str = Field(description=_LINE, max_length=40)
    statement: str = Field(
        description="哪里不对，为什么，不超过 2000 字 | what is wrong, and why", max_length=4000
    )
    evidence: list[PieceIn] = Field([], max_length=20)
    contact_name: str = Field("", description="联系人，加密存放 | stored sealed", max_length=200)
    telephone: str = Field("", description="电话，加密存放 | stored sealed", max_length=200)


class RepairIn(ObjectionIn):
    """An application for the repair of one line of a subject's data."""

    performed: bool = Field(description="已经纠正并履行全部义务 | every duty is done")
    commitment: bool = Field(description="公开作出信用承诺 | a commitment is made")


class FollowIn(Schema):
    """By what a case is followed."""

    number: str = Field(max_length=40)
    secret: str = Field(description="查询码 | the word of the receipt", max_length=40)
    withdraw: str = Field("", description="撤回的理由；撤回时填 | why it is withdrawn", max_length=2000)


class CaseOut(Schema):
    """Where a case stands."""

    number: str
    kind: str = Field(description="objection、repair")
    code: str
    line: str
    state: str = Field(
        description="filed、accepted、rejected、forwarded、answered、verified、decided、settled、granted、refused、dropped"
    )
    filed_on: date
    late: bool = Field(description="有一步逾期 | a step is or was late")


class FiledOut(CaseOut):
    """A case that was filed, and the word by which it is followed."""

    secret: str = Field(description="查询码，只告知这一次 | told only now")


class RepairableOut(Schema):
    """Whether something can be repaired."""

    outcome: str = Field(
        description="open、too-early、not-performed、over、not-published、no-early-exit、no-procedure"
    )
    since: date | None = Field(description="最早哪天可以申请 | the first day")
    why: list[str]
    basis: list[str]
    conditions: list[str]
    documents: list[str]
    free_of_charge: bool = True


@router.post("/objections", response={201: FiledOut}, summary="对一条公示信息提出异议")
@public
def object_to(request: HttpRequest, given: ObjectionIn) -> Any:
    """File an objection; it is marked when an officer has accepted it. Five a day about one subject at most."""
    return Status(201, _filed(steps.OBJECTION, given))


@router.post("/repairs", response={201: FiledOut}, summary="申请信用修复")
@public
def ask_repair(request: HttpRequest, given: RepairIn) -> Any:
    """Ask for a repair; one that the articles do not let be asked for is refused with the article and the first day."""
    return Status(201, _filed(steps.REPAIR, given))


@router.post("/cases/follow", response=CaseOut, summary="凭编号和查询码查询、撤回")
@public
def follow(request: HttpRequest, given: FollowIn) -> Any:
    """Where a case stands; with a reason in `withdraw`, it is withdrawn."""
    view = operations.follow(
        number=given.number,
        secret=given.secret,
        withdrawing=given.withdraw,
        actor="portal",
        on=timezone.localdate(),
    )
    return _told(view)


@router.get("/repairs/can", response=RepairableOut, summary="能不能修复、最早哪天、要哪些材料")
@public
def can(request: HttpRequest, code: str, line: str) -> Any:
    """Whether a line of a subject's data can be repaired, from when and by which article."""
    on = timezone.localdate()
    letting_go.line_of(normalise(code), line, on)
    decision, procedure = queries.repairable(queries.target(line, on), on)
    reasons = decision.reasons if decision else ()
    return {
        "outcome": decision.outcome if decision else "no-procedure",
        "since": next((one.until for one in reasons if one.until), None),
        "why": [one.text.zh for one in reasons],
        "basis": [str(basis) for one in reasons for basis in one.basis],
        "conditions": procedure.conditions if procedure else (),
        "documents": procedure.documents if procedure else (),
    }


def _filed(kind: str, given: ObjectionIn) -> dict[str, Any]:
    told = given.dict() | {"evidence": [Evidence(one.what, one.document) for one in given.evidence]}
    on = timezone.localdate()
    filed = letting_go.file(
        kind, normalise(given.code), given.line, told, way=letting_go.API, actor="api", on=on
    )
    return _told(filed.case) | {"secret": filed.secret}


def _told(view: CaseView) -> dict[str, Any]:
    on = timezone.localdate()
    return {
        "number": view.number,
        "kind": view.kind,
        "code": view.code,
        "line": view.told["line"],
        "state": view.state,
        "filed_on": view.on,
        "late": any(one.missed(on) for one in queries.deadlines(view, on)),
    }
