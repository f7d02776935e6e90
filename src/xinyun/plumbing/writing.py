"""Files that appear whole and durable, or not at all."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from typing import BinaryIO

from xinyun.base import Refusal, Text


class WouldOverwrite(Refusal):
    """The file to write is one that must not be lost."""

    code = "would-overwrite"
    status = 409


OWNER = 0o600
"""For the owner alone: keys, evidence."""
USUAL = 0o666
"""As the process's umask has it: what a user asked to be written."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def arriving(target: Path, mode: int = OWNER) -> Iterator[BinaryIO]:
    """A file to write beside `target`, moved into its place when the block ends well; else nothing is left of it.

    :raises OSError: it cannot be written; where the folder is missing or closed, before the block begins.
    """
    if target.exists() and not target.is_file():  # a device or a pipe is written as it is
        with _naming(target), target.open("wb") as out:
            yield out
        return
    target = target.resolve()
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with _naming(target), open(opened, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        draft.replace(target)
        sync_folder(target.parent)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _naming(target: Path) -> Iterator[None]:
    """What a write says that finds no room does not name the file; whoever asked for it must be told which."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM and error.filename is None:
            raise OSError(error.errno, error.strerror, str(target)) from error
        raise


def sweep_drafts(target: Path) -> None:
    """Take away what writers of `target` left beside it when they were killed. Nobody may be writing it now."""
    for draft in target.parent.glob(f".{escape(target.name)}.*.part"):
        draft.unlink(missing_ok=True)


def demand_apart(target: Path, *kept: Path) -> None:
    """Refuse to write where something is kept: one of these files, or anything in one of these folders.

    :raises WouldOverwrite: `target` is one of them, by whatever name.
    """
    place = target.resolve()
    for one in kept:
        same = target.exists() and one.exists() and target.samefile(one)
        if same or (one.is_dir() and place.is_relative_to(one.resolve())):
            raise WouldOverwrite(
                Text(f"不能写到 {target}：那里的内容须保留。", f"{target} must not be written: it is kept."),
                Text("请另取一个文件名或文件夹。", "Give another name or folder."),
            )


def write_once(path: Path, content: bytes) -> None:
    """Write a file for the owner alone, unless there is one: of several processes the first one wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    with arriving(draft) as out:
        out.write(content)
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a name in a folder durable."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
