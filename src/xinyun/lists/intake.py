"""Entries that arrive with a batch of records: checked one by one, written set by set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from xinyun import law
from xinyun.archive import queries as archived
from xinyun.base import Period, Refusal, Text
from xinyun.base.announce import announce
from xinyun.lists.admission import Proposed, admit
from xinyun.lists.events import Delisted, Listed
from xinyun.lists.models import Dispute, Entry, Removal, Suspension
from xinyun.plumbing import feed

_CHUNK = 400  # keeps the look-up below SQLite's limit of parameters
_SHOWN = 50

TOLD = "list.intake"
"""The kind of the feed's row that tells what became of a batch's decisions."""
CORRECTED = "更正：同一决定书的内容已更正，以更正后的为准"
"""The reason of a removal that a corrected record brings about."""
TAKEN_BACK, WITHDRAWN = "list.taken-back", "撤回：报送单位已撤回列入决定的记录"
"""The kind of the feed's row that tells which entries went with withdrawn records, and the reason of their removal."""

Key = tuple[int, str, str]
"""Which decision: subject, list, document."""


class RemovedSince(Refusal):
    """The decision was entered and its entry removed since; a record does not bring it back."""

    code = "removed-since"


@dataclass(slots=True)
class Intake:
    """What became of a batch's decisions: each is counted once, `refused` by the refusal's code.

    `corrected` are decisions whose entry was replaced, or taken back where the corrected decision is refused too.
    """

    entered: int = 0
    known: int = 0
    corrected: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """The counts and examples as the feed keeps them."""
        return {
            "entered": self.entered,
            "known": self.known,
            "corrected": self.corrected,
            "refused": dict(self.refused),
            "examples": self.examples,
        }

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


def enlist_many(decisions: Iterable[Proposed], *, batch: str, seq: int, actor: str, on: date) -> Intake:
    """Enter the decisions that a batch of records brought, set-based, in the caller's transaction.

    `seq` is the feed's change that brought the records; another row of the feed tells what became of their
    decisions. Those that their list does not admit stay records and are counted, but nobody is listed by them. A
    record that was corrected replaces the entry that its first wording made: the old one ends on `on`.
    """
    result, rest = Intake(), iter(decisions)
    while chunk := list(islice(rest, _CHUNK)):
        _take(chunk, result, seq, actor, on)
    feed.append(TOLD, {"batch": batch, **result.told()}, actor=actor)
    return result


def take_back(decisions: Iterable[Proposed], *, item: str, seq: int, actor: str, on: date) -> int:
    """End on `on` the entries that records of an item made and that their office took back; returns how many.

    `seq` is the feed's change that withdrew the records; another row of the feed tells which entries went with them.
    An entry that an office made by its own act stays until that office removes it.
    """
    ending: list[Entry] = []
    rest = iter(decisions)
    while chunk := list(islice(rest, _CHUNK)):
        subjects = {decision.subject_id for decision in chunk}
        brought, past = archived.changes_of(item, subjects), _entries(subjects)
        for key in dict.fromkeys((one.subject_id, one.list_id, one.document) for one in chunk):
            standing, _ = past.get(key, (None, None))
            if standing and standing.seq in brought and (standing.ends_on is None or standing.ends_on > on):
                ending.append(standing)
    if ending:
        told = {
            "item": item,
            "withdrawn": seq,
            "count": len(ending),
            "entries": [one.pk for one in ending[:_SHOWN]],
        }
        feed.append(TAKEN_BACK, told, actor=actor)
    _remove(ending, WITHDRAWN, seq, actor, on)
    return len(ending)


