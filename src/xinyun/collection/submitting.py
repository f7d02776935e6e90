"""Submit a file to the queue; let one that is held pass, or turn it away.

A submission is durable before its id is given out: the sealed copy lies on disk and its row is committed. What
becomes of it then is `queueing`'s.
"""

from __future__ import annotations

import re
import uuid
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from django.db import IntegrityError, transaction

from xinyun import law
from xinyun.base import Refusal, Text
from xinyun.base.forms import CONTROL, is_one_line
from xinyun.collection import collecting, drafts
from xinyun.collection.models import Submission
from xinyun.plumbing import feed
from xinyun.plumbing.problems import document

State = Submission.State
_LONGEST_KEY = 200


class WrongIdempotencyKey(Refusal):
    """The key by which a repeated submission is known is empty, too long or not one line."""

    code = "wrong-idempotency-key"
    status = 400


class IdempotencyKeyReused(Refusal):
    """The office has used this key for something else."""

    code = "idempotency-key-reused"
    status = 409


class NoSuchSubmission(Refusal):
    """There is no submission of that id."""

    code = "no-such-submission"
    status = 404


class NotHeld(Refusal):
    """The submission does not wait for a second officer."""

    code = "not-held"
    status = 409


class SameOfficer(Refusal):
    """Who submitted a file does not let it pass."""

    code = "same-officer"
    status = 409


class TurnedAway(Refusal):
    """An officer has looked at the held submission and refused it."""

    code = "turned-away"


class NoReason(Refusal):
    """What is decided needs its reason."""

    code = "no-reason"


def submit(
    *,
    item: str,
    office: str,
    file_name: str,
    actor: str,
    way: str,
    on: date,
    at: datetime,
    path: Path | None = None,
    stream: BinaryIO | None = None,
    columns: dict[str, str] | None = None,
    idempotency_key: str | None = None,
    id: str | None = None,
) -> str:
    """Take a file, given as `path` or as `stream`, into the queue and return the submission's id.

    The same office with the same `idempotency_key` again gets the same id, and nothing is submitted twice.
    `columns` maps titles of the file to fields, where a clerk has said so. `id` is given by who has promised one.

    :raises law.UnknownNorm, law.NotInForce: there is no such item or office on that day.
    :raises NotYours: the office may not furnish the item.
    :raises WrongIdempotencyKey: the key is empty, too long or not one line.
    :raises IdempotencyKeyReused: the key was used for another file or item.
    """
    demand_furnisher(item, office, on)
    _demand_key(idempotency_key)
    with ExitStack() as open_files:
        if path is None:
            path = open_files.enter_context(drafts.spooled(_given(stream)))
        row = Submission(
            id=id or uuid.uuid4().hex,
            item=item,
            office=office,
            actor=actor,
            way=Submission.Way(way),
            file_name=drafts.plain_name(file_name),
            columns=columns or {},
            idempotency_key=idempotency_key,
            submitted_on=on,
            at=at,
        )
        return _known(row, path) or _add(row, path)


def release(*, submission: str, reason: str, actor: str, on: date, at: datetime) -> None:
    """Let a held submission pass; `actor` answers for it as its second officer. It goes back to the queue.

    Where its office has sent some of its records anew meanwhile, it is then refused as a whole (`Overtaken`).

    :raises NoSuchSubmission, NotHeld: there is none that waits for this.
    :raises SameOfficer: `actor` submitted it.
    :raises NoReason: `reason` is empty.
    """
    reason = demand_reason(reason)
    with transaction.atomic():
        row = _held(submission)
        if row.actor == actor:
            raise SameOfficer(
                Text("报送人不能自己放行。", "Who submitted a file does not let it pass."),
                Text("请由另一位工作人员复核。", "Another officer must look at it."),
            )
        row.state, row.reviewed_by, row.review = State.WAITING, actor, reason
        row.attempts, row.lease_until = 0, None
        row.save(update_fields=["state", "reviewed_by", "review", "attempts", "lease_until"])
        _tell("submission.released", row, actor)


