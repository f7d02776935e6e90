"""JSON lines: whatever keys each line has, and values as they are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collection.reading import numbers, read, refusal

pytestmark = pytest.mark.one_store


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def test_titles_are_the_keys_of_all_lines(tmp_path):
    path = written(tmp_path / "a", '{"名称":"甲","文号":"1"}\n{"日期":"2026-05-10","名称":"乙"}\r\n')

    assert read(path)[""] == (
        ["名称", "文号", "日期"],
        [["甲", "1", None], ["乙", None, "2026-05-10"]],
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_in_either_encoding(tmp_path, encoding):
    path = written(tmp_path / "a.csv", '\n{"名称":"贵州䶮山演示有限公司"}', encoding)

    assert read(path)[""] == (["名称"], [["贵州䶮山演示有限公司"]])


def test_values_keep_their_writing(tmp_path):
    line = '{"a":100,"b":100.50,"c":1e3,"d":true,"e":false,"f":null,"g":123456789012345678901234567890,"h":"\\n"}'

    assert read(written(tmp_path / "a", line))[""][1] == [
        ["100", "100.50", "1e3", "true", "false", None, "123456789012345678901234567890", "\n"]
    ]


def test_blank_lines_count_and_are_left_out(tmp_path):
    assert numbers(written(tmp_path / "a", '{"a":"1"}\n\n{"a":"2"}\n{}\n{"a":"3"}\n')) == [1, 3, 5]


def test_many_lines_lose_no_row_between_frames(tmp_path):
    lines = [f'{{"编号":"{n}","说明":"{"长" * (n % 97)}"}}' for n in range(60_000)]

    rows = read(written(tmp_path / "a", "\n".join(lines)))[""][1]
    assert rows == [[str(n), "长" * (n % 97)] for n in range(60_000)]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('{"a":"1"}\n{"a":{"b":1}}', "第 2 行的「a」"),
        ('{"a":["1"]}', "第 1 行的「a」"),
        ('{"a":"1"}\n{"a":"1"},\n', "第 2 行不是"),
        ('{"a":"1"}\n[1]\n', "第 2 行不是"),
        ('{\n  "a": "1"\n}', "第 1 行不是"),
        ('{"a":"1","a ":"2"}', "重复"),
        ('[{"a":"1"}]', "JSON 数组"),
        ('{"a":' + "[" * 100_000, "第 1 行不是"),
        ("{" + ",".join(f'"列{n}":1' for n in range(2001)) + "}", "2001 列"),
        ('{"a":"' + "长" * (1 << 19) + '"}', "1 MiB"),
    ],
)
def test_what_is_no_line_of_a_table_is_refused(tmp_path, text, word):
    assert word in refusal(written(tmp_path / "a", text)).what.zh


def test_an_object_without_keys_is_no_table(tmp_path):
    assert "没有列名" in refusal(written(tmp_path / "a", "{}\n{}\n")).what.zh
