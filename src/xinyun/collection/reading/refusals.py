"""How a file is refused: what is wrong with it, in both languages, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from xinyun.base import Refusal, Text

SAVE_AS_CSV = Text("请在表格软件中另存为「CSV UTF-8」后再报送。", "Save it as CSV UTF-8 and submit that.")
SAVE_AGAIN = Text(
    "请在表格软件中打开后另存为 XLSX 或「CSV UTF-8」，再报送。",
    "Open it in a spreadsheet program, save it as XLSX or CSV UTF-8, and submit that.",
)
SPLIT = Text("请分成几个文件报送。", "Split it into several files.")
EXPORT_AGAIN = Text("请重新导出。", "Export it again.")


class UnreadableFile(Refusal):
    """The file is no table that we can read; nothing of it was stored."""

    code = "unreadable-file"
    status = 400


def binary() -> UnreadableFile:
    """What is said of bytes that no text has."""
    what = Text("文件含有二进制内容，不是文本表格。", "The file holds binary content and is no text table.")
    return UnreadableFile(what, SAVE_AS_CSV)


def empty() -> UnreadableFile:
    """What is said of a file, or a part of one, in which there is nothing."""
    return UnreadableFile(
        Text("文件是空的。", "The file is empty."),
        Text("请检查导出是否成功。", "Check that the export succeeded."),
    )


@contextmanager
def told_of(name: str) -> Iterator[None]:
    """A refusal that arises inside says in which part of the file: a member's or a sheet's name."""
    try:
        yield
    except UnreadableFile as refusal:
        what = Text(f"「{name}」：{refusal.what.zh}", f"{name}: {refusal.what.en}")
        raise UnreadableFile(what, refusal.remedy) from None
