"""What is no table is refused as a whole with a reason; what is one is read, whatever its writing."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import polars as pl
import pytest

from tests.collection.conftest import HEADER, line
from tests.factories import a_code, a_registration
from xinyun.archive import queries
from xinyun.collection.columns import MissingColumns
from xinyun.collection.models import Batch
from xinyun.collection.reading import UnreadableFile
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)


def an_xlsx() -> bytes:
    """A small but real workbook."""
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "xl/worksheets/sheet1.xml": "<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_utf8_with_or_without_a_mark_and_gb18030_are_read(submit, encoding):
    row = a_registration(名称="贵州䶮山演示有限公司")

    assert submit([row], encoding=encoding).outcome.accepted == 1
    assert queries.subject(row["统一社会信用代码"]).name == "贵州䶮山演示有限公司"


def test_the_same_rows_in_another_encoding_or_line_end_change_nothing(submit):
    rows = [a_registration() for _ in range(3)]
    head = submit(rows).outcome.seq
    plain = written(rows)

    assert submit(rows, encoding="gb18030").outcome.unchanged == 3
    assert submit(rows, encoding="utf-8-sig").outcome.unchanged == 3
    assert submit(plain.replace("\r\n", "\n")).outcome.unchanged == 3
    assert feed.head() == head


def written(rows: list[dict[str, str]]) -> str:
    return "\r\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows)])


def test_utf16_is_refused_with_or_without_a_mark(refused):
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        refused((HEADER + line()).encode(encoding))


def test_bytes_of_neither_encoding_are_refused_with_about_where(refused):
    assert "字节" in refused((HEADER + line()).encode() + b"\xff\xfe\xff\n").what.zh


def test_an_empty_file_or_titles_alone_are_refused(refused):
    for content in ("", "\n\n", "  \n", HEADER, HEADER.strip(), ",,\n,,\n"):
        refused(content)


def test_a_workbook_renamed_csv_is_told_for_what_it_is(refused):
    refusal = refused(an_xlsx())

    assert "XLSX" in refusal.what.zh
    assert "CSV UTF-8" in refusal.remedy.zh


def test_other_kinds_of_files_are_told_by_their_first_bytes(refused):
    kinds = {b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "XLS", b"%PDF-1.7\n": "PDF", b"\x1f\x8b\x08\x00": "gzip"}
    for magic, name in kinds.items():
        assert name in refused(magic + (HEADER + line()).encode()).what.zh


def test_a_line_of_three_mebibytes_is_refused(refused):
    assert "1 MiB" in refused(HEADER + line(scope="长" * (1 << 20))).what.zh
    refused("名称" * (1 << 19))


def test_binary_content_is_refused(refused):
    refused((HEADER + line()).encode() + b"\0\0\0\n")


def test_a_sparse_line_of_two_gigabytes_is_refused_in_bounded_memory(tmp_path: Path):
    huge = tmp_path / "huge.csv"
    huge.write_text(HEADER, encoding="utf-8")
    with huge.open("r+b") as stream:
        stream.truncate(2 << 30)
    wide = tmp_path / "wide.csv"
    with wide.open("w", encoding="utf-8") as stream:
        stream.write(HEADER)
        for _ in range(48):
            stream.write("x" * (1 << 20))
    code = """
import resource, sys
from pathlib import Path
from xinyun.collection.reading import UnreadableFile, tables
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (96 << 20),) * 2)
for path in sys.argv[1:]:
    try:
        with tables(Path(path)) as found:
            next(found)
            print("read")
    except UnreadableFile as refusal:
        print("refused", refusal.code)
