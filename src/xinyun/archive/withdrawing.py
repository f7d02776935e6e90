"""Take records back, and let one in again: revisions like any other, each with its reason.

A withdrawn record is a current revision with a `withdrawal`: nobody is shown it, the past still shows what was known
then, and no batch brings it back (see `merging`). Only `readmit` does, by another person and after a notice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import NamedTuple

from django.db import connection, transaction

from xinyun.archive.authority import first_word
from xinyun.archive.events import RecordsAccepted, RecordsWithdrawn
from xinyun.archive.models import Record, Subject
from xinyun.base import Refusal, Text
from xinyun.base.announce import announce
from xinyun.base.forms import is_one_line
from xinyun.law import rulebook
from xinyun.plumbing import feed

WITHDRAWN, READMITTED = "records.withdrawn", "record.readmitted"
LONGEST = 400
"""Characters of a reason or of a notice's number."""
_TOLD = 100
"""How many records a change of the feed names; it counts them all."""
_CHUNK = 500


class NoSuchRecord(Refusal):
    """The archive has no revision of that id."""

    code = "no-such-record"
    status = 404


class NotYourRecord(Refusal):
    """Another office furnished the record, and it alone corrects it or takes it back."""

    code = "not-your-record"
    status = 403


class RecordChanged(Refusal):
    """The revision is not the record's latest."""

    code = "record-changed"
    status = 409


class AlreadyWithdrawn(Refusal):
    """The office has taken the record back."""

    code = "already-withdrawn"
    status = 409


class NotWithdrawn(Refusal):
    """The record is where it should be."""

    code = "not-withdrawn"
    status = 409


class SeveralItems(Refusal):
    """Records of one item are taken back at a time."""

    code = "several-items"


class WrongReason(Refusal):
    """There is no reason, or none that can be kept."""

    code = "no-reason"


class NoNotice(Refusal):
    """Nothing shows that the subject was told."""

    code = "no-notice"


class SamePerson(Refusal):
    """Who took a record back does not let it in again."""

    code = "same-person"
    status = 409


@dataclass(frozen=True, slots=True)
class Notice:
    """How the subject was told: the number of the notice, and its day."""

    number: str
    on: date


@transaction.atomic
def withdraw(*, records: Sequence[int], reason: str, office: str, actor: str, on: date) -> int:
    """Take back current records of one item that this office furnished; returns the change of the feed.

    All of them or none. Contexts above hear `RecordsWithdrawn` with the ids of the new revisions.

    :raises WrongReason: `reason` is empty, too long or not one line.
    :raises NoSuchRecord, NotYourRecord, RecordChanged, AlreadyWithdrawn: as for `demand_current`.
    :raises SeveralItems: they are not of one item.
    """
    feed.lock()
    reason = demand_reason(reason)
    ids = list(dict.fromkeys(records))
    item = _one_item(demand_current(ids, office))
    told = {"item": item, "office": office, "count": len(ids), "records": ids[:_TOLD], "reason": reason}
    seq = feed.append(WITHDRAWN, told, actor=actor)
    fresh = _supersede(ids, reason, seq)
    if item in rulebook().describing_items:
        _retell_subjects(fresh, seq, on)
    announce(RecordsWithdrawn(item, fresh, seq, office, actor, on))
    return seq


@transaction.atomic
def readmit(*, record: int, reason: str, notice: Notice, actor: str, on: date) -> int:
    """Let a withdrawn record in again, after its subject was told; returns the id of the new revision.

    Contexts above hear `RecordsAccepted`, as when a batch had brought it.

    :raises WrongReason: `reason` is empty, too long or not one line.
    :raises NoNotice: the notice has no number, or is dated after `on`.
    :raises NoSuchRecord, RecordChanged, NotWithdrawn: it is no current withdrawn revision.
    :raises SamePerson: `actor` took it back.
    """
    feed.lock()
    reason = demand_reason(reason)
    demand_notice(notice, on)
    row = _demand_withdrawn(record)
    (withdrawal,) = feed.since(row.recorded_seq - 1, limit=1)
    if withdrawal.actor == actor:
        raise SamePerson(
            Text("撤回这条记录的人不能自己恢复。", "Who took the record back does not let it in again."),
            Text("请由另一位工作人员恢复。", "Another officer must do it."),
        )
    told = {
        "item": row.item, "office": row.office, "record": row.id, "reason": reason,
        "notice": notice.number.strip(), "notified_on": notice.on.isoformat(),
    }  # fmt: skip
    seq = feed.append(READMITTED, told, actor=actor)
    fresh = _supersede([row.id], "", seq)
    if row.item in rulebook().describing_items:
        _retell_subjects(fresh, seq, on)
    announce(RecordsAccepted(row.item, row.batch, seq, row.office, actor, on))
    return fresh[0]


