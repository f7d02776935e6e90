"""The interface by which an office's programs keep its roster, take its tasks and say what was done."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from xinyun.accounts.queries import ClientView, furnisher, holder
from xinyun.enforcement import operations, queries
from xinyun.plumbing.access import client

router = Router(tags=["奖惩执行 Enforcement"])
_KEY: dict[str, Any] = {"security": [{"key": []}]}
_Id = Annotated[int, Path(ge=1, le=2**63 - 1)]


class LineIn(Schema):
    """Somebody on a roster."""

    code: str = Field("", max_length=40, description="统一社会信用代码 | unified social credit code")
    name: str = Field("", max_length=400)
    reference: str = Field("", max_length=200, description="本单位的业务编号 | the office's own number")


class RosterIn(Schema):
    """Lines for the office's roster of a scene."""

    scene: str
    lines: list[LineIn] = Field(max_length=5000)
    replace: bool = Field(False, description="代替原有的名册 | in place of what was there")


class PutOut(Schema):
    """What became of the roster."""

    lines: int
    added: int
    ended: int
    without_code: int


class ActionOut(Schema):
    """What the office said that it did."""

    kind: str = Field(description="done 已执行、declined 未执行、released 已解除")
    day: date
    document: str
    reason: str
    text: str
    entry: int
    basis: list[str]
    on: date


class TaskOut(Schema):
    """A measure that an office is to carry out, or to undo."""

    id: int
    office: str
    scene: str
    code: str
    name: str
    entry: int
    list: str
    document: str
    decided_by: str
    decided_on: date
    measure: str
    effect: str = Field(description="block、review、remind，或者 benefit 激励")
    basis: list[str]
    state: str = Field(description="open、done、declined、ended、release 待解除、released")
    since: date
    due_on: date
    ended_on: date | None
    ended_why: str = Field(description="removed、expired、suspended、off-roster、false-alarm、law")
    seq: int = Field(description="最近一次变更，取更新时填在 after | its latest change")


class TaskToldOut(TaskOut):
    """A task with what was done about it."""

    references: list[str]
    actions: list[ActionOut]


class DoneIn(Schema):
    """What was done, on which day, by which document."""

    what: str
    day: date | None = Field(None, description="默认今天 | today by default")
    document: str = ""


class DeclineIn(Schema):
    """Why nothing is done."""

    reason: str = Field(description="、".join(queries.DECLINED_BECAUSE))
    text: str


class OverrideIn(Schema):
    """That an officer did otherwise than a check answered."""

    receipt: str
    did: Literal["let-through", "refused"]
    reason: str


class OverrideOut(Schema):
    """Its number."""

    override: int


class StandingOut(Schema):
    """How an office, a scene, a list or a measure stands."""

    key: str
    tasks: int
    owed: int
    answered: int
    rate: float | None = Field(description="反馈率（%）| of those owed, how many were answered")
    done: int
    in_time: int
    declined: int
    open: int
    late: int
    escalated: int
    unanswered: int = Field(description="超过反馈时限仍未办的 | past the time for feedback")
    rewards: int
    to_release: int
    released: int
    days_to_act: float | None = Field(description="从认定到执行的平均天数 | from decision to act")
    days_to_release: float | None = Field(description="从终止到解除的平均天数 | from its end to release")
    overrides: int


@router.post("/rosters", response=PutOut, summary="放入本单位的名册", openapi_extra=_KEY)
@client
def put_roster(request: HttpRequest, given: RosterIn) -> Any:
    """Put lines on the office's roster; one bad line keeps everything out. The worker matches within seconds."""
    who = _writer(request)
    return operations.put_lines(
        office=who.office, scene=given.scene, replace=given.replace, actor=who.actor, on=timezone.localdate(),
        lines=[(one.code, one.name, one.reference) for one in given.lines],
    )  # fmt: skip