"""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code, huge, wide], env=environment, capture_output=True, text=True, timeout=120
    )

    assert done.stdout.splitlines() == ["refused unreadable-file"] * 2, done.stderr


@pytest.mark.parametrize(
    "rows",
    [
        lambda: line() + line().strip() + ",又一格\n",
        lambda: line(scope='"饮料') + line() + line(),
        lambda: line() + line(scope='"饮"料') + line(),
        lambda: line() + "".join(line() for _ in range(2000)) + line(scope='"没有结尾'),
    ],
    ids=[
        "a cell too many",
        "a quotation that is not closed",
        "text after a quotation",
        "an open quotation at the end",
    ],
)
def test_a_row_that_breaks_the_table_refuses_the_whole_file(refused, rows):
    assert refused(HEADER + rows()).status == 400


@pytest.mark.parametrize("title", ['"名称', "列" * 50_000], ids=["open quotation", "endless title"])
def test_a_title_line_that_is_none_is_refused(refused, title):
    kind = (UnreadableFile, MissingColumns)

    assert len(str(refused(f"{title},统一社会信用代码\n" + line() * 4000, kind=kind))) < 2000


def test_old_line_ends_without_a_line_feed_are_refused_not_misread(refused):
    assert "CR" in refused((HEADER + line() + line()).replace("\n", "\r")).what.zh


def test_missing_columns_are_named_by_their_official_titles(refused):
    refusal = refused("名称,类型\n贵州演示公司,有限责任公司\n", kind=MissingColumns)

    assert "统一社会信用代码" in refusal.what.zh
    assert "名称、类型" in refusal.remedy.zh
    assert [name for name, _ in refusal.fields] == ["uscc"]
    assert refusal.basis


@pytest.mark.parametrize(("sign", "name"), [(";", "分号"), ("\t", "制表符"), ("|", "竖线")])
def test_another_separator_is_named(refused, sign, name):
    assert name in refused((HEADER + line()).replace(",", sign)).what.zh


def test_a_title_that_comes_twice_is_refused(refused):
    assert "名称" in refused(f"名称,名称,统一社会信用代码\n甲公司,乙公司,{a_code()}\n").what.zh


def test_unnamed_columns_at_the_end_are_ignored_as_spreadsheets_leave_them(submit):
    assert submit(f"名称,统一社会信用代码,,\n贵州演示公司,{a_code()},,\n").outcome.accepted == 1


def test_a_row_with_too_few_cells_has_empty_fields(submit):
    sent = submit(HEADER + line() + "贵州演示公司\n")

    assert sent.outcome.accepted == 1
    assert sent.rules == [("2", "uscc", "required")]


def parquet(path: Path, **columns) -> Path:
    pl.DataFrame({"名称": ["贵州演示公司"], "统一社会信用代码": [a_code()]} | columns).write_parquet(path)
    return path


def test_parquet_is_read_with_days_and_numbers_as_they_are(submit, tmp_path):
    from datetime import date, datetime

    path = parquet(
        tmp_path / "a.parquet",
        成立日期=[date(2015, 6, 1)],
        核准日期=[datetime(2026, 5, 10, 8)],
        注册资本=[100.5],
    )
    code = pl.read_parquet(path)["统一社会信用代码"][0]

    assert submit(path).outcome.accepted == 1
    content = queries.subject(code).content
    assert (content["established_on"], content["approved_on"]) == ("2015-06-01", "2026-05-10")
    assert content["registered_capital"] == "100.5"


@pytest.mark.parametrize(
    "cell", [["a"], b"\xff\xfe\xfa", "a\0b"], ids=["a list", "bytes", "a zero character"]
)
def test_parquet_with_what_is_no_text_is_refused_or_its_row_is(submit, tmp_path, cell):
    path = parquet(tmp_path / "b.parquet", 类型=[cell])

    try:
        outcome = submit(path).outcome
    except UnreadableFile:
        assert Batch.objects.count() == 0
    else:
        assert outcome.rejected == 1


def test_damaged_parquet_is_refused(refused, tmp_path):
    path = tmp_path / "c.parquet"
    rows = [a_registration() for _ in range(2000)]
    pl.DataFrame(rows).write_parquet(path)
    whole = path.read_bytes()

    path.write_bytes(whole[: len(whole) // 2])
    refused(path)
    path.write_bytes(
        whole[:200]
        + bytes((b * 7 + 3) % 256 for b in whole[200 : len(whole) // 2])
        + whole[len(whole) // 2 :]
    )
    refused(path)


def test_parquet_without_rows_is_refused(refused, tmp_path):
    path = tmp_path / "d.parquet"
    pl.DataFrame(schema={"名称": pl.String, "统一社会信用代码": pl.String}).write_parquet(path)
    refused(path)


def test_a_folder_or_a_missing_path_is_refused(refused, tmp_path):
    (tmp_path / "folder.csv").mkdir()

    refused(tmp_path / "folder.csv")
    refused(tmp_path / "nowhere.csv")
