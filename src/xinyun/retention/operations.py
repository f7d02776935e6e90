"""Retention runs by the clock: what is due goes, by orders; officers keep what must be kept, and let it go again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from xinyun import law
from xinyun.archive import operations as archive
from xinyun.archive.operations import Terms
from xinyun.archive.queries import revision
from xinyun.base import Refusal, Text
from xinyun.collection import operations as collection
from xinyun.collection import queries as collected
from xinyun.law import Keeping, Law
from xinyun.ledger import operations as ledger
from xinyun.ledger import queries as ledgers
from xinyun.lists import operations as lists
from xinyun.lists import queries as listed
from xinyun.plumbing import feed
from xinyun.plumbing.wiping import compact, overwrite_deleted
from xinyun.retention import queries, rules
from xinyun.retention.models import Hold, Release, Run
from xinyun.retention.queries import Line, RunView

__all__ = ["AlreadyHeld", "NoSuchHold", "WrongGround", "hold", "release", "run", "take_turn"]
_TABLES = (
    "archive_record", "archive_statement", "archive_subject", "relations_link", "lists_entry", "lists_removal",
    "lists_suspension", "lists_resumption",
    "collection_returned",
)  # fmt: skip
_LEAVES = 2000


class AlreadyHeld(Refusal):
    """The record is kept by an order already."""

    code = "already-held"
    status = 409


class NoSuchHold(Refusal):
    """There is no order of that number that still keeps something."""

    code = "no-such-hold"
    status = 404


class WrongGround(Refusal):
    """The ground is none on which a record is kept."""

    code = "wrong-ground"


@transaction.atomic
def hold(*, record: int, ground: str, reason: str, actor: str, on: date) -> int:
    """Keep a record though its time may come; `record` is any of its revisions. Returns the number of the order.

    :raises NoSuchRecord: the archive has no such revision.
    :raises WrongGround: `ground` is none of `Hold.Ground`.
    :raises WrongReason: there is no reason of one line.
    :raises AlreadyHeld: an order keeps this revision already.
    """
    feed.lock()
    reason = archive.demand_reason(reason)
    found = revision(record)
    if found is None:
        raise archive.no_such([record])
    if ground not in Hold.Ground.values:
        grounds = "、".join(Hold.Ground.values)
        raise WrongGround(
            Text(f"“{ground:.40}”不是保留的理由类别。", f"{ground:.40} is no ground for keeping a record."),
            Text(f"可用的是：{grounds}。", f"There are: {grounds}."),
            fields=(("ground", Text("请选一种", "choose one")),),
        )
    if Hold.objects.filter(record=record, release__isnull=True).exists():
        raise AlreadyHeld(
            Text("这条记录已经命令保留。", "An order keeps the record already."),
            Text("无需再办。", "There is nothing to do."),
        )
    row = Hold.objects.create(
        record=record, item=found.item, ground=ground, reason=reason, actor=actor, on=on
    )
    feed.append("retention.held", {"hold": row.pk, "record": record, "ground": ground}, actor=actor)
    return row.pk


@transaction.atomic
def release(*, hold: int, reason: str, actor: str, on: date) -> None:
    """End an order to keep a record: it goes when it is due, with the next run.

    :raises NoSuchHold: there is none of that number, or it has ended.
    :raises WrongReason: there is no reason of one line.
    """
    feed.lock()
    reason = archive.demand_reason(reason)
    row = Hold.objects.filter(pk=hold, release__isnull=True).first()
    if row is None:
        raise NoSuchHold(
            Text(
                f"没有第 {hold} 号保留令，或者已经解除。",
                f"There is no order {hold} to keep a record, or it has ended.",
            ),
            Text("编号见 xinyun retention report。", "xinyun retention report tells the numbers."),
        )
    Release.objects.create(hold=row, reason=reason, actor=actor, on=on)
    feed.append("retention.released", {"hold": hold}, actor=actor)


def run(*, actor: str, on: date, at: datetime) -> RunView:
    """Erase what is due on a day, page by page, each page whole or not at all; then see that nothing of it is left.

    What a killed run left undone, this one does. Derived files and the files of the store come last.
    """
    norms = law.rulebook().on(on)
    overwrite_deleted()
    ledger.log_orders(actor=actor, on=on, at=at)
    before = queries.last_run()
    done: Counter[Line] = Counter()
    done += _erase_records(norms, actor, on)
    done += _erase_entries(norms, actor, on)
    done += _blank_returned(norms, actor, on)
    done += _blank_queries(norms, actor, on, at)
    done += _shred_originals(norms, before.last_order if before else 0, actor, on)
    latest = next(iter(queries.orders(1)), None)
    last_order = latest.id if latest else 0
    behind = before is None or not before.wiped or before.last_order != last_order
    wiped = _wipe(actor, on, whole=behind and bool(last_order))
    told = queries.lines(done)
    row = Run.objects.create(
        counts=[asdict(one) for one in told], last_order=last_order, wiped=wiped, actor=actor, on=on
    )
    return RunView(row.on, at, actor, tuple(told), last_order, wiped)


def take_turn(*, actor: str, on: date, at: datetime) -> RunView | None:
    """What the worker does every few minutes: run once a day, and again where a reader kept the last run from cleaning up.

    `None` where it is not yet time. The first run is an officer's: what is erased does not come back, and some norms
    are unsure until the authority has settled them.
    """
    last = queries.last_run()
    if last is None or (last.on >= on and last.wiped):
        return None
    return run(actor=actor, on=on, at=at)


def _erase_records(norms: Law, actor: str, on: date) -> Counter[Line]:
    counted: Counter[Line] = Counter()
    for item, keepings, page in queries.pages(on):
        for line, count in queries.tally(item, keepings, page).items():
            if line.outcome != rules.DUE:
                counted[line] += count
        due: dict[str, list[int]] = {}
        for row, decision in page:
            if decision.outcome == rules.DUE:
                due.setdefault(decision.reasons[0].code, []).append(row.id)
        for norm, records in due.items():
            keeping = keepings[norm]
            gone, persons = _erase_page(records, keeping, norms, actor, on)
            counted[queries.line("records", keeping, "erased", 0, item=item.id)] += gone
            counted += persons
    for one in queries.undetermined_items(on):
        keeping = norms.keeping(one.norm)
        counted[queries.line("records", keeping, one.outcome, 0, item=one.item, why=one.why)] = one.count
    return counted


@transaction.atomic
def _erase_page(
    records: Sequence[int], keeping: Keeping, norms: Law, actor: str, on: date
) -> tuple[int, Counter[Line]]:
    gone, subjects = archive.erase_records(records=records, terms=_terms(keeping), actor=actor, on=on)
    return gone, _erase_persons(subjects, keeping, norms, actor, on)


def _erase_persons(
    subjects: Sequence[int], keeping: Keeping, norms: Law, actor: str, on: date
) -> Counter[Line]:
    """Erase those of these persons of whom nothing else is held, by the norm about companions where there is one."""
    companion, items = queries.companions(norms)
    kept = listed.of_subjects(subjects) | queries.held_subjects(items)
    terms = companion or keeping
    gone = archive.erase_persons(
        persons=[id for id in subjects if id not in kept],
        companions=items,
        terms=_terms(terms),
        actor=actor,
        on=on,
    )
    return Counter({queries.line("companions", terms, "erased", 0): gone})


def _erase_entries(norms: Law, actor: str, on: date) -> Counter[Line]:
    counted: Counter[Line] = Counter()
    for keeping in queries.of_kind(norms, "entries"):
        start = queries.oldest_kept(keeping, on, norms)
        for page in listed.ended(keeping.subjects, start) if start else ():
            with transaction.atomic():
                gone = lists.erase(entries=[id for id, _ in page], terms=_terms(keeping), actor=actor, on=on)
                subjects = sorted({subject for _, subject in page})
                counted[queries.line("entries", keeping, "erased", 0)] += gone
                counted += _erase_persons(subjects, keeping, norms, actor, on)
    return counted


def _blank_returned(norms: Law, actor: str, on: date) -> Counter[Line]:
    counted: Counter[Line] = Counter()
    for keeping in queries.of_kind(norms, "returned"):
        if start := queries.oldest_kept(keeping, on, norms):
            gone = collection.blank_settled(through=start, terms=_terms(keeping), actor=actor, on=on)
            counted[queries.line("returned", keeping, "erased", 0)] += gone
    return counted


def _blank_queries(norms: Law, actor: str, on: date, at: datetime) -> Counter[Line]:
    counted: Counter[Line] = Counter()
    for keeping in queries.of_kind(norms, "queries"):
        start, after = queries.oldest_kept(keeping, on, norms), -1
        terms, told = _terms(keeping), queries.line("queries", keeping, "erased", 0)
        while start and (
            page := ledgers.past(keeping.leaves, queries.before(start), after=after, limit=_LEAVES)
        ):
            after = page[-1]
            counted[told] += ledger.erase_many(
                page, norm=terms.norm, basis=terms.basis, actor=actor, on=on, at=at
            )
        if counted[told]:  # a person of whom no query is kept any more has no key either, in no backup
            ledger.shred_unused(norm=terms.norm, basis=terms.basis, actor=actor, on=on, at=at)
    return counted


def _shred_originals(norms: Law, after: int, actor: str, on: date) -> Counter[Line]:
    for keeping in queries.of_kind(norms, "originals"):
        batches = collected.without_records(after)
        collection.order_originals(batches=batches, terms=_terms(keeping), actor=actor, on=on)
        gone = collection.shred(actor=actor, on=on)
        return Counter({queries.line("originals", keeping, "erased", 0): gone})
    return Counter()


def _wipe(actor: str, on: date, *, whole: bool) -> bool:
    """See that derived files and the store's own hold nothing erased; False where a reader stood in the way."""
    clean = compact("ledger", ("ledger_preimage", "ledger_personkey"), whole=False)
    if whole:
        archive.follow_documents(actor=actor, on=on)
        clean &= archive.clear_snapshot(actor=actor, on=on)
        clean &= compact("default", _TABLES, whole=True)
    return clean


def _terms(keeping: Keeping) -> Terms:
    return Terms(keeping.id, keeping.since, queries.articles(keeping)[:400])
