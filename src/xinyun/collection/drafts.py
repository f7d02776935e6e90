"""The copy of a submission that waits in the queue: sealed, durable, and opened only while it is worked on.

It is the very draft that becomes the original of the batch. What a worker opens lies in a folder of its own,
named after the submission, for the owner alone; one that a dead worker left is removed by the next.
"""

from __future__ import annotations

import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.timezone import get_default_timezone

from xinyun.base import Text
from xinyun.collection import originals
from xinyun.collection.models import Batch, Submission
from xinyun.plumbing.sealing import open_file

_LONGEST_NAME, _LONGEST_ENDING = 200, 20
"""In bytes: a file system takes 255, and what is written beside a file has an ending more."""


def plain_name(name: str) -> str:
    """A file's name without folders or signs that a file system or a log would stumble over."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip().lstrip(".")
    stem, dot, ending = kept.rpartition(".")
    if not dot or len(ending.encode()) > _LONGEST_ENDING:
        stem, dot, ending = kept, "", ""
    room = _LONGEST_NAME - len((dot + ending).encode())
    return stem.encode()[:room].decode(errors="ignore") + dot + ending or "submission"


def keep(path: Path, submission: str, on: date) -> int:
    """Seal a file as the draft of a submission, durably; returns its size."""
    originals.keep(path, submission, on)
    return path.stat().st_size


def drop(submission: str) -> None:
    """Take away the draft of what never became a submission."""
    _draft(submission).unlink(missing_ok=True)


@contextmanager
def unnamed() -> Iterator[tuple[BinaryIO, Path]]:
    """A file to write that has no name on disk, and the path by which it is read; gone with the process."""
    with tempfile.TemporaryFile(dir=_folder()) as file:
        yield file, Path(f"/proc/self/fd/{file.fileno()}")


@contextmanager
def spooled(stream: BinaryIO) -> Iterator[Path]:
    """A stream as such a file."""
    with unnamed() as (file, path):
        shutil.copyfileobj(stream, file, 1 << 20)
        file.flush()
        yield path


@contextmanager
def opened(submission: Submission, on: date) -> Iterator[Path]:
    """The file as it was sent, under its name, until the block ends: for the worker that holds the submission.

    What one that lost it had opened is taken away; it has no say any more. Each has a folder of its own, so that it
    cannot take away another's when it comes to its end.

    :raises sealing.SealBroken: the copy was changed, or another key sealed it.
    :raises originals.NoOriginal: the copy is gone.
    """
    _sweep(on)
    for left in _folder().glob(f"{submission.pk}-*"):
        shutil.rmtree(left, ignore_errors=True)
    with _copied(submission, f"{submission.pk}-") as path:
        yield path


@contextmanager
def looked_at(submission: Submission) -> Iterator[Path]:
    """The same for somebody who merely looks at it, whatever a worker does with the submission meanwhile."""
    with _copied(submission, "look-") as path:
        yield path


@contextmanager
def _copied(submission: Submission, prefix: str) -> Iterator[Path]:
    if not _draft(submission.pk).is_file():
        raise originals.NoOriginal(
            Text("报送的文件已不在平台上。", "The submitted file is no longer here."),
            Text("请重新报送。", "Submit it again."),
        )
    with tempfile.TemporaryDirectory(prefix=prefix, dir=_folder(), ignore_cleanup_errors=True) as folder:
        path = Path(folder) / submission.file_name
        open_file(_draft(submission.pk), path)
        yield path


def is_same(path: Path, submission: Submission) -> bool:
    """Whether a file holds the bytes that were submitted before; by its size alone once the copy is gone."""
    if path.stat().st_size != submission.size:
        return False
    batch = Batch.objects.filter(pk=submission.pk).first()
    known = batch.file_digest if batch else _digest_of_draft(submission.pk)
    return known is None or originals.digest(path, submission.pk) == known


def _digest_of_draft(submission: str) -> str | None:
    with tempfile.TemporaryDirectory(dir=_folder()) as folder:
        copy = Path(folder) / "copy"
        try:
            open_file(_draft(submission), copy)
        except FileNotFoundError:
            return None
        return originals.digest(copy, submission)


def _draft(submission: str) -> Path:
    home: Path = settings.XINYUN.home
    return home / "submissions" / "drafts" / f"{submission}.sealed"


def _folder() -> Path:
    folder: Path = settings.XINYUN.home / "staging" / "opened"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _sweep(on: date) -> None:
    """Remove what processes that died had opened: the files of no running submission, copies older than a day."""
    found = {folder: folder.name.partition("-")[0] for folder in _folder().iterdir()}
    known = dict(Submission.objects.filter(pk__in=set(found.values())).values_list("pk", "state"))
    for folder, id in found.items():
        with suppress(FileNotFoundError):  # whose it is has come to its end
            written = datetime.fromtimestamp(folder.stat().st_mtime, tz=get_default_timezone()).date()
            old = on - written > timedelta(days=1)
            if known.get(id, "") != Submission.State.RUNNING and (id in known or old):
                shutil.rmtree(folder, ignore_errors=True)
