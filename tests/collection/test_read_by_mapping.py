"""Rows of a file that is read by a clerk's mapping: returned, they are told, mended and sent back like any other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import fastexcel
import pytest

from tests.conftest import DAY
from tests.factories import a_code
from xinyun.archive import queries as archive
from xinyun.collection import operations, records
from xinyun.collection.confirming import confirm_mapping
from xinyun.collection.mappings import mapping_of
from xinyun.collection.models import Returned

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

OFFICE = "52.market-regulation"
AT = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ACT: dict[str, Any] = {"actor": "clerk", "on": DAY, "at": AT}
NAME, CODE, SCOPE, SPARE = "单位全称", "统一社会信用代码号", "经营范围", "备用"
CODES = [a_code(), a_code()]
COLUMNS = {NAME: "name", CODE: "uscc", SPARE: ""}


@pytest.fixture
def sent(submit: Callable[..., Any]) -> list[Returned]:
    """Two rows that were returned for their names; in one of them a column is empty."""
    confirm_mapping(
        office=OFFICE, item="registration", columns=COLUMNS, titles=[NAME, CODE, SCOPE, SPARE], actor="clerk", on=DAY
    )  # fmt: skip
    submit([{NAME: "12", CODE: CODES[n], SCOPE: ["", "演示"][n], SPARE: "x"} for n in (0, 1)])
    return list(Returned.objects.order_by("row"))


def test_a_returned_row_is_told_by_its_fields_and_mended(sent: list[Returned]) -> None:
    record = records.returned_record(sent[0].pk, office=OFFICE)
    id = operations.mend_returned(
        returned=sent[0].pk, values={record.titles["name"]: "贵州演示有限公司"}, **ACT
    )
    operations.worked_on(submission=id, **ACT)

    assert record.values == {"name": "12", "uscc": CODES[0]}
    assert {fault.field for fault in record.found.faults} == {"name"}
    sent[0].refresh_from_db()
    assert (sent[0].settled, sent[0].settled_batch) == ("mended", id)
    found = archive.subject(CODES[0])
    assert found is not None
    assert found.name == "贵州演示有限公司"


def test_the_workbook_has_one_sheet_and_comes_back_without_a_mapping(
    sent: list[Returned], submit: Callable[..., Any], tmp_path: Path
) -> None:
    book = tmp_path / "returned.xlsx"
    operations.take_error_workbook(book, batch=sent[0].batch, **ACT)
    sheets = fastexcel.read_excel(book).sheet_names
    (row, _) = fastexcel.read_excel(book).load_sheet("退回记录", dtypes="string").to_polars().to_dicts()

    again = submit([{**row, "名称": "贵州演示有限公司"}]).outcome

    assert sheets == ["退回记录", "说明"]
    assert (row["统一社会信用代码"], row[SCOPE]) == (CODES[0], None)
    assert (again.accepted, again.rejected) == (1, 0)
    sent[0].refresh_from_db()
    assert sent[0].settled == "mended"


def test_our_own_columns_are_no_part_of_what_a_mapping_speaks_of() -> None:
    titles = [NAME, CODE]
    confirm_mapping(
        office=OFFICE, item="registration", columns={NAME: "name", CODE: "uscc", "退回编号": ""},
        titles=[*titles, "退回编号"], actor="clerk", on=DAY,
    )  # fmt: skip

    assert mapping_of(OFFICE, "registration", titles) == {NAME: "name", CODE: "uscc"}