def _take(chunk: list[Proposed], result: Intake, seq: int, actor: str, on: date) -> None:
    past = _entries({decision.subject_id for decision in chunk})
    ending: list[Entry] = []
    fresh: list[Entry] = []
    replaced: list[tuple[Entry, Entry]] = []
    for key, decision in _first_of_each(chunk, result).items():
        standing, removed = past.get(key, (None, None))
        try:
            entry = row(decision, _period(decision, on), seq=seq)
            if removed and not standing:
                raise _removed_since(removed)
        except Refusal as refusal:
            result.refuse(decision.document, refusal)
            ending += [standing] if standing else []
            continue
        if standing and _particulars(standing) == _particulars(entry):
            result.known += 1
            continue
        if standing:
            ending.append(standing)
            replaced.append((standing, entry))
        result.entered += standing is None
        fresh.append(entry)
    result.corrected += len(ending)
    Entry.objects.bulk_create(fresh)
    Suspension.objects.bulk_create(_kept_off(replaced, seq, on))
    Dispute.objects.bulk_create(_kept_disputed(replaced, seq, on))
    _remove(ending, CORRECTED, seq, actor, on)
    if fresh:
        announce(Listed(tuple(entry.pk for entry in fresh), seq, actor, on))


def _kept_off(replaced: list[tuple[Entry, Entry]], seq: int, on: date) -> Iterator[Suspension]:
    """What is suspended stays so when its record is corrected: the order is about the decision, not about the wording."""
    for old, new in replaced:
        for one in old.suspensions.all():
            if getattr(one, "resumption", None) is None and (one.ends_on is None or one.ends_on > on):
                yield Suspension(
                    entry=new, document=one.document, ordered_by=one.ordered_by, reason=one.reason, office=one.office,
                    starts_on=on, ends_on=one.ends_on, seq=seq,
                )  # fmt: skip


def _kept_disputed(replaced: list[tuple[Entry, Entry]], seq: int, on: date) -> Iterator[Dispute]:
    """What is disputed stays so when its record is corrected, until its objection is settled."""
    for old, new in replaced:
        for one in old.disputes.all():
            if getattr(one, "settlement", None) is None:
                yield Dispute(entry=new, reference=one.reference, office=one.office, starts_on=on, seq=seq)


def _remove(ending: list[Entry], reason: str, seq: int, actor: str, on: date) -> None:
    """Remove entries for what became of their records."""
    Removal.objects.bulk_create([_end(entry, reason, seq, on) for entry in ending], batch_size=_CHUNK)
    for entry in ending:
        announce(Delisted(entry.pk, seq, actor, on))


def _first_of_each(chunk: list[Proposed], result: Intake) -> dict[Key, Proposed]:
    """The decisions of a chunk, each once."""
    found: dict[Key, Proposed] = {}
    for decision in chunk:
        key = (decision.subject_id, decision.list_id, decision.document)
        if found.setdefault(key, decision) is not decision:
            result.known += 1
    return found


def _period(decision: Proposed, on: date) -> Period:
    """The span that its list, in the edition of the day it was decided, gives a decision, if it admits it."""
    book = law.rulebook()
    credit_list = book.on(decision.decided_on).list(decision.list_id)
    return admit(decision, credit_list, book.offices.get(decision.office), on)


def _entries(subjects: set[int]) -> dict[Key, tuple[Entry | None, Entry | None]]:
    """For each decision about these subjects the entry that stands and the last one that was removed."""
    found: dict[Key, tuple[Entry | None, Entry | None]] = {}
    rows = Entry.objects.filter(subject_id__in=subjects).prefetch_related(
        "suspensions__resumption", "disputes__settlement"
    )
    for entry in rows.select_related("removal").order_by("pk"):
        key = (entry.subject_id, entry.list_id, entry.document)
        standing, removed = found.get(key, (None, None))
        found[key] = (standing, entry) if hasattr(entry, "removal") else (entry, removed)
    return found


def _particulars(entry: Entry) -> tuple[object, ...]:
    return (entry.office, entry.decided_on, entry.starts_on, entry.ends_on)


def _end(entry: Entry, reason: str, seq: int, on: date) -> Removal:
    return Removal(
        entry=entry,
        document=entry.document,
        reason=reason,
        office=entry.office,
        decided_on=entry.decided_on,
        removed_on=on,
        seq=seq,
    )


def _removed_since(entry: Entry) -> RemovedSince:
    removal = entry.removal
    return RemovedSince(
        Text(
            f"该决定的条目已于 {removal.removed_on} 依 {removal.document} 移出，不因报送而恢复。",
            f"Its entry was removed on {removal.removed_on} by {removal.document}; a record does not restore it.",
        ),
        Text("如须重新列入，请作出新的决定。", "Listing it again needs a new decision."),
    )
