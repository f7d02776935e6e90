"""A record is marked as disputed while an objection to it is open, whichever revision it comes to in the meantime."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db import transaction
from django.db.models import Q

from xinyun.archive.models import Dispute, Record, Settlement, Subject
from xinyun.archive.withdrawing import demand_current
from xinyun.base import Refusal, Text
from xinyun.plumbing import feed

Key = tuple[int, str, int]
"""What tells a record from others: its subject, its item, and the fingerprint of its key fields."""


class AlreadyDisputed(Refusal):
    """An objection to the record is open."""

    code = "already-disputed"
    status = 409


@dataclass(frozen=True, slots=True)
class DisputeChange:
    """What a change of the feed did to a record's mark; `outcome` is how it was settled, `id` the row's."""

    seq: int
    id: int
    code: str
    item: str
    record: int
    office: str
    on: date
    outcome: str = ""


@transaction.atomic
def dispute(*, record: int, reference: str, actor: str, on: date) -> int:
    """Mark a current record as disputed from this moment; returns the change of the feed.

    `reference` is the objection's number.

    :raises NoSuchRecord, RecordChanged, AlreadyWithdrawn: it is not the current one.
    :raises AlreadyDisputed: an objection to it is open.
    """
    feed.lock()
    demand_current([record], None)
    row = Record.objects.get(pk=record)
    if (row.subject_id, row.item, row.key) in disputed_among([row.subject_id]):
        raise AlreadyDisputed(
            Text("对这条记录的异议正在处理。", "An objection to the record is open."),
            Text("请在该异议里补充证据。", "Add to that objection."),
        )
    told = {"item": row.item, "record": row.pk, "office": row.office, "reference": reference}
    seq = feed.append("record.disputed", told, actor=actor)
    Dispute(
        subject_id=row.subject_id, item=row.item, key=row.key, reference=reference, record=row.pk, office=row.office,
        starts_on=on, seq=seq,
    ).save(force_insert=True)  # fmt: skip
    return seq


@transaction.atomic
def settle(*, reference: str, outcome: str, actor: str, on: date) -> int:
    """Lift the mark of an objection; returns how many there were, which is one or none."""
    feed.lock()
    found = list(Dispute.objects.filter(reference=reference, settlement__isnull=True))
    for one in found:
        told = {"item": one.item, "record": one.record, "reference": reference, "outcome": outcome}
        seq = feed.append("record.settled", told, actor=actor)
        Settlement(dispute=one, outcome=outcome, starts_on=one.starts_on, settled_on=on, seq=seq).save(
            force_insert=True
        )
    return len(found)


def disputed_among(subject_ids: Collection[int], as_of: int | None = None) -> frozenset[Key]:
    """The records of some subjects that were disputed when the feed stood at `as_of`; at its head where it is `None`."""
    rows, lasting = Dispute.objects.filter(subject_id__in=subject_ids), Q(settlement__isnull=True)
    if as_of is not None:
        rows, lasting = rows.filter(seq__lte=as_of), lasting | Q(settlement__seq__gt=as_of)
    return frozenset(rows.filter(lasting).values_list("subject_id", "item", "key"))


def is_disputed(record: int) -> bool:
    """Whether the record that a revision belongs to is disputed."""
    row = Record.objects.filter(pk=record).only("subject_id", "item", "key").first()
    return row is not None and (row.subject_id, row.item, row.key) in disputed_among([row.subject_id])


def disputes_after(
    what: Literal["disputed", "settled"],
    place: tuple[int, int],
    items: Sequence[str],
    *,
    through: int,
    division: str,
    limit: int,
) -> list[DisputeChange]:
    """The first marks set or lifted on records of these items after a place, known by row `through`, in order.

    Those about organisations of a division that begins so.
    """
    if not items:
        return []
    after = Q(seq__lte=through) & (Q(seq__gt=place[0]) | Q(seq=place[0], pk__gt=place[1]))
    in_division = Subject.objects.filter(code__isnull=False, division__startswith=division)
    if what == "disputed":
        rows = Dispute.objects.filter(after, item__in=items, subject__in=in_division).select_related(
            "subject"
        )
        return [
            DisputeChange(
                one.seq, one.pk, one.subject.code or "", one.item, one.record, one.office, one.starts_on
            )
            for one in rows.order_by("seq", "pk")[:limit]
        ]
    ended = Settlement.objects.filter(after, dispute__item__in=items, dispute__subject__in=in_division)
    return [
        DisputeChange(
            one.seq, one.pk, one.dispute.subject.code or "", one.dispute.item, one.dispute.record, one.dispute.office,
            one.settled_on, one.outcome,
        )
        for one in ended.select_related("dispute__subject").order_by("seq", "pk")[:limit]
    ]  # fmt: skip
