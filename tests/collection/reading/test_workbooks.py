"""XLSX as offices make them: titles below a heading, several sheets, days, numbers, and what breaks a reader."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.collection.reading import KNOWN, numbers, read, refusal

pytestmark = pytest.mark.one_store

Fill = Callable[[Any, Any], None]


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """A workbook of sheets, each filled by a function that is given the book and the sheet."""

    def make(options: dict[str, Any] | None = None, /, **sheets: Fill | list[list[Any]]) -> Path:
        path = tmp_path / "sent.xlsx"
        with xlsxwriter.Workbook(path, options or {}) as book:
            for name, fill in sheets.items():
                sheet = book.add_worksheet(name)
                if callable(fill):
                    fill(book, sheet)
                else:
                    for number, row in enumerate(fill):
                        sheet.write_row(number, 0, row)
        return path

    return make


def test_titles_in_the_first_row_and_text_as_it_is(workbook):
    path = workbook(数据=[["名称", "文号"], [" 贵州演示\n公司", "0012"], ["贵州演示二号公司", ""]])

    assert read(path) == {
        "数据": (["名称", "文号"], [[" 贵州演示\n公司", "0012"], ["贵州演示二号公司", None]])
    }


def test_a_heading_merged_over_the_table_and_a_line_of_unit_and_day_stand_above_the_titles(workbook):
    def fill(book, sheet):
        sheet.merge_range("A1:D1", "贵州演示市行政处罚信息表", book.add_format())
        sheet.write_row("A2", ["填报单位：贵州演示局", None, None, "2026年11月"])
        sheet.write_row("A3", ["名称", "统一社会\n信用代码", "处罚日期", "罚款金额"])
        sheet.write_row("A4", ["贵州演示公司", "9152", "2026-05-10", 100])

    expected = {
        "Sheet1": (
            ["名称", "统一社会信用代码", "处罚日期", "罚款金额"],
            [["贵州演示公司", "9152", "2026-05-10", "100"]],
        )
    }
    assert read(workbook(Sheet1=fill)) == expected
    assert read(workbook(Sheet1=fill), KNOWN) == expected


def test_of_titles_in_two_rows_the_lower_counts_and_the_upper_where_it_is_merged_downwards(workbook):
    def fill(book, sheet):
        plain = book.add_format()
        sheet.merge_range("A1:A2", "名称", plain)
        sheet.merge_range("B1:C1", "处罚", plain)
        sheet.merge_range("D1:E1", "许可", plain)
        sheet.write_row("B2", ["文号", "处罚日期", "文号", "许可日期"])
        sheet.write_row("A3", ["贵州演示公司", "罚1", "2026-05-10", "许1", "2026-05-11"])

    titles = ["名称", "处罚 文号", "处罚日期", "许可 文号", "许可日期"]
    row = ["贵州演示公司", "罚1", "2026-05-10", "许1", "2026-05-11"]
    assert read(workbook(Sheet1=fill)) == {"Sheet1": (titles, [row])}
    assert read(workbook(Sheet1=fill), KNOWN) == {"Sheet1": (titles, [row])}


def test_a_row_of_data_that_has_more_words_than_the_titles_is_not_taken_for_them(workbook):
    path = workbook(S=[["名称", "文号", None], ["贵州演示公司", "罚〔2026〕1号", "旁注"]])

    assert read(path, KNOWN)["S"] == (["名称", "文号", ""], [["贵州演示公司", "罚〔2026〕1号", "旁注"]])


def test_days_numbers_and_words_come_as_text_without_noise(workbook):
    def fill(book, sheet):
        day = book.add_format({"num_format": 'yyyy"年"m"月"d"日"'})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, ["日", "时", "整", "小", "大", "是", "错"])
        sheet.write_datetime(1, 0, date(2026, 5, 10), day)
        sheet.write_datetime(1, 1, datetime(2026, 5, 10, 8, 30), moment)
        sheet.write_row(1, 2, [100.0, 0.1 + 0.2, 1234567.89, True])
        sheet.write_formula(1, 6, "=NA()", None, "#N/A")

    expected = ["2026-05-10", "2026-05-10 08:30:00", "100", "0.3", "1234567.89", "true", None]
    for options in ({}, {"date_1904": True}):
        assert read(workbook(options, S=fill))["S"][1] == [expected]


def test_a_long_number_kept_as_a_number_has_lost_its_end_and_does_not_look_like_a_code(workbook):
    codes = ["522121199001011234", 522121199001011234, "522121199001011234", 123456789012345]
    path = workbook(S=[["名称", "证件号码"], *([f"甲{n}", code] for n, code in enumerate(codes))])

    told = [row[1] for row in read(path)["S"][1]]
    assert told == ["522121199001011234", "5.22121199001011E+17", "522121199001011234", "123456789012345"]


def test_hidden_sheets_and_sheets_without_a_known_title_are_passed_over(workbook):
    def hidden(book, sheet):
        sheet.write_row(0, 0, ["名称", "文号"])
        sheet.hide()

    def very_hidden(book, sheet):
        sheet.write_row(0, 0, ["名称", "文号"])
        sheet.very_hidden()

    path = workbook(
        填表说明=[["一、请如实填写"], ["二、日期写作 2026-05-10"]],
        甲=[["名称", "文号"], ["贵州演示公司", "1"]],
        乙=[["文号", "名称"], ["2", "贵州演示公司"]],
        空=[],
        隐=hidden,
        深=very_hidden,
    )

    assert list(read(path, KNOWN)) == ["甲", "乙"]
    assert list(read(path)) == ["填表说明", "甲", "乙"]
    assert list(read(path, {"许可编号"}.__contains__)) == ["填表说明", "甲", "乙"]


def test_rows_are_numbered_below_the_titles_and_blank_ones_count(workbook):
    def fill(book, sheet):
        sheet.write_row(0, 0, ["名称", "文号"])
        sheet.write_row(1, 0, ["甲", "1"])
        sheet.write_formula(3, 0, '=""', None, "")
        sheet.write_row(4, 0, ["乙", "2"])

    assert numbers(workbook(S=fill)) == [1, 4]


def test_a_large_sheet_loses_no_row_between_frames(workbook):
    path = workbook({"constant_memory": True}, S=[["名称"], *([f"甲{n}"] for n in range(50_001))])

    titles, rows = read(path)["S"]
    assert titles == ["名称"]
    assert rows == [[f"甲{n}"] for n in range(50_001)]


@pytest.mark.parametrize(
    ("rows", "word"),
    [([], "没有可见的数据"), ([["名称", "名称"]], "重复"), ([[f"列{n}" for n in range(2001)]], "2001 列")],
)
def test_a_workbook_that_has_no_table_is_refused(workbook, rows, word):
    assert word in refusal(workbook(S=rows)).what.zh


def changed(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The workbook with one part changed."""
    target = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info.filename, change(content) if info.filename == part else content)
    return target


