"""XML in the layouts in which credit systems send records, and what hostile XML asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collection.reading import KNOWN, numbers, read, refusal

pytestmark = pytest.mark.one_store

READ = (["名称", "文号"], [["贵州演示公司", "1"], ["贵州演示二号公司", None]])
ONE, OTHER = "<名称>贵州演示公司</名称><文号>1</文号>", "<名称>贵州演示二号公司</名称><文号/>"


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    "text",
    [
        f"<root><row>{ONE}</row><row>{OTHER}</row></root>",
        f'<?xml version="1.0"?>\n<data><count>2</count><rows><row>{ONE}</row>\n<row>{OTHER}</row></rows></data>',
        f"<M><Header><sender>33</sender></Header><Body><fields>{ONE}</fields><fields>{OTHER}</fields></Body></M>",
        f'<x:root xmlns:x="urn:x" xmlns="urn:y"><x:row>{ONE}</x:row><x:row>{OTHER}</x:row></x:root>',
        '<ROWDATA><ROW><COL NAME="名称">贵州演示公司</COL><COL NAME="文号">1</COL></ROW>'
        '<ROW><COL NAME="名称">贵州演示二号公司</COL></ROW></ROWDATA>',
        '<r><record><field name="名称" value="贵州演示公司"/><field name="文号"><![CDATA[1]]></field></record>'
        '<record><field name="名称">贵州演示&#20108;号公司</field></record></r>',
    ],
    ids=["rows", "a count above", "a message with a header", "namespaces", "COL NAME", "field name"],
)
def test_layouts_in_which_records_come(tmp_path, text):
    assert read(written(tmp_path / "a", text))[""] == READ
    assert read(written(tmp_path / "a", text), KNOWN)[""] == READ


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_in_either_encoding_whatever_the_declaration_says(tmp_path, encoding):
    text = f'<?xml version="1.0" encoding="GBK"?><root><row>{ONE}</row><row>{OTHER}</row></root>'

    assert read(written(tmp_path / "a", text, encoding))[""] == READ


def test_one_record_alone_is_one_whatever_stands_in_the_head(tmp_path):
    head = "<Head><名称>市局</名称><a><x>1</x></a></Head>"

    assert read(written(tmp_path / "a", f"<M>{head}<Body><f>{ONE}</f></Body></M>"))[""][1] == [
        ["贵州演示公司", "1"]
    ]


def test_fields_of_later_records_are_titles_too_and_blank_records_count(tmp_path):
    path = written(tmp_path / "a", "<r><row><a>1</a></row><row/><row><a/></row><row><b>2</b></row></r>")

    assert read(path)[""] == (["a", "b"], [["1", None], [None, "2"]])
    assert numbers(path) == [1, 4]


def test_many_records_lose_none_between_frames(tmp_path):
    rows = [[str(n), "长" * (n % 50)] for n in range(51_000)]
    text = "".join(f"<row><a>{a}</a><b>{b}</b></row>" for a, b in rows)

    found = read(written(tmp_path / "a", f"<r>{text}</r>"))[""][1]
    assert [[a, b or ""] for a, b in found] == rows


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("<r><row><名称>1</名称><b><c>2</c></b></row></r>", "还有一层"),
        ("<r><row><a>1</a><b><c>2</c></b></row><row><a>2</a><b><c>3</c></b></row></r>", "还有一层"),
        ("<r><row><a>1</a><a>2</a></row></r>", "出现两次"),
        ("<r><p><a>1</a></p><q><b>1</b></q><p><a>1</a></p><q><b>1</b></q></r>", "两种记录"),
        ("<r/>", "没有记录"),
        ("<r><row><a>1</a></row>", "有误"),
        ("<r><row><a>1</b></row></r>", "有误"),
        ("<r><row><a>\x07</a></row></r>", "有误"),
        ("<r><row><a>&nbsp;</a></row></r>", "有误"),
        ("<a>" * 17 + "</a>" * 17, "16 层"),
        (f"<r><row><a>{'长' * ((1 << 20) + 1)}</a></row></r>", "1 MiB"),
        ("<r><row>" + "".join(f"<f{n}>1</f{n}>" for n in range(2001)) + "</row></r>", "2000 个字段"),
        ("<r>" + "".join(f"<r{n}><a>1</a></r{n}>" for n in range(1001)) + "</r>", "重复的记录元素"),
        (f"<r><!--{' ' * (3 << 20)}--></r>", "标记或注释"),
        ("<!DOCTYPE html><html><body><table><tr><td>1</td></tr></table></body></html>", "DOCTYPE"),
        ('<!DOCTYPE r SYSTEM "file:///etc/passwd"><r><row><a>1</a></row></r>', "DOCTYPE"),
        ('<!DOCTYPE r [<!ENTITY a "a"><!ENTITY b "&a;&a;">]><r><row><a>&b;</a></row></r>', "DOCTYPE"),
    ],
)
def test_what_is_no_list_of_flat_records_is_refused(tmp_path, text, word):
    assert word in refusal(written(tmp_path / "a", text), KNOWN).what.zh
