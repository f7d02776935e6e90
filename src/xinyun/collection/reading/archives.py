"""ZIP: its members one after the other, each through an unnamed copy, with what they unpack to bounded.

Nothing is written under a member's name. Sizes are those of the bytes that really come out.
"""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

import polars as pl

from xinyun.base import Text
from xinyun.collection.reading.refusals import EXPORT_AGAIN, SPLIT, UnreadableFile, told_of
from xinyun.collection.reading.shape import Table

MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
MEMBERS_LIMIT = 200
UNPACKED_LIMIT = 8 << 30
RATIO_LIMIT, RATIO_FROM = 200, 64 << 20
"""A member that unpacks to more than this many times its size, and to more than 64 MiB, is no table but a trap."""
_BLOCK = 1 << 20
_ENCRYPTED, _UTF8_NAME = 0x1, 0x800
_LEFT_BY_SYSTEMS = {".ds_store", "thumbs.db", "desktop.ini"}
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError)


def is_workbook(path: Path) -> bool:
    """Whether a ZIP is an Office document rather than an archive.

    :raises UnreadableFile: its directory is damaged.
    """
    with opened(path) as archive:
        names = set(archive.namelist())
    return "[Content_Types].xml" in names or "xl/workbook.xml" in names or "mimetype" in names


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """A ZIP whose directory can be read, opened."""
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGED:
        raise damaged() from None
    with archive:
        yield archive


def read(path: Path, tables_of: Callable[[Path], Iterator[Table]]) -> Iterator[Table]:
    """The tables of all members, by name; each is called after its member.

    :raises UnreadableFile: a member is none that we can read, or is a ZIP itself; too many, too large, encrypted.
    """
    with opened(path) as archive:
        left = UNPACKED_LIMIT
        for name, member in _members(archive):
            with tempfile.TemporaryFile() as copy, told_of(name):
                left -= _unpack(archive, member, copy, left)
                for table in tables_of(_demand_no_zip(Path(f"/proc/self/fd/{copy.fileno()}"))):
                    called = f"{name}/{table.name}" if table.name else name
                    yield Table(called, table.titles, _told_of(name, table.frames))


def refuse_trap(packed: int, unpacked: int, limit: int) -> None:
    """
    :raises UnreadableFile: what comes out is too large, or too large for what went in.
    """
    if unpacked > limit:
        raise UnreadableFile(
            Text(f"解压后超过 {limit >> 30} GiB。", f"It unpacks to more than {limit >> 30} GiB."), SPLIT
        )
    if unpacked > RATIO_FROM and unpacked > RATIO_LIMIT * max(packed, 1):
        raise UnreadableFile(
            Text(
                f"解压后是压缩时的 {RATIO_LIMIT} 倍以上，不像数据文件。",
                f"It unpacks to more than {RATIO_LIMIT} times its size, as no file of data does.",
            ),
            EXPORT_AGAIN,
        )


def damaged() -> UnreadableFile:
    """What is said of a ZIP or an XLSX that cannot be unpacked."""
    return UnreadableFile(
        Text("压缩文件（ZIP 或 XLSX）已损坏或不完整。", "The ZIP or XLSX file is damaged or incomplete."),
        Text(
            "请重新打包或另存为「CSV UTF-8」后再报送。",
            "Pack it again, or save it as CSV UTF-8 and submit that.",
        ),
    )


def refuse_encrypted(member: zipfile.ZipInfo) -> None:
    """
    :raises UnreadableFile: it can be unpacked only with a password.
    """
    if member.flag_bits & _ENCRYPTED:
        raise UnreadableFile(
            Text("压缩文件加了密码。", "The archive is under a password."),
            Text("请去掉密码后再报送。", "Take the password off and submit it again."),
        )


def _members(archive: zipfile.ZipFile) -> list[tuple[str, zipfile.ZipInfo]]:
    """The files among the members that somebody meant to send, by name."""
    if len(archive.infolist()) > MEMBERS_LIMIT * 2:
        raise _too_many()
    named = [(_name(member), member) for member in archive.infolist() if not member.is_dir()]
    meant = sorted((found for found in named if not _left_by_system(found[0])), key=lambda found: found[0])
    if len(meant) > MEMBERS_LIMIT:
        raise _too_many()
    if not meant:
        raise UnreadableFile(
            Text("压缩包里没有文件。", "There is no file in the archive."),
            Text("请检查打包是否成功。", "Check that packing succeeded."),
        )
    for name, member in meant:
        with told_of(name):
            refuse_encrypted(member)
            _refuse_outside(name)
    return meant


def _too_many() -> UnreadableFile:
    return UnreadableFile(
        Text(
            f"压缩包里的文件超过 {MEMBERS_LIMIT} 个。",
            f"There are more than {MEMBERS_LIMIT} files in the archive.",
        ),
        SPLIT,
    )


def _name(member: zipfile.ZipInfo) -> str:
    """A member's name; without the mark of UTF-8 it is what the packing system used: GBK on Windows in China."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename.replace("\\", "/")
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return member.filename.replace("\\", "/")


def _left_by_system(name: str) -> bool:
    path = PurePosixPath(name)
    last = path.name.lower()
    return "__MACOSX" in path.parts or last in _LEFT_BY_SYSTEMS or last.startswith("~$")


def _refuse_outside(name: str) -> None:
    """No name is ever used as a path; who packs such a one means no good, or knows not what was packed."""
    if (
        name.startswith("/")
        or name[1:2] == ":"
        or ".." in PurePosixPath(name).parts
        or not name.isprintable()
    ):
        raise UnreadableFile(
            Text("压缩包里有指向包外的文件名。", "A name in the archive points outside of it."),
            Text("请重新打包。", "Pack it again."),
        )


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, copy: IO[bytes], left: int) -> int:
    """Write a member's bytes to `copy`; returns how many, which are at most `left`."""
    refuse_trap(member.compress_size, member.file_size, left)
    written = 0
    try:
        with archive.open(member) as source:
            while block := source.read(_BLOCK):
                written += len(block)
                refuse_trap(member.compress_size, written, left)
                copy.write(block)
    except _DAMAGED:
        raise damaged() from None
    copy.flush()
    return written


def _demand_no_zip(path: Path) -> Path:
    with path.open("rb") as stream:
        packed = stream.read(4) in MAGIC
    if packed and not is_workbook(path):
        raise UnreadableFile(
            Text("压缩包里还有压缩包。", "There is an archive inside the archive."),
            Text("请只压缩一层。", "Pack the files once only."),
        )
    return path


def _told_of(name: str, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    with told_of(name):
        yield from frames