def test_a_cell_far_away_that_asks_for_all_memory_is_refused(workbook):
    path = changed(
        workbook(S=[["名称"], ["甲"]]),
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(
            b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        ),
    )

    assert "太大" in refusal(path).what.zh


def test_a_part_that_unpacks_without_end_is_refused(workbook):
    path = changed(
        workbook(S=[["名称"], ["甲"]]),
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b"<sheetData>", b"<!--" + bytes([32]) * (80 << 20) + b"--><sheetData>"),
    )

    assert "倍以上" in refusal(path).what.zh


def test_entities_in_the_workbook_are_refused(workbook):
    bomb = b'<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><workbook>&b;</workbook>'

    assert "损坏" in refusal(changed(workbook(S=[["名称"]]), "xl/workbook.xml", lambda part: bomb)).what.zh


@pytest.mark.parametrize(
    "part",
    ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels"],
)
def test_a_damaged_workbook_is_refused(workbook, part):
    path = changed(workbook(S=[["名称"], ["甲"]]), part, lambda content: content[: len(content) // 2])

    assert "XLSX" in refusal(path).what.zh


def test_a_workbook_cut_short_is_refused(workbook):
    path = workbook(S=[["名称"], ["甲"]])
    path.write_bytes(path.read_bytes()[:-200])

    assert "XLSX" in refusal(path).what.zh


@pytest.mark.parametrize(
    ("part", "word"),
    [("xl/workbook.bin", "XLSB"), ("word/document.xml", "Word"), ("mimetype", "OpenDocument")],
)
def test_other_office_files_are_told_for_what_they_are(tmp_path, part, word):
    path = tmp_path / "sent.xlsx"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("[Content_Types].xml" if part != "mimetype" else "content.xml", "")
        file.writestr(part, "")

    assert word in refusal(path).what.zh


@pytest.mark.parametrize(("stream", "word"), [("EncryptedPackage", "密码"), ("Workbook", "XLS")])
def test_old_workbooks_and_such_under_a_password_are_refused_each_in_its_words(tmp_path, stream, word):
    head = bytearray(512)
    head[:8], head[30:32] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", (9).to_bytes(2, "little")
    path = tmp_path / "sent.xlsx"
    path.write_bytes(bytes(head) + "Root Entry".encode("utf-16-le").ljust(128) + stream.encode("utf-16-le"))

    assert word in refusal(path).what.zh
