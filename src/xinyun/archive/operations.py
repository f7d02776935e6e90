"""What is done to the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from xinyun.archive import merging, names
from xinyun.archive.events import RecordsAccepted
from xinyun.archive.merging import Counts
from xinyun.archive.models import Subject
from xinyun.archive.staging import COLUMNS, Stage, stage
from xinyun.base import Refusal, Text
from xinyun.base.announce import announce
from xinyun.base.identifiers import is_uscc
from xinyun.law import rulebook
from xinyun.ledger import operations as ledger
from xinyun.plumbing import feed

__all__ = [
    "Counts",
    "Stage",
    "UnknownCode",
    "accept",
    "follow_names",
    "log_reading",
    "rebuild_names",
    "register_subject",
    "stage",
    "staged_columns",
]


def staged_columns() -> list[str]:
    """The columns that a staged frame must have, in order."""
    return COLUMNS.names()


class UnknownCode(Refusal):
    """The text is not a unified social credit code."""

    code = "not-a-code"


@contextmanager
def _attached(rows: Stage) -> Iterator[None]:
    """Let the archive's connection see the stage; SQLite attaches the file, PostgreSQL has it already."""
    if connection.vendor != "sqlite":
        yield
        return
    path = Path(settings.XINYUN.home) / "staging"
    with connection.cursor() as cursor:
        cursor.execute("ATTACH DATABASE %s AS stage", [str(path / f"{rows.batch}.sqlite3")])
        try:
            yield
        finally:
            cursor.execute("DETACH DATABASE stage")


def accept(
    *,
    rows: Stage,
    item: str,
    office: str,
    batch: str,
    actor: str,
    on: date,
    describes_subject: bool = False,
    dry_run: bool = False,
    conclude: Callable[[Counts, int], None],
) -> None:
    """Merge a stage into the archive in one transaction.

    `describes_subject` when the rows are the registry's word on their subjects, whose headers then follow them.

    `conclude` is called last inside it with what the rows were and the feed's `seq`, so that the caller's own
    record of the batch stands or falls with it. When every row is what the archive already holds, neither the
    archive nor the feed is written and `seq` is the feed's head. Contexts above hear `RecordsAccepted`.
    """
    with _attached(rows), transaction.atomic(), connection.cursor() as cursor:
        feed.lock()
        counts = merging.plan(cursor, rows.table, item)
        if dry_run or not counts.changed:
            conclude(counts, feed.head())
        else:
            payload = {
                "item": item,
                "office": office,
                "batch": batch,
                "accepted": counts.accepted,
                "revised": counts.revised,
            }
            seq = feed.append("records.accepted", payload, actor=actor)
            merging.add_subjects(cursor, rows.table, seq, describes=describes_subject)
            merging.add_records(cursor, rows.table, item=item, office=office, batch=batch, seq=seq)
            announce(RecordsAccepted(item, batch, seq, office, actor, on))
            conclude(counts, seq)
        cursor.execute("DROP TABLE merge_plan")


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


def log_reading(subject_id: int, *, purpose: str, actor: str, on: date, at: datetime) -> None:
    """Log that an officer reads all that is held of a subject, also what is not public, before it is shown."""
    row = Subject.objects.get(pk=subject_id)
    # A person is named by the keyed hash alone, so that the log can be kept when the person's data are not.
    about = {"code": row.code} if row.code else {"identity_hash": row.identity_hash}
    ledger.append([ledger.Entry("read", at, about | {"purpose": purpose})], actor=actor, on=on)


def follow_names(*, actor: str, on: date) -> int:
    """Bring the name index up to the feed's head and return that `seq`."""
    return names.follow()


def rebuild_names(*, actor: str, on: date) -> int:
    """Build the name index from nothing and return the `seq` it stands at."""
    return names.rebuild()
