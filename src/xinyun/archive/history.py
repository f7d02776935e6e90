"""Everything that was ever said of a subject, record by record: what provenance, the two times and the timeline rest on."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef

from xinyun.archive.models import Record, Statement
from xinyun.archive.revisions import RevisionView
from xinyun.archive.revisions import view as revision_view
from xinyun.base import Period
from xinyun.plumbing.sealing import open_sealed

_SEALED = "sealed:"


@dataclass(frozen=True, slots=True)
class StatementView:
    """What an office says beside a record that another one's word decides, from `recorded_seq` to `ended_seq`."""

    id: int
    item: str
    office: str
    content: dict[str, Any]
    decided_on: date | None
    valid: Period
    batch: str
    digest: int
    recorded_at: datetime
    recorded_seq: int
    ended_seq: int | None


@dataclass(frozen=True, slots=True)
class RecordHistory:
    """A record's revisions and the statements beside it, the oldest first; `digest` is of the current revision."""

    item: str
    key: int
    digest: int
    revisions: tuple[RevisionView, ...]
    statements: tuple[StatementView, ...]

    @property
    def current(self) -> RevisionView:
        """The latest revision, withdrawn or not."""
        return self.revisions[-1]

    @property
    def contradicting(self) -> tuple[StatementView, ...]:
        """The statements that stand and say something else; beside a withdrawn record all that stand."""
        return tuple(
            one
            for one in self.statements
            if one.ended_seq is None and (self.current.withdrawal or one.digest != self.digest)
        )

    def known_by(self, seq: int) -> tuple[RevisionView, ...]:
        """The revisions that the archive had when the feed stood at `seq`."""
        return tuple(one for one in self.revisions if one.recorded_seq <= seq)


def histories(subject_id: int) -> list[RecordHistory]:
    """Every record that a subject ever had, by two looks by index."""
    said: defaultdict[tuple[str, int], list[StatementView]] = defaultdict(list)
    for row in Statement.objects.filter(subject_id=subject_id).order_by("recorded_seq", "pk"):
        said[row.item, row.key].append(_statement(row))
    found: defaultdict[tuple[str, int], list[Record]] = defaultdict(list)
    rows = Record.objects.filter(subject_id=subject_id).select_related("subject")
    for record in rows.order_by("item", "key", "revision"):
        found[record.item, record.key].append(record)
    return [
        RecordHistory(*which, rows[-1].digest, tuple(map(revision_view, rows)), tuple(said[which]))
        for which, rows in found.items()
    ]


def orphaned(limit: int) -> list[tuple[StatementView, str, str]]:
    """Standing statements whose record its office has withdrawn, the latest first, with their subject's code and name.

    They do not take the record's place: the credit centre looks at them. Persons are left out.
    """
    withdrawn = Record.objects.filter(
        subject_id=OuterRef("subject_id"),
        item=OuterRef("item"),
        key=OuterRef("key"),
        superseded_seq__isnull=True,
    ).exclude(withdrawal="")
    standing = Statement.objects.filter(
        Exists(withdrawn), ended_seq__isnull=True, subject__code__isnull=False
    )
    rows = standing.select_related("subject").order_by("-pk")[:limit]
    return [(_statement(row), row.subject.code or "", row.subject.name) for row in rows]


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields in which two contents differ; what is stored sealed is compared by what it says."""
    names = dict.fromkeys([*one, *other])
    return tuple(name for name in names if not same(one.get(name), other.get(name)))


def same(one: Any, other: Any) -> bool:
    """Whether two stored values say the same: a value that is sealed twice looks different each time."""
    if one == other or not (_is_sealed(one) and _is_sealed(other)):
        return bool(one == other)
    return _opened(one) == _opened(other)


def _is_sealed(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(_SEALED)


def _opened(value: str) -> bytes:
    return open_sealed(base64.b64decode(value.removeprefix(_SEALED)))


def _statement(row: Statement) -> StatementView:
    return StatementView(
        id=row.pk,
        item=row.item,
        office=row.office,
        content=row.content,
        decided_on=row.decided_on,
        valid=Period(row.valid_from, row.valid_until),
        batch=row.batch,
        digest=row.digest,
        recorded_at=row.recorded_at,
        recorded_seq=row.recorded_seq,
        ended_seq=row.ended_seq,
    )
