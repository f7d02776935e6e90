"""What is past its time on a day, what is held though it is, and what cannot be told; and what was done before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.timezone import get_default_timezone

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.archive.queries import Dated, OrderView
from xinyun.base import Text
from xinyun.base.decision import Decision, Reason
from xinyun.collection import queries as collection
from xinyun.law import Item, Keeping, Law
from xinyun.law.citing import cite
from xinyun.ledger import queries as ledger
from xinyun.lists import queries as lists
from xinyun.retention import rules
from xinyun.retention.models import Hold, Run

__all__ = [
    "HoldView",
    "Line",
    "OrderView",
    "RunView",
    "articles",
    "companions",
    "due",
    "grounds",
    "held_subjects",
    "holds",
    "last_run",
    "of_kind",
    "oldest_kept",
    "orders",
    "pages",
    "runs",
    "title_of",
]
GROUND_WORDS = {
    "objection": "an objection is being handled",
    "repair": "a repair is being handled",
    "case": "a review, a lawsuit or an inquiry needs it",
    "law": "a law or regulation says otherwise",
}
_OUTCOMES = (rules.DUE, "erased", rules.HELD, rules.UNDETERMINED)


@dataclass(frozen=True, slots=True)
class Line:
    """So many things of a kind under one norm: `outcome` is due, erased, held or undetermined, `why` says why not due."""

    of: str
    norm: str
    title: str
    item: str
    outcome: str
    count: int
    basis: str
    why: str = ""

    @property
    def order(self) -> tuple[int, str, str, str]:
        """Where it stands in a report."""
        return (_OUTCOMES.index(self.outcome), self.of, self.norm, self.item)


@dataclass(frozen=True, slots=True)
class HoldView:
    """An order to keep a record, with its end where it has one."""

    id: int
    record: int
    item: str
    ground: Text
    reason: str
    actor: str
    on: date
    released_on: date | None
    released_by: str


@dataclass(frozen=True, slots=True)
class RunView:
    """A run that ended and what it counted."""

    on: date
    at: datetime
    actor: str
    lines: tuple[Line, ...]
    last_order: int
    wiped: bool


def articles(keeping: Keeping) -> str:
    """A norm's articles as people cite them."""
    return "；".join(text.zh for text in cite(keeping.basis, law.rulebook().on(keeping.since)))


def of_kind(norms: Law, of: str) -> list[Keeping]:
    """The norms in force about one kind of thing."""
    return [keeping for keeping in norms.keepings() if keeping.of == of]


def companions(norms: Law) -> tuple[Keeping | None, tuple[str, ...]]:
    """The norm by which records end with their subject's last other one, and the items that it names."""
    keeping = next(iter(of_kind(norms, "companions")), None)
    return keeping, keeping.items if keeping else ()


def oldest_kept(keeping: Keeping, on: date, norms: Law) -> date | None:
    """The latest day from which counted something is due on a day, by a norm that counts from a day of the thing's own."""
    return rules.latest_start(keeping, on, norms.clock(keeping.floor) if keeping.floor else None)


def before(day: date) -> datetime:
    """The instant at which a day ends here."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=get_default_timezone())


def pages(on: date) -> Iterator[tuple[Item, dict[str, Keeping], list[tuple[Dated, Decision]]]]:
    """Records that are due, held or undetermined on a day: a page at a time, with their item and the norms by id.

    A page of an item for which no field is named has no records; `undetermined_items` counts those.
    """
    norms = law.rulebook().on(on)
    for item, kind, keepings in _concerned(norms):
        fields = tuple(dict.fromkeys(name for one in keepings for name in one.counted_from.get(item.id, ())))
        starts = [start for one in keepings if (start := rules.latest_start(one, on))]
        if not fields or not starts:
            continue
        standing = _Holds(item, on)
        for page in archive.may_be_past(item.id, [kind], fields, max(starts), item.display.number):
            yield item, {one.id: one for one in keepings}, standing.decide(page, fields, keepings)


class _Holds:
    """What keeps records of an item on a day: officers' orders, and entries on lists that still count."""

    def __init__(self, item: Item, on: date) -> None:
        self._item, self._on = item, on
        rows = Hold.objects.filter(item=item.id, release__isnull=True)
        orders = dict(rows.values_list("record", "reason"))
        chains = archive.chains_of(list(orders)) if orders else {}
        self._ordered = {
            (chain[0], chain[2]): Reason("ordered", Text(orders[id], orders[id]))
            for id, chain in chains.items()
        }

    def decide(
        self, page: list[Dated], fields: tuple[str, ...], keepings: Sequence[Keeping]
    ) -> list[tuple[Dated, Decision]]:
        """Decide about each of a page; those that are simply kept are left out."""
        records = [(row, rules.Kept(self._item.id, dict(zip(fields, row.days, strict=True)))) for row in page]
        found = [(row, kept, rules.decide(kept, keepings, self._on)) for row, kept in records]
        subjects = {row.subject_id for row, _, decision in found if decision.outcome == rules.DUE}
        listed = lists.documents_in_force(sorted(subjects), self._on)
        told: list[tuple[Dated, Decision]] = []
        for row, kept, decision in found:
            if decision.outcome == rules.DUE and (holds := self._of(row, listed.get(row.subject_id, ()))):
                held = rules.Kept(kept.item, kept.days, holds)
                told.append((row, rules.decide(held, keepings, self._on)))
            elif decision.outcome != rules.KEEP:
                told.append((row, decision))
        return told

    def _of(self, row: Dated, documents: tuple[str, ...]) -> tuple[Reason, ...]:
        ordered = self._ordered.get((row.subject_id, row.key))
        folded = [archive.fold(document) for document in documents]
        listed = rules.listed_hold(archive.fold(row.number), folded, enters=self._item.enters is not None)
        return ((ordered,) if ordered else ()) + listed


