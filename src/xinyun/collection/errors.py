"""The faults of a batch's returned rows, in words: for the interface, and as a file beside a dropped one.

A returned row keeps which rules it broke; what they say is read from the law of the day on which it was returned.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from xinyun import law
from xinyun.base import Text
from xinyun.base.identifiers import mask
from xinyun.collection import proposals, records, wording
from xinyun.collection.checking import remedy, without_identities
from xinyun.collection.errorfile import inert
from xinyun.collection.models import Returned
from xinyun.collection.queries import BatchView
from xinyun.collection.rules import ArchiveCheck, Rule, archive_checks, compile_rules
from xinyun.collection.settling import content, number
from xinyun.law import Field
from xinyun.plumbing.writing import USUAL, arriving

MOST_AT_ONCE = 20_000
"""Rows of a list that is written while somebody waits for it."""
_CHUNK = 2000
_UNTOLD = Text("", "")


@dataclass(frozen=True, slots=True)
class Told:
    """One fault of one returned row; `value` is masked where it is personal."""

    id: int
    number: str
    row: int
    place: str
    field: str
    title: str
    rule: str
    severity: str
    value: str
    problem: Text
    remedy: Text


def told(rows: Iterable[Returned]) -> Iterator[Told]:
    """Every fault of these rows, in their order."""
    for row in rows:
        norms = law.rulebook().on(row.returned_on)
        item, cells = norms.item(row.item), content(row)
        titles = records.titles_in(row, item, list(cells))
        broken = _rules(item.id, norms.book, norms.day, tuple(sorted(titles)))
        names = {field.name: field for field in item.fields}
        for name, rule, severity in row.faults:
            value = cells.get(titles.get(name, ""), "") or ""
            field, known = names.get(name), broken.get((name, rule))
            yield Told(
                id=row.pk,
                number=number(row),
                row=row.row,
                place=row.place,
                field=name,
                title=field.title if field else "",
                rule=rule,
                severity=severity,
                value=(_shown(field, value) if field else without_identities(value))[:200],
                problem=known.problem if known else wording.rule(rule),
                remedy=remedy(known, value) if known else _UNTOLD,
            )


def page(batch: str, *, limit: int, after: int = 0) -> list[Told]:
    """The faults of up to `limit` returned rows of a batch, of those that come after the row `after`."""
    return list(told(Returned.objects.filter(batch=batch, row__gt=after).order_by("row")[:limit]))


def proposed(row: Returned) -> dict[str, str]:
    """What the row's refused values may have meant, by field, masked where they are personal."""
    norms = law.rulebook().on(row.returned_on)
    item, cells = norms.item(row.item), content(row)
    values = {name: cells[title] or "" for name, title in records.titles_in(row, item, list(cells)).items()}
    found = proposals.of_row(item, values, [(name, rule) for name, rule, _ in row.faults], norms)
    return {name: _shown(item.field(name), proposal.value) for name, proposal in found.items()}


def write_beside(file: Path, batch: BatchView) -> str:
    """Write the faults of a batch as a CSV beside `file` and return its name."""
    target = file.with_name(f"{file.name}.errors.csv")
    with arriving(target, USUAL) as out:
        text = io.TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
        write(text, batch.id, most=None)
        text.detach()
    return target.name


def write(stream: io.TextIOBase, batch: str, *, most: int | None = MOST_AT_ONCE) -> None:
    """Write the faults of a batch as CSV, a line each: of at `most` so many rows, and a last line says what is left."""
    writer = csv.writer(stream)
    writer.writerow(["退回编号", "行", "位置", "字段", "列名", "规则", "值", "问题", "办法"])
    after, written = 0, 0
    rows = Returned.objects.filter(batch=batch).order_by("row")
    while most is None or written < most:
        room = _CHUNK if most is None else min(_CHUNK, most - written)
        if not (found := list(rows.filter(row__gt=after)[:room])):
            return
        for one in told(found):
            cells = (one.number, one.row, one.place, one.field, one.title, one.rule, one.value)
            writer.writerow([*(inert(str(cell)) for cell in cells), one.problem.both, one.remedy.both])
        after, written = found[-1].row, written + len(found)
    if left := rows.filter(row__gt=after).count():
        more = Text(f"另有 {left} 行没有列出", f"{left} more rows are not listed")
        how = Text("逐页取：/api/v1/batches/…/errors?after=", "page by page: /api/v1/batches/…/errors?after=")
        writer.writerow([""] * 7 + [more.both, f"{how.both}{after}"])


def _shown(field: Field, value: str) -> str:
    return mask(value) if field.personal else without_identities(value)


@lru_cache(maxsize=64)
def _rules(
    item: str, book: law.Rulebook, day: date, present: tuple[str, ...]
) -> dict[tuple[str, str], Rule | ArchiveCheck]:
    """The rules of an item for a file with these fields, by field and name."""
    norms = book.on(day)
    compiled = compile_rules(norms.item(item), norms, day, dict.fromkeys(present, ""))
    asked = {(one.field, one.id): one for one in archive_checks(norms.item(item))}
    return {**asked, **{(rule.field, rule.id): rule for rule in reversed(compiled)}}
