"""The drop folder: a file put into `inbox/OFFICE/ITEM/` is submitted, its result is written to `outbox/OFFICE/ITEM/`.

A file that has lain still for a while is moved to a folder of ours whose name is its idempotency key, submitted
from there, and removed when its sealed copy is durable. Stopped at any instant, the next round finishes what it
finds. A file that cannot be taken stays where it is, and its result says why.
"""

from __future__ import annotations

import fcntl
import json
import stat
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from xinyun import law
from xinyun.base import Refusal, Text
from xinyun.collection import errors
from xinyun.collection.drafts import plain_name
from xinyun.collection.models import Submission
from xinyun.collection.queries import BatchView, SubmissionView, submission
from xinyun.collection.returns import NothingReturned, take_error_workbook
from xinyun.collection.submitting import demand_furnisher, submit
from xinyun.collection.uploading import demand_size
from xinyun.plumbing.problems import document
from xinyun.plumbing.writing import USUAL, arriving

QUIET = timedelta(seconds=10)
"""A file that has not changed for so long is complete."""
_UNFINISHED = (".part", ".tmp")
_OURS = ".taken"
_ENDED = {Submission.State.DONE, Submission.State.REFUSED}


class NotTaken(Refusal):
    """What lies in the inbox is no file in the folder of an office and an item."""

    code = "not-taken"


@dataclass(frozen=True, slots=True)
class _Found:
    """Something in the inbox; `folders` are those in which it lies."""

    path: Path
    folders: tuple[str, ...]
    status: Any

    @property
    def changed_at(self) -> float:
        """When it was last written, renamed or moved here: what no sender can set to another time."""
        moved: float = self.status.st_ctime
        return moved


def open_inbox(*, office: str, actor: str, on: date) -> list[Path]:
    """Make the folders into which an office's files are dropped, one for each item that it furnishes.

    :raises law.UnknownNorm: there is no such office.
    """
    norms = law.rulebook().on(on)
    department = norms.office(office).department
    folders = [_inbox() / office / item.id for item in norms.items() if item.admits(department)]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    return folders


def take_drops(*, actor: str, on: date, at: datetime) -> int:
    """Submit what lies still in the inbox, and say of the rest that cannot be taken why; returns how many were."""
    taken = 0
    with _alone() as alone:
        for found in _lying(_inbox(), ()) if alone else ():
            if at.timestamp() - found.changed_at < QUIET.total_seconds():
                continue
            try:
                office, item = _admitted(found, on)
            except Refusal as refusal:
                _refuse(found, refusal)
                continue
            _claim(found, office, item)
        for claimed in _claims() if alone else ():
            taken += _submit(claimed, on, at)
    return taken


def answer_drops(*, actor: str, on: date, at: datetime) -> int:
    """Write the results of dropped files that have been worked on; returns how many."""
    answered = 0
    with _alone() as alone:
        for folder in _claims() if alone else ():
            if (row := _submission(folder)) is None or any(folder.iterdir()):
                continue
            view = submission(row.pk)
            if view and row.state in _ENDED | {Submission.State.HELD}:
                answered += _answer(view, actor, on, at)
                if row.state in _ENDED:
                    folder.rmdir()
    return answered


def lying() -> list[str]:
    """What lies in the inbox and has not been taken, from the inbox on."""
    return [str(found.path.relative_to(_inbox())) for found in _lying(_inbox(), ())]