def held_subjects(items: Sequence[str]) -> set[int]:
    """The subjects of whom an officer keeps a record of these items."""
    records = list(Hold.objects.filter(item__in=items, release__isnull=True).values_list("record", flat=True))
    return {chain[0] for chain in archive.chains_of(records).values()} if records else set()


def _concerned(norms: Law) -> Iterator[tuple[Item, str, list[Keeping]]]:
    keepings = of_kind(norms, "records")
    for item in norms.items():
        for kind in item.subjects:
            found = [one for one in keepings if one.concerns(item, kind)]
            if found:
                yield item, kind, found


def undetermined_items(on: date) -> Iterator[Line]:
    """The records of items for which no norm names a field to count from, item by item."""
    for item, kind, keepings in _concerned(law.rulebook().on(on)):
        if any(item.id in one.counted_from for one in keepings):
            continue
        if count := archive.standing_about(item.id, [kind]):
            why = f"没有写明事项 {item.id} 从哪一天起算"
            yield line("records", keepings[0], rules.UNDETERMINED, count, item=item.id, why=why)


def line(of: str, keeping: Keeping, outcome: str, count: int, *, item: str = "", why: str = "") -> Line:
    """A line of a report about a norm."""
    return Line(of, keeping.id, keeping.title, item, outcome, count, articles(keeping), why)


def tally(item: Item, norms: dict[str, Keeping], page: list[tuple[Dated, Decision]]) -> Counter[Line]:
    """Count a page by norm, outcome and reason; each line by itself counts nothing."""
    told: Counter[tuple[str, str, str]] = Counter()
    for _, decision in page:
        codes = (reason.code for reason in decision.reasons)
        norm = next((code for code in codes if code in norms), next(iter(norms)))
        why = "" if decision.outcome == rules.DUE else decision.reasons[0].text.zh
        told[norm, decision.outcome, why] += 1
    return Counter(
        {
            line("records", norms[norm], outcome, 0, item=item.id, why=why): count
            for (norm, outcome, why), count in told.items()
        }
    )


def lines(counted: Counter[Line]) -> list[Line]:
    """The lines with their counts, in the order of a report."""
    told = [
        Line(one.of, one.norm, one.title, one.item, one.outcome, count, one.basis, one.why)
        for one, count in counted.items()
        if count
    ]
    return sorted(told, key=lambda one: one.order)


def due(on: date) -> list[Line]:
    """What a run on a day would erase, what is held though due, and what cannot be told; nothing is changed.

    Originals are left out: which are due is known once the records have gone.
    """
    norms = law.rulebook().on(on)
    counted: Counter[Line] = Counter()
    for item, keepings, page in pages(on):
        counted += tally(item, keepings, page)
    for one in undetermined_items(on):
        counted[line("records", norms.keeping(one.norm), one.outcome, 0, item=one.item, why=one.why)] = (
            one.count
        )
    for of in ("entries", "returned", "queries"):
        for keeping in of_kind(norms, of):
            if start := oldest_kept(keeping, on, norms):
                counted[line(of, keeping, rules.DUE, 0)] = _count(keeping, start)
    return lines(counted)


def _count(keeping: Keeping, start: date) -> int:
    if keeping.of == "entries":
        return lists.count_ended(keeping.subjects, start)
    if keeping.of == "returned":
        return collection.count_settled(start)
    return ledger.count_past(keeping.leaves, before(start))


def holds(*, standing: bool = True, limit: int = 200) -> list[HoldView]:
    """Officers' orders to keep records, the latest first; with `standing` those that were not released."""
    rows = Hold.objects.select_related("release").order_by("-pk")
    return [_hold(row) for row in (rows.filter(release__isnull=True) if standing else rows)[:limit]]


def _hold(row: Hold) -> HoldView:
    end = getattr(row, "release", None)
    ground = Text(str(Hold.Ground(row.ground).label), GROUND_WORDS[row.ground])
    return HoldView(
        row.pk, row.record, row.item, ground, row.reason, row.actor, row.on,
        end.on if end else None, end.actor if end else "",
    )  # fmt: skip


def grounds() -> list[tuple[str, Text]]:
    """On which grounds a record is kept, in words."""
    return [(value, Text(str(label), GROUND_WORDS[value])) for value, label in Hold.Ground.choices]


def title_of(one: Line) -> Text:
    """The title of the norm that a line is about."""
    return law.rulebook().title_of("retention", one.norm)


def runs(limit: int = 30) -> list[RunView]:
    """The latest runs, the latest first."""
    return [_run(row) for row in Run.objects.order_by("-pk")[:limit]]


def last_run() -> RunView | None:
    """The latest run that ended."""
    return next(iter(runs(1)), None)


def _run(row: Run) -> RunView:
    told: list[dict[str, Any]] = row.counts
    return RunView(row.on, row.at, row.actor, tuple(Line(**one) for one in told), row.last_order, row.wiped)


def orders(limit: int = 100) -> list[OrderView]:
    """The latest orders of erasure in the archive, the latest first."""
    return archive.erasure_orders(limit=limit)
