"""Collect a department's file."""

from __future__ import annotations

import io
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from xinyun import law
from xinyun.archive import operations as archive
from xinyun.base import Reason, Refusal, Text
from xinyun.collection import guard, keeping, originals
from xinyun.collection.checking import Fault
from xinyun.collection.columns import known_titles
from xinyun.collection.errorfile import error_writer, lines
from xinyun.collection.intake import OUTRANKED, TABLES, Intake, UnreadableFile
from xinyun.collection.keeping import returned_later
from xinyun.collection.models import Batch, Submission
from xinyun.collection.reading import tables
from xinyun.ledger import operations as ledger
from xinyun.plumbing.writing import USUAL, arriving, demand_apart

_COMPARED = 20
"""Earlier batches of an office and item that a new one is compared with."""


class NotYours(Refusal):
    """The catalogue does not let this office furnish the item."""

    code = "not-your-item"
    status = 403


class Overtaken(Refusal):
    """What the office has sent since a batch was held would be undone by it."""

    code = "overtaken"
    status = 409


@dataclass(slots=True)
class Outcome:
    """What became of a submission: `received` is the sum of the four that follow it; `errors` counts faults.

    `revised` counts what the office says otherwise than before, its statements beside a higher authority's record too.

    `held` are the reasons for which the batch waits for a second officer; nothing of it is in the archive then.
    """

    batch: str | None
    received: int = 0
    accepted: int = 0
    unchanged: int = 0
    revised: int = 0
    rejected: int = 0
    errors: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    ignored_columns: tuple[str, ...] = ()
    seq: int = 0
    held: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sent:
    """A file on its way in: what it is, whose, and the law by which it is read."""

    path: Path
    item: law.Item
    norms: law.Law
    office: str
    batch: str
    actor: str
    way: str
    on: date


def collect(
    *,
    item: str,
    path: Path,
    office: str,
    actor: str,
    on: date,
    dry_run: bool = False,
    errors_to: Path | None = None,
    progress: Callable[[int], None] | None = None,
    batch: str | None = None,
    way: str = Submission.Way.COMMAND,
    columns: dict[str, str] | None = None,
    released_by: str = "",
) -> Outcome:
    """Read, check and accept one file of a catalogue item, furnished by `office`, as one batch.

    Good rows are accepted and bad ones returned: each is kept until the office has settled it, and each fault is a
    line of `errors_to`, a CSV with the columns row, field, rule, value, problem, remedy. The whole batch becomes part
    of the archive in one transaction, or nothing does; sending the same file again changes nothing. With `dry_run`
    neither the archive, the feed nor the originals change.

    A batch so unlike its office's earlier ones that `guard.judge` has reasons is held: it waits as a submission until
    a second officer lets it pass (`released_by`) or turns it away. `batch` is the id of the submission where the file
    waits in the queue already; `columns` says which title is which field where titles do not speak for themselves.

    :raises law.UnknownNorm, law.NotInForce: there is no such item or office on that day.
    :raises NotYours: the office may not furnish the item.
    :raises UnreadableFile, MissingColumns: the file as a whole is refused.
    :raises Overtaken: it was held, and the office has sent some of its records anew meanwhile.
    :raises WouldOverwrite: `errors_to` is the submitted file, or lies among the platform's own data.
    """
    norms = law.rulebook().on(on)
    queued, batch = batch is not None, batch or uuid.uuid4().hex
    sent = _Sent(path, norms.item(item), norms, office, batch, actor, way, on)
    demand_provider(sent.item, norms.office(office))
    outcome = Outcome(None if dry_run else batch)
    with ExitStack() as opened, archive.stage(batch, TABLES) as stage:
        writer = opened.enter_context(_faults_to(errors_to, path))
        intake = Intake(sent.item, norms, office, on, stage, columns or {})
        before = _stamp(path)
        with tables(path, known_titles(sent.item)) as found:
            for faults in intake.read(found):
                _tell(outcome, writer, faults)
                if progress:
                    progress(intake.received)
        with archive.attached(stage), _sealing(sent, before, dry_run, queued) as digest:
            for faults in intake.sort_out():
                _tell(outcome, writer, faults)
            outcome.received, outcome.ignored_columns = intake.received, tuple(intake.ignored)
            outcome.warnings.update(intake.warnings)
            merging = _Merging(sent, outcome, intake, stage, writer, opened, digest)
            merging.merge(dry_run, released_by)
    if outcome.held:
        _hold(sent, outcome, queued)
    elif not dry_run:
        originals.confirm(batch)
    return outcome


