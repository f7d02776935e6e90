"""A file's tables on their way to the stage: read, checked, shaped; what is bad is put aside with its reasons."""

from __future__ import annotations

import base64
import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from itertools import islice
from typing import Any

import numpy as np
import polars as pl

from xinyun.archive import operations as archive
from xinyun.base import Text
from xinyun.collection import keeping
from xinyun.collection.cells import Cells
from xinyun.collection.checking import Checked, Fault, check
from xinyun.collection.columns import CONFIRMED, RETURN_NUMBER, Columns, match
from xinyun.collection.keeping import MENDING, RETURNED
from xinyun.collection.mappings import mapping_of
from xinyun.collection.profiles import Profile
from xinyun.collection.reading import ROW, Table, UnreadableFile
from xinyun.collection.rules import ArchiveCheck, archive_checks, compile_rules
from xinyun.collection.shaping import Shaper, normalise
from xinyun.law import Item, Law
from xinyun.plumbing.sealing import open_sealed

TABLES = {
    "suspects": pl.Schema({"key": pl.Int64}),
    "returned": RETURNED,
    "mending": MENDING,
    "confirmed": pl.Schema({"row": pl.Int64}),
}
"""What a stage of ours has beside the archive's own tables."""
_CHUNK = 1000
_YES = ("是", "Y", "YES", "TRUE", "1", "√")
_SEALED = "sealed:"

CONFLICT, WITHDRAWN, OUTRANKED = "conflict", "withdrawn", "outranked"
"""Rules that no row breaks by itself: beside another one of its file, or beside what the archive holds of its record."""