@router.get("/tasks", response=list[TaskOut], summary="本单位的奖惩任务", openapi_extra=_KEY)
@client
def tasks(
    request: HttpRequest,
    state: str = Query("waiting", max_length=10, description="同命令行 task list；空为全部 | as task list"),
    after: int = Query(
        0, ge=0, le=2**63 - 1, description="只要这个 seq 之后变过的，按 seq 排 | changed after"
    ),
    limit: int = Query(50, ge=1, le=500),
    offset: int = Query(0, ge=0, le=10**6),
) -> Any:
    """The tasks of the client's own office: the first due first, or with `after` in the order of their changes."""
    office = _asker(request).office
    return queries.tasks(
        office, on=timezone.localdate(), state=state, after=after, limit=limit, offset=offset
    )


@router.get("/tasks/{id}", response=TaskToldOut, summary="一项任务", openapi_extra=_KEY)
@client
def task(request: HttpRequest, id: _Id) -> Any:
    """One task of the client's own office, with what was done."""
    return queries.task(id, _asker(request).office)


@router.post("/tasks/{id}/done", response=TaskOut, summary="登记已执行", openapi_extra=_KEY)
@client
def done(request: HttpRequest, id: _Id, given: DoneIn) -> Any:
    """Record what was done; whoever comes second is refused."""
    return operations.do(task=id, **_act(request, given))


@router.post("/tasks/{id}/released", response=TaskOut, summary="登记已解除", openapi_extra=_KEY)
@client
def released(request: HttpRequest, id: _Id, given: DoneIn) -> Any:
    """Record that what was done is undone, the entry having ended."""
    return operations.release(task=id, **_act(request, given))


@router.post("/tasks/{id}/declined", response=TaskOut, summary="登记不执行", openapi_extra=_KEY)
@client
def declined(request: HttpRequest, id: _Id, given: DeclineIn) -> Any:
    """Record why nothing is done."""
    who = _writer(request)
    return operations.decline(
        task=id, reason=given.reason, text=given.text, office=who.office, actor=who.actor, on=timezone.localdate()
    )  # fmt: skip


@router.post("/overrides", response=OverrideOut, summary="登记与核查结果不同的办理", openapi_extra=_KEY)
@client
def override(request: HttpRequest, given: OverrideIn) -> Any:
    """Record that an officer did otherwise than a check of this office answered, with its receipt."""
    who = _asker(request)
    number = operations.override(
        receipt=given.receipt, did=given.did, reason=given.reason, office=who.office, actor=who.actor,
        on=timezone.localdate(),
    )  # fmt: skip
    return {"override": number}


@router.get(
    "/enforcement/feedback",
    response=list[TaskToldOut],
    summary="本单位认定的名单的执行结果",
    openapi_extra=_KEY,
)
@client
def feedback(request: HttpRequest, entry: int = Query(..., ge=1, le=2**63 - 1)) -> Any:
    """What became of an entry that the client's own office decided, at each office."""
    office = _asker(request).office
    return [one for one in queries.feedback(entry) if one.decided_by == office]


@router.get("/enforcement/statistics", response=list[StandingOut], summary="奖惩执行统计", openapi_extra=_KEY)
@client
def statistics(request: HttpRequest, by: Literal["office", "scene", "list", "measure"] = "office") -> Any:
    """Figures by office, scene, list or measure; they name nobody."""
    _asker(request)
    return queries.standing(by, timezone.localdate())


def _asker(request: HttpRequest) -> ClientView:
    return holder(request.headers.get("Authorization", ""))


def _writer(request: HttpRequest) -> ClientView:
    """A program that may write for its office, not one that only asks."""
    return furnisher(request.headers.get("Authorization", ""))


def _act(request: HttpRequest, given: DoneIn) -> dict[str, Any]:
    who, on = _writer(request), timezone.localdate()
    return {
        "what": given.what, "day": given.day or on, "document": given.document, "office": who.office, "actor": who.actor,
        "on": on,
    }  # fmt: skip