def turn_away(*, submission: str, reason: str, actor: str, on: date, at: datetime) -> None:
    """Refuse a held submission as a whole, for a reason that its office reads.

    :raises NoSuchSubmission, NotHeld: there is none that waits for this.
    :raises NoReason: `reason` is empty.
    """
    reason = demand_reason(reason)
    with transaction.atomic():
        row = _held(submission)
        told = TurnedAway(
            Text(f"复核未通过：{reason}", f"Not let through on review: {reason}"),
            Text("请核对后重新报送。", "Check the file and submit it again."),
        )
        row.state, row.review, row.ended_at, row.problem = State.REFUSED, reason, at, document(told)
        row.save(update_fields=["state", "review", "ended_at", "problem"])
        _tell("submission.turned-away", row, actor)


def demand_furnisher(item: str, office: str, on: date) -> None:
    """Check that an office may furnish an item on that day.

    :raises law.UnknownNorm, law.NotInForce: there is no such item or office.
    :raises NotYours: it may not.
    """
    norms = law.rulebook().on(on)
    collecting.demand_provider(norms.item(item), norms.office(office))


def _demand_key(key: str | None) -> None:
    if key is None or (0 < len(key) <= _LONGEST_KEY and is_one_line(key)):
        return
    raise WrongIdempotencyKey(
        Text("Idempotency-Key 应为 1 至 200 个字符，一行。", "An Idempotency-Key has 1 to 200 characters."),
        Text("可用 UUID。", "A UUID will do."),
    )


def _given(stream: BinaryIO | None) -> BinaryIO:
    if stream is None:
        raise TypeError("a submission is given as path or as stream")
    return stream


def _known(row: Submission, path: Path) -> str | None:
    """The submission that the office made under the same key before, if it is the same one."""
    if row.idempotency_key is None:
        return None
    before = Submission.objects.filter(office=row.office, idempotency_key=row.idempotency_key).first()
    if before is None:
        return None
    if before.item == row.item and before.columns == row.columns and drafts.is_same(path, before):
        return before.pk
    raise IdempotencyKeyReused(
        Text(
            f"Idempotency-Key 已用于报送 {before.pk}，内容与这次不同。",
            f"The key was used for {before.pk}, which differs.",
        ),
        Text("新的报送请换一个键。", "Use a new key for a new submission."),
    )


def _add(row: Submission, path: Path) -> str:
    row.size = drafts.keep(path, row.pk, row.submitted_on)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # the same key came by another way while we sealed our copy
        drafts.drop(row.pk)
        known = _known(row, path)
        if known is None:
            raise
        return known
    except BaseException:
        drafts.drop(row.pk)
        raise
    return row.pk


def demand_reason(reason: str) -> str:
    """The reason of a decision, without blanks around it.

    :raises NoReason: there is none, or it holds characters that are none.
    """
    reason = reason.strip()
    if not reason or re.search(CONTROL, reason):
        raise NoReason(
            Text("没有写明理由，或其中有控制字符。", "There is no reason, or it holds control characters."),
            Text("请写明理由。", "Give the reason."),
        )
    return reason


def _held(submission: str) -> Submission:
    row = Submission.objects.select_for_update().filter(pk=submission).first()
    if row is None:
        raise no_such(submission)
    if row.state != State.HELD:
        raise NotHeld(
            Text(
                f"这次报送的状态是「{row.get_state_display()}」，不在等待复核。",
                f"The submission is {row.state}, not held.",
            ),
            Text("无需处理。", "There is nothing to do."),
        )
    return row


def no_such(submission: str) -> NoSuchSubmission:
    """The refusal of an id that is nobody's, or not the asking office's."""
    return NoSuchSubmission(
        Text(f"没有报送 {submission:.40}。", f"There is no submission {submission:.40}."),
        Text("报送编号在提交时给出。", "Its id was given out when it was submitted."),
    )


def _tell(kind: str, row: Submission, actor: str) -> None:
    told = {"submission": row.pk, "item": row.item, "office": row.office, "reason": row.review}
    feed.append(kind, told, actor=actor)