class Intake:
    """Takes in one file. Memory does not grow with it: what must be remembered of all rows is in the stage."""

    def __init__(
        self, item: Item, norms: Law, office: str, on: date, stage: archive.Stage, chosen: dict[str, str]
    ) -> None:
        self._item, self._norms, self._office, self._on = item, norms, office, on
        self._stage, self._chosen = stage, chosen
        self._suspects = archive.Suspects()
        self._first_day: str | None = None
        self._titles: dict[str, str] = {}
        self.columns: dict[str, str] = {}
        self._tables: list[tuple[int, str]] = []
        self.received = self.rejected = self.repeated = self._last = 0
        self.ignored: dict[str, None] = {}
        self.warnings: Counter[str] = Counter()
        self.profile = Profile(item)

    def read(self, tables: Iterable[Table]) -> Iterator[list[Fault]]:
        """Stage every table's rows frame by frame; gives each frame's faults.

        :raises UnreadableFile: there is no row.
        """
        for table in tables:
            columns = match(self._item, table.titles, self._mapping(table.titles))
            self._titles |= columns.found
            self.columns |= {title: name for name, title in columns.found.items()}
            self.ignored |= dict.fromkeys(columns.ignored)
            self._tables.append((self._last, table.name))
            yield from self._read_table(table, columns)
        if not self.received:
            raise UnreadableFile(
                Text("文件只有列名，没有数据行。", "The file has titles but no rows."),
                Text("请检查导出条件。", "Check the export."),
            )

    def _mapping(self, titles: list[str]) -> dict[str, str]:
        return self._chosen or mapping_of(self._office, self._item.id, titles) or {}

    def _read_table(self, table: Table, columns: Columns) -> Iterator[list[Fault]]:
        """Check frame by frame; what is good is shaped by another thread while the next frame is checked."""
        before = self._last
        rules = compile_rules(self._item, self._norms, self._on, columns.found)
        shaper = Shaper(self._item, self._norms, list(columns.found), first=self.profile.subjects)
        with ThreadPoolExecutor(1, "shaping") as shaping:
            shaped: Future[None] | None = None
            for frame in table.frames:
                numbered = frame.with_columns(pl.col(ROW).cast(pl.Int64) + before)
                cells = normalise(numbered, self._item, self._norms, columns)
                cells.confirmed = _confirmed(numbered, columns)
                checked = check(cells, rules, self._item)
                self._mending(numbered, columns)
                self._take(numbered, table.name, before, columns, checked)
                if shaped:
                    shaped.result()
                shaped = shaping.submit(self._stage_good, checked.good, shaper)
                yield checked.faults
            if shaped:
                shaped.result()

    def _take(self, frame: pl.DataFrame, table: str, before: int, columns: Columns, checked: Checked) -> None:
        self.received += frame.height
        self._last = int(frame[ROW][-1]) if frame.height else self._last
        self.rejected += checked.rejected
        self.warnings.update(checked.warnings)
        if checked.rejected:
            kept = [columns.found[name] for name in columns.found]
            self._return(
                frame.filter(pl.Series(checked.bad)).select(ROW, *kept), table, before, checked.faults
            )

    def _stage_good(self, good: Cells, shaper: Shaper) -> None:
        if not good.height:
            return
        rows, subjects = shaper.shape(good)
        suspects = self._suspects.among(rows["key"])
        self._stage.write("subjects", subjects)
        self._stage.write("rows", rows)
        days = [day for day in (self._first_day, rows["decided_on"].min()) if isinstance(day, str)]
        self._first_day = min(days, default=None)
        if good.confirmed is not None:
            self._stage.write("confirmed", rows.select("row").filter(pl.Series(good.confirmed)))
        if len(suspects):
            self._stage.write("suspects", suspects.to_frame())
        self.profile.add(good)
        self.profile.subjects += subjects.height

    def _return(self, bad: pl.DataFrame, table: str, before: int, faults: list[Fault]) -> None:
        """Put the frame's bad rows aside as they came."""
        by_row: dict[int, list[Fault]] = {}
        for fault in faults:
            by_row.setdefault(fault.row, []).append(fault)
        titles = bad.columns[1:]
        returned = [
            (row, _place(table, row - before), keeping.sealed(dict(zip(titles, texts, strict=True))), keeping.told(by_row[row]))
            for row, *texts in bad.iter_rows()
        ]  # fmt: skip
        self._stage.write("returned", pl.DataFrame(returned, schema=RETURNED, orient="row"))

    def _mending(self, frame: pl.DataFrame, columns: Columns) -> None:
        """Note which returned rows this frame's rows mend."""
        title = columns.own.get(RETURN_NUMBER)
        if title is None:
            return
        confirmed = _confirmed(frame, columns)
        how = pl.Series(np.zeros(frame.height, dtype=np.bool_) if confirmed is None else confirmed)
        number = pl.col(title).str.strip_chars()
        named = frame.select(
            pl.col(ROW).alias("row"),
            number.str.extract(r"^(\w{1,32})-\d{1,15}$").alias("batch"),
            number.str.extract(r"^\w{1,32}-(\d{1,15})$").cast(pl.Int64).alias("returned_row"),
            pl.when(how).then(pl.lit("confirmed")).otherwise(pl.lit("mended")).alias("how"),
        )
        self._stage.write("mending", named.filter(pl.col("batch").is_not_null()))

    def sort_out(self) -> Iterator[list[Fault]]:
        """Settle what rows of one file have to do with each other; the stage is complete and attached.

        Rows that say the same count once, rows that say different things about one record are returned, and so are
        those of which the archive makes the office doubtful. Gives the faults some at a time.
        """
        self.repeated = archive.take_out_repeats(self._stage)
        conflicts = archive.take_out_conflicts(self._stage)
        yield from self._put_back_all((self._conflict(one), one.row, one.content) for one in conflicts)
        for rule in archive_checks(self._item):
            yield from self._ask_archive(rule)

    def _ask_archive(self, rule: ArchiveCheck) -> Iterator[list[Fault]]:
        """Return, or merely count, the rows that are dated before their subject came into being."""
        earliest = date.fromisoformat(self._first_day) if self._first_day else None
        if rule.severity == "warn":
            self.warnings[rule.id] += archive.count_predating(self._stage, earliest=earliest)
            return
        predating = archive.take_out_predating(self._stage, earliest=earliest)
        yield from self._put_back_all((_predating(rule, one), one.row, one.content) for one in predating)

    def _conflict(self, one: archive.Conflict) -> Fault:
        others = "、".join(map(str, one.others))
        names = "、".join(self._item.field(name).title for name in self._item.key)
        return Fault(
            one.row,
            self._item.key[0] if self._item.key else self._item.subject.code,
            CONFLICT,
            others,
            Text(
                f"与第 {others} 行是同一条记录（主体和「{names}」相同）而内容不同",
                f"rows {', '.join(map(str, one.others))} are about the same record and say something else",
            ),
            Text("请核实后只保留正确的一行。", "Keep the one that is right."),
        )

    def return_barred(self, rows: Iterator[archive.Barred]) -> Iterator[list[Fault]]:
        """Put aside rows whose record the office has withdrawn: no later batch brings it back by itself."""
        yield from self._put_back_all((_barred(self._item, one), one.row, one.content) for one in rows)

    def _put_back_all(self, found: Iterator[tuple[Fault, int, str]]) -> Iterator[list[Fault]]:
        """Put aside staged rows, each for one fault, some at a time; gives the faults."""
        while chunk := list(islice(found, _CHUNK)):
            keeping.add(
                self._stage,
                [
                    (
                        row,
                        self._place_of(row),
                        keeping.sealed(self._as_it_came(content)),
                        keeping.told([fault]),
                    )
                    for fault, row, content in chunk
                ],
            )
            self.rejected += len(chunk)
            yield [fault for fault, _, _ in chunk]

    def _place_of(self, row: int) -> str:
        at = bisect_right([before for before, _ in self._tables], row - 1) - 1
        before, name = self._tables[at]
        return _place(name, row - before)

    def _as_it_came(self, content: str) -> dict[str, Any]:
        """A staged row under the file's titles again; it is in normal writing by now."""
        told = json.loads(content)
        return {self._titles[name]: _opened(value) for name, value in told.items()}


def _opened(value: str) -> str:
    if value.startswith(_SEALED):
        return open_sealed(base64.b64decode(value.removeprefix(_SEALED))).decode()
    return value


def _place(table: str, row: int) -> str:
    return f"{table}!{row}" if table else str(row)


def _confirmed(frame: pl.DataFrame, columns: Columns) -> Any:
    """Where the office says that a row is right as it is; `None` where the file has no such column."""
    title = columns.own.get(CONFIRMED)
    if title is None:
        return None
    said = frame[title].str.strip_chars().str.to_uppercase().is_in(_YES)
    return said.fill_null(False).to_numpy()


def _predating(rule: ArchiveCheck, one: archive.Predating) -> Fault:
    told = json.loads(one.content)[rule.field]
    problem = Text(f"{rule.problem.zh}（{one.established_on}）", f"{rule.problem.en} ({one.established_on})")
    return Fault(one.row, rule.field, rule.id, told, problem, rule.remedy, rule.severity)


def _barred(item: Item, one: archive.Barred) -> Fault:
    return Fault(
        one.row,
        item.key[0] if item.key else item.subject.code,
        WITHDRAWN,
        "",
        Text(
            f"这条记录已由报送单位撤回（{one.withdrawal}），不因再次报送而恢复",
            f"its office has withdrawn this record ({one.withdrawal}); sending it again does not bring it back",
        ),
        Text(
            "确需恢复的，请告知当事人，并报信用中心由另一名工作人员办理恢复。",
            "Give the subject notice and ask the credit centre, where another officer readmits it.",
        ),
    )