def _lying(folder: Path, folders: tuple[str, ...]) -> Iterator[_Found]:
    """Everything below a folder that is not unfinished, links not followed."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name.endswith(_UNFINISHED):
            continue
        with suppress(FileNotFoundError):  # it was taken back
            status = path.lstat()
            if stat.S_ISDIR(status.st_mode) and len(folders) < 2:
                yield from _lying(path, (*folders, path.name))
            else:
                yield _Found(path, folders, status)


def _admitted(found: _Found, on: date) -> tuple[str, str]:
    if len(found.folders) != 2 or not stat.S_ISREG(found.status.st_mode):
        raise NotTaken(
            Text("投递的不是「单位/事项」文件夹里的普通文件。", "It is no plain file in OFFICE/ITEM."),
            Text(
                "请把文件本身（不是链接或文件夹）放进 inbox/单位/事项/。",
                "Put the file itself, no link and no folder, into inbox/OFFICE/ITEM/.",
            ),
        )
    office, item = found.folders
    demand_furnisher(item, office, on)
    demand_size(found.status.st_size)
    return office, item


def _claim(found: _Found, office: str, item: str) -> None:
    ours = _inbox() / _OURS / office / item / uuid.uuid4().hex
    ours.mkdir(mode=0o700, parents=True)
    with suppress(FileNotFoundError):
        found.path.rename(ours / found.path.name)


def _claims() -> list[Path]:
    return sorted((_inbox() / _OURS).glob("*/*/*"))


def _submit(claimed: Path, on: date, at: datetime) -> int:
    """Submit what a claim holds, if it holds it still; it is removed when the submission is durable."""
    file = next(claimed.iterdir(), None)
    if file is None:
        if _submission(claimed) is None:  # the file was taken back while we claimed it
            claimed.rmdir()
        return 0
    office, item = claimed.parent.parent.name, claimed.parent.name
    if not stat.S_ISREG(
        file.lstat().st_mode
    ):  # a link took the file's place while we claimed it: the next round says so
        file.rename(_inbox() / office / item / file.name)
        claimed.rmdir()
        return 0
    try:
        submit(
            item=item,
            office=office,
            path=file,
            file_name=file.name,
            actor=f"drop:{office}",
            way=Submission.Way.DROP,
            on=on,
            at=at,
            idempotency_key=_key(claimed),
        )
    except Refusal as refusal:  # the law has changed since it was claimed
        _write(office, item, file.name, {"state": Submission.State.REFUSED, "problem": document(refusal)})
    file.unlink()
    return 1


def _key(claimed: Path) -> str:
    return f"drop:{claimed.name}"


def _submission(claimed: Path) -> Submission | None:
    office = claimed.parent.parent.name
    return Submission.objects.filter(office=office, idempotency_key=_key(claimed)).first()


def _refuse(found: _Found, refusal: Refusal) -> None:
    """Say once why something is not taken; again when it was changed."""
    target = settings.XINYUN.home.joinpath("outbox", *found.folders, _result(found.path.name))
    if target.exists() and target.stat().st_mtime >= found.changed_at:
        return
    told = {"state": Submission.State.REFUSED, "problem": document(refusal)}
    _write_json(target, {"file": found.path.name} | told)


def _answer(view: SubmissionView, actor: str, on: date, at: datetime) -> bool:
    folder = settings.XINYUN.home / "outbox" / view.office / view.item
    told: dict[str, Any] = {"submission": view.id, "state": view.state}
    told |= {"problem": view.problem, "doubts": view.doubts}
    known = folder / _result(view.file_name)
    if view.state == Submission.State.HELD and known.exists() and view.id in known.read_text("utf-8"):
        return False
    if view.batch:
        told |= _counts(view.batch)
        if view.batch.rejected:
            folder.mkdir(parents=True, exist_ok=True)
            told |= _returned(folder / view.file_name, view.batch, actor, on, at)
    _write(view.office, view.item, view.file_name, told)
    return True


def _returned(file: Path, batch: BatchView, actor: str, on: date, at: datetime) -> dict[str, str]:
    """Write what was returned beside the result: the reasons, and a workbook to mend and drop in again."""
    written = {"errors": errors.write_beside(file, batch)}
    workbook = file.with_name(f"{file.name}.returned.xlsx")
    with suppress(NothingReturned):  # all of it has been settled meanwhile
        take_error_workbook(workbook, batch=batch.id, actor=actor, on=on, at=at, most=None)
        written["workbook"] = workbook.name
    return written


def _counts(batch: BatchView) -> dict[str, Any]:
    names = ("received", "accepted", "unchanged", "revised", "rejected", "faults", "warnings")
    return {name: getattr(batch, name) for name in names}


def _result(name: str) -> str:
    return f"{plain_name(name)}.result.json"


def _write(office: str, item: str, name: str, told: dict[str, Any]) -> None:
    _write_json(settings.XINYUN.home / "outbox" / office / item / _result(name), {"file": name} | told)


def _write_json(target: Path, told: dict[str, Any]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with arriving(target, USUAL) as out:
        out.write(json.dumps(told, ensure_ascii=False, indent=1).encode())


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether we are the only one who looks after the drop folder just now."""
    folder = _inbox() / _OURS
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (_inbox() / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _inbox() -> Path:
    folder: Path = settings.XINYUN.home / "inbox"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
