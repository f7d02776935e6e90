"""The submitted files themselves: kept sealed under the batch's id, as evidence of what was sent.

A copy is first a draft; when its batch is in the archive it gets its name, which nothing here deletes but an
order of erasure (`erasing`). So a copy survives a store restored from a backup or made anew.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from hashlib import file_digest
from pathlib import Path

from django.conf import settings
from django.utils.timezone import get_default_timezone

from xinyun.base import Refusal, Text
from xinyun.collection.models import Batch, ErasedOriginal, Submission
from xinyun.plumbing.sealing import open_file, seal_file

_GRACE = timedelta(days=1)


class NoOriginal(Refusal):
    """There is no copy of that batch."""

    code = "no-original"
    status = 404


def keep(path: Path, batch: str, on: date) -> str:
    """Keep a sealed copy of a submission as a draft; returns the SHA-256 of the file, in hexadecimal."""
    sweep(on)
    return seal(path, batch)


def seal(path: Path, batch: str) -> str:
    """The same without looking after other drafts, and so without the store."""
    return seal_file(path, _folder("drafts") / f"{batch}.sealed")


def digest(path: Path, batch: str) -> str:
    """The SHA-256 of a file whose draft is kept already, in hexadecimal."""
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def confirm(batch: str) -> None:
    """Give the draft of a batch that is in the archive its name."""
    (_folder("drafts") / f"{batch}.sealed").replace(_folder() / f"{batch}.sealed")


def demand(batch: str) -> Path:
    """The sealed copy of a batch.

    :raises NoOriginal: there is none.
    """
    if ErasedOriginal.objects.filter(pk=batch).exists():
        raise NoOriginal(
            Text(
                f"批次 {batch:.40} 的原始文件已依法删除。",
                f"The original of batch {batch:.40} was erased by law.",
            ),
            Text(
                "凭哪一条、何时删除，见 xinyun retention report。",
                "xinyun retention report tells by which article.",
            ),
        )
    copy = place(batch)
    if not batch.isalnum() or not copy.is_file():
        raise NoOriginal(
            Text(f"没有批次 {batch:.40} 的原始文件。", f"There is no original of batch {batch:.40}."),
            Text("批次号见归集结果或控制台。", "The batch's id is in what collect printed."),
        )
    return copy


def place(batch: str) -> Path:
    """Where the sealed copy of a batch is, or would be."""
    return _folder() / f"{batch}.sealed"


def restore(batch: str, target: Path) -> None:
    """Write a batch's submission as it was sent to `target`, which appears only when every part proved true.

    :raises NoOriginal: there is no copy of that batch.
    :raises sealing.SealBroken: the copy was changed, or another key sealed it.
    """
    open_file(demand(batch), target)


def _folder(*below: str) -> Path:
    folder: Path = settings.XINYUN.home.joinpath("submissions", *below)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def sweep(on: date) -> None:
    """Settle the drafts of processes that died: named where their batch came to be, else removed after a day.

    What waits in the queue or for a second officer is left alone.
    """
    waiting = Submission.objects.exclude(state__in=[Submission.State.DONE, Submission.State.REFUSED])
    for draft in _folder("drafts").glob("*.sealed"):
        written = datetime.fromtimestamp(draft.stat().st_mtime, tz=get_default_timezone()).date()
        if on - written <= _GRACE or waiting.filter(pk=draft.stem).exists():
            continue
        if Batch.objects.filter(pk=draft.stem).exists():
            confirm(draft.stem)
        else:
            draft.unlink(missing_ok=True)
