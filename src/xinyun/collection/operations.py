"""Collect a department's file."""

from __future__ import annotations

import io
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings

from xinyun import law
from xinyun.archive import operations as archive
from xinyun.base import Refusal, Text
from xinyun.collection import originals
from xinyun.collection.checking import Checked, check
from xinyun.collection.columns import match
from xinyun.collection.files import UnreadableFile, error_writer, frames
from xinyun.collection.models import Batch
from xinyun.collection.rules import compile_rules
from xinyun.collection.shaping import Shaper, normalise
from xinyun.ledger import operations as ledger
from xinyun.plumbing.writing import USUAL, arriving, demand_apart


class NotYours(Refusal):
    """The catalogue does not let this office furnish the item."""

    code = "not-your-item"
    status = 403


@dataclass(slots=True)
class Outcome:
    """What became of a submission: `received` is the sum of the four that follow it; `errors` counts faults."""

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


@dataclass(frozen=True, slots=True)
class _Submission:
    """A file on its way in: what it is, whose, and the law by which it is read."""

    path: Path
    item: law.Item
    norms: law.Law
    office: str
    batch: str
    actor: str
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
) -> Outcome:
    """Read, check and accept one file of a catalogue item, furnished by `office`, as one batch.

    Good rows are accepted and bad ones returned: each fault is a line of `errors_to`, a CSV with the columns
    row, field, rule, value, problem, remedy. The whole batch becomes part of the archive in one transaction,
    or nothing does; sending the same file again changes nothing. With `dry_run` neither the archive, the feed
    nor the originals change.

    :raises law.UnknownNorm, law.NotInForce: there is no such item or office on that day.
    :raises NotYours: the office may not furnish the item.
    :raises UnreadableFile, MissingColumns: the file as a whole is refused.
    :raises WouldOverwrite: `errors_to` is the submitted file, or lies among the platform's own data.
    """
    norms = law.rulebook().on(on)
    sent = _Submission(path, norms.item(item), norms, office, uuid.uuid4().hex, actor, on)
    _demand_provider(sent.item, norms.office(office))
    outcome = Outcome(None if dry_run else sent.batch)
    with archive.stage(sent.batch) as rows:
        # Whatever may still fail is done before the merge, after which the batch is a fact.
        with _faults_to(errors_to, path) as writer, _unchanged(path):
            _read(sent, rows, outcome, writer, progress)
            digest = "" if dry_run else originals.keep(path, sent.batch, on)
        _merge(sent, rows, outcome, digest, dry_run)
    if not dry_run:
        originals.confirm(sent.batch)
        archive.follow_names(actor=actor, on=on)
    return outcome


def _demand_provider(item: law.Item, furnisher: law.Office) -> None:
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


@contextmanager
def _unchanged(path: Path) -> Iterator[None]:
    """The file is read more than once; what is accepted, kept and digested must be the same bytes."""
    before = _stamp(path)
    yield
    if _stamp(path) != before:
        raise UnreadableFile(
            Text("文件在读取过程中被改动。", "The file was changed while it was read."),
            Text(
                "请等文件写完后重新报送，本次未收入任何记录。",
                "Submit it again when it is complete; nothing was stored.",
            ),
        )


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:  # `frames` says so better
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns)


@contextmanager
def _faults_to(target: Path | None, source: Path) -> Iterator[Any]:
    """A CSV writer of the error file, or `None` where none is wanted; the file appears when all rows are read."""
    if target is None:
        yield None
        return
    demand_apart(target, source, *settings.XINYUN.own_files)
    with arriving(target, USUAL) as out:
        text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
        yield error_writer(text)
        text.detach()


def _read(
    sent: _Submission,
    rows: archive.Stage,
    outcome: Outcome,
    writer: Any,
    progress: Callable[[int], None] | None,
) -> None:
    """Stream the file: frame by frame normalise, check, stage what is good and write down what is not."""
    with frames(sent.path) as (titles, stream):
        columns = match(sent.item, titles)
        outcome.ignored_columns = columns.ignored
        rules = compile_rules(sent.item, sent.norms, sent.on, columns.found)
        shaper = Shaper(sent.item, sent.norms, list(columns.found))
        for frame in stream:
            checked = check(normalise(frame, sent.item, sent.norms, columns), rules, sent.item)
            _tally(outcome, frame, checked)
            if writer:
                for f in checked.faults:
                    writer.writerow([f.row, f.field, f.rule, _inert(f.value), f.problem.both, f.remedy.both])
            if checked.good.height:
                rows.write(shaper.rows(checked.good))
            if progress:
                progress(outcome.received)
    if not outcome.received:
        raise UnreadableFile(
            Text("文件只有列名，没有数据行。", "The file has titles but no rows."),
            Text("请检查导出条件。", "Check the export."),
        )


def _tally(outcome: Outcome, frame: pl.DataFrame, checked: Checked) -> None:
    outcome.received += frame.height
    outcome.rejected += checked.rejected
    outcome.errors += len(checked.faults)
    outcome.faults.update(fault.rule for fault in checked.faults)
    outcome.warnings.update(checked.warnings)


def _inert(value: str) -> str:
    """A cell that a spreadsheet would run as a formula is written as text."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _merge(sent: _Submission, rows: archive.Stage, outcome: Outcome, digest: str, dry_run: bool) -> None:
    """Make the staged rows part of the archive, with the batch's own record, in one transaction."""

    def conclude(counts: archive.Counts, seq: int) -> None:
        outcome.accepted, outcome.unchanged = counts.accepted, counts.unchanged
        outcome.revised, outcome.seq = counts.revised, seq
        if not dry_run:
            _record(sent, outcome, digest)

    archive.accept(
        rows=rows,
        item=sent.item.id,
        office=sent.office,
        batch=sent.batch,
        actor=sent.actor,
        on=sent.on,
        describes_subject=sent.item.describes_subject,
        dry_run=dry_run,
        conclude=conclude,
    )


def _record(sent: _Submission, outcome: Outcome, digest: str) -> None:
    Batch.objects.create(
        id=sent.batch,
        item=sent.item.id,
        office=sent.office,
        actor=sent.actor,
        file_name=sent.path.name[:255],
        file_digest=digest,
        received=outcome.received,
        accepted=outcome.accepted,
        unchanged=outcome.unchanged,
        revised=outcome.revised,
        rejected=outcome.rejected,
        faults=dict(outcome.faults),
        warnings=dict(outcome.warnings),
        seq=outcome.seq,
        collected_on=sent.on,
    )


def open_original(batch: str, target: Path, *, purpose: str, actor: str, on: date, at: datetime) -> None:
    """Write a batch's file as it was submitted to `target`; that it is opened is logged first.

    :raises originals.NoOriginal: there is no copy of that batch.
    :raises sealing.SealBroken: the copy was changed, or another key sealed it.
    """
    originals.demand(batch)
    ledger.append([ledger.Entry("original", at, {"batch": batch, "purpose": purpose})], actor=actor, on=on)
    originals.restore(batch, target)
