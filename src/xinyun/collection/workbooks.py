"""The workbook of returned rows: an office mends them in place and submits the same file again.

What was submitted stands in its cells as it was, identity numbers too: it goes back to the office that sent it, and a
masked number could not come back. Comments and proposals, which are read over shoulders and printed, show such
values masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xinyun.base import Text
from xinyun.base.identifiers import mask, mask_within
from xinyun.collection.columns import CONFIRMED, RETURN_NUMBER, TOLD, fold
from xinyun.collection.proposals import Proposal
from xinyun.collection.spreadsheet import CELL_LIMIT, TEXT, put, sheet_name, workbook
from xinyun.law import Item

SHEET, ADVICE = "退回记录", "说明"
PROBLEM, PROPOSAL, YES = "问题", "建议", "是"
OURS = TOLD | {RETURN_NUMBER, CONFIRMED}
"""Columns that the workbook adds to those of the office, and which a row that comes back has already."""
ROWS = 1_000_000
COMMENTS = 5_000
"""Rows of a sheet, and comments of a workbook: spreadsheets become unusable beyond, and 问题 says the same."""

_STEPS = (
    "一、在「退回记录」表中，红色的格须改正，黄色的格请核对；把光标移到格上可看到原因和建议。",
    "二、直接在原来的格里改。不要改动「退回编号」一列，它说明改的是哪一行。",
    "三、黄色的格核对后确实无误的，在「确认无误」一列选「是」；有红色格的行，确认不能代替改正。",
    "四、「建议」只供参考，系统不会替您改动；请以决定文书、证照为准。",
    "五、改好后存盘，按原来的途径报送这个文件即可。「问题」「建议」两列和本说明不会被读取。",
    "六、尚未改好的行可以留着下次再报；报送时请先从表中删去，免得再次退回。",
    "七、个人证件号码在批注和建议中只显示首尾几位；格内是您报送的原值，请妥善保管本文件。",
)


class ReturnedFault(NamedTuple):
    """One fault of a returned row, with what may have been meant where that is known."""

    field: str
    rule: str
    severity: str
    problem: Text
    remedy: Text
    proposal: Proposal | None = None


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """A returned row as its office sent it.

    `id` is BATCH-ROW; `place` says where it stood; `content` is by the file's titles, and `titles` says under which
    of them a field came, where that does not follow from the catalogue.
    """

    id: str
    place: str
    content: Mapping[str, str]
    faults: list[ReturnedFault]
    titles: Mapping[str, str] = field(default_factory=dict)


def error_workbook(
    target: Path | BinaryIO, item: Item, rows: Iterable[ReturnedRow], *, left: int = 0
) -> None:
    """Write returned rows of an item as a workbook; rows with other columns, or too many, go to further sheets.

    `left` is how many more wait that are not among them: the workbook says so.
    """
    with workbook(target, item.since, streamed=True) as book:
        writer = _Writer(book, item)
        writer.advise(left)
        for row in rows:
            writer.write(row)


class _Writer:
    """Fills the sheets of one workbook, one for each set of columns."""

    def __init__(self, book: Workbook, item: Item) -> None:
        self.book = book
        self.item = item
        self.fields = {one.name: one for one in item.fields}
        self.sheets: dict[tuple[str, ...], tuple[Worksheet, int]] = {}
        self.first = book.add_worksheet(SHEET)
        self.comments = 0
        form = {"num_format": TEXT, "valign": "top"}
        self.plain = book.add_format(form)
        self.wrapped = book.add_format(form | {"text_wrap": True})
        self.head = book.add_format(form | {"bold": True, "bottom": 1, "text_wrap": True})
        self.marks = {
            "refuse": book.add_format(form | {"bg_color": "#F6D3CC"}),
            "ask": book.add_format(form | {"bg_color": "#FBEBC2"}),
        }

    def advise(self, left: int) -> None:
        """The second sheet: what to do with the first."""
        sheet = self.book.add_worksheet(ADVICE)
        sheet.set_column(0, 0, 100)
        more = (
            (f"八、另有 {left} 行没有列入本文件；本文件各行改好报送后，再取一次即得其余各行。",)
            if left
            else ()
        )
        for row, text in enumerate((f"「{self.item.title}」退回记录的改正办法", *_STEPS, *more)):
            put(sheet, row, 0, text, self.wrapped if row else self.head)

    def write(self, row: ReturnedRow) -> None:
        """Write a row below the last one that has the same columns."""
        held = _titles_of(row, self.item)
        absent = dict.fromkeys(
            self.fields[fault.field].title
            for fault in row.faults
            if fault.field in self.fields and fault.field not in held
        )
        titles = tuple(title for title in (*row.content, *absent) if fold(title) not in OURS)
        sheet, last = self.sheets.get(titles) or self._sheet(titles)
        if last == ROWS:
            sheet, last = self._sheet(titles)
        self.sheets[titles] = sheet, last + 1
        self._cells(sheet, last + 1, row, titles, held)

    def _sheet(self, titles: tuple[str, ...]) -> tuple[Worksheet, int]:
        count = len(self.book.worksheets()) - 1
        sheet = self.book.add_worksheet(sheet_name(f"{SHEET} {count + 1}")) if self.sheets else self.first
        ends = len(titles)
        sheet.set_column(0, 0, 36, self.plain)
        sheet.set_column(1, ends, 18, self.plain)
        sheet.set_column(ends + 1, ends + 2, 60, self.wrapped)
        sheet.set_column(ends + 3, ends + 3, 10, self.plain)
        for column, title in enumerate((RETURN_NUMBER, *titles, PROBLEM, PROPOSAL, CONFIRMED)):
            put(sheet, 0, column, title, self.head)
        sheet.freeze_panes(1, 1)
        sheet.data_validation(1, ends + 3, ROWS, ends + 3, {"validate": "list", "source": [YES]})
        return sheet, 0

    def _cells(
        self, sheet: Worksheet, at: int, row: ReturnedRow, titles: tuple[str, ...], held: dict[str, str]
    ) -> None:
        by_title: dict[str, list[ReturnedFault]] = {}
        for fault in row.faults:
            one = self.fields.get(fault.field)
            by_title.setdefault(held.get(fault.field) or (one.title if one else ""), []).append(fault)
        put(sheet, at, 0, row.id, self.plain)
        for column, title in enumerate(titles, 1):
            text, faults = row.content.get(title) or "", by_title.get(title, [])
            if text or faults:
                put(sheet, at, column, text, self._mark(faults))
            if faults and self.comments < COMMENTS:
                self.comments += 1
                told = "\n".join(self._told(fault) for fault in faults)
                sheet.write_comment(at, column, told, {"x_scale": 2, "y_scale": 1.5})
        put(sheet, at, len(titles) + 1, self._problems(row), self.wrapped)
        put(sheet, at, len(titles) + 2, self._proposals(row.faults), self.wrapped)

    def _mark(self, faults: list[ReturnedFault]) -> Format:
        """Red where one fault must be mended, yellow where all are questions."""
        if not faults:
            return self.plain
        return self.marks["ask" if all(fault.severity == "ask" for fault in faults) else "refuse"]

    def _told(self, fault: ReturnedFault) -> str:
        proposed = f"建议：{self._shown(fault)}" if fault.proposal else ""
        return f"{fault.problem.zh}。{fault.remedy.zh}{proposed}"

    def _problems(self, row: ReturnedRow) -> str:
        told = [
            f"{'请核对' if fault.severity == 'ask' else '须改正'}：{fault.problem.zh}。{fault.remedy.zh}"
            for fault in row.faults
        ]
        cut = [title for title, text in row.content.items() if len(text or "") > CELL_LIMIT]
        if cut:
            told.append(f"「{'」「'.join(cut)}」过长，格内只列出前 {CELL_LIMIT} 字。")
        return "\n".join([f"原在 {row.place}。", *told])

    def _proposals(self, faults: list[ReturnedFault]) -> str:
        told = {}
        for fault in faults:
            if fault.proposal and fault.field not in told:
                title = self.fields[fault.field].title if fault.field in self.fields else fault.field
                told[fault.field] = f"「{title}」{self._shown(fault)}"
        return "\n".join(told.values())

    def _shown(self, fault: ReturnedFault) -> str:
        """A proposal and its reason, the value masked where it is personal."""
        assert fault.proposal
        value, one = fault.proposal.value, self.fields.get(fault.field)
        shown = mask(value) if one and one.personal else mask_within(value)
        return f"{shown or '留空'}（{fault.proposal.why.zh}）"


def _titles_of(row: ReturnedRow, item: Item) -> dict[str, str]:
    """Under which title of the row each field came, as far as it came."""
    folded = {fold(title): title for title in row.content}
    found = {}
    for one in item.fields:
        title = row.titles.get(one.name) or next(
            (folded[known] for known in map(fold, one.titles) if known in folded), ""
        )
        if title in row.content:
            found[one.name] = title
    return found
