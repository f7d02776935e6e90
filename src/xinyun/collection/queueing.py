"""Work the queue: take the oldest submission, collect it, write down what became of it.

A worker holds what it works on by a lease that it keeps extending; one that died loses it, and another worker
begins anew. That is safe because a batch bears its submission's id and comes to be in one transaction: whoever
finds the batch in the archive has nothing left to do. What one office sends of one item is collected in the
order in which it came, so that an older file never has the last word.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any

import adbc_driver_manager as adbc
from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, connection
from django.db.models import Exists, F, OuterRef, Q

from xinyun.archive import operations as archive
from xinyun.base import Refusal, Text
from xinyun.collection import collecting, drafts, originals
from xinyun.collection.models import Amendment, Batch, Submission
from xinyun.plumbing.problems import document
from xinyun.plumbing.sealing import KeyMissing

LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 5
_BEAT_SECONDS = 1.0
_AGAIN = timedelta(seconds=20)
"""How long after a failure a submission is tried again; doubled with each attempt that failed."""
OUTSIDE = (
    OSError, OperationalError, InterfaceError, adbc.OperationalError, adbc.InternalError, KeyMissing,
)  # fmt: skip
"""Trouble of disk, store and keys, which no submission is to blame for and which uses up no attempt."""

State = Submission.State
_log = logging.getLogger(__name__)


class CouldNotBeProcessed(Refusal):
    """Processing the submission failed as often as is tried."""

    code = "could-not-be-processed"
    status = 500


def run_next(*, worker: str, on: date, at: datetime) -> str | None:
    """Work on the oldest submission that is due and return its id; `None` when there is none.

    `at` is now: leases are counted from it.

    :raises OSError, OperationalError, InterfaceError: disk or store are in trouble; the submission waits.
    """
    held = _take(at)
    if held is None:
        return None
    _work(held, worker, on)
    return held.row.pk


def run(*, submission: str, worker: str, on: date, at: datetime) -> bool:
    """Work on this submission now, unless something older of its office and item goes first or a worker has it.

    Whether it was worked on; what became of it, its row says.
    """
    held = _take(at, Q(pk=submission))
    if held is None:
        return False
    _work(held, worker, on)
    return True


@dataclass(slots=True)
class _Held:
    """A submission under our lease, which is ours as long as the row has the very `lease`."""

    row: Submission
    began: datetime
    lease: datetime
    clock: float = field(default_factory=monotonic)
    rows_read: int = 0

    def now(self) -> datetime:
        """The instant, counted from the one at which the work began."""
        return self.began + timedelta(seconds=monotonic() - self.clock)

    def write(self, **changes: Any) -> bool:
        """Write down changes unless we have lost the lease; whether we had it."""
        mine = Submission.objects.filter(pk=self.row.pk, state=State.RUNNING, lease_until=self.lease)
        return bool(mine.update(**changes))

    def extend(self) -> None:
        """Tell how far we are and hold on for another while."""
        until = self.now() + LEASE
        if self.write(lease_until=until, progress=self.rows_read):
            self.lease = until

    def settle(self, state: str, **changes: Any) -> None:
        """Write down what became of it."""
        ended = None if state == State.HELD else self.now()
        self.write(state=state, lease_until=None, ended_at=ended, **changes)

    def give_back(self, wait: timedelta, *, attempts: int) -> None:
        """Let it be taken again, after `wait`."""
        self.write(state=State.WAITING, lease_until=self.now() + wait, attempts=attempts)


def _take(at: datetime, which: Q | None = None) -> _Held | None:
    """Take the oldest that is due by one conditional update, which of several workers only one can make."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
    due = Q(state__in=[State.WAITING, State.RUNNING]) & free
    older = Submission.objects.filter(
        Q(at__lt=OuterRef("at")) | Q(at=OuterRef("at"), pk__lt=OuterRef("pk")),
        office=OuterRef("office"),
        item=OuterRef("item"),
        state__in=[State.WAITING, State.RUNNING],
    )
    while row := Submission.objects.filter(due, ~Exists(older), which or Q()).order_by("at", "pk").first():
        held = _Held(row, at, at + LEASE)
        taken = Submission.objects.filter(due, pk=row.pk, attempts=row.attempts).update(
            state=State.RUNNING, attempts=F("attempts") + 1, lease_until=held.lease, progress=0
        )
        if taken:
            row.attempts += 1
            return held
    return None


def _work(held: _Held, worker: str, on: date) -> None:
    row = held.row
    try:
        with _beating(held):
            became = _collect(held, on)
        held.settle(**became)
    except OUTSIDE as error:
        _log.warning("%s could not work on submission %s: %s", worker, row.pk, error)
        with suppress(DatabaseError):  # a store that is away is not told: the lease runs out
            close_old_connections()
            held.give_back(_AGAIN, attempts=row.attempts - 1)
        raise
    except Refusal as refusal:
        held.settle(State.REFUSED, problem=document(refusal))
    except Exception:
        _log.exception("submission %s failed, attempt %s", row.pk, row.attempts)
        held.give_back(_AGAIN * 2 ** (row.attempts - 1), attempts=row.attempts)
    except BaseException:  # the worker is told to stop
        held.give_back(timedelta(0), attempts=row.attempts - 1)
        raise


def _collect(held: _Held, on: date) -> dict[str, Any]:
    """What the submission's row is to say when its file has been collected."""
    row = held.row
    if (batch := Batch.objects.filter(pk=row.pk).first()) is not None:
        # Someone was stopped between the commit and here: what is left to do is to say so.
        with suppress(FileNotFoundError):
            originals.confirm(row.pk)
        return {"state": State.DONE, "progress": batch.received}
    if row.attempts > MOST_ATTEMPTS:
        raise CouldNotBeProcessed(
            Text(
                f"这次报送处理了 {MOST_ATTEMPTS} 次都没有成功，本次未收入任何记录。",
                f"Processing it failed {MOST_ATTEMPTS} times; nothing was stored.",
            ),
            Text("请联系信用中心，附上报送编号。", "Tell the credit centre the submission's id."),
        )

    _demand_still_current(row)

    def progress(rows: int) -> None:
        held.rows_read = rows

    with drafts.opened(row, on) as path:
        outcome = collecting.collect(
            item=row.item,
            path=path,
            office=row.office,
            actor=row.actor,
            on=on,
            progress=progress,
            batch=row.pk,
            way=row.way,
            columns=row.columns,
            released_by=row.reviewed_by,
        )
    if outcome.held:
        doubts = [collecting.doubt(reason) for reason in outcome.held]
        return {"state": State.HELD, "progress": outcome.received, "doubts": doubts}
    return {"state": State.DONE, "progress": outcome.received}


def _demand_still_current(row: Submission) -> None:
    """Check that what a correction corrects is still what the record says: it holds all of the record, as it was then.

    :raises archive.RecordChanged, AlreadyWithdrawn: something that went before has changed it.
    """
    corrections = Amendment.objects.filter(kind=Amendment.Kind.CORRECTED, office=row.office)
    corrected = corrections.filter(submission=row.pk).values_list("record", flat=True).first()
    if corrected is not None:
        archive.demand_current([corrected], row.office)


@contextmanager
def _beating(held: _Held) -> Iterator[None]:
    """Extend the lease once a second from a thread with a connection of its own, also while a batch merges."""
    ended = threading.Event()

    def beat() -> None:
        try:
            while not ended.wait(_BEAT_SECONDS):
                with suppress(DatabaseError):  # the store is busy or away: the next beat may get through
                    held.extend()
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"lease of {held.row.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
