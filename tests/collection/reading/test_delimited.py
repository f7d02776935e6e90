"""CSV at the edges of blocks: letters that are cut, encodings that show late, rows of any width."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collection.reading import numbers, read, refusal
from xinyun.collection.reading import delimited, encoding, tables

pytestmark = pytest.mark.one_store

ROWS = [["贵州䶮山演示公司", "a𠮷b"], ["乙", "é"], ["丙", "2"]]


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("size", range(1, 12))
@pytest.mark.parametrize("coded", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_letter_cut_by_the_end_of_a_block_is_whole(tmp_path, monkeypatch, size, coded):
    path = written(tmp_path / "a", "名称,别名\n" + "".join(",".join(row) + "\n" for row in ROWS), coded)
    monkeypatch.setattr(encoding.blocks, "__defaults__", (max(size, 3),))

    assert read(path)[""] == (["名称", "别名"], ROWS)


def test_gb18030_that_shows_only_late_is_read(tmp_path):
    path = written(tmp_path / "a", "name,no\n" + f"a,{'1' * 200}\n" * 9000 + "贵州演示公司,2\n", "gb18030")

    assert read(path)[""][1][-1] == ["贵州演示公司", "2"]


def test_a_utf8_file_with_a_damaged_letter_is_not_read_as_something_else(tmp_path):
    whole = ("名称,文号\n" + "贵州演示公司,1\n" * 70_000).encode()
    path = tmp_path / "a"
    path.write_bytes(whole[:-300] + b"\xff" + whole[-299:])

    assert f"{len(whole) - 300} 字节" in refusal(path).what.zh


def test_a_file_cut_in_the_middle_of_a_letter_is_refused(tmp_path):
    path = tmp_path / "a"
    path.write_bytes("名称,文号\n贵州演示公司,壹".encode()[:-1])

    assert "字节" in refusal(path).what.zh


def test_gb18030_that_breaks_late_is_refused_when_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "ROWS_BLOCK", 1 << 12)
    path = tmp_path / "a"
    path.write_bytes(("名称,文号\n" + "贵州演示公司,1\n" * 1000).encode("gb18030") + b"\xff\xff,1\n")

    assert "字节" in refusal(path).what.zh


def test_two_thousand_columns_are_read_and_one_more_is_not(tmp_path):
    titles = [f"列{n}" for n in range(2001)]

    assert read(written(tmp_path / "a", ",".join(titles[:-1]) + "\n1\n"))[""][0] == titles[:-1]
    assert "2001 列" in refusal(written(tmp_path / "b", ",".join(titles))).what.zh


def test_narrow_rows_come_in_frames_of_a_bounded_height(tmp_path):
    path = written(tmp_path / "a", "a,b\n" + "1,2\n" * 450_000)

    with tables(path) as found:
        heights = [frame.height for table in found for frame in table.frames]
    assert sum(heights) == 450_000
    assert max(heights) <= 100_000
    assert len(heights) <= 9


def test_blank_rows_have_a_number_and_are_left_out(tmp_path):
    assert numbers(written(tmp_path / "a", "a,b\n\n1,2\n,\n3,\n")) == [2, 4]


def test_a_hundred_thousand_blank_lines_above_the_titles_are_passed_at_once(tmp_path):
    assert read(written(tmp_path / "a", ",\n" * 100_000 + "a,b\n1,2\n"))[""] == (["a", "b"], [["1", "2"]])


@pytest.mark.parametrize("lines", [3, 63, 64, 65, 5000])
def test_a_long_cell_of_many_lines_at_the_end_of_a_block_is_one_cell(tmp_path, monkeypatch, lines):
    cell = "\n".join(f"第{n}行" for n in range(lines))
    rows = "".join(f'{n},"{cell}"\n' for n in range(8))
    monkeypatch.setattr(delimited, "ROWS_BLOCK", len(rows.encode()) // 3)

    assert read(written(tmp_path / "a", "a,b\n" + rows))[""][1] == [[str(n), cell] for n in range(8)]
