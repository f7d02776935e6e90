"""The workbook of returned rows: mended in place, it comes back through our own reader."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import fastexcel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import a_penalty
from xinyun.base import Text
from xinyun.collection import spreadsheet, workbooks
from xinyun.collection.columns import known_titles, match
from xinyun.collection.proposals import Proposal
from xinyun.collection.reading import ROW, tables
from xinyun.collection.workbooks import ReturnedFault, ReturnedRow, error_workbook
from xinyun.law import rulebook

pytestmark = pytest.mark.one_store

NOW = rulebook().on(date(2026, 11, 20))
PENALTY, REGISTRATION = NOW.item("penalty"), NOW.item("registration")
BATCH = "0123456789abcdef0123456789abcdef"


def a_fault(field: str, severity: str = "refuse", proposal: str | None = None) -> ReturnedFault:
    said = Proposal(proposal, Text("形似", "alike")) if proposal is not None else None
    return ReturnedFault(
        field, "a-rule", severity, Text(f"{field} 有误", "wrong"), Text("请改。", "Mend."), said
    )


def a_returned(content: dict[str, str], *faults: ReturnedFault, row: int = 1, **given) -> ReturnedRow:
    return ReturnedRow(f"{BATCH}-{row}", f"{row + 1}", content, list(faults), **given)


def written(item, *rows: ReturnedRow, to: Path) -> Path:
    error_workbook(to, item, iter(rows))
    return to


def parts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name).decode() for name in book.namelist()}


def read_back(path: Path, item) -> list[tuple[str, list[str], list[dict[str, str]]]]:
    with tables(path, known_titles(item)) as found:
        return [
            (table.name, table.titles, [row for frame in table.frames for row in frame.drop(ROW).to_dicts()])
            for table in found
        ]


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "returned.xlsx"


def test_columns_are_the_number_those_of_the_office_in_order_and_what_is_to_do(path):
    content = a_penalty() | {"我方流水号": "007"}
    written(PENALTY, a_returned(content, a_fault("fine_10k_yuan")), to=path)

    ((name, titles, rows),) = read_back(path, PENALTY)

    assert name == "退回记录"
    assert titles == ["退回编号", *content, "问题", "建议", "确认无误"]
    assert {title: rows[0][title] for title in content} == content
    assert rows[0]["退回编号"] == f"{BATCH}-1"
    assert "原在 2。" in rows[0]["问题"]
    assert "fine_10k_yuan 有误" in rows[0]["问题"]
    assert fastexcel.read_excel(path).sheet_names == ["退回记录", "说明"]


def test_a_mended_workbook_is_understood_our_columns_are_no_fields(path):
    written(PENALTY, a_returned(a_penalty(), a_fault("uscc")), to=path)
    ((_, titles, _),) = read_back(path, PENALTY)

    columns = match(PENALTY, titles)

    assert columns.own == {"退回编号": "退回编号", "确认无误": "确认无误"}
    assert columns.ignored == ()
    assert columns.found == match(PENALTY, list(a_penalty())).found


def test_a_row_that_comes_back_twice_has_our_columns_once(path):
    content = {
        "退回编号": "old-1",
        "名称": "贵州演示公司",
        "统一社会信用代码": "1",
        "问题": "旧",
        "建议": "",
        "确认无误": "是",
    }
    written(REGISTRATION, a_returned(content, a_fault("uscc")), to=path)

    ((_, titles, rows),) = read_back(path, REGISTRATION)

    assert titles == ["退回编号", "名称", "统一社会信用代码", "问题", "建议", "确认无误"]
    assert rows[0]["退回编号"] == f"{BATCH}-1"
    assert not rows[0]["确认无误"]


DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("http://例")',
    "{=1}",
    "<r><t>x</t></r>",
    "http://a.example",
    "0012",
    "_x0041_",
    "a\tb\r\nc",
    "' =1",
    "1E5",
    "</t><f>1+1</f>",
]


def test_whatever_stands_in_a_cell_is_text_and_never_runs(path):
    content = {"名称": "甲", "统一社会信用代码": "1"} | {
        f"列{place}": text for place, text in enumerate(DANGEROUS)
    }
    written(
        REGISTRATION, a_returned(content, *(a_fault("name", proposal=text) for text in DANGEROUS)), to=path
    )

    sheets = "".join(text for name, text in parts(path).items() if name.startswith("xl/worksheets/sheet"))
    rows = fastexcel.read_excel(path).load_sheet("退回记录", dtypes="string").to_polars().to_dicts()

    assert not re.search(r"<f[ >]", sheets)
    assert "<hyperlink" not in sheets
    assert '<c r="A2"' in sheets
    assert set(re.findall(r"<c [^>]*?t=\"(\w+)\"", sheets)) == {"inlineStr"}
    assert [kept(rows[0][f"列{place}"]) for place in range(len(DANGEROUS))] == list(map(kept, DANGEROUS))


def kept(text: str) -> str:
    """What a workbook keeps of a text: XML knows one way to end a line, and no control characters."""
    return re.sub("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]", "", text).strip()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=8))
def test_every_text_that_xml_can_hold_comes_back(texts):
    target = io.BytesIO()
    content = {"名称": "甲"} | {f"列{place}": text for place, text in enumerate(texts)}
    error_workbook(target, REGISTRATION, iter([a_returned(content, a_fault("uscc"))]))

    (row,) = fastexcel.read_excel(target.getvalue()).load_sheet(0, dtypes="string").to_polars().to_dicts()

    assert [kept(row[f"列{place}"] or "") for place in range(len(texts))] == [kept(text) for text in texts]


def test_faulty_cells_are_marked_and_say_what_is_wrong_and_what_may_be_meant(path):
    content = a_penalty(CF_NR_FK="10000元", CF_WSH="演市监罚")
    written(
        PENALTY,
        a_returned(content, a_fault("fine_10k_yuan", proposal="1"), a_fault("decision_no", "ask")),
        to=path,
    )

    found = parts(path)
    comments = found["xl/comments1.xml"]
    cells = dict(re.findall(r'<c r="([A-Z]+)2" s="(\d+)"', found["xl/worksheets/sheet1.xml"]))

    assert "建议：1（形似）" in comments
    assert comments.count("<comment ref=") == 2
    assert len(set(cells.values())) == 4  # plain, wrapped, red, yellow
    assert '<dataValidation type="list"' in found["xl/worksheets/sheet1.xml"]
    assert read_back(path, PENALTY)[0][2][0]["建议"] == "「罚款金额(万元)」1（形似）"


def test_identity_numbers_stand_in_their_cell_and_are_masked_everywhere_else(path):
    number = "52010319900307001X"
    content = a_penalty(证件号码=number)
    proposal = a_fault("id_no", proposal="520103199003070010")
    aside = a_fault("remark", proposal=f"见 {'11010519491231002X'}")
    written(PENALTY, a_returned(content, proposal, aside), to=path)

    found = parts(path)
    (row,) = read_back(path, PENALTY)[0][2]

    assert row["证件号码"] == number
    assert sum(text.count(number) for text in found.values()) == 1
    assert not any("520103199003070010" in text or "11010519491231002X" in text for text in found.values())
    assert "520*************10" in row["建议"]


def test_a_missing_column_that_is_at_fault_is_there_to_be_filled_in(path):
    content = a_penalty()
    del content["CF_FRDB"]
    written(PENALTY, a_returned(content, a_fault("legal_rep_name")), to=path)

    ((_, titles, _),) = read_back(path, PENALTY)

    assert titles[-4:] == ["法定代表人", "问题", "建议", "确认无误"]


def test_a_clerks_mapping_says_where_a_field_stands(path):
    content = {"单位": "甲", "码": "1"}
    fault = a_fault("uscc")
    written(REGISTRATION, a_returned(content, fault, titles={"name": "单位", "uscc": "码"}), to=path)

    found = parts(path)

    assert 'ref="C2"' in found["xl/comments1.xml"]
    assert "统一社会信用代码" not in found["xl/worksheets/sheet1.xml"]


def test_rows_with_other_columns_and_rows_beyond_a_sheets_limit_go_to_further_sheets(path, monkeypatch):
    monkeypatch.setattr(workbooks, "ROWS", 3)
    first = [
        a_returned({"名称": "甲", "统一社会信用代码": str(row)}, a_fault("uscc"), row=row)
        for row in range(1, 6)
    ]
    other = a_returned({"企业名称": "乙", "统一代码": "6"}, a_fault("uscc"), row=6)
    written(REGISTRATION, *first[:2], other, *first[2:], to=path)

    found = read_back(path, REGISTRATION)

    assert [(name, [row["退回编号"][-1] for row in rows]) for name, _, rows in found] == [
        ("退回记录", ["1", "2", "3"]),
        ("退回记录 2", ["6"]),
        ("退回记录 3", ["4", "5"]),
    ]


def test_a_cell_that_is_too_long_is_cut_and_said_to_be(path):
    content = {"名称": "甲", "统一社会信用代码": "1", "经营范围": "长" * 40_000}
    written(REGISTRATION, a_returned(content, a_fault("business_scope")), to=path)

    (row,) = read_back(path, REGISTRATION)[0][2]

    assert row["经营范围"] == "长" * spreadsheet.CELL_LIMIT
    assert "「经营范围」过长" in row["问题"]


def test_comments_stop_where_spreadsheets_would_and_the_words_go_on(path, monkeypatch):
    monkeypatch.setattr(workbooks, "COMMENTS", 2)
    rows = [a_returned({"名称": "甲", "统一社会信用代码": ""}, a_fault("uscc"), row=row) for row in (1, 2, 3)]
    written(REGISTRATION, *rows, to=path)

    assert parts(path)["xl/comments1.xml"].count("<comment ref=") == 2
    assert all("uscc 有误" in row["问题"] for row in read_back(path, REGISTRATION)[0][2])


def test_nothing_but_the_workbook_is_left_behind(path, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    written(REGISTRATION, a_returned({"名称": "甲"}, a_fault("uscc")), to=path)

    assert [left.name for left in tmp_path.iterdir()] == ["returned.xlsx"]
