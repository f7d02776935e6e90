"""ZIP: members by name whatever the system called them, and traps that unpack to no end."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from tests.collection.reading import read, refusal

pytestmark = pytest.mark.one_store

TABLE = "名称,文号\n贵州演示公司,1\n".encode()
READ = (["名称", "文号"], [["贵州演示公司", "1"]])


def packed(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def a_workbook() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name in ("甲", "乙"):
            book.add_worksheet(name).write_column(0, 0, ["名称", "贵州演示公司"])
    return out.getvalue()


def test_members_of_every_kind_are_read_by_name(tmp_path):
    path = packed(
        tmp_path / "a.zip",
        **{
            "县局/b.csv": TABLE,
            "a.xlsx": a_workbook(),
            "c.jsonl": '{"名称":"贵州演示公司"}\n'.encode(),
            "__MACOSX/._b.csv": b"\0\1",
            "县局/.DS_Store": b"\0\1",
            "Thumbs.db": b"\0\1",
            "~$a.xlsx": b"\0\1",
        },
    )

    one = (["名称"], [["贵州演示公司"]])
    found = read(path)
    assert found == {"a.xlsx/甲": one, "a.xlsx/乙": one, "c.jsonl": one, "县局/b.csv": READ}
    assert list(found) == ["a.xlsx/甲", "a.xlsx/乙", "c.jsonl", "县局/b.csv"]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_without_the_mark_of_utf8_are_read_as_the_system_wrote_them(tmp_path, encoding):
    path = packed(
        tmp_path / "a.zip", **{"XXXXXXXX.csv" if encoding == "gb18030" else "XXXXXXXXXXXX.csv": TABLE}
    )
    name = "行政处罚".encode(encoding)
    path.write_bytes(path.read_bytes().replace(b"X" * len(name), name))

    assert read(path) == {"行政处罚.csv": READ}


def test_a_member_that_is_no_table_refuses_the_archive_and_is_named(tmp_path):
    path = packed(tmp_path / "a.zip", **{"a.csv": TABLE, "b.pdf": b"%PDF-1.7\n"})

    assert "「b.pdf」" in refusal(path).what.zh


def test_a_broken_row_of_a_member_is_told_with_the_members_name(tmp_path):
    path = packed(tmp_path / "a.zip", **{"a.csv": TABLE, "b.csv": TABLE + "一,二,三\n".encode()})

    assert "「b.csv」：第 2 行有 3 格" in refusal(path).what.zh


def test_an_archive_inside_an_archive_is_refused(tmp_path):
    inner = packed(tmp_path / "inner.zip", **{"a.csv": TABLE}).read_bytes()

    assert "压缩包里还有压缩包" in refusal(packed(tmp_path / "a.zip", **{"b.csv": inner})).what.zh


def test_an_empty_archive_is_refused(tmp_path):
    assert "没有文件" in refusal(packed(tmp_path / "a.zip")).what.zh
    assert "没有文件" in refusal(packed(tmp_path / "b.zip", **{".DS_Store": b"x"})).what.zh


@pytest.mark.parametrize("name", ["../a.csv", "/etc/a.csv", "x/../../a.csv", "..\\a.csv", "C:\\a.csv"])
def test_names_that_point_outside_are_refused(tmp_path, name):
    assert "指向包外" in refusal(packed(tmp_path / "a.zip", **{name: TABLE})).what.zh


def test_a_member_under_a_password_is_refused(tmp_path):
    path = packed(tmp_path / "a.zip", **{"a.csv": TABLE})
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)

    assert "密码" in refusal(path).what.zh


def test_a_member_that_unpacks_to_far_more_than_its_size_is_refused(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.csv", "w") as member:
        member.write(TABLE)
        for _ in range(100):
            member.write(b"a,b\n" * (1 << 18))

    assert "倍以上" in refusal(path).what.zh


def test_a_member_that_lies_about_its_size_is_refused(tmp_path):
    path = packed(tmp_path / "a.zip", **{"a.csv": TABLE * 1000})
    size, content = (len(TABLE) * 1000).to_bytes(4, "little"), path.read_bytes()
    assert content.count(size) == 2
    path.write_bytes(content.replace(size, (len(TABLE) * 10).to_bytes(4, "little")))

    assert "损坏" in refusal(path).what.zh


def test_a_damaged_archive_is_refused(tmp_path):
    whole = packed(tmp_path / "a.zip", **{"a.csv": TABLE * 100}).read_bytes()
    for number, content in enumerate([whole[:-30], whole[:45] + b"\xff\xff\xff" + whole[48:]]):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(content)
        assert "损坏" in refusal(path).what.zh


def test_two_hundred_members_are_read_and_one_more_is_not(tmp_path):
    members = {f"{n:03}.csv": TABLE for n in range(200)}

    assert len(read(packed(tmp_path / "a.zip", **members))) == 200
    assert "200 个" in refusal(packed(tmp_path / "b.zip", **members, more=TABLE)).what.zh
