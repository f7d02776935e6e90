"""Collect a department's file."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl
from django.conf import settings

from xinyun import law
from xinyun.archive import operations as archive
from xinyun.base import Refusal, Text
from xinyun.collection.checking import Checked, check
from xinyun.collection.columns import match
from xinyun.collection.files import BLOCK, UnreadableFile, error_writer, frames
from xinyun.collection.models import Batch
from xinyun.collection.rules import compile_rules
from xinyun.collection.shaping import Shaper, normalise
from xinyun.plumbing.sealing import seal_file


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
    or nothing does; sending the same file again changes nothing. With `dry_run` nothing is written at all.

    :raises NotYours: the office may not furnish the item.
    :raises UnreadableFile, MissingColumns: the file as a whole is refused.
    """
    norms = law.rulebook().on(on)
    spec, furnisher = norms.item(item), norms.office(office)
    if not spec.admits(furnisher.department):
        raise NotYours(
            Text(
                f"目录未将「{spec.title}」列为{furnisher.title}的报送事项。",
                f"{office} does not furnish {item}.",
            ),
            Text(
                f"可报送的部门：{'、'.join(spec.providers)}。", f"Those who do: {', '.join(spec.providers)}."
            ),
            spec.basis,
        )
    batch = uuid.uuid4().hex
    outcome = Outcome(None if dry_run else batch)
    with archive.stage(batch) as rows:
        _read(path, spec, norms, on, rows, outcome, errors_to, progress)
        digest = "" if dry_run else _keep(path, batch)

        def conclude(counts: archive.Counts, seq: int) -> None:
            outcome.accepted, outcome.unchanged, outcome.revised = (
                counts.accepted,
                counts.unchanged,
                counts.revised,
            )
            outcome.seq = seq
            if not dry_run:
                _record(outcome, batch, item, office, actor, on, path.name, digest)

        archive.accept(
            rows=rows,
            item=item,
            office=office,
            batch=batch,
            actor=actor,
            on=on,
            dry_run=dry_run,
            conclude=conclude,
        )
    if not dry_run:
        archive.follow_names(actor=actor, on=on)
    return outcome


def _read(
    path: Path,
    spec: law.Item,
    norms: law.Law,
    on: date,
    rows: archive.Stage,
    outcome: Outcome,
    errors_to: Path | None,
    progress: Callable[[int], None] | None,
) -> None:
    """Stream the file: frame by frame normalise, check, stage what is good and write down what is not."""
    with ExitStack() as stack:
        titles, stream = stack.enter_context(frames(path))
        columns = match(spec, titles)
        outcome.ignored_columns = columns.ignored
        rules = compile_rules(spec, norms, on, frozenset(columns.found))
        shaper = Shaper(spec, norms, list(columns.found))
        faults = stack.enter_context(errors_to.open("w", encoding="utf-8", newline="")) if errors_to else None
        writer = error_writer(faults) if faults else None
        for frame in stream:
            checked = check(normalise(frame, spec, norms, columns), rules, spec)
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


def _keep(path: Path, batch: str) -> str:
    """Keep a sealed copy of the submission, the evidence of what was sent; returns the file's digest."""
    folder = settings.XINYUN.home / "submissions"
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    seal_file(path, folder / f"{batch}.sealed")
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _sweep(folder: Path) -> None:
    """Remove copies whose batch never came to be because its process died; a day's grace for those at work."""
    yesterday = time.time() - 86400
    old = [path for path in folder.glob("*.sealed") if path.stat().st_mtime < yesterday]
    for start in range(0, len(old), 500):
        part = {path.stem: path for path in old[start : start + 500]}
        known = set(Batch.objects.filter(pk__in=part).values_list("pk", flat=True))
        for stem in part.keys() - known:
            part[stem].unlink(missing_ok=True)


def _record(
    outcome: Outcome, batch: str, item: str, office: str, actor: str, on: date, file_name: str, digest: str
) -> None:
    Batch.objects.create(
        id=batch,
        item=item,
        office=office,
        actor=actor,
        file_name=file_name[:255],
        file_digest=digest,
        received=outcome.received,
        accepted=outcome.accepted,
        unchanged=outcome.unchanged,
        revised=outcome.revised,
        rejected=outcome.rejected,
        faults=dict(outcome.faults),
        warnings=dict(outcome.warnings),
        seq=outcome.seq,
        collected_on=on,
    )
