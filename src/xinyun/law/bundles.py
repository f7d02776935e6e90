"""A rulebook's files in one archive, so that law as it once was in use can be read again, years after.

The archive is named by the rulebook's hash, which is a digest of the very files: what comes out is what went in, or it
is refused.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from pathlib import Path

from xinyun.base import Refusal, Text
from xinyun.law.book import Rulebook
from xinyun.law.faults import RulebookFaults
from xinyun.law.in_use import default_folder
from xinyun.law.loader import digest_of, files_of

_DAY = (1980, 1, 1, 0, 0, 0)  # an archive of the same files is the same archive


class RulebookNotKept(Refusal):
    """No archive of that rulebook is here, or this program cannot read it any more."""

    code = "rulebook-not-kept"
    status = 404


def keep(book: Rulebook, folder: Path) -> bool:
    """Write a rulebook's files into `folder` as an archive that is whole or not there; again changes nothing.

    `False` where its files have changed on the disk since it was loaded: what is kept is the law that was applied.
    """
    path = folder / f"{book.hash}.zip"
    if path.exists():
        return True
    files = {name: file.read_bytes() for name, file in files_of(book.folder, book.over).items()}
    if digest_of(files.items()) != book.hash:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, aside = tempfile.mkstemp(dir=folder, suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, content in files.items():
                    archive.writestr(zipfile.ZipInfo(name, _DAY), content, zipfile.ZIP_DEFLATED)
            stream.flush()
            os.fsync(stream.fileno())
        Path(aside).replace(path)
    finally:
        Path(aside).unlink(missing_ok=True)
    return True


def recall(hash: str, folder: Path) -> Rulebook:
    """Load the rulebook of that hash from its archive.

    :raises RulebookNotKept: there is no such archive, or today's program does not accept what is in it.
    """
    path = folder / f"{hash}.zip"
    if not path.is_file():
        raise _not_kept(hash, "这里没有留存它", "it was not kept here")
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        with zipfile.ZipFile(path) as archive:
            archive.extractall(place)
        # Today's schemas: they only grow, and the program reads what they describe.
        shutil.copytree(default_folder() / "schema", place / "schema")
        try:
            book = Rulebook(place)
        except RulebookFaults as faults:
            raise _not_kept(
                hash, f"现在的程序读不了它（{faults}）", f"this program rejects it ({faults})"
            ) from None
    if book.hash != hash:
        raise _not_kept(hash, "留存的内容被改动过", "what was kept was changed")
    return book


def _not_kept(hash: str, zh: str, en: str) -> RulebookNotKept:
    return RulebookNotKept(
        Text(f"取不到法规库 {hash[:16]}：{zh}。", f"The rulebook {hash[:16]} cannot be had: {en}."),
        Text(
            "请从备份恢复数据目录的 rulebooks/，或用当时版本的程序。",
            "Bring back rulebooks/ of the home from a backup, or use the program of that time.",
        ),
    )
