"""The interface by which an office's programs correct what it furnished, or take it back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Field, Path, Router, Schema

from xinyun.base import Refusal, Text
from xinyun.collection import operations, queries
from xinyun.collection import shapes as out
from xinyun.collection.api import _KEY, _Asker, _asker, _concluded
from xinyun.collection.single import plain
from xinyun.plumbing.access import client

router = Router(tags=["报送 Furnishing"])
_MOST = 500


class RecordNotFound(Refusal):
    """The office has no current record that is named so."""

    code = "no-such-record"
    status = 404


class SubjectMissing(Refusal):
    """A record is named by its subject first: for a number alone, every record of the item would be read."""

    code = "subject-missing"


class SeveralRecords(Refusal):
    """What is named is not one record."""

    code = "several-records"
    status = 409


class RecordIn(Schema):
    """Which record: its subject, by code or by document, and the number of its own document where it has one."""

    code: str = Field("", max_length=60, description="统一社会信用代码 | the organisation's code")
    person: str = Field("", max_length=64, description="自然人的证件号码 | a person's document number")
    person_type: str = Field("身份证", max_length=64, description="证件类型 | the kind of document")
    number: str = Field("", max_length=400, description="文号 | the number of the record's document")


class WithdrawalIn(Schema):
    """Records that the office takes back, all of them or none."""

    records: list[RecordIn] = Field(min_length=1, max_length=_MOST)
    reason: str = Field(max_length=2000, description="撤回的理由 | why they are withdrawn")


class WithdrawalOut(Schema):
    withdrawn: int
    seq: int = Field(description="变更流的序号 | the change of the feed")


class CorrectionIn(RecordIn):
    """A record with the values that are to change."""

    values: dict[str, str | int | float | None] = Field(description="新的值，按列名 | new values, by title")
    reason: str = Field(max_length=2000, description="更正的理由 | why it is corrected")


@router.post(
    "/records/{item}/withdrawals", response=WithdrawalOut, summary="撤回本单位报送的记录", openapi_extra=_KEY
)
@client
def withdraw(request: HttpRequest, item: Path[str], told: WithdrawalIn) -> Any:
    """Take records back: they are shown nowhere, and no later batch brings them back."""
    asker = _asker(request)
    ids = list(dict.fromkeys(_one(item, record, asker) for record in told.records))
    seq = operations.withdraw_records(
        records=ids, reason=told.reason, office=asker.office, actor=asker.client.actor, on=asker.on
    )
    return {"withdrawn": len(ids), "seq": seq}


@router.post(
    "/records/{item}/corrections",
    response={200: out.SubmissionOut, 201: out.SubmissionOut, 202: out.SubmissionOut},
    summary="更正本单位报送的一条记录",
    openapi_extra=_KEY,
)
@client
def correct(request: HttpRequest, item: Path[str], told: CorrectionIn) -> Any:
    """Correct a record: it is submitted with the new values and checked like any other. 202 held or waiting."""
    asker = _asker(request)
    who = asker.who
    id = operations.correct_record(
        record=_one(item, told, asker), values=_values(told.values), reason=told.reason, way="api", **who
    )
    who.pop("office")
    return _concluded(operations.worked_on(submission=id, **who))


def _values(given: dict[str, Any]) -> dict[str, str]:
    """The new values as texts; all of them may be empty, for to empty a field is a correction too."""
    empty = {name: "" for name, value in given.items() if value in (None, "")}
    filled = {name: value for name, value in given.items() if name not in empty}
    return {**empty, **(plain(filled) if filled else {})}


def _one(item: str, named: RecordIn, asker: _Asker) -> int:
    """The id of the one current record of the asker's office that is named so.

    :raises SubjectMissing: only a number is given.
    :raises RecordNotFound: there is none.
    :raises SeveralRecords: there are several.
    """
    if named.number and not (named.code or named.person):
        raise SubjectMissing(
            Text("没有写明记录是谁的。", "It is not said whose record it is."),
            Text(
                "请连同文号写明 code（代码）或 person（证件号码）。",
                "Give `code` or `person` beside the number.",
            ),
        )
    found = queries.records_of_office(
        item,
        office=asker.office,
        on=asker.on,
        code=named.code,
        person=named.person,
        person_type=named.person_type,
        number=named.number,
        limit=2,
    )
    if not found:
        raise RecordNotFound(
            Text("本单位没有这样的现行记录。", "Your office has no such current record."),
            Text(
                "请核对事项、主体和文号；已撤回的不再列出。",
                "Check item, subject and number; withdrawn ones are gone.",
            ),
        )
    if len(found) > 1:
        raise SeveralRecords(
            Text("这样的记录不止一条。", "There are several such records."),
            Text("请同时写明主体和文号。", "Name both the subject and the number."),
        )
    return found[0].id
