"""Tell what a file is by its first bytes, and read its tables."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from xinyun.base import Text
from xinyun.collection.reading import archives, delimited, exchange, lines, parquet, workbooks
from xinyun.collection.reading.refusals import SAVE_AGAIN, SAVE_AS_CSV, UnreadableFile, empty
from xinyun.collection.reading.shape import Known, Table

_HEAD = 4096
_PACKED = Text("请解压后报送，或改用 ZIP 压缩。", "Unpack it and submit what is inside, or pack it as ZIP.")
_REFUSED = {
    b"%PDF": (Text("这是 PDF 文件。", "This is a PDF file."), SAVE_AS_CSV),
    b"\x1f\x8b": (Text("这是压缩文件（gzip）。", "This is a gzip file."), _PACKED),
    b"Rar!": (Text("这是压缩文件（RAR）。", "This is a RAR file."), _PACKED),
    b"7z\xbc\xaf": (Text("这是压缩文件（7z）。", "This is a 7z file."), _PACKED),
    b"\xff\xfe": (Text("文件是 UTF-16 编码。", "The file is encoded in UTF-16."), SAVE_AS_CSV),
    b"\xfe\xff": (Text("文件是 UTF-16 编码。", "The file is encoded in UTF-16."), SAVE_AS_CSV),
}
_OLE = b"\xd0\xcf\x11\xe0"
_ELEMENT = re.compile(rb"<[?!A-Za-z_\x80-\xff]")
_ARRAY = re.compile(rb"\[\s*[{\]]")


@contextmanager
def tables(path: Path, known: Known | None = None) -> Iterator[Iterator[Table]]:
    """Open a file of records: its tables, one after the other, in bounded memory.

    :param known: whether a title is one that the catalogue knows, by which a sheet's titles are told from what
        stands above them, and sheets of data from sheets of advice.
    :raises UnreadableFile: when tables or their frames are asked for: it is no table, or not one that we can read.
    """
    with closing(_tables(path, known)) as found:
        yield found


def _tables(path: Path, known: Known | None) -> Generator[Table, None, None]:
    if not path.is_file():
        raise UnreadableFile(
            Text(f"没有文件 {path.name}。", f"There is no file {path.name}."),
            Text("请检查路径。", "Check the path."),
        )
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head.strip():
        raise empty()
    if head.startswith(archives.MAGIC):
        if archives.is_workbook(path):
            yield from workbooks.read(path, known)
        else:
            yield from archives.read(path, lambda member: _tables(member, known))
    else:
        yield from _of_one(path, head, known)


def _of_one(path: Path, head: bytes, known: Known | None) -> Iterator[Table]:
    """The tables of a file that is no container."""
    for magic, refusal in _REFUSED.items():
        if head.startswith(magic):
            raise UnreadableFile(*refusal)
    if head.startswith(_OLE):
        raise _old_workbook(path)
    begun = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _ARRAY.match(begun):
        raise UnreadableFile(
            Text("这是一个 JSON 数组。", "This is one JSON array."),
            Text(
                "请导出为 JSON Lines：每行一个对象，行间不加逗号。",
                "Export JSON lines: one object a line, without commas between lines.",
            ),
        )
    if head.startswith(b"PAR1"):
        yield from parquet.read(path)
    elif begun.startswith(b"{"):
        yield from lines.read(path)
    elif _ELEMENT.match(begun):
        yield from exchange.read(path, known)
    else:
        yield from delimited.read(path)


def _old_workbook(path: Path) -> UnreadableFile:
    """A compound file: a workbook under a password has a stream of that name in its directory, XLS has not."""
    with path.open("rb") as stream:
        head = stream.read(512)
        stream.seek(
            (int.from_bytes(head[48:52], "little") + 1) << min(int.from_bytes(head[30:32], "little"), 12)
        )
        directory = stream.read(4096)
    if "EncryptedPackage".encode("utf-16-le") in directory:
        return UnreadableFile(
            Text("这是加了密码的 Excel 文件。", "This is an Excel file under a password."),
            Text("请去掉打开密码后再报送。", "Take the password off and submit it again."),
        )
    return UnreadableFile(Text("这是旧版 Excel（XLS）文件。", "This is an old Excel (XLS) file."), SAVE_AGAIN)
