"""Entries that arrive with a batch of records: checked one by one, written set by set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from xinyun import law
from xinyun.base import Period, Refusal
from xinyun.base.announce import announce
from xinyun.lists.admission import Proposed, admit
from xinyun.lists.events import Listed
from xinyun.lists.models import Entry
from xinyun.plumbing import feed

_CHUNK = 400  # keeps the look-up below SQLite's limit of parameters
_SHOWN = 50

Key = tuple[int, str, str]


@dataclass(slots=True)
class Intake:
    """What became of a batch's decisions; `refused` counts them by the refusal's code."""

    entered: int = 0
    known: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    seq: int = 0

    def refuse(self, document: str, refusal: Refusal) -> None:
        """Count a refusal and keep the first few to show."""
        self.refused[refusal.code] += 1
        if len(self.examples) < _SHOWN:
            self.examples.append(f"{document}：{refusal.what.both}")


def row(decision: Proposed, period: Period, *, seq: int) -> Entry:
    """The entry that a decision makes, unsaved."""
    return Entry(
        subject_id=decision.subject_id,
        code=decision.code,
        list_id=decision.list_id,
        document=decision.document,
        office=decision.office,
        decided_on=decision.decided_on,
        starts_on=period.start,
        ends_on=period.end,
        seq=seq,
    )


def take(decisions: Iterable[Proposed], *, batch: str, actor: str, on: date) -> Intake:
    """Enter what may be entered, chunk by chunk, under one feed row; see `operations.enlist_many`."""
    feed.lock()
    result, rest = Intake(), iter(decisions)
    while chunk := list(islice(rest, _CHUNK)):
        fresh = _unknown(_admitted(chunk, result, on), result)
        if fresh and not result.seq:
            result.seq = feed.append("list.entered", {"batch": batch}, actor=actor)
        rows = Entry.objects.bulk_create(row(decision, period, seq=result.seq) for decision, period in fresh)
        result.entered += len(rows)
        if rows:
            announce(Listed(tuple(entry.pk for entry in rows), result.seq, actor, on))
    if result.refused:
        told = {"batch": batch, "counts": dict(result.refused), "examples": result.examples}
        feed.append("list.refused", told, actor=actor)
    return result


def _admitted(chunk: list[Proposed], result: Intake, on: date) -> dict[Key, tuple[Proposed, Period]]:
    """The decisions that their list admits, the first of each key."""
    book, admitted = law.rulebook(), dict[Key, tuple[Proposed, Period]]()
    for decision in chunk:
        try:
            credit_list = book.on(decision.decided_on).list(decision.list_id)
            period = admit(decision, credit_list, book.offices.get(decision.office), on)
        except Refusal as refusal:
            result.refuse(decision.document, refusal)
            continue
        key = (decision.subject_id, decision.list_id, decision.document)
        if admitted.setdefault(key, (decision, period))[0] is not decision:
            result.known += 1
    return admitted


def _unknown(admitted: dict[Key, tuple[Proposed, Period]], result: Intake) -> list[tuple[Proposed, Period]]:
    """Those of them that are not entered yet."""
    ids = {subject for subject, _, _ in admitted}
    rows = Entry.objects.filter(subject_id__in=ids).values_list("subject_id", "list_id", "document")
    known = admitted.keys() & set(rows)
    result.known += len(known)
    return [found for key, found in admitted.items() if key not in known]
