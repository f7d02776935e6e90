"""The workbook to fill in: it says what the catalogue says, keeps what is typed, and what is filled in is accepted."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from html import escape
from pathlib import Path

import fastexcel
import pytest

from tests.factories import a_penalty, a_registration, collected
from xinyun.collection.columns import fold, known_titles, match
from xinyun.collection.reading import tables
from xinyun.collection.spreadsheet import sheet_name
from xinyun.collection.templates import template
from xinyun.law import rulebook

NOW = rulebook().on(date(2026, 11, 20))
ITEMS = {item.id: item for item in NOW.items()}


def made(item_id: str) -> bytes:
    target = io.BytesIO()
    template(target, ITEMS[item_id], NOW)
    return target.getvalue()


def parts(book: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(book)) as opened:
        return {name: opened.read(name).decode() for name in opened.namelist()}


def filled(book: bytes, rows: list[dict[str, str]], item, to: Path) -> Path:
    """The same workbook with rows typed below the titles, as a spreadsheet would store them: as text."""
    order = [field.name for field in item.fields]
    typed = ""
    for number, row in enumerate(rows, 2):
        named = {name: row[title] for name, title in match(item, list(row)).found.items()}
        cells = "".join(
            f'<c r="{_letters(order.index(name))}{number}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
            for name, text in sorted(named.items(), key=lambda pair: order.index(pair[0]))
        )
        typed += f'<row r="{number}">{cells}</row>'
    with zipfile.ZipFile(to, "w") as out:
        for name, text in parts(book).items():
            if name == "xl/worksheets/sheet1.xml":
                text = text.replace("</sheetData>", typed + "</sheetData>")
            out.writestr(name, text)
    return to


def _letters(column: int) -> str:
    return (chr(64 + column // 26) if column >= 26 else "") + chr(65 + column % 26)


@pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
@pytest.mark.parametrize(("item_id", "a_row"), [("registration", a_registration), ("penalty", a_penalty)])
def test_a_template_that_was_filled_in_is_accepted(item_id, a_row, tmp_path):
    rows = [a_row() for _ in range(3)]
    path = filled(made(item_id), rows, ITEMS[item_id], tmp_path / "filled.xlsx")

    outcome = collected(path, item_id)

    assert (outcome.received, outcome.accepted, dict(outcome.faults)) == (3, 3, {})


@pytest.mark.one_store
@pytest.mark.parametrize("item_id", ["licence", "sport-event", "registration"])
def test_our_reader_finds_the_columns_in_order_and_nothing_on_the_other_sheets(item_id, tmp_path):
    item = ITEMS[item_id]
    path = tmp_path / "template.xlsx"
    path.write_bytes(made(item_id))

    with tables(path, known_titles(item)) as found:
        ((name, titles),) = [(table.name, table.titles) for table in found]

    assert name == sheet_name(item.title)
    assert [fold(title) for title in titles] == [fold(field.title) for field in item.fields]
    assert [title.startswith("*") for title in titles] == [field.required == "yes" for field in item.fields]


@pytest.mark.one_store
@pytest.mark.parametrize("item_id", [*sorted(ITEMS)[::12], "sport-event"])
def test_a_template_is_the_same_each_time_and_its_advice_is_no_table_of_records(item_id):
    known, book = known_titles(ITEMS[item_id]), made(item_id)
    advice = fastexcel.read_excel(book).load_sheet("填报说明", header_row=None, dtypes="string").to_polars()

    assert [cell for row in advice.rows() for cell in row if cell and known(cell)] == []
    assert made(item_id) == book


@pytest.mark.one_store
def test_codes_keep_their_zeros_and_lists_are_offered():
    found = parts(made("penalty"))
    sheet, styles = found["xl/worksheets/sheet1.xml"], found["xl/styles.xml"]
    columns = set(re.findall(r'<col [^>]*style="(\d+)"', sheet))
    formats = re.findall(r"<xf ([^>]*)>", styles.partition("<cellXfs")[2])

    assert columns
    assert all('numFmtId="49"' in formats[int(style)] for style in columns)
    assert '<sheet name="代码表" sheetId="3" state="hidden"' in found["xl/workbook.xml"]
    assert len(re.findall(r'<dataValidation type="list"', sheet)) == sum(
        bool(field.codes) for field in ITEMS["penalty"].fields
    )
    assert "代码表!$A$2:$A$4" in sheet
    assert 'state="frozen"' in sheet


@pytest.mark.one_store
def test_a_list_that_is_open_or_joins_several_only_offers():
    sheet = parts(made("penalty"))["xl/worksheets/sheet1.xml"]
    refusing = {
        one
        for one in re.findall(r'<dataValidation type="list"([^>]*)>', sheet)
        if 'showErrorMessage="1"' in one
    }

    assert len(refusing) == 1  # the class of the counterparty; classes of penalties and of documents are open


@pytest.mark.one_store
def test_each_type_of_field_is_checked_while_it_is_typed():
    sheet = parts(made("penalty"))["xl/worksheets/sheet1.xml"]
    formulas = re.findall(r"<formula1>([^<]*)</formula1>", sheet)

    fine = _letters([field.name for field in ITEMS["penalty"].fields].index("fine_10k_yuan")) + "2"
    assert f"AND(ISNUMBER(VALUE({fine})),VALUE({fine})&gt;0,ROUND(VALUE({fine}),6)=VALUE({fine}))" in formulas
    assert any("DATEVALUE" in one and "长期" in one for one in formulas)
    assert any("=18" in one and "SUBSTITUTE" in one for one in formulas)
    assert "128" in formulas  # the length of a decision's number


@pytest.mark.one_store
def test_the_sheet_of_advice_tells_rules_basis_and_time(tmp_path):
    path = tmp_path / "template.xlsx"
    path.write_bytes(made("penalty"))
    sheet = fastexcel.read_excel(path).load_sheet("填报说明", header_row=None, dtypes="string").to_polars()
    told = "\n".join(cell for row in sheet.rows() for cell in row if cell)

    assert "7 个工作日内" in told
    assert "《" in told
    assert "「行政处罚决定书文号」" in told
    assert "「行政相对人类别」为自然人时须留空" in told
    assert "罚款、" in told
    assert not re.search(r"「[a-z_]+」", told)


@pytest.mark.one_store
def test_a_title_says_what_may_stand_below_it():
    comments = parts(made("penalty"))["xl/comments1.xml"]

    assert "必填" in comments
    assert "字段代码：CF_WSH" in comments
    assert "不超过 128 字" in comments
    assert "可填：警告" in comments
    assert "属个人证件号码" in comments
