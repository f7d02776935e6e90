"""What is done to the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from xinyun.archive import beside, documents, merging, names, sightings
from xinyun.archive.authority import department_of, describing_order
from xinyun.archive.disputing import dispute, settle
from xinyun.archive.erasing import (
    Order,
    Terms,
    delete_named,
    erase_persons,
    erase_records,
    name_rows,
    order_erasure,
)
from xinyun.archive.events import RecordsAccepted
from xinyun.archive.fingerprints import fingerprints, key_texts
from xinyun.archive.merging import Barred, Counts, would_revise
from xinyun.archive.models import Subject
from xinyun.archive.plausibility import Predating, count_predating, take_out_predating
from xinyun.archive.repeats import Conflict, Suspects, take_out_conflicts, take_out_repeats
from xinyun.archive.snapshot import building as snapshots
from xinyun.archive.staging import ROWS, SUBJECTS, Stage, attached, stage
from xinyun.archive.withdrawing import (
    LONGEST,
    AlreadyWithdrawn,
    Notice,
    demand_current,
    demand_notice,
    demand_reason,
    no_such,
    readmit,
    withdraw,
)
from xinyun.base import Refusal, Text
from xinyun.base.announce import announce
from xinyun.base.forms import is_one_line
from xinyun.base.identifiers import is_uscc
from xinyun.law import rulebook
from xinyun.ledger import operations as ledger
from xinyun.plumbing import feed

__all__ = [
    "ROWS",
    "SUBJECTS",
    "AlreadyWithdrawn",
    "Barred",
    "Conflict",
    "Counts",
    "NoPurpose",
    "Notice",
    "Order",
    "Predating",
    "Stage",
    "Suspects",
    "Terms",
    "UnknownCode",
    "accept",
    "attached",
    "clear_snapshot",
    "count_predating",
    "delete_named",
    "demand_current",
    "demand_notice",
    "demand_reason",
    "dispute",
    "erase_persons",
    "erase_records",
    "fingerprints",
    "follow_documents",
    "follow_names",
    "follow_snapshot",
    "key_texts",
    "log_reading",
    "name_rows",
    "no_such",
    "order_erasure",
    "readmit",
    "rebuild_documents",
    "rebuild_names",
    "rebuild_snapshot",
    "register_subject",
    "settle",
    "stage",
    "take_out_conflicts",
    "take_out_predating",
    "take_out_repeats",
    "withdraw",
    "would_revise",
]


class UnknownCode(Refusal):
    """The text is not a unified social credit code."""

    code = "not-a-code"


def accept(
    *,
    rows: Stage,
    item: str,
    office: str,
    batch: str,
    actor: str,
    on: date,
    describes_subject: bool = False,
    consider: Callable[[Counts], bool],
    conclude: Callable[[Counts, int, Iterator[Barred]], None],
) -> None:
    """Merge an attached stage into the archive in one transaction.

    `describes_subject` when the rows are the registry's word on their subjects, whose headers then follow them.

    `consider` is asked, when it is known what the rows are, whether to go on; if not, nothing is written. `conclude`
    is called last inside the transaction with what the rows were, the feed's `seq` and the rows that are barred, so
    that the caller's own record of the batch stands or falls with it. When every row is what the archive already
    holds, the feed is not written and `seq` is its head; that they were seen again is written down all the same.
    Contexts above hear `RecordsAccepted` where there is a new revision.
    """
    norms = rulebook().on(on)
    with transaction.atomic(), connection.cursor() as cursor:
        feed.lock()
        merging.forget(cursor)
        counts = merging.plan(cursor, rows, norms.item(item), office, norms)
        if not consider(counts):
            merging.forget(cursor)
            return
        told = {"item": item, "office": office, "batch": batch}
        department = department_of(office, norms)
        seq = _write(cursor, rows, counts, told, department, actor=actor, describes=describes_subject)
        sightings.add(cursor, counts.unchanged, office=office, batch=batch)
        if counts.records:
            announce(RecordsAccepted(item, batch, seq, office, actor, on))
        conclude(counts, seq, merging.barred(rows))
        merging.forget(cursor)


def _write(
    cursor: CursorWrapper,
    rows: Stage,
    counts: Counts,
    told: dict[str, str],
    department: str,
    *,
    actor: str,
    describes: bool,
) -> int:
    """Write the planned merge, if it changes anything; `told` is its item, office and batch. Returns the feed's `seq`."""
    if not counts.changed:
        return feed.head()
    payload = {**told, "accepted": counts.accepted, "revised": counts.revised}
    if counts.outranked or counts.agreed:
        payload |= {"outranked": counts.outranked, "agreed": counts.agreed}
    seq = feed.append("records.accepted", payload, actor=actor)
    beside.keep(cursor, rows, **told, department=department, seq=seq)
    if not counts.records:
        return seq
    order = describing_order(rulebook()) if describes else ()
    before = order[: order.index(told["item"])] if describes else ()
    merging.add_subjects(cursor, rows, seq, describes=describes, before=before)
    written = merging.add_records(cursor, rows, **told, seq=seq)
    if written != counts.records:  # a row without a subject would be gone in silence
        raise AssertionError(f"{written} of {counts.records} rows were written")
    return seq


