"""What the interface for offices takes and gives, as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Schema

from xinyun.collection.errors import Told, proposed, told
from xinyun.collection.models import Returned
from xinyun.collection.queries import SubmissionView

BIGGEST = 2**63 - 1


class Links(Schema):
    self: str
    errors: str


class SubmissionOut(Schema):
    """A submission; the counts are there once it is done."""

    id: str
    state: Literal["waiting", "running", "held", "done", "refused"]
    item: str
    way: str
    file_name: str
    size: int
    progress: int = Field(description="已读行数 | rows read")
    at: datetime
    ended_at: datetime | None
    received: int | None = None
    accepted: int | None = None
    unchanged: int | None = None
    revised: int | None = None
    rejected: int | None = None
    faults: dict[str, int] = Field({}, description="退回的各种原因的次数 | faults by rule")
    warnings: dict[str, int] = {}
    problem: dict[str, Any] | None = Field(None, description="整批退回的原因 | why all of it was refused")
    doubts: list[dict[str, Any]] | None = Field(None, description="等待复核的原因 | why it is held")
    links: Links


class FaultOut(Schema):
    """One fault of one returned row; the value is masked where it is personal."""

    id: int = Field(description="退回行的编号，改正时用 | the returned row, by which it is mended")
    number: str
    row: int
    place: str
    field: str
    title: str
    rule: str
    severity: str
    value: str
    problem: str
    problem_en: str
    remedy: str
    remedy_en: str
    proposal: str | None = Field(
        None, description="可能的正确值，须由人核对 | what may be right; a person decides"
    )


class FaultsOut(Schema):
    faults: list[FaultOut]
    next: int | None = Field(description="下一页的 after；没有了为空 | `after` of the next page, or null")


class ReturnedOut(Schema):
    """A returned row that waits."""

    id: int
    number: str
    batch: str
    item: str
    row: int
    place: str
    returned_on: date
    due_on: date
    faults: list[FaultOut]


class ReturnedPageOut(Schema):
    open: int
    overdue: int
    rows: list[ReturnedOut]


class UploadIn(Schema):
    item: str
    file_name: str = Field(max_length=1000)
    size: int = Field(ge=1, le=BIGGEST)
    sha256: str = Field("", pattern="^([0-9a-fA-F]{64})?$")


class UploadOut(Schema):
    id: str
    offset: int
    size: int
    complete: bool
    links: dict[str, str]


class SettleIn(Schema):
    """What is to become of a returned row."""

    action: Literal["mend", "confirm", "drop"]
    values: dict[str, str | int | float | None] = Field(
        {}, description="改正的值，按列名 | mended values, by title"
    )
    reason: str = Field(
        "", max_length=2000, description="确认或不再报送的理由 | why it is confirmed or dropped"
    )


class DroppedOut(Schema):
    dropped: int


class ItemOut(Schema):
    id: str
    title: str
    english: str
    template: str


def submission_out(view: SubmissionView) -> dict[str, Any]:
    """A submission as JSON."""
    known = {name: getattr(view, name) for name in SubmissionOut.model_fields if hasattr(view, name)}
    if view.batch:
        names = ("received", "accepted", "unchanged", "revised", "rejected", "faults", "warnings")
        known |= {name: getattr(view.batch, name) for name in names}
    return known | {"links": {"self": batch_url(view.id), "errors": f"{batch_url(view.id)}/errors"}}


def faults_out(rows: list[Returned]) -> list[dict[str, Any]]:
    """The faults of returned rows as JSON, each with what may be right."""
    proposals = {row.pk: proposed(row) for row in rows}
    return [_fault_out(one) | {"proposal": proposals[one.id].get(one.field)} for one in told(rows)]


def _fault_out(one: Told) -> dict[str, Any]:
    known = {name: getattr(one, name) for name in Told.__dataclass_fields__}
    return known | {
        "problem": one.problem.zh, "problem_en": one.problem.en,
        "remedy": one.remedy.zh, "remedy_en": one.remedy.en,
    }  # fmt: skip


def batch_url(id: str) -> str:
    """Where a submission is asked for."""
    return f"/api/v1/batches/{id}"


def upload_url(id: str) -> str:
    """Where an upload is continued."""
    return f"/api/v1/uploads/{id}"