def demand_reason(reason: str) -> str:
    """The reason of a withdrawal or a readmission, without blanks around it.

    :raises WrongReason: it is empty, too long or not one line.
    """
    reason = reason.strip()
    if not reason or len(reason) > LONGEST or not is_one_line(reason):
        raise WrongReason(
            Text(
                f"没有写明理由，或理由有换行、超过 {LONGEST} 字。",
                f"There is no reason, or it is not one line of {LONGEST} characters at most.",
            ),
            Text("请用一句话写明理由。", "Give the reason in one sentence."),
            fields=(("reason", Text(f"必填，一行，不超过 {LONGEST} 字", "required, one line")),),
        )
    return reason


def demand_notice(notice: Notice, on: date) -> None:
    """Check that a notice can be found again.

    :raises NoNotice: it has no number of one line, or its day is after `on`.
    """
    number = notice.number.strip()
    if number and len(number) <= LONGEST and is_one_line(number) and notice.on <= on:
        return
    raise NoNotice(
        Text(
            "没有写明告知主体的文书编号和日期，或日期晚于今天。",
            "No notice to the subject is named with its day, or the day is in the future.",
        ),
        Text("先告知主体，再填告知文书的编号和日期。", "Tell the subject first, then give the notice's number and day."),
        fields=(("notice", Text("必填：编号和日期", "required: number and day")),),
    )  # fmt: skip


def demand_current(records: Sequence[int], office: str | None) -> dict[int, str]:
    """The items of these revisions, each of which is its record's current one and not withdrawn.

    :raises NoSuchRecord: there is none, or one of them does not exist.
    :raises NotYourRecord: one of them is another office's; any office's will do where `office` is `None`.
    :raises RecordChanged: one of them has a later revision.
    :raises AlreadyWithdrawn: the office has taken one of them back.
    """
    found = _rows(records)
    missing = [id for id in records if id not in found]
    if missing or not found:
        raise no_such(missing)
    others = [id for id, row in found.items() if office is not None and row.office != office]
    if others:
        raise NotYourRecord(
            Text(f"有 {len(others)} 条记录由其他单位报送。", f"{len(others)} records are another office's."),
            Text("请报送单位自行更正或撤回。", "The office that furnished them corrects or withdraws them."),
            fields=_named(others, Text("其他单位报送", "another office's")),
        )
    _demand_latest(found.values())
    gone = [id for id, row in found.items() if row.withdrawal]
    if gone:
        raise AlreadyWithdrawn(
            Text(f"有 {len(gone)} 条记录已经撤回。", f"{len(gone)} records are withdrawn already."),
            Text("无需再撤回；确需恢复的，请信用中心恢复。", "To have one back, ask the credit centre to readmit it."),
            fields=_named(gone, Text("已撤回", "withdrawn")),
        )  # fmt: skip
    return {id: row.item for id, row in found.items()}


def no_such(ids: Sequence[int]) -> NoSuchRecord:
    """The refusal of ids that are no revision's."""
    return NoSuchRecord(
        Text("没有这样的记录。", "There is no such record."),
        Text("请先查找记录，用查到的编号。", "Find the record first and use the id that is shown."),
        fields=_named(ids, Text("不存在", "unknown")),
    )


def _demand_withdrawn(record: int) -> _Row:
    found = _rows([record])
    if not found:
        raise no_such([record])
    _demand_latest(found.values())
    row = found[record]
    if not row.withdrawal:
        raise NotWithdrawn(
            Text("这条记录没有撤回。", "The record is not withdrawn."),
            Text("无需恢复。", "There is nothing to readmit."),
        )
    return row