class NoPurpose(Refusal):
    """Nobody reads what is held of a subject without saying what for."""

    code = "no-purpose"


@transaction.atomic
def register_subject(*, code: str, name: str, actor: str, on: date) -> int:
    """Add a subject known so far only from a decision about it, and return its id; a known one is left as it is.

    :raises UnknownCode: `code` is not a unified social credit code.
    """
    if not is_uscc(code):
        raise UnknownCode(
            Text(f"{code} 不是有效的统一社会信用代码。", f"{code} is not a unified social credit code."),
            Text(
                "请核对 18 位代码，字母不含 I、O、S、V、Z。",
                "Check the 18 characters; I, O, S, V, Z are not used.",
            ),
        )
    known = Subject.objects.filter(code=code).first()
    if known:
        return known.pk
    kind, category = kind_of(code, on)
    seq = feed.append("subject.registered", {"code": code}, actor=actor)
    row = Subject.objects.create(
        code=code, kind=kind, category=category, name=name, division=code[2:8], first_seq=seq, seq=seq
    )
    return row.pk


def kind_of(code: str, on: date) -> tuple[str, str]:
    """The kind (organisation or individual-business) and the official category that a code's first two tell."""
    codes = rulebook().on(on).codes("subject-kind")
    return codes.kinds_by_prefix.get(code[:2], "organisation"), codes.prefixes.get(code[:2], "")


def log_reading(subject_ids: Sequence[int], *, purpose: str, actor: str, on: date, at: datetime) -> None:
    """Log that an officer reads all that is held of a subject, also what is not public, before it is shown.

    `subject_ids` are its codes' or the one person's: each is named, so that each finds who read of it.

    :raises NoPurpose: `purpose` is empty, too long or not one line.
    """
    purpose = purpose.strip()
    if not purpose or len(purpose) > LONGEST or not is_one_line(purpose):
        raise NoPurpose(
            Text(
                f"没有写明用途，或用途有换行、超过 {LONGEST} 字。",
                f"There is no purpose, or it is not one line of {LONGEST} characters at most.",
            ),
            Text("请用一句话写明用途。", "Give the purpose in one sentence."),
        )
    # A person is named by the keyed hash alone, so that the log can be kept when the person's data are not.
    entries = [
        ledger.Entry("read", at, {"code": row.code, "purpose": purpose})
        if row.code
        else ledger.Entry(
            "read", at, {"identity_hash": row.identity_hash, "purpose": purpose}, about=row.identity_hash
        )
        for row in Subject.objects.filter(pk__in=subject_ids).order_by("pk")
    ]
    ledger.append(entries, actor=actor, on=on)


def follow_names(*, actor: str, on: date) -> int:
    """Bring the name index up to the feed's head and return that `seq`."""
    return names.follow(on)


def follow_documents(*, actor: str, on: date) -> int:
    """Bring the index of document numbers up to the feed's head and return that `seq`."""
    return documents.follow(on)


def rebuild_documents(*, actor: str, on: date) -> int:
    """Build the index of document numbers from nothing and return the `seq` it stands at."""
    return documents.rebuild(on)


def rebuild_names(*, actor: str, on: date) -> int:
    """Build the name index from nothing and return the `seq` it stands at."""
    return names.rebuild(on)


def follow_snapshot(*, actor: str, on: date) -> int:
    """Bring the snapshot up to the feed's head and return the `seq` it stands at."""
    return snapshots.follow(on)


def clear_snapshot(*, actor: str, on: date) -> bool:
    """Take what was erased out of the snapshot's files; False where a reader keeps old ones, and it is to be done again."""
    return snapshots.clear(on)


def rebuild_snapshot(*, from_nothing: bool = False, actor: str, on: date) -> int:
    """Bring the snapshot up to the feed's head, after a look at every byte, and return the `seq` it stands at.

    What is damaged or missing makes it begin from nothing, as when asked; readers see the old one until then.
    """
    return snapshots.rebuild(on, from_nothing=from_nothing)
