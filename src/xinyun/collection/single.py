"""One record at a time: a small file like any other, worked on at once, so that its sender reads what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from time import sleep
from typing import Any

from xinyun import law
from xinyun.base import Refusal, Text
from xinyun.collection import queries, queueing
from xinyun.collection.models import Submission
from xinyun.collection.onerow import one_row
from xinyun.collection.queries import SubmissionView
from xinyun.collection.submitting import submit

_LONGEST = 65_536
_LOOKS, _BETWEEN_LOOKS = 20, 0.1
"""In seconds: two in all, which is more than a worker needs for one record, and less than a person minds."""
_ON_ITS_WAY = {Submission.State.WAITING, Submission.State.RUNNING}


class WrongRecord(Refusal):
    """The record is no object of plain values by field."""

    code = "wrong-record"


def submit_record(
    *,
    item: str,
    values: Mapping[str, Any],
    office: str,
    actor: str,
    on: date,
    at: datetime,
    idempotency_key: str | None = None,
) -> SubmissionView:
    """Submit one record, by our field names, official codes or titles, and work on it at once.

    It is still `waiting` when an older file of the office and item goes first.

    :raises law.UnknownNorm, law.NotInForce, NotYours: the office does not furnish such an item.
    :raises WrongRecord: it is empty, or holds something else than texts, numbers and truth values.
    :raises WrongIdempotencyKey, IdempotencyKeyReused: as for `submit`.
    """
    file = one_row(law.rulebook().on(on).item(item), plain(values), {})
    id = submit(
        item=item,
        office=office,
        stream=file,
        file_name="record.csv",
        actor=actor,
        way=Submission.Way.FORM,
        on=on,
        at=at,
        idempotency_key=idempotency_key,
    )
    return worked_on(submission=id, actor=actor, on=on, at=at)


def worked_on(*, submission: str, actor: str, on: date, at: datetime) -> SubmissionView:
    """What became of a submission that is worked on now; where a worker was quicker, its sender waits a little.

    What keeps it from being worked on here, such as a full disk, does not: it is promised, and a worker does it later.
    """
    with suppress(*queueing.OUTSIDE):
        queueing.run(submission=submission, worker=actor, on=on, at=at)
    found = queries.submission(submission)
    for _ in range(_LOOKS):
        if found is None or found.state not in _ON_ITS_WAY:
            break
        sleep(_BETWEEN_LOOKS)
        found = queries.submission(submission)
    assert found is not None
    return found


def plain(values: Mapping[str, Any]) -> dict[str, str]:
    """The cells of a record's values.

    :raises WrongRecord: there are none, or some are neither texts nor numbers.
    """
    cells, wrong = {}, []
    for name, value in values.items():
        if value is None or isinstance(value, str | int | float):
            cells[name] = "" if value is None else str(value)
        else:
            wrong.append(name)
    try:
        size = sum(len(text.encode()) for pair in cells.items() for text in pair)
    except UnicodeEncodeError:
        size = _LONGEST + 1
    if wrong or not any(cells.values()) or size > _LONGEST or not all(name.strip() for name in cells):
        raise WrongRecord(
            Text("记录应是「字段：值」的对象，值为文字、数字或空。", "A record maps fields to texts, numbers or null."),
            Text("字段可用中文名称、字段代码或英文名，总长不超过 64 KiB。", "Fields by title, code or name; 64 KiB in all."),
            fields=tuple((name[:80], Text("不是文字或数字", "neither text nor number")) for name in wrong[:50]),
        )  # fmt: skip
    return cells