def demand_provider(item: law.Item, furnisher: law.Office) -> None:
    """Let only an office of a department that the catalogue names furnish an item.

    :raises NotYours: it is of another one.
    """
    if item.admits(furnisher.department):
        return
    raise NotYours(
        Text(
            f"目录未将「{item.title}」列为{furnisher.title}的报送事项。",
            f"{furnisher.id} does not furnish {item.id}.",
        ),
        Text(f"可报送的部门：{'、'.join(item.providers)}。", f"Those who do: {', '.join(item.providers)}."),
        item.basis,
    )


def _tell(outcome: Outcome, writer: Any, faults: list[Fault]) -> None:
    """Count faults and write them down."""
    outcome.errors += len(faults)
    outcome.faults.update(fault.rule for fault in faults)
    if writer:
        writer.writerows(lines(faults))


@contextmanager
def _faults_to(target: Path | None, source: Path) -> Iterator[Any]:
    """A CSV writer of the error file, or `None` where none is wanted; the file appears when the block ends."""
    if target is None:
        yield None
        return
    demand_apart(target, source, *settings.XINYUN.own_files)
    with arriving(target, USUAL) as out:
        text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
        yield error_writer(text)
        text.detach()


@contextmanager
def _sealing(
    sent: _Sent, before: tuple[int, int, int] | None, dry_run: bool, queued: bool
) -> Iterator[Callable[[], str]]:
    """Keep the file sealed, in the background while its rows are merged; what is yielded waits for its digest.

    The file is read more than once; what is accepted, kept and digested must be the same bytes.
    """
    with ThreadPoolExecutor(1, "sealing") as pool:
        if not dry_run and not queued:
            originals.sweep(sent.on)
        keep = originals.digest if queued else originals.seal
        kept: Future[str] | None = None if dry_run else pool.submit(keep, sent.path, sent.batch)

        def digest() -> str:
            found = kept.result() if kept else ""
            if _stamp(sent.path) != before:
                raise UnreadableFile(
                    Text("文件在读取过程中被改动。", "The file was changed while it was read."),
                    Text(
                        "请等文件写完后重新报送，本次未收入任何记录。",
                        "Submit it again when it is complete; nothing was stored.",
                    ),
                )
            return found

        yield digest


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:  # the reader says so better
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class _Merging:
    """The last step: what happens inside the archive's transaction."""

    sent: _Sent
    outcome: Outcome
    intake: Intake
    stage: archive.Stage
    writer: Any
    opened: ExitStack
    digest: Callable[[], str]

    def merge(self, dry_run: bool, released_by: str) -> None:
        """Make the staged rows part of the archive, with the batch's own record, in one transaction."""
        sent = self.sent

        def consider(counts: archive.Counts) -> bool:
            self._count(counts)
            if released_by and not dry_run:
                _demand_not_overtaken(sent)
            if not dry_run and not released_by and self.outcome.received > 1:  # one record is no batch
                self.outcome.held = guard.judge(self._profile(), _history(sent))
            if dry_run or self.outcome.held:
                self.digest()
                self.opened.close()
                return False
            return True

        archive.accept(
            rows=self.stage,
            item=sent.item.id,
            office=sent.office,
            batch=sent.batch,
            actor=sent.actor,
            on=sent.on,
            describes_subject=sent.item.describes_subject,
            consider=consider,
            conclude=self._conclude,
        )

    def _count(self, counts: archive.Counts) -> None:
        self.outcome.accepted = counts.accepted
        self.outcome.revised = counts.revised + counts.outranked + counts.agreed
        self.outcome.warnings.update({OUTRANKED: counts.outranked} if counts.outranked else {})
        self.outcome.unchanged = counts.unchanged + self.intake.repeated
        self.outcome.rejected = self.intake.rejected + counts.barred

    def _conclude(self, counts: archive.Counts, seq: int, barred: Iterator[archive.Barred]) -> None:
        """Whatever may still fail is done before the commit, after which the batch is a fact."""
        self.outcome.seq = seq
        for faults in self.intake.return_barred(barred):
            _tell(self.outcome, self.writer, faults)
        sent, digest = self.sent, self.digest()
        unknown = keeping.keep(
            self.stage, batch=sent.batch, item=sent.item.id, office=sent.office, actor=sent.actor,
            on=sent.on, due_on=returned_later(sent.norms, sent.on), digest=digest,
        )  # fmt: skip
        self.outcome.warnings.update(unknown)
        self._record(digest)
        self.opened.close()

    def _profile(self) -> dict[str, Any]:
        told = self.outcome
        counted = self.intake.profile.told(told.received, told.rejected, told.accepted, told.revised)
        return counted | {"ignored": list(told.ignored_columns), "columns": self.intake.columns}

    def _record(self, digest: str) -> None:
        sent, outcome = self.sent, self.outcome
        Batch.objects.create(
            id=sent.batch,
            item=sent.item.id,
            office=sent.office,
            actor=sent.actor,
            way=sent.way,
            file_name=sent.path.name[:255],
            file_digest=digest,
            received=outcome.received,
            accepted=outcome.accepted,
            unchanged=outcome.unchanged,
            revised=outcome.revised,
            rejected=outcome.rejected,
            faults=dict(outcome.faults),
            warnings=dict(outcome.warnings),
            profile=self._profile(),
            seq=outcome.seq,
            collected_on=sent.on,
        )


