"""Results for the nation as CSV or XLSX: one row for each thing that an office recorded.

No public text gives a national form for the results of measures. The columns are our own, and the file says so: the
titles begin with 信云反馈格式 1, so that a reader who knows the national form sees at once that this is not it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

from xinyun import law
from xinyun.collection.spreadsheet import LAST_ROW, put, workbook
from xinyun.enforcement import queries
from xinyun.enforcement.queries import ActionView, TaskView

FORM = "信云反馈格式 1"
COLUMNS = (
    FORM, "任务编号", "执行单位", "执行单位名称", "场景", "统一社会信用代码", "名称", "名单", "名单条目", "认定文书", "认定单位",
    "认定日期", "措施", "效果", "依据", "结果", "办理日期", "文号", "未执行理由", "说明", "登记日期",
)  # fmt: skip
"""The columns in order; docs/operating.md says what each holds."""
_RESULTS = {"done": "已执行", "declined": "未执行", "released": "已解除"}


def rows(since: date, through: date) -> Iterator[list[str]]:
    """The rows of what was recorded in a span of days, in the order in which it was."""
    book = law.rulebook()
    for task, action in queries.exported(since, through):
        yield _row(task, action, book)


def write_csv(out: BinaryIO, since: date, through: date) -> int:
    """Write them as CSV in UTF-8 with a mark, as spreadsheets like it; returns how many rows."""
    stream = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer, count = csv.writer(stream), 0
    writer.writerow(COLUMNS)
    for row in rows(since, through):
        writer.writerow([_inert(cell) for cell in row])
        count += 1
    stream.detach()
    return count


def write_xlsx(out: BinaryIO, since: date, through: date) -> int:
    """Write them as XLSX, a sheet of text; returns how many rows.

    A sheet holds a million rows; what is more belongs into a CSV file.
    """
    count = 0
    with workbook(out, through, streamed=True) as book:
        sheet, plain = book.add_worksheet(FORM), book.add_format({"num_format": 49})
        for column, title in enumerate(COLUMNS):
            put(sheet, 0, column, title, plain)
        for row in rows(since, through):
            count += 1
            if count > LAST_ROW:
                break
            for column, cell in enumerate(row):
                put(sheet, count, column, cell, plain)
    return min(count, LAST_ROW)


def _row(task: TaskView, action: ActionView, book: law.Rulebook) -> list[str]:
    office = book.offices.get(task.office)
    reason = queries.DECLINED_BECAUSE.get(action.reason)
    return [
        "1", str(task.id), task.office, office.title if office else "", book.title_of("scene", task.scene).zh, task.code,
        task.name, book.title_of("list", task.list).zh, str(task.entry), task.document, task.decided_by,
        task.decided_on.isoformat(), book.title_of("measure", task.measure).zh, task.effect, "；".join(action.basis),
        _RESULTS[action.kind], action.day.isoformat(), action.document, reason.zh if reason else "", action.text,
        action.on.isoformat(),
    ]  # fmt: skip


def _inert(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula is written as text."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
