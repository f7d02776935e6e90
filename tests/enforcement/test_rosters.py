"""A roster's file is taken whole or not at all, and every bad row is told."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import DAY
from tests.enforcement.conftest import OFFICE, SCENE, put
from tests.factories import a_code
from xinyun.collection.reading import UnreadableFile
from xinyun.enforcement import operations, queries
from xinyun.enforcement.models import Line, Roster
from xinyun.enforcement.rosters import BadRows, EmptyRoster, NoSuchColumns, write_report
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])


def put_file(path: Path, *, replace: bool = False) -> operations.Put:
    return operations.put_roster(office=OFFICE, scene=SCENE, path=path, replace=replace, actor="t", on=DAY)


def test_dirt_is_folded_and_columns_are_found_by_their_titles(write_csv: Callable[..., Path]) -> None:
    first, second = a_code(), a_code()
    wide = "".join(chr(ord(c) + 0xFEE0) for c in first.lower())
    rows = [
        {"序号": "1", "企业名称": " 贵州演示甲有限公司 ", "统一社会信用代码": f" {wide}", "证号": "A-1"},
        {"序号": "2", "企业名称": "", "统一社会信用代码": f"{second[:8]} {second[8:]}", "证号": ""},
        {"序号": "3", "企业名称": "贵州演示乙有限公司", "统一社会信用代码": "", "证号": ""},
        {"序号": "4", "企业名称": "贵州演示丙有限公司", "统一社会信用代码": first, "证号": "A-1"},
    ]

    done = put_file(write_csv(rows, encoding="gb18030"))

    assert (done.lines, done.added, done.ended, done.without_code) == (3, 3, 0, 1)
    lines = {line.key: line for line in Line.objects.all()}
    assert lines.keys() == {first, second, "贵州演示乙有限公司"}
    assert (lines[first].name, lines[first].reference) == ("贵州演示丙有限公司", "A-1")


def test_one_bad_row_keeps_everything_out_and_the_report_tells_each(write_csv: Callable[..., Path]) -> None:
    good = a_code()
    slip = good[:17] + ("A" if good[17] != "A" else "B")
    rows = [
        {"code": good, "name": "", "reference": ""},
        {"code": slip, "name": "", "reference": ""},
        {"code": "52010219870603391X", "name": "欧阳演示甲", "reference": ""},
        {"code": "", "name": "", "reference": "=1+1"},
        {"code": "", "name": "甲", "reference": ""},
    ]
    before = feed.head()

    with pytest.raises(BadRows, match="5 行里有 4 行有误") as refused:
        put_file(write_csv(rows))

    assert [one.row for one in refused.value.faults] == [2, 3, 4, 5]
    report = io.StringIO()
    write_report(report, refused.value.faults)
    assert "52010219870603391X" not in report.getvalue() + str(refused.value.fields)
    assert (Roster.objects.count(), Line.objects.count(), feed.head()) == (0, 0, before)


def test_files_without_the_columns_or_rows_and_what_is_no_table_are_refused(
    write_csv: Callable[..., Path], tmp_path: Path
) -> None:
    with pytest.raises(NoSuchColumns, match="地址"):
        put_file(write_csv([{"地址": "演示路1号"}]))
    with pytest.raises(EmptyRoster):
        operations.put_lines(office=OFFICE, scene=SCENE, lines=[], replace=True, actor="t", on=DAY)
    (tmp_path / "x.csv").write_bytes(b"%PDF-1.7 ")
    with pytest.raises(UnreadableFile):
        put_file(tmp_path / "x.csv")


def test_replacing_keeps_who_stays_and_ends_who_is_gone() -> None:
    stays, goes, comes = a_code(), a_code(), a_code()
    put(stays, goes)

    done = put(stays, comes, replace=True)

    assert (done.lines, done.added, done.ended) == (2, 1, 1)
    assert Line.objects.get(key=goes).ended_on == DAY
    (view,) = queries.rosters(OFFICE)
    assert (view.lines, view.scene, view.changed_on) == (2, SCENE, DAY)
    assert [one.what for one in queries.uploads(view.id)] == ["replaced", "added"]
    assert (put(stays).added, put(goes).added) == (0, 1)


def test_a_workbook_is_read_as_collection_reads_it(tmp_path: Path) -> None:
    import xlsxwriter

    code = a_code()
    with xlsxwriter.Workbook(str(tmp_path / "r.xlsx")) as book:
        sheet = book.add_worksheet("名册")
        sheet.write_row(0, 0, ["演示名册"])
        sheet.write_row(1, 0, ["名称", "统一社会信用代码"])
        sheet.write_row(2, 0, ["贵州演示甲有限公司", code])

    assert put_file(tmp_path / "r.xlsx").lines == 1
    assert Line.objects.get().code == code