def _demand_not_overtaken(sent: _Sent) -> None:
    """Check that a held batch does not undo what its office has sent while it was held; asked inside the merge.

    :raises Overtaken: some of its rows say otherwise than what came since.
    """
    row = Submission.objects.filter(pk=sent.batch).first()
    if row is None:
        return
    arrived = Submission.objects.filter(pk=OuterRef("pk")).values("at")
    since = Batch.objects.filter(office=row.office, item=row.item, collected_on__gte=row.submitted_on)
    since = since.exclude(accepted=0, revised=0).annotate(arrived=Coalesce(Subquery(arrived), "at"))
    count, first = archive.would_revise(list(since.filter(arrived__gt=row.at).values_list("pk", flat=True)))
    if count:
        raise Overtaken(
            Text(
                f"等待复核期间，本单位又报送了其中 {count} 条记录的新内容（最前的是第 {first} 行），本批未收入。",
                f"While it was held the office has sent {count} of its records anew, the first of them in row {first}.",
            ),
            Text(
                "请从文件中去掉这些记录，或按现状重新导出，再行报送。",
                "Take these records out of the file, or export it anew, and submit it again.",
            ),
        )


def _history(sent: _Sent) -> list[dict[str, Any]]:
    earlier = Batch.objects.filter(office=sent.office, item=sent.item.id, received__gt=1)
    earlier = earlier.order_by("-collected_on", "-at")
    return list(earlier.values_list("profile", flat=True)[:_COMPARED])


def _hold(sent: _Sent, outcome: Outcome, queued: bool) -> None:
    """Let a batch wait for a second officer; one that came by the queue has its row there."""
    outcome.accepted = outcome.unchanged = outcome.revised = 0
    if not queued:
        Submission.objects.create(
            id=sent.batch,
            item=sent.item.id,
            office=sent.office,
            actor=sent.actor,
            way=sent.way,
            file_name=sent.path.name[:255],
            size=sent.path.stat().st_size,
            state=Submission.State.HELD,
            progress=outcome.received,
            doubts=[doubt(reason) for reason in outcome.held],
            submitted_on=sent.on,
        )


def doubt(reason: Reason) -> dict[str, Any]:
    """A reason to hold a batch as its submission keeps it."""
    return {
        "code": reason.code,
        "text": reason.text.zh,
        "text_en": reason.text.en,
        "basis": [str(basis) for basis in reason.basis],
    }


def open_original(batch: str, target: Path, *, purpose: str, actor: str, on: date, at: datetime) -> None:
    """Write a batch's file as it was submitted to `target`; that it is opened is logged first.

    :raises originals.NoOriginal: there is no copy of that batch.
    :raises sealing.SealBroken: the copy was changed, or another key sealed it.
    """
    originals.demand(batch)
    ledger.append([ledger.Entry("original", at, {"batch": batch, "purpose": purpose})], actor=actor, on=on)
    originals.restore(batch, target)
