"""The log as static files, which any web server can serve and any witness can read."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from xinyun.base import Refusal, Text
from xinyun.ledger import paths, queries, rules
from xinyun.ledger.notes import Head, NoteRefused, Verifier, open_note
from xinyun.plumbing.writing import USUAL, arriving


class NothingSigned(Refusal):
    """There is no signed head yet."""

    code = "nothing-signed"
    status = 409


class AnotherLog(Refusal):
    """The folder holds another log, or one that this log does not continue."""

    code = "another-log"
    status = 409


class Exported(NamedTuple):
    """How long the exported log is, and how many files were new."""

    size: int
    files: int


def export(folder: Path, verifiers: list[Verifier]) -> Exported:
    """Write the signed log into a folder, or what is new since the last time; the head comes last, in one step.

    The public keys stand beside it, for comparison: whoever trusts them has got them by another way.

    :raises NothingSigned: no head has been signed.
    :raises AnotherLog: the folder's head is not signed by this log's key, or its tree is no beginning of this one.
    """
    head = queries.latest_checkpoint()
    if head is None:
        raise NothingSigned(
            Text("还没有签署的检查点。", "No checkpoint has been signed."),
            Text("请先运行 xinyun ledger verify。", "Run xinyun ledger verify first."),
        )
    known = _known(folder, verifiers)
    files = 0
    for part in paths.parts(head.size, known):
        content = queries.published(str(part))
        if content is None:
            raise rules.BrokenTile(part.level, part.index)
        path = folder / str(part)
        path.parent.mkdir(parents=True, exist_ok=True)
        with arriving(path, USUAL) as out:
            out.write(content)
        files += 1
    with arriving(folder / paths.KEYS, USUAL) as out:
        out.writelines(f"{key}\n".encode() for key in verifiers)
    with arriving(folder / paths.CHECKPOINT, USUAL) as out:
        out.write(head.note.encode())
    return Exported(head.size, files)


def _known(folder: Path, verifiers: list[Verifier]) -> int:
    """How many leaves the folder's log has."""
    try:
        note = (folder / paths.CHECKPOINT).read_text(encoding="utf-8")
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        return 0
    try:
        head = Head.parse(open_note(note, verifiers))
        same = rules.root(head.size, queries.reader()) == head.root
    except (NoteRefused, rules.BrokenTile):
        same = False
    if not same:
        raise AnotherLog(
            Text(f"{folder} 里是另一个账本，没有写入。", f"{folder} holds another log; nothing was written."),
            Text("请换一个空文件夹。", "Give an empty folder."),
        )
    return head.size