def _demand_latest(rows: Iterable[_Row]) -> None:
    stale = [row.id for row in rows if row.superseded_seq is not None]
    if stale:
        raise RecordChanged(
            Text(f"有 {len(stale)} 条记录已有新的修订。", f"{len(stale)} records have been revised since."),
            Text("请重新查找，核对最新内容后再办。", "Find them again and look at what they say now."),
            fields=_named(stale, Text("已有新的修订", "revised since")),
        )


class _Row(NamedTuple):
    """What must be known of a revision before anything is done to it."""

    id: int
    item: str
    office: str
    batch: str
    withdrawal: str
    recorded_seq: int
    superseded_seq: int | None


def _rows(ids: Sequence[int]) -> dict[int, _Row]:
    """The revisions of these ids."""
    found: dict[int, _Row] = {}
    rest = iter(ids)
    while chunk := list(islice(rest, _CHUNK)):
        rows = Record.objects.filter(pk__in=chunk).values_list(*_Row._fields)
        found |= {row[0]: _Row(*row) for row in rows}
    return found


def _one_item(items: dict[int, str]) -> str:
    named = sorted(set(items.values()))
    if len(named) > 1:
        raise SeveralItems(
            Text(f"这些记录属于不同事项：{'、'.join(named)}。", f"They are of several items: {', '.join(named)}."),
            Text("请按事项分别办理。", "Do it item by item."),
        )  # fmt: skip
    return named[0]


def _named(ids: Sequence[int], why: Text) -> tuple[tuple[str, Text], ...]:
    return tuple((str(id), why) for id in ids[:20])


def _supersede(ids: list[int], withdrawal: str, seq: int) -> tuple[int, ...]:
    """Put a revision of the same content with this `withdrawal` after each of these; returns the new ids, ascending."""
    if connection.vendor == "postgresql":
        among, given = "= ANY(%s)", ids
    else:
        among, given = "IN (SELECT value FROM json_each(%s))", json.dumps(ids)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE archive_record SET superseded_seq = %s WHERE id {among}", [seq, given])  # noqa: S608 - our own constants
        cursor.execute(
            "INSERT INTO archive_record"  # noqa: S608 - our own constants
            " (subject_id, item, key, revision, digest, content, office, batch, decided_on, valid_from, valid_until,"
            " withdrawal, recorded_seq)"
            " SELECT subject_id, item, key, revision + 1, digest, content, office, batch, decided_on, valid_from,"
            f" valid_until, %s, %s FROM archive_record WHERE id {among} ORDER BY id RETURNING id",
            [withdrawal, seq, given],
        )
        return tuple(sorted(id for (id,) in cursor.fetchall()))


def _retell_subjects(records: Sequence[int], seq: int, on: date) -> None:
    """Bring the headers of these records' subjects to what the registries say now; a name stays where none is left."""
    rest = iter(records)
    while chunk := list(islice(rest, _CHUNK)):
        subjects = Subject.objects.in_bulk(
            set(Record.objects.filter(pk__in=chunk).values_list("subject_id", flat=True))
        )
        words = Record.objects.filter(
            subject_id__in=subjects,
            item__in=rulebook().describing_items,
            superseded_seq__isnull=True,
            withdrawal="",
        )
        told: dict[int, list[Record]] = {}
        for word in words:
            told.setdefault(word.subject_id, []).append(word)
        for id, subject in subjects.items():
            _retell(subject, first_word(told.get(id, [])), seq, on)
        Subject.objects.bulk_update(
            subjects.values(), ["name", "status", "established_on", "seq"], batch_size=200
        )


def _retell(subject: Subject, word: Record | None, seq: int, on: date) -> None:
    subject.seq, subject.status, subject.established_on = seq, "", None
    if word is None:
        return
    item, told = rulebook().on(on).item(word.item), word.content
    established = told.get(item.display.date)
    subject.name = told.get(item.subject.name) or subject.name
    subject.status = told.get("status") or ""
    subject.established_on = date.fromisoformat(established) if established else None
