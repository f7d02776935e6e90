"""Where a subscriber stands, when it is tried again, and how a delivery is signed. Pure."""

from __future__ import annotations

import hmac
from base64 import b64encode
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

BATCH = 100
"""Messages of one delivery."""
REMOVED, ENTERED, SUSPENDED, RESUMED, RECORDED, DISPUTED, SETTLED, RECORD_DISPUTED, RECORD_SETTLED = range(9)
"""The order of messages of one change of the feed: a correction takes the old entry away before it brings the new one."""
_AFTER_ALL = 9
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=15)
_DOUBLINGS = 8


class Cursor(NamedTuple):
    """Up to where a subscriber has been told: a change of the feed, and in it a kind of message and a row."""

    seq: int
    rank: int = _AFTER_ALL
    id: int = 0

    def __str__(self) -> str:
        return ".".join(map(str, self))

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """What `str` wrote, or the number of a change alone, which means after all of it; `None` for any other text."""
        parts = text.split(".")
        if len(parts) not in (1, 3) or not all(
            one.isascii() and one.isdigit() and len(one) < 19 for one in parts
        ):
            return None
        found = cls(*map(int, parts))
        return found if found.rank <= _AFTER_ALL else None


def next_try(failures: int, at: datetime) -> datetime:
    """When to try again after so many failures in a row: five seconds, doubled each time, a quarter of an hour at most."""
    doubled: int = 2 ** min(failures - 1, _DOUBLINGS)
    return at + min(_FIRST_WAIT * doubled, _LONGEST_WAIT)


def signature(secret: bytes, delivery: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: HMAC-SHA256 over id, time and body, as Standard Webhooks has it."""
    signed = hmac.new(secret, f"{delivery}.{timestamp}.".encode() + body, sha256)
    return "v1," + b64encode(signed.digest()).decode()


def topic_of(address: str) -> str:
    """The topic that a queue's address names."""
    return unquote(urlsplit(address).path.lstrip("/"))
