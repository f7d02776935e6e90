"""QR codes in a picture that a visitor sends, read in a process of its own, one at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from threading import BoundedSemaphore

from xinyun.base import Refusal, Text

_SECONDS = 10
_WAIT_SECONDS = 5
_ONE = BoundedSemaphore(1)
_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


class NotAPicture(Refusal):
    """The file begins as a picture, and cannot be read as one."""

    code = "not-a-picture"


class TooManyPixels(Refusal):
    """The picture is larger, or takes longer, than is looked at."""

    code = "too-many-pixels"


class Busy(Refusal):
    """Others' pictures are being read."""

    code = "busy"
    status = 503


def is_picture(content: bytes) -> bool:
    """Whether a file says of itself that it is a PNG or a JPEG."""
    return content.startswith(_MAGIC)


def codes(content: bytes) -> list[str]:
    """The texts of the QR codes in a picture.

    :raises NotAPicture: it is damaged.
    :raises TooManyPixels: it is larger than is looked at, or takes too long.
    :raises Busy: other pictures kept this one waiting for too long.
    """
    if not _ONE.acquire(timeout=_WAIT_SECONDS):
        raise Busy(
            Text("正在读别人的图片。", "Other pictures are being read."),
            Text("请几秒后再试，或粘贴回执文字。", "Try again in a few seconds, or paste the receipt."),
        )
    try:
        told = _told(content)
    finally:
        _ONE.release()
    if told.get("refused") == "damaged":
        raise NotAPicture(
            Text("这张图片已损坏，读不出来。", "The picture is damaged and cannot be read."),
            Text("请重新拍照或截图。", "Take it again."),
        )
    if "codes" not in told:
        raise TooManyPixels(
            Text(
                "图片太大或太复杂，没有读。", "The picture is too large or too intricate, and was not read."
            ),
            Text("请只截取二维码那一块再传。", "Cut out the QR code and send that."),
        )
    return [str(text) for text in told["codes"]]


def _told(content: bytes) -> dict[str, list[str]]:
    """What the reading program says; nothing where it was ended, by its own bounds or ours."""
    # Our own program, fed with bytes; of this process's environment, which has keys, it gets nothing.
    command = [sys.executable, "-m", "xinyun.portal.picture_reading"]
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(command, input=content, capture_output=True, env=environment, timeout=_SECONDS)  # noqa: S603
    except subprocess.TimeoutExpired:
        return {}
    told: dict[str, list[str]] = json.loads(done.stdout) if done.returncode == 0 else {}
    return told
