"""Files that arrive in parts: begun once, continued after every break, submitted when the last byte is there.

A part lies in a private file beside a note of what it is to become, on the machine that took it. What was
acknowledged is durable. The upload's id becomes the submission's.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from typing import BinaryIO

import msgspec
from django.conf import settings
from django.utils.timezone import get_default_timezone

from xinyun.base import Refusal, Text
from xinyun.collection.drafts import plain_name
from xinyun.collection.models import Submission
from xinyun.collection.queries import is_id
from xinyun.collection.submitting import demand_furnisher, submit
from xinyun.plumbing.writing import arriving

KEPT = timedelta(days=7)
"""How long an upload that nobody continues is kept."""
MOST_OPEN = 50
"""How many uploads an office may have begun and not completed."""
_BLOCK = 1 << 20


class NoSuchUpload(Refusal):
    """There is no upload of that id, or not of that office."""

    code = "no-such-upload"
    status = 404


class FileTooLarge(Refusal):
    """The file is larger than what is taken."""

    code = "too-large"
    status = 413


class WrongOffset(Refusal):
    """The part does not begin where the last one ended."""

    code = "wrong-offset"
    status = 409


class UploadBusy(Refusal):
    """Another request is just writing to the upload."""

    code = "upload-busy"
    status = 409


class TooManyUploads(Refusal):
    """The office has begun many uploads and completed none of them."""

    code = "too-many-uploads"
    status = 409


class WrongDigest(Refusal):
    """What arrived is not what was announced; nothing of it is kept."""

    code = "wrong-digest"


class Upload(msgspec.Struct, frozen=True):
    """A file that arrives in parts; `offset` is how much of it is here."""

    id: str
    item: str
    office: str
    actor: str
    file_name: str
    size: int
    sha256: str = ""
    offset: int = 0

    @property
    def complete(self) -> bool:
        """Whether all of it is here."""
        return self.offset == self.size


def begin_upload(
    *, item: str, file_name: str, size: int, sha256: str, office: str, actor: str, on: date, at: datetime
) -> Upload:
    """Begin an upload of `size` bytes; `sha256` in hexadecimal, or empty, is what they will be checked against.

    :raises law.UnknownNorm, law.NotInForce, NotYours: the office does not furnish such an item.
    :raises FileTooLarge: it is more than this machine takes.
    :raises TooManyUploads: complete or leave the others first.
    """
    demand_furnisher(item, office, on)
    demand_size(size)
    folder = _folder()
    sweep_uploads(actor=actor, on=on)
    begun = [one for note in folder.glob("*.json") if (one := _read(note)) and one.office == office]
    if len(begun) >= MOST_OPEN:
        raise TooManyUploads(
            Text(f"本单位有 {len(begun)} 个未传完的文件。", f"{len(begun)} uploads of your office are open."),
            Text("请先传完，或等它们过期。", "Complete them, or wait until they expire."),
        )
    upload = Upload(uuid.uuid4().hex, item, office, actor, plain_name(file_name), size, sha256.lower())
    os.close(os.open(_part(upload.id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with arriving(_note(upload.id)) as out:
        out.write(msgspec.json.encode(upload))
    return upload


def upload(id: str, *, office: str) -> Upload:
    """How far an upload is; one that has become a submission is complete.

    :raises NoSuchUpload: there is none of that id and office.
    """
    found = _read(_note(id)) if is_id(id) else None
    if found is not None and found.office == office:
        with suppress(FileNotFoundError):  # it has become a submission just now
            return msgspec.structs.replace(found, offset=_part(id).stat().st_size)
    row = Submission.objects.filter(pk=id, office=office).first() if is_id(id) else None
    if row is None:
        raise NoSuchUpload(
            Text("没有这个上传，或已过期。", "There is no such upload, or it has expired."),
            Text("请重新开始上传。", "Begin it anew."),
        )
    return Upload(row.pk, row.item, office, row.actor, row.file_name, row.size, "", row.size)


def append_to_upload(
    *, id: str, offset: int, stream: BinaryIO, office: str, actor: str, on: date, at: datetime
) -> Upload:
    """Write a part that begins at `offset`; the last one makes the upload a submission of the same id.

    What arrived before a break is kept, so that the next part begins there.

    :raises NoSuchUpload: there is none of that id and office.
    :raises UploadBusy, WrongOffset: another part is being written, or this one begins elsewhere.
    :raises FileTooLarge: there is more than was announced.
    :raises WrongDigest: all of it is here and is not what was announced.
    """
    begun = upload(id, office=office)
    if begun.complete and not _note(id).exists():
        _demand_offset(begun, offset)
        return begun
    with _writing(id) as out:
        begun = upload(id, office=office)
        _demand_offset(begun, offset)
        _copy(stream, out, begun.size - offset)
        begun = upload(id, office=office)
        if begun.complete:
            _complete(begun, on, at)
    return begun


def sweep_uploads(*, actor: str, on: date) -> int:
    """Remove uploads that nobody has continued for some days; returns how many."""
    swept = 0
    for part in _folder().glob("*.part"):
        with suppress(FileNotFoundError):
            touched = datetime.fromtimestamp(part.stat().st_mtime, tz=get_default_timezone()).date()
            if on - touched > KEPT:
                _remove(part.stem)
                swept += 1
    return swept


def demand_size(size: int) -> None:
    """Check a file's size.

    :raises FileTooLarge: it is more than this machine takes.
    """
    if size > settings.XINYUN.upload_limit:
        limit = settings.XINYUN.upload_limit >> 20
        raise FileTooLarge(
            Text(f"文件超过 {limit} MiB，没有接收。", f"The file exceeds {limit} MiB and was not taken."),
            Text("请分成几个文件报送。", "Submit it in several files."),
        )


def _demand_offset(begun: Upload, offset: int) -> None:
    if offset != begun.offset:
        raise WrongOffset(
            Text(
                f"应从第 {begun.offset} 字节续传，而不是第 {offset} 字节。",
                f"The next part begins at {begun.offset}, not at {offset}.",
            ),
            Text("请先用 HEAD 或 GET 取得 Upload-Offset。", "Ask for Upload-Offset with HEAD or GET first."),
        )


@contextmanager
def _writing(id: str) -> Iterator[BinaryIO]:
    """The part, to append to, for one writer at a time; durable when the block ends, however it ends."""
    with _part(id).open("r+b") as out:
        out.seek(0, os.SEEK_END)
        try:
            fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UploadBusy(
                Text("另一个请求正在写这个文件。", "Another request is writing this file."),
                Text("请稍后用 HEAD 查看进度再续传。", "Look at its offset shortly, then continue."),
            ) from None
        try:
            yield out
        finally:
            out.flush()
            os.fsync(out.fileno())


def _copy(stream: BinaryIO, out: BinaryIO, room: int) -> None:
    while block := stream.read(_BLOCK):
        if len(block) > room:
            raise FileTooLarge(
                Text("收到的比声明的多。", "More arrived than was announced."),
                Text("请核对 size 后重新开始上传。", "Check the size and begin anew."),
            )
        out.write(block)
        room -= len(block)
    out.flush()


def _complete(begun: Upload, on: date, at: datetime) -> None:
    part = _part(begun.id)
    if not Submission.objects.filter(
        pk=begun.id
    ).exists():  # else we were stopped before the part was removed
        if begun.sha256:
            with part.open("rb") as stream:
                found = file_digest(stream, "sha256").hexdigest()
            if found != begun.sha256:
                _remove(begun.id)
                raise WrongDigest(
                    Text(
                        f"收到的文件 SHA-256 是 {found}，与声明的不同。", f"What arrived has SHA-256 {found}."
                    ),
                    Text("请重新上传，本次内容已删除。", "Upload it again; what arrived was removed."),
                )
        submit(
            id=begun.id,
            item=begun.item,
            office=begun.office,
            path=part,
            file_name=begun.file_name,
            actor=begun.actor,
            way=Submission.Way.API,
            on=on,
            at=at,
        )
    _remove(begun.id)


def _remove(id: str) -> None:
    _note(id).unlink(missing_ok=True)
    _part(id).unlink(missing_ok=True)


def _read(note: Path) -> Upload | None:
    try:
        return msgspec.json.decode(note.read_bytes(), type=Upload)
    except FileNotFoundError:
        return None


def _note(id: str) -> Path:
    return _folder() / f"{id}.json"


def _part(id: str) -> Path:
    return _folder() / f"{id}.part"


def _folder() -> Path:
    folder: Path = settings.XINYUN.home / "submissions" / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
